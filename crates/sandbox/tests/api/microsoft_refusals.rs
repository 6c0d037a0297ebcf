//! What Microsoft refuses, where it says so, and by which number.

use http::StatusCode;
use reqwest::Method;
use serde_json::json;

use crate::microsoft::{CONNECT, Microsoft, PERSONAL_TENANT, REDIRECT, WORK, refusal, text};

#[tokio::test]
async fn a_wrong_client_or_redirect_uri_is_shown_and_never_redirected() {
    let microsoft = Microsoft::start().await;
    for (number, more) in [
        (50_011, ("redirect_uri", "http://localhost:3000/auth/microsoft/callback/")),
        (50_011, ("redirect_uri", "http://localhost:3000/Auth/Microsoft/Callback")),
        (700_016, ("client_id", "nobody")),
        (900_144, ("client_id", "")),
        (900_144, ("redirect_uri", "")),
    ] {
        let page = microsoft.open(&Microsoft::request("common", "openid", &[more])).await;
        assert!(page.status.is_client_error(), "{more:?}: {}", page.status);
        assert!(page.text.contains(&format!("AADSTS{number}: ")), "{more:?} in {}", page.text);
        assert_eq!(page.header("location"), "");
    }
    let nowhere = microsoft.open(&Microsoft::request("nowhere.example", "openid", &[])).await;
    assert!(nowhere.text.contains("AADSTS90002: ") && nowhere.header("location").is_empty());
}

#[tokio::test]
async fn whatever_else_is_wrong_comes_back_with_the_state() {
    let microsoft = Microsoft::start().await;
    for (error, number, more) in [
        ("unsupported_response_type", 700_054, ("response_type", "id_token")),
        ("invalid_request", 900_144, ("response_type", "")),
        ("invalid_request", 900_144, ("scope", "")),
        ("invalid_scope", 70_011, ("scope", "openid Mail.Eat")),
        ("invalid_request", 90_023, ("prompt", "sometimes")),
        ("invalid_request", 501_491, ("code_challenge", "short")),
    ] {
        let back = microsoft.open(&Microsoft::request("common", "openid", &[more])).await.redirected();
        assert_eq!((back["error"].as_str(), back["state"].as_str()), (error, "the-state"), "{more:?}");
        assert!(back["error_description"].starts_with(&format!("AADSTS{number}: ")), "{back:?}");
    }
}

#[tokio::test]
async fn text_from_outside_is_escaped_on_the_pages() {
    let microsoft = Microsoft::start().await;
    for more in [("nonce", "\"><b>x</b>"), ("client_id", "<b>x</b>")] {
        let page = microsoft.open(&Microsoft::request("common", "openid", &[more])).await;
        assert!(!page.text.contains("<b>x</b>"), "{more:?}");
    }
}

#[tokio::test]
async fn an_account_must_belong_where_it_signs_in() {
    let microsoft = Microsoft::start().await;
    let work = "6f1d2c3e-8a47-4b5c-9d10-27e4c0a1b3f5";
    for (tenant, person, number) in [
        ("organizations", 0, Some(500_208)),
        ("consumers", WORK, Some(500_208)),
        (work, 0, Some(50_020)),
        ("bluefjord.example", WORK, Some(50_020)),
        (work, WORK, None),
        ("harbourlight.example", WORK, None),
        ("consumers", 0, None),
        (PERSONAL_TENANT, 0, None),
        ("organizations", WORK, None),
    ] {
        let hint = [("login_hint", microsoft.address(person))];
        let page = microsoft.open(&Microsoft::request(tenant, "openid", &hint)).await;
        match number {
            None => assert!(page.text.contains(">Allow</button>"), "{tenant}: {}", page.text),
            Some(number) => {
                let told = page.redirected();
                assert!(told["error_description"].starts_with(&format!("AADSTS{number}: ")), "{tenant}: {told:?}");
            }
        }
    }
    let personal = microsoft.code("common", 0, "openid", &[]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", personal.as_str()),
        ("client_id", "gatepost-demo"),
        ("client_secret", "gatepost-demo-secret"),
        ("redirect_uri", REDIRECT),
    ];
    let elsewhere = microsoft.post_form("/organizations/oauth2/v2.0/token", &form).await;
    assert_eq!(refusal(&elsewhere), ("invalid_grant".to_owned(), 500_208));
}

#[tokio::test]
async fn the_registration_must_fit_the_tenant_of_the_path() {
    let microsoft = Microsoft::start().await;
    let work = "6f1d2c3e-8a47-4b5c-9d10-27e4c0a1b3f5";
    for (audience, tenant, number) in [
        (json!({"tenant": work}), "common", 50_194),
        (json!({"tenant": work}), "consumers", 9_002_332),
        (json!("work"), "consumers", 9_002_332),
        (json!("personal"), "common", 9_002_331),
    ] {
        microsoft.rules(&json!({"audience": audience})).await;
        let told = microsoft.open(&Microsoft::request(tenant, "openid", &[])).await.redirected();
        assert!(told["error_description"].starts_with(&format!("AADSTS{number}: ")), "{told:?}");
        let form = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "gatepost-demo")];
        let form = [&form[..], &[("client_secret", "gatepost-demo-secret")]].concat();
        let refused = microsoft.post_form(&format!("/{tenant}/oauth2/v2.0/token"), &form).await;
        assert_eq!(refusal(&refused).1, number);
    }
    microsoft.control(Method::DELETE, "rules", None).await;
    assert_eq!(microsoft.open(&Microsoft::request("common", "openid", &[])).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_secret_is_the_operators_problem() {
    let microsoft = Microsoft::start().await;
    let refresh = text(&microsoft.grant(0, CONNECT).await, "refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    for (more, status, error, number) in [
        (("client_secret", "wrong"), StatusCode::UNAUTHORIZED, "invalid_client", 7_000_215),
        (("client_secret", ""), StatusCode::UNAUTHORIZED, "invalid_client", 7_000_218),
        (("client_id", "nobody"), StatusCode::BAD_REQUEST, "unauthorized_client", 700_016),
    ] {
        let refused = microsoft.token(&[&form[..], &[more]].concat()).await;
        assert_eq!((refused.status, refusal(&refused)), (status, (error.to_owned(), number)));
    }
    for (secret, number) in [("wrong", 7_000_215), ("expired", 7_000_222)] {
        microsoft.rules(&json!({"secret": secret})).await;
        assert_eq!(refusal(&microsoft.refresh(&refresh).await), ("invalid_client".to_owned(), number));
    }
    microsoft.control(Method::DELETE, "rules", None).await;
    assert_eq!(microsoft.refresh(&refresh).await.status, StatusCode::OK, "no grant was harmed");
}

#[tokio::test]
async fn every_reason_refuses_the_refresh_by_its_own_number() {
    for (reason, error, number) in [
        ("removed", "invalid_grant", 65_001),
        ("sessions_revoked", "invalid_grant", 50_173),
        ("idle", "invalid_grant", 700_082),
        ("testing_expired", "interaction_required", 70_043),
        ("admin_policy", "interaction_required", 53_003),
        ("account_disabled", "invalid_grant", 50_057),
        ("interaction_required", "interaction_required", 50_076),
    ] {
        let microsoft = Microsoft::start().await;
        let grant = microsoft.grant(WORK, CONNECT).await;
        microsoft.revoke(WORK, reason).await;
        let refused = microsoft.refresh(&text(&grant, "refresh_token")).await;
        assert_eq!((refused.status, refusal(&refused)), (StatusCode::BAD_REQUEST, (error.to_owned(), number)));
        assert_eq!(refused.json().get("claims").is_some(), reason == "interaction_required");
        let access = text(&grant, "access_token");
        assert_eq!(microsoft.graph("me", &access).await.status, StatusCode::OK, "until it expires");
    }
}

#[tokio::test]
async fn a_persons_own_change_of_password_ends_nothing() {
    let microsoft = Microsoft::start().await;
    let refresh = text(&microsoft.grant(0, CONNECT).await, "refresh_token");
    microsoft.revoke(0, "password_changed").await;
    assert_eq!(microsoft.refresh(&refresh).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_a_policy_forbids_works_again_when_it_is_lifted() {
    let microsoft = Microsoft::start().await;
    let refresh = text(&microsoft.grant(WORK, CONNECT).await, "refresh_token");
    for (reason, number) in [("admin_policy", 53_003), ("account_disabled", 50_057)] {
        microsoft.revoke(WORK, reason).await;
        let hint = [("login_hint", microsoft.address(WORK))];
        let back = microsoft.open(&Microsoft::request("common", CONNECT, &hint)).await.redirected();
        assert_eq!(back["error"], "access_denied");
        assert!(back["error_description"].starts_with(&format!("AADSTS{number}: ")));
        let path = format!("people/{}/revoke", microsoft.address(WORK));
        microsoft.control(Method::DELETE, &path, None).await;
        assert_eq!(microsoft.refresh(&refresh).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_second_factor_is_over_once_the_person_was_on_the_page() {
    let microsoft = Microsoft::start().await;
    let refresh = text(&microsoft.grant(0, CONNECT).await, "refresh_token");
    microsoft.revoke(0, "interaction_required").await;
    let claims = text(&microsoft.refresh(&refresh).await.json(), "claims");
    assert!(serde_json::from_str::<serde_json::Value>(&claims).unwrap()["access_token"].is_object());
    let more = [("login_hint", microsoft.address(0)), ("claims", &claims)];
    let silently = Microsoft::request("common", CONNECT, &[&more[..], &[("prompt", "none")]].concat());
    assert_eq!(microsoft.open(&silently).await.redirected()["error"], "interaction_required");
    let back = microsoft.open(&Microsoft::request("common", CONNECT, &more)).await.redirected();
    assert_eq!(microsoft.redeem(&back["code"], &[]).await.status, StatusCode::OK);
    assert_eq!(microsoft.refresh(&refresh).await.status, StatusCode::OK);
}

#[tokio::test]
async fn removing_the_app_takes_the_consent_back() {
    let microsoft = Microsoft::start().await;
    microsoft.grant(0, CONNECT).await;
    microsoft.revoke(0, "removed").await;
    let page = microsoft.open(&Microsoft::request("common", CONNECT, &[("login_hint", microsoft.address(0))])).await;
    assert!(page.text.contains(">Allow</button>"), "asked anew");
}

#[tokio::test]
async fn some_organisations_want_an_administrators_approval() {
    let microsoft = Microsoft::start().await;
    let older = text(&microsoft.grant(WORK, "openid offline_access Mail.Read").await, "refresh_token");
    microsoft.rules(&json!({"admin_consent": true})).await;
    assert_eq!(microsoft.refresh(&older).await.status, StatusCode::OK, "existing grants keep working");
    let hint = ("login_hint", microsoft.address(WORK));
    let ask = "openid Calendars.Read";
    let page = microsoft.open(&Microsoft::request("common", ask, &[hint])).await;
    assert!(page.text.contains("Need admin approval") && !page.text.contains(">Allow</button>"));
    for decision in ["unapproved", "allow"] {
        let back = microsoft.decide(&page, decision, Some(&["Calendars.Read"])).await.redirected();
        assert_eq!((back["error"].as_str(), back["state"].as_str()), ("consent_required", "the-state"));
        assert!(back["error_description"].starts_with("AADSTS90094: "));
    }
    for scope in ["openid profile email", "openid offline_access User.Read"] {
        let page = microsoft.open(&Microsoft::request("common", scope, &[hint])).await;
        assert!(!page.text.contains("Need admin approval"), "signing in needs none");
    }
    let personal = microsoft.open(&Microsoft::request("common", ask, &[("login_hint", microsoft.address(0))])).await;
    assert!(personal.text.contains(">Allow</button>"), "personal accounts are in no organisation");

    let query =
        "client_id=gatepost-demo&state=s&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fmicrosoft%2Fcallback";
    let page = microsoft.open(&format!("/harbourlight.example/v2.0/adminconsent?{query}")).await;
    let request = page.field("request");
    let form = [("request", request.as_str()), ("decision", "allow")];
    let back = microsoft.post_form(&page.action(), &form).await.redirected();
    assert_eq!((back["admin_consent"].as_str(), back["state"].as_str()), ("True", "s"));
    let after = microsoft.open(&Microsoft::request("common", ask, &[hint])).await.redirected();
    assert!(after.contains_key("code"), "approved for everybody");
}

#[tokio::test]
async fn access_given_for_a_time_says_when_it_ends_and_ends() {
    let microsoft = Microsoft::start().await;
    microsoft.rules(&json!({"refresh_token_expires_in": 86_400})).await;
    let grant = microsoft.grant(0, CONNECT).await;
    assert_eq!(grant["refresh_token_expires_in"], 86_400);
    microsoft.advance(80_000).await;
    let next = microsoft.refresh(&text(&grant, "refresh_token")).await.json();
    assert!((6_300..=6_400).contains(&next["refresh_token_expires_in"].as_i64().unwrap()), "using it adds nothing");
    microsoft.advance(6_400).await;
    assert_eq!(refusal(&microsoft.refresh(&text(&next, "refresh_token")).await).1, 70_043);
}
