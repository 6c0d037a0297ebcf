//! The same mail in notmuch, and the same searches.

use super::{Words, milliseconds, percentile};
use crate::harness::database::TestDatabase;
use sea_orm::prelude::DateTimeUtc;
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output},
    time::Instant,
};

/// Mails read from the database at a time.
const PAGE: i64 = 5_000;
/// Times each search is run.
const TIMES: usize = 20;

/// Milliseconds of each search, at the median.
pub struct Beside {
    pub milliseconds: BTreeMap<String, f64>,
}

/// Writes every mail as a file, lets notmuch read them, and searches.
pub async fn measure(database: &TestDatabase, words: &Words) -> Beside {
    let folder = tempfile::tempdir().expect("a folder");
    write(database, folder.path()).await;
    let config = "[database]\npath=.\n[user]\nname=Ada\nprimary_email=ada@example.org\n[new]\ntags=inbox\n";
    fs::write(folder.path().join("config"), config.replace("path=.", &format!("path={}", folder.path().display())))
        .expect("a configuration");
    let _ = notmuch(folder.path(), &["new", "--quiet"]);
    let mut milliseconds_of = BTreeMap::new();
    for (word, _) in words.narrow.iter().chain(&words.broad) {
        let search = || {
            let began = Instant::now();
            let _ = notmuch(folder.path(), &["search", "--limit=50", "--sort=newest-first", word]);
            milliseconds(began.elapsed())
        };
        let times: Vec<f64> = (0..TIMES).map(|_| search()).collect();
        milliseconds_of.insert(word.clone(), percentile(&times, 50));
        let count = String::from_utf8(notmuch(folder.path(), &["count", word]).stdout).expect("a number");
        println!("notmuch counts {} mails for \u{201c}{word}\u{201d}", count.trim());
    }
    Beside { milliseconds: milliseconds_of }
}

fn notmuch(folder: &Path, arguments: &[&str]) -> Output {
    let done = Command::new("notmuch").arg("--config").arg(folder.join("config")).args(arguments).output();
    let done = done.expect("notmuch is installed (Debian's package)");
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    done
}

async fn write(database: &TestDatabase, folder: &Path) {
    let (newline, seconds) = if database.backend() == sea_orm::DbBackend::Sqlite {
        ("char(10)", "strftime('%s', received_at)")
    } else {
        ("chr(10)", "extract(epoch FROM received_at)::bigint::text")
    };
    let lines = ["remote_id", seconds, "sender_address", "subject", "text"].join(&format!(" || {newline} || "));
    let mut last = String::new();
    loop {
        let sql = format!(
            "SELECT {lines} FROM messages JOIN message_bodies ON message_id = messages.id \
             WHERE connection_id = (SELECT id FROM connected_accounts) AND remote_id > '{last}' ORDER BY remote_id LIMIT {PAGE}"
        );
        let rows = database.texts(&sql).await;
        let Some(newest) = rows.last() else { return };
        newest.lines().next().unwrap_or_default().clone_into(&mut last);
        for row in rows {
            let mut parts = row.splitn(5, '\n');
            let mut part = || parts.next().expect("five parts");
            let (id, seconds, sender, subject, text) = (part(), part(), part(), part(), part());
            let date =
                DateTimeUtc::from_timestamp(seconds.parse().expect("seconds"), 0).expect("an instant").to_rfc2822();
            let bucket = folder.join("mail").join(&id[id.len() - 2..]).join("cur");
            fs::create_dir_all(&bucket).expect("a folder");
            let letter = format!(
                "From: {sender}\nTo: ada@example.org\nSubject: {subject}\nMessage-ID: <{id}@bench.example>\nDate: {date}\n\
                 MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
            );
            fs::write(bucket.join(format!("{id}:2,S")), letter).expect("a mail");
        }
    }
}
