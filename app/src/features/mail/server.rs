//! Server functions of `mail`, and the port the server implements.

use super::{Act, Conversation, Folder, InboxPage};
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

/// Does one thing to mails of the viewer: here at once, at their providers soon. `back` is where a form without scripts goes
/// on.
#[server]
pub async fn act_on_mail(messages: Vec<Uuid>, act: Act, back: Option<String>) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.mail.act(cx.viewer()?, &messages, act).await?;
    cx.redirect_form(crate::server::own_path(back.as_deref()).unwrap_or("/inbox"));
    Ok(())
}

/// The viewer has read what was not done.
#[server]
pub async fn dismiss_not_done(back: Option<String>) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.mail.dismiss_not_done(cx.viewer()?).await?;
    cx.redirect_form(crate::server::own_path(back.as_deref()).unwrap_or("/inbox"));
    Ok(())
}

/// The conversation a mail belongs to. Where its mailbox may be changed, it is read from now on.
#[server]
pub async fn open_conversation(message: Uuid) -> Result<Conversation, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.mail.conversation(cx.viewer()?, message).await
}

#[cfg(feature = "ssr")]
mod port {
    use super::super::{Act, Conversation, Folder, InboxPage};
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
        async fn act(&self, viewer: &Viewer, messages: &[Uuid], act: Act) -> Result<(), AppError>;
        async fn dismiss_not_done(&self, viewer: &Viewer) -> Result<(), AppError>;
    }
}
