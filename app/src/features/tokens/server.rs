//! Server functions of `tokens`, and the port the server implements.

use super::{NewPair, ProgramRow};
use crate::error::AppError;
use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
pub use port::TokensPort;

/// The viewer's programs, newest first.
#[server]
pub async fn list_programs() -> Result<Vec<ProgramRow>, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.tokens.list(cx.viewer()?).await
}

/// Makes a pair for a program that `name` describes. The answer is the only time its tokens are told.
#[server]
pub async fn make_program(name: String) -> Result<NewPair, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.tokens.make(cx.viewer()?, &name, &cx.visitor).await
}

/// Ends a program: its tokens are worth nothing from now on.
#[server]
pub async fn end_program(program: Uuid) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.tokens.end(cx.viewer()?, program, &cx.visitor).await?;
    cx.redirect_form("/settings/account");
    Ok(())
}

#[cfg(feature = "ssr")]
mod port {
    use super::super::{NewPair, ProgramRow};
    use crate::{error::AppError, features::users::Viewer, server::Visitor};
    use uuid::Uuid;

    /// What the screens need from whoever keeps the tokens of programs.
    #[async_trait::async_trait]
    pub trait TokensPort: Send + Sync {
        async fn list(&self, viewer: &Viewer) -> Result<Vec<ProgramRow>, AppError>;
        async fn make(&self, viewer: &Viewer, name: &str, visitor: &Visitor) -> Result<NewPair, AppError>;
        /// [`AppError::NotFound`] when it is not the viewer's, or ended before.
        async fn end(&self, viewer: &Viewer, program: Uuid, visitor: &Visitor) -> Result<(), AppError>;
    }
}
