//! A message as Graph gives it, as it is stored.

use super::{
    bounds, headers, html,
    payload::{LONGEST_LINE, LONGEST_RECIPIENTS, Parsed, ParsedFile, cut},
};
use crate::{
    mail::{charset::LONGEST_BODY, labels::CATEGORY},
    providers::microsoft::mail::{OutlookMessage, Recipient},
};

/// Categories of one message that become labels.
const MOST_CATEGORIES: usize = 25;

/// Reads a message. `label` is the one of its folder.
pub(crate) fn read_outlook(message: OutlookMessage, label: &str) -> Parsed {
    let mut label_ids = vec![label.to_owned()];
    if !message.is_read {
        label_ids.push("UNREAD".to_owned());
    }
    if message.flag.is_some_and(|flag| flag.flag_status == "flagged") {
        label_ids.push("STARRED".to_owned());
    }
    label_ids.extend(message.categories.iter().take(MOST_CATEGORIES).filter_map(|name| category_label(name)));
    let sender = message.from.or(message.sender).unwrap_or_default();
    let recipients: Vec<String> =
        message.to_recipients.iter().chain(&message.cc_recipients).map(|one| headers::written(&person(one))).collect();
    let sender = person(&sender);
    let body = message.body.unwrap_or_default();
    let size = i64::try_from(body.content.len()).unwrap_or(i64::MAX);
    let content = shortened(without_nul(body.content));
    let is_html = body.content_type.eq_ignore_ascii_case("html");
    let text = if is_html { html::to_text(&content) } else { content.clone() };
    Parsed {
        thread_remote_id: message.conversation_id.filter(|id| !id.is_empty()).unwrap_or_else(|| message.id.clone()),
        remote_id: message.id,
        history_id: None,
        rfc_message_id: message.internet_message_id.map(|id| plain(&id)).filter(|id| !id.is_empty()),
        sender_name: cut(&sender.name, LONGEST_LINE),
        sender_address: cut(&sender.address.to_lowercase(), LONGEST_LINE),
        recipients: cut(&recipients.join(", "), LONGEST_RECIPIENTS),
        subject: cut(&plain(&message.subject.unwrap_or_default()), LONGEST_LINE),
        snippet: cut(&plain(&message.body_preview), LONGEST_LINE),
        received_at: message.received_date_time,
        size: size + message.attachments.iter().map(|file| file.size).sum::<i64>(),
        label_ids,
        text: Some(text),
        html: is_html.then_some(content),
        // Asked for when somebody wants to see them.
        headers: "[]".to_owned(),
        files: message
            .attachments
            .into_iter()
            .take(bounds::MOST_FILES)
            .map(|file| ParsedFile {
                part_id: file.id,
                filename: cut(&plain(&file.name.unwrap_or_default()), LONGEST_LINE),
                mime_type: plain(&file.content_type.unwrap_or_default()),
                size: file.size,
                content_id: None,
                inline: file.is_inline,
            })
            .collect(),
    }
}

/// The label of a category, which has no id of its own.
pub(crate) fn category_label(name: &str) -> Option<String> {
    let name = plain(name);
    (!name.is_empty()).then(|| format!("{CATEGORY}{}", cut(&name, LONGEST_LINE)))
}

/// Whether a label is one of a category.
pub(crate) fn is_category(label: &str) -> bool {
    label.starts_with(CATEGORY)
}

fn person(recipient: &Recipient) -> headers::Person {
    let address = recipient.email_address.address.clone().unwrap_or_default();
    let name = recipient.email_address.name.clone().filter(|name| *name != address).unwrap_or_default();
    headers::Person { name: plain(&name), address: plain(&address) }
}

fn plain(text: &str) -> String {
    headers::plain(bounds::first(text, bounds::LONGEST_HEADER))
}

/// PostgreSQL keeps no NUL in a text.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

fn shortened(mut text: String) -> String {
    text.truncate(bounds::first(&text, LONGEST_BODY).len());
    text
}
