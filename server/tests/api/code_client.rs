//! `POST /auth/google`: a code of Google's own code client connects, with the header and the origin of our own page only.

use crate::harness::{
    App,
    browser::{Browser, Page, client},
    on_both,
};
use reqwest::Method;
use serde_json::{Value, json};

const MAIL: &str = "openid email https://www.googleapis.com/auth/gmail.readonly";

async fn code(app: &App, person: &str, scope: &str, redirect_uri: &str) -> String {
    let asked = json!({ "client_id": crate::harness::CLIENT_ID, "scope": scope, "redirect_uri": redirect_uri });
    let given = app.control("POST", &format!("people/{person}/code"), &asked).await;
    given["code"].as_str().unwrap_or_else(|| panic!("{given}")).to_owned()
}

async fn send(browser: &Browser, body: &Value, more: &[(&str, &str)]) -> Page {
    let fetch = [&[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")], more].concat();
    browser.send(Method::POST, browser.ours("/auth/google"), &fetch, Some(body.to_string())).await
}

#[tokio::test]
async fn a_code_connects_what_was_granted_with_the_pages_origin_or_with_googles_older_word() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let ours = [("x-requested-with", "XmlHttpRequest"), ("origin", app.url.as_str())];
        for (position, redirect_uri) in [app.url.as_str(), "postmessage"].into_iter().enumerate() {
            let code = code(app, app.person(position), MAIL, redirect_uri).await;
            let page = send(&browser, &json!({ "code": code }), &ours).await;
            assert_eq!(page.status, 200, "{redirect_uri}: {}", page.body);
            let answer: Value = serde_json::from_str(&page.body).unwrap();
            let card = browser.connections().await.cards.remove(position);
            assert_eq!(answer, json!({ "connection_id": card.id }));
            assert_eq!(card.address, app.person(position));
            let replayed = send(&browser, &json!({ "code": code }), &ours).await;
            assert_eq!(replayed.status, 422, "{}", replayed.body);
        }
        app.work_off_queue().await;
        assert_eq!(app.mailbox_stored(app.person(0)).await, app.mailbox_at_provider(app.person(0)).await);
    })
    .await;
}

#[tokio::test]
async fn without_header_origin_session_or_mail_nothing_is_connected() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let header = ("x-requested-with", "XmlHttpRequest");
        let origin = ("origin", app.url.as_str());
        let body = json!({ "code": code(app, app.person(0), MAIL, &app.url).await });
        for headers in [vec![], vec![header], vec![origin], vec![header, ("origin", "http://evil.example")]] {
            assert_eq!(send(&browser, &body, &headers).await.status, 403, "{headers:?}");
        }
        assert_eq!(send(&app.browser(), &body, &[header, origin]).await.status, 401);
        assert_eq!(send(&browser, &json!({}), &[header, origin]).await.status, 400);
        let narrow = json!({ "code": code(app, app.person(1), "openid email", &app.url).await });
        let page = send(&browser, &narrow, &[header, origin]).await;
        assert!(page.status == 422 && page.body.contains("scope_missing"), "{}", page.body);
        assert_eq!(app.left_behind().await, [0; 5]);
        // The code itself was not used up by pages that may not bring it.
        assert_eq!(send(&browser, &body, &[header, origin]).await.status, 200);
        app.work_off_queue().await;
        let cross_site = client().post(browser.ours("/auth/google")).header("sec-fetch-site", "cross-site");
        assert_eq!(cross_site.body(body.to_string()).send().await.unwrap().status(), 403);
    })
    .await;
}
