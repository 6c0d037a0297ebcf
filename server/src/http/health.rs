//! Whether the process is up, and whether what it needs answers.

use super::site::Site;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use migration::{Migrator, MigratorTrait};
use serde_json::json;

/// `GET /healthz`: the process is up.
pub async fn alive() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

/// `GET /readyz`: database, migrations and, if there is one, Redis answer.
pub async fn ready(State(site): State<Site>) -> Response {
    let pending = Migrator::get_pending_migrations(site.database.writer()).await;
    let database = pending.is_ok();
    let migrations = pending.is_ok_and(|pending| pending.is_empty());
    let redis = site.domain.cache_answers().await;
    let status = if database && migrations && redis { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |works: bool| if works { "ok" } else { "failing" };
    let mut body = json!({ "database": word(database), "migrations": word(migrations) });
    if site.settings.redis_url.is_some() {
        body["redis"] = word(redis).into();
    }
    (status, [(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response()
}
