//! The hostile mails of `tests/hostile/cases.json`, without a browser: all arrive, all open, and nothing of what could run,
//! ask or lead astray is left. `end2end/tests/hostile.spec.ts` opens the same in Chromium.

use super::{
    on_all,
    pictures::{listener, pictures},
};
use crate::{
    acting::mailbox::{At, Managed, standing},
    harness::{Wishes, database::Backend, spawn_app},
};
use regex::Regex;
use serde::Deserialize;
use std::sync::atomic::Ordering;

/// Tags that may be left.
const TAGS: &str = "a abbr acronym area article aside b bdi bdo blockquote br caption center cite code col colgroup data dd \
    del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li map mark \
    nav ol p pre q rp rt rtc ruby s samp small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u \
    ul var wbr";

#[derive(Deserialize)]
struct Case {
    name: String,
    html: Option<String>,
    #[serde(default)]
    pieces: Vec<(String, usize)>,
}

impl Case {
    /// The mail, with the address of whoever notices.
    fn mail(&self, beacon: &str) -> Vec<u8> {
        let host = beacon.trim_start_matches("http://");
        let fill = |text: &str| text.replace("{BEACON}", beacon).replace("{HOST}", host).replace("{NAME}", &self.name);
        if let Some(html) = &self.html {
            return super::html(&self.name, &fill(html)).into_bytes();
        }
        let mut mail = String::new();
        for (piece, times) in &self.pieces {
            let piece = fill(piece);
            for n in 0..*times {
                mail.push_str(&piece.replace("{n}", &n.to_string()).replace("{m}", &(n + 1).to_string()));
            }
        }
        mail.into_bytes()
    }
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../hostile/cases.json")).unwrap()
}

/// What is wrong with the body of a frame: every `<` must begin a tag that may be left, and every attribute must be harmless.
fn wrong(body: &str) -> Option<String> {
    let tag = Regex::new(r#"^<(/?)([a-z0-9]+)((?: [a-z-]+="[^"]*")*)\s*>"#).unwrap();
    let attribute = Regex::new(r#" ([a-z-]+)="([^"]*)""#).unwrap();
    let link = Regex::new("^(https?|mailto|tel|ftp|news|nntp|irc|ircs|magnet|sip|sips|sms|smsto|ssh|xmpp|webcal|im|geo|bitcoin|openpgp4fpr|mms|wtai|url):").unwrap();
    let excerpt = |text: &str| text.chars().take(200).collect::<String>();
    for (at, _) in body.match_indices('<') {
        let Some(found) = tag.captures(&body[at..]) else { return Some(format!("no tag: {}", excerpt(&body[at..]))) };
        if !TAGS.split_whitespace().any(|known| known == &found[2]) {
            return Some(format!("a tag: {}", &found[2]));
        }
        for one in attribute.captures_iter(&found[3]) {
            let (name, value) = (&one[1], one[2].replace("&amp;", "&"));
            let lower = value.to_ascii_lowercase();
            let fine = match name {
                name if name.starts_with("on") || name == "srcdoc" || name == "formaction" => false,
                "src" => lower.starts_with("/pictures/") || lower.starts_with("data:image/"),
                "href" | "cite" => link.is_match(&lower),
                "style" => !["url", "position", "expression", "@", "\\", "image", "behavior", "binding", "var("]
                    .iter()
                    .any(|word| lower.contains(word)),
                "class" => ["quoted", "quoted-whole", "quoted-prefix"].contains(&lower.as_str()),
                "id" => lower == "quoted-rest",
                _ => true,
            };
            if !fine {
                return Some(format!("an attribute: {name}={}", excerpt(&value)));
            }
        }
    }
    None
}

/// What stands around the deed in a page.
fn around(page: &str) -> String {
    let at = page.find("<script>window.__ran").or_else(|| page.find("<img src=x")).unwrap_or_default();
    page.chars().skip(page[..at].chars().count().saturating_sub(300)).take(700).collect()
}

#[test]
fn the_judge_of_frames_notices() {
    for bad in [
        "<script>",
        "<p onclick=\"x\">",
        "<img src=\"https://x.example/\">",
        "<a href=\"javascript:x\">",
        "a < b",
        "<p style=\"background:url(x)\">",
        "<p style=\"position:fixed\">",
        "<div class=\"row\">",
        "<svg>",
        "<!-- x -->",
        "<p title=x>",
    ] {
        assert!(wrong(bad).is_some(), "{bad}");
    }
    assert_eq!(wrong("<p style=\"color:red\">a &lt; b<br></p><img src=\"/pictures/1/2?until=3&amp;proof=4\">"), None);
}

#[tokio::test]
async fn every_hostile_mail_in_gmail_arrives_opens_and_has_lost_its_teeth() {
    lose_their_teeth(Backend::Sqlite, At::Gmail).await;
}

#[tokio::test]
async fn every_hostile_mail_in_outlook_arrives_opens_and_has_lost_its_teeth() {
    lose_their_teeth(Backend::Postgres, At::Outlook).await;
}

/// The same mails take long: each provider has them on one database, and the databases have one provider each.
async fn lose_their_teeth(backend: Backend, at: At) {
    let app = spawn_app(backend, Wishes { messages: Some(1), ..standing() }).await;
    let mailbox = Managed::connect(&app, at, "mail,manage").await;
    open_all(&mailbox).await;
    app.finish().await;
}

async fn open_all(mailbox: &Managed<'_>) {
    assert!(cases().len() >= 60, "{}", cases().len());
    let (beacon, knocks) = listener().await;
    let mut delivered = Vec::new();
    for case in cases() {
        delivered.push((case.name.clone(), mailbox.arrive(case.mail(&beacon)).await));
    }
    mailbox.settle().await;
    let sum = mailbox.app.domain.sync().verify(mailbox.connection).await.unwrap();
    assert!(sum.is_complete(), "every one is stored: {sum:?}");
    // What is in quotes is the value of an attribute, where markup is letters.
    let values = Regex::new("=\"[^\"]*\"").unwrap();
    for (name, remote_id) in delivered {
        let id = mailbox.id(&remote_id).await;
        let page = mailbox.browser.open(&format!("/inbox/{id}")).await;
        assert_eq!(page.status, 200, "{name}");
        let markup = values.replace_all(&page.body, "").into_owned();
        for deed in ["<script>window.__ran", "<img src=x", "<meta http-equiv=refresh", &format!("<img src={beacon}")] {
            assert!(!markup.contains(deed), "{name}: {deed} in {}", around(&markup));
        }
        for query in ["", "?images=1"] {
            let frame = mailbox.browser.open(&format!("/inbox/{id}/frame{query}")).await;
            if frame.status == 404 {
                assert!(!page.body.contains("<iframe"), "{name}: a frame without a document");
                continue;
            }
            assert_eq!(frame.status, 200, "{name}");
            let (_, body) = frame.body.split_once("<body>").unwrap();
            let body = body.strip_suffix("</body></html>").unwrap();
            assert_eq!(wrong(body), None, "{name}{query}");
            for picture in pictures(&frame).into_iter().take(3) {
                let status = mailbox.browser.open(&picture).await.status;
                assert!(!status.is_success() && status != 500, "{name}: {picture} {status}");
            }
        }
    }
    assert_eq!(knocks.load(Ordering::SeqCst), 0, "nobody was told anything");
}

#[tokio::test]
async fn a_mail_that_hides_its_end_shows_its_own_subject_and_no_turned_letters() {
    on_all(async |mailbox| {
        let case = cases().into_iter().find(|case| case.name == "bidi-names").unwrap();
        mailbox.receive(case.mail("http://127.0.0.1:1")).await;
        let mail = mailbox.opened("bidi-names fdp.exe").await;
        // As it is written by `Debug`; the bare number may be a part of an id.
        assert!(!format!("{mail:?}").contains("\\u{202e}"), "{mail:?}");
        let file = mailbox.browser.open(&mail.attachments[0].path).await;
        assert!(
            file.header("content-disposition").contains("invoicefdp.exe"),
            "{}",
            file.header("content-disposition")
        );
    })
    .await;
}
