//! Signing up, in and out.

use crate::harness::{Wishes, browser::PASSWORD, on_both, on_both_with};
use app::{
    error::AppError,
    features::users::{SignUpMode, Viewer},
};
use reqwest::Method;

#[tokio::test]
async fn signing_up_makes_an_account_and_a_session() {
    on_both(async |app| {
        let browser = app.browser();
        assert_eq!(browser.viewer().await, None);
        browser.sign_up("ada").await.unwrap();
        let viewer = browser.viewer().await.unwrap();
        assert_eq!((viewer.email.as_str(), viewer.first_name.as_str()), ("ada@example.org", "ada"));
    })
    .await;
}

#[tokio::test]
async fn signing_in_again_is_another_session_of_the_same_person() {
    on_both(async |app| {
        let first = app.signed_up("ada").await.viewer().await.unwrap();
        let browser = app.browser();
        browser.sign_in(" Ada@Example.org ", PASSWORD).await.unwrap();
        let second = browser.viewer().await.unwrap();
        assert_eq!(first.user_id, second.user_id);
        assert_ne!(first.session_id, second.session_id);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    on_both(async |app| {
        app.signed_up("ada").await;
        let browser = app.browser();
        let wrong = browser.sign_in("ada@example.org", "wrong horse battery staple").await;
        let unknown = browser.sign_in("nobody@example.org", "wrong horse battery staple").await;
        assert_eq!(wrong, Err(AppError::WrongCredentials));
        assert_eq!(wrong, unknown);
        assert_eq!(browser.viewer().await, None);
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let thief = browser.copy();
        browser.sign_out().await.unwrap();
        assert_eq!(browser.cookie("gatepost_session"), None);
        assert_eq!(thief.viewer().await, None, "the old cookie is worth nothing");
        assert_eq!(app.database.count("sessions").await, 0);
        browser.sign_out().await.expect("signing out twice is no error");
    })
    .await;
}

#[tokio::test]
async fn signing_out_clears_what_the_browser_kept_of_the_pages() {
    on_both(async |app| {
        let ours = [("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")];
        let (ada, ben) = (app.signed_up("ada").await, app.signed_up("ben").await);
        let by_form = ada.post("users/sign_out", &[], &ours).await;
        let by_route = ben.send(Method::POST, ben.ours("/auth/logout"), &ours, None).await;
        for page in [by_form, by_route] {
            assert_eq!(page.header("clear-site-data"), "\"cache\"", "{}", page.body);
        }
        assert_eq!((ada.cookie("gatepost_session"), ben.cookie("gatepost_session")), (None, None));
    })
    .await;
}

#[tokio::test]
async fn only_a_hash_of_the_session_is_stored() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let token = browser.cookie("gatepost_session").unwrap();
        let stored = app.database.bytes("SELECT token_hash FROM sessions").await;
        let hash = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
        assert_eq!(stored, [hash.as_ref().to_vec()]);
        assert!(token.len() >= 43, "256 bits");
    })
    .await;
}

#[tokio::test]
async fn an_address_has_one_account() {
    on_both(async |app| {
        app.signed_up("ada").await;
        assert_eq!(app.browser().sign_up("ada").await, Err(AppError::AddressTaken));
        assert_eq!(app.database.count("users").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_poor_password_or_address_is_refused_at_its_field() {
    on_both(async |app| {
        let browser = app.browser();
        let sign_up = async |email: &str, password: &str| {
            let fields = [("first_name", ""), ("last_name", ""), ("email", email), ("password", password)];
            let refused = browser.call::<()>("users/sign_up", &fields).await.unwrap_err();
            refused.field().map(str::to_owned)
        };
        assert_eq!(sign_up("ada@example.org", "short").await.as_deref(), Some("password"));
        assert_eq!(sign_up("ada@example.org", "12345678").await.as_deref(), Some("password"));
        assert_eq!(sign_up("ada", PASSWORD).await.as_deref(), Some("email"));
        assert_eq!(app.database.count("users").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_closed_server_takes_no_new_accounts() {
    let wishes = Wishes { settings: vec![("SIGN_UP", "closed".to_owned())], ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.browser();
        assert_eq!(browser.sign_up("ada").await, Err(AppError::SignUpClosed));
        let mode = browser.known().await.sign_up;
        assert_eq!(mode, SignUpMode::Closed);
        assert_eq!(app.database.count("users").await, 0);
    })
    .await;
}

#[tokio::test]
async fn guessing_is_slowed_for_the_account_and_ends_when_the_time_is_over() {
    let wishes = Wishes { standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        app.signed_up("ada").await;
        app.signed_up("bob").await;
        let browser = app.browser();
        let seconds = loop {
            match browser.sign_in("ada@example.org", "wrong horse battery staple").await.unwrap_err() {
                AppError::WrongCredentials => {}
                AppError::SlowDown { seconds } => break seconds,
                other => panic!("{other:?}"),
            }
        };
        assert!(matches!(browser.sign_in("ada@example.org", PASSWORD).await, Err(AppError::SlowDown { .. })));
        browser.sign_in("bob@example.org", PASSWORD).await.expect("another account is not slowed");
        app.advance(seconds + 1).await;
        browser.sign_in("ada@example.org", PASSWORD).await.expect("waiting was enough");
    })
    .await;
}

#[tokio::test]
async fn guessing_is_slowed_for_the_network_address_too() {
    let wishes = Wishes {
        standing_clock: true,
        settings: vec![("TRUSTED_PROXIES", "127.0.0.1".to_owned())],
        ..Wishes::default()
    };
    on_both_with(wishes, async |app| {
        app.signed_up("ada").await;
        let browser = app.browser();
        let guess = async |number: u32, from: &str| {
            let email = format!("person{number}@example.org");
            let fetch = [("accept", "application/json"), ("sec-fetch-site", "same-origin"), ("x-forwarded-for", from)];
            let fields = [("email", email.as_str()), ("password", "wrong horse battery staple")];
            let page = browser.post("users/sign_in", &fields, &fetch).await;
            serde_json::from_str::<AppError>(&page.body).unwrap()
        };
        let mut tried = 0;
        while guess(tried, "203.0.113.9").await == AppError::WrongCredentials {
            tried += 1;
            assert!(tried < 100, "nobody slows this address down");
        }
        assert!(tried >= 10, "an office behind one address is not slowed by its first mistakes: {tried}");
        assert_eq!(guess(1000, "198.51.100.1").await, AppError::WrongCredentials, "another address is not slowed");
    })
    .await;
}

#[tokio::test]
async fn a_form_without_scripts_signs_in_and_goes_on_to_a_page_of_ours() {
    on_both(async |app| {
        app.signed_up("ada").await;
        for (return_to, expected) in [
            ("/settings/account", "/settings/account"),
            ("//evil.example/", "/inbox"),
            ("https://evil.example", "/inbox"),
        ] {
            let browser = app.browser();
            let fields = [("email", "ada@example.org"), ("password", PASSWORD), ("return_to", return_to)];
            let fetch = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")];
            let page = browser.post("users/sign_in", &fields, &fetch).await;
            assert!(page.status.is_redirection(), "{}", page.status);
            assert_eq!(page.location(), browser.site.join(expected).unwrap());
            assert!(browser.viewer().await.is_some());
        }
    })
    .await;
}

#[tokio::test]
async fn a_password_hashed_with_less_work_is_hashed_anew_when_its_owner_signs_in() {
    on_both(async |app| {
        app.signed_up("ada").await;
        // `PASSWORD` with the least that OWASP allows (19 MiB, two passes).
        let old = "$argon2id$v=19$m=19456,t=2,p=1$YSBzYWx0IG9mIGJlZm9yZQ$CdusHdY4lstJhekOPExmps5MJnVm1AmI1G5qhKl4wTg";
        app.database.execute(&format!("UPDATE identities SET password_hash = '{old}'")).await;
        let stored = async || app.database.texts("SELECT password_hash FROM identities").await.remove(0);
        let browser = app.browser();
        let wrong = browser.sign_in("ada@example.org", "wrong horse battery staple").await;
        assert_eq!((wrong, stored().await.as_str()), (Err(AppError::WrongCredentials), old));
        browser.sign_in("ada@example.org", PASSWORD).await.unwrap();
        let renewed = stored().await;
        assert!(renewed.starts_with("$argon2id$v=19$m=47104,t=2,p=1$"), "{renewed}");
        browser.sign_in("ada@example.org", PASSWORD).await.unwrap();
        assert_eq!(stored().await, renewed, "once is enough");
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_when_nobody_used_it_for_a_month() {
    let wishes = Wishes { standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        app.advance(29 * 86_400).await;
        let viewer: Option<Viewer> = browser.viewer().await;
        assert!(viewer.is_some(), "29 days are not too long");
        app.advance(31 * 86_400).await;
        assert_eq!(browser.viewer().await, None);
    })
    .await;
}
