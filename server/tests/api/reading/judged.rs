//! Who sent a mail, as the provider found out.

use super::{head, on_all};
use app::features::mail::Verdict;
use serde_json::json;

/// As the sandbox's providers judge a mail of the shop's.
fn judged(subject: &str, verdict: &str, more: &str) -> String {
    format!(
        "Authentication-Results: mx.google.com;\r\n       dkim={verdict} header.i=@shop.example header.s=s1;\r\n       \
         spf={verdict} (google.com: domain of post@shop.example) smtp.mailfrom=post@shop.example;\r\n       \
         dmarc={verdict} (p=REJECT) header.from=shop.example\r\n{more}{}Content-Type: text/plain\r\n\r\nHello\r\n",
        head(subject)
    )
}

#[tokio::test]
async fn the_providers_judgement_is_told_with_the_domain() {
    on_all(async |mailbox| {
        mailbox.receive(judged("Genuine", "pass", "")).await;
        let mail = mailbox.opened("Genuine").await;
        let judged = mail.judged.unwrap();
        for (finding, domain) in
            [(judged.spf, "shop.example"), (judged.dkim, "shop.example"), (judged.dmarc, "shop.example")]
        {
            assert_eq!((finding.verdict, finding.domain.as_str()), (Verdict::Pass, domain));
        }
        assert!(mail.proven && mail.has_headers);
        let page = mailbox.browser.open(&format!("/inbox/{}", mail.id)).await;
        assert!(page.body.contains("Sender confirmed by") && page.body.contains("may send for shop.example"));
    })
    .await;
}

#[tokio::test]
async fn a_judgement_that_came_with_the_mail_counts_for_nothing() {
    on_all(async |mailbox| {
        let forged = "Authentication-Results: mx.google.com; dmarc=pass header.from=shop.example\r\n\
                      Authentication-Results: dmarc=pass header.from=shop.example\r\n";
        mailbox.receive(judged("Forged", "fail", forged)).await;
        let mail = mailbox.opened("Forged").await;
        assert_eq!(mail.judged.unwrap().dmarc.verdict, Verdict::Fail);
        assert!(!mail.proven);
        let page = mailbox.browser.open(&format!("/inbox/{}", mail.id)).await;
        assert!(page.body.contains("could not confirm the sender"), "{}", page.body);
    })
    .await;
}

#[tokio::test]
async fn all_headers_are_one_page_and_stay_text() {
    on_all(async |mailbox| {
        mailbox.receive(judged("With headers", "pass", "X-Odd: <script>alert(1)</script>\r\nX-Odd: twice\r\n")).await;
        let mail = mailbox.opened("With headers").await;
        let page = mailbox.browser.open(&format!("/inbox/{}/headers", mail.id)).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.body.matches("<dt>X-Odd</dt>").count(), 2, "{}", page.body);
        assert!(page.body.contains("&lt;script&gt;alert(1)") && !page.body.contains("<script"), "{}", page.body);
    })
    .await;
}

#[tokio::test]
async fn a_mail_opens_while_the_provider_tells_nothing() {
    on_all(async |mailbox| {
        mailbox.receive(judged("Silent", "pass", "")).await;
        mailbox
            .lever("PUT", "faults", &json!({ "path": "/me/messages/[^/]+$", "status": 503, "body": "", "times": 9 }))
            .await;
        let mail = mailbox.opened("Silent").await;
        assert_eq!(mail.text.trim(), "Hello");
        mailbox.clear_faults().await;
        assert!(mailbox.opened("Silent").await.proven, "and is judged when it tells again");
    })
    .await;
}
