//! Microsoft's codes and tokens, who they are for and how they end.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use ring::digest::{SHA256, digest};
use serde_json::json;

use crate::microsoft::{CONNECT, Microsoft, PERSONAL_TENANT, WORK, refusal, text};
use crate::reply::verified;

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-indeed";
const DAY_S: i64 = 86_400;

#[tokio::test]
async fn a_code_works_once() {
    let microsoft = Microsoft::start().await;
    let code = microsoft.code("common", 0, "openid", &[]).await;
    assert_eq!(microsoft.redeem(&code, &[]).await.status, StatusCode::OK);
    let again = microsoft.redeem(&code, &[]).await;
    assert_eq!((again.status, refusal(&again)), (StatusCode::BAD_REQUEST, ("invalid_grant".to_owned(), 54_005)));
}

#[tokio::test]
async fn a_code_is_bound_to_client_redirect_uri_and_verifier_and_dies_after_ten_minutes() {
    let microsoft = Microsoft::start().await;
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    let pkce = [("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")];
    let code = microsoft.code("common", 0, "openid", &pkce).await;
    let wrong: [(&[(&str, &str)], u64); 4] = [
        (&[], 501_481),
        (&[("code_verifier", "another-verifier-of-at-least-forty-three-chars")], 501_481),
        (&[("redirect_uri", "http://localhost:3000/auth/google/callback")], 500_112),
        (&[("client_id", "other"), ("client_secret", "other-secret")], 700_005),
    ];
    for (more, number) in wrong {
        assert_eq!(refusal(&microsoft.redeem(&code, more).await), ("invalid_grant".to_owned(), number));
    }
    assert_eq!(microsoft.redeem(&code, &[("code_verifier", VERIFIER)]).await.status, StatusCode::OK);
    let late = microsoft.code("common", 0, "openid", &[]).await;
    microsoft.advance(601).await;
    assert_eq!(refusal(&microsoft.redeem(&late, &[]).await).1, 70_008);
}

#[tokio::test]
async fn the_id_token_names_tenant_object_and_a_subject_of_this_client_alone() {
    let microsoft = Microsoft::start().await;
    let keys = microsoft.open("/common/discovery/v2.0/keys").await.json();
    for (person, tenant) in [(0, PERSONAL_TENANT), (WORK, "6f1d2c3e-8a47-4b5c-9d10-27e4c0a1b3f5")] {
        let code = microsoft.code("common", person, "openid profile email", &[("nonce", "the-nonce")]).await;
        let grant = microsoft.redeem(&code, &[]).await.json();
        assert!(grant.get("refresh_token").is_none(), "only with offline_access");
        let (_, claims, _) = verified(&text(&grant, "id_token"), &keys);
        assert_eq!(claims["iss"], format!("{}/{tenant}/v2.0", microsoft.running.microsoft_url));
        assert_eq!((claims["tid"].as_str(), claims["ver"].as_str()), (Some(tenant), Some("2.0")));
        assert_eq!((claims["aud"].as_str(), claims["nonce"].as_str()), (Some("gatepost-demo"), Some("the-nonce")));
        assert_eq!(claims["preferred_username"], microsoft.address(person));
        assert!(claims.get("email_verified").is_none() && claims.get("azp").is_none());

        let other = [("client_id", "other"), ("client_secret", "other-secret")];
        let code = microsoft.code("common", person, "openid profile", &other[..1]).await;
        let elsewhere = microsoft.redeem(&code, &other).await.json();
        let (_, elsewhere, _) = verified(&text(&elsewhere, "id_token"), &keys);
        assert_eq!(elsewhere["oid"], claims["oid"]);
        assert_ne!(elsewhere["sub"], claims["sub"], "pairwise");
        assert!(elsewhere.get("email").is_none(), "without the scope");
        let bare = microsoft.grant(person, "openid").await;
        let (_, bare, _) = verified(&text(&bare, "id_token"), &keys);
        assert!(bare.get("oid").is_none() && bare.get("preferred_username").is_none(), "they need `profile`");
    }
}

#[tokio::test]
async fn tokens_have_the_length_of_real_ones_and_say_how_long_they_live() {
    let microsoft = Microsoft::start().await;
    for (person, access, refresh) in [(0, 1_300..1_400, 380..420), (WORK, 1_900..2_400, 1_200..1_400)] {
        let grant = microsoft.grant(person, CONNECT).await;
        assert!(access.contains(&text(&grant, "access_token").len()), "{person}");
        assert!(refresh.contains(&text(&grant, "refresh_token").len()), "{person}");
        assert!((3_600..=5_400).contains(&grant["expires_in"].as_i64().unwrap()));
        assert_eq!(text(&grant, "token_type"), "Bearer");
        microsoft.advance(grant["expires_in"].as_i64().unwrap()).await;
        let expired = microsoft.graph("me", &text(&grant, "access_token")).await;
        assert_eq!(expired.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn personal_accounts_are_told_graphs_scopes_in_full_and_nobody_offline_access() {
    let microsoft = Microsoft::start().await;
    let full = "https://graph.microsoft.com";
    let personal = format!("openid profile email {full}/User.Read {full}/Mail.Read");
    assert_eq!(text(&microsoft.grant(0, CONNECT).await, "scope"), personal);
    assert_eq!(text(&microsoft.grant(WORK, CONNECT).await, "scope"), "openid profile email User.Read Mail.Read");
}

#[tokio::test]
async fn work_accounts_also_get_what_was_consented_to_before() {
    let microsoft = Microsoft::start().await;
    for (person, also) in [(0, false), (WORK, true)] {
        microsoft.grant(person, CONNECT).await;
        let later = microsoft.grant(person, "openid Calendars.Read").await;
        assert_eq!(text(&later, "scope").contains("Mail.Read"), also, "{later}");
    }
}

#[tokio::test]
async fn every_refresh_brings_a_new_token_and_leaves_the_old_one_alive() {
    let microsoft = Microsoft::start().await;
    for person in [0, WORK] {
        let first = text(&microsoft.grant(person, CONNECT).await, "refresh_token");
        let next = microsoft.refresh(&first).await.json();
        assert_ne!(text(&next, "refresh_token"), first);
        assert_eq!(microsoft.graph("me", &text(&next, "access_token")).await.status, StatusCode::OK);
        assert_eq!(microsoft.refresh(&first).await.status, StatusCode::OK, "the old one stays");
        assert_eq!(microsoft.refresh(&text(&next, "refresh_token")).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_refresh_token_lives_ninety_days_from_its_last_use() {
    let microsoft = Microsoft::start().await;
    for (person, number) in [(0, 70_008), (WORK, 700_082)] {
        let first = text(&microsoft.grant(person, CONNECT).await, "refresh_token");
        microsoft.advance(80 * DAY_S).await;
        let second = text(&microsoft.refresh(&first).await.json(), "refresh_token");
        microsoft.advance(80 * DAY_S).await;
        assert_eq!(microsoft.refresh(&first).await.status, StatusCode::OK, "it was used 80 days ago");
        assert_eq!(microsoft.refresh(&second).await.status, StatusCode::OK);
        microsoft.advance(91 * DAY_S).await;
        assert_eq!(refusal(&microsoft.refresh(&second).await), ("invalid_grant".to_owned(), number));
    }
}

#[tokio::test]
async fn a_token_call_is_for_one_resource() {
    let microsoft = Microsoft::start().await;
    let imap = "https://outlook.office.com/IMAP.AccessAsUser.All";
    let scope = format!("offline_access Mail.Read {imap}");
    let code = microsoft.code("common", 0, &scope, &[]).await;
    let both = [("scope", scope.as_str())];
    assert_eq!(refusal(&microsoft.redeem(&code, &both).await), ("invalid_request".to_owned(), 28_000));
    let grant = microsoft.redeem(&code, &[]).await.json();
    assert_eq!(text(&grant, "scope"), "https://graph.microsoft.com/Mail.Read", "the first, without a scope");
    let refresh = text(&grant, "refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str()), ("scope", imap)];
    assert_eq!(text(&microsoft.token(&form).await.json(), "scope"), imap);
    let form = [form[0], form[1], ("scope", "Mail.Send")];
    let refused = microsoft.token(&form).await;
    assert_eq!(refusal(&refused), ("invalid_grant".to_owned(), 65_001));
    assert_eq!(refused.json()["suberror"], "consent_required");
}

#[tokio::test]
async fn a_new_consent_widens_what_an_older_refresh_token_can_fetch() {
    let microsoft = Microsoft::start().await;
    let older = text(&microsoft.grant(0, CONNECT).await, "refresh_token");
    microsoft.grant(0, "openid Mail.Send").await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", older.as_str()), ("scope", "Mail.Send")];
    assert_eq!(microsoft.token(&form).await.status, StatusCode::OK);
}

#[tokio::test]
async fn libraries_that_ask_for_client_info_get_it() {
    let microsoft = Microsoft::start().await;
    let code = microsoft.code("common", WORK, "openid profile", &[]).await;
    let grant = microsoft.redeem(&code, &[("client_info", "1")]).await.json();
    let info = URL_SAFE_NO_PAD.decode(text(&grant, "client_info")).unwrap();
    let info: serde_json::Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(info["utid"], json!("6f1d2c3e-8a47-4b5c-9d10-27e4c0a1b3f5"));
}
