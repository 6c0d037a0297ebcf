//! Server functions of `writing`, and the port the server implements.
//!
//! The form of a draft is posted as a whole, with its files, to `/write/{id}`, where it works without scripts; these are
//! what its scripts ask for, and the buttons that stand outside of it.

use super::{Opened, Saved, Started, Typed, Wanted, WrittenRow};
use crate::error::AppError;
use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
pub use port::{NewFile, WritingPort};

/// Finds or begins the draft that is asked for. `zone` is the browser's: an answer tells when the mail came, in the zone of
/// whoever writes.
#[server]
pub async fn start_writing(wanted: Wanted, zone: Option<String>) -> Result<Started, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.writing.start(cx.viewer()?, wanted, zone.as_deref()).await
}

/// A mail of the viewer's: as a draft, or on its way.
#[server]
pub async fn open_draft(draft: Uuid) -> Result<Opened, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.writing.open(cx.viewer()?, draft).await
}

/// The viewer's drafts, and what they sent lately.
#[server]
pub async fn list_written() -> Result<Vec<WrittenRow>, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.writing.list(cx.viewer()?).await
}

/// Keeps what is typed. `version` is the one that was read or saved last.
#[server]
pub async fn save_draft(draft: Uuid, version: i32, typed: Typed) -> Result<Saved, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.writing.save(cx.viewer()?, draft, version, typed).await
}

/// Sends a draft as it was saved last, after the time to take it back.
#[server]
pub async fn send_draft(draft: Uuid, version: i32) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.writing.send(cx.viewer()?, draft, version).await?;
    cx.redirect_form(&format!("/write/{draft}"));
    Ok(())
}

/// Takes a mail back that has not left yet: it is a draft again.
#[server]
pub async fn undo_send(draft: Uuid) -> Result<Uuid, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.writing.undo(cx.viewer()?, draft).await?;
    cx.redirect_form(&format!("/write/{draft}"));
    Ok(draft)
}

/// Throws a draft away, or takes what was sent off the list.
#[server]
pub async fn discard_draft(draft: Uuid) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.writing.discard(cx.viewer()?, draft).await?;
    cx.redirect_form("/inbox");
    Ok(())
}

/// Takes a file off a draft.
#[server]
pub async fn detach_file(draft: Uuid, file: Uuid) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.writing.detach(cx.viewer()?, draft, file).await
}

/// Sends a mail that was not sent once more, as it is.
#[server]
pub async fn send_again(draft: Uuid) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.writing.send_again(cx.viewer()?, draft).await?;
    cx.redirect_form(&format!("/write/{draft}"));
    Ok(())
}

/// Makes a mail that was not sent a draft again.
#[server]
pub async fn change_unsent(draft: Uuid) -> Result<Uuid, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.writing.change(cx.viewer()?, draft).await?;
    cx.redirect_form(&format!("/write/{draft}"));
    Ok(draft)
}

/// People in the viewer's mail whose name or address begins so, each as they would stand among recipients.
#[server]
pub async fn suggest_addresses(text: String) -> Result<Vec<String>, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.writing.suggest(cx.viewer()?, &text).await
}

#[cfg(feature = "ssr")]
mod port {
    use super::super::{DraftFile, Opened, Saved, Started, Typed, Wanted, WrittenRow};
    use crate::{error::AppError, features::users::Viewer};
    use uuid::Uuid;

    /// A file as the browser sent it.
    pub struct NewFile {
        pub name: String,
        pub mime_type: String,
        pub bytes: Vec<u8>,
    }

    /// What the screens need from whoever keeps drafts and sends mail.
    #[async_trait::async_trait]
    pub trait WritingPort: Send + Sync {
        async fn start(&self, viewer: &Viewer, wanted: Wanted, zone: Option<&str>) -> Result<Started, AppError>;
        async fn open(&self, viewer: &Viewer, draft: Uuid) -> Result<Opened, AppError>;
        async fn list(&self, viewer: &Viewer) -> Result<Vec<WrittenRow>, AppError>;
        async fn save(&self, viewer: &Viewer, draft: Uuid, version: i32, typed: Typed) -> Result<Saved, AppError>;
        async fn attach(&self, viewer: &Viewer, draft: Uuid, file: NewFile) -> Result<DraftFile, AppError>;
        async fn detach(&self, viewer: &Viewer, draft: Uuid, file: Uuid) -> Result<(), AppError>;
        async fn send(&self, viewer: &Viewer, draft: Uuid, version: i32) -> Result<(), AppError>;
        async fn undo(&self, viewer: &Viewer, draft: Uuid) -> Result<(), AppError>;
        async fn discard(&self, viewer: &Viewer, draft: Uuid) -> Result<(), AppError>;
        async fn send_again(&self, viewer: &Viewer, draft: Uuid) -> Result<(), AppError>;
        async fn change(&self, viewer: &Viewer, draft: Uuid) -> Result<(), AppError>;
        async fn suggest(&self, viewer: &Viewer, text: &str) -> Result<Vec<String>, AppError>;
    }
}
