//! `/api/v1`: the same data for programs, each call proven by a bearer token.

use super::{
    site::Site,
    tokens::{Refusal, bearer},
};
use crate::bridge::connections::cards;
use app::language::Language;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::tokens::{Program, TokenError};

/// `GET /api/v1/me`: for whom the program speaks.
pub async fn me(State(site): State<Site>, headers: HeaderMap) -> Response {
    let Program { user, .. } = match program(&site, &headers).await {
        Ok(program) => program,
        Err(refusal) => return refusal.into_response(),
    };
    let me = serde_json::json!({
        "id": user.id, "email": user.email, "first_name": user.first_name, "last_name": user.last_name,
    });
    (private(), axum::Json(me)).into_response()
}

/// `GET /api/v1/connections`: the person's connections as their cards show them.
pub async fn connections(State(site): State<Site>, headers: HeaderMap) -> Response {
    let Program { user, .. } = match program(&site, &headers).await {
        Ok(program) => program,
        Err(refusal) => return refusal.into_response(),
    };
    match cards(&site.domain, &site.reports, user.id).await {
        Ok(cards) => (private(), axum::Json(cards)).into_response(),
        Err(error) => {
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "unexpected", &error.sentence(Language::en)).into_response()
        }
    }
}

fn private() -> [(header::HeaderName, &'static str); 1] {
    [(header::CACHE_CONTROL, "no-store")]
}

async fn program(site: &Site, headers: &HeaderMap) -> Result<Program, Refusal> {
    let token = bearer(headers).ok_or_else(Refusal::no_access)?;
    site.domain.tokens().authenticate(&token).await.map_err(|error| match error {
        TokenError::Unexpected(_) => {
            let sentence = site.reports.unexpected(&error).sentence(Language::en);
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "unexpected", &sentence)
        }
        _ => Refusal::no_access(),
    })
}
