//! Faults on the way, and processes that die: the same end.

use super::mailbox::{LONG, on_all};
use serde_json::json;

#[tokio::test]
async fn lost_replies_limits_and_faults_delay_an_act_and_change_nothing_about_its_end() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        // One after the other, each try meets the next.
        for fault in [
            json!({ "cut": "after", "times": 1 }),
            json!({ "cut": "before", "times": 1 }),
            json!({ "status": 503, "times": 1 }),
            json!({ "status": 429, "headers": { "Retry-After": "7" }, "times": 1 }),
            json!({ "status": 500, "body": "<html>no JSON</html>", "times": 1 }),
        ] {
            mailbox.fault(&fault).await;
        }
        mailbox.act_on("star", id).await;
        mailbox.act_on("archive", id).await;
        for _ in 0..6 {
            mailbox.app.work_off_queue().await;
            assert_eq!(mailbox.shown(id).await, "starred", "nobody is bothered with it");
            mailbox.app.advance(60).await;
        }
        let labels = mailbox.labels_there(id).await;
        assert!(labels.contains("STARRED") && !labels.contains("INBOX"), "{labels:?}");
        let faults = mailbox.lever("GET", "faults", &serde_json::Value::Null).await;
        assert!(faults.as_array().unwrap().is_empty(), "each was met: {faults}");
        assert!(mailbox.list("inbox").await.not_done.is_empty());
        mailbox.assert_equal().await;
    })
    .await;
}

#[tokio::test]
async fn a_process_that_dies_between_the_act_and_its_write_or_between_the_write_and_its_record_ends_the_same() {
    on_all(async |mailbox| {
        let inbox = mailbox.with("INBOX", &["UNREAD", "STARRED"]).await;
        let ids: Vec<String> = inbox[..12].to_vec();
        // Held back at the provider: dead before it answered.
        mailbox.fault(&json!({ "delay_ms": 60_000, "times": 1 })).await;
        mailbox.act("star", &ids).await.unwrap();
        let domain = mailbox.app.domain.clone();
        let worker = tokio::spawn(async move { domain.run_one_job().await });
        while mailbox.app.database.count("jobs WHERE kind = 'write_acts' AND lease_owner IS NOT NULL").await == 0 {
            tokio::task::yield_now().await;
        }
        worker.abort();
        let _ = worker.await;
        mailbox.clear_faults().await;
        assert_eq!(mailbox.open().await, 12, "nothing is lost");
        mailbox.app.advance(LONG).await;
        mailbox.app.work_off_queue().await;
        let there = mailbox.there().await;
        assert!(ids.iter().all(|id| there[id].contains("STARRED")));
        // Written, and dead before that was recorded: as if nothing had been recorded.
        mailbox.app.database.execute("UPDATE acts SET state = 'pending', written_at = NULL").await;
        mailbox.act("unstar", &ids[..6]).await.unwrap();
        mailbox.assert_equal().await;
        for (at, id) in ids.iter().enumerate() {
            assert_eq!(mailbox.shown(id).await, if at < 6 { "inbox" } else { "starred inbox" });
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_renewed_and_the_act_written() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        mailbox.fault(&json!({ "status": 401, "times": 1 })).await;
        mailbox.act_on("star", id).await;
        mailbox.app.work_off_queue().await;
        assert!(mailbox.labels_there(id).await.contains("STARRED"));
        mailbox.assert_equal().await;
    })
    .await;
}

#[tokio::test]
async fn a_grant_that_ends_keeps_the_act_until_the_person_connects_again() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        mailbox.act_on("star", id).await;
        let revoke = format!("people/{}/revoke", mailbox.address);
        mailbox.lever("POST", &revoke, &json!({ "reason": "removed" })).await;
        mailbox.app.advance(2 * 3600).await;
        mailbox.app.work_off_queue().await;
        let other = mailbox.with("INBOX", &["UNREAD", "STARRED"]).await.remove(1);
        assert_eq!(mailbox.act("star", &[other]).await, Err(app::error::AppError::ConnectAgain));
        assert_eq!(mailbox.shown(id).await, "starred inbox");
        let provider = match mailbox.at {
            super::mailbox::At::Gmail => "google",
            super::mailbox::At::Outlook => "microsoft",
        };
        let repair = format!("purpose=repair&connection={}", mailbox.connection);
        mailbox.browser.travel(provider, &repair, &mailbox.address, crate::harness::consent::Answer::Allow).await;
        mailbox.settle().await;
        assert!(mailbox.labels_there(id).await.contains("STARRED"));
        mailbox.assert_equal().await;
    })
    .await;
}
