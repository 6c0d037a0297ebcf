//! Sending a mail, and looking for it by its `Message-ID`.

use super::Gmail;
use crate::providers::{Caller, error::ProviderError, http::Patience, sending::Unsent};
use reqwest::{Method, StatusCode, header};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

/// `messages.send`, in units, on both price lists.
const SEND: u32 = 100;
/// Larger mails than this may be on their way longer than other calls.
const LARGE: usize = 1_000_000;
const PATH: &str = "/upload/gmail/v1/users/me/messages/send";

#[derive(Deserialize)]
struct Sent {
    id: String,
}

impl Gmail {
    /// Sends a mail, into a conversation if one is named, and gives Gmail's id of it.
    /// [`Unsent::Gone`] when there is no such conversation.
    pub async fn send(&self, caller: Caller<'_>, letter: &[u8], thread: Option<&str>) -> Result<String, Unsent> {
        let mut url = self.base.join(&PATH[1..]).map_err(|error| ProviderError::unreadable("address", error))?;
        url.query_pairs_mut().append_pair("uploadType", "multipart").append_pair("fields", "id");
        let meta = thread.map_or_else(|| json!({}), |thread| json!({ "threadId": thread }));
        let boundary = boundary(letter);
        let request = self
            .http
            .request(Method::POST, url)
            .bearer_auth(caller.token.expose_secret())
            .header(header::CONTENT_TYPE, format!("multipart/related; boundary={boundary}"))
            .body(related(&boundary, &meta.to_string(), letter));
        let ticket = self.budgets.take(caller.person, SEND, caller.urgency).await.map_err(ProviderError::from)?;
        let patience = if letter.len() > LARGE { Patience::File } else { Patience::Api };
        let answer = self.http.send(request, PATH, patience).await;
        self.budgets.settle(caller.person, ticket);
        let answer = answer?;
        if answer.status == StatusCode::PAYLOAD_TOO_LARGE {
            return Err(Unsent::TooLarge);
        }
        let answer = self.accept(caller, answer)?;
        // It was sent, whatever this is.
        let sent: Result<Sent, _> = serde_json::from_slice(&answer.body);
        sent.map(|sent| sent.id).map_err(|error| Unsent::Unknown(ProviderError::unreadable(PATH, error)))
    }

    /// Gmail's id of the mail with this `Message-ID`, wherever in the mailbox it lies by now.
    pub async fn find_by_message_id(
        &self,
        caller: Caller<'_>,
        message_id: &str,
    ) -> Result<Option<String>, ProviderError> {
        let bare = message_id.trim_matches(['<', '>']);
        let page = self.ids(caller, None, Some(("q", &format!("rfc822msgid:{bare}")))).await?;
        Ok(page.names.into_iter().next().map(|name| name.id))
    }
}

/// A boundary that does not stand in the mail.
fn boundary(letter: &[u8]) -> String {
    let letter = String::from_utf8_lossy(letter);
    let mut number = 0_u32;
    loop {
        let boundary = format!("gatepost-mail-{number}");
        if !letter.contains(&boundary) {
            return boundary;
        }
        number += 1;
    }
}

/// What is said about the mail, then the mail.
fn related(boundary: &str, meta: &str, letter: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{meta}\r\n\
         --{boundary}\r\nContent-Type: message/rfc822\r\n\r\n"
    );
    let mut body = Vec::with_capacity(head.len() + letter.len() + boundary.len() + 8);
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(letter);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body
}

#[cfg(test)]
mod tests {
    use super::boundary;

    #[test]
    fn a_boundary_stands_nowhere_in_the_mail() {
        assert_eq!(boundary(b"Subject: x\r\n\r\nhello"), "gatepost-mail-0");
        assert_eq!(boundary(b"gatepost-mail-0 and gatepost-mail-1"), "gatepost-mail-2");
    }
}
