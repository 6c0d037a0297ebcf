//! A form that is refused without scripts comes back as it was typed.

use crate::harness::{
    browser::{Browser, Page},
    on_both,
};

const COOKIE: &str = "gatepost_typed";
const WEAK: &str = "password";

/// Sends a form of `page` the way a browser without scripts does.
async fn send_form(browser: &Browser, page: &str, function: &str, fields: &[(&str, &str)]) -> Page {
    let referer = browser.site.join(page).unwrap();
    let fetch = [
        ("accept", "text/html,application/xhtml+xml"),
        ("referer", referer.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-mode", "navigate"),
    ];
    browser.post(function, fields, &fetch).await
}

/// What stands in the input of this name.
fn input(page: &Page, name: &str) -> String {
    let tag = regex::Regex::new(&format!(r#"<input[^>]*\bname="{name}"[^>]*>"#)).unwrap();
    let tag = tag.find(&page.body).unwrap_or_else(|| panic!("no input {name} on {}", page.body)).as_str();
    let value = regex::Regex::new(r#"\bvalue="([^"]*)""#).unwrap();
    value.captures(tag).map(|found| found[1].to_owned()).unwrap_or_default()
}

fn path_of(page: &Page) -> String {
    let location = page.location();
    format!("{}?{}", location.path(), location.query().unwrap_or_default())
}

fn person(first_name: &str) -> [(&str, &str); 4] {
    [("first_name", first_name), ("last_name", "Lovelace"), ("email", "ada@example.org"), ("password", WEAK)]
}

#[tokio::test]
async fn a_refused_form_comes_back_as_it_was_typed_but_for_the_password() {
    on_both(async |app| {
        let browser = app.browser();
        let refused = send_form(&browser, "/sign-up", "users/sign_up", &person("\"><b>Ada")).await;
        assert!(refused.status.is_redirection(), "{}", refused.status);
        let cookie = browser.cookie(COOKIE).unwrap();
        assert!(cookie.contains("ada%40example.org") && !cookie.contains("password"), "{cookie}");

        let page = browser.open(&path_of(&refused)).await;
        assert_eq!(input(&page, "email"), "ada@example.org");
        assert_eq!(input(&page, "last_name"), "Lovelace");
        assert!(page.body.contains("value=\"&quot;&gt;&lt;b&gt;Ada\""), "typed text stays text: {}", page.body);
        assert_eq!(input(&page, "password"), "");

        assert_eq!(browser.cookie(COOKIE), None, "it is read once");
        assert_eq!(input(&browser.open(&path_of(&refused)).await, "email"), "");
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_goes_to_its_own_form_only() {
    on_both(async |app| {
        let browser = app.browser();
        let wrong = [("email", "ada@example.org"), ("password", "wrong horse battery staple")];
        let refused = send_form(&browser, "/sign-in?return_to=%2Finbox", "users/sign_in", &wrong).await;
        assert_eq!(input(&browser.open("/sign-up").await, "email"), "");
        let other = path_of(&refused).replace("/sign-in", "/sign-up").replace("sign_in", "sign_up");
        assert_eq!(input(&browser.open(&other).await, "email"), "");
        let page = browser.open(&path_of(&refused)).await;
        assert_eq!(input(&page, "email"), "ada@example.org");
        assert_eq!(input(&page, "return_to"), "/inbox");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_kept_of_a_form_that_is_accepted_or_sent_by_scripts() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let mine = [("first_name", "Ada"), ("last_name", ""), ("language", "en"), ("theme", "dark"), ("zone", "")];
        let saved = send_form(&browser, "/settings/account", "users/set_profile", &mine).await;
        assert!(saved.location().query().unwrap_or_default().contains("saved"), "{}", saved.location());
        assert_eq!(browser.cookie(COOKIE), None);
        assert!(app.browser().call::<()>("users/sign_up", &person("Ada")).await.is_err());

        let mine =
            [("first_name", "Ada"), ("last_name", ""), ("language", "en"), ("theme", "dark"), ("zone", "Mars/Base")];
        let refused = send_form(&browser, "/settings/account", "users/set_profile", &mine).await;
        let page = browser.open(&path_of(&refused)).await;
        assert_eq!(input(&page, "zone"), "Mars/Base", "a refused change of the profile comes back too");
    })
    .await;
}
