//! Partial responses: the `fields` parameter, such as `messages(id,payload/headers),nextPageToken`.

use serde_json::{Map, Value};

/// Names that occur in Gmail's resources; others are refused, as at Google.
const KNOWN: [&str; 62] = [
    "addLabelIds",
    "attachmentId",
    "backgroundColor",
    "body",
    "classificationLabelValues",
    "color",
    "data",
    "drafts",
    "emailAddress",
    "expiration",
    "fields",
    "filename",
    "headers",
    "history",
    "historyId",
    "id",
    "internalDate",
    "labelId",
    "labelIds",
    "labelListVisibility",
    "labels",
    "labelsAdded",
    "labelsRemoved",
    "message",
    "messageListVisibility",
    "messages",
    "messagesAdded",
    "messagesDeleted",
    "messagesTotal",
    "messagesUnread",
    "mimeType",
    "name",
    "nextPageToken",
    "partId",
    "parts",
    "payload",
    "raw",
    "removeLabelIds",
    "resultSizeEstimate",
    "size",
    "sizeEstimate",
    "snippet",
    "textColor",
    "threadId",
    "threads",
    "threadsTotal",
    "threadsUnread",
    "type",
    "value",
    "kind",
    "etag",
    "items",
    "nextSyncToken",
    "summary",
    "description",
    "updated",
    "timeZone",
    "start",
    "end",
    "status",
    "attendees",
    "*",
];

/// A selection of fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(Vec<(String, Fields)>);

impl Fields {
    /// Reads a selection; the error is Google's sentence about it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text;
        let fields = Self::list(&mut rest, 0).ok_or_else(|| format!("Invalid field selection {text}"))?;
        if !rest.is_empty() {
            return Err(format!("Invalid field selection {text}"));
        }
        match fields.unknown() {
            Some(name) => Err(format!("Invalid field selection {name}")),
            None => Ok(fields),
        }
    }

    fn list(rest: &mut &str, depth: usize) -> Option<Self> {
        let mut fields = Vec::new();
        if depth > 32 {
            return None;
        }
        loop {
            fields.push(Self::path(rest, depth)?);
            match rest.strip_prefix(',') {
                Some(tail) => *rest = tail,
                None => return Some(Self(fields)),
            }
        }
    }

    fn path(rest: &mut &str, depth: usize) -> Option<(String, Self)> {
        let end = rest.find([',', '/', '(', ')']).unwrap_or(rest.len());
        let name = rest[..end].trim().to_owned();
        if name.is_empty() {
            return None;
        }
        *rest = &rest[end..];
        if let Some(tail) = rest.strip_prefix('/') {
            *rest = tail;
            return Some((name, Self(vec![Self::path(rest, depth + 1)?])));
        }
        if let Some(tail) = rest.strip_prefix('(') {
            *rest = tail;
            let inner = Self::list(rest, depth + 1)?;
            *rest = rest.strip_prefix(')')?;
            return Some((name, inner));
        }
        Some((name, Self::default()))
    }

    fn unknown(&self) -> Option<&str> {
        self.0.iter().find_map(
            |(name, inner)| {
                if KNOWN.contains(&name.as_str()) { inner.unknown() } else { Some(name.as_str()) }
            },
        )
    }

    /// The selected part of a value. Lists are selected from item by item.
    pub fn select(&self, value: &Value) -> Value {
        if self.0.is_empty() {
            return value.clone();
        }
        match value {
            Value::Array(items) => items.iter().map(|item| self.select(item)).collect(),
            Value::Object(object) => {
                let chosen = object.iter().filter_map(|(key, value)| {
                    let wanted: Vec<&Self> =
                        self.0.iter().filter(|(name, _)| name == key || name == "*").map(|(_, inner)| inner).collect();
                    let merged = Self(wanted.iter().flat_map(|inner| inner.0.clone()).collect());
                    // A name without a selection of its own takes everything, whatever another mention of it says.
                    let all = wanted.iter().any(|inner| inner.0.is_empty());
                    (!wanted.is_empty()).then(|| (key.clone(), if all { value.clone() } else { merged.select(value) }))
                });
                Value::Object(chosen.collect::<Map<String, Value>>())
            }
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Fields;

    #[test]
    fn nested_selections_pick_what_they_name() {
        let value = json!({"messages": [{"id": "1", "threadId": "2", "payload": {"headers": [{"name": "a", "value": "b"}],
            "mimeType": "text/plain"}}], "nextPageToken": "t", "resultSizeEstimate": 3});
        let select = |text: &str| Fields::parse(text).unwrap().select(&value);
        assert_eq!(select("nextPageToken"), json!({"nextPageToken": "t"}));
        assert_eq!(
            select("messages(id,payload/headers(name)),nextPageToken"),
            json!({"messages": [{"id": "1", "payload": {"headers": [{"name": "a"}]}}], "nextPageToken": "t"})
        );
        assert_eq!(select("messages/id,messages/threadId"), json!({"messages": [{"id": "1", "threadId": "2"}]}));
        assert_eq!(select("*"), value);
        assert_eq!(select("messages/*"), json!({"messages": value["messages"]}));
    }

    #[test]
    fn a_selection_that_cannot_be_read_is_refused() {
        for text in ["", "a(", "id,", "messages(id", "messages)id(", "nonsense"] {
            assert!(Fields::parse(text).is_err(), "{text}");
        }
    }
}
