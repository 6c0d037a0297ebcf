//! Gmail tells of news by itself, through Pub/Sub: mail is here in seconds. What it forgets to tell, tells twice, or never
//! said, harms nobody.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, log, news::pubsub, on_both_with};
use app::features::mail::InboxPage;
use serde_json::{Value, json};
use uuid::Uuid;

const MAIL: &str = "From: Shop <post@shop.example>\r\nSubject: Just in\r\nContent-Type: text/plain\r\n\r\nJust in.\r\n";
/// Longer than the pause between two pulls, shorter than that between two looks.
const MOMENT: u64 = 3;
const HOUR: u64 = 3_600;

fn wishes() -> Wishes {
    Wishes { messages: Some(5), standing_clock: true, settings: pubsub(), ..Wishes::default() }
}

async fn connected(app: &App, name: &str) -> (Browser, Uuid) {
    let browser = app.signed_up(name).await;
    browser.connect(app.person(0), Answer::Allow).await;
    app.begin_to_pull().await;
    app.work_off_queue().await;
    let connection = browser.connections().await.cards[0].id;
    assert!(app.domain.sync().verify(connection).await.unwrap().is_complete());
    // Nobody looks any more.
    pass(app, 600).await;
    (browser, connection)
}

async fn pass(app: &App, seconds: u64) {
    app.advance(seconds).await;
    app.work_off_queue().await;
}

async fn stored(app: &App) -> i64 {
    app.database.count("messages").await
}

async fn looks(app: &App) -> usize {
    app.asked_of_google("/history").await
}

/// Seconds in steps until so many mails are stored.
async fn seconds_until(app: &App, mails: i64, step: u64) -> u64 {
    for steps in 0..60 {
        if stored(app).await == mails {
            return steps * step;
        }
        pass(app, step).await;
    }
    panic!("they never come");
}

#[tokio::test]
async fn new_mail_is_here_in_moments_although_nobody_looks() {
    on_both_with(wishes(), async |app| {
        connected(app, "ada").await;
        for mails in 6..9 {
            app.deliver(app.person(0), MAIL).await;
            pass(app, MOMENT).await;
            assert_eq!(stored(app).await, mails, "told, and looked at once");
        }
        assert_eq!(app.pubsub().await["waiting"], 0, "all of it was acknowledged");
        let log = log::text();
        let file = std::fs::read_to_string(app.data.path().join("service-account.json")).unwrap();
        let file: Value = serde_json::from_str(&file).unwrap();
        let key = file["private_key"].as_str().unwrap().lines().nth(3).unwrap();
        assert!(!log.contains(key) && !log.contains("eyJhbGciOi") && !log.contains("ya29."), "no secret is logged");
    })
    .await;
}

#[tokio::test]
async fn what_is_never_told_is_found_by_looking_within_minutes() {
    on_both_with(wishes(), async |app| {
        let (browser, _) = connected(app, "ada").await;
        app.deliver(app.person(0), MAIL).await;
        app.control("DELETE", "pubsub", &Value::Null).await;
        let seconds = seconds_until(app, 6, 60).await;
        assert!((180..=660).contains(&seconds), "{seconds} s");
        // Looking is rarer by half than without a word: that is the net, and what it saves.
        app.control("DELETE", "requests", &Value::Null).await;
        for _ in 0..60 {
            pass(app, 60).await;
        }
        let hour = looks(app).await;
        assert!((5..=7).contains(&hour), "{hour} looks in an hour");
        // Whoever looks is promised half a minute, whatever Gmail tells.
        browser.call::<InboxPage>("mail/list_inbox", &[("folder", "inbox")]).await.unwrap();
        app.work_off_queue().await;
        app.deliver(app.person(0), MAIL).await;
        app.control("DELETE", "pubsub", &Value::Null).await;
        let seconds = seconds_until(app, 7, 2).await;
        assert!(seconds <= 22, "{seconds} s");
    })
    .await;
}

#[tokio::test]
async fn words_said_twice_late_or_by_others_lead_to_one_look_at_most_and_are_acknowledged() {
    on_both_with(wishes(), async |app| {
        let (_, connection) = connected(app, "ada").await;
        app.deliver(app.person(0), MAIL).await;
        pass(app, MOMENT).await;
        app.control("DELETE", "requests", &Value::Null).await;
        let cursor = app.database.texts("SELECT cursor FROM sync_feeds").await.remove(0);
        let word = |address: &str, at: &str| json!({"emailAddress": address, "historyId": at}).to_string();
        for _ in 0..5 {
            app.publish(&word(app.person(0), &cursor)).await;
        }
        for nonsense in ["", "hello", "{}", "[]", r#"{"emailAddress": 7, "historyId": -1}"#] {
            app.publish(nonsense).await;
        }
        app.publish(&word(app.person(0), "1")).await;
        app.publish(&word("nobody@gmail.example", "99999999999999")).await;
        pass(app, MOMENT).await;
        assert_eq!(
            (looks(app).await, app.pubsub().await["waiting"].clone()),
            (0, json!(0)),
            "all of it is known, or nobody's"
        );
        // What nobody can have seen yet is worth one look, however often it is said.
        for _ in 0..5 {
            app.publish(&word(&app.person(0).to_uppercase(), "99999999999999")).await;
        }
        pass(app, MOMENT).await;
        let all = (looks(app).await, app.pubsub().await["waiting"].clone());
        let asked = app.control("GET", "requests", &Value::Null).await;
        assert_eq!(all, (1, json!(0)), "{asked}\n{}", log::last_words());
        assert_eq!(
            app.database.texts("SELECT cursor FROM sync_feeds").await,
            [cursor],
            "a cursor is never taken from a word"
        );
        app.deliver(app.person(0), MAIL).await;
        pass(app, MOMENT).await;
        assert_eq!(stored(app).await, 7);
        assert!(app.domain.sync().verify(connection).await.unwrap().is_complete());
    })
    .await;
}

#[tokio::test]
async fn a_word_is_acknowledged_when_its_look_is_in_the_queue_and_not_before() {
    on_both_with(wishes(), async |app| {
        connected(app, "ada").await;
        app.deliver(app.person(0), MAIL).await;
        // The look cannot be asked for: what was pulled comes again.
        app.database.execute("ALTER TABLE sync_feeds RENAME TO elsewhere").await;
        pass(app, MOMENT).await;
        app.database.execute("ALTER TABLE elsewhere RENAME TO sync_feeds").await;
        assert_eq!(app.pubsub().await["waiting"], 1);
        pass(app, 20).await;
        assert_eq!((stored(app).await, app.pubsub().await["waiting"].clone()), (6, json!(0)));
        // The acknowledgement is lost: the mail is here, and the word that comes again is known.
        app.fail_at_provider(":acknowledge$", 503, 1).await;
        app.deliver(app.person(0), MAIL).await;
        pass(app, MOMENT).await;
        assert_eq!(stored(app).await, 7);
        app.control("DELETE", "requests", &Value::Null).await;
        pass(app, 20).await;
        assert_eq!((looks(app).await, app.pubsub().await["waiting"].clone()), (0, json!(0)));
    })
    .await;
}

#[tokio::test]
async fn pubsub_in_trouble_is_asked_again_later_and_later_and_mail_comes_by_looking() {
    on_both_with(wishes(), async |app| {
        connected(app, "ada").await;
        app.fail_at_provider(":pull$", 503, 1_000).await;
        app.control("DELETE", "requests", &Value::Null).await;
        app.deliver(app.person(0), MAIL).await;
        let seconds = seconds_until(app, 6, 30).await;
        assert!((120..=660).contains(&seconds), "{seconds} s");
        let pulls = app.asked_of_google(":pull").await;
        assert!((3..=12).contains(&pulls), "{pulls} pulls in {seconds} s");
        app.control("DELETE", "faults", &Value::Null).await;
        pass(app, 16 * 60).await;
        app.deliver(app.person(0), MAIL).await;
        pass(app, MOMENT).await;
        assert_eq!(stored(app).await, 7, "it tells again");
    })
    .await;
}

#[tokio::test]
async fn a_watch_is_renewed_every_day_long_before_its_week_is_over() {
    on_both_with(wishes(), async |app| {
        connected(app, "ada").await;
        app.control("DELETE", "requests", &Value::Null).await;
        for _ in 0..20 {
            pass(app, 12 * HOUR).await;
            assert_eq!(app.pubsub().await["watches"].as_array().unwrap().len(), 1, "never without one");
        }
        let renewed = app.asked_of_google("/watch").await;
        assert!((9..=20).contains(&renewed), "{renewed} renewals in ten days");
        let before = stored(app).await;
        app.deliver(app.person(0), MAIL).await;
        pass(app, MOMENT).await;
        assert_eq!(stored(app).await, before + 1);
    })
    .await;
}

#[tokio::test]
async fn a_topic_that_gmail_may_not_publish_in_costs_a_try_an_hour_and_no_mail() {
    on_both_with(wishes(), async |app| {
        app.control("PUT", "pubsub", &json!({"open": false})).await;
        connected(app, "ada").await;
        app.deliver(app.person(0), MAIL).await;
        let seconds = seconds_until(app, 6, 20).await;
        assert!((20..=320).contains(&seconds), "as often as without a topic: {seconds} s");
        app.control("DELETE", "requests", &Value::Null).await;
        for _ in 0..12 {
            pass(app, 600).await;
        }
        let tries = app.asked_of_google("/watch").await;
        assert!((1..=3).contains(&tries), "{tries} tries in two hours");
        app.control("PUT", "pubsub", &json!({"open": true})).await;
        pass(app, HOUR + 60).await;
        app.deliver(app.person(0), MAIL).await;
        pass(app, MOMENT).await;
        assert_eq!(stored(app).await, 7, "it is set right");
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_leaves_is_not_watched_any_more_unless_somebody_else_reads_it() {
    on_both_with(wishes(), async |app| {
        let (ada, of_ada) = connected(app, "ada").await;
        let (bob, of_bob) = connected(app, "bob").await;
        app.deliver(app.person(0), MAIL).await;
        pass(app, MOMENT).await;
        assert_eq!(stored(app).await, 12, "both are told by one word");
        for (browser, connection, watches) in [(ada, of_ada, 1), (bob, of_bob, 0)] {
            browser.call::<()>("connections/disconnect", &[("connection", &connection.to_string())]).await.unwrap();
            app.work_off_queue().await;
            assert_eq!(app.pubsub().await["watches"].as_array().unwrap().len(), watches);
        }
        assert_eq!((app.database.count("channels").await, app.asked_of_google("/stop").await), (0, 1));
        app.control("DELETE", "requests", &Value::Null).await;
        pass(app, 2 * 24 * HOUR).await;
        assert_eq!(app.asked_of_google("/watch").await, 0, "nobody renews it");
        assert_eq!(app.database.count("jobs WHERE kind = 'keep_channel'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_is_repaired_is_told_again() {
    on_both_with(wishes(), async |app| {
        let (browser, connection) = connected(app, "ada").await;
        let person = app.person(0);
        app.control("POST", &format!("people/{person}/revoke"), &json!({"reason": "removed"})).await;
        pass(app, 2 * 24 * HOUR).await;
        assert_eq!(app.database.count("channels").await, 0, "nobody is asked for what cannot be had");
        let query = format!("purpose=repair&connection={connection}");
        browser.travel("google", &query, person, Answer::Allow).await;
        app.work_off_queue().await;
        let before = stored(app).await;
        pass(app, 600).await;
        app.deliver(person, MAIL).await;
        pass(app, MOMENT).await;
        assert_eq!((stored(app).await, app.database.count("channels").await), (before + 1, 1));
    })
    .await;
}

#[tokio::test]
async fn without_a_topic_nothing_is_asked_of_gmail_and_with_it_gone_the_watch_is_ended() {
    on_both_with(Wishes { settings: Vec::new(), ..wishes() }, async |app| {
        connected(app, "ada").await;
        pass(app, 2 * 24 * HOUR).await;
        let asked = [
            app.asked_of_google("/watch").await,
            app.asked_of_google("/stop").await,
            app.asked_of_google(":pull").await,
        ];
        assert_eq!((asked, app.database.count("channels").await), ([0; 3], 0));
        assert_eq!(app.database.count("jobs WHERE kind IN ('keep_channel', 'pull_news')").await, 0);
    })
    .await;
    on_both_with(wishes(), async |app| {
        connected(app, "ada").await;
        // The operator takes the settings away and starts anew, and the renewal falls due.
        let later = app.another_process(&Wishes { settings: Vec::new(), ..wishes() }).await;
        app.database.execute("DELETE FROM jobs WHERE kind = 'pull_news'").await;
        app.database
            .execute("UPDATE jobs SET run_at = (SELECT created_at FROM users) WHERE kind = 'keep_channel'")
            .await;
        while later.domain().run_one_job().await {}
        assert_eq!((app.database.count("channels").await, app.asked_of_google("/stop").await), (0, 1));
        assert_eq!(app.pubsub().await["watches"], json!([]));
    })
    .await;
}
