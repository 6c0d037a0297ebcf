//! Reading: the conversation and the frame of its HTML.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, on_both_with};
use app::features::mail::{Conversation, Images, InboxPage, MessageView};

fn enough() -> Wishes {
    Wishes { messages: Some(120), ..Wishes::default() }
}

async fn with_mail(app: &App) -> Browser {
    let browser = app.signed_up("ada").await;
    browser.connect(app.person(0), Answer::Allow).await;
    app.work_off_queue().await;
    browser
}

async fn inbox(browser: &Browser, after: Option<&str>) -> InboxPage {
    let mut arguments = vec![("folder", "all")];
    arguments.extend(after.map(|after| ("after", after)));
    browser.call("mail/list_inbox", &arguments).await.unwrap()
}

/// The first mail that fulfils a condition.
async fn find(browser: &Browser, wanted: impl Fn(&MessageView) -> bool) -> MessageView {
    let mut after = None;
    loop {
        let page = inbox(browser, after.as_deref()).await;
        for row in &page.rows {
            let id = row.id.to_string();
            let conversation: Conversation = browser.call("mail/open_conversation", &[("message", &id)]).await.unwrap();
            assert_eq!(conversation.opened, row.id);
            if let Some(found) = conversation.messages.into_iter().find(|message| wanted(message)) {
                return found;
            }
        }
        after = Some(page.next.expect("a mail like that is in every mailbox of the sandbox"));
    }
}

#[tokio::test]
async fn pages_of_the_inbox_follow_each_other_without_gap_or_double() {
    on_both_with(enough(), async |app| {
        let browser = with_mail(app).await;
        let (mut ids, mut mails, mut after) = (Vec::new(), 0, None);
        loop {
            let page = inbox(&browser, after.as_deref()).await;
            mails += page.rows.iter().map(|row| row.messages).sum::<u64>();
            ids.extend(page.rows.iter().map(|row| row.id));
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        let stored = app.database.count("messages WHERE NOT hidden").await;
        assert_eq!(i64::try_from(mails).unwrap(), stored);
        let rows = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), rows);
    })
    .await;
}

#[tokio::test]
async fn a_mail_with_html_is_framed_under_a_policy_that_lets_nothing_run() {
    on_both_with(enough(), async |app| {
        let browser = with_mail(app).await;
        let mail = find(&browser, |message| message.frame.is_some()).await;
        let frame = browser.open(mail.frame.as_deref().unwrap()).await;
        assert_eq!(frame.status, 200);
        let policy = frame.header("content-security-policy");
        for part in
            ["default-src 'none'", "sandbox allow-popups", "frame-ancestors 'self'", "img-src data: http://localhost:"]
        {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("allow-scripts") && !policy.contains("script-src"), "{policy}");
        assert_eq!((frame.header("cache-control"), frame.header("referrer-policy")), ("no-store", "no-referrer"));
        assert!(!frame.body.contains("<script"), "{}", frame.body);
    })
    .await;
}

/// A mail that wants to tell its sender when it is read.
const TRACKING: &str = "From: Shop <shop@example.org>\r\nTo: me@example.org\r\nSubject: A picture for you\r\n\
    Date: Fri, 20 Nov 2026 08:00:00 +0000\r\nMessage-ID: <tracking@example.org>\r\nMIME-Version: 1.0\r\n\
    Content-Type: text/html; charset=utf-8\r\n\r\n\
    <p>Hello</p><script>alert(1)</script><img src=\"https://tracker.example/pixel.gif?who=me\" alt=\"\">\r\n";

#[tokio::test]
async fn images_from_elsewhere_stay_away_until_they_are_asked_for() {
    on_both_with(enough(), async |app| {
        app.deliver(app.person(0), TRACKING).await;
        let browser = with_mail(app).await;
        let mail = find(&browser, |message| message.subject == "A picture for you").await;
        assert_eq!(mail.images, Images::Waiting);
        let path = mail.frame.unwrap();
        let without = browser.open(&path).await;
        assert!(!without.body.contains("tracker.example") && !without.body.contains("alert"), "{}", without.body);
        let with = browser.open(&format!("{path}?images=1")).await;
        assert!(
            with.body.contains("/remote?until=")
                && with.body.contains("tracker.example")
                && !with.body.contains("alert"),
            "{}",
            with.body
        );
        let ours = format!("img-src data: {}/pictures/{}/;", app.url, mail.id);
        assert!(with.header("content-security-policy").contains(&ours), "through us, and only this mail's");
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_is_not_synced_yet_does_not_keep_the_inbox_shut() {
    let wishes = Wishes { standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        browser.travel("microsoft", "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        app.advance(600).await;
        let page: app::features::mail::InboxPage = browser.call("mail/list_inbox", &[("folder", "all")]).await.unwrap();
        assert!(!page.rows.is_empty());
    })
    .await;
}
