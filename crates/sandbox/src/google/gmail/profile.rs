//! The profile, and push notifications, which are accepted but never sent.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Outcome, Visit};
use crate::google::errors::Failure;

/// Milliseconds a watch lasts: seven days.
const WATCH_MS: i64 = 7 * 24 * 3_600 * 1_000;

/// `users.getProfile`.
#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub fn get(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let mailbox = visit.resident.mailbox();
    let mut threads = HashSet::new();
    let messages = mailbox.newest_first(None).inspect(|(_, entry)| _ = threads.insert(entry.thread)).count();
    Ok(json!({
        "emailAddress": visit.resident.person.address,
        "messagesTotal": messages,
        "threadsTotal": threads.len(),
        "historyId": mailbox.history.current(visit.now).to_string(),
    }))
}

/// `users.watch`.
pub fn watch(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let body = visit.body()?;
    let topic = body["topicName"].as_str().unwrap_or_default();
    if !topic.starts_with("projects/") || !topic.contains("/topics/") {
        return Err(Failure::invalid("Invalid topicName does not match projects/*/topics/*"));
    }
    let mailbox = visit.resident.mailbox();
    for id in body["labelIds"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        mailbox.labels.mark(id).ok_or_else(|| Failure::invalid(format!("Invalid label: {id}")))?;
    }
    Ok(json!({
        "historyId": mailbox.history.current(visit.now).to_string(),
        "expiration": (visit.now.timestamp_millis() + WATCH_MS).to_string(),
    }))
}

/// `users.stop`.
#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub fn stop(_: &Visit<'_>, _: &[&str]) -> Outcome {
    Ok(Value::Null)
}
