//! The mailboxes' own APIs, of those providers that are set up, and where they are asked to tell of news.

use super::{
    Provider,
    google::{GoogleSettings, gmail::Gmail},
    http::Http,
    microsoft::{MicrosoftSettings, mail::OutlookMail},
};
use crate::{cache::Cache, clock::Clock};
use std::sync::Arc;

/// One of each, for everybody.
#[derive(Clone)]
pub struct Mailboxes {
    /// Gmail, with everybody's budgets.
    pub gmail: Option<Gmail>,
    /// Outlook's mail, with everybody's places.
    pub outlook: Option<OutlookMail>,
    topic: Option<String>,
    notification_url: Option<String>,
}

impl Mailboxes {
    /// Those that the settings know.
    pub fn new(
        http: &Http,
        google: Option<&GoogleSettings>,
        microsoft: Option<&MicrosoftSettings>,
        clock: &Arc<dyn Clock>,
        cache: &Cache,
    ) -> Self {
        // Fail only for an address that is none, and the settings hold parsed ones.
        let gmail = google.and_then(|google| {
            let quotas = (google.quota, google.project_quota);
            Gmail::new(http.clone(), google.api_url.as_ref(), quotas, clock.clone(), cache.clone()).ok()
        });
        let outlook = microsoft.and_then(|microsoft| {
            OutlookMail::new(http.clone(), &microsoft.graph_url, clock.clone(), cache.clone()).ok()
        });
        let topic = google.and_then(|google| Some(google.pubsub.as_ref()?.topic.clone()));
        let notification_url = microsoft.and_then(|microsoft| Some(microsoft.notification_url.as_ref()?.to_string()));
        Self { gmail, outlook, topic, notification_url }
    }

    /// Where a provider is asked to tell of news; `None` when it is not.
    pub fn target(&self, provider: Provider) -> Option<&str> {
        match provider {
            Provider::Google => self.topic.as_deref(),
            Provider::Microsoft => self.notification_url.as_deref(),
        }
    }
}
