//! What Graph tells of a message when somebody opens it: its headers, its files' names in the text, and their bytes.

use super::{OutlookMail, classify, escaped};
use crate::providers::{
    Caller,
    error::ProviderError,
    file::{AsItIs, Pieces, pieces},
};
use chrono::{DateTime, Utc};
use reqwest::Method;
use secrecy::ExposeSecret;
use serde::Deserialize;

/// Only files that are files have a name in the text, so Graph wants to be told of which kind they are.
const NAMES_IN_TEXT: &str = "id,microsoft.graph.fileAttachment/contentId";

/// A file's id, and the name that the text calls it by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NameInText {
    /// By which its content is fetched.
    pub id: String,
    /// `Content-ID` without brackets.
    #[serde(default)]
    pub content_id: Option<String>,
}

#[derive(Deserialize)]
struct Names {
    #[serde(default)]
    value: Vec<NameInText>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Headers {
    #[serde(default)]
    internet_message_headers: Vec<Header>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    #[serde(default)]
    value: String,
}

impl OutlookMail {
    /// When a person may ask for something, if that is not now.
    pub fn opens_at(&self, person: &str) -> Option<DateTime<Utc>> {
        self.slots.opens_at(person)
    }

    /// The header lines of a message, names and values, the topmost first. Drafts and sent messages have none.
    pub async fn headers(&self, caller: Caller<'_>, message: &str) -> Result<Vec<(String, String)>, ProviderError> {
        let path = format!("me/messages/{}?$select=internetMessageHeaders", escaped(message));
        let answer: Headers = self.get(caller, &path, 1).await?;
        Ok(answer.internet_message_headers.into_iter().map(|one| (one.name, one.value)).collect())
    }

    /// What the text of a message calls its files.
    pub async fn names_in_text(&self, caller: Caller<'_>, message: &str) -> Result<Vec<NameInText>, ProviderError> {
        let path = format!("me/messages/{}/attachments?$select={NAMES_IN_TEXT}", escaped(message));
        let answer: Names = self.get(caller, &path, 100).await?;
        Ok(answer.value)
    }

    /// The bytes of a file; a message inside the message comes as a mail.
    pub async fn file(&self, caller: Caller<'_>, message: &str, file: &str) -> Result<Pieces, ProviderError> {
        let path = format!("me/messages/{}/attachments/{}/$value", escaped(message), escaped(file));
        let url = self.base.join(&path).map_err(|error| ProviderError::unreadable("address", error))?;
        let request = self
            .http
            .request(Method::GET, url)
            .bearer_auth(caller.token.expose_secret())
            .header("Prefer", "IdType=\"ImmutableId\"");
        // Held to the last byte: what Graph counts is what is on its way.
        let slot = self.slots.take(caller, 1).await;
        let opened = self.http.open(request, "/v1.0/me/messages/{id}/attachments/{id}/$value").await?;
        if opened.status.is_success() {
            return Ok(pieces(opened, AsItIs, slot));
        }
        let answer = opened.whole().await?;
        let error = classify(answer.status, &answer.headers, &answer.body, self.clock.now());
        self.heed(caller, &error);
        Err(error)
    }
}
