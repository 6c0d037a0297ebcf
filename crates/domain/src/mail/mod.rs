//! Stored mail: how it is read from a provider's message, kept, listed and shown. Nothing here calls a provider.

mod act;
pub(crate) mod acts;
mod bounds;
mod charset;
mod clean;
mod conversation;
mod headers;
mod html;
mod kept;
mod labels;
mod list;
mod outlook;
mod payload;
mod place;
mod store;

pub use act::Act;
pub use conversation::{Conversation, File, View};
pub(crate) use kept::{Kept, kept, labelled_ones, older_ones};
pub(crate) use labels::{
    add_members, forget_label, known_labels, members, put_labels, refresh_flags, relabel, replace_labels, take_label,
};
pub use list::{Folder, Page, Row};
pub(crate) use outlook::read_outlook;
pub(crate) use payload::{Parsed, attach_text, detached_texts, read};
pub use place::Place;
pub(crate) use store::{Owner, any_stored_before, delete, inbox_holds, save};

use sea_orm::{DatabaseConnection, DbErr};
use uuid::Uuid;

/// The mail of everybody. Every call names the user it is for and sees nothing else.
#[derive(Clone, Debug)]
pub struct Mail {
    db: DatabaseConnection,
}

/// Why mail cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// There is none of this name, or it is somebody else's.
    #[error("no such message")]
    NotFound,
    /// The text after which a page should begin is not one of ours.
    #[error("no such page")]
    NoSuchPage,
    /// The database did not do it.
    #[error("the mail cannot be read")]
    Database(#[from] DbErr),
}

impl Mail {
    /// Reads from `db`.
    pub fn new(db: DatabaseConnection) -> Self {
        Self { db }
    }

    /// One page of a list, newest first: of one connection, or of all of the user's. `after` is [`Page::next`] of the
    /// page before.
    pub async fn list(
        &self,
        user: Uuid,
        connection: Option<Uuid>,
        folder: Folder,
        after: Option<&str>,
    ) -> Result<Page, MailError> {
        list::read(&self.db, user, connection, folder, after).await
    }

    /// The conversation of a message, oldest first.
    pub async fn conversation(&self, user: Uuid, message: Uuid) -> Result<Conversation, MailError> {
        conversation::read(&self.db, user, message).await
    }

    /// The cleaned HTML of a message as a whole document, for a sandboxed frame with a policy of its own. Images from
    /// other servers stay only when `images`. [`MailError::NotFound`] also when the message has no HTML.
    pub async fn cleaned_html(&self, user: Uuid, message: Uuid, images: bool) -> Result<String, MailError> {
        let html = conversation::html(&self.db, user, message).await?.ok_or(MailError::NotFound)?;
        Ok(clean::document(&html, images))
    }
}
