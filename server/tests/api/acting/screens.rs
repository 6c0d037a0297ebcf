//! The buttons, with scripts and without, and what a mailbox that may only be read says instead.

use super::mailbox::{At, Managed, on_all, standing};
use crate::harness::{browser::Page, on_both_with};
use app::{
    error::AppError,
    features::mail::{Conversation, Managing, Place},
};

/// Sends a form as a browser without scripts does.
async fn press(mailbox: &Managed<'_>, function: &str, page: &str, fields: &[(&str, &str)]) -> Page {
    let referer = mailbox.browser.ours(page).to_string();
    let fetch = [
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-mode", "navigate"),
        ("referer", referer.as_str()),
    ];
    mailbox.browser.post(&format!("mail/{function}"), fields, &fetch).await
}

#[tokio::test]
async fn opening_a_conversation_marks_it_read_there_too() {
    on_all(async |mailbox| {
        let id = &mailbox.with("UNREAD", &["TRASH", "SPAM"]).await[0];
        let page = mailbox.browser.open(&format!("/inbox/{}", mailbox.id(id).await)).await;
        assert_eq!(page.status, 200);
        assert!(!mailbox.shown(id).await.contains("unread"), "without scripts, by opening its page");
        mailbox.app.work_off_queue().await;
        assert!(!mailbox.labels_there(id).await.contains("UNREAD"));
        mailbox.assert_equal().await;
    })
    .await;
}

#[tokio::test]
async fn a_button_without_scripts_does_it_and_leads_back() {
    on_all(async |mailbox| {
        let id = &mailbox.with("INBOX", &["UNREAD", "STARRED"]).await[0];
        let ours = mailbox.id(id).await.to_string();
        let list = mailbox.browser.open("/inbox?in=all").await.body;
        assert!(list.contains("value=\"archive\"") && list.contains("name=\"conversations[]\""), "{list}");
        let fields = [("conversations[]", ours.as_str()), ("act", "unread"), ("back", "/inbox?in=all")];
        let answer = press(&mailbox, "act_on_conversations", "/inbox?in=all", &fields).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (302, "/inbox?in=all"));
        assert_eq!(mailbox.shown(id).await, "unread inbox");
        let conversation = mailbox.browser.open(&format!("/inbox/{ours}")).await.body;
        for words in ["Star", "Mark as unread", "Archive", "Move to bin"] {
            assert!(conversation.contains(words), "{words}: {conversation}");
        }
        let back = format!("/inbox/{ours}");
        let answer =
            press(&mailbox, "act_on_mail", &back, &[("messages[0]", &ours), ("act", "archive"), ("back", &back)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (302, back.as_str()));
        assert!(mailbox.browser.open(&back).await.body.contains("Move to inbox"));
        for elsewhere in ["https://evil.example/", "//evil.example"] {
            let fields = [("messages[0]", ours.as_str()), ("act", "star"), ("back", elsewhere)];
            assert_eq!(press(&mailbox, "act_on_mail", &back, &fields).await.header("location"), "/inbox");
        }
        mailbox.assert_equal().await;
        assert_eq!(mailbox.shown(id).await, "starred");
    })
    .await;
}

#[tokio::test]
async fn spam_and_bin_are_told_apart_and_each_has_its_way_out() {
    on_all(async |mailbox| {
        let binned = &mailbox.with("INBOX", &["UNREAD"]).await[0];
        mailbox.act_on("bin", binned).await;
        let spam = mailbox.with("SPAM", &[]).await;
        let hidden = mailbox.list("hidden").await;
        let place = async |remote_id: &str| {
            let id = mailbox.id(remote_id).await;
            hidden.rows.iter().find(|row| row.id == id).unwrap().place
        };
        assert_eq!((place(binned).await, place(&spam[0]).await), (Place::Bin, Place::Spam));
        for (remote_id, words) in [(binned, "Restore"), (&spam[0], "Not spam")] {
            let page = mailbox.browser.open(&format!("/inbox/{}", mailbox.id(remote_id).await)).await.body;
            assert!(page.contains(words), "{words}: {page}");
        }
        mailbox.assert_equal().await;
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_may_only_be_read_says_what_one_popup_would_allow() {
    on_both_with(standing(), async |app| {
        for at in [At::Gmail, At::Outlook] {
            let mailbox = Managed::connect(app, at, "mail").await;
            let id = mailbox.with("UNREAD", &["TRASH", "SPAM"]).await.remove(0);
            let ours = mailbox.id(&id).await.to_string();
            let page = mailbox.browser.open(&format!("/inbox/{ours}")).await.body;
            let provider = if at == At::Gmail { "Google" } else { "Microsoft" };
            assert!(page.contains(&format!("Allow at {provider}")) && page.contains("only read here"), "{page}");
            assert!(!page.contains("Move to bin"), "{page}");
            assert!(!mailbox.browser.open("/inbox").await.body.contains("row-acts"));
            assert!(mailbox.shown(&id).await.contains("unread"), "opening it changes nothing");
            assert_eq!(mailbox.act("bin", std::slice::from_ref(&id)).await, Err(AppError::ReadOnly));
            let back = format!("/inbox/{ours}");
            let refused =
                press(&mailbox, "act_on_mail", &back, &[("messages[0]", &ours), ("act", "bin"), ("back", &back)]).await;
            assert!(refused.header("location").contains("__err"), "{}", refused.header("location"));
            assert_eq!(mailbox.open().await, 0);
            // One popup, and it works.
            let grant = format!("purpose=grant&connection={}&features=manage", mailbox.connection);
            let name = if at == At::Gmail { "google" } else { "microsoft" };
            mailbox.browser.travel(name, &grant, &mailbox.address, crate::harness::consent::Answer::Allow).await;
            let opened: Conversation =
                mailbox.browser.call("mail/open_conversation", &[("message", &ours)]).await.unwrap();
            assert_eq!(opened.managing, Managing::On);
            mailbox.act_on("bin", &id).await;
            mailbox.assert_equal().await;
            assert_eq!(mailbox.shown(&id).await, "hidden");
        }
    })
    .await;
}
