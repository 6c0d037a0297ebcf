//! Microsoft Graph: who the person is, and how it refuses.

use http::StatusCode;
use serde_json::json;

use crate::microsoft::{CONNECT, Microsoft, WORK, text};

#[tokio::test]
async fn me_is_the_person_of_the_token() {
    let microsoft = Microsoft::start().await;
    for (person, length) in [(0, 16), (WORK, 36)] {
        let token = text(&microsoft.grant(person, CONNECT).await, "access_token");
        let me = microsoft.graph("me", &token).await;
        assert_eq!(me.status, StatusCode::OK);
        let me = me.json();
        assert_eq!((&me["mail"], &me["userPrincipalName"]), (&json!(microsoft.address(person)), &me["mail"]));
        assert_eq!(me["id"].as_str().unwrap().len(), length);
        assert!(me["displayName"].as_str().unwrap().contains(' '));
        let some = microsoft.graph("me?$select=id,mail", &token).await.json();
        let names: Vec<&String> = some.as_object().unwrap().keys().collect();
        assert_eq!(names, ["@odata.context", "id", "mail"]);
        assert_eq!(microsoft.graph("me?$select=id,shoeSize", &token).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn graph_refuses_with_its_own_error_body() {
    let microsoft = Microsoft::start().await;
    let without = text(&microsoft.grant(0, "openid Mail.Read").await, "access_token");
    for (token, status, code) in [
        ("EwBnonsense", StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"),
        (without.as_str(), StatusCode::FORBIDDEN, "ErrorAccessDenied"),
    ] {
        let refused = microsoft.graph("me", token).await;
        assert_eq!((refused.status, refused.json()["error"]["code"].as_str()), (status, Some(code)));
        let error = &refused.json()["error"];
        assert!(error["message"].is_string() && error["innerError"]["date"].is_string());
        assert_eq!(error["innerError"]["request-id"], refused.header("request-id"));
        assert_eq!(refused.header("www-authenticate").is_empty(), status != StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_token_of_google_is_nothing_to_graph() {
    let microsoft = Microsoft::start().await;
    let token = text(&microsoft.grant(0, CONNECT).await, "access_token");
    let google = format!("{}/v1/userinfo", microsoft.running.google_url);
    let refused = microsoft.http.get(google).bearer_auth(&token).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn userinfo_says_what_the_id_token_says() {
    let microsoft = Microsoft::start().await;
    let token = text(&microsoft.grant(0, "openid email").await, "access_token");
    let info = microsoft.http.get(microsoft.url("/oidc/userinfo")).bearer_auth(&token).send().await.unwrap();
    let info: serde_json::Value = info.json().await.unwrap();
    assert_eq!(info["email"], microsoft.address(0));
    assert!(info["sub"].is_string() && info.get("email_verified").is_none());
}
