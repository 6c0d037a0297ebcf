//! How many pages a second the server renders, and what it needs for that: `/inbox` with its fifty rows, signed in, over HTTP
//! on the same cores as those who ask.

use crate::{
    figure::Figure,
    harness::{Wishes, browser::Browser, database::Backend, site::Site},
    process,
};
use futures::future::join_all;
use std::time::{Duration, Instant};

/// Mails of the mailbox.
const MESSAGES: usize = 2_000;
/// Who ask at the same time, each for the next page when theirs is there.
const READERS: usize = 16;
/// How long they ask.
const ASKED: Duration = Duration::from_secs(10);

/// Measures on both databases.
pub async fn measure() -> Vec<Figure> {
    let mut figures = Vec::new();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        figures.extend(of(backend).await);
    }
    figures
}

async fn of(backend: Backend) -> Vec<Figure> {
    let site = Site::start(backend, 1, Wishes { messages: Some(MESSAGES), ..Wishes::default() }).await;
    site.browser.sign_up("ada").await.expect("signed up");
    site.connect("google", &site.sandbox.addresses[0]).await;
    let mut look = tokio::time::interval(Duration::from_millis(200));
    while site.database.count("sync_feeds WHERE stage = 'live'").await == 0 {
        look.tick().await;
    }
    process::forget_peak(site.process());
    let cpu = process::cpu(site.process());
    let (pages, seconds) = asked(&site.browser, "/inbox").await;
    let cpu = process::cpu(site.process()).saturating_sub(cpu);
    let memory = process::peak_memory(site.process());
    let (bare, bare_seconds) = asked(&site.browser, "/healthz").await;
    site.end().await;
    let name = |what: &str| format!("{what}: {backend:?}");
    let how = format!("{READERS} readers at once for {} s, release build, on the same cores", ASKED.as_secs());
    let rate = Figure::new(name("rendered /inbox"), pages / seconds, "pages/s", how.clone());
    vec![
        rate.beside(bare / bare_seconds, "/healthz, which renders nothing"),
        Figure::new(name("CPU a page"), cpu.as_secs_f64() * 1e3 / pages, "ms", "utime + stime of the server"),
        Figure::new(name("memory, peak"), memory, "MB", how),
    ]
}

/// How many answers came, and in how many seconds.
async fn asked(browser: &Browser, path: &str) -> (f64, f64) {
    let began = Instant::now();
    let reader = async || {
        let mut answers = 0_u32;
        while began.elapsed() < ASKED {
            let page = browser.open(path).await;
            assert_eq!(page.status, 200, "{path}");
            answers += 1;
        }
        answers
    };
    let answers: u32 = join_all((0..READERS).map(|_| reader())).await.into_iter().sum();
    (f64::from(answers), began.elapsed().as_secs_f64())
}
