//! A whole server for one test: fresh database, the real sandbox, a browser that keeps cookies.

pub mod battered;
pub mod browser;
pub mod clock;
pub mod consent;
pub mod database;
pub mod dice;
pub mod difference;
pub mod form;
pub mod log;
pub mod mailbox;
pub mod news;
pub mod outbox;
pub mod poison;
pub mod program;
pub mod provider;
pub mod site;

use browser::Browser;
use clock::FastClock;
use database::{Backend, TestDatabase};
use domain::{
    Domain,
    clock::{Clock, FixedClock, SystemClock},
    jobs,
};
use server::{
    config::Settings,
    http::site::Pace,
    startup::{Application, Overrides},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// The sealing key of every test, so that tests can open what the server sealed.
pub const KEY: [u8; 32] = *b"a test's key of exactly 32 bytes";
pub const CLIENT_ID: &str = "gatepost-test";
pub const CLIENT_SECRET: &str = "GOCSPX-8fQ2vLr0sYkT1nWb6cJdHmXe";

/// Longer than the jobs of any test take on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// What a test wants otherwise.
#[derive(Clone, Default)]
pub struct Wishes {
    /// Settings that differ, by variable.
    pub settings: Vec<(&'static str, String)>,
    /// Mails per person; few by default, so that tests are quick.
    pub messages: Option<usize>,
    /// A clock that stands until the test moves it.
    pub standing_clock: bool,
    /// Seconds that go by here and at the sandbox in one of the machine's; 0 is 1.
    pub speed: u32,
    /// Whether the background work runs by itself; else the test steps it.
    pub worker: bool,
    /// Whether the sandbox counts what is asked of it; it does not unless told to.
    pub quota: Option<sandbox::Quota>,
    /// Milliseconds the sandbox holds every answer back.
    pub latency_ms: u64,
    /// How the sandbox's mails form conversations.
    pub threads: sandbox::Threads,
    /// Where the sandbox's Outlook mails lie.
    pub folders: sandbox::Folders,
    /// No provider has credentials.
    pub without_google: bool,
}

/// A running server and what belongs to it.
pub struct App {
    pub url: String,
    pub domain: Domain,
    pub database: TestDatabase,
    pub sandbox: sandbox::Running,
    pub data: tempfile::TempDir,
    /// Only with [`Wishes::standing_clock`].
    pub clock: Option<FixedClock>,
    stop: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
}

/// Runs a test on both databases.
pub async fn on_both(check: impl AsyncFn(&App)) {
    on_both_with(Wishes::default(), check).await;
}

/// The same, with wishes.
pub async fn on_both_with(wishes: Wishes, check: impl AsyncFn(&App)) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        eprintln!("on {backend:?}");
        let app = spawn_app(backend, wishes.clone()).await;
        check(&app).await;
        app.finish().await;
    }
}

/// Starts database, sandbox and server, each of its own.
pub async fn spawn_app(backend: Backend, wishes: Wishes) -> App {
    log::capture();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let sandbox = start_sandbox(&wishes, &url).await;
    let data = tempfile::tempdir().unwrap();
    let database = TestDatabase::create(backend, data.path()).await;
    news::fetch_key_file(&wishes, &sandbox, data.path()).await;
    let settings = settings(&wishes, &url, &sandbox, &database.url, data.path().to_str().unwrap());
    // Sleepers of a standing clock wake when the test moves it, and not before.
    let clock = wishes.standing_clock.then(|| FixedClock::at(SystemClock.now()));
    let overrides = Overrides {
        clock: match &clock {
            Some(clock) => Some(Arc::new(clock.clone()) as Arc<dyn Clock>),
            None if wishes.speed > 1 => Some(Arc::new(FastClock::new(wishes.speed))),
            None => None,
        },
        randomness: None,
        listener: Some(listener),
        pace: Pace { gather: Duration::from_millis(20), keep_alive: Duration::from_millis(100) },
    };
    let application = Application::build(settings, overrides).await.unwrap();
    let domain = application.domain().clone();
    let stop = CancellationToken::new();
    let running = tokio::spawn(application.run_until_stopped(stop.clone()));
    App { url, domain, database, sandbox, data, clock, stop, running }
}

/// Pretend providers that know the server at `url`.
pub async fn start_sandbox(wishes: &Wishes, url: &str) -> sandbox::Running {
    sandbox::start(sandbox::Config {
        google_port: 0,
        microsoft_port: 0,
        messages: wishes.messages.unwrap_or(30),
        events: 0,
        quota: wishes.quota.unwrap_or(sandbox::Quota::Off),
        latency_ms: wishes.latency_ms,
        speed: wishes.speed.max(1),
        threads: wishes.threads,
        folders: wishes.folders,
        clients: ["/auth/google/callback", "/auth/microsoft/callback", ""].map(|path| client(url, path)).into(),
        ..sandbox::Config::default()
    })
    .await
    .unwrap()
}

/// One registered redirect URI; without a path it is the one of Google's own code client.
fn client(url: &str, path: &str) -> sandbox::Client {
    sandbox::Client { id: CLIENT_ID.to_owned(), secret: CLIENT_SECRET.to_owned(), redirect_uri: format!("{url}{path}") }
}

/// What a server of a test is told.
pub fn variables(
    wishes: &Wishes,
    url: &str,
    sandbox: &sandbox::Running,
    database: &str,
    data: &str,
) -> BTreeMap<&'static str, String> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut variables = BTreeMap::from([
        ("DEMO", "true".to_owned()),
        ("DATA_DIR", data.to_owned()),
        ("DATABASE_URL", database.to_owned()),
        ("PUBLIC_URL", url.to_owned()),
        ("ROLE", if wishes.worker { "all" } else { "web" }.to_owned()),
        ("TOKEN_ENCRYPTION_KEYS", format!("test:{}", STANDARD.encode(KEY))),
        ("GOOGLE_ISSUER", sandbox.google_url.clone()),
        ("GOOGLE_API_URL", sandbox.google_url.clone()),
        ("GOOGLE_CLIENT_ID", CLIENT_ID.to_owned()),
        ("GOOGLE_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("MICROSOFT_AUTHORITY", sandbox.microsoft_url.clone()),
        ("MICROSOFT_GRAPH_URL", sandbox.microsoft_url.clone()),
        ("MICROSOFT_CLIENT_ID", CLIENT_ID.to_owned()),
        ("MICROSOFT_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("GOOGLE_QUOTA", "10000000:1".to_owned()),
    ]);
    variables.extend(news::key_file(wishes, data));
    variables.extend(wishes.settings.iter().cloned());
    variables
}

fn settings(wishes: &Wishes, url: &str, sandbox: &sandbox::Running, database: &str, data: &str) -> Settings {
    let variables = variables(wishes, url, sandbox, database, data);
    let mut settings = Settings::read(&|name| variables.get(name).cloned()).unwrap();
    if wishes.without_google {
        settings.google = None;
        settings.microsoft = None;
    }
    settings
}

impl App {
    /// A browser nobody used before.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url, &self.sandbox.google_url)
    }

    /// A browser whose person has signed up as `name`.
    pub async fn signed_up(&self, name: &str) -> Browser {
        let browser = self.browser();
        browser.sign_up(name).await.unwrap();
        browser
    }

    /// The sandbox's `position`th person.
    pub fn person(&self, position: usize) -> &str {
        &self.sandbox.addresses[position]
    }

    /// Moves the server's clock and the provider's.
    pub async fn advance(&self, seconds: u64) {
        let clock = self.clock.as_ref().expect("the test asked for a standing clock");
        clock.advance(Duration::from_secs(seconds));
        self.control("POST", "clock", &serde_json::json!({ "advance_s": seconds })).await;
    }

    /// Runs jobs until none is due. A job that never ends shows what it did last.
    pub async fn work_off_queue(&self) {
        let work = self.while_time_goes_by(async { while self.domain.run_one_job().await {} });
        let ended = tokio::time::timeout(PATIENCE, work).await;
        assert!(ended.is_ok(), "the jobs do not end:\n{}", log::last_words());
    }

    /// Waits for something. Calls to a provider are spread over time: a standing clock goes on meanwhile.
    pub async fn while_time_goes_by<T>(&self, work: impl Future<Output = T>) -> T {
        self.while_clock_goes_by(Duration::from_millis(10), work).await
    }

    /// The same, with time that goes by no faster than the machine's: what is to happen in so many seconds must not come
    /// sooner on a busy machine.
    pub async fn slowly<T>(&self, work: impl Future<Output = T>) -> T {
        self.while_clock_goes_by(Duration::from_millis(1), work).await
    }

    /// The clock goes on by so much with every thousandth of a second at most.
    async fn while_clock_goes_by<T>(&self, step: Duration, work: impl Future<Output = T>) -> T {
        let goes_by = async {
            let Some(clock) = &self.clock else { return std::future::pending().await };
            let mut tick = tokio::time::interval(Duration::from_millis(1));
            tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
            loop {
                tick.tick().await;
                clock.advance(step);
            }
        };
        tokio::select! {
            done = work => done,
            () = goes_by => unreachable!("time does not end"),
        }
    }

    /// Another server of this site over the same database, as in a process of its own. It answers nobody; what it serves
    /// can be used.
    pub async fn another_process(&self, wishes: &Wishes) -> Application {
        let settings =
            settings(wishes, &self.url, &self.sandbox, &self.database.url, self.data.path().to_str().unwrap());
        let listener = Some(TcpListener::bind("127.0.0.1:0").await.unwrap());
        Application::build(settings, Overrides { listener, ..Overrides::default() }).await.unwrap()
    }

    /// Stops everything; fails when a job cannot be worked off, or was given up.
    pub async fn finish(self) {
        self.work_off_queue().await;
        let mut due = self.due().await;
        // A worker of the server's own may have put a job back a moment ago.
        for _ in 0..10 {
            if due == 0 {
                break;
            }
            self.work_off_queue().await;
            due = self.due().await;
        }
        let dead = self.database.count("jobs WHERE state = 'dead'").await;
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
        self.sandbox.stop().await;
        self.database.drop().await;
        assert_eq!((due, dead), (0, 0), "jobs left due, and given up");
    }

    async fn due(&self) -> u64 {
        jobs::due(&self.database.connection.clone().into(), self.domain.clock().now()).await.unwrap()
    }

    /// How many rows a connection attempt would leave behind: connections, grants, feeds, jobs, sealed secrets.
    pub async fn left_behind(&self) -> [i64; 5] {
        [
            self.database.count("connected_accounts").await,
            self.database.count("oauth_grants").await,
            self.database.count("sync_feeds").await,
            self.database.count("jobs").await,
            self.database.count("oauth_attempts WHERE sealed_secrets IS NOT NULL").await,
        ]
    }
}
