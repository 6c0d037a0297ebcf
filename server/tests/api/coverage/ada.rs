//! Somebody with one of everything.

use super::Function;
use crate::harness::{App, browser::Browser, consent::Answer};
use app::{
    error::AppError,
    features::writing::{Opened, Started},
};
use domain::{
    sessions::Visitor,
    users::{ProvenIdentity, WayIn},
};

/// Ada's data, and how to name it.
pub struct Ada {
    pub connection: String,
    pub message: String,
    /// A file of that message.
    pub file: String,
    pub(super) program: String,
    /// The finished attempt that made the connection.
    pub attempt: String,
    pub address: String,
    /// A session of hers besides the one that looks on.
    pub(super) session: String,
    /// A way in of hers besides her password.
    pub(super) identity: String,
    /// Her sync's job.
    job: String,
    /// A mail of hers that was not sent, and a file of it.
    pub unsent: String,
    attached: String,
    /// A mail that she writes.
    draft: String,
}

impl Ada {
    pub async fn with_mail(app: &App) -> (Self, Browser) {
        let browser = app.signed_up("ada").await;
        app.deliver(app.person(0), &crate::reading::with_file("A file for Ada", "text/plain", "a.txt", "Hello")).await;
        let (attempt, _) =
            browser.travel("google", "purpose=connect&features=mail,manage,send", app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let page: app::features::connections::ConnectionsPage =
            browser.call("connections/list_connections", &[]).await.unwrap();
        let inbox: app::features::mail::InboxPage =
            browser.call("mail/list_inbox", &[("folder", "all")]).await.unwrap();
        let message = inbox.rows[0].id.to_string();
        let opened: app::features::mail::Conversation =
            browser.call("mail/open_conversation", &[("message", &message)]).await.unwrap();
        let file = opened.messages[0].attachments[0].path.rsplit('/').next().unwrap().to_owned();
        let (session, identity) = more_of(app, &browser).await;
        let _: app::features::tokens::NewPair =
            browser.call("tokens/make_program", &[("name", "script")]).await.unwrap();
        let programs: Vec<app::features::tokens::ProgramRow> = browser.call("tokens/list_programs", &[]).await.unwrap();
        let jobs: app::features::activity::JobList = browser.call("activity/list_jobs", &[]).await.unwrap();
        let (unsent, attached) = unsent(app, &browser, &message).await;
        let draft = begun(&browser, &[("wanted[all]", "false")]).await;
        let ada = Self {
            unsent,
            attached,
            draft,
            job: jobs.queued[0].id.to_string(),
            session,
            identity,
            connection: page.cards[0].id.to_string(),
            message,
            file,
            program: programs[0].id.to_string(),
            attempt: attempt.to_string(),
            address: page.cards[0].address.clone(),
        };
        (ada, browser)
    }

    fn fill(&self, text: &str) -> String {
        [
            ("{connection}", &self.connection),
            ("{message}", &self.message),
            ("{session}", &self.session),
            ("{identity}", &self.identity),
            ("{program}", &self.program),
            ("{job}", &self.job),
            ("{unsent}", &self.unsent),
            ("{attached}", &self.attached),
            ("{draft}", &self.draft),
        ]
        .into_iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    pub(super) async fn call(&self, browser: &Browser, function: &Function) -> Result<serde_json::Value, AppError> {
        self.call_with(browser, function, |text| self.fill(text)).await
    }

    /// Calls with other ids in the place of Ada's.
    pub(super) async fn call_with(
        &self,
        browser: &Browser,
        function: &Function,
        fill: impl Fn(&str) -> String,
    ) -> Result<serde_json::Value, AppError> {
        let fill = |text: &str| if text.contains('{') { fill(text) } else { text.to_owned() };
        let filled: Vec<_> = function.arguments.iter().map(|(name, value)| (*name, fill(value))).collect();
        let arguments: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.call(function.name, &arguments).await
    }
}

/// A draft of what is wanted.
async fn begun(browser: &Browser, wanted: &[(&str, &str)]) -> String {
    let started: Started = browser.call("writing/start_writing", wanted).await.unwrap();
    let Started::Draft(draft) = started else { panic!("no draft: {started:?}") };
    draft.to_string()
}

/// A mail with a file that was not sent, and the file.
async fn unsent(app: &App, browser: &Browser, message: &str) -> (String, String) {
    let draft = begun(browser, &[("wanted[forward]", message), ("wanted[all]", "false")]).await;
    let opened: Opened = browser.call("writing/open_draft", &[("draft", &draft)]).await.unwrap();
    let file = opened.draft.files[0].id.to_string();
    let failed = "UPDATE written_mails SET state = 'failed', reason = 'not_accepted', version = 1, touched = TRUE WHERE kind = 'forward'";
    app.database.execute(failed).await;
    (draft, file)
}

/// A second session and a second way in.
async fn more_of(app: &App, browser: &Browser) -> (String, String) {
    let elsewhere = app.browser();
    elsewhere.sign_in("ada@example.org", crate::harness::browser::PASSWORD).await.unwrap();
    let viewer = browser.viewer().await.unwrap();
    let proven = ProvenIdentity {
        kind: WayIn::Google,
        issuer: "https://accounts.google.com".to_owned(),
        subject: "ada".to_owned(),
        pairwise_subject: None,
        email: None,
        email_authoritative: false,
        first_name: String::new(),
        last_name: String::new(),
    };
    let users = app.domain.users();
    users.link_identity(viewer.user_id, viewer.session_id, &proven, &Visitor::default()).await.unwrap();
    let account: app::features::users::Account = browser.call("users/show_account", &[]).await.unwrap();
    let identity = account.ways_in.iter().find(|way| way.provider.is_some()).unwrap().id;
    (elsewhere.viewer().await.unwrap().session_id.to_string(), identity.to_string())
}
