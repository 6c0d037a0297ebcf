//! Sending in two steps: a draft, then the order to send it. Between the two the draft has an id of its own, by which
//! anybody can learn what became of it.

use super::{Envelope, OutlookMail, classify, escaped, wire};
use crate::providers::{
    Caller,
    error::ProviderError,
    http::{Answer, Patience},
    sending::Unsent,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, RequestBuilder, StatusCode, header};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

/// Files up to this size are added by one request, larger ones by an upload session (Graph takes 4 MB as one request, and
/// base64 adds a third).
const AT_ONCE: usize = 2_900_000;
/// Bytes of one piece of an upload: a multiple of 320 KiB, below 4 MB.
const PIECE: usize = 10 * 320 * 1024;

/// What became of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It still is one.
    Draft,
    /// It was sent.
    Sent,
    /// It is nowhere.
    Gone,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    upload_url: String,
}

impl OutlookMail {
    /// Makes a draft of a whole mail and gives its immutable id.
    pub async fn draft(&self, caller: Caller<'_>, letter: &[u8]) -> Result<String, Unsent> {
        let request = self.post(caller, "me/messages")?;
        let request = request.header(header::CONTENT_TYPE, "text/plain").body(STANDARD.encode(letter));
        let answer = self.put(caller, request, Patience::Api).await?;
        // It was made, whatever this is.
        let made: Result<wire::Id, _> = serde_json::from_slice(&answer.body);
        made.map(|made| made.id).map_err(|error| Unsent::Unknown(ProviderError::unreadable("Graph's draft", error)))
    }

    /// Adds a file, named and typed, to a draft.
    pub async fn add_file(
        &self,
        caller: Caller<'_>,
        draft: &str,
        (name, mime_type): (&str, &str),
        bytes: &[u8],
    ) -> Result<(), Unsent> {
        let files = format!("me/messages/{}/attachments", escaped(draft));
        if bytes.len() <= AT_ONCE {
            let file = json!({
                "@odata.type": "#microsoft.graph.fileAttachment",
                "name": name,
                "contentType": mime_type,
                "contentBytes": STANDARD.encode(bytes),
            });
            let request = self.post(caller, &files)?.json(&file);
            return self.put(caller, request, Patience::Api).await.map(drop);
        }
        let item = json!({ "AttachmentItem": {
            "attachmentType": "file", "name": name, "contentType": mime_type, "size": bytes.len(),
        } });
        let request = self.post(caller, &format!("{files}/createUploadSession"))?.json(&item);
        let answer = self.put(caller, request, Patience::Api).await?;
        let session: Session =
            serde_json::from_slice(&answer.body).map_err(|error| ProviderError::unreadable("an upload", error))?;
        self.upload(caller, self.upload_address(&session.upload_url)?, bytes).await
    }

    /// Piece by piece, to an address that is a permission of its own: the token does not go there.
    async fn upload(&self, caller: Caller<'_>, to: Url, bytes: &[u8]) -> Result<(), Unsent> {
        let mut from = 0;
        for piece in bytes.chunks(PIECE) {
            let last = from + piece.len() - 1;
            let request = self
                .http
                .request(Method::PUT, to.clone())
                .header(header::CONTENT_TYPE, "application/octet-stream")
                .header(header::CONTENT_RANGE, format!("bytes {from}-{last}/{}", bytes.len()))
                .body(piece.to_vec());
            self.put(caller, request, Patience::File).await?;
            from += piece.len();
        }
        Ok(())
    }

    fn upload_address(&self, text: &str) -> Result<Url, ProviderError> {
        let url = Url::parse(text).map_err(|error| ProviderError::unreadable("an upload", error))?;
        let ours = url.origin() == self.base.origin();
        if ours || url.scheme() == "https" { Ok(url) } else { Err(ProviderError::nonsense("an unsafe upload")) }
    }

    /// Sends a draft. [`Unsent::Gone`] when there is none.
    pub async fn send_draft(&self, caller: Caller<'_>, draft: &str) -> Result<(), Unsent> {
        let request = self.post(caller, &format!("me/messages/{}/send", escaped(draft)))?;
        // Without a body Graph wants to hear that there is none.
        let request = request.header(header::CONTENT_LENGTH, 0);
        self.put(caller, request, Patience::Api).await.map(drop)
    }

    /// What became of a draft.
    pub async fn standing(&self, caller: Caller<'_>, draft: &str) -> Result<Standing, ProviderError> {
        let path = format!("me/messages/{}?$select=id,isDraft", escaped(draft));
        match self.get::<Value>(caller, &path, 1).await {
            Ok(message) if message["isDraft"] == Value::Bool(true) => Ok(Standing::Draft),
            Ok(_) => Ok(Standing::Sent),
            Err(ProviderError::Gone) => Ok(Standing::Gone),
            Err(error) => Err(error),
        }
    }

    /// Ids of the messages with this `Message-ID`, and whether each is a draft.
    pub async fn find_by_message_id(
        &self,
        caller: Caller<'_>,
        message_id: &str,
    ) -> Result<Vec<(String, bool)>, ProviderError> {
        let wanted = message_id.replace('\'', "''");
        let filter = escaped(&format!("internetMessageId eq '{wanted}'"));
        let page: wire::Page =
            self.get(caller, &format!("me/messages?$filter={filter}&$select=id,isDraft"), 10).await?;
        let read = |line: Value| Some((line["id"].as_str()?.to_owned(), line["isDraft"] == Value::Bool(true)));
        Ok(page.value.into_iter().filter_map(read).collect())
    }

    /// Throws a draft away; one that is gone is no trouble.
    pub async fn throw_away(&self, caller: Caller<'_>, draft: &str) -> Result<(), ProviderError> {
        let url = self.base.join(&format!("me/messages/{}", escaped(draft)));
        let url = url.map_err(|error| ProviderError::unreadable("address", error))?;
        let request = self
            .http
            .request(Method::DELETE, url)
            .bearer_auth(caller.token.expose_secret())
            .header("Prefer", "IdType=\"ImmutableId\"");
        match self.send(caller, request, 1).await {
            Ok(_) | Err(ProviderError::Gone) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn post(&self, caller: Caller<'_>, path: &str) -> Result<RequestBuilder, ProviderError> {
        let url = self.base.join(path).map_err(|error| ProviderError::unreadable("address", error))?;
        let request = self.http.request(Method::POST, url).bearer_auth(caller.token.expose_secret());
        Ok(request.header("Prefer", "IdType=\"ImmutableId\""))
    }

    /// Sends what changes something, and tells apart what is known afterwards.
    async fn put(&self, caller: Caller<'_>, request: RequestBuilder, patience: Patience) -> Result<Answer, Unsent> {
        let slot = self.slots.take(caller, 1).await;
        let answer = self.http.send(request, "/v1.0/me/messages/…", patience).await;
        drop(slot);
        let answer = answer?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let code = serde_json::from_slice::<Envelope>(&answer.body).map(|envelope| envelope.error.code);
        let too_large = ["ErrorMessageSizeExceeded", "ErrorAttachmentSizeLimitExceeded"];
        if answer.status == StatusCode::PAYLOAD_TOO_LARGE || code.is_ok_and(|code| too_large.contains(&code.as_str())) {
            return Err(Unsent::TooLarge);
        }
        let error = classify(answer.status, &answer.headers, &answer.body, self.clock.now());
        self.heed(caller, &error);
        Err(error.into())
    }
}
