//! A mail as Graph shows it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use serde_json::{Map, Value, json};

use super::properties::Chosen;
use super::visit::Prefer;
use crate::dice::Dice;
use crate::oauth::pages::escape;
use crate::world::Outlook;
use crate::world::compose::plain_text;
use crate::world::labels::Marks;
use crate::world::mime::parse::{Part, split_outside_quotes};
use crate::world::outlook::Item;

/// Characters of `bodyPreview`.
const PREVIEW: usize = 255;

/// A mail with the chosen properties; `None` when it is gone.
pub fn show(outlook: &Outlook, sequence: u32, chosen: &Chosen, prefer: Prefer) -> Option<Value> {
    let item = outlook.item(sequence)?;
    let mut all = outside(outlook, sequence, item, prefer);
    if chosen.inside() {
        let whole = chosen.heavy() || chosen.has("bodyPreview");
        let part = if whole { outlook.text(sequence)? } else { outlook.head(sequence)? };
        head(&mut all, &part);
        if whole {
            texts(&mut all, &part, chosen, prefer);
        }
        if chosen.has("internetMessageHeaders") {
            let lines = part.headers.iter().map(|(name, value)| {
                let judged = name.eq_ignore_ascii_case("Authentication-Results").then(|| judged(value)).flatten();
                json!({"name": name, "value": judged.as_deref().unwrap_or(value)})
            });
            all.insert("internetMessageHeaders".to_owned(), lines.collect());
        }
        if let Some(importance) = outlook.notes(sequence).and_then(|notes| notes.importance.as_ref()) {
            all.insert("importance".to_owned(), json!(importance));
        }
        if outlook.is_invitation(sequence, &part) {
            all.insert("@odata.type".to_owned(), json!("#microsoft.graph.eventMessageRequest"));
        }
    }
    all.retain(|name, _| name == "id" || name.starts_with('@') || chosen.has(name));
    let mut shown = Value::Object(all);
    if chosen.attachments.is_some() {
        let files = super::attachments::all(outlook, sequence).into_iter();
        shown["attachments"] = files.map(|file| chosen.file(file)).collect();
    }
    Some(shown)
}

/// What makes one state of a mail another than the one before.
pub fn change_key(outlook: &Outlook, sequence: u32) -> String {
    let item = outlook.item(sequence);
    let (stamp, moves) = item.map_or((0, 0), |item| (item.stamp, item.moves));
    let mut dice = Dice::of(&[u64::from(sequence), stamp, u64::from(moves), 0x006B_6579]);
    let mut bytes = vec![0x09, 0x00, 0x00, 0x00, 0x16, 0x00, 0x00, 0x00];
    bytes.extend(dice.bits().to_be_bytes());
    bytes.extend(dice.bits().to_be_bytes());
    bytes.extend(stamp.to_be_bytes());
    STANDARD.encode(bytes)
}

/// Seconds as Graph writes them.
pub fn moment(seconds: u32) -> String {
    DateTime::from_timestamp(i64::from(seconds), 0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What can be told without reading the mail.
fn outside(outlook: &Outlook, sequence: u32, item: &Item, prefer: Prefer) -> Map<String, Value> {
    let marks = outlook.marks(sequence);
    let notes = outlook.notes(sequence);
    let key = change_key(outlook, sequence);
    let id = outlook.id(sequence, prefer.immutable);
    let usual_flag = json!({"flagStatus": if marks.has(Marks::STARRED) { "flagged" } else { "notFlagged" }});
    let usual_inference = if marks.has(Marks::PROMOTIONS) { "other" } else { "focused" };
    let conversation = outlook.conversation(sequence);
    let web: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let shown = json!({
        "@odata.etag": format!("W/\"{key}\""),
        "id": id,
        "createdDateTime": moment(item.seconds),
        "lastModifiedDateTime": moment(item.changed_s),
        "changeKey": key,
        "categories": outlook.categories(sequence),
        "receivedDateTime": moment(item.seconds),
        "hasAttachments": outlook.has_files(sequence),
        "parentFolderId": outlook.folder_id(item.home()),
        "conversationId": conversation,
        "conversationIndex": STANDARD.encode(&conversation.as_bytes()[40..62]),
        "isRead": !marks.has(Marks::UNREAD),
        "isDraft": marks.has(Marks::DRAFT),
        "webLink": format!("https://outlook.live.com/owa/?ItemID={web}&exvsurl=1&viewmodel=ReadMessageItem"),
        "inferenceClassification": notes.and_then(|notes| notes.inference.as_deref()).unwrap_or(usual_inference),
        "flag": notes.and_then(|notes| notes.flag.clone()).unwrap_or(usual_flag),
        "isDeliveryReceiptRequested": if marks.has(Marks::DRAFT) { json!(false) } else { Value::Null },
    });
    match shown {
        Value::Object(shown) => shown,
        _ => Map::new(),
    }
}

/// What its header lines say.
fn head(all: &mut Map<String, Value>, part: &Part) {
    let line = |name: &str| part.header(name).unwrap_or_default();
    let list = |name: &str| Value::Array(addresses(line(name)).iter().map(recipient).collect());
    let from = addresses(line("From")).first().map_or(Value::Null, recipient);
    let sender = addresses(line("Sender")).first().map_or_else(|| from.clone(), recipient);
    let sent = DateTime::parse_from_rfc2822(line("Date")).map(|date| date.timestamp());
    let sent = sent.ok().and_then(|seconds| u32::try_from(seconds).ok()).map(moment);
    let high = line("Importance").eq_ignore_ascii_case("high") || line("X-Priority").starts_with('1');
    let low = line("Importance").eq_ignore_ascii_case("low") || line("X-Priority").starts_with('5');
    let read = part.header("Disposition-Notification-To").is_some();
    let values = [
        ("sentDateTime", sent.map_or_else(|| all["receivedDateTime"].clone(), Value::from)),
        ("internetMessageId", part.header("Message-ID").map_or(Value::Null, |id| json!(id.trim()))),
        ("subject", json!(line("Subject"))),
        (
            "importance",
            json!(if high {
                "high"
            } else if low {
                "low"
            } else {
                "normal"
            }),
        ),
        ("isReadReceiptRequested", json!(read)),
        ("sender", sender),
        ("from", from),
        ("toRecipients", list("To")),
        ("ccRecipients", list("Cc")),
        ("bccRecipients", list("Bcc")),
        ("replyTo", list("Reply-To")),
    ];
    // A mail without a sender shows none, rather than null.
    let told = values.into_iter().filter(|(name, value)| !(value.is_null() && (*name == "from" || *name == "sender")));
    all.extend(told.map(|(name, value)| (name.to_owned(), value)));
}

/// Our mails bear Gmail's judgement of their sender; Exchange writes its own without a name in front, and with the
/// domain that signed.
fn judged(line: &str) -> Option<String> {
    let rest = line.strip_prefix("mx.google.com;")?.trim();
    let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ").replace("header.i=@", "header.d=");
    let reason = if rest.contains("dmarc=pass") { "pass reason=100" } else { "fail reason=000" };
    Some(format!("{rest};compauth={reason}"))
}

/// Its body, and how it begins.
fn texts(all: &mut Map<String, Value>, part: &Part, chosen: &Chosen, prefer: Prefer) {
    if chosen.has("bodyPreview") {
        let plain = plain_text(part, PREVIEW * 8);
        let preview: String = plain.trim().chars().take(PREVIEW).collect();
        all.insert("bodyPreview".to_owned(), json!(preview.trim_end()));
    }
    if chosen.heavy() {
        let (kind, content) = if prefer.text { ("text", plain_text(part, usize::MAX)) } else { ("html", html(part)) };
        let body = json!({"contentType": kind, "content": content});
        all.insert("uniqueBody".to_owned(), body.clone());
        all.insert("body".to_owned(), body);
    }
}

/// The HTML of a mail; plain text is made into some.
pub fn html(part: &Part) -> String {
    let all = part.walk();
    let own = all.iter().find(|part| part.media_type == "text/html" && part.file_name.is_empty());
    own.map_or_else(
        || {
            let meta = "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head>";
            let text = escape(&plain_text(part, usize::MAX)).replace("\r\n", "<br>\r\n");
            format!("{meta}<body><div class=\"PlainText\">{text}</div></body></html>")
        },
        |part| part.text(),
    )
}

/// Names with their addresses in a header line; groups and other things without an address are left out.
pub fn addresses(line: &str) -> Vec<(String, String)> {
    let one = |piece: &str| {
        let (name, address) = match piece.rsplit_once('<') {
            Some((name, tail)) => (name.trim().trim_matches('"'), tail.split('>').next().unwrap_or(tail)),
            None => ("", piece),
        };
        (name.replace("\\\"", "\""), address.trim().to_owned())
    };
    split_outside_quotes(line, ',').into_iter().map(one).filter(|(_, address)| address.contains('@')).collect()
}

fn recipient((name, address): &(String, String)) -> Value {
    let name = if name.is_empty() { address } else { name };
    json!({"emailAddress": {"name": name, "address": address}})
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn names_keep_their_commas_and_groups_have_no_address() {
        let line = "\"Lindqvist, Ana\" <ana@x.example>, bob@x.example, undisclosed-recipients:;";
        let found = addresses(line);
        assert_eq!(found[0], ("Lindqvist, Ana".to_owned(), "ana@x.example".to_owned()));
        assert_eq!((found[1].1.as_str(), found.len()), ("bob@x.example", 2));
    }
}
