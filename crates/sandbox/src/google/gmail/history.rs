//! What changed since a history id.

use serde_json::{Value, json};

use super::{Outcome, Visit};
use crate::google::errors::Failure;
use crate::world::Mailbox;
use crate::world::history::{Change, What};

/// Names of the types, as in `historyTypes`.
const TYPES: [&str; 4] = ["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"];

/// `users.history.list`.
pub fn list(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let mailbox = visit.resident.mailbox();
    let most = visit.number("maxResults", 100, 500)?;
    let start = visit.params.get("startHistoryId").unwrap_or_default();
    let start: u64 = match start.parse() {
        Ok(start) => start,
        Err(_) if start.is_empty() => return Err(Failure::invalid("Missing required parameter: startHistoryId")),
        Err(_) => return Err(Failure::invalid("Invalid value at 'start_history_id' (TYPE_UINT64)")),
    };
    let types: Vec<&str> = visit.params.all("historyTypes").collect();
    if let Some(unknown) = types.iter().find(|name| !TYPES.contains(name)) {
        return Err(Failure::invalid(format!("Invalid value at 'history_types', \"{unknown}\"")));
    }
    let label = match visit.params.get("labelId") {
        None => None,
        Some(id) => Some(mailbox.labels.mark(id).ok_or_else(|| Failure::invalid(format!("Invalid label: {id}")))?),
    };
    let from = match visit.params.get("pageToken").filter(|text| !text.is_empty()) {
        None => start,
        Some(text) => text.parse::<u64>().map_err(|_| Failure::invalid("Invalid pageToken"))?.max(start),
    };
    mailbox.changes(start, visit.now).ok_or_else(Failure::not_found)?;
    let changes = mailbox.changes(from, visit.now).unwrap_or_default();
    let wanted = |change: &&Change| {
        (types.is_empty() || types.contains(&type_of(change))) && label.is_none_or(|label| touches(change, label))
    };
    let mut found: Vec<&Change> = changes.iter().filter(wanted).take(most + 1).collect();
    let more = found.len() > most;
    found.truncate(most);
    let mut answer = json!({"historyId": mailbox.history.current(visit.now).to_string()});
    if !found.is_empty() {
        answer["history"] = found.iter().map(|change| record(&mailbox, change)).collect();
    }
    if let Some(last) = found.last().filter(|_| more) {
        answer["nextPageToken"] = json!(last.id.to_string());
    }
    Ok(answer)
}

fn type_of(change: &Change) -> &'static str {
    match change.what {
        What::Added => TYPES[0],
        What::Deleted => TYPES[1],
        What::Marked(_) => TYPES[2],
        What::Unmarked(_) => TYPES[3],
    }
}

fn touches(change: &Change, label: crate::world::labels::Marks) -> bool {
    let moved = match change.what {
        What::Marked(marks) | What::Unmarked(marks) => marks,
        What::Added | What::Deleted => change.marks,
    };
    change.marks.has(label) || moved.has(label)
}

fn record(mailbox: &Mailbox, change: &Change) -> Value {
    let short = super::list::reference(mailbox, change.sequence);
    let mut message = short.clone();
    message["labelIds"] = json!(mailbox.labels.ids(change.marks));
    let mut record = json!({"id": change.id.to_string(), "messages": [short]});
    let (name, item) = match change.what {
        What::Added => ("messagesAdded", json!({"message": message})),
        What::Deleted => ("messagesDeleted", json!({"message": message})),
        What::Marked(marks) => ("labelsAdded", json!({"message": message, "labelIds": mailbox.labels.ids(marks)})),
        What::Unmarked(marks) => ("labelsRemoved", json!({"message": message, "labelIds": mailbox.labels.ids(marks)})),
    };
    record[name] = json!([item]);
    record
}
