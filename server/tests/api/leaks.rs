//! No secret of a whole journey is anywhere it must not be: in no column of any table, no log line, page, event or file;
//! neither as it is, nor in base64, URL-encoded, in hexadecimal, or half of it.

use crate::{
    events::Stream,
    harness::{
        App, CLIENT_SECRET, KEY, Wishes,
        browser::{Browser, PASSWORD},
        consent::{Answer, parameter},
        log, on_both, on_both_with,
    },
};
use app::live::LiveEvent;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use domain::{
    clock::Randomness,
    vault::{Place, Vault, VaultKey},
};
use sea_orm::{ConnectionTrait, Statement};
use secrecy::ExposeSecret;
use std::{collections::BTreeMap, fmt::Write};
use uuid::Uuid;

/// Secrets by name.
type Secrets = BTreeMap<&'static str, String>;

#[tokio::test]
async fn no_secret_of_a_journey_is_kept_or_shown_anywhere() {
    let wishes = Wishes { standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        let mut secrets =
            Secrets::from([("password", PASSWORD.to_owned()), ("client secret", CLIENT_SECRET.to_owned())]);
        secrets.insert("session", browser.cookie("gatepost_session").unwrap());
        secrets.insert("sealing key", STANDARD.encode(KEY));
        let mut stream = Stream::open(&browser).await;
        journey(app, &browser, &mut secrets).await;
        while !matches!(stream.next().await.expect("the journey was told"), (_, LiveEvent::Mail { .. })) {}
        assert!(secrets.values().all(|secret| secret.len() >= 20), "too short to look for");
        let requests = app.control("GET", "requests", &serde_json::Value::Null).await;
        assert!(requests.as_array().unwrap().len() > 5, "there was a journey");
        let mut places = places(app, &browser).await;
        places.push(("an event".to_owned(), stream.raw.into_bytes()));
        for (name, secret) in &secrets {
            let any = any_of(&forms(secret));
            for (place, bytes) in &places {
                assert!(!any.is_match(bytes), "the {name} is in {place}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_secret_of_a_mailed_link_is_in_its_mail_only() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        browser.call::<()>("users/ask_reset", &[("email", "ada@example.org")]).await.unwrap();
        let token = app.letters().await.remove(0).token().to_owned();
        let (any, fields) = (any_of(&forms(&token)), [("token", token.as_str()), ("password", "12345678")]);
        let refused = browser.call::<()>("users/reset_password", &fields).await.unwrap_err();
        assert_eq!(refused.field(), Some("password"), "the secret was read");
        browser.open("/reset-password").await;
        for (place, bytes) in places(app, &browser).await {
            assert!(!any.is_match(&bytes), "it is in {place}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_secret_planted_in_a_table_is_found() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        // New each time: what tests write by hand is in the log, which is the whole process's.
        let planted = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let any = any_of(&forms(&planted));
        let found = async || {
            let places = places(app, &browser).await;
            // The log holds the statements of this test itself.
            let tables = places.into_iter().filter(|(place, _)| place.starts_with("table"));
            tables.filter(|(_, bytes)| any.is_match(bytes)).map(|(place, _)| place).collect::<Vec<_>>()
        };
        assert_eq!(found().await, [""; 0]);
        app.database.execute(&format!("UPDATE users SET first_name = 'x {planted}'")).await;
        assert!(found().await.contains(&"table users".to_owned()));
        app.database.execute("UPDATE users SET first_name = ''").await;
        let hex = planted.bytes().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        let bytes = match app.database.backend() {
            sea_orm::DbBackend::Sqlite => format!("x'{hex}'"),
            _ => format!("'\\x{hex}'::bytea"),
        };
        app.database.execute(&format!("UPDATE sessions SET token_hash = {bytes}")).await;
        assert!(found().await.contains(&"table sessions".to_owned()));
    })
    .await;
}

/// Connects, syncs, refreshes, fails at a second mailbox, reads; notes every secret on the way.
async fn journey(app: &App, browser: &Browser, secrets: &mut Secrets) {
    let trip = browser.press_connect().await;
    let sealed = app.database.bytes("SELECT sealed_secrets FROM oauth_attempts").await.remove(0);
    let place = Place { table: "oauth_attempts", row: trip.attempt, purpose: "secrets" };
    let opened: serde_json::Value = serde_json::from_slice(&open(&place, &sealed)).unwrap();
    secrets.insert("verifier", opened["verifier"].as_str().unwrap().to_owned());
    secrets.insert("nonce", opened["nonce"].as_str().unwrap().to_owned());
    secrets.insert("browser secret", browser.cookie(&format!("gatepost_attempt_{}", trip.attempt)).unwrap());
    let callback = trip.answer(app.person(0), Answer::Allow).await;
    secrets.insert("state", parameter(&callback, "state"));
    secrets.insert("code", parameter(&callback, "code"));
    let page = browser.arrive(callback).await;
    browser.outcome(trip.attempt).await.expect("the outcome is told");
    assert!(browser.follow(page).await.body.contains("GMAIL_AUTH_SUCCESS"));
    app.work_off_queue().await;
    note_tokens(app, secrets, ["access token", "refresh token"]).await;
    // Long enough for the token to run out, short enough for the session to stay.
    app.advance(3_700).await;
    browser.call::<()>("connections/sync_now", &[("connection", &connection(app).await.to_string())]).await.unwrap();
    app.work_off_queue().await;
    note_tokens(app, secrets, ["second access token", "refresh token"]).await;
    let (_, denied) = browser.connect(app.person(1), Answer::Deny).await;
    assert!(denied.body.contains("GMAIL_AUTH_ERROR"));
    app.browser().sign_in("ada@example.org", &format!("{PASSWORD}!")).await.unwrap_err();
    // Without scripts, the refusal travels in the address of the page that shows it.
    let fields = [("email", "nobody@example.org"), ("password", PASSWORD)];
    let referer = browser.site.join("/sign-in").unwrap();
    let fetch = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("referer", referer.as_str())];
    let refused = app.browser().post("users/sign_in", &fields, &fetch).await;
    browser.open(&format!("{}?{}", refused.location().path(), refused.location().query().unwrap_or_default())).await;
    for path in ["/", "/inbox", "/settings/connections", "/settings/account"] {
        browser.open(path).await;
    }
}

async fn connection(app: &App) -> Uuid {
    let user = app.database.connection.clone();
    let statement = Statement::from_string(user.get_database_backend(), "SELECT id FROM connected_accounts");
    user.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// The tokens as they are now, opened with the test's key.
async fn note_tokens(app: &App, secrets: &mut Secrets, names: [&'static str; 2]) {
    let db = &app.database.connection;
    let sql = "SELECT connection_id, sealed_access_token, sealed_refresh_token FROM oauth_grants";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    let id: Uuid = row.try_get_by_index(0).unwrap();
    for (position, (name, purpose)) in names.into_iter().zip(["access_token", "refresh_token"]).enumerate() {
        let sealed: Vec<u8> = row.try_get_by_index(position + 1).unwrap();
        let token = open(&Place { table: "oauth_grants", row: id, purpose }, &sealed);
        secrets.insert(name, String::from_utf8(token).unwrap());
    }
    let token = app.domain.connections().access_token(connection(app).await).await.unwrap();
    assert_eq!(token.expose(), secrets[names[0]], "the token that was looked for is the one in use");
}

fn open(place: &Place<'_>, sealed: &[u8]) -> Vec<u8> {
    let keys = vec![VaultKey { id: "test".to_owned(), key: KEY }];
    let vault = Vault::new(keys, Randomness::seeded(1)).unwrap();
    vault.open(place, sealed).unwrap().expose_secret().clone()
}

/// A secret as somebody might have written it down. Half of it counts: each half in the middle of something longer.
fn forms(secret: &str) -> Vec<String> {
    let half = secret.len() / 2;
    let mut forms = Vec::new();
    for part in [secret, &secret[..half], &secret[secret.len() - half..]] {
        forms.push(part.to_owned());
        forms.push(url::form_urlencoded::byte_serialize(part.as_bytes()).collect());
        forms.push(part.bytes().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }));
        // In base64 the same text looks three ways, by its place; the ends depend on the neighbours.
        for shift in 0..3 {
            let shifted = [vec![0; shift], part.as_bytes().to_vec()].concat();
            for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                let encoded = engine.encode(&shifted);
                forms.push(encoded[4..encoded.len() - 4].to_owned());
            }
        }
    }
    forms.retain(|form| form.len() >= 10);
    forms.sort();
    forms.dedup();
    forms
}

/// One search for all of them.
fn any_of(forms: &[String]) -> regex::bytes::Regex {
    let escaped: Vec<_> = forms.iter().map(|form| regex::escape(form)).collect();
    regex::bytes::Regex::new(&escaped.join("|")).unwrap()
}

/// Everything that was written anywhere.
async fn places(app: &App, browser: &Browser) -> Vec<(String, Vec<u8>)> {
    let mut places = Vec::new();
    for table in app.database.tables().await {
        places.push((format!("table {table}"), dump(app, &table).await));
    }
    assert!(places.len() > 15, "the tables are there");
    places.push(("the log".to_owned(), log::text().into_bytes()));
    let pages = browser.seen.lock().unwrap().join("\n");
    places.push(("a page".to_owned(), pages.into_bytes()));
    for entry in std::fs::read_dir(app.data.path()).unwrap() {
        let path = entry.unwrap().path();
        // The outbox is where mailed secrets belong.
        if path.is_dir() {
            continue;
        }
        places.push((format!("file {}", path.display()), std::fs::read(&path).unwrap()));
    }
    places
}

/// Every row of a table as text, bytes as they are and in hexadecimal.
async fn dump(app: &App, table: &str) -> Vec<u8> {
    let db = &app.database.connection;
    let backend = db.get_database_backend();
    let sql = match backend {
        sea_orm::DbBackend::Sqlite => {
            let columns = app.database.texts(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
            let columns: Vec<_> = columns
                .iter()
                .map(|name| format!("coalesce(cast({name} AS text), '') || ' ' || hex({name})"))
                .collect();
            format!("SELECT {} FROM {table}", columns.join(" || ' ' || "))
        }
        _ => format!("SELECT row_to_json({table})::text FROM {table}"),
    };
    let rows = db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    let mut bytes = Vec::new();
    for row in rows {
        // A sealed value is not text: SQLite hands such a row out as bytes.
        let text = row.try_get_by_index::<String>(0).map(String::into_bytes);
        let text = text.or_else(|_| row.try_get_by_index::<Vec<u8>>(0)).unwrap();
        bytes.extend_from_slice(&text);
        // Hexadecimal of both databases, read back, so that bytes are looked at as bytes too.
        bytes.extend(unhex(&text));
        bytes.push(b'\n');
    }
    bytes
}

/// Every run of hexadecimal digits, as the bytes it stands for.
fn unhex(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let run = regex::Regex::new("[0-9a-fA-F]{20,}").unwrap();
    let mut bytes = Vec::new();
    for run in run.find_iter(&text) {
        let digits = run.as_str().as_bytes();
        bytes.extend(
            digits.chunks_exact(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()),
        );
        bytes.push(b' ');
    }
    bytes
}

#[test]
fn the_search_finds_a_planted_secret_in_every_form() {
    let secret = "ya29.a0ARW5m7xQ-planted_secret_0123456789";
    let any = any_of(&forms(secret));
    let planted = [
        format!("token={secret}&"),
        format!("half of it: {}", &secret[..secret.len() / 2]),
        STANDARD.encode(format!("Bearer {secret} and more")),
        URL_SAFE_NO_PAD.encode(format!("x{secret}y")),
        secret.bytes().fold(String::new(), |text, byte| format!("{text}{byte:02x}")),
    ];
    for text in planted {
        assert!(any.is_match(text.as_bytes()), "{text}");
    }
}
