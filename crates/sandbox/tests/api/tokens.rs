//! Codes, tokens, who they are for and how they end.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::StatusCode;
use reqwest::Method;
use ring::digest::{SHA256, digest};
use sandbox::{Client, Config};
use serde_json::{Value, json};

use crate::google::{Google, READONLY, REDIRECT, reason};
use crate::reply::verified;

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-indeed";

async fn code(google: &Google, scope: &str, more: &[(&str, &str)]) -> String {
    let mut all = vec![("login_hint", google.address(0)), ("prompt", "consent")];
    all.extend_from_slice(more);
    let page = google.open(&Google::request(scope, &all)).await;
    google.allow(&page, None).await.redirected().remove("code").unwrap()
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()))
}

#[tokio::test]
async fn a_code_works_once() {
    let google = Google::start(|_| {}).await;
    let code = code(&google, "openid", &[]).await;
    assert_eq!(google.redeem(&code, &[]).await.status, StatusCode::OK);
    let again = google.redeem(&code, &[]).await;
    assert_eq!((again.status, again.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_grant")));
}

#[tokio::test]
async fn a_code_is_bound_to_its_verifier() {
    let google = Google::start(|_| {}).await;
    let challenge = challenge();
    let pkce = [("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")];
    let code = code(&google, "openid", &pkce).await;
    for wrong in [&[][..], &[("code_verifier", "another-verifier-of-at-least-forty-three-chars")]] {
        let refused = google.redeem(&code, wrong).await;
        assert_eq!(
            (refused.status, refused.json()["error"].as_str()),
            (StatusCode::BAD_REQUEST, Some("invalid_grant"))
        );
    }
    assert_eq!(google.redeem(&code, &[("code_verifier", VERIFIER)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_is_bound_to_its_client_and_redirect_uri_and_dies_after_ten_minutes() {
    let google = Google::start(|config: &mut Config| {
        config.clients.push(Client {
            id: "other".into(),
            secret: "other-secret".into(),
            redirect_uri: REDIRECT.into(),
        });
    })
    .await;
    let code = code(&google, "openid", &[]).await;
    let form = |client: &'static str, secret: &'static str, uri: &'static str| {
        [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("client_id", client),
            ("client_secret", secret),
            ("redirect_uri", uri),
        ]
    };
    for (client, secret, uri) in
        [("other", "other-secret", REDIRECT), ("gatepost-demo", "gatepost-demo-secret", "http://localhost:3000/")]
    {
        let refused = google.post_form("/token", &form(client, secret, uri)).await;
        assert_eq!(refused.json()["error"], "invalid_grant");
    }
    google.control(Method::POST, "clock", Some(&json!({"advance_s": 601}))).await;
    assert_eq!(google.redeem(&code, &[]).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_wrong_secret_is_the_operators_problem() {
    let google = Google::start(|_| {}).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "gatepost-demo")];
    let missing = google.post_form("/token", &form).await;
    assert_eq!((missing.status, missing.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_request")));
    let wrong = google.post_form("/token", &[&form[..], &[("client_secret", "wrong")]].concat()).await;
    assert_eq!((wrong.status, wrong.json()["error"].as_str()), (StatusCode::UNAUTHORIZED, Some("invalid_client")));
    let basic = format!("Basic {}", STANDARD.encode("gatepost-demo:gatepost-demo-secret"));
    let request = google.http.post(google.url("/token")).header("authorization", basic).form(&form[..2]);
    let body: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(body["error"], "invalid_grant", "the client was accepted by its header");
}

#[tokio::test]
async fn tokens_have_the_length_of_real_ones_and_the_scopes_their_long_names() {
    let google = Google::start(|_| {}).await;
    let grant = google.grant(0, &format!("openid email profile {READONLY}")).await;
    let text = |name: &str| grant[name].as_str().unwrap().to_owned();
    assert!(text("access_token").starts_with("ya29.") && (220..=250).contains(&text("access_token").len()));
    assert!(text("refresh_token").starts_with("1//0") && (100..=106).contains(&text("refresh_token").len()));
    assert_eq!((grant["expires_in"].as_i64(), text("token_type").as_str()), (Some(3599), "Bearer"));
    assert!(text("scope").contains("userinfo.email") && text("scope").contains("userinfo.profile"));
}

#[tokio::test]
async fn a_refresh_token_comes_with_the_first_offline_consent_or_when_forced() {
    let google = Google::start(|_| {}).await;
    let hint = ("login_hint", google.address(0));
    let online = google.open(&Google::request("openid", &[hint])).await;
    let code = google.allow(&online, None).await.redirected().remove("code").unwrap();
    assert!(google.redeem(&code, &[]).await.json().get("refresh_token").is_none(), "online");
    let offline = [hint, ("access_type", "offline")];
    for expected in [true, false] {
        let code = google.open(&Google::request("openid", &offline)).await.redirected().remove("code").unwrap();
        assert_eq!(google.redeem(&code, &[]).await.json().get("refresh_token").is_some(), expected);
    }
    assert!(google.grant(0, "openid").await.get("refresh_token").is_some(), "prompt=consent");
}

#[tokio::test]
async fn the_id_token_is_signed_by_a_published_key_and_names_the_person() {
    let google = Google::start(|_| {}).await;
    let code = code(&google, "openid email profile", &[("nonce", "the-nonce")]).await;
    let grant = google.redeem(&code, &[]).await.json();
    let token = grant["id_token"].as_str().unwrap();
    let keys = google.open("/oauth2/v3/certs").await.json();
    let (header, claims, _) = verified(token, &keys);
    assert_eq!((header["alg"].as_str(), &header["kid"]), (Some("RS256"), &keys["keys"][0]["kid"]));
    assert_eq!(claims["iss"], google.running.google_url);
    assert_eq!((claims["aud"].as_str(), claims["azp"].as_str()), (Some("gatepost-demo"), Some("gatepost-demo")));
    assert_eq!((claims["email"].as_str(), claims["email_verified"].as_bool()), (Some(google.address(0)), Some(true)));
    assert_eq!(claims["nonce"], "the-nonce");
    assert_eq!(claims["sub"].as_str().unwrap().len(), 21);
    assert!(claims.get("hd").is_none());
    let access = grant["access_token"].as_str().unwrap();
    let userinfo = google.call(Method::GET, "/v1/userinfo", access, None).await.json();
    assert_eq!(userinfo["sub"], claims["sub"]);
    assert_eq!(google.open(&format!("/tokeninfo?id_token={token}")).await.json()["sub"], claims["sub"]);
    assert_eq!(google.open(&format!("/tokeninfo?access_token={access}")).await.json()["aud"], "gatepost-demo");
}

#[tokio::test]
async fn discovery_names_endpoints_of_this_origin() {
    let google = Google::start(|_| {}).await;
    let found = google.open("/.well-known/openid-configuration").await.json();
    assert_eq!(found["issuer"], google.running.google_url);
    for name in ["authorization_endpoint", "token_endpoint", "revocation_endpoint", "userinfo_endpoint", "jwks_uri"] {
        assert!(found[name].as_str().unwrap().starts_with(&google.running.google_url), "{name}");
    }
    assert_eq!(found["code_challenge_methods_supported"], json!(["plain", "S256"]));
    assert!(found.get("authorization_response_iss_parameter_supported").is_none());
}

#[tokio::test]
async fn an_access_token_expires_and_a_refresh_brings_another_but_no_new_refresh_token() {
    let google = Google::start(|_| {}).await;
    let grant = google.grant(0, READONLY).await;
    let (access, refresh) = (grant["access_token"].as_str().unwrap(), grant["refresh_token"].as_str().unwrap());
    assert_eq!(google.get("profile", access).await.status, StatusCode::OK);
    google.control(Method::POST, "clock", Some(&json!({"advance_s": 3600}))).await;
    let expired = google.get("profile", access).await;
    assert_eq!((expired.status, reason(&expired).as_str()), (StatusCode::UNAUTHORIZED, "authError"));
    let next = google.refresh(refresh).await.json();
    assert!(next.get("refresh_token").is_none());
    assert_eq!(google.get("profile", next["access_token"].as_str().unwrap()).await.status, StatusCode::OK);
    assert_eq!(google.refresh(refresh).await.status, StatusCode::OK, "the old one stays");
}

#[tokio::test]
async fn revoking_one_token_ends_everything_the_person_gave_the_project() {
    let google = Google::start(|_| {}).await;
    let (mail, sign_in) = (google.grant(0, READONLY).await, google.grant(0, "openid").await);
    let other = google.grant(1, READONLY).await;
    let token = |grant: &Value, name: &str| grant[name].as_str().unwrap().to_owned();
    let revoked = google.post_form("/revoke", &[("token", &token(&sign_in, "access_token"))]).await;
    assert_eq!(revoked.status, StatusCode::OK);
    assert_eq!(google.get("profile", &token(&mail, "access_token")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(google.refresh(&token(&mail, "refresh_token")).await.json()["error"], "invalid_grant");
    assert_eq!(google.get("profile", &token(&other, "access_token")).await.status, StatusCode::OK);
    let again = google.post_form("/revoke", &[("token", &token(&mail, "refresh_token"))]).await;
    assert_eq!((again.status, again.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_token")));
    let page = google.open(&Google::request("openid", &[("login_hint", google.address(0))])).await;
    assert_eq!(page.status, StatusCode::OK, "consent is asked anew");
}

#[tokio::test]
async fn every_reason_ends_a_mail_grant_and_only_some_end_signing_in() {
    for (why, ends_sign_in) in [
        ("removed", true),
        ("password_changed", false),
        ("idle", false),
        ("testing_expired", false),
        ("admin_policy", false),
    ] {
        let google = Google::start(|_| {}).await;
        let (mail, sign_in) = (google.grant(0, READONLY).await, google.grant(0, "openid").await);
        let path = format!("people/{}/revoke", google.address(0));
        let done = google.control(Method::POST, &path, Some(&json!({"reason": why}))).await;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{why}");
        let refused = google.refresh(mail["refresh_token"].as_str().unwrap()).await;
        assert_eq!(
            (refused.status, refused.json()["error"].as_str()),
            (StatusCode::BAD_REQUEST, Some("invalid_grant"))
        );
        assert_eq!(
            google.get("profile", mail["access_token"].as_str().unwrap()).await.status,
            StatusCode::UNAUTHORIZED
        );
        if why != "admin_policy" {
            let kept = google.refresh(sign_in["refresh_token"].as_str().unwrap()).await.status == StatusCode::OK;
            assert_eq!(kept, !ends_sign_in, "{why}");
        }
    }
}

#[tokio::test]
async fn an_administrators_policy_is_shown_on_googles_page_until_it_is_lifted() {
    let google = Google::start(|_| {}).await;
    let path = format!("people/{}/revoke", google.address(0));
    google.control(Method::POST, &path, Some(&json!({"reason": "admin_policy"}))).await;
    let request = Google::request(READONLY, &[("login_hint", google.address(0))]);
    assert!(google.open(&request).await.text.contains("admin_policy_enforced"));
    google.control(Method::DELETE, &path, None).await;
    assert_eq!(google.open(&request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn scopes_are_enforced_on_every_call() {
    let google = Google::start(|_| {}).await;
    let none = google.call(Method::GET, "/gmail/v1/users/me/profile", "ya29.nonsense", None).await;
    assert_eq!((none.status, reason(&none).as_str()), (StatusCode::UNAUTHORIZED, "authError"));
    let readonly = google.token(READONLY).await;
    let id = google.truth(0).await[0]["id"].as_str().unwrap().to_owned();
    let change = json!({"addLabelIds": ["STARRED"]});
    for (path, body) in [
        (format!("messages/{id}/modify"), &change),
        (format!("messages/{id}/trash"), &change),
        ("messages/send".to_owned(), &json!({"raw": "aGk="})),
        ("labels".to_owned(), &json!({"name": "x"})),
        ("drafts".to_owned(), &json!({"message": {"raw": "aGk="}})),
    ] {
        let refused = google.post(&path, &readonly, body).await;
        assert_eq!(
            (refused.status, reason(&refused).as_str()),
            (StatusCode::FORBIDDEN, "insufficientPermissions"),
            "{path}"
        );
        let error = &refused.json()["error"];
        assert_eq!(error["status"], "PERMISSION_DENIED");
        assert_eq!(error["details"][0]["reason"], "ACCESS_TOKEN_SCOPE_INSUFFICIENT");
    }
    let modify = google.token("https://www.googleapis.com/auth/gmail.modify").await;
    let delete = google.call(Method::DELETE, &format!("/gmail/v1/users/me/messages/{id}"), &modify, None).await;
    assert_eq!(delete.status, StatusCode::FORBIDDEN, "deleting for good needs the whole mailbox");
    let metadata = google.token("https://www.googleapis.com/auth/gmail.metadata").await;
    assert_eq!(google.get(&format!("messages/{id}"), &metadata).await.status, StatusCode::FORBIDDEN);
    assert_eq!(google.get(&format!("messages/{id}?format=metadata"), &metadata).await.status, StatusCode::OK);
    assert_eq!(google.get("messages?q=x", &metadata).await.status, StatusCode::FORBIDDEN);
    let other = format!("/gmail/v1/users/{}/profile", google.address(1));
    assert_eq!(google.call(Method::GET, &other, &readonly, None).await.status, StatusCode::FORBIDDEN);
    let own = format!("/gmail/v1/users/{}/profile", google.address(0));
    assert_eq!(google.call(Method::GET, &own, &readonly, None).await.status, StatusCode::OK);
}
