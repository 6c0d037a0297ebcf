//! The live stream: whom it speaks to, what it says, when it ends.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, on_both, on_both_with};
use app::live::LiveEvent;
use domain::cache::{Notice, What};
use std::time::Duration;
use uuid::Uuid;

/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_secs(20);

/// An open stream.
pub struct Stream {
    response: reqwest::Response,
    text: String,
    /// Everything that came, as it came.
    pub raw: String,
}

impl Stream {
    pub async fn open(browser: &Browser) -> Self {
        let cookie = browser.cookie("gatepost_session").unwrap();
        let response = crate::harness::browser::client()
            .get(browser.site.join("/events").unwrap())
            .header("cookie", format!("gatepost_session={cookie}"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { response, text: String::new(), raw: String::new() }
    }

    /// The next event: its name and what it says.
    pub async fn next(&mut self) -> Option<(String, LiveEvent)> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
                if let (Some(name), Some(data)) = (field("event:"), field("data:")) {
                    return Some((name.to_owned(), serde_json::from_str(data).unwrap()));
                }
                continue;
            }
            let chunk = tokio::time::timeout(LONG, self.response.chunk()).await.expect("an event, or the end");
            let chunk = chunk.ok().flatten()?;
            let chunk = String::from_utf8_lossy(&chunk);
            self.raw.push_str(&chunk);
            self.text.push_str(&chunk);
        }
    }
}

async fn connection(app: &App, browser: &Browser) -> (Uuid, Uuid) {
    browser.connect(app.person(0), Answer::Allow).await;
    app.work_off_queue().await;
    let page: app::features::connections::ConnectionsPage =
        browser.call("connections/list_connections", &[]).await.unwrap();
    (browser.viewer().await.unwrap().user_id, page.cards[0].id)
}

#[tokio::test]
async fn nobody_listens_without_a_session() {
    on_both(async |app| assert_eq!(app.browser().open("/events").await.status, 401)).await;
}

#[tokio::test]
async fn a_sync_is_told_live_to_the_person_it_belongs_to_and_to_nobody_else() {
    let wishes = Wishes { worker: true, messages: Some(100), ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let (ada, bob) = (app.signed_up("ada").await, app.signed_up("bob").await);
        let mut of_ada = Stream::open(&ada).await;
        let mut of_bob = Stream::open(&bob).await;
        ada.connect(app.person(0), Answer::Allow).await;
        let mut names = std::collections::BTreeSet::new();
        loop {
            let (name, event) = of_ada.next().await.expect("the stream goes on");
            names.insert(name);
            if let LiveEvent::Sync { progress, .. } = event
                && progress.stage == app::features::connections::SyncStage::Live
            {
                assert_eq!(progress.stored, 100);
                break;
            }
        }
        assert!(names.contains("sync"), "{names:?}");
        // The first thing Bob hears is about Bob.
        let (user, own) = (bob.viewer().await.unwrap().user_id, connection_of_bob(app, &bob).await);
        app.domain.bus().publish(Notice { user, what: What::Mail { connection: own } }).await;
        let (_, event) = of_bob.next().await.unwrap();
        let about = match event {
            LiveEvent::Sync { connection, .. }
            | LiveEvent::Mail { connection }
            | LiveEvent::Connection { connection, .. } => connection,
            LiveEvent::Written { mail } => mail,
        };
        assert_eq!(about, own);
        wait_until_live(app, 2).await;
    })
    .await;
}

async fn connection_of_bob(app: &App, bob: &Browser) -> Uuid {
    bob.connect(app.person(1), Answer::Allow).await;
    let page: app::features::connections::ConnectionsPage =
        bob.call("connections/list_connections", &[]).await.unwrap();
    page.cards[0].id
}

/// Waits for the state, not for a time: the worker runs by itself in this test.
async fn wait_until_live(app: &App, feeds: i64) {
    tokio::time::timeout(LONG, async {
        while app.database.count("sync_feeds WHERE stage = 'live'").await < feeds {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the first syncs end");
}

#[tokio::test]
async fn a_burst_of_notices_is_told_once() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let (user, connection) = connection(app, &browser).await;
        let mut stream = Stream::open(&browser).await;
        for _ in 0..200 {
            app.domain.bus().publish(Notice { user, what: What::Mail { connection } }).await;
        }
        app.domain.bus().publish(Notice { user, what: What::Connection { connection } }).await;
        let mut mails = 0;
        loop {
            match stream.next().await.unwrap().1 {
                LiveEvent::Mail { .. } => mails += 1,
                LiveEvent::Connection { .. } => break,
                // Looking asks for changes.
                LiveEvent::Sync { .. } | LiveEvent::Written { .. } => {}
            }
        }
        assert!(mails <= 20, "{mails} events for one burst");
    })
    .await;
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let mut stream = Stream::open(&browser).await;
        browser.sign_out().await.unwrap();
        assert_eq!(stream.next().await, None);
    })
    .await;
}
