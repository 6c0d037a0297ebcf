//! Pages without scripts.

use crate::harness::{Wishes, consent::Answer, database::Backend, on_both, program::until, site::Site};
use futures::future::join_all;

#[tokio::test]
async fn a_signed_out_person_is_led_to_sign_in_and_back() {
    on_both(async |app| {
        let browser = app.browser();
        for path in ["/inbox", "/settings/connections", "/settings/account"] {
            let page = browser.open(path).await;
            assert!(page.status.is_redirection(), "{path}: {}", page.status);
            assert_eq!(page.location().path(), "/sign-in", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_are_whole_without_scripts() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let empty = browser.open("/settings/connections").await;
        assert!(empty.body.contains("Connect Gmail"), "{}", empty.body);
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let cards = browser.open("/settings/connections").await;
        assert!(cards.body.contains(app.person(0)), "{}", cards.body);
        let inbox = browser.open("/inbox").await;
        let row = regex::Regex::new(r#"href="(/inbox/[0-9a-f-]{36})"#).unwrap();
        let path = row.captures(&inbox.body).unwrap_or_else(|| panic!("no row: {}", inbox.body))[1].to_owned();
        let mail = browser.open(&path).await;
        assert_eq!(mail.status, 200);
        assert!(mail.body.contains("<h1"), "{}", mail.body);
    })
    .await;
}

#[tokio::test]
async fn a_page_and_the_server_name_the_client_alike() {
    on_both(async |app| {
        let browser = app.browser();
        let named = browser.open("/client").await;
        assert_eq!(named.status, 200);
        assert_eq!(named.body, browser.known().await.client);
        assert!(!named.body.is_empty());
    })
    .await;
}

/// Of the program itself: it is its threads that could meet.
#[tokio::test]
async fn many_readers_at_once_get_whole_pages_with_their_titles() {
    let site = Site::start(Backend::Sqlite, 1, Wishes { messages: Some(60), ..Wishes::default() }).await;
    site.browser.sign_up("ada").await.unwrap();
    site.connect("google", &site.sandbox.addresses[0]).await;
    until("mail is here", async || site.database.count("sync_feeds WHERE stage = 'live'").await == 1).await;
    let mail = format!("/inbox/{}", site.database.texts("SELECT lower(hex(id)) FROM messages").await[0]);
    let pages = [
        ("/inbox", "Inbox"),
        ("/inbox?q=the", "Search"),
        (mail.as_str(), ""),
        ("/write#written", ""),
        ("/settings/connections", "Connections"),
        ("/settings/activity", "Activity"),
        ("/settings/account", "Account"),
    ];
    let reader = async || {
        for _ in 0..10 {
            for (path, title) in pages {
                let page = site.browser.open(path).await;
                assert_eq!(page.status, 200, "{path}: {}", page.body);
                assert!(page.body.contains(&format!("{title} \u{b7} Gatepost</title>")), "{}", page.body);
                assert!(page.body.contains("</html>"), "{}", page.body);
            }
        }
    };
    join_all((0..16).map(|_| reader())).await;
    site.end().await;
}
