//! Server functions of `mail`, and the port the server implements.

use super::{Act, Conversation, Done, Folder, InboxPage, Naming, SearchPage, SoughtPage, Undo};
use crate::error::AppError;
use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
pub use super::reading::ReadingPort;
#[cfg(feature = "ssr")]
pub use port::MailPort;

/// One page of a list: of one mailbox, or of all the viewer's mailboxes. One that is named is what the inbox
/// shows from then on in this browser; one that is remembered and gone is all of them.
#[server]
pub async fn list_inbox(
    mailbox: Option<Uuid>,
    folder: Folder,
    after: Option<String>,
    #[server(default)] naming: Naming,
) -> Result<InboxPage, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.mail.inbox(cx.viewer()?, mailbox, folder, after, naming).await
}

/// One page of the viewer's mails that are as `text` says. Days in it are days of `zone`, if their profile names none.
#[server]
pub async fn search_mail(
    mailbox: Option<Uuid>,
    text: String,
    after: Option<String>,
    zone: Option<String>,
) -> Result<SearchPage, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.mail.search(cx.viewer()?, mailbox, &text, after.as_deref(), zone.as_deref()).await
}

/// What the viewer's providers find, stored here or not: what is not is fetched at once. Days in it are days of `zone`, if their
/// profile names none.
#[server]
pub async fn search_at_provider(
    mailbox: Option<Uuid>,
    text: String,
    zone: Option<String>,
) -> Result<SoughtPage, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.mail.search_at_provider(cx.viewer()?, mailbox, &text, zone.as_deref()).await
}

/// Does one thing to mails of the viewer: here at once, at their providers soon. `back` is where a form without scripts goes
/// on.
#[server]
pub async fn act_on_mail(messages: Vec<Uuid>, act: Act, back: Option<String>) -> Result<Done, AppError> {
    let cx = crate::server::Cx::take()?;
    let done = cx.ports.mail.act(cx.viewer()?, &messages, act).await?;
    cx.redirect_form(crate::server::own_path(back.as_deref()).unwrap_or("/inbox"));
    Ok(done)
}

/// Does one thing to conversations of the viewer, each named by the mail that stands for it in the list: to all of its mails
/// that it is about.
#[server]
pub async fn act_on_conversations(
    #[server(default)] conversations: Vec<Uuid>,
    act: Act,
    back: Option<String>,
) -> Result<Done, AppError> {
    let cx = crate::server::Cx::take()?;
    let done = cx.ports.mail.act_on_conversations(cx.viewer()?, &conversations, act).await?;
    cx.redirect_form(crate::server::own_path(back.as_deref()).unwrap_or("/inbox"));
    Ok(done)
}

/// Takes back what was done.
#[server]
pub async fn undo_acts(undo: Vec<Undo>) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.mail.undo(cx.viewer()?, &undo).await
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
    cx.ports.reading.conversation(cx.viewer()?, message).await
}

/// Pictures of the sender of a mail are shown from now on, or asked for again.
#[server]
pub async fn always_show_images(message: Uuid, always: bool) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.reading.always_show_images(cx.viewer()?, message, always).await?;
    cx.redirect_form(&format!("/inbox/{message}"));
    Ok(())
}

/// How the viewer's mails are shown first. `back` is where a form without scripts goes on.
#[server]
pub async fn prefer_plain_text(plain_text: bool, back: Option<String>) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.reading.prefer_plain_text(cx.viewer()?, plain_text).await?;
    cx.redirect_form(crate::server::own_path(back.as_deref()).unwrap_or("/inbox"));
    Ok(())
}

#[cfg(feature = "ssr")]
mod port {
    use super::super::{Act, Done, Folder, InboxPage, Naming, SearchPage, SoughtPage, Undo};
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
            naming: Naming,
        ) -> Result<InboxPage, AppError>;
        async fn search(
            &self,
            viewer: &Viewer,
            mailbox: Option<Uuid>,
            text: &str,
            after: Option<&str>,
            zone: Option<&str>,
        ) -> Result<SearchPage, AppError>;
        async fn search_at_provider(
            &self,
            viewer: &Viewer,
            mailbox: Option<Uuid>,
            text: &str,
            zone: Option<&str>,
        ) -> Result<SoughtPage, AppError>;
        async fn act(&self, viewer: &Viewer, messages: &[Uuid], act: Act) -> Result<Done, AppError>;
        async fn act_on_conversations(
            &self,
            viewer: &Viewer,
            conversations: &[Uuid],
            act: Act,
        ) -> Result<Done, AppError>;
        async fn undo(&self, viewer: &Viewer, undo: &[Undo]) -> Result<(), AppError>;
        async fn dismiss_not_done(&self, viewer: &Viewer) -> Result<(), AppError>;
    }
}
