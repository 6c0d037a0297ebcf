//! A provider that does not accept this server is the operator's trouble, met once.

use crate::harness::{Wishes, consent::Answer, on_both_with};
use serde_json::json;

#[tokio::test]
async fn a_wrong_secret_is_met_once_and_not_by_every_mailbox_that_syncs() {
    on_both_with(Wishes { standing_clock: true, ..Wishes::default() }, async |app| {
        let browser = app.signed_up("ada").await;
        for position in 0..3 {
            browser.connect(app.person(position), Answer::Allow).await;
        }
        app.work_off_queue().await;
        app.control("PUT", "rules", &json!({ "secret": "wrong" })).await;
        app.advance(2 * 3_600).await;
        app.control("DELETE", "requests", &json!(null)).await;
        app.work_off_queue().await;
        let retried = "(SELECT DISTINCT job_id FROM job_runs WHERE outcome = 'retry') retried";
        assert_eq!(app.database.count(retried).await, 3, "none of the three could go on");
        let calls = app.refresh_calls().await;
        assert!((1..=2).contains(&calls), "{calls} calls; one in a quarter of a minute is enough");
        app.control("DELETE", "rules", &json!(null)).await;
        app.advance(20).await;
        app.work_off_queue().await;
        assert_eq!(app.database.count("sync_feeds WHERE stage = 'live' AND last_problem IS NULL").await, 3);
    })
    .await;
}
