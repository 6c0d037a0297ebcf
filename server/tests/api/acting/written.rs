//! What is done here is shown at once and written through.

use super::mailbox::{At, Managed, on_all};
use std::collections::BTreeSet;

/// The marks an act gives and takes, as the provider tells them.
fn after(before: &BTreeSet<String>, give: &[&str], take: &[&str]) -> BTreeSet<String> {
    let mut after: BTreeSet<String> = before.iter().filter(|label| !take.contains(&label.as_str())).cloned().collect();
    after.extend(give.iter().map(|label| (*label).to_owned()));
    after
}

/// Does one thing, sees it at once, lets it be written, and compares.
async fn try_one(mailbox: &Managed<'_>, act: &str, id: &str, shown: &str, give: &[&str], take: &[&str]) {
    let before = mailbox.labels_there(id).await;
    mailbox.act_on(act, id).await;
    assert_eq!(mailbox.shown(id).await, shown, "{act}: on the screen at once");
    assert_eq!(mailbox.labels_there(id).await, before, "{act}: the provider is told by the job");
    mailbox.app.work_off_queue().await;
    assert_eq!(mailbox.labels_there(id).await, after(&before, give, take), "{act}: and nothing else was touched");
    assert_eq!(mailbox.shown(id).await, shown, "{act}: still");
}

#[tokio::test]
async fn read_and_star_are_shown_at_once_and_written_through() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        try_one(&mailbox, "unread", id, "unread inbox", &["UNREAD"], &[]).await;
        try_one(&mailbox, "star", id, "unread starred inbox", &["STARRED"], &[]).await;
        try_one(&mailbox, "read", id, "starred inbox", &[], &["UNREAD"]).await;
        try_one(&mailbox, "unstar", id, "inbox", &[], &["STARRED"]).await;
        mailbox.assert_equal().await;
    })
    .await;
}

#[tokio::test]
async fn archive_inbox_bin_and_not_spam_are_shown_at_once_and_written_through() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        let archive = archive(&mailbox).await;
        let archived: &[&str] = if mailbox.at == At::Gmail { &[] } else { &[archive.as_str()] };
        try_one(&mailbox, "archive", id, "", archived, &["INBOX"]).await;
        try_one(&mailbox, "inbox", id, "inbox", &["INBOX"], archived).await;
        try_one(&mailbox, "bin", id, "hidden", &["TRASH"], &["INBOX"]).await;
        try_one(&mailbox, "inbox", id, "inbox", &["INBOX"], &["TRASH"]).await;
        let spam = &mailbox.with("SPAM", &["UNREAD", "STARRED"]).await[0];
        try_one(&mailbox, "inbox", spam, "inbox", &["INBOX"], &["SPAM"]).await;
        mailbox.assert_equal().await;
    })
    .await;
}

/// The id of Outlook's archive, which is the label of what lies in it.
async fn archive(mailbox: &Managed<'_>) -> String {
    if mailbox.at == At::Gmail {
        return String::new();
    }
    let folders =
        mailbox.lever("GET", &format!("mailboxes/{}/folders", mailbox.address), &serde_json::Value::Null).await;
    let archive = folders.as_array().unwrap().iter().find(|folder| folder["name"] == "archive").unwrap();
    archive["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn many_mails_go_in_few_calls() {
    on_all(async |mailbox| {
        let ids: Vec<String> = mailbox.with("INBOX", &["STARRED"]).await.into_iter().take(24).collect();
        assert_eq!(ids.len(), 24);
        mailbox.act("star", &ids).await.unwrap();
        mailbox.app.work_off_queue().await;
        let there = mailbox.there().await;
        assert!(ids.iter().all(|id| there[id].contains("STARRED")));
        let calls = mailbox
            .app
            .database
            .number("SELECT times FROM audit_events WHERE action = 'api.mail.change' ORDER BY id DESC")
            .await;
        assert_eq!(calls, if mailbox.at == At::Gmail { 1 } else { 2 }, "calls for 24 mails");
        mailbox.assert_equal().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_so_already_is_not_done_again() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        for act in ["read", "unstar", "inbox"] {
            mailbox.act_on(act, id).await;
        }
        assert_eq!(mailbox.open().await, 0);
        mailbox.app.work_off_queue().await;
        assert!(mailbox.written().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_mail_cannot_be_changed_by_anybody_else_nor_a_thousand_and_one_at_once() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["STARRED"]).await[0];
        let stranger = mailbox.app.browser();
        let name = format!("{:?}", mailbox.at).to_lowercase();
        stranger.sign_up(&name).await.unwrap();
        let ours = mailbox.id(id).await.to_string();
        let stolen: Result<app::features::mail::Done, _> =
            stranger.call("mail/act_on_mail", &[("messages[0]", &ours), ("act", "bin")]).await;
        assert_eq!(stolen, Err(app::error::AppError::NotFound));
        let many: Vec<uuid::Uuid> = (0..1_001).map(uuid::Uuid::from_u128).collect();
        let user = mailbox.browser.viewer().await.unwrap().user_id;
        let refused = mailbox.app.domain.acting().act(user, &many, domain::mail::Act::Star).await;
        assert!(matches!(refused, Err(domain::acting::ActError::TooMany)));
        assert_eq!(mailbox.open().await, 0);
    })
    .await;
}
