//! How deep the parts of a mail are read: whoever sends it nests them as they like.

use serde::{Deserialize, Deserializer, de::IgnoredAny};
use std::cell::Cell;

/// Parts inside one another that are read; what is deeper is left out. The parser of JSON itself gives up at twice that.
const DEEPEST: u32 = 50;

/// Reads the parts of a part. How deep this is stands in the thread: a recursion of derived code takes no arguments.
pub(super) fn inner<'de, D: Deserializer<'de>, P: Deserialize<'de>>(parts: D) -> Result<Vec<P>, D::Error> {
    thread_local!(static DEPTH: Cell<u32> = const { Cell::new(0) });
    let depth = DEPTH.get();
    if depth >= DEEPEST {
        return IgnoredAny::deserialize(parts).map(|_| Vec::new());
    }
    DEPTH.set(depth + 1);
    let read = Vec::deserialize(parts);
    DEPTH.set(depth);
    read
}

#[cfg(test)]
mod tests {
    use super::super::wire::message;

    #[test]
    fn parts_nested_a_thousand_deep_are_read_as_far_as_anybody_looks() {
        let nested = |deep: usize| {
            let part = r#"{"mimeType":"multipart/mixed","parts":[{"mimeType":"text/plain"},"#;
            format!(r#"{{"id":"1","internalDate":5,"payload":{}{{}}{}}}"#, part.repeat(deep), "]}".repeat(deep))
        };
        for deep in [1, 40, 1_000, 100_000] {
            let message = message(nested(deep).as_bytes()).unwrap();
            let mut part = &message.payload;
            let mut found = 0;
            while let Some(inner) = part.parts.last() {
                (part, found) = (inner, found + 1);
            }
            assert_eq!(found, deep.min(50), "{deep}");
        }
        assert!(message(nested(3).replace("text/plain\"", "text/plain").as_bytes()).is_err());
        assert_eq!(message(nested(9).as_bytes()).unwrap().payload.parts.len(), 2, "an error leaves no depth behind");
    }
}
