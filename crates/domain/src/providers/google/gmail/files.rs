//! The content of files. Gmail gives a file another id at every reading, so a file is looked up by its place in the
//! message first; its bytes then come as base64url inside JSON and are unpacked on the way.

use super::{Gmail, Part, wire};
use crate::providers::{
    Caller,
    budget::Urgency,
    error::{ProviderError, classify},
    file::{Pieces, Unpack, at_hand, pieces},
};
use base64::Engine;
use chrono::{DateTime, Utc};

/// Longest beginning of an answer that is searched for the file.
const LONGEST_HEAD: usize = 4_096;

impl Gmail {
    /// When a person may ask for a file, if that is not now.
    pub fn file_opens_at(&self, person: &str) -> Option<DateTime<Utc>> {
        let price = self.quota.get.saturating_mul(2);
        self.budgets.opening(person, price, Urgency::Interactive).map(|opening| opening.at)
    }

    /// The file at `part` of a message; [`ProviderError::Gone`] when there is none.
    pub async fn file(&self, caller: Caller<'_>, message: &str, part: &str) -> Result<Pieces, ProviderError> {
        let message = escaped(message);
        let fields = [("format", "full"), ("fields", "id,internalDate,payload")];
        let request = self.read(caller, &format!("messages/{message}"), &fields)?;
        let answer = self.spend(caller, self.quota.get, request, "/gmail/v1/users/me/messages/{id}").await?;
        let found = wire::message(&self.accept(caller, answer)?.body)?;
        let found = part_at(&found.payload, part).ok_or(ProviderError::Gone)?;
        match (&found.data, &found.attachment_id) {
            (Some(data), _) => Ok(at_hand(data.clone())),
            (None, Some(id)) => self.bytes(caller, &message, &escaped(id)).await,
            // Nothing in it.
            (None, None) => Ok(at_hand(Vec::new())),
        }
    }

    async fn bytes(&self, caller: Caller<'_>, message: &str, id: &str) -> Result<Pieces, ProviderError> {
        let request = self.read(caller, &format!("messages/{message}/attachments/{id}"), &[("fields", "data")])?;
        let ticket = self.budgets.take(caller.person, self.quota.get, caller.urgency).await?;
        let opened = self.http.open(request, "/gmail/v1/users/me/messages/{id}/attachments/{id}").await;
        self.budgets.settle(caller.person, ticket);
        let opened = opened?;
        if !opened.status.is_success() {
            let answer = opened.whole().await?;
            let error = classify(answer.status, &answer.headers, &answer.body, self.clock.now());
            self.heed(caller, Some(&error));
            return Err(error);
        }
        Ok(pieces(opened, FromJson::default(), ()))
    }
}

fn escaped(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect()
}

fn part_at<'p>(part: &'p Part, id: &str) -> Option<&'p Part> {
    if part.part_id == id {
        return Some(part);
    }
    part.parts.iter().find_map(|inner| part_at(inner, id))
}

/// Takes the file out of `{"data":"base64url"}` as it comes.
#[derive(Default)]
struct FromJson {
    place: Place,
    /// Read, and not worth anything yet: the beginning, or less than four letters.
    left: Vec<u8>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// Before the text.
    #[default]
    Head,
    /// In it.
    Text,
    /// Behind it.
    Tail,
}

impl Unpack for FromJson {
    fn unpack(&mut self, piece: Vec<u8>) -> Result<Vec<u8>, ProviderError> {
        self.left.extend(piece);
        if self.place == Place::Head {
            let Some(start) = start_of_text(&self.left) else {
                let sane = self.left.len() <= LONGEST_HEAD;
                return if sane { Ok(Vec::new()) } else { Err(nonsense()) };
            };
            self.left.drain(..start);
            self.place = Place::Text;
        }
        if self.place == Place::Tail {
            self.left.clear();
            return Ok(Vec::new());
        }
        // Padding may come as `=` or, as Google escapes it, `\u003d`; both end the text.
        let end = self.left.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'='));
        let ready = end.unwrap_or(self.left.len() / 4 * 4);
        let bytes = decoded(&self.left[..ready])?;
        self.left.drain(..ready);
        if end.is_some() {
            self.place = Place::Tail;
            self.left.clear();
        }
        Ok(bytes)
    }

    fn finish(&mut self) -> Result<Vec<u8>, ProviderError> {
        if self.place == Place::Tail { Ok(Vec::new()) } else { Err(ProviderError::Unavailable { source: None }) }
    }
}

fn decoded(text: &[u8]) -> Result<Vec<u8>, ProviderError> {
    super::encoding::BASE64.decode(text).map_err(|error| ProviderError::unreadable("file", error))
}

fn nonsense() -> ProviderError {
    ProviderError::nonsense("a file that is none")
}

/// Behind the quote that opens the value of `"data"`.
fn start_of_text(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"\"data\"";
    let mut at = head.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
    for wanted in [b':', b'"'] {
        at += head[at..].iter().position(|byte| !byte.is_ascii_whitespace())?;
        if head[at] != wanted {
            return None;
        }
        at += 1;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(json: &str, size: usize) -> Result<Vec<u8>, ProviderError> {
        let mut unpack = FromJson::default();
        let mut file = Vec::new();
        for piece in json.as_bytes().chunks(size) {
            file.extend(unpack.unpack(piece.to_vec())?);
        }
        file.extend(unpack.finish()?);
        Ok(file)
    }

    #[test]
    fn a_file_is_the_same_however_its_answer_is_cut() {
        let file: Vec<u8> = (0..=255).cycle().take(1_000).collect();
        let text = base64::engine::general_purpose::URL_SAFE.encode(&file);
        for json in [
            format!("{{\"data\":\"{text}\"}}"),
            format!("{{\n  \"size\": 1000,\n  \"data\" : \"{}\"\n}}\n", text.trim_end_matches('=')),
            format!("{{\"data\":\"{}\"}}", text.replace('=', "\\u003d")),
        ] {
            for size in [1, 2, 3, 5, 7, 64, 100_000] {
                assert_eq!(unpacked(&json, size).unwrap(), file, "in pieces of {size}");
            }
        }
        assert_eq!(unpacked("{\"data\":\"\"}", 3).unwrap(), b"");
    }

    #[test]
    fn what_is_cut_off_or_no_file_is_an_error_and_never_half_a_file_that_looks_whole() {
        assert!(unpacked("{\"data\":\"QUJD", 4).is_err(), "cut off");
        assert!(unpacked("{\"data\":\"QU*D\"}", 4).is_err(), "not base64");
        assert!(unpacked("{}", 4).is_err() && unpacked("", 4).is_err(), "nothing there");
        assert!(unpacked(&" ".repeat(10_000), 100).is_err(), "endless");
    }
}
