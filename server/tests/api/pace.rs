//! How fast a first sync goes: never faster than the provider allows, and never so busy that new mail has to wait.

use crate::harness::{
    App, CLIENT_ID, CLIENT_SECRET, KEY, Wishes, browser::Browser, consent::Answer, database::Backend, on_both_with,
    spawn_app,
};
use app::features::{connections::ConnectionsPage, mail::InboxPage};
use domain::{
    Deps, Domain, DomainSettings,
    cache::{Bus, Cache},
    clock::{Clock, Randomness},
    notifications::MailSettings,
    providers::{
        budget::{GmailQuota, ProjectQuota},
        google::GoogleSettings,
    },
    reading::outside::Outside,
    users::SignUp,
    vault::{Vault, VaultKey},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// More than one minute's quota of a new project: 300 mails.
const MANY: i64 = 400;
/// More than one page of a list of ids.
const TWO_PAGES: usize = 520;

async fn connected(app: &App) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.connect(app.person(0), Answer::Allow).await;
    let page: ConnectionsPage = browser.call("connections/list_connections", &[]).await.unwrap();
    (browser, page.cards[0].id)
}

/// Lets time go by at the provider and here, the provider first: it must not be behind when we believe a minute is over.
async fn while_minutes_go_by<T>(app: &App, work: impl Future<Output = T>) -> T {
    let clock = app.clock.as_ref().unwrap();
    let keep_going = async {
        let mut tick = tokio::time::interval(Duration::from_millis(80));
        loop {
            tick.tick().await;
            app.control("POST", "clock", &json!({ "advance_s": 2 })).await;
            clock.advance(Duration::from_secs(2));
        }
    };
    tokio::select! {
        done = work => done,
        () = keep_going => unreachable!("time does not end"),
    }
}

/// Waits until so many rows are there, and leaves the machine to those who make them.
async fn counted(app: &App, rows: &str, at_least: i64) {
    let mut look = tokio::time::interval(Duration::from_millis(20));
    while app.database.count(rows).await < at_least {
        look.tick().await;
    }
}

/// Background work, and what ends it.
fn work(process: Domain) -> (JoinHandle<()>, CancellationToken) {
    let stop = CancellationToken::new();
    let worker = tokio::spawn({
        let stop = stop.clone();
        async move { process.run_worker(stop).await }
    });
    (worker, stop)
}

async fn deliver(app: &App) -> String {
    let mail = "From: Shop <post@shop.example>\r\nSubject: Just in\r\nContent-Type: text/plain\r\n\r\nJust in.\r\n";
    let url = format!("{}/_sandbox/mailboxes/{}/deliver", app.sandbox.google_url, app.person(0));
    let response = crate::harness::browser::client().post(url).body(mail).send().await.unwrap();
    let answer: Value = response.json().await.unwrap();
    answer["id"].as_str().unwrap().to_owned()
}

/// Against a provider that counts strictly. Minutes have to go by, so one database each must do: calls are counted the
/// same way on both.
async fn on_one(backend: Backend, check: impl AsyncFn(&App)) {
    let wishes = Wishes {
        messages: Some(MANY.try_into().unwrap()),
        standing_clock: true,
        quota: Some(sandbox::Quota::New),
        settings: vec![("GOOGLE_QUOTA", "new".to_owned())],
        ..Wishes::default()
    };
    let app = spawn_app(backend, wishes).await;
    check(&app).await;
    app.finish().await;
}

/// A process that was started just now, on the same database.
fn started_anew(app: &App) -> Domain {
    let clock: Arc<dyn Clock> = Arc::new(app.clock.clone().unwrap());
    let key = VaultKey { id: "test".to_owned(), key: KEY };
    let google = GoogleSettings {
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.into(),
        issuer: app.sandbox.google_url.clone(),
        api_url: Some(app.sandbox.google_url.parse().unwrap()),
        redirect_uri: format!("{}/auth/google/callback", app.url).parse().unwrap(),
        quota: GmailQuota::NEW,
        project_quota: ProjectQuota::USUAL,
        pubsub: None,
    };
    let deps = Deps {
        db: app.database.connection.clone().into(),
        cache: Cache::in_process(clock.clone()),
        bus: Bus::in_process(),
        clock,
        randomness: Randomness::system(),
        vault: Vault::new(vec![key], Randomness::system()).unwrap(),
        outside: Outside::internet(),
        settings: DomainSettings {
            google: Some(google),
            microsoft: None,
            sign_up: SignUp::Open,
            mail: MailSettings {
                smtp_url: None,
                from: "gatepost@localhost".to_owned(),
                outbox: app.data.path().join("outbox"),
                wording: server::bridge::letters::letter_words,
            },
            public_url: app.url.parse().unwrap(),
        },
    };
    Domain::new(deps).unwrap()
}

/// What the provider refused for speed.
async fn refused(app: &App) -> Vec<Value> {
    let requests = app.control("GET", "requests", &Value::Null).await;
    let too_fast = |one: &&Value| one["status"] == 403 || one["status"] == 429;
    requests.as_array().unwrap().iter().filter(too_fast).cloned().collect()
}

#[tokio::test]
async fn a_process_started_anew_remembers_what_the_one_before_it_spent() {
    on_one(Backend::Postgres, async |app| {
        let (_, connection) = connected(app).await;
        for (process, enough) in [(app.domain.clone(), 200), (started_anew(app), MANY)] {
            let (worker, stop) = work(process);
            while_minutes_go_by(app, counted(app, "messages", enough)).await;
            stop.cancel();
            while_minutes_go_by(app, worker).await.unwrap();
        }
        assert!(app.domain.sync().verify(connection).await.unwrap().holds());
        assert_eq!(refused(app).await, Vec::<Value>::new(), "the provider never has to complain");
    })
    .await;
}

#[tokio::test]
async fn a_long_first_sync_keeps_the_quota_and_lets_new_mail_overtake() {
    on_one(Backend::Sqlite, async |app| {
        let (browser, connection) = connected(app).await;
        let inbox = [("folder", "inbox")];
        let _: InboxPage = browser.call("mail/list_inbox", &inbox).await.unwrap();
        let (worker, stop) = work(app.domain.clone());
        while_minutes_go_by(app, counted(app, "messages", 50)).await;
        let delivered = deliver(app).await;
        // Its owner still looks, however slowly the machine came here.
        let _: InboxPage = browser.call("mail/list_inbox", &inbox).await.unwrap();
        while_minutes_go_by(app, counted(app, "messages", MANY + 1)).await;
        let stored_at = format!("(SELECT created_at FROM messages WHERE remote_id = '{delivered}')");
        let overtaken = app.database.count(&format!("messages WHERE created_at > {stored_at}")).await;
        assert!(overtaken > 0, "new mail waited for old mail");
        let page: InboxPage = browser.call("mail/list_inbox", &inbox).await.unwrap();
        assert_eq!(page.rows.len(), 50, "the first screenful is an inbox full");
        while_minutes_go_by(app, counted(app, "sync_feeds WHERE stage = 'live'", 1)).await;
        stop.cancel();
        while_minutes_go_by(app, worker).await.unwrap();
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert!(sum.is_complete() && sum.stored == MANY + 1, "{sum:?}");
        assert_eq!(refused(app).await, Vec::<Value>::new(), "the provider never has to complain");
    })
    .await;
}

#[tokio::test]
async fn a_listing_whose_place_is_lost_begins_again_and_names_nothing_twice() {
    let wishes = Wishes { messages: Some(TWO_PAGES), standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let (_, connection) = connected(app).await;
        // The first batch takes its time, after the first page is listed and before the second.
        app.control("PUT", "faults", &json!({"path": "/batch$", "delay_ms": 4000, "times": 1})).await;
        let domain = app.domain.clone();
        let worker = tokio::spawn(async move { domain.run_one_job().await });
        app.while_time_goes_by(counted(app, "sync_feeds WHERE listed > 0", 1)).await;
        let body = json!({"error": {"code": 400, "message": "Invalid pageToken", "status": "INVALID_ARGUMENT",
            "errors": [{"domain": "global", "reason": "invalidArgument", "message": "Invalid pageToken"}]}});
        app.control("PUT", "faults", &json!({"path": "/messages$", "status": 400, "body": body, "times": 1})).await;
        app.while_time_goes_by(worker).await.unwrap();
        app.work_off_queue().await;
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert!(sum.is_complete(), "{sum:?}");
        let truth = app.mailbox_at_provider(app.person(0)).await;
        assert_eq!(app.mailbox_stored(app.person(0)).await, truth);
        let requests = app.control("GET", "requests", &Value::Null).await;
        assert!(requests.as_array().unwrap().iter().any(|one| one["status"] == 400), "the place was lost indeed");
    })
    .await;
}
