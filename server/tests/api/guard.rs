//! What stands before every route: origins, headers, limits.

use crate::harness::{Wishes, browser::PASSWORD, on_both, on_both_with};
use reqwest::Method;
use url::Url;

#[tokio::test]
async fn another_site_changes_nothing() {
    on_both(async |app| {
        app.signed_up("ada").await;
        let fields = [("email", "ada@example.org"), ("password", PASSWORD)];
        let foreign: [&[(&str, &str)]; 6] = [
            &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("referer", "https://evil.example/")],
            &[],
        ];
        for headers in foreign {
            let browser = app.browser();
            let page = browser.post("users/sign_in", &fields, headers).await;
            assert_eq!(page.status, 403, "{headers:?}");
            assert!(page.body.contains("did not come from one of our pages"), "{}", page.body);
            assert_eq!(browser.cookie("gatepost_session"), None);
        }
        assert_eq!(app.database.count("sessions").await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_older_browser_is_believed_by_its_origin() {
    on_both(async |app| {
        app.signed_up("ada").await;
        let browser = app.browser();
        let fields = [("email", "ada@example.org"), ("password", PASSWORD)];
        let page = browser.post("users/sign_in", &fields, &[("origin", app.url.as_str())]).await;
        assert!(page.status.is_success(), "{}: {}", page.status, page.body);
        assert!(browser.viewer().await.is_some());
    })
    .await;
}

#[tokio::test]
async fn every_page_leaves_with_its_headers() {
    on_both(async |app| {
        let browser = app.browser();
        for path in ["/", "/sign-in", "/sign-up", "/nothing-here"] {
            let page = browser.open(path).await;
            let policy = page.header("content-security-policy");
            assert!(policy.contains("script-src 'self' 'nonce-") && policy.contains("'wasm-unsafe-eval'"), "{policy}");
            assert!(policy.contains("frame-ancestors 'none'") && policy.contains("object-src 'none'"), "{policy}");
            assert!(!policy.contains("unsafe-inline"), "{policy}");
            assert_eq!(page.header("cross-origin-opener-policy"), "same-origin-allow-popups", "{path}");
            assert_eq!(page.header("x-content-type-options"), "nosniff");
            assert_eq!(page.header("referrer-policy"), "same-origin");
            assert_eq!(page.header("strict-transport-security"), "", "only with https");
        }
        assert_eq!(browser.open("/nothing-here").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn each_answer_has_a_nonce_of_its_own_and_every_script_carries_it() {
    on_both(async |app| {
        let browser = app.browser();
        let nonce = async || {
            let page = browser.open("/sign-in").await;
            let policy = page.header("content-security-policy").to_owned();
            let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
            let inline = regex::Regex::new(r"<script([^>]*)>").unwrap();
            for script in inline.captures_iter(&page.body) {
                let attributes = &script[1];
                assert!(attributes.contains(&nonce) || attributes.contains("src="), "{attributes}");
            }
            nonce
        };
        assert_ne!(nonce().await, nonce().await);
    })
    .await;
}

#[tokio::test]
async fn the_pages_around_consent_keep_their_opener_and_tell_no_referrer() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        for path in [
            "/auth/google/start?purpose=connect",
            "/auth/google/start?purpose=nonsense",
            "/auth/google/callback?state=x",
            "/auth/done?problem=denied",
        ] {
            let page = browser.open(path).await;
            assert_eq!(page.header("cross-origin-opener-policy"), "", "{path}");
            assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(page.header("cache-control"), "no-store", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_signed_in_person_sees_is_kept_by_nobody() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        for path in ["/inbox", "/settings/account", "/settings/connections"] {
            assert_eq!(browser.open(path).await.header("cache-control"), "no-store", "{path}");
        }
        let fetch = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
        let page = browser.post("users/show_account", &[], &fetch).await;
        assert_eq!(page.header("cache-control"), "no-store");
    })
    .await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    on_both(async |app| {
        let browser = app.browser();
        let huge = "x".repeat(2 * 1024 * 1024);
        let fetch = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
        let page = browser.post("users/sign_in", &[("email", "ada@example.org"), ("password", &huge)], &fetch).await;
        assert!(!page.status.is_success(), "{}", page.status);
        assert_eq!(app.database.count("sessions").await, 0);
    })
    .await;
}

#[tokio::test]
async fn another_name_of_this_machine_is_sent_to_the_public_address() {
    on_both(async |app| {
        let browser = app.browser();
        let other = Url::parse(&app.url.replace("localhost", "127.0.0.1")).unwrap();
        let page =
            browser.send(Method::GET, other.join("/sign-in?x=1").unwrap(), &[("accept", "text/html")], None).await;
        assert_eq!(page.status, 308);
        assert_eq!(page.header("location"), format!("{}/sign-in?x=1", app.url));
    })
    .await;
}

#[tokio::test]
async fn a_site_of_https_is_entered_by_https_only() {
    let wishes = Wishes {
        settings: vec![("PUBLIC_URL", "https://localhost".to_owned()), ("TRUSTED_PROXIES", "127.0.0.1".to_owned())],
        ..Wishes::default()
    };
    on_both_with(wishes, async |app| {
        let browser = app.browser();
        let address = browser.site.join("/sign-in").unwrap();
        let plain = browser.send(Method::GET, address.clone(), &[("accept", "text/html")], None).await;
        assert_eq!((plain.status.as_u16(), plain.header("location")), (308, "https://localhost/sign-in"));
        let proxied = [("accept", "text/html"), ("x-forwarded-proto", "https"), ("sec-fetch-site", "none")];
        let page = browser.send(Method::GET, address, &proxied, None).await;
        assert_eq!(page.status, 200);
        let age = page.header("strict-transport-security").strip_prefix("max-age=").unwrap().parse::<u32>().unwrap();
        assert!(age >= 31_536_000, "ASVS 5.0, 3.4.1: a year at least");
        let fields = [("first_name", "a"), ("last_name", "b"), ("email", "ada@example.org"), ("password", PASSWORD)];
        let fetch = [("x-forwarded-proto", "https"), ("sec-fetch-site", "same-origin"), ("accept", "application/json")];
        let page = browser.post("users/sign_up", &fields, &fetch).await;
        let cookie = page.header("set-cookie");
        assert!(cookie.starts_with("__Host-gatepost=") && cookie.contains("; Path=/;"), "{cookie}");
        for part in ["Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain") && cookie.len() < 4096, "{cookie}");
        assert_eq!(browser.send(Method::GET, browser.site.join("/healthz").unwrap(), &[], None).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_has_the_status_that_says_what_it_is() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let stranger = app.browser();
        let fetch = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
        let missing = [("message", "00000000-0000-0000-0000-000000000000")];
        let wrong = [("email", "ada@example.org"), ("password", "wrong horse battery staple")];
        assert_eq!(stranger.post("connections/list_connections", &[], &fetch).await.status, 401);
        assert_eq!(stranger.post("users/sign_in", &wrong, &fetch).await.status, 422);
        assert_eq!(browser.post("mail/open_conversation", &missing, &fetch).await.status, 404);
        assert_eq!(browser.post("mail/open_conversation", &[("message", "nonsense")], &fetch).await.status, 400);
    })
    .await;
}
