//! What a provider will not do: the screen goes back to what it said, and the person is told in words.

use super::mailbox::{At, Managed, on_all};
use crate::harness::consent::Answer;
use app::features::{
    connections::Feature,
    mail::{Act, WhyNot},
};
use serde_json::{Value, json};

fn provider(mailbox: &Managed<'_>) -> &'static str {
    match mailbox.at {
        At::Gmail => "Google",
        At::Outlook => "Microsoft",
    }
}

async fn narrow(mailbox: &Managed<'_>) {
    let scope = match mailbox.at {
        At::Gmail => "https://www.googleapis.com/auth/gmail.modify",
        At::Outlook => "Mail.ReadWrite",
    };
    mailbox.lever("POST", &format!("people/{}/narrow", mailbox.address), &json!({ "scope": scope })).await;
}

#[tokio::test]
async fn a_permission_taken_back_is_told_and_the_screen_goes_back() {
    on_all(async |mailbox| {
        let inbox = mailbox.with("INBOX", &["UNREAD", "STARRED"]).await;
        narrow(&mailbox).await;
        // The next token is a new one, and covers less.
        mailbox.app.advance(2 * 3600).await;
        mailbox.act("archive", &inbox[..2]).await.unwrap();
        assert_eq!(mailbox.shown(&inbox[0]).await, "");
        mailbox.app.work_off_queue().await;
        if mailbox.at == At::Outlook {
            // Microsoft renews nothing that asks for what was taken back: the person connects again, and takes the tick away.
            assert_eq!(mailbox.shown(&inbox[0]).await, "", "until then it waits");
            let repair = format!("purpose=repair&connection={}", mailbox.connection);
            let answer = Answer::Without("Mail.ReadWrite");
            mailbox.browser.travel("microsoft", &repair, &mailbox.address, answer).await;
            mailbox.hear().await;
        }
        assert_eq!(mailbox.shown(&inbox[0]).await, "inbox", "as the provider has it");
        let told = mailbox.list("inbox").await.not_done.remove(0);
        assert_eq!((told.act, told.why, told.messages), (Act::Archive, WhyNot::NotAllowed, 2), "{told:?}");
        let page = mailbox.browser.open("/inbox").await.body;
        assert!(page.contains(&format!("2 mails were not archived: {} does not allow", provider(&mailbox))), "{page}");
        let card = mailbox.browser.connections().await.cards.remove(0);
        let manage = card.switches.iter().find(|switch| switch.feature == Feature::Manage).unwrap();
        assert!(!manage.on && manage.refused, "the card says so, and what to press: {manage:?}");
        mailbox.browser.call::<()>("mail/dismiss_not_done", &[]).await.unwrap();
        assert!(mailbox.list("inbox").await.not_done.is_empty());
        let events = "audit_events WHERE action = 'mail.change' AND outcome = 'refused'";
        assert!(mailbox.app.database.count(events).await > 0);
        mailbox.assert_equal().await;
    })
    .await;
}

#[tokio::test]
async fn a_permission_that_is_missing_though_the_grant_names_it_is_told_too() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        let body = match mailbox.at {
            At::Gmail => json!({"error": {"code": 403, "message": "Request had insufficient authentication scopes.",
                "status": "PERMISSION_DENIED", "errors": [{"domain": "global", "reason": "insufficientPermissions"}]}}),
            At::Outlook => json!({"error": {"code": "ErrorAccessDenied", "message": "Access is denied."}}),
        };
        mailbox.fault(&json!({ "status": 403, "body": body })).await;
        mailbox.act_on("star", id).await;
        mailbox.app.work_off_queue().await;
        assert_eq!(mailbox.shown(id).await, "inbox");
        let told = mailbox.list("inbox").await.not_done.remove(0);
        assert_eq!((told.act, told.why, told.messages), (Act::Star, WhyNot::NotAllowed, 1));
        mailbox.clear_faults().await;
        // Said again, it is done, and nothing is left to tell.
        mailbox.act_on("star", id).await;
        assert!(mailbox.list("inbox").await.not_done.is_empty());
        mailbox.assert_equal().await;
        assert_eq!(mailbox.shown(id).await, "starred inbox");
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_is_gone_takes_nothing_with_it_and_its_person_is_told() {
    on_all(async |mailbox| {
        let inbox = mailbox.with("INBOX", &["UNREAD", "STARRED"]).await;
        let gone = format!("mailboxes/{}/messages/{}", mailbox.address, inbox[1]);
        mailbox.lever("DELETE", &gone, &Value::Null).await;
        mailbox.act("star", &inbox[..3]).await.unwrap();
        mailbox.app.work_off_queue().await;
        let told = mailbox.list("all").await.not_done;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].act, told[0].why, told[0].messages), (Act::Star, WhyNot::Gone, 1));
        mailbox.assert_equal().await;
        assert_eq!(mailbox.shown(&inbox[1]).await, "gone");
        for id in [&inbox[0], &inbox[2]] {
            assert_eq!(mailbox.shown(id).await, "starred inbox", "the others are not held up");
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_provider_does_not_accept_is_not_tried_for_ever() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        mailbox.fault(&json!({ "status": 400, "body": { "error": { "code": 400, "message": "Invalid" } } })).await;
        mailbox.act_on("bin", id).await;
        mailbox.app.work_off_queue().await;
        assert_eq!(mailbox.shown(id).await, "inbox");
        assert_eq!(mailbox.list("inbox").await.not_done[0].why, WhyNot::NotAccepted);
        mailbox.clear_faults().await;
        mailbox.assert_equal().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_not_written_before_the_switch_went_off_is_not_written_afterwards() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        mailbox.act_on("star", id).await;
        let connection = mailbox.connection.to_string();
        let off = [("connection", connection.as_str()), ("feature", "manage"), ("on", "false")];
        mailbox.browser.call::<()>("connections/switch_feature", &off).await.unwrap();
        mailbox.app.work_off_queue().await;
        assert_eq!(mailbox.list("inbox").await.not_done[0].why, WhyNot::SwitchedOff);
        assert!(mailbox.written().await.is_empty());
        mailbox.assert_equal().await;
    })
    .await;
}
