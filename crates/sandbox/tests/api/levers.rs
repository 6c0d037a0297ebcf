//! The levers that move access at the pretend Google.

use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::google::{Google, MAIL, READONLY};
use crate::reply::{Reply, verified};

const DAY_S: i64 = 86_400;

fn text(grant: &Value, name: &str) -> String {
    grant[name].as_str().unwrap_or_else(|| panic!("no {name} in {grant}")).to_owned()
}

async fn revoke(google: &Google, reason: &str) -> Reply {
    google
        .control(Method::POST, &format!("people/{}/revoke", google.address(0)), Some(&json!({"reason": reason})))
        .await
}

#[tokio::test]
async fn google_says_invalid_grant_whatever_the_reason_and_sometimes_a_subtype() {
    for (reason, subtype) in [
        ("removed", None),
        ("password_changed", None),
        ("idle", None),
        ("testing_expired", None),
        ("admin_policy", Some("admin_policy_enforced")),
        ("sessions_revoked", Some("invalid_rapt")),
        ("account_disabled", None),
    ] {
        let google = Google::start(|config| config.messages = 20).await;
        let refresh = text(&google.grant(0, READONLY).await, "refresh_token");
        assert_eq!(revoke(&google, reason).await.status, StatusCode::NO_CONTENT);
        let body = google.refresh(&refresh).await.json();
        assert_eq!((body["error"].as_str(), body["error_subtype"].as_str()), (Some("invalid_grant"), subtype));
    }
    let google = Google::start(|config| config.messages = 20).await;
    assert_eq!(revoke(&google, "interaction_required").await.status, StatusCode::BAD_REQUEST, "Google knows no such");
}

#[tokio::test]
async fn what_is_done_at_one_provider_is_not_done_at_the_other() {
    let google = Google::start(|config| config.messages = 20).await;
    let refresh = text(&google.grant(0, READONLY).await, "refresh_token");
    let path = format!("{}/_sandbox/people/{}/revoke", google.running.microsoft_url, google.address(0));
    let done = google.http.post(path).json(&json!({"reason": "removed"})).send().await.unwrap();
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    let rules = format!("{}/_sandbox/rules", google.running.microsoft_url);
    google.http.put(rules).json(&json!({"secret": "wrong"})).send().await.unwrap();
    assert_eq!(google.refresh(&refresh).await.status, StatusCode::OK);
}

#[tokio::test]
async fn in_testing_a_refresh_token_says_that_it_lives_seven_days_and_does() {
    let google = Google::start(|config| config.messages = 20).await;
    google.control(Method::PUT, "rules", Some(&json!({"refresh_token_expires_in": 7 * DAY_S}))).await;
    let grant = google.grant(0, READONLY).await;
    assert!((604_790..=604_800).contains(&grant["refresh_token_expires_in"].as_i64().unwrap()));
    let sign_in = google.grant(0, "openid email").await;
    assert!(sign_in.get("refresh_token_expires_in").is_none(), "signing in is exempt");
    google.control(Method::POST, "clock", Some(&json!({"advance_s": 6 * DAY_S}))).await;
    let next = google.refresh(&text(&grant, "refresh_token")).await.json();
    assert!(next["refresh_token_expires_in"].as_i64().unwrap() <= DAY_S);
    google.control(Method::POST, "clock", Some(&json!({"advance_s": DAY_S}))).await;
    assert_eq!(google.refresh(&text(&grant, "refresh_token")).await.json()["error"], "invalid_grant");
    assert_eq!(google.refresh(&text(&sign_in, "refresh_token")).await.status, StatusCode::OK);
    let unknown = google.control(Method::PUT, "rules", Some(&json!({"weather": "fine"}))).await;
    assert!(unknown.status.is_client_error(), "a misspelt rule is no rule");
}

#[tokio::test]
async fn half_a_year_unused_is_too_long_and_a_refresh_is_a_use() {
    let google = Google::start(|config| config.messages = 20).await;
    let (kept, slept) = (google.grant(0, READONLY).await, google.grant(0, READONLY).await);
    let pass = async |days: i64| {
        google.control(Method::POST, "clock", Some(&json!({"advance_s": days * DAY_S}))).await;
    };
    pass(120).await;
    assert_eq!(google.refresh(&text(&kept, "refresh_token")).await.status, StatusCode::OK);
    pass(120).await;
    assert_eq!(google.refresh(&text(&kept, "refresh_token")).await.status, StatusCode::OK);
    assert_eq!(google.refresh(&text(&slept, "refresh_token")).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_secret_that_is_wrong_or_past_its_date_harms_no_grant() {
    let google = Google::start(|config| config.messages = 20).await;
    let refresh = text(&google.grant(0, READONLY).await, "refresh_token");
    for secret in ["wrong", "expired"] {
        google.control(Method::PUT, "rules", Some(&json!({"secret": secret}))).await;
        let refused = google.refresh(&refresh).await;
        assert_eq!(
            (refused.status, refused.json()["error"].as_str()),
            (StatusCode::UNAUTHORIZED, Some("invalid_client"))
        );
    }
    google.control(Method::DELETE, "rules", None).await;
    assert_eq!(google.refresh(&refresh).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_signing_key_comes_beside_the_old_one() {
    let google = Google::start(|config| config.messages = 20).await;
    let older = text(&google.grant(0, "openid").await, "id_token");
    google.control(Method::POST, "keys/rotate", Some(&json!({}))).await;
    let newer = text(&google.grant(0, "openid").await, "id_token");
    let keys = google.open("/oauth2/v3/certs").await.json();
    assert_ne!(verified(&older, &keys).0["kid"], verified(&newer, &keys).0["kid"]);
    google.control(Method::POST, "keys/rotate", Some(&json!({"forget": true}))).await;
    let keys = google.open("/oauth2/v3/certs").await.json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1, "and the old ones can be forgotten at once");
}

#[tokio::test]
async fn the_code_client_gets_a_code_for_the_origin_of_its_page_or_for_postmessage() {
    let google = Google::start(|config| config.messages = 20).await;
    let path = format!("people/{}/code", google.address(0));
    for redirect_uri in ["http://localhost:3000", "postmessage"] {
        let order =
            json!({"client_id": "gatepost-demo", "scope": format!("openid {MAIL}"), "redirect_uri": redirect_uri});
        let code = text(&google.control(Method::POST, &path, Some(&order)).await.json(), "code");
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("client_id", "gatepost-demo"),
            ("client_secret", "gatepost-demo-secret"),
            ("redirect_uri", "http://localhost:3001"),
        ];
        assert_eq!(google.post_form("/token", &form).await.json()["error"], "invalid_grant", "of another page");
        let grant = google.post_form("/token", &[&form[..4], &[("redirect_uri", redirect_uri)]].concat()).await.json();
        assert_eq!(google.get("profile", &text(&grant, "access_token")).await.status, StatusCode::OK);
        assert!(grant["refresh_token"].is_string());
    }
    let nobody = json!({"client_id": "nobody", "scope": "openid", "redirect_uri": "postmessage"});
    assert_eq!(google.control(Method::POST, &path, Some(&nobody)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_people_of_an_organisation_have_its_domain_in_their_id_token() {
    let google = Google::start(|config| config.messages = 20).await;
    let keys = google.open("/oauth2/v3/certs").await.json();
    for (person, domain) in [(0, None), (2, Some("harbourlight.example"))] {
        let token = text(&google.grant(person, "openid email profile").await, "id_token");
        let (_, claims, _) = verified(&token, &keys);
        assert_eq!((claims["hd"].as_str(), claims["email_verified"].as_bool()), (domain, Some(true)));
    }
}

#[tokio::test]
async fn signing_in_takes_one_page_without_boxes_and_brings_no_refresh_token() {
    let google = Google::start(|config| config.messages = 20).await;
    let more = [("access_type", "online"), ("prompt", "select_account")];
    let page = google.open(&Google::request("openid email profile", &more)).await;
    let page = google.choose(&page, 0).await;
    assert!(page.fields("scope").is_empty() && page.text.contains(">Allow</button>"));
    let code = google.allow(&page, None).await.redirected().remove("code").unwrap();
    let grant = google.redeem(&code, &[]).await.json();
    assert!(grant["id_token"].is_string() && grant.get("refresh_token").is_none());
}

#[tokio::test]
async fn refreshes_can_be_counted_in_the_log() {
    let google = Google::start(|config| config.messages = 20).await;
    let refresh = text(&google.grant(0, READONLY).await, "refresh_token");
    google.refresh(&refresh).await;
    let log = google.control(Method::GET, "requests", None).await;
    assert!(!log.text.contains(&refresh));
    let lines = log.json();
    let of = |grant: &str| lines.as_array().unwrap().iter().filter(|line| line["grant"] == grant).count();
    assert_eq!((of("authorization_code"), of("refresh_token")), (1, 1));
    assert!(lines.as_array().unwrap().iter().all(|line| line["provider"] == "google"));
}
