//! Watches: Gmail leaves word in a topic whenever something changes.

use chrono::Duration;
use serde_json::{Value, json};

use super::{Outcome, Visit};
use crate::google::errors::Failure;
use crate::google::pubsub::desk::{PROJECT, TOPIC, Watch};
use crate::world::labels::Marks;

/// How long a watch lasts.
const LASTS: Duration = Duration::days(7);

/// `users.watch`; the refusals are Gmail's own words.
pub fn begin(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let body = visit.body()?;
    let topic = body["topicName"].as_str().unwrap_or_default();
    if !topic.starts_with(&format!("{PROJECT}/topics/")) {
        return Err(Failure::invalid(format!("Invalid topicName does not match {PROJECT}/topics/*")));
    }
    let test = "Error sending test message to Cloud PubSub";
    if topic != TOPIC {
        return Err(Failure::absent(format!("{test} {topic} : Resource not found (resource={topic}).")));
    }
    if !visit.sandbox.pubsub.is_open() {
        return Err(Failure::forbidden(format!("{test} {topic} : User not authorized to perform this action.")));
    }
    let mailbox = visit.resident.mailbox();
    let mut labels = None;
    for id in body["labelIds"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let mark = mailbox.labels.mark(id).ok_or_else(|| Failure::invalid(format!("Invalid label: {id}")))?;
        labels = Some(labels.unwrap_or(Marks::default()).with(mark));
    }
    let behavior = body["labelFilterBehavior"].as_str().or_else(|| body["labelFilterAction"].as_str());
    let included = behavior.is_none_or(|word| word.eq_ignore_ascii_case("include"));
    let (told, expires) = (mailbox.history.current(visit.now), visit.now + LASTS);
    let watch = Watch { expires, labels: labels.map(|labels| (labels, included)), told, last: None };
    visit.sandbox.pubsub.watch(&visit.resident.person.address, watch);
    Ok(json!({"historyId": told.to_string(), "expiration": expires.timestamp_millis().to_string()}))
}

/// `users.stop`.
#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub fn end(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    visit.sandbox.pubsub.stop(&visit.resident.person.address);
    Ok(Value::Null)
}
