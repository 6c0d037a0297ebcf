//! What an opened conversation shows, and the port the server implements for it.

use super::{Managing, Place};
use crate::features::connections::Provider;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "ssr")]
pub use port::ReadingPort;

/// A file hanging on a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRow {
    pub filename: String,
    pub mime_type: String,
    /// Bytes.
    pub size: u64,
    /// Where it is downloaded.
    pub path: String,
}

/// What is done about pictures on other servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Images {
    /// There are none.
    None,
    /// Not shown until asked for.
    Waiting,
    /// Shown: the viewer always wants to see this sender's.
    Always,
    /// The viewer always wants to see this sender's, and nobody vouches that this mail is from them.
    Unproven,
}

/// How a check of the provider's ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Pass,
    Fail,
    None,
}

/// A check of the provider's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub verdict: Verdict,
    /// The domain it was about; may be empty.
    pub domain: String,
}

/// What the provider found out about a sender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    pub spf: Finding,
    pub dkim: Finding,
    pub dmarc: Finding,
}

/// One mail of a conversation.
#[expect(clippy::struct_excessive_bools, reason = "facts about a mail that do not depend on each other")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    pub id: Uuid,
    pub sender_name: String,
    pub sender_address: String,
    pub recipients: String,
    pub subject: String,
    pub received_at: DateTime<Utc>,
    pub unread: bool,
    pub starred: bool,
    pub place: Place,
    pub snippet: String,
    /// Plain text of the mail; made from the HTML where the mail has no text part.
    pub text: String,
    /// What the text quotes of other mails, which then is not in it.
    pub quoted: Option<String>,
    /// Where the cleaned HTML is served for the sandboxed frame; `None` when the mail has none.
    pub frame: Option<String>,
    pub images: Images,
    pub attachments: Vec<AttachmentRow>,
    /// `None` when the provider says nothing, or was not asked yet.
    pub judged: Option<Judged>,
    /// Whether the provider vouches that it is from `sender_address`.
    pub proven: bool,
    /// Whether the mail's headers are here.
    pub has_headers: bool,
}

/// A whole conversation, oldest first, opened at one mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    pub subject: String,
    pub opened: Uuid,
    pub mailbox: String,
    pub connection: Uuid,
    pub provider: Provider,
    pub managing: Managing,
    pub messages: Vec<MessageView>,
    /// Whether the viewer reads mail as plain text first.
    pub plain_text: bool,
}

#[cfg(feature = "ssr")]
mod port {
    use super::Conversation;
    use crate::{error::AppError, features::users::Viewer};
    use uuid::Uuid;

    /// What an opened conversation needs from whoever reads mail.
    #[async_trait::async_trait]
    pub trait ReadingPort: Send + Sync {
        async fn conversation(&self, viewer: &Viewer, message: Uuid) -> Result<Conversation, AppError>;
        async fn always_show_images(&self, viewer: &Viewer, message: Uuid, always: bool) -> Result<(), AppError>;
        async fn prefer_plain_text(&self, viewer: &Viewer, plain_text: bool) -> Result<(), AppError>;
    }
}
