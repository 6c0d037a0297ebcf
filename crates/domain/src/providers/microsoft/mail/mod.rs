//! Outlook's mail at Graph: folders, what changed in each, single messages. Ids are the immutable ones, on every request.
//!
//! A folder is read in rounds: page by page along the links that Graph gives, until one of them says where the next round
//! begins. A link is kept without its host, so that it can only ever lead back to Graph.

mod files;
mod partly;
mod places;
mod searching;
mod sending;
mod slots;
mod subscribing;
mod wire;
mod writing;

pub use files::NameInText;
pub use partly::Partly;
pub use sending::Standing;
pub use slots::{IN_BACKGROUND, Slots};
pub use subscribing::Subscription;
pub use wire::{FolderInfo, OutlookMessage, Recipient};
pub use writing::MessageChange;

use crate::{
    cache::Cache,
    clock::Clock,
    providers::{
        Caller,
        error::{ProviderError, Quota, Refusal, wait_until},
        http::{Answer, Http, Patience},
    },
};
use chrono::{DateTime, Utc};
use reqwest::{Method, RequestBuilder, StatusCode, header::HeaderMap};
use secrecy::ExposeSecret;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// What is read of a message. Its headers are large and asked for on demand.
const SELECT: &str = "id,conversationId,internetMessageId,parentFolderId,subject,from,sender,toRecipients,ccRecipients,\
    receivedDateTime,isRead,isDraft,hasAttachments,bodyPreview,flag,categories,body";
/// What is read of its files.
const FILES: &str = "attachments($select=id,name,contentType,size,isInline)";
/// The folders that have a meaning, by the names that address them, and the label their messages carry here.
pub const WELL_KNOWN: [(&str, &str); 5] =
    [("inbox", "INBOX"), ("sentitems", "SENT"), ("drafts", "DRAFT"), ("deleteditems", "TRASH"), ("junkemail", "SPAM")];

/// Outlook's mail, for everybody.
#[derive(Clone)]
pub struct OutlookMail {
    http: Http,
    base: Url,
    slots: Slots,
    clock: Arc<dyn Clock>,
}

/// Where a round goes on, or where the next one begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// The next page of this round.
    Next(String),
    /// The round is over; the next one begins here.
    Delta(String),
}

/// One page of a round.
#[derive(Debug)]
pub struct Round<T> {
    /// What there is, or what changed. The same may come more than once.
    pub items: Vec<Delta<T>>,
    /// How it goes on.
    pub link: Link,
}

/// One line of a round.
#[derive(Debug)]
pub enum Delta<T> {
    /// It is there, like this.
    Here(T),
    /// It is there, and this changed; only messages are told of like that.
    Partly(Partly),
    /// It is not there any more: deleted, or moved elsewhere.
    Removed(String),
    /// It is there and cannot be read; its id and why.
    Unreadable(String, ProviderError),
}

impl OutlookMail {
    /// `graph` is `MICROSOFT_GRAPH_URL`, without the version.
    /// Processes that share the cache share the places at each mailbox.
    pub fn new(http: Http, graph: &Url, clock: Arc<dyn Clock>, cache: Cache) -> Result<Self, url::ParseError> {
        let base = Url::parse(&format!("{}/v1.0/", graph.as_str().trim_end_matches('/')))?;
        Ok(Self { http, base, slots: Slots::new(clock.clone(), cache), clock })
    }

    /// The id of a folder by its well-known name or its id; [`ProviderError::Gone`] when the mailbox has none.
    pub async fn folder_id(&self, caller: Caller<'_>, name: &str) -> Result<String, ProviderError> {
        let path = format!("me/mailFolders/{}?$select=id", escaped(name));
        let folder: wire::Id = self.get(caller, &path, 1).await?;
        Ok(folder.id)
    }

    /// A page of the folders, at any depth; from the beginning without a link.
    pub async fn folders(&self, caller: Caller<'_>, link: Option<&str>) -> Result<Round<FolderInfo>, ProviderError> {
        let first = "me/mailFolders/delta?includeHiddenFolders=true";
        let page: wire::Page = self.get(caller, link.unwrap_or(first), 200).await?;
        self.read(page, wire::line)
    }

    /// Where a round begins that only names the messages of a folder and says whether they were read: it can be answered
    /// where their texts cannot. Drafts are told apart: their texts change. Categories that change later are not told of.
    pub fn names_only(folder: &str) -> String {
        format!("me/mailFolders/{}/messages/delta?$select=isRead,flag,isDraft", escaped(folder))
    }

    /// A page of what is in a folder, or of what changed there; from the beginning without a link. `most` is how many
    /// messages it may hold.
    pub async fn messages(
        &self,
        caller: Caller<'_>,
        folder: &str,
        link: Option<&str>,
        most: u32,
    ) -> Result<Round<OutlookMessage>, ProviderError> {
        let folder = escaped(folder);
        let first = format!("me/mailFolders/{folder}/messages/delta?$select={SELECT}&$expand={FILES}");
        let page: wire::Page = self.get(caller, link.unwrap_or(&first), most).await?;
        self.read(page, partly::line)
    }

    /// The newest messages of a folder, newest first.
    pub async fn newest(
        &self,
        caller: Caller<'_>,
        folder: &str,
        most: u32,
    ) -> Result<Vec<Delta<OutlookMessage>>, ProviderError> {
        let folder = escaped(folder);
        let path = format!(
            "me/mailFolders/{folder}/messages?$top={most}&$orderby=receivedDateTime desc&$select={SELECT}&$expand={FILES}"
        );
        let page: wire::Page = self.get(caller, &path, most).await?;
        Ok(page.value.into_iter().map(wire::line).collect())
    }

    /// A page of the ids in a folder, and where the next page is.
    pub async fn ids(
        &self,
        caller: Caller<'_>,
        folder: &str,
        link: Option<&str>,
    ) -> Result<(Vec<String>, Option<String>), ProviderError> {
        let first = format!("me/mailFolders/{}/messages?$select=id&$top=1000", escaped(folder));
        let page: wire::Page = self.get(caller, link.unwrap_or(&first), 1_000).await?;
        let next = page.next_link.map(|next| self.ours(&next)).transpose()?;
        let id = |line: &Value| line.get("id").and_then(Value::as_str).map(str::to_owned);
        Ok((page.value.iter().filter_map(id).collect(), next))
    }

    /// One message; [`ProviderError::Gone`] when there is none.
    pub async fn message(&self, caller: Caller<'_>, id: &str) -> Result<OutlookMessage, ProviderError> {
        let path = format!("me/messages/{}?$select={SELECT}&$expand={FILES}", escaped(id));
        self.get(caller, &path, 1).await
    }

    /// Whether a message is anywhere in the mailbox.
    pub async fn exists(&self, caller: Caller<'_>, id: &str) -> Result<bool, ProviderError> {
        match self.get::<wire::Id>(caller, &format!("me/messages/{}?$select=id", escaped(id)), 1).await {
            Ok(_) => Ok(true),
            Err(ProviderError::Gone) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn read<T>(&self, page: wire::Page, read: fn(Value) -> Delta<T>) -> Result<Round<T>, ProviderError> {
        let link = match (page.next_link, page.delta_link) {
            (Some(next), _) => Link::Next(self.ours(&next)?),
            (None, Some(delta)) => Link::Delta(self.ours(&delta)?),
            (None, None) => return Err(ProviderError::nonsense("a page without a link")),
        };
        Ok(Round { items: page.value.into_iter().map(read).collect(), link })
    }

    /// A link without its host; a token must not follow one that leads elsewhere.
    fn ours(&self, link: &str) -> Result<String, ProviderError> {
        let inside = link.strip_prefix(self.base.as_str());
        inside.map(str::to_owned).ok_or_else(|| ProviderError::nonsense("a link to another host"))
    }

    async fn get<T: DeserializeOwned>(&self, caller: Caller<'_>, path: &str, most: u32) -> Result<T, ProviderError> {
        let url = self.base.join(path).map_err(|error| ProviderError::unreadable("address", error))?;
        if !url.as_str().starts_with(self.base.as_str()) {
            return Err(ProviderError::nonsense("a link to another host"));
        }
        let request = self
            .http
            .request(Method::GET, url)
            .bearer_auth(caller.token.expose_secret())
            .header("Prefer", format!("IdType=\"ImmutableId\", odata.maxpagesize={most}"));
        let answer = self.send(caller, request, 1).await?;
        serde_json::from_slice(&answer.body).map_err(|error| ProviderError::unreadable("Graph's answer", error))
    }

    /// Waits for a place, and sends what counts as so many calls.
    async fn send(&self, caller: Caller<'_>, request: RequestBuilder, calls: usize) -> Result<Answer, ProviderError> {
        let slot = self.slots.take(caller, calls).await;
        let answer = self.http.send(request, "/v1.0/me/…", Patience::Api).await;
        drop(slot);
        let answer = answer?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let error = classify(answer.status, &answer.headers, &answer.body, self.clock.now());
        self.heed(caller, &error);
        Err(error)
    }

    /// Nobody calls before Graph wants to be called.
    fn heed(&self, caller: Caller<'_>, error: &ProviderError) {
        if let ProviderError::Throttled { until, .. } = error {
            self.slots.complain(caller.person, *until);
        }
    }
}

fn escaped(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect()
}

/// Graph's error body: `{"error":{"code","message","innerError"}}`.
#[derive(Deserialize)]
struct Envelope {
    error: Body,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    code: String,
}

/// Decides what an unsuccessful answer of Graph means.
fn classify(status: StatusCode, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> ProviderError {
    let code = serde_json::from_slice::<Envelope>(body).map(|envelope| envelope.error.code).unwrap_or_default();
    let throttled = || ProviderError::Throttled { until: wait_until(headers, "", now), whose: Quota::Person };
    let resync = ["syncStateNotFound", "syncStateInvalid", "resyncRequired"];
    if status == StatusCode::GONE || resync.iter().any(|one| one.eq_ignore_ascii_case(&code)) {
        return ProviderError::CursorLost;
    }
    match status.as_u16() {
        401 => ProviderError::Expired,
        403 if code == "ErrorAccessDenied" => ProviderError::Refused { reason: Refusal::ScopeMissing },
        403 => ProviderError::Refused { reason: Refusal::Other },
        404 if code == "MailboxNotEnabledForRESTAPI" => ProviderError::Refused { reason: Refusal::NoMailbox },
        404 => ProviderError::Gone,
        // What never was an id here is nobody's.
        400 if code == "ErrorInvalidIdMalformed" => ProviderError::Gone,
        429 => throttled(),
        503 if headers.contains_key(reqwest::header::RETRY_AFTER) => throttled(),
        504 => ProviderError::TooLarge,
        // Or somebody else changed the same at the same time: again.
        408 | 409 | 412 | 500..=599 => ProviderError::Unavailable { source: None },
        status => ProviderError::nonsense(&format!("status {status} {code}")),
    }
}
