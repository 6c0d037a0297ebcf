//! A message as Graph gives it, as it is stored.

use super::{
    headers, html,
    payload::{LONGEST_LINE, LONGEST_RECIPIENTS, Parsed, ParsedFile, cut},
};
use crate::{
    mail::charset::LONGEST_BODY,
    providers::microsoft::mail::{OutlookMessage, Recipient},
};

/// Reads a message. `label` is the one of its folder.
pub(crate) fn read_outlook(message: OutlookMessage, label: &str) -> Parsed {
    let mut label_ids = vec![label.to_owned()];
    if !message.is_read {
        label_ids.push("UNREAD".to_owned());
    }
    if message.flag.is_some_and(|flag| flag.flag_status == "flagged") {
        label_ids.push("STARRED".to_owned());
    }
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
        rfc_message_id: message.internet_message_id.map(|id| headers::plain(&id)).filter(|id| !id.is_empty()),
        sender_name: cut(&sender.name, LONGEST_LINE),
        sender_address: cut(&sender.address.to_lowercase(), LONGEST_LINE),
        recipients: cut(&recipients.join(", "), LONGEST_RECIPIENTS),
        subject: cut(&headers::plain(&message.subject.unwrap_or_default()), LONGEST_LINE),
        snippet: cut(&headers::plain(&message.body_preview), LONGEST_LINE),
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
            .map(|file| ParsedFile {
                part_id: file.id,
                filename: cut(&headers::plain(&file.name.unwrap_or_default()), LONGEST_LINE),
                mime_type: headers::plain(&file.content_type.unwrap_or_default()),
                size: file.size,
                content_id: None,
                inline: file.is_inline,
            })
            .collect(),
    }
}

fn person(recipient: &Recipient) -> headers::Person {
    let address = recipient.email_address.address.clone().unwrap_or_default();
    let name = recipient.email_address.name.clone().filter(|name| *name != address).unwrap_or_default();
    headers::Person { name: headers::plain(&name), address: headers::plain(&address) }
}

/// PostgreSQL keeps no NUL in a text.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

fn shortened(mut text: String) -> String {
    if text.len() > LONGEST_BODY {
        let end = (0..=LONGEST_BODY).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        text.truncate(end);
    }
    text
}
