//! How fast Outlook's mail comes when every answer takes its time: four large folders over the places that work nobody
//! waits for may have.

use crate::{
    figure::Figure,
    harness::{Wishes, database::Backend, site::Site},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Messages of the mailbox: enough for what is asked once, such as the list of folders, not to count.
const MESSAGES: usize = 24_000;
/// Milliseconds of every answer.
const LATENCY: u64 = 200;
/// Messages of a page at most, so that the places set the pace and not the machine: what the pretend Graph needs to make a page
/// on the same cores counts as its place's time.
const PAGE: u32 = 25;
/// Places for work nobody waits for: one of Graph's four is kept free.
const PLACES: f64 = 3.0;

/// Measures on both databases.
pub async fn measure() -> Vec<Figure> {
    let mut figures = Vec::new();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        figures.extend(of(backend).await);
    }
    figures
}

async fn of(backend: Backend) -> Vec<Figure> {
    let wishes =
        Wishes { messages: Some(MESSAGES), latency_ms: LATENCY, folders: sandbox::Folders::Even, ..Wishes::default() };
    // In a process of its own: the provider's answers must not wait for what we do with them.
    let site = Site::start(backend, 1, wishes).await;
    let rules = json!({"odd": false, "page_most": PAGE, "requests": 10_000, "concurrent": 4});
    site.lever("google", "PUT", "graph", &rules).await;
    site.browser.sign_up("ada").await.expect("signed up");
    site.connect("microsoft", &site.sandbox.addresses[0].clone()).await;
    let mut look = tokio::time::interval(Duration::from_millis(20));
    while site.database.count("messages").await < 100 {
        look.tick().await;
    }
    let (before, started) = (site.database.count("messages").await, Instant::now());
    while site.database.count("sync_feeds WHERE kind = 'mailbox' AND stage = 'live'").await == 0 {
        look.tick().await;
    }
    let seconds = started.elapsed().as_secs_f64();
    let stored = number(site.database.count("messages").await - before);
    let refused = refused(&site).await;
    site.end().await;
    let limit = PLACES * f64::from(PAGE) / (Duration::from_millis(LATENCY).as_secs_f64());
    let name = |what: &str| format!("{what}: Outlook, {backend:?}, {LATENCY} ms");
    let how = format!("pages of {PAGE}, four large folders, three places");
    vec![
        Figure::new(name("rate"), stored / seconds, "messages/s", how.clone()).beside(limit, "the places' limit"),
        Figure::new(name("refused for speed"), refused, "", how),
    ]
}

async fn refused(site: &Site) -> f64 {
    let lines = site.lever("google", "GET", "requests", &Value::Null).await;
    let lines = lines.as_array().expect("a list of requests");
    number(i64::try_from(lines.iter().filter(|line| line["status"] == 429).count()).unwrap_or(i64::MAX))
}

fn number(count: i64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
