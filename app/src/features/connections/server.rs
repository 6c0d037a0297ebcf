//! Server functions of `connections`, and the port the server implements.

use super::{ConnectionsPage, ExclusionKind, Feature};
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

/// Stops the sync of one connection where it is, or lets it go on from there.
#[server]
pub async fn pause_sync(connection: Uuid, paused: bool) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.connections.pause_sync(cx.viewer()?, connection, paused).await?;
    cx.redirect_form("/settings/connections");
    Ok(())
}

/// Fetches what could not be fetched again at once.
#[server]
pub async fn try_again(connection: Uuid) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.connections.try_again(cx.viewer()?, connection).await?;
    cx.redirect_form("/settings/connections");
    Ok(())
}

/// Compares one connection with the provider's own list of it, soon.
#[server]
pub async fn check_now(connection: Uuid) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.connections.check_now(cx.viewer()?, connection).await?;
    cx.redirect_form("/settings/connections");
    Ok(())
}

/// Leaves something out of one connection, or brings it in again. `value` is a day or a label, where the kind has one.
#[server]
pub async fn set_exclusion(connection: Uuid, kind: ExclusionKind, value: String, on: bool) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.connections.set_exclusion(cx.viewer()?, connection, (kind, &value), on).await?;
    cx.redirect_form("/settings/connections");
    Ok(())
}

/// Switches a feature of one connection on or off, where the provider need not be asked.
#[server]
pub async fn switch_feature(connection: Uuid, feature: Feature, on: bool) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.connections.switch(cx.viewer()?, connection, feature, on).await?;
    cx.redirect_form("/settings/connections");
    Ok(())
}

/// Takes a connection apart: its tokens at once, its mail after that.
#[server]
pub async fn disconnect(connection: Uuid) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.connections.disconnect(cx.viewer()?, &cx.visitor, connection).await?;
    cx.redirect_form("/settings/connections");
    Ok(())
}

#[cfg(feature = "ssr")]
mod port {
    use super::super::{ConnectionsPage, ExclusionKind, Feature};
    use crate::{error::AppError, features::users::Viewer, server::Visitor};
    use uuid::Uuid;

    /// What the screens need from whoever keeps connections.
    #[async_trait::async_trait]
    pub trait ConnectionsPort: Send + Sync {
        async fn page(&self, viewer: &Viewer) -> Result<ConnectionsPage, AppError>;
        async fn sync_now(&self, viewer: &Viewer, connection: Uuid) -> Result<(), AppError>;
        async fn pause_sync(&self, viewer: &Viewer, connection: Uuid, paused: bool) -> Result<(), AppError>;
        async fn try_again(&self, viewer: &Viewer, connection: Uuid) -> Result<(), AppError>;
        async fn set_exclusion(
            &self,
            viewer: &Viewer,
            connection: Uuid,
            what: (ExclusionKind, &str),
            on: bool,
        ) -> Result<(), AppError>;
        async fn check_now(&self, viewer: &Viewer, connection: Uuid) -> Result<(), AppError>;
        async fn switch(&self, viewer: &Viewer, connection: Uuid, feature: Feature, on: bool) -> Result<(), AppError>;
        async fn disconnect(&self, viewer: &Viewer, visitor: &Visitor, connection: Uuid) -> Result<(), AppError>;
    }
}
