//! Pages without scripts.

use crate::harness::{consent::Answer, on_both};

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
