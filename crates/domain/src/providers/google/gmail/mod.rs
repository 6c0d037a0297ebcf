//! Gmail: profile, lists of ids, labels, changes, messages by the batch, labels given and taken, news left word of. Every call is counted against the person's
//! budget before it leaves.

mod batch;
mod depth;
mod encoding;
mod files;
mod mailbox;
mod sending;
mod watching;
mod wire;
mod writing;

pub use batch::Ask;
pub use mailbox::{Change, GmailMessage, HistoryPage, IdPage, LabelInfo, MessageName, Part, Profile};
pub use writing::{MOST_MODIFIED, Relabelling};

use crate::{
    cache::Cache,
    clock::Clock,
    providers::{
        Caller,
        budget::{Budgets, GmailQuota, ProjectQuota},
        error::{ProviderError, Quota, classify},
        http::{Answer, Http, Patience},
    },
};
use chrono::{DateTime, Utc};
use reqwest::{Method, RequestBuilder, header};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use url::Url;

/// Gmail's own host, from the discovery document (`rootUrl`).
const GMAIL_HOST: &str = "https://gmail.googleapis.com/";
/// Most ids on one page of a list or of the history.
const PAGE: &str = "500";
/// Most parts of a batch: measured, larger batches are refused as too many concurrent requests.
pub const MOST_AT_ONCE: usize = 25;

/// Gmail, for everybody.
#[derive(Clone)]
pub struct Gmail {
    http: Http,
    base: Url,
    quota: GmailQuota,
    budgets: Budgets,
    clock: Arc<dyn Clock>,
}

/// One part of a batch: what was asked for and what came of it. A message comes alone, a conversation as its messages.
pub type Fetched = (Ask, Result<Vec<GmailMessage>, ProviderError>);

impl Gmail {
    /// `api_url` replaces Google's own host, for the sandbox and for proxies.
    pub fn new(
        http: Http,
        api_url: Option<&Url>,
        (quota, project): (GmailQuota, ProjectQuota),
        clock: Arc<dyn Clock>,
        cache: Cache,
    ) -> Result<Self, url::ParseError> {
        let mut base = api_url.map_or_else(|| Url::parse(GMAIL_HOST), |url| Ok(url.clone()))?;
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Ok(Self { http, base, quota, budgets: Budgets::new(clock.clone(), cache, quota.per_minute, project), clock })
    }

    /// The budgets of everybody.
    pub fn budgets(&self) -> &Budgets {
        &self.budgets
    }

    /// The prices in force.
    pub fn quota(&self) -> GmailQuota {
        self.quota
    }

    /// How many messages there are, and where the history stands.
    pub async fn profile(&self, caller: Caller<'_>) -> Result<Profile, ProviderError> {
        let request = self.read(caller, "profile", &[("fields", "messagesTotal,historyId")])?;
        let path = "/gmail/v1/users/me/profile";
        self.ask::<wire::Profile>(caller, GmailQuota::SMALL, request, path).await.map(Into::into)
    }

    /// One page of the ids of all messages, or of those with `label`; spam and bin included.
    pub async fn list(
        &self,
        caller: Caller<'_>,
        page: Option<&str>,
        label: Option<&str>,
    ) -> Result<IdPage, ProviderError> {
        self.ids(caller, page, label.map(|label| ("labelIds", label))).await
    }

    /// One page of the ids of messages received before `instant`; spam and bin included.
    pub async fn list_before(
        &self,
        caller: Caller<'_>,
        page: Option<&str>,
        instant: DateTime<Utc>,
    ) -> Result<IdPage, ProviderError> {
        // A date would mean midnight in California; seconds mean what they say.
        let search = format!("before:{}", instant.timestamp());
        self.ids(caller, page, Some(("q", &search))).await
    }

    /// The newest messages that Gmail finds for `q`, at most `most` of them; in spam and bin only where `q` names them.
    pub async fn find(&self, caller: Caller<'_>, q: &str, most: u32) -> Result<Vec<MessageName>, ProviderError> {
        let most = most.to_string();
        let query = [("q", q), ("maxResults", most.as_str()), ("fields", "messages(id,threadId)")];
        let request = self.read(caller, "messages", &query)?;
        let path = "/gmail/v1/users/me/messages";
        let page: IdPage = self.ask::<wire::IdPage>(caller, GmailQuota::LIST, request, path).await?.into();
        Ok(page.names)
    }

    /// One page of the ids of all messages, or of those that `only` narrows it to.
    async fn ids(
        &self,
        caller: Caller<'_>,
        page: Option<&str>,
        only: Option<(&str, &str)>,
    ) -> Result<IdPage, ProviderError> {
        let mut query =
            vec![("maxResults", PAGE), ("includeSpamTrash", "true"), ("fields", "messages(id,threadId),nextPageToken")];
        query.extend(page.map(|page| ("pageToken", page)));
        query.extend(only);
        let request = self.read(caller, "messages", &query)?;
        let path = "/gmail/v1/users/me/messages";
        self.ask::<wire::IdPage>(caller, GmailQuota::LIST, request, path).await.map(Into::into)
    }

    /// All labels.
    pub async fn labels(&self, caller: Caller<'_>) -> Result<Vec<LabelInfo>, ProviderError> {
        let request = self.read(caller, "labels", &[("fields", "labels(id,name,type)")])?;
        let path = "/gmail/v1/users/me/labels";
        self.ask::<wire::Labels>(caller, GmailQuota::SMALL, request, path).await.map(Into::into)
    }

    /// One page of what changed since `start`; [`ProviderError::CursorLost`] when that is too long ago.
    pub async fn history(
        &self,
        caller: Caller<'_>,
        start: &str,
        page: Option<&str>,
    ) -> Result<HistoryPage, ProviderError> {
        let mut query = vec![("startHistoryId", start), ("maxResults", PAGE)];
        query.extend(page.map(|page| ("pageToken", page)));
        let request = self.read(caller, "history", &query)?;
        let path = "/gmail/v1/users/me/history";
        match self.ask::<wire::History>(caller, GmailQuota::HISTORY, request, path).await {
            Ok(page) => Ok(page.into()),
            Err(ProviderError::Gone) => Err(ProviderError::CursorLost),
            Err(error) => Err(error),
        }
    }

    /// Fetches messages and conversations, at most [`MOST_AT_ONCE`]. The error of one does not touch the others.
    pub async fn fetch(&self, caller: Caller<'_>, asks: Vec<Ask>) -> Result<Vec<Fetched>, ProviderError> {
        let boundary = "gatepost-batch";
        let url = self.base.join("batch").map_err(|error| ProviderError::unreadable("batch address", error))?;
        let body = batch::build(&asks, boundary, self.base.path());
        let request = self
            .http
            .request(Method::POST, url)
            .bearer_auth(caller.token.expose_secret())
            .header(header::CONTENT_TYPE, format!("multipart/mixed; boundary={boundary}"))
            .body(body);
        let answer = self.spend(caller, self.price(&asks), request, "/batch").await?;
        let now = self.clock.now();
        let answer = self.accept(caller, answer)?;
        // Reading a few hundred kilobytes of JSON would hold up everything else on this thread.
        let read = tokio::task::spawn_blocking(move || read_batch(&answer, asks, now)).await;
        let fetched = read.map_err(|error| ProviderError::unreadable("batch", error))??;
        for (_, result) in &fetched {
            self.heed(caller, result.as_ref().err());
        }
        Ok(fetched)
    }

    /// What a batch costs, in units.
    pub fn price(&self, asks: &[Ask]) -> u32 {
        asks.iter().map(|ask| self.quota.price(ask.is_thread())).fold(0, u32::saturating_add)
    }

    /// The content of a part that was too large to come with its message.
    pub async fn attachment(&self, caller: Caller<'_>, message: &str, id: &str) -> Result<Vec<u8>, ProviderError> {
        let request = self.read(caller, &format!("messages/{message}/attachments/{id}"), &[("fields", "data")])?;
        let path = "/gmail/v1/users/me/messages/{id}/attachments/{id}";
        self.ask::<wire::Attachment>(caller, self.quota.get, request, path).await.map(Into::into)
    }

    /// Where something of the caller's mailbox is.
    fn address(&self, path: &str) -> Result<Url, ProviderError> {
        let mailbox = self.base.join("gmail/v1/users/me/").and_then(|base| base.join(path));
        mailbox.map_err(|error| ProviderError::unreadable("address", error))
    }

    fn read(&self, caller: Caller<'_>, path: &str, query: &[(&str, &str)]) -> Result<RequestBuilder, ProviderError> {
        let mut url = self.address(path)?;
        url.query_pairs_mut().extend_pairs(query).append_pair("prettyPrint", "false");
        Ok(self.http.request(Method::GET, url).bearer_auth(caller.token.expose_secret()))
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        caller: Caller<'_>,
        units: u32,
        request: RequestBuilder,
        path: &'static str,
    ) -> Result<T, ProviderError> {
        let answer = self.spend(caller, units, request, path).await?;
        let answer = self.accept(caller, answer)?;
        serde_json::from_slice(&answer.body).map_err(|error| ProviderError::unreadable(path, error))
    }

    /// Waits for the budget, sends, and counts the call from its answer on.
    async fn spend(
        &self,
        caller: Caller<'_>,
        units: u32,
        request: RequestBuilder,
        path: &'static str,
    ) -> Result<Answer, ProviderError> {
        let ticket = self.budgets.take(caller.person, units, caller.urgency).await?;
        let answer = self.http.send(request, path, Patience::Api).await;
        self.budgets.settle(caller.person, ticket);
        answer
    }

    fn accept(&self, caller: Caller<'_>, answer: Answer) -> Result<Answer, ProviderError> {
        if answer.status.is_success() {
            return Ok(answer);
        }
        let error = classify(answer.status, &answer.headers, &answer.body, self.clock.now());
        self.heed(caller, Some(&error));
        Err(error)
    }

    /// Tells the budget when Gmail asks for a pause.
    fn heed(&self, caller: Caller<'_>, error: Option<&ProviderError>) {
        if let Some(ProviderError::Throttled { until, whose }) = error {
            self.budgets.complain(caller.person, *until);
            if *whose == Quota::Project {
                tracing::warn!(%until, "gmail.project_throttled: everybody waits");
                self.budgets.complain_of_project(*until);
            }
        }
    }
}

/// Answers by what was asked for; a part that is missing is like one that was not answered.
fn read_batch(answer: &Answer, asks: Vec<Ask>, now: DateTime<Utc>) -> Result<Vec<Fetched>, ProviderError> {
    let mut parts = batch::read(&answer.headers, &answer.body)?;
    let mut read = |ask: &Ask| match parts.remove(&ask.part()) {
        None => Err(ProviderError::Unavailable { source: None }),
        Some(part) if part.status.is_success() && ask.is_thread() => wire::thread(part.body),
        Some(part) if part.status.is_success() => wire::message(part.body).map(|message| vec![message]),
        Some(part) => Err(classify(part.status, &part.headers, part.body, now)),
    };
    Ok(asks
        .into_iter()
        .map(|ask| {
            let result = read(&ask);
            (ask, result)
        })
        .collect())
}
