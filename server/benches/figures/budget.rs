//! How much of Gmail's quota a first sync uses, against a provider that counts strictly. Only the clock is another: limiter,
//! queue and client run as shipped, and time goes by faster.

use crate::{
    figure::Figure,
    harness::{App, Wishes, consent::Answer, database::Backend, spawn_app},
};
use sea_orm::prelude::DateTimeUtc;
use serde_json::Value;
use std::time::Duration;

/// One of Google's price lists, and how it is measured.
struct Case {
    name: &'static str,
    quota: sandbox::Quota,
    setting: &'static str,
    /// Units a minute and person.
    limit: f64,
    messages: usize,
    /// Seconds that go by in one of the machine's: as many as the machine can keep up with.
    speed: u32,
    /// Messages a minute when each is asked for by itself.
    one_by_one: f64,
}

const CASES: [Case; 2] = [
    Case {
        name: "6,000 units",
        quota: sandbox::Quota::New,
        setting: "new",
        limit: 6_000.0,
        messages: 4_500,
        speed: 20,
        one_by_one: 300.0,
    },
    Case {
        name: "15,000 units",
        quota: sandbox::Quota::Legacy,
        setting: "legacy",
        limit: 15_000.0,
        messages: 24_000,
        speed: 4,
        one_by_one: 3_000.0,
    },
];

/// A request as the provider wrote it down.
struct Asked {
    at: DateTimeUtc,
    units: f64,
    status: u64,
    fetched: bool,
}

/// Measures both price lists.
pub async fn measure() -> Vec<Figure> {
    let mut figures = Vec::new();
    for case in CASES {
        figures.extend(of(&case).await);
    }
    figures
}

async fn of(case: &Case) -> Vec<Figure> {
    let wishes = Wishes {
        messages: Some(case.messages),
        worker: true,
        speed: case.speed,
        latency_ms: 100,
        threads: sandbox::Threads::Mixed,
        quota: Some(case.quota),
        settings: vec![("GOOGLE_QUOTA", case.setting.to_owned())],
        ..Wishes::default()
    };
    let app = spawn_app(Backend::Sqlite, wishes).await;
    let browser = app.signed_up("ada").await;
    browser.connect(app.person(0), Answer::Allow).await;
    let connection = browser.connections().await.cards[0].id;
    let (began, mut told) = (app.domain.clock().now(), Vec::new());
    let mut look = tokio::time::interval(Duration::from_millis(50));
    while app.database.count("sync_feeds WHERE stage = 'live'").await == 0 {
        look.tick().await;
        let progress = app.domain.sync().progress(connection).await.expect("a mailbox");
        let now = app.domain.clock().now();
        if (now - began).as_seconds_f64() > 60.0 {
            told.extend(progress.seconds_left.map(|left| (now, left)));
        }
    }
    let ended = app.domain.clock().now();
    let asked = requests(&app).await;
    app.finish().await;
    let mut all = figures(case, &asked);
    let how = format!("of {} readings from the second minute on, the worst but the last ten seconds", told.len());
    let name = format!("time left, off by at most: {}", case.name);
    all.push(Figure::new(name, worst(&told, ended), "%", how).beside(20.0, "the aim"));
    all
}

/// By how much of what it then took a reading was wrong, at the worst.
fn worst(told: &[(DateTimeUtc, u64)], ended: DateTimeUtc) -> f64 {
    let off = |(at, left): &(DateTimeUtc, u64)| {
        let took = (ended - *at).as_seconds_f64();
        let left = f64::from(u32::try_from(*left).unwrap_or(u32::MAX));
        (took > 10.0).then(|| (left - took).abs() / took * 100.0)
    };
    told.iter().filter_map(off).fold(0.0, f64::max)
}

async fn requests(app: &App) -> Vec<Asked> {
    let lines = app.control("GET", "requests", &Value::Null).await;
    let lines = lines.as_array().expect("a list of requests").iter();
    let gmail = lines.filter(|line| line["path"].as_str().is_some_and(|path| path.starts_with("/gmail/")));
    gmail
        .map(|line| Asked {
            at: line["at"].as_str().and_then(|at| at.parse().ok()).expect("when it was asked"),
            units: line["units"].as_f64().expect("what it cost"),
            status: line["status"].as_u64().expect("how it was answered"),
            fetched: line["path"]
                .as_str()
                .is_some_and(|path| path.contains("/messages/") || path.contains("/threads/")),
        })
        .collect()
}

/// The first minute may be spent at once, and the last fetches are few: what lies between is measured.
fn figures(case: &Case, asked: &[Asked]) -> Vec<Figure> {
    let minute = Duration::from_mins(1);
    let fetches: Vec<&Asked> = asked.iter().filter(|one| one.fetched).collect();
    let (from, to) = (fetches[0].at + minute, fetches[fetches.len() - 1].at);
    let minutes = (to - from).as_seconds_f64() / 60.0;
    let steady: f64 = asked.iter().filter(|one| one.at > from && one.at <= to).map(|one| one.units).sum();
    let first: f64 = fetches.iter().filter(|one| one.at <= from).map(|one| one.units).sum();
    let all: f64 = fetches.iter().map(|one| one.units).sum();
    let messages = f64::from(u32::try_from(case.messages).expect("a mailbox"));
    let refused = asked.iter().filter(|one| one.status == 403 || one.status == 429).count();
    let how = format!("{minutes:.1} minutes after the first, 100 ms an answer, clock {} times as fast", case.speed);
    vec![
        Figure::new(format!("budget used: {}", case.name), steady / minutes / case.limit * 100.0, "%", how.clone()),
        Figure::new(format!("refused for speed: {}", case.name), count(refused), "", how.clone()),
        Figure::new(
            format!("messages a minute: {}", case.name),
            messages * (all - first) / all / minutes,
            "messages/min",
            how,
        )
        .beside(case.one_by_one, "each asked for by itself"),
    ]
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
