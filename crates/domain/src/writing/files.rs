//! What is attached.

use super::{WriteError, Writing};
use uuid::Uuid;

/// Most files of one mail.
pub const MOST_FILES: usize = 100;

/// An attached file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name here.
    pub id: Uuid,
    /// File name.
    pub name: String,
    /// Media type.
    pub mime_type: String,
    /// Bytes.
    pub size: u64,
}

/// A file that somebody attaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// File name as the browser says it; only its last part is kept.
    pub name: String,
    /// Media type as the browser says it; `application/octet-stream` when that is none.
    pub mime_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Writing {
    /// Attaches a file to a draft. `Refused` with `TooLong { field: Files, … }` when all files together would be more
    /// than [`super::Draft::most_bytes`].
    pub async fn attach(&self, user: Uuid, draft: Uuid, file: NewFile) -> Result<File, WriteError> {
        todo!()
    }

    /// Takes a file off a draft.
    pub async fn detach(&self, user: Uuid, draft: Uuid, file: Uuid) -> Result<(), WriteError> {
        todo!()
    }
}
