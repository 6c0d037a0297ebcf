//! What a person wants of all mails: whose pictures are always shown, and plain text first.

use super::{head, html, on_all};
use app::features::mail::{Conversation, Images};
use reqwest::Method;

const GENUINE: &str = "Authentication-Results: mx.google.com; dkim=pass header.i=@shop.example; spf=pass \
    smtp.mailfrom=shop.example; dmarc=pass header.from=shop.example\r\n";
const FORGED: &str = "Authentication-Results: mx.google.com; dkim=none; spf=fail smtp.mailfrom=evil.example; \
    dmarc=fail header.from=shop.example\r\n";

#[tokio::test]
async fn pictures_of_a_sender_are_always_shown_until_revoked_and_a_forger_does_not_profit() {
    on_all(async |mailbox| {
        let picture = "<p>Hi</p><img src=\"https://pictures.shop.example/a.png\">";
        for (subject, judged) in [("First", GENUINE), ("Second", GENUINE), ("Forged", FORGED)] {
            mailbox.receive(format!("{judged}{}", html(subject, picture))).await;
        }
        mailbox.receive(html("Unjudged", picture)).await;
        let first = mailbox.opened("First").await;
        assert_eq!(first.images, Images::Waiting);
        let id = first.id.to_string();
        let always = async |always: &str| {
            let fields = [("message", id.as_str()), ("always", always)];
            mailbox.browser.call::<()>("mail/always_show_images", &fields).await.unwrap();
        };
        always("true").await;
        always("true").await;
        for (subject, images) in [
            ("First", Images::Always),
            ("Second", Images::Always),
            ("Forged", Images::Unproven),
            ("Unjudged", Images::Unproven),
        ] {
            assert_eq!(mailbox.opened(subject).await.images, images, "{subject}");
        }
        always("false").await;
        assert_eq!(mailbox.opened("Second").await.images, Images::Waiting);
        assert_eq!(mailbox.app.database.count("image_senders").await, 0);
    })
    .await;
}

#[tokio::test]
async fn plain_text_first_is_remembered_with_scripts_and_without() {
    on_all(async |mailbox| {
        mailbox.receive(html("Formatted", "<p>Hi</p>")).await;
        let id = mailbox.opened("Formatted").await.id.to_string();
        let wants = async || {
            let found: Conversation =
                mailbox.browser.call("mail/open_conversation", &[("message", &id)]).await.unwrap();
            found.plain_text
        };
        assert!(!wants().await);
        let fields = format!("plain_text=true&back=%2Finbox%2F{id}");
        let function = mailbox.browser.function("mail/prefer_plain_text");
        let as_a_form = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")];
        let page = mailbox.browser.send(Method::POST, function, &as_a_form, Some(fields)).await;
        assert_eq!(page.location().path(), format!("/inbox/{id}"));
        assert!(wants().await);
        let page = mailbox.browser.open(&format!("/inbox/{id}")).await;
        assert!(page.body.contains("data-first=\"true\""), "the page says what comes first without scripts");
        mailbox.browser.call::<()>("mail/prefer_plain_text", &[("plain_text", "false")]).await.unwrap();
        assert!(!wants().await);
    })
    .await;
}

#[tokio::test]
async fn what_a_mail_repeats_is_folded_as_text_and_in_the_frame() {
    on_all(async |mailbox| {
        let text = "Yes, at one.\r\n\r\nOn Mon, 3 Nov 2026 at 10:00, Ana <ana@x.example> wrote:\r\n> Lunch?\r\n";
        mailbox.receive(format!("{}Content-Type: text/plain\r\n\r\n{text}", head("Re: Lunch"))).await;
        let mail = mailbox.opened("Re: Lunch").await;
        if mail.frame.is_none() {
            assert_eq!(mail.text.trim(), "Yes, at one.");
            assert!(mail.quoted.unwrap().contains("> Lunch?"));
        }
        let quote = "<div>Yes.</div><div class=\"gmail_quote\">Ana:<blockquote>Lunch?</blockquote></div>";
        mailbox.receive(html("Re: Dinner", quote)).await;
        let address = mailbox.opened("Re: Dinner").await.frame.unwrap();
        let frame = mailbox.browser.open(&address).await.body;
        assert!(frame.contains("<details class=\"quoted\"><summary><span>Show quoted text"), "{frame}");
        let spanish = [("first_name", "Ada"), ("last_name", ""), ("language", "es"), ("theme", "auto"), ("zone", "")];
        mailbox.browser.call::<()>("users/set_profile", &spanish).await.unwrap();
        let frame = mailbox.browser.open(&address).await.body;
        assert!(frame.contains("<details class=\"quoted\"><summary><span>Mostrar el texto citado"), "{frame}");
    })
    .await;
}
