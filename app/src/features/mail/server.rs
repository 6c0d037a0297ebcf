//! Server functions of `mail`, and the port the server implements.

use super::{Conversation, Folder, InboxPage};
use crate::error::AppError;
use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
pub use port::MailPort;

/// One page of a list: of one mailbox, or of all the viewer's mailboxes.
#[server]
pub async fn list_inbox(mailbox: Option<Uuid>, folder: Folder, after: Option<String>) -> Result<InboxPage, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.mail.inbox(cx.viewer()?, mailbox, folder, after).await
}

/// The conversation a mail belongs to.
#[server]
pub async fn open_conversation(message: Uuid) -> Result<Conversation, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.mail.conversation(cx.viewer()?, message).await
}

#[cfg(feature = "ssr")]
mod port {
    use super::super::{Conversation, Folder, InboxPage};
    use crate::{error::AppError, features::users::Viewer};
    use uuid::Uuid;

    /// What the screens need from whoever keeps mail.
    #[async_trait::async_trait]
    pub trait MailPort: Send + Sync {
        async fn inbox(
            &self,
            viewer: &Viewer,
            mailbox: Option<Uuid>,
            folder: Folder,
            after: Option<String>,
        ) -> Result<InboxPage, AppError>;
        async fn conversation(&self, viewer: &Viewer, message: Uuid) -> Result<Conversation, AppError>;
    }
}
