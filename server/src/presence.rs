//! Whether this process is the only one at its SQLite file.
//!
//! Every server holds a lock beside the file for as long as it lives, and the kernel takes it back however the process
//! ends. A server that gets the lock alone knows that whoever worked here before is dead, and need not wait until their
//! leases end. A file system without locks proves nothing, and nothing is concluded from it.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// This process's place at an SQLite file. Goes with the value.
pub struct Presence {
    lock: Option<File>,
    alone: bool,
}

impl Presence {
    /// Comes to the file of `database`. Nobody else can while this process is alone: [`Presence::share`] lets them.
    pub fn come(database: &Path) -> Self {
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(PathBuf::from(name));
        let lock = opened.ok();
        let alone = lock.as_ref().is_some_and(|lock| lock.try_lock().is_ok());
        Self { lock, alone }
    }

    /// Whether no other process was there.
    pub fn is_alone(&self) -> bool {
        self.alone
    }

    /// Lets others come. Between the two steps another may find itself alone: nothing is held here yet.
    pub fn share(&mut self) {
        if let Some(lock) = &self.lock {
            let _ = lock.unlock();
            // Fails only where there are no locks.
            let _ = lock.lock_shared();
        }
        self.alone = false;
    }
}

#[cfg(test)]
mod tests {
    use super::Presence;

    #[test]
    fn only_the_one_that_finds_nobody_is_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gatepost.db");
        let mut first = Presence::come(&file);
        assert!(first.is_alone());
        assert!(!Presence::come(&file).is_alone(), "the first has not shared yet");
        first.share();
        let mut second = Presence::come(&file);
        assert!(!second.is_alone(), "the first still lives");
        second.share();
        drop(first);
        assert!(!Presence::come(&file).is_alone(), "the second still lives");
        drop(second);
        assert!(Presence::come(&file).is_alone());
    }

    #[test]
    fn where_nothing_can_be_locked_nobody_is_known_to_be_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!Presence::come(&folder.path().join("missing").join("gatepost.db")).is_alone());
    }
}
