//! Stored mail: how it is read from a provider's message, kept, listed and shown. Nothing here calls a provider.

mod act;
pub(crate) mod acts;
mod bounds;
mod charset;
mod clean;
mod conversation;
mod cursor;
mod headers;
mod html;
mod judged;
mod kept;
mod labels;
mod list;
mod meaning;
mod outlook;
mod payload;
mod place;
mod quoted;
mod search;
mod store;
mod summary;

pub use act::Act;
pub(crate) use clean::{Pictures, name_in_text, shown_files};
pub(crate) use conversation::find;
pub use conversation::{Conversation, File, View};
pub(crate) use headers::{Person, people, plain};
pub(crate) use headers::{lines as header_lines, stored as stored_headers};
pub use judged::{Finding, Judged, Verdict};
pub(crate) use kept::{Kept, kept, labelled_ones, older_ones};
pub(crate) use labels::{
    LabelIds, add_members, ensure_labels, forget_label, known_labels, members, put_labels, refresh_flags, relabel,
    replace_labels, take_label,
};
pub use list::{Folder, Page, Row};
pub(crate) use meaning::{Meaning, meant};
pub(crate) use outlook::{category_label, is_category, read_outlook};
pub(crate) use payload::{Parsed, attach_text, detached_texts, read};
pub use place::Place;
pub use quoted::FoldWords;
pub use search::{Hint, Hit, Hits, Marked, Part, Search};
pub(crate) use search::{Seen, Wording, named as named_hits};
pub(crate) use search::{enqueue_missing as enqueue_missing_words, follow as follow_with_words};
pub(crate) use store::{Owner, Words, any_stored_before, delete, inbox_holds, save};

pub use summary::Sender;

use crate::database::Database;
use sea_orm::DbErr;
use uuid::Uuid;

/// The mail of everybody. Every call names the user it is for and sees nothing else.
#[derive(Clone, Debug)]
pub struct Mail {
    db: Database,
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
    pub fn new(db: Database) -> Self {
        Self { db }
    }

    /// One page of a list of conversations, newest first: of one connection, or of all of the user's. `after` is [`Page::next`] of the
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

    /// One page of what somebody looks for, newest first.
    pub async fn search(&self, search: Search<'_>) -> Result<Hits, MailError> {
        search::search(&self.db, search).await
    }

    /// The conversation of a message, oldest first.
    pub async fn conversation(&self, user: Uuid, message: Uuid) -> Result<Conversation, MailError> {
        conversation::read(&self.db, user, message).await
    }
}

/// The cleaned HTML of a mail as a whole document, for a sandboxed frame with a policy of its own. It shows the pictures
/// that `pictures` knows an address for.
pub(crate) fn cleaned(html: &str, subject: &str, words: FoldWords, pictures: Pictures) -> String {
    // What a mail passes on is what it is about.
    clean::document(html, (!quoted::passes_on(subject)).then_some(words), pictures)
}
