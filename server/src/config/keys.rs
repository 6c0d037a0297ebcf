//! The demo's sealing key, made once in the data folder and readable by its owner only.

use super::{Key, values::parse_keys};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::rand::{SecureRandom, SystemRandom};
use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

const FILE: &str = "keys";

/// Why the demo has no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("the key file in it cannot be read or written")]
    Unusable(#[source] io::Error),
    #[error("the key file in it is damaged")]
    Damaged,
}

/// The keys of the folder; the first call makes them.
pub(super) fn read_or_make(folder: &Path) -> Result<Vec<Key>, KeyFileError> {
    let file = folder.join(FILE);
    match fs::read_to_string(&file) {
        Ok(text) => parse_keys(text.trim()).map_err(|_| KeyFileError::Damaged),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(folder, &file).map_err(KeyFileError::Unusable)?;
            let text = fs::read_to_string(&file).map_err(KeyFileError::Unusable)?;
            parse_keys(text.trim()).map_err(|_| KeyFileError::Damaged)
        }
        Err(error) => Err(KeyFileError::Unusable(error)),
    }
}

/// Writes a file of its own and links it into place, so that of two servers starting at once both read one whole key.
fn make(folder: &Path, file: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut key = [0; 32];
    SystemRandom::new().fill(&mut key).map_err(|_| io::Error::other("no randomness"))?;
    let draft = folder.join(format!("{FILE}.{}", std::process::id()));
    let mut open = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    writeln!(open, "demo:{}", STANDARD.encode(key))?;
    open.sync_all()?;
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
