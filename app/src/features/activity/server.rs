//! The server functions of `activity`, and the port the server implements.

use super::{ActivityList, JobList};
use crate::error::AppError;
use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
pub use port::ActivityPort;

/// One page of the viewer's own events. `query` is the query of the page's address.
#[server]
pub async fn list_activity(query: String) -> Result<ActivityList, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.activity.list(cx.viewer()?, super::ActivityQuery::read(&query)).await
}

/// The viewer's own background work.
#[server]
pub async fn list_jobs() -> Result<JobList, AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.activity.jobs(cx.viewer()?).await
}

/// Runs a job of the viewer's that failed again, now.
#[server]
pub async fn retry_job(job: Uuid) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    cx.ports.activity.retry_job(cx.viewer()?, job).await?;
    cx.redirect_form("/settings/activity");
    Ok(())
}

#[cfg(feature = "ssr")]
mod port {
    use super::super::{ActivityList, ActivityQuery, JobList};
    use crate::{error::AppError, features::users::Viewer};
    use uuid::Uuid;

    /// What the screens need from whoever keeps the record.
    #[async_trait::async_trait]
    pub trait ActivityPort: Send + Sync {
        async fn list(&self, viewer: &Viewer, query: ActivityQuery) -> Result<ActivityList, AppError>;
        async fn jobs(&self, viewer: &Viewer) -> Result<JobList, AppError>;
        async fn retry_job(&self, viewer: &Viewer, job: Uuid) -> Result<(), AppError>;
    }
}
