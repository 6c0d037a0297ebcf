//! How the pretend Graph behaves where the real one differs from day to day; `PUT /_sandbox/graph` changes it.

use std::sync::{PoisonError, RwLock};

use serde::{Deserialize, Serialize};

/// The settings; what a `PUT` leaves out is as at the start.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whether delta rounds have empty pages in between and give some mails twice.
    pub odd: bool,
    /// Whether delta rounds say only what changed of a mail that was read or flagged.
    pub sparse: bool,
    /// Bytes of bodies a page may have before it is answered with 504.
    pub page_bytes: usize,
    /// Ids of mails whose text is never answered in time: 504, alone and on a page.
    pub unanswerable: Vec<String>,
    /// Most mails on a delta page, whatever `odata.maxpagesize` says.
    pub page_most: usize,
    /// Requests of one app for one mailbox in ten minutes, when a quota is enforced or this is set by hand.
    pub requests: Option<usize>,
    /// Such requests at the same time, likewise.
    pub concurrent: Option<usize>,
    /// What links begin with instead of the sandbox's own address.
    pub links: Option<String>,
    /// Addresses of those who have an account but no mailbox.
    pub without_mailbox: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            odd: true,
            sparse: true,
            page_bytes: 4 * 1024 * 1024,
            unanswerable: Vec::new(),
            page_most: 1_000,
            requests: None,
            concurrent: None,
            links: None,
            without_mailbox: Vec::new(),
        }
    }
}

/// The settings in force.
#[derive(Debug, Default)]
pub struct Dials(RwLock<Settings>);

impl Dials {
    /// As they are now.
    pub fn get(&self) -> Settings {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Others from now on.
    pub fn set(&self, settings: Settings) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }
}
