//! One refresh at a time per connection, however many callers and processes want a token; and what the cache holds.
//!
//! The figures are printed with `scripts/with-databases.sh cargo nextest run -p server -E 'test(flights)' --no-capture`.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, database::Backend, spawn_app};
use domain::connections::Connections;
use futures::future::join_all;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use uuid::Uuid;

const CALLERS: usize = 50;

/// What fifty callers a process met.
#[derive(Debug, PartialEq, Eq)]
struct Figures {
    refresh_calls: usize,
    dead_grants: i64,
    errors: usize,
    /// Different tokens handed out.
    tokens: usize,
}

const RIGHT: Figures = Figures { refresh_calls: 1, dead_grants: 0, errors: 0, tokens: 1 };

fn redis() -> String {
    std::env::var("GATEPOST_TEST_REDIS").expect("GATEPOST_TEST_REDIS names a Redis server (`make test` starts one)")
}

/// Connects at Microsoft, where every refresh brings a new refresh token.
async fn connect(app: &App) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.travel("microsoft", "purpose=connect&features=mail", app.person(2), Answer::Allow).await;
    let id = browser.connections().await.cards[0].id;
    (browser, id)
}

async fn trial(backend: Backend, with_redis: bool, delay_ms: u32) -> Figures {
    let settings = if with_redis { vec![("REDIS_URL", redis())] } else { Vec::new() };
    let wishes = Wishes { settings, ..Wishes::default() };
    let app = spawn_app(backend, wishes.clone()).await;
    let (_, connection) = connect(&app).await;
    // An SQLite file belongs to one process.
    let other = if backend == Backend::Postgres { Some(app.another_process(&wishes).await) } else { None };
    let mut processes: Vec<&Connections> = vec![app.domain.connections()];
    processes.extend(other.as_ref().map(|other| other.domain().connections()));
    // The provider does not accept the token any more: it has expired.
    let old = processes[0].access_token(connection).await.unwrap();
    processes[0].refused(connection, &old).await.unwrap();
    app.control("DELETE", "requests", &json!(null)).await;
    app.slow_at_provider("/oauth2/v2.0/token$", delay_ms).await;
    let begun = Instant::now();
    let callers = processes.iter().flat_map(|process| (0..CALLERS).map(move |_| process.access_token(connection)));
    let answers = join_all(callers).await;
    let took = begun.elapsed();
    let mut tokens: Vec<_> = answers.iter().flatten().map(|token| token.expose().to_owned()).collect();
    tokens.sort();
    tokens.dedup();
    let figures = Figures {
        refresh_calls: app.refresh_calls().await,
        dead_grants: app.database.count("connected_accounts WHERE state <> 'active'").await,
        errors: answers.iter().filter(|answer| answer.is_err()).count(),
        tokens: tokens.len(),
    };
    // The grant is alive: its newest refresh token works.
    let newest = processes[0].access_token(connection).await.unwrap();
    processes[0].refused(connection, &newest).await.unwrap();
    assert!(processes[0].access_token(connection).await.is_ok());
    eprintln!(
        "{} callers in {} process(es), {backend:?}, Redis {with_redis}, token endpoint {delay_ms} ms: {figures:?}, all \
         answered after {} ms",
        answers.len(),
        processes.len(),
        took.as_millis()
    );
    drop(other);
    app.finish().await;
    figures
}

#[tokio::test]
async fn fifty_callers_in_each_of_two_processes_refresh_once() {
    for with_redis in [false, true] {
        assert_eq!(trial(Backend::Postgres, with_redis, 200).await, RIGHT, "Redis: {with_redis}");
    }
}

#[tokio::test]
async fn fifty_callers_on_sqlite_refresh_once() {
    for with_redis in [false, true] {
        assert_eq!(trial(Backend::Sqlite, with_redis, 200).await, RIGHT, "Redis: {with_redis}");
    }
}

#[tokio::test]
async fn a_token_endpoint_of_twelve_seconds_is_asked_once_too() {
    let four = [Backend::Sqlite, Backend::Postgres]
        .into_iter()
        .flat_map(|backend| [false, true].map(|with_redis| trial(backend, with_redis, 12_000)));
    // Side by side: each waits for its own provider.
    assert_eq!(join_all(four).await, [RIGHT; 4]);
}

/// One command of the Redis protocol; the values of the answer, as bytes.
async fn ask(stream: &mut BufReader<TcpStream>, words: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut command = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        command.extend(format!("${}\r\n", word.len()).bytes());
        command.extend(*word);
        command.extend(b"\r\n");
    }
    stream.get_mut().write_all(&command).await.unwrap();
    let mut first = String::new();
    stream.read_line(&mut first).await.unwrap();
    let count = match first.split_at(1) {
        ("*", number) => number.trim().parse().unwrap(),
        ("$", number) => return bulk(stream, number.trim()).await.into_iter().collect(),
        _ => 0,
    };
    let mut values = Vec::new();
    for _ in 0..count {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        values.extend(bulk(stream, line.trim().trim_start_matches('$')).await);
    }
    values
}

async fn bulk(stream: &mut BufReader<TcpStream>, length: &str) -> Option<Vec<u8>> {
    let length: usize = length.parse().ok()?;
    let mut value = vec![0; length + 2];
    stream.read_exact(&mut value).await.unwrap();
    value.truncate(length);
    Some(value)
}

#[tokio::test]
async fn redis_holds_no_token_that_is_not_sealed() {
    let wishes = Wishes { settings: vec![("REDIS_URL", redis())], ..Wishes::default() };
    let app = spawn_app(Backend::Sqlite, wishes).await;
    let (_, connection) = connect(&app).await;
    let token = app.domain.connections().access_token(connection).await.unwrap();
    let address = redis().trim_start_matches("redis://").trim_end_matches('/').to_owned();
    let mut stream = BufReader::new(TcpStream::connect(&address).await.unwrap());
    let keys = ask(&mut stream, &[b"KEYS", b"*"]).await;
    let ours = keys.iter().find(|key| String::from_utf8_lossy(key).contains(&connection.to_string()));
    let sealed = ask(&mut stream, &[b"GET", ours.expect("the token is in the cache")]).await.remove(0);
    assert!(sealed.len() > token.expose().len(), "more than the token: key id, nonce and tag");
    let half = &token.expose().as_bytes()[..token.expose().len() / 2];
    for key in &keys {
        for value in ask(&mut stream, &[b"GET", key]).await {
            assert!(!value.windows(half.len()).any(|part| part == half), "{}", String::from_utf8_lossy(key));
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_redis_that_stopped_makes_it_slower_and_never_wrong() {
    let proxy = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = proxy.local_addr().unwrap().port();
    let target = redis().trim_start_matches("redis://").trim_end_matches('/').to_owned();
    let relay = tokio::spawn(async move {
        let mut children = tokio::task::JoinSet::new();
        while let Ok((mut near, _)) = proxy.accept().await {
            let mut far = TcpStream::connect(&target).await.unwrap();
            children.spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
        }
    });
    let wishes = Wishes { settings: vec![("REDIS_URL", format!("redis://127.0.0.1:{port}"))], ..Wishes::default() };
    let app = spawn_app(Backend::Sqlite, wishes).await;
    let (_, connection) = connect(&app).await;
    let before = app.domain.connections().access_token(connection).await.unwrap();
    // Every connection ends, and no new one is made.
    relay.abort();
    let _ = relay.await;
    let asked = tokio::time::timeout(Duration::from_secs(30), app.domain.connections().access_token(connection)).await;
    assert_eq!(asked.expect("an answer").unwrap().expose(), before.expose());
    app.finish().await;
}
