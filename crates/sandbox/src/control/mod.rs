//! The sandbox's own routes under `/_sandbox`: the truth about the world, and the levers that move it.

mod access;
mod labels;
mod levers;
mod news;
mod outlook;
mod page;
mod truth;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{delete, get, post, put};
use serde_json::json;

use crate::state::Sandbox;
use crate::world::Resident;

/// The routes, the same on both ports; what is a provider's is that of the port.
pub fn router() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/_sandbox", get(page::show))
        .route("/_sandbox/", get(page::show))
        .route("/_sandbox/press", post(page::press))
        .route("/_sandbox/picture", get(page::picture))
        .route("/_sandbox/people", get(truth::people))
        .route("/_sandbox/mailboxes/{address}/ids", get(truth::ids))
        .route("/_sandbox/mailboxes/{address}/bodies", get(truth::bodies))
        .route("/_sandbox/mailboxes/{address}/copies", get(truth::copies))
        .route("/_sandbox/sheets/{address}", get(truth::sheets))
        .route("/_sandbox/requests", get(truth::requests).delete(levers::forget_requests))
        .route("/_sandbox/mailboxes/{address}/deliver", post(levers::deliver))
        .route("/_sandbox/mailboxes/{address}/messages/{id}", delete(levers::remove).patch(outlook::change))
        .route("/_sandbox/mailboxes/{address}/messages/{id}/labels", post(labels::change))
        .route("/_sandbox/mailboxes/{address}/folders", get(outlook::folders))
        .route("/_sandbox/mailboxes/{address}/folders/{id}", delete(outlook::remove_folder))
        .route("/_sandbox/mailboxes/{address}/expire", post(outlook::expire))
        .route("/_sandbox/graph", get(outlook::dials).put(outlook::set_dials).delete(outlook::reset_dials))
        .route("/_sandbox/people/{address}/revoke", post(access::revoke).delete(access::allow_again))
        .route("/_sandbox/people/{address}/narrow", post(access::narrow))
        .route("/_sandbox/people/{address}/code", post(access::code))
        .route("/_sandbox/keys/rotate", post(access::rotate_keys))
        .route("/_sandbox/rules", put(access::set_rules).delete(access::clear_rules).get(access::rules))
        .route("/_sandbox/faults", put(levers::add_fault).delete(levers::clear_faults).get(truth::faults))
        .route("/_sandbox/subscriptions", get(news::subscriptions).put(news::set_silent))
        .route("/_sandbox/people/{address}/lifecycle", post(news::happen))
        .route("/_sandbox/service-account", get(news::key_file))
        .route("/_sandbox/pubsub", get(news::pubsub).put(news::set_open).post(news::publish).delete(news::lose))
        .route("/_sandbox/clock", post(levers::advance).get(truth::clock))
        .layer(axum::extract::DefaultBodyLimit::max(64 * 1024 * 1024))
}

/// A refusal of these routes.
#[derive(Debug)]
enum Refused {
    /// Nobody has this address, or nothing has this id.
    Unknown(&'static str),
    /// The body makes no sense.
    Bad(String),
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::Unknown(what) => (StatusCode::NOT_FOUND, format!("there is no such {what}")),
            Self::Bad(text) => (StatusCode::BAD_REQUEST, text),
        };
        (status, Json(json!({"error": error}))).into_response()
    }
}

fn resident<'a>(sandbox: &'a Sandbox, address: &str) -> Result<&'a Resident, Refused> {
    sandbox.world.find(address).ok_or(Refused::Unknown("person"))
}
