//! English and Spanish: whoever is not signed in gets what their browser asks for, everybody else what they chose.

use crate::harness::{
    Wishes,
    browser::{Browser, PASSWORD, Page},
    on_both, on_both_with,
};
use reqwest::Method;

const SPANISH: (&str, &str) = ("accept-language", "es-MX,es;q=0.9,en;q=0.8");

/// Opens a page in a browser that asks for Spanish.
async fn open(browser: &Browser, path: &str) -> Page {
    let fetch = [SPANISH, ("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")];
    browser.send(Method::GET, browser.ours(path), &fetch, None).await
}

async fn sign_up(browser: &Browser) {
    let fields = [("first_name", "Inés"), ("last_name", ""), ("email", "ines@example.org"), ("password", PASSWORD)];
    let fetch =
        [SPANISH, ("accept", "application/json"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")];
    let page = browser.post("users/sign_up", &fields, &fetch).await;
    assert!(page.status.is_success(), "{}: {}", page.status, page.body);
}

/// What people read on a page: everything between its tags but scripts, and the attributes that are read aloud.
fn read(page: &Page) -> String {
    let scripts = regex::Regex::new(r"(?s)<(script|style)\b.*?</(script|style)>").unwrap();
    let body = scripts.replace_all(&page.body, " ");
    let spoken = regex::Regex::new(r#"\b(?:title|aria-label|placeholder|alt)="([^"]*)""#).unwrap();
    let spoken: Vec<String> = spoken.captures_iter(&body).map(|found| format!(" {} ", &found[1])).collect();
    let spoken = spoken.concat();
    let tags = regex::Regex::new(r"(?s)<[^>]*>").unwrap();
    format!("{} {spoken}", tags.replace_all(&body, " "))
}

/// Words that English sentences cannot do without, and Spanish ones do not have.
fn english_in(text: &str) -> Vec<&str> {
    const WORDS: [&str; 14] = [
        "the", "your", "you", "with", "sign", "password", "and", "yet", "account", "mail", "of", "to", "is", "nothing",
    ];
    let words = text.split(|letter: char| !letter.is_alphabetic());
    words.filter(|word| WORDS.contains(&word.to_lowercase().as_str())).collect()
}

#[tokio::test]
async fn visitors_read_what_their_browser_asks_for() {
    on_both(async |app| {
        let browser = app.browser();
        for (path, words) in [
            ("/", "Tu correo, en un servidor tuyo."),
            ("/sign-in", "Tu correo está donde lo dejaste."),
            ("/sign-up", "Una cuenta en este servidor."),
            ("/forgot-password", "Te enviamos un enlace"),
            ("/reset-password?sent", "Código del correo"),
            ("/verify-email?sent", "Un correo va de camino"),
            ("/nowhere", "Aquí no hay nada"),
            ("/auth/done", "En esta ventana no hay nada más que hacer."),
            ("/inbox/6f9619ff-8b86-4011-b42d-00c04fc964ff/headers", "Sesión cerrada"),
        ] {
            let page = open(&browser, path).await;
            assert!(page.body.contains("<html lang=\"es\""), "{path}: {}", page.body);
            let text = read(&page);
            assert!(text.contains(words), "{path}: {text}");
            assert_eq!(english_in(&text), Vec::<&str>::new(), "{path}: {text}");
            assert!(browser.open(path).await.body.contains("<html lang=\"en\""), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_person_keeps_the_language_of_their_browser_until_they_choose_another() {
    on_both(async |app| {
        let browser = app.browser();
        sign_up(&browser).await;
        let viewer = browser.viewer().await.unwrap();
        assert_eq!(viewer.language, "es");
        // Whatever the next browser asks for.
        for path in ["/inbox", "/settings/connections", "/settings/account", "/settings/activity", "/write"] {
            let page = browser.open(path).await;
            assert!(page.body.contains("<html lang=\"es\""), "{path}: {}", page.body);
            assert_eq!(english_in(&read(&page)), Vec::<&str>::new(), "{path}: {}", read(&page));
        }
        let english = [("first_name", "Ines"), ("last_name", ""), ("language", "en"), ("theme", "auto"), ("zone", "")];
        browser.call::<()>("users/set_profile", &english).await.unwrap();
        let page = open(&browser, "/settings/account").await;
        assert!(page.body.contains("<html lang=\"en\"") && page.body.contains("Your data"), "{}", page.body);
    })
    .await;
}

#[tokio::test]
async fn a_refused_form_says_why_in_the_language_of_the_browser() {
    on_both(async |app| {
        let browser = app.browser();
        let referer = browser.ours("/sign-up");
        let fetch = [
            SPANISH,
            ("accept", "text/html"),
            ("referer", referer.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "navigate"),
        ];
        let fields = [("first_name", "Inés"), ("last_name", ""), ("email", "ines@example.org"), ("password", "short")];
        let refused = browser.post("users/sign_up", &fields, &fetch).await;
        let location = refused.location();
        let page = open(&browser, &format!("{}?{}", location.path(), location.query().unwrap())).await;
        assert!(page.body.contains("Una contraseña necesita al menos 8 caracteres."), "{}", page.body);
    })
    .await;
}

#[tokio::test]
async fn mails_speak_the_language_of_who_reads_them() {
    let verified = Wishes { settings: vec![("SIGN_UP", "verify".to_owned())], ..Wishes::default() };
    on_both_with(verified, async |app| {
        let browser = app.browser();
        sign_up(&browser).await;
        let letter = app.letters().await.remove(0);
        assert_eq!(letter.subject, "Termina de crear tu cuenta");
        assert!(letter.text.contains(&format!("Gatepost en {}", app.url)), "{}", letter.text);
    })
    .await;
}
