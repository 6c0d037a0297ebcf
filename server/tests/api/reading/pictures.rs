//! Pictures in the text of a mail: its own, and those on other servers.

use super::{PIXEL, html, on_all, with_picture};
use crate::harness::browser::Page;
use app::features::mail::Images;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::net::TcpListener;

/// The addresses of the pictures in a frame.
pub fn pictures(frame: &Page) -> Vec<String> {
    let (_, body) = frame.body.split_once("<body>").unwrap();
    let sources = body.split("src=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
    sources.filter(|source| !source.starts_with("data:")).collect()
}

/// A server of this machine that notes who comes.
pub async fn listener() -> (String, Arc<AtomicUsize>) {
    let (socket, knocks) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), Arc::new(AtomicUsize::new(0)));
    let (url, counted) = (format!("http://{}", socket.local_addr().unwrap()), knocks.clone());
    tokio::spawn(async move {
        while socket.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (url, knocks)
}

#[tokio::test]
async fn a_picture_of_the_mail_is_shown_by_an_address_that_is_good_for_minutes() {
    on_all(async |mailbox| {
        mailbox.receive(with_picture("With a logo", "<p>Hi<img src=\"cid:logo%40x\"></p>", "image/png", PIXEL)).await;
        mailbox.receive(with_picture("Another", "<img src=\"cid:logo@x\">", "image/png", PIXEL)).await;
        let mail = mailbox.opened("With a logo").await;
        assert!(mail.attachments.is_empty() && mail.images == Images::None, "it is in the text: {mail:?}");
        let frame = mailbox.browser.open(mail.frame.as_deref().unwrap()).await;
        let [picture] = &pictures(&frame)[..] else { panic!("{}", frame.body) };
        // The frame has no cookies.
        let stranger = mailbox.app.browser();
        let page = stranger.open(picture).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "image/png"), "{}", page.body);
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(page.header("content-security-policy").starts_with("sandbox; default-src 'none'"));
        let other = mailbox.opened("Another").await.id.to_string();
        for forged in [
            picture.replace("proof=", "proof=A"),
            picture.replace("until=1", "until=2"),
            picture.replace(&mail.id.to_string(), &other),
            picture.split('?').next().unwrap().to_owned() + "?until=9999999999&proof=AAAA",
        ] {
            assert_eq!(stranger.open(&forged).await.status, 404, "{forged}");
        }
        mailbox.app.advance(21 * 60).await;
        assert_eq!(stranger.open(picture).await.status, 404, "its time is over");
    })
    .await;
}

#[tokio::test]
async fn a_picture_that_is_none_is_not_served_and_one_that_nothing_shows_is_a_file() {
    on_all(async |mailbox| {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
        mailbox.receive(with_picture("Lies", "<img src=\"cid:logo@x\">", "image/png", svg)).await;
        let mail = mailbox.opened("Lies").await;
        let frame = mailbox.browser.open(mail.frame.as_deref().unwrap()).await;
        let page = mailbox.browser.open(&pictures(&frame)[0]).await;
        assert_eq!((page.status.as_u16(), page.body.as_str()), (415, "no picture"));
        mailbox.receive(with_picture("Unseen", "<p>No picture here</p>", "image/png", PIXEL)).await;
        if mailbox.at == crate::acting::mailbox::At::Gmail {
            let mail = mailbox.opened("Unseen").await;
            assert_eq!(mail.attachments.len(), 1, "it would not be seen at all");
        }
    })
    .await;
}

#[tokio::test]
async fn pictures_elsewhere_come_through_us_and_only_when_asked_for() {
    on_all(async |mailbox| {
        let there = format!("{}/_sandbox/picture?of=the+harbour&x=1", mailbox.app.sandbox.google_url);
        mailbox.receive(html("A view", &format!("<img src=\"{}\" alt=\"A view\">", there.replace('&', "&amp;")))).await;
        let mail = mailbox.opened("A view").await;
        assert_eq!(mail.images, Images::Waiting);
        let path = mail.frame.unwrap();
        let without = mailbox.browser.open(&path).await;
        assert!(pictures(&without).is_empty() && without.body.contains("alt=\"A view\""), "{}", without.body);
        let with = mailbox.browser.open(&format!("{path}?images=1")).await;
        let [picture] = &pictures(&with)[..] else { panic!("{}", with.body) };
        assert!(picture.starts_with(&format!("/pictures/{}/remote?", mail.id)), "{picture}");
        let page = mailbox.app.browser().open(picture).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "image/png"), "{}", page.body);
        let elsewhere = picture.replace("harbour", "market");
        assert_eq!(mailbox.app.browser().open(&elsewhere).await.status, 404, "signed for one address only");
    })
    .await;
}

#[tokio::test]
async fn a_mail_cannot_send_us_to_what_only_this_machine_reaches() {
    on_all(async |mailbox| {
        let (url, knocks) = listener().await;
        let port = url.rsplit(':').next().unwrap();
        let hosts = ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "[::1]", "169.254.169.254"];
        let images = hosts.map(|host| format!("<img src=\"http://{host}:{port}/\">")).concat();
        mailbox.receive(html("Inward", &images)).await;
        let mail = mailbox.opened("Inward").await;
        let frame = mailbox.browser.open(&format!("{}?images=1", mail.frame.unwrap())).await;
        let found = pictures(&frame);
        assert_eq!(found.len(), hosts.len(), "{}", frame.body);
        for picture in found {
            assert_eq!(mailbox.browser.open(&picture).await.status, 403, "{picture}");
        }
        assert_eq!(knocks.load(Ordering::SeqCst), 0);
        client_of(&url).await;
        assert_eq!(knocks.load(Ordering::SeqCst), 1, "the listener would have noticed");
    })
    .await;
}

async fn client_of(url: &str) {
    // It answers nothing.
    let knock = crate::harness::browser::client().get(url).send();
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), knock).await;
}
