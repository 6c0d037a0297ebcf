//! Others change the same mails at the same time, and the person changes their mind.

use super::mailbox::{At, on_all};
use serde_json::json;

#[tokio::test]
async fn a_sync_that_comes_before_the_write_undoes_nothing_and_loses_nothing() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        mailbox.fault(&json!({ "status": 503 })).await;
        mailbox.act_on("star", id).await;
        mailbox.elsewhere(id, &["UNREAD"], &[]).await;
        mailbox.hear().await;
        assert_eq!(mailbox.shown(id).await, "unread starred inbox", "theirs, with ours laid over it");
        assert!(!mailbox.labels_there(id).await.contains("STARRED"), "not written yet");
        mailbox.clear_faults().await;
        mailbox.assert_equal().await;
        assert_eq!(mailbox.shown(id).await, "unread starred inbox", "both in the end");
    })
    .await;
}

#[tokio::test]
async fn everything_is_listed_again_while_an_act_waits_and_it_stays_on_the_screen() {
    on_all(async |mailbox| {
        let inbox = mailbox.with("INBOX", &["UNREAD", "STARRED"]).await;
        let [archived, starred, theirs] = [0, 1, 2].map(|at| inbox[at].clone());
        mailbox.fault(&json!({ "status": 503 })).await;
        mailbox.act_on("archive", &archived).await;
        mailbox.act_on("star", &starred).await;
        mailbox.elsewhere(&archived, &["UNREAD"], &[]).await;
        mailbox.elsewhere(&theirs, &["STARRED"], &[]).await;
        mailbox.lose_cursor().await;
        mailbox.hear().await;
        mailbox.hear().await;
        assert_eq!(mailbox.shown(&archived).await, "unread");
        assert_eq!(mailbox.shown(&starred).await, "starred inbox");
        assert_eq!(mailbox.shown(&theirs).await, "starred inbox");
        mailbox.clear_faults().await;
        mailbox.assert_equal().await;
        assert!(!mailbox.labels_there(&archived).await.contains("INBOX"));
        assert_eq!(mailbox.shown(&archived).await, "unread");
    })
    .await;
}

#[tokio::test]
async fn what_was_written_stays_on_the_screen_until_the_provider_tells_it_and_then_theirs_counts() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        mailbox.act_on("star", id).await;
        mailbox.app.work_off_queue().await;
        assert_eq!(
            (mailbox.shown(id).await.as_str(), mailbox.open().await),
            ("starred inbox", 1),
            "written, not heard"
        );
        mailbox.elsewhere(id, &[], &["STARRED"]).await;
        mailbox.assert_equal().await;
        assert_eq!(mailbox.shown(id).await, "inbox", "they took it away after we gave it");
    })
    .await;
}

#[tokio::test]
async fn the_same_mark_changed_there_before_we_write_ends_as_we_said_last() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        mailbox.act_on("unread", id).await;
        mailbox.elsewhere(id, &["STARRED", "UNREAD"], &[]).await;
        mailbox.elsewhere(id, &[], &["UNREAD"]).await;
        mailbox.assert_equal().await;
        assert_eq!(mailbox.shown(id).await, "unread starred inbox");
    })
    .await;
}

#[tokio::test]
async fn a_mail_they_put_in_the_bin_is_not_taken_out_by_archiving_it() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        mailbox.act_on("star", id).await;
        let other = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[1];
        mailbox.act_on("archive", other).await;
        mailbox.elsewhere(id, &["TRASH"], &["INBOX"]).await;
        if mailbox.at == At::Gmail {
            // At Outlook a mail is in one folder, and the last move counts.
            mailbox.elsewhere(other, &["TRASH"], &["INBOX"]).await;
        }
        mailbox.assert_equal().await;
        assert_eq!(mailbox.shown(id).await, "starred hidden", "starred by us, in the bin by them");
        if mailbox.at == At::Gmail {
            assert_eq!(mailbox.shown(other).await, "hidden", "not resurrected");
        }
    })
    .await;
}

#[tokio::test]
async fn of_opposite_acts_the_last_one_stays_whatever_was_written_in_between() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        for act in ["unread", "read", "unread", "star", "unstar", "archive", "inbox", "bin"] {
            mailbox.act_on(act, id).await;
        }
        assert_eq!((mailbox.shown(id).await.as_str(), mailbox.open().await), ("unread hidden", 3));
        // The answer is lost: whether it was done, nobody knows; then the person changes their mind.
        mailbox.fault(&json!({ "cut": "after", "times": 1 })).await;
        mailbox.app.domain.run_one_job().await;
        for act in ["read", "star", "inbox", "archive"] {
            mailbox.act_on(act, id).await;
        }
        assert_eq!(mailbox.shown(id).await, "starred");
        mailbox.assert_equal().await;
        assert_eq!(mailbox.shown(id).await, "starred", "archived, and in no bin");
        mailbox.act_on("inbox", id).await;
        mailbox.assert_equal().await;
        assert_eq!(mailbox.shown(id).await, "starred inbox");
    })
    .await;
}

#[tokio::test]
async fn acts_and_syncs_at_once_end_where_the_provider_ends() {
    on_all(async |mailbox| {
        let ids: Vec<String> = mailbox.with("INBOX", &["UNREAD", "STARRED"]).await.into_iter().take(6).collect();
        for round in 0..3 {
            let acts = async {
                for id in &ids {
                    mailbox.act_on(if round % 2 == 0 { "star" } else { "unstar" }, id).await;
                }
            };
            let theirs = async {
                for id in ids.iter().rev() {
                    let (give, take): (&[&str], &[&str]) =
                        if round == 1 { (&[], &["UNREAD"]) } else { (&["UNREAD"], &[]) };
                    mailbox.elsewhere(id, give, take).await;
                }
            };
            let syncs = async {
                for _ in 0..4 {
                    mailbox
                        .app
                        .domain
                        .sync()
                        .sync_now(mailbox.browser.viewer().await.unwrap().user_id, mailbox.connection)
                        .await
                        .unwrap();
                    mailbox.app.work_off_queue().await;
                }
            };
            tokio::join!(acts, theirs, syncs);
            for id in &ids {
                let shown = mailbox.shown(id).await;
                assert_eq!(shown.contains("starred"), round % 2 == 0, "what we said last is what is shown: {shown}");
            }
        }
        mailbox.assert_equal().await;
    })
    .await;
}
