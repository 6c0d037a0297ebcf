//! Lines that say only what changed of a message. Graph says of a message that was read elsewhere no more than that
//! (`isRead`, and names of its own); taken for the whole message it would wipe out subject and text.

use super::{
    Delta,
    wire::{self, OutlookMessage},
};
use serde_json::{Map, Value};

/// What Graph calls a message and its state by: changes of these change nothing here.
const NAMES: [&str; 4] = ["id", "parentFolderId", "changeKey", "lastModifiedDateTime"];

/// What changed of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partly {
    /// Its immutable id.
    pub id: String,
    /// It was read, or is unread again.
    pub read: Option<bool>,
    /// It was flagged, or is not any more.
    pub flagged: Option<bool>,
    /// It is under these categories now.
    pub categories: Option<Vec<String>>,
    /// Something else changed, too: the message has to be asked for.
    pub more: bool,
}

/// A line of a round of messages.
pub(super) fn line(value: Value) -> Delta<OutlookMessage> {
    match value.as_object().and_then(partly) {
        Some(partly) => Delta::Partly(partly),
        None => wire::line(value),
    }
}

/// `None` for what is whole or gone: a whole message says when it came and has a text, be it empty, as both are asked for.
fn partly(line: &Map<String, Value>) -> Option<Partly> {
    if line.contains_key("@removed") || (line.contains_key("receivedDateTime") && line.contains_key("body")) {
        return None;
    }
    let mut partly = Partly { id: line.get("id")?.as_str()?.to_owned(), ..Partly::default() };
    for (name, value) in line {
        match name.as_str() {
            "isRead" => partly.read = value.as_bool(),
            "flag" => partly.flagged = value["flagStatus"].as_str().map(|status| status == "flagged"),
            "categories" => partly.categories = serde_json::from_value(value.clone()).ok(),
            // A draft may have been written anew; nothing else is.
            "isDraft" => partly.more |= value.as_bool() == Some(true),
            name => partly.more |= !NAMES.contains(&name) && !name.contains("@odata."),
        }
    }
    partly.more |= partly.read.is_none() && partly.flagged.is_none() && partly.categories.is_none();
    Some(partly)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_without_text_or_time_says_only_what_changed() {
        let of = |value: Value| match line(value) {
            Delta::Partly(partly) => Some((partly.read, partly.flagged, partly.more)),
            _ => None,
        };
        assert_eq!(of(json!({"id": "a", "@odata.etag": "W/1", "isRead": true})), Some((Some(true), None, false)));
        let flagged = json!({"id": "a", "changeKey": "k", "flag": {"flagStatus": "flagged"}, "isRead": false});
        assert_eq!(of(flagged), Some((Some(false), Some(true), false)));
        assert_eq!(of(json!({"id": "a", "isRead": true, "subject": "New"})), Some((Some(true), None, true)));
        let without_text = json!({"id": "a", "receivedDateTime": "2026-05-01T10:00:00Z", "isRead": true});
        assert_eq!(of(without_text), Some((Some(true), None, true)));
        assert_eq!(of(json!({"id": "a"})), Some((None, None, true)), "nobody knows what");
        let Delta::Partly(filed) = line(json!({"id": "a", "categories": ["Tax"]})) else { panic!("a part of it") };
        assert_eq!((filed.categories, filed.more), (Some(vec!["Tax".to_owned()]), false));
        let named = |is_draft: bool| json!({"id": "a", "isRead": true, "isDraft": is_draft});
        assert_eq!(
            [of(named(false)), of(named(true))],
            [Some((Some(true), None, false)), Some((Some(true), None, true))]
        );
        assert_eq!(of(json!({"id": "a", "receivedDateTime": "2026-05-01T10:00:00Z", "body": null})), None);
        assert_eq!(of(json!({"id": "a", "@removed": {"reason": "deleted"}})), None);
    }
}
