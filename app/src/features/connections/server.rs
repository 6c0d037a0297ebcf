//! Server functions of `connections`, and the port the server implements.

use super::ConnectionsPage;
use crate::error::AppError;
use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
pub use port::ConnectionsPort;

/// The viewer's connections and the providers this server can reach.
#[server]
pub async fn list_connections() -> Result<ConnectionsPage, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.connections.page(cx.viewer()?).await
}

/// Asks for an incremental sync of one connection at once.
#[server]
pub async fn sync_now(connection: Uuid) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.connections.sync_now(cx.viewer()?, connection).await?;
    cx.redirect_form("/settings/connections");
    Ok(())
}

#[cfg(feature = "ssr")]
mod port {
    use super::super::ConnectionsPage;
    use crate::{error::AppError, features::users::Viewer};
    use uuid::Uuid;

    /// What the screens need from whoever keeps connections.
    #[async_trait::async_trait]
    pub trait ConnectionsPort: Send + Sync {
        async fn page(&self, viewer: &Viewer) -> Result<ConnectionsPage, AppError>;
        async fn sync_now(&self, viewer: &Viewer, connection: Uuid) -> Result<(), AppError>;
    }
}
