//! Lists, conversations and searches over a million mails: how long the server takes, and beside it notmuch on the same mail.
//!
//! Some mail comes by a real sync; its rows are then multiplied in the database, each copy at another time, and the
//! product's own job writes the words. So the texts repeat, and the index is as long as if they did not.

mod multiply;
mod notmuch;
mod words;

use crate::{
    figure::Figure,
    harness::{
        Wishes,
        browser::client,
        database::{Backend, TestDatabase},
        site::Site,
    },
    process,
};
use app::features::mail::{Conversation, InboxPage, SearchPage};
use std::time::{Duration, Instant};
use uuid::Uuid;
use words::Words;

/// Mails that are synced; the rest are copies of them.
const SYNCED: i64 = 20_000;
/// Mails in all. `GATEPOST_BENCH_MAILS` takes another number.
const MAILS: i64 = 1_000_000;
/// Mails that arrive while the others are stored.
const ARRIVING: i64 = 500;
/// Times that everything is asked for.
const TIMES: usize = 300;
/// The aims, in milliseconds at the 99th percentile.
const LIST: f64 = 30.0;
const NARROW: f64 = 50.0;
const BROAD: f64 = 150.0;

/// Measures on both databases.
pub async fn measure() -> Vec<Figure> {
    let mails = std::env::var("GATEPOST_BENCH_MAILS").map_or(MAILS, |text| text.parse().expect("a number of mails"));
    let mut figures = Vec::new();
    let mut words = None;
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let mailbox = Mailbox::fill(backend, mails).await;
        if words.is_none() {
            // The same words everywhere.
            let chosen = Words::choose(&mailbox.site.database).await;
            let beside = notmuch::measure(&mailbox.site.database, &chosen).await;
            words = Some((chosen, beside));
        }
        let (chosen, beside) = words.as_ref().expect("chosen above");
        let of_backend = mailbox.measure(backend, mails, chosen, beside).await;
        crate::figure::keep("searching", &of_backend);
        figures.extend(of_backend);
        mailbox.site.end().await;
    }
    figures
}

/// Somebody with very much mail, and the server that keeps it.
struct Mailbox {
    site: Site,
    /// With the mails that were synced, and with all.
    little: Costs,
    much: Costs,
}

/// What a mail costs while others are stored: CPU time of the server in microseconds.
struct Costs {
    /// To write its words, when all mails wait for theirs.
    words: f64,
    /// Mails a second, likewise.
    pace: f64,
    /// To bring it here by a sync, with its words.
    arrival: f64,
}

impl Mailbox {
    async fn fill(backend: Backend, mails: i64) -> Self {
        let synced = usize::try_from(SYNCED.min(mails)).expect("a mailbox");
        let mut site = Site::start(backend, 1, Wishes { messages: Some(synced), ..Wishes::default() }).await;
        site.browser.sign_up("ada").await.expect("signed up");
        let connection = site.connect("google", &site.sandbox.addresses[0]).await;
        until_none(&site.database, "sync_feeds WHERE stage <> 'live'").await;
        until_none(&site.database, "messages WHERE search_key IS NULL").await;
        site.kill(0);
        multiply::forget_words(&site.database).await;
        site.revive(0).await;
        let little = Costs::measure(&site, connection).await;
        site.kill(0);
        multiply::mails(&site.database, mails / SYNCED.min(mails)).await;
        site.revive(0).await;
        let much = Costs::measure(&site, connection).await;
        // What a database learns by itself overnight.
        site.database.execute("ANALYZE").await;
        Self { site, little, much }
    }

    async fn measure(&self, backend: Backend, mails: i64, words: &Words, beside: &notmuch::Beside) -> Vec<Figure> {
        let name = |what: &str| format!("{what}: {mails} mails, {backend:?}");
        let how = "over HTTP on the same machine, signed in, release build";
        let mut figures = Vec::new();
        let judged = |what: &str, times: Vec<f64>, aim: f64| {
            let (half, most) = (percentile(&times, 50), percentile(&times, 99));
            let most = Figure::new(name(&format!("{what}, p99")), most, "ms", how).beside(aim, "the aim");
            [Figure::new(name(&format!("{what}, p50")), half, "ms", how), most]
        };
        figures.extend(judged("inbox", self.times::<InboxPage>("mail/list_inbox", &[("folder", "inbox")]).await, LIST));
        let deep = self.deep_in_the_list().await;
        let times = self.times::<InboxPage>("mail/list_inbox", &deep).await;
        figures.extend(judged("all mail, a hundred pages down", times, LIST));
        let (browser, mut times) = (&self.site.browser, Vec::new());
        let page: InboxPage = browser.call("mail/list_inbox", &[("folder", "all")]).await.expect("a list");
        for row in page.rows.iter().cycle().take(TIMES) {
            let (id, began) = (row.id.to_string(), Instant::now());
            browser.call::<Conversation>("mail/open_conversation", &[("message", &id)]).await.expect("a conversation");
            times.push(milliseconds(began.elapsed()));
        }
        figures.extend(judged("conversation", times, LIST));
        for (kind, chosen, aim) in [("narrow", &words.narrow, NARROW), ("broad", &words.broad, BROAD)] {
            for (word, hits) in chosen {
                let times = self.times::<SearchPage>("mail/search_mail", &[("text", &format!("{word} "))]).await;
                let (half, theirs) = (percentile(&times, 50), beside.milliseconds[word]);
                figures.extend(judged(&format!("{kind} search \u{201c}{word}\u{201d} ({hits} hits)"), times, aim));
                let how = "p50 beside `notmuch search --limit=50`, a process each time, as people use it";
                let beside = name(&format!("search \u{201c}{word}\u{201d} beside notmuch"));
                figures.push(Figure::new(beside, half, "ms", how).beside(theirs, "notmuch"));
            }
        }
        figures.push(Figure::new(
            name("memory of the server, peak"),
            process::peak_memory(self.site.process()),
            "MB",
            how,
        ));
        figures.extend(self.costs(name));
        figures
    }

    /// What one mail more costs, beside what it cost in a small mailbox.
    fn costs(&self, name: impl Fn(&str) -> String) -> [Figure; 3] {
        let (Costs { words, pace, arrival }, how) = (&self.much, "utime + stime of the server");
        [
            Figure::new(name("words written"), *pace, "mails/s", "by the product's own job")
                .beside(self.little.pace, "the pace with the mails that were synced"),
            Figure::new(name("CPU for a mail's words"), *words, "\u{b5}s", how)
                .beside(self.little.words, "the mails that were synced alone"),
            Figure::new(name("CPU for a mail that arrives"), *arrival, "\u{b5}s", how)
                .beside(self.little.arrival, "the mails that were synced alone"),
        ]
    }

    /// How long the server takes for the same question, again and again, in milliseconds.
    async fn times<T: serde::de::DeserializeOwned>(&self, function: &str, arguments: &[(&str, &str)]) -> Vec<f64> {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let began = Instant::now();
            let answer: Result<T, _> = self.site.browser.call(function, arguments).await;
            times.push(milliseconds(began.elapsed()));
            assert!(answer.is_ok(), "{function} {arguments:?}");
        }
        times
    }

    async fn deep_in_the_list(&self) -> [(&'static str, &'static str); 2] {
        let mut after = String::new();
        for _ in 0..100 {
            let arguments = [("folder", "all"), ("after", after.as_str())];
            let arguments = if after.is_empty() { &arguments[..1] } else { &arguments[..] };
            let page: InboxPage = self.site.browser.call("mail/list_inbox", arguments).await.expect("a list");
            after = page.next.expect("a hundred pages");
        }
        [("folder", "all"), ("after", after.leak())]
    }
}

impl Costs {
    /// While no mail has its words, and then while one after another arrives.
    async fn measure(site: &Site, connection: Uuid) -> Self {
        let (cpu, began, mails) = (process::cpu(site.process()), Instant::now(), site.database.count("messages").await);
        until_none(&site.database, "messages WHERE search_key IS NULL").await;
        let (seconds, words) = (began.elapsed().as_secs_f64(), spent_since(cpu, site));
        for number in 0..ARRIVING {
            let mail = format!(
                "From: Shop <post@shop.example>\r\nSubject: News {number} of {mails}\r\n\
                 Message-ID: <{number}.{mails}@shop.example>\r\nContent-Type: text/plain\r\n\r\nNumber {number}.\r\n"
            );
            let url = format!("{}/_sandbox/mailboxes/{}/deliver", site.sandbox.google_url, site.sandbox.addresses[0]);
            let answer = client().post(url).body(mail).send().await.expect("an answer");
            assert!(answer.status().is_success(), "{}", answer.status());
        }
        let cpu = process::cpu(site.process());
        site.sync_now(connection).await;
        let mut look = tokio::time::interval(Duration::from_millis(200));
        while site.database.count("messages").await < mails + ARRIVING {
            look.tick().await;
        }
        let (mails, arrival) = (of(mails), spent_since(cpu, site) / of(ARRIVING));
        Self { words: words / mails, pace: mails / seconds, arrival }
    }
}

/// Microseconds.
fn spent_since(cpu: Duration, site: &Site) -> f64 {
    process::cpu(site.process()).saturating_sub(cpu).as_secs_f64() * 1e6
}

fn of(mails: i64) -> f64 {
    f64::from(i32::try_from(mails).expect("a mailbox"))
}

async fn until_none(database: &TestDatabase, rows: &str) {
    let mut look = tokio::time::interval(Duration::from_secs(1));
    while database.number(&format!("SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT 1) AS found")).await > 0 {
        look.tick().await;
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn percentile(times: &[f64], of: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times[(times.len() * of / 100).min(times.len() - 1)]
}
