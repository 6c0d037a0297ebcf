//! Attachments, downloaded through us.

use super::{head, on_all, with_file};
use crate::acting::mailbox::At;
use serde_json::json;

fn path(at: At) -> &'static str {
    match at {
        At::Gmail => "/attachments/",
        At::Outlook => "/attachments/[^/]+/\\$value",
    }
}

#[tokio::test]
async fn a_file_is_saved_as_it_was_sent_and_never_shown() {
    on_all(async |mailbox| {
        let content = "a line of sixteen\n".repeat(24_000);
        mailbox.receive(with_file("With a file", "application/pdf", "Auszug M=C3=A4rz.pdf", &content)).await;
        let mail = mailbox.opened("With a file").await;
        let [file] = &mail.attachments[..] else { panic!("{:?}", mail.attachments) };
        assert_eq!((file.mime_type.as_str(), file.size), ("application/pdf", content.len() as u64));
        let page = mailbox.browser.open(&file.path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body == content, "{} of {} bytes", page.body.len(), content.len());
        let disposition = page.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\"Auszug"), "{disposition}");
        for (name, value) in [
            ("content-type", "application/pdf"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "private, no-store"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), value, "{name}");
        }
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("sandbox; default-src 'none'"), "{policy}");
    })
    .await;
}

#[tokio::test]
async fn what_a_browser_could_run_is_bytes_with_a_clean_name() {
    on_all(async |mailbox| {
        for (at, kind) in ["text/html", "image/svg+xml", "application/javascript", "text/xml"].iter().enumerate() {
            let subject = format!("Dangerous {at}");
            mailbox.receive(with_file(&subject, kind, "../../evil\\x.html", "<script>alert(1)</script>")).await;
            let mail = mailbox.opened(&subject).await;
            let page = mailbox.browser.open(&mail.attachments[0].path).await;
            assert_eq!(page.header("content-type"), "application/octet-stream", "{kind}");
            let disposition = page.header("content-disposition");
            assert!(disposition.starts_with("attachment;") && !disposition.contains(".."), "{disposition}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_mail_inside_a_mail_is_a_file() {
    on_all(async |mailbox| {
        let inner = format!("{}Content-Type: text/plain\r\n\r\nThe inner mail.\r\n", head("Inner"));
        let raw = format!(
            "{}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n--b\r\n\
             Content-Type: message/rfc822; name=\"inner.eml\"\r\nContent-Disposition: attachment; filename=\"inner.eml\"\r\n\r\n\
             {inner}\r\n--b--\r\n",
            head("Outer")
        );
        mailbox.receive(raw).await;
        let mail = mailbox.opened("Outer").await;
        let page = mailbox.browser.open(&mail.attachments[0].path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("The inner mail."), "{}", page.body);
        assert_eq!(page.header("content-type"), "application/octet-stream");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_had_is_told_in_a_sentence() {
    on_all(async |mailbox| {
        let id = mailbox.receive(with_file("With a file", "text/plain", "a.txt", "Hello")).await;
        let file = mailbox.opened("With a file").await.attachments.remove(0).path;
        let fault = |status: u16| json!({ "path": path(mailbox.at), "status": status, "body": "", "times": 1 });
        mailbox.lever("PUT", "faults", &fault(503)).await;
        let page = mailbox.browser.open(&file).await;
        assert_eq!(page.status, 502);
        assert!(
            page.body.contains("Nothing was lost; try again") && page.body.contains("Back to the mail"),
            "{}",
            page.body
        );
        assert_eq!(mailbox.browser.open(&file).await.body, "Hello", "the next time it works");

        mailbox.lever("PUT", "faults", &fault(429)).await;
        let page = mailbox.browser.open(&file).await;
        assert_eq!((page.status.as_u16(), page.header("retry-after").is_empty()), (429, false), "{}", page.body);
        assert!(page.body.contains("asks to wait"), "{}", page.body);
        mailbox.app.advance(60).await;

        mailbox.lever("DELETE", &format!("mailboxes/{}/messages/{id}", mailbox.address), &json!(null)).await;
        let page = mailbox.browser.open(&file).await;
        assert_eq!(page.status, 410, "{}", page.body);
        assert!(page.body.contains("not there any more") && page.body.contains("kept here"), "{}", page.body);
    })
    .await;
}

#[tokio::test]
async fn a_file_of_a_connection_that_ended_says_so() {
    on_all(async |mailbox| {
        mailbox.receive(with_file("With a file", "text/plain", "a.txt", "Hello")).await;
        let file = mailbox.opened("With a file").await.attachments.remove(0).path;
        mailbox.lever("POST", &format!("people/{}/revoke", mailbox.address), &json!({ "reason": "removed" })).await;
        // Longer than an access token lives.
        mailbox.app.advance(2 * 60 * 60).await;
        let page = mailbox.browser.open(&file).await;
        assert_eq!(page.status, 409, "{}", page.body);
        assert!(page.body.contains("connect the mailbox again") && page.body.contains("/settings/connections"));
    })
    .await;
}
