//! The profile.

use std::collections::HashSet;

use serde_json::json;

use super::{Outcome, Visit};

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
