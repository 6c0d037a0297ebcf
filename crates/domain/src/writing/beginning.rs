//! What stands in a mail before anybody typed.

use super::{Draft, WriteError, Writing};
use uuid::Uuid;

/// What a mail begins as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Empty.
    New {
        /// From which mailbox.
        connection: Uuid,
    },
    /// An answer.
    Reply {
        /// To which mail.
        message: Uuid,
        /// To everybody who got it.
        all: bool,
    },
    /// A mail passed on, with its files.
    Forward {
        /// Which mail.
        message: Uuid,
    },
}

impl Writing {
    /// Begins a draft, from the mailbox named or from the one the answered mail lies in. `MayNotSend` when that mailbox's
    /// switch for sending is off: nothing was made.
    pub async fn start(&self, user: Uuid, beginning: Beginning) -> Result<Draft, WriteError> {
        todo!()
    }
}
