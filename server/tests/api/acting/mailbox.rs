//! A mailbox of either provider that may be changed here, what it looks like here and there, and others who change it.

use crate::{
    harness::{
        App, Wishes,
        browser::Browser,
        consent::Answer,
        mailbox::{Mailbox, of_outlook},
        on_both_with,
    },
    outlook_mail::lever,
};
use app::{
    error::AppError,
    features::mail::{Done, InboxPage},
};
use sea_orm::DbBackend;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Longer than a job's lease, than the longest wait between two tries, and than the time between two looks.
pub const LONG: u64 = 16 * 60;

/// Whose mailbox it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Gmail,
    Outlook,
}

/// A mailbox that may be changed here.
pub struct Managed<'a> {
    pub app: &'a App,
    pub at: At,
    pub browser: Browser,
    pub connection: Uuid,
    pub address: String,
}

/// Runs a test on both databases, with a mailbox of each provider.
pub async fn on_all(check: impl AsyncFn(Managed<'_>)) {
    on_all_with(standing(), check).await;
}

pub async fn on_all_with(wishes: Wishes, check: impl AsyncFn(Managed<'_>)) {
    on_both_with(wishes, async |app| {
        for at in [At::Gmail, At::Outlook] {
            eprintln!("at {at:?}");
            // Boxed: it holds a whole test.
            Box::pin(check(Managed::connect(app, at, "mail,manage").await)).await;
            app.control("DELETE", "faults", &Value::Null).await;
            lever(app, "DELETE", "faults", &Value::Null).await;
        }
    })
    .await;
}

pub fn standing() -> Wishes {
    Wishes { messages: Some(120), standing_clock: true, ..Wishes::default() }
}

impl<'a> Managed<'a> {
    pub async fn connect(app: &'a App, at: At, features: &str) -> Self {
        let (provider, name, person) = match at {
            At::Gmail => ("google", "ada", 0),
            At::Outlook => ("microsoft", "bob", 1),
        };
        let (browser, address) = (app.signed_up(name).await, app.person(person).to_owned());
        browser.travel(provider, &format!("purpose=connect&features={features}"), &address, Answer::Allow).await;
        let connection = browser.connections().await.cards[0].id;
        let mailbox = Self { app, at, browser, connection, address };
        mailbox.settle().await;
        mailbox
    }

    /// Lets jobs run and time go by until nothing is left to hear.
    pub async fn settle(&self) {
        for _ in 0..3 {
            self.app.work_off_queue().await;
            self.app.advance(LONG).await;
        }
        self.app.work_off_queue().await;
    }

    /// One look for changes, whatever else is due.
    pub async fn hear(&self) {
        self.app.advance(LONG).await;
        self.app.work_off_queue().await;
    }

    /// What the provider has.
    pub async fn there(&self) -> Mailbox {
        match self.at {
            At::Gmail => self.app.mailbox_at_provider(&self.address).await,
            At::Outlook => {
                of_outlook(&self.lever("GET", &format!("mailboxes/{}/ids", self.address), &Value::Null).await)
            }
        }
    }

    pub async fn labels_there(&self, id: &str) -> BTreeSet<String> {
        self.there().await.remove(id).unwrap_or_default()
    }

    /// Mails with a label and without others, at the provider.
    pub async fn with(&self, label: &str, without: &[&str]) -> Vec<String> {
        let plain =
            |labels: &BTreeSet<String>| labels.contains(label) && without.iter().all(|one| !labels.contains(*one));
        self.there().await.into_iter().filter(|(_, labels)| plain(labels)).map(|(id, _)| id).collect()
    }

    /// Our id of a mail.
    pub async fn id(&self, remote_id: &str) -> Uuid {
        let id = match self.app.database.backend() {
            DbBackend::Sqlite => "lower(hex(id))",
            _ => "CAST(id AS TEXT)",
        };
        let sql = format!("SELECT {id} FROM messages WHERE remote_id = '{remote_id}'");
        self.app.database.texts(&sql).await.remove(0).parse().unwrap()
    }

    /// Our id of the mail with this subject.
    pub async fn id_by_subject(&self, subject: &str) -> String {
        let sql = format!("SELECT remote_id FROM messages WHERE subject = '{subject}' AND {}", self.is_its());
        let remote_id = self.app.database.texts(&sql).await.remove(0);
        self.id(&remote_id).await.to_string()
    }

    /// The condition in SQL that a message lies in this mailbox.
    pub fn is_its(&self) -> String {
        format!("connection_id IN (SELECT id FROM connected_accounts WHERE address = '{}')", self.address)
    }

    /// A mail comes in.
    pub async fn deliver(&self, raw: &str) {
        let base = match self.at {
            At::Gmail => &self.app.sandbox.google_url,
            At::Outlook => &self.app.sandbox.microsoft_url,
        };
        let url = format!("{base}/_sandbox/mailboxes/{}/deliver", self.address);
        let response = crate::harness::browser::client().post(url).body(raw.to_owned()).send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
    }

    /// What the screen shows of a mail: any of `unread`, `starred`, `inbox`, `hidden`.
    pub async fn shown(&self, remote_id: &str) -> String {
        let sql = format!(
            "SELECT CASE WHEN unread THEN 'unread ' ELSE '' END || CASE WHEN starred THEN 'starred ' ELSE '' END || \
             CASE WHEN in_inbox THEN 'inbox ' ELSE '' END || CASE WHEN hidden THEN 'hidden ' ELSE '' END \
             FROM messages WHERE remote_id = '{remote_id}'"
        );
        self.app.database.texts(&sql).await.pop().unwrap_or_else(|| "gone".to_owned()).trim().to_owned()
    }

    /// Does something to mails, as our scripts do.
    pub async fn act(&self, act: &str, remote_ids: &[String]) -> Result<(), AppError> {
        let mut fields = vec![("act".to_owned(), act.to_owned())];
        for (at, remote_id) in remote_ids.iter().enumerate() {
            fields.push((format!("messages[{at}]"), self.id(remote_id).await.to_string()));
        }
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.browser.call::<Done>("mail/act_on_mail", &fields).await.map(drop)
    }

    pub async fn act_on(&self, act: &str, remote_id: &str) {
        self.act(act, &[remote_id.to_owned()]).await.unwrap();
    }

    /// Somebody else, with another program, gives and takes marks and moves: `UNREAD`, `STARRED`, and at Outlook one folder.
    pub async fn elsewhere(&self, id: &str, give: &[&str], take: &[&str]) {
        let (method, way, body) = match self.at {
            At::Gmail => ("POST", "/labels", json!({ "add": give, "take": take })),
            At::Outlook => {
                let mut body = json!({});
                for (labels, on) in [(give, true), (take, false)] {
                    for label in labels {
                        match *label {
                            "UNREAD" => body["read"] = json!(!on),
                            "STARRED" => body["flagged"] = json!(on),
                            "TRASH" if on => body["folder"] = json!("deleteditems"),
                            "INBOX" if on => body["folder"] = json!("inbox"),
                            _ => {}
                        }
                    }
                }
                ("PATCH", "", body)
            }
        };
        self.lever(method, &format!("mailboxes/{}/messages/{id}{way}", self.address), &body).await;
    }

    /// Something of the sandbox's own routes, at the provider's port.
    pub async fn lever(&self, method: &str, path: &str, body: &Value) -> Value {
        match self.at {
            At::Gmail => self.app.control(method, path, body).await,
            At::Outlook => lever(self.app, method, path, body).await,
        }
    }

    /// The next writes meet this fault.
    pub async fn fault(&self, fault: &Value) {
        let mut fault = fault.clone();
        fault["path"] = json!(self.writes());
        self.lever("PUT", "faults", &fault).await;
    }

    pub async fn clear_faults(&self) {
        self.lever("DELETE", "faults", &Value::Null).await;
    }

    /// The paths by which a mailbox is changed.
    pub fn writes(&self) -> &'static str {
        match self.at {
            At::Gmail => "/(modify|batchModify)$",
            At::Outlook => "(batch|/move|/me/messages/[^/?]+)$",
        }
    }

    /// How often the provider was asked to change something.
    pub async fn written(&self) -> Vec<Value> {
        let requests = self.lever("GET", "requests", &Value::Null).await;
        let write = |one: &&Value| {
            let path = one["path"].as_str().unwrap();
            let changes = match self.at {
                At::Gmail => path.ends_with("odify"),
                At::Outlook => path.contains("/me/messages/") && one["method"] != "GET",
            };
            changes && one["person"] == self.address.as_str()
        };
        requests.as_array().unwrap().iter().filter(write).cloned().collect()
    }

    /// Forgets what happened there so far: the next look has to list everything again.
    pub async fn lose_cursor(&self) {
        match self.at {
            At::Gmail => self.app.advance(15 * 24 * 3600).await,
            At::Outlook => {
                let path = format!("mailboxes/{}/expire", self.address);
                self.lever("POST", &path, &json!({ "how": "gone" })).await;
            }
        }
    }

    /// Acts that wait, or that the provider has not told back.
    pub async fn open(&self) -> i64 {
        self.app.database.count("acts WHERE state <> 'refused'").await
    }

    pub async fn list(&self, folder: &str) -> InboxPage {
        self.browser.call("mail/list_inbox", &[("folder", folder)]).await.unwrap()
    }

    /// Everything here is as it is there, labels and what the screen shows, and nothing is open.
    pub async fn assert_equal(&self) {
        self.settle().await;
        let (here, there) = (self.app.mailbox_stored(&self.address).await, self.there().await);
        assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
        for (id, labels) in &there {
            assert_eq!(&here[id], labels, "labels of {id}");
            let has = |label: &str| labels.contains(label);
            let hidden = has("SPAM") || has("TRASH");
            let flags = [
                ("unread", has("UNREAD")),
                ("starred", has("STARRED")),
                ("inbox", has("INBOX") && !hidden),
                ("hidden", hidden),
            ];
            let expected: Vec<_> = flags.iter().filter(|(_, on)| *on).map(|(word, _)| *word).collect();
            assert_eq!(self.shown(id).await, expected.join(" "), "what is shown of {id}");
        }
        assert_eq!(self.open().await, 0, "acts that nobody confirmed");
    }
}
