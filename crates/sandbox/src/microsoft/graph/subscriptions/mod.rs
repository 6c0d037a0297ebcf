//! Subscriptions: Graph tells an app of what changed in a mailbox (provider facts 6.6).

pub mod delivery;
mod handshake;
mod shelf;

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use http::StatusCode;
use serde_json::{Value, json};
use url::Url;

pub use self::shelf::{Event, Shelf, Subscription};
use super::failure::Failure;
use super::visit::{Outcome, Visit};
use crate::chance::guid;
use crate::exchange::Answer;
use crate::world::outlook::folders::INBOX;

/// The longest that a subscription to mails may last.
const LONGEST: Duration = Duration::minutes(10_080);
/// The shortest; less is raised to it.
const SHORTEST: Duration = Duration::minutes(45);
/// Characters of a `clientState`.
const LONGEST_STATE: usize = 128;

/// `GET /subscriptions`: the person's own.
#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub fn list(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let own: Vec<Value> = visit.sandbox.graph.shelf.of(&visit.resident.person.address).iter().map(show).collect();
    let context = format!("{}/v1.0/$metadata#subscriptions", visit.sandbox.microsoft.url);
    Ok(Answer::json(StatusCode::OK, &json!({"@odata.context": context, "value": own})))
}

/// `GET /subscriptions/{id}`.
pub fn get(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    own(visit, ids[1]).map(|subscription| Answer::json(StatusCode::OK, &show(&subscription)))
}

/// `POST /subscriptions`. Before it is made, the app is asked at its address whether it wants it.
pub fn create(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let body = visit.body()?;
    let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let missing = |name: &str| invalid(format!("Missing required property: {name}"));
    let changes = text("changeType").ok_or_else(|| missing("changeType"))?;
    if changes.split(',').any(|change| !["created", "updated", "deleted"].contains(&change.trim())) {
        return Err(invalid("Invalid 'changeType' property."));
    }
    let resource = text("resource").ok_or_else(|| missing("resource"))?;
    let folder = folder_of(visit, &resource)?;
    let url = text("notificationUrl").ok_or_else(|| missing("notificationUrl"))?;
    let lifecycle = text("lifecycleNotificationUrl");
    for address in lifecycle.iter().chain([&url]) {
        check_address(address)?;
    }
    if text("clientState").is_some_and(|state| state.len() > LONGEST_STATE) {
        return Err(invalid("The clientState is longer than 128 characters."));
    }
    let expires = expiry(visit, &body)?;
    let mut subscription = Subscription {
        id: guid(),
        person: visit.resident.person.address.clone(),
        resource,
        folder,
        changes,
        url,
        lifecycle,
        state: text("clientState"),
        expires,
        immutable: visit.prefer.immutable,
        told: 0,
        paused: false,
    };
    let shelf = &visit.sandbox.graph.shelf;
    if shelf.has_like(&subscription) {
        let text = "Subscription already exists for the specified change type and resource.";
        return Err(Failure::new(StatusCode::CONFLICT, "Conflict", text));
    }
    for address in subscription.lifecycle.iter().chain([&subscription.url]) {
        handshake::ask(address)?;
    }
    subscription.told = visit.resident.outlook().stamp;
    let mut shown = show(&subscription);
    shown["clientState"] = json!(subscription.state);
    shelf.put(subscription);
    Ok(Answer::json(StatusCode::CREATED, &shown))
}

/// `PATCH /subscriptions/{id}`: only its end can be changed.
pub fn renew(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    own(visit, ids[1])?;
    let expires = expiry(visit, &visit.body()?)?;
    let renewed = visit.sandbox.graph.shelf.renew(ids[1], expires).ok_or_else(missing_one)?;
    Ok(Answer::json(StatusCode::OK, &show(&renewed)))
}

/// `DELETE /subscriptions/{id}`.
pub fn delete(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    own(visit, ids[1])?;
    visit.sandbox.graph.shelf.remove(ids[1]);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn own(visit: &Visit<'_>, id: &str) -> Result<Subscription, Failure> {
    let own = visit.sandbox.graph.shelf.of(&visit.resident.person.address);
    own.into_iter().find(|one| one.id == id).ok_or_else(missing_one)
}

fn invalid(text: impl Into<String>) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "InvalidRequest", text)
}

fn missing_one() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "ResourceNotFound", "The object was not found.")
}

/// The folder that is told of; `None` is the whole mailbox.
fn folder_of(visit: &Visit<'_>, resource: &str) -> Result<Option<usize>, Failure> {
    let lower = resource.trim_start_matches('/').to_lowercase();
    match lower.as_str() {
        "me/messages" => Ok(None),
        "me/mailfolders('inbox')/messages" | "me/mailfolders/inbox/messages" => Ok(Some(INBOX)),
        _ => {
            let named = resource.trim_start_matches('/').strip_prefix("me/mailFolders('");
            let folder = named.and_then(|rest| rest.strip_suffix("')/messages"));
            let folder = folder.and_then(|name| visit.resident.outlook().find_folder(name));
            folder.map(Some).ok_or_else(|| invalid(format!("Invalid resource: '{resource}'.")))
        }
    }
}

/// Graph wants https; this machine may have plain http, too.
fn check_address(address: &str) -> Result<(), Failure> {
    let good = Url::parse(address).is_ok_and(|url| {
        url.scheme() == "https" || matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
    });
    if good { Ok(()) } else { Err(invalid("Notification endpoint must be a public https address.")) }
}

fn expiry(visit: &Visit<'_>, body: &Value) -> Result<DateTime<Utc>, Failure> {
    let text = body["expirationDateTime"].as_str().unwrap_or_default();
    let wanted = DateTime::parse_from_rfc3339(text).map_err(|_| invalid("Invalid 'expirationDateTime'."))?;
    if wanted.to_utc() > visit.now + LONGEST {
        let most = LONGEST.num_minutes();
        return Err(invalid(format!("Subscription expiration can only be {most} minutes in the future.")));
    }
    Ok(wanted.to_utc().max(visit.now + SHORTEST))
}

/// A subscription as it is shown; its secret is shown only to whoever makes it.
fn show(subscription: &Subscription) -> Value {
    json!({
        "id": subscription.id,
        "resource": subscription.resource,
        "changeType": subscription.changes,
        "clientState": null,
        "notificationUrl": subscription.url,
        "lifecycleNotificationUrl": subscription.lifecycle,
        "expirationDateTime": subscription.expires.to_rfc3339_opts(SecondsFormat::Millis, true),
        "notificationQueryOptions": null,
        "includeResourceData": null,
        "latestSupportedTlsVersion": "v1_2",
    })
}
