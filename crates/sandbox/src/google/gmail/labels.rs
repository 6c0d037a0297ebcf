//! Labels and their counts.

use serde_json::{Value, json};

use super::{Outcome, Visit};
use crate::google::errors::Failure;
use crate::world::labels::{Marks, Own};

/// `users.labels.list`; without counts, as at Gmail.
#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub fn list(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    Ok(json!({"labels": visit.resident.mailbox().labels.list()}))
}

/// `users.labels.get`, with counts.
pub fn get(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let mailbox = visit.resident.mailbox();
    let mut label = mailbox.labels.show(ids[0]).ok_or_else(Failure::not_found)?;
    let marks = mailbox.labels.mark(ids[0]).ok_or_else(Failure::not_found)?;
    let (messages, threads) = mailbox.count(marks);
    let (unread, threads_unread) = mailbox.count(marks.with(Marks::UNREAD));
    label["messagesTotal"] = json!(messages);
    label["threadsTotal"] = json!(threads);
    label["messagesUnread"] = json!(unread);
    label["threadsUnread"] = json!(threads_unread);
    Ok(label)
}

/// Reads what a body says about a label into it; what it does not mention stays.
fn apply(own: &mut Own, body: &Value) -> Result<(), Failure> {
    if let Some(name) = body["name"].as_str() {
        if name.trim().is_empty() || name.len() > 225 {
            return Err(Failure::invalid("Invalid label name"));
        }
        name.clone_into(&mut own.name);
    }
    let choices: [(&str, &mut String, &[&str]); 2] = [
        ("labelListVisibility", &mut own.list, &["labelShow", "labelShowIfUnread", "labelHide"]),
        ("messageListVisibility", &mut own.messages, &["show", "hide"]),
    ];
    for (name, field, allowed) in choices {
        if let Some(value) = body[name].as_str() {
            if !allowed.contains(&value) {
                return Err(Failure::invalid(format!("Invalid value at 'label.{name}', \"{value}\"")));
            }
            value.clone_into(field);
        }
    }
    if let (Some(text), Some(background)) =
        (body["color"]["textColor"].as_str(), body["color"]["backgroundColor"].as_str())
    {
        own.color = Some((text.to_owned(), background.to_owned()));
    }
    Ok(())
}

/// `users.labels.create`.
pub fn create(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let body = visit.body()?;
    let mut own = Own { name: String::new(), list: "labelShow".to_owned(), messages: "show".to_owned(), color: None };
    apply(&mut own, &body)?;
    if own.name.is_empty() {
        return Err(Failure::invalid("Invalid label name"));
    }
    let mut mailbox = visit.resident.mailbox_mut();
    if mailbox.labels.taken(&own.name, None) {
        return Err(Failure::conflict("Label name exists or conflicts"));
    }
    let id = mailbox.labels.add(own).ok_or_else(|| Failure::invalid("Too many labels"))?;
    mailbox.labels.show(&id).ok_or_else(Failure::not_found)
}

/// `users.labels.update` and `users.labels.patch`.
pub fn change(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let body = visit.body()?;
    let mut mailbox = visit.resident.mailbox_mut();
    if mailbox.labels.mark(ids[0]).is_some() && mailbox.labels.own_mut(ids[0]).is_none() {
        return Err(Failure::invalid("Invalid update request: system labels cannot be changed"));
    }
    if body["name"].as_str().is_some_and(|name| mailbox.labels.taken(name, Some(ids[0]))) {
        return Err(Failure::conflict("Label name exists or conflicts"));
    }
    apply(mailbox.labels.own_mut(ids[0]).ok_or_else(Failure::not_found)?, &body)?;
    mailbox.labels.show(ids[0]).ok_or_else(Failure::not_found)
}

/// `users.labels.delete`: the label goes, its mails stay.
pub fn delete(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let mut mailbox = visit.resident.mailbox_mut();
    if mailbox.labels.mark(ids[0]).is_some() && mailbox.labels.own_mut(ids[0]).is_none() {
        return Err(Failure::invalid("Invalid delete request"));
    }
    let marks = mailbox.labels.remove(ids[0]).ok_or_else(Failure::not_found)?;
    mailbox.unmark_all(marks);
    Ok(Value::Null)
}
