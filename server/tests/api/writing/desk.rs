//! A person who writes, with a mailbox of either provider, and somebody at the same provider who gets what they send.

use crate::{
    acting::mailbox::{At, LONG, Managed, standing},
    harness::{App, on_both_with},
    outlook_mail::lever,
};
use domain::writing::{Beginning, DraftText, State, Writing, Written};
use sea_orm::DbBackend;
use serde_json::{Value, json};
use uuid::Uuid;

/// Longer than a call without an answer may still be at work, and than a dead process holds its job.
pub const SETTLED: u64 = 150;

pub struct Desk<'a> {
    pub mailbox: Managed<'a>,
    pub user: Uuid,
    /// Who gets what is sent.
    pub other: String,
}

/// Runs a test on both databases, with a mailbox of each provider that may send.
pub async fn on_all(check: impl AsyncFn(Desk<'_>)) {
    on_both_with(standing(), async |app| {
        for at in [At::Gmail, At::Outlook] {
            eprintln!("at {at:?}");
            check(Desk::open(app, at, "mail,send").await).await;
            app.control("DELETE", "faults", &Value::Null).await;
            lever(app, "DELETE", "faults", &Value::Null).await;
        }
    })
    .await;
}

impl<'a> Desk<'a> {
    pub async fn open(app: &'a App, at: At, features: &str) -> Self {
        let mailbox = Managed::connect(app, at, features).await;
        let user = mailbox.browser.viewer().await.unwrap().user_id;
        Self { mailbox, user, other: app.person(2).to_owned() }
    }

    pub fn app(&self) -> &'a App {
        self.mailbox.app
    }

    pub fn writing(&self) -> &'a Writing {
        self.app().domain.writing()
    }

    pub fn text(&self) -> DraftText {
        DraftText {
            connection: self.mailbox.connection,
            to: format!("Somebody Else <{}>", self.other),
            cc: String::new(),
            bcc: String::new(),
            subject: "Grüße aus dem Test".to_owned(),
            body: "Dear somebody,\n\nhere is ä mail.\n".to_owned(),
        }
    }

    /// A saved draft, and its version.
    pub async fn draft(&self, text: DraftText) -> (Uuid, i32) {
        let begun = Beginning::New { connection: self.mailbox.connection, to: String::new() };
        let draft = self.writing().start(self.user, begun, None).await.unwrap();
        let saved = self.writing().save(self.user, draft.id, draft.version, text).await.unwrap();
        (draft.id, saved.version)
    }

    /// A mail that leaves in ten seconds.
    pub async fn queued(&self) -> Uuid {
        let (id, version) = self.draft(self.text()).await;
        self.writing().send(self.user, id, version).await.unwrap();
        id
    }

    /// The time to undo goes by, and what is due is done.
    pub async fn leave(&self) {
        self.app().advance(11).await;
        self.app().work_off_queue().await;
    }

    /// Time goes by until nothing is on its way any more.
    pub async fn settle(&self) {
        for _ in 0..4 {
            self.app().advance(SETTLED).await;
            self.app().work_off_queue().await;
        }
        self.app().advance(LONG).await;
        self.app().work_off_queue().await;
    }

    pub async fn state(&self, id: Uuid) -> State {
        self.writing().draft(self.user, id).await.unwrap().state
    }

    pub async fn outbox(&self, id: Uuid) -> Written {
        let outbox = self.writing().outbox(self.user).await.unwrap();
        outbox.into_iter().find(|one| one.id == id).expect("it is in the outbox")
    }

    /// Its `Message-ID`.
    pub async fn message_id(&self, id: Uuid) -> String {
        let is_it = match self.app().database.backend() {
            DbBackend::Sqlite => format!("lower(hex(id)) = '{}'", id.simple()),
            _ => format!("id = '{id}'"),
        };
        let sql = format!("SELECT rfc_message_id FROM written_mails WHERE {is_it}");
        self.app().database.texts(&sql).await.remove(0)
    }

    /// How many mails somebody got in all, since the sandbox began: those with a `Message-ID` made here.
    pub async fn copies(&self) -> u64 {
        let told = self.mailbox.lever("GET", &format!("mailboxes/{}/copies", self.other), &Value::Null).await;
        let ours = told.as_object().unwrap().iter().filter(|(id, _)| id.ends_with("@localhost>"));
        ours.map(|(_, count)| count.as_u64().unwrap()).sum()
    }

    /// Mails at the provider with this label: `SENT`, `DRAFT`.
    pub async fn labelled(&self, label: &str) -> usize {
        self.mailbox.there().await.values().filter(|labels| labels.contains(label)).count()
    }

    /// The next calls to paths like this meet a fault.
    pub async fn fault(&self, path: &str, mut fault: Value) {
        fault["path"] = json!(path);
        self.mailbox.lever("PUT", "faults", &fault).await;
    }

    /// The paths of the calls that change something, in their order.
    pub fn steps(&self) -> &'static [&'static str] {
        match self.mailbox.at {
            At::Gmail => &["/messages/send$"],
            At::Outlook => &["/me/messages$", "/send$"],
        }
    }
}
