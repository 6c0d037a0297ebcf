//! The server function of `activity`, and the port the server implements.

use super::ActivityList;
use crate::error::AppError;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
pub use port::ActivityPort;

/// One page of the viewer's own events. `query` is the query of the page's address.
#[server]
pub async fn list_activity(query: String) -> Result<ActivityList, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.activity.list(cx.viewer()?, super::ActivityQuery::read(&query)).await
}

#[cfg(feature = "ssr")]
mod port {
    use super::super::{ActivityList, ActivityQuery};
    use crate::{error::AppError, features::users::Viewer};

    /// What the screens need from whoever keeps the record.
    #[async_trait::async_trait]
    pub trait ActivityPort: Send + Sync {
        async fn list(&self, viewer: &Viewer, query: ActivityQuery) -> Result<ActivityList, AppError>;
    }
}
