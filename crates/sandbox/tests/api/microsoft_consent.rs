//! Microsoft's documents and login pages.

use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::microsoft::{CONNECT, Microsoft, PERSONAL_TENANT, REDIRECT, WORK, refusal};
use crate::reply::{Reply, verified};

#[tokio::test]
async fn discovery_says_what_each_tenant_says_and_no_more() {
    let microsoft = Microsoft::start().await;
    let origin = microsoft.running.microsoft_url.clone();
    for (tenant, issuer) in [
        ("common", "{tenantid}"),
        ("organizations", "{tenantid}"),
        ("consumers", PERSONAL_TENANT),
        (PERSONAL_TENANT, PERSONAL_TENANT),
        ("6f1d2c3e-8a47-4b5c-9d10-27e4c0a1b3f5", "6f1d2c3e-8a47-4b5c-9d10-27e4c0a1b3f5"),
        ("harbourlight.example", "6f1d2c3e-8a47-4b5c-9d10-27e4c0a1b3f5"),
    ] {
        let found = microsoft.open(&format!("/{tenant}/v2.0/.well-known/openid-configuration")).await.json();
        assert_eq!(found["issuer"], format!("{origin}/{issuer}/v2.0"), "{tenant}");
        assert_eq!(found["token_endpoint"], format!("{origin}/{tenant}/oauth2/v2.0/token"));
        assert_eq!(found["subject_types_supported"], json!(["pairwise"]));
        for absent in ["revocation_endpoint", "code_challenge_methods_supported"] {
            assert!(found.get(absent).is_none(), "{absent}");
        }
        assert!(!found["claims_supported"].to_string().contains("email_verified"));
    }
    let unknown = microsoft.open("/nowhere.example/v2.0/.well-known/openid-configuration").await;
    assert_eq!(refusal(&unknown), ("invalid_tenant".to_owned(), 90_002));
}

#[tokio::test]
async fn a_person_picks_an_account_allows_and_comes_back_with_a_code() {
    let microsoft = Microsoft::start().await;
    let page = microsoft.open(&Microsoft::request("common", CONNECT, &[])).await;
    assert_eq!(page.status, StatusCode::OK);
    for address in &microsoft.running.addresses {
        assert!(page.text.contains(&format!(">{address}</button>")), "one button per person, named by the address");
    }
    let page = microsoft.choose(&page, 0).await;
    assert_eq!(page.fields("scope"), ["offline_access", "User.Read", "Mail.Read"], "sign-in scopes have no box");
    assert!(page.text.contains(">Allow</button>") && page.text.contains(">Deny</button>"));
    assert!(!page.text.contains("<script"));
    let back = microsoft.decide(&page, "allow", None).await.redirected();
    assert_eq!(back["state"], "the-state");
    assert!(back["code"].len() > 40);
    assert!(!back.contains_key("iss") && !back.contains_key("scope"));
}

#[tokio::test]
async fn signing_in_alone_shows_no_boxes() {
    let microsoft = Microsoft::start().await;
    let page = microsoft.open(&Microsoft::request("common", "openid profile email", &[])).await;
    let page = microsoft.choose(&page, WORK).await;
    assert!(page.fields("scope").is_empty() && page.text.contains(">Allow</button>"));
    assert!(microsoft.decide(&page, "allow", None).await.redirected().contains_key("code"));
}

#[tokio::test]
async fn both_providers_know_the_same_people() {
    let microsoft = Microsoft::start().await;
    let google = format!("{}/_sandbox/people", microsoft.running.google_url);
    let google: Value = microsoft.http.get(google).send().await.unwrap().json().await.unwrap();
    let people = microsoft.control(Method::GET, "people", None).await.json();
    assert_eq!(people, google);
    let path = format!("mailboxes/{}/ids", microsoft.address(0));
    let mail = microsoft.control(Method::GET, &path, None).await.json();
    let other = format!("{}/_sandbox/{path}", microsoft.running.google_url);
    let other: Value = microsoft.http.get(other).send().await.unwrap().json().await.unwrap();
    assert_eq!(mail.as_array().unwrap().len(), other.as_array().unwrap().len());
    assert_ne!(mail[0]["id"], other[0]["id"], "but each has mails of its own");
}

#[tokio::test]
async fn every_page_cuts_off_its_opener() {
    let microsoft = Microsoft::start().await;
    let chooser = microsoft.open(&Microsoft::request("common", CONNECT, &[])).await;
    let consent = microsoft.choose(&chooser, 0).await;
    let back = microsoft.decide(&consent, "allow", None).await;
    let error = microsoft.open("/common/oauth2/v2.0/authorize").await;
    let nothing = microsoft.open("/common/oauth2/v2.0/nothing").await;
    for page in [chooser, consent, back, error, nothing] {
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{}", page.text);
    }
}

#[tokio::test]
async fn the_answer_takes_the_way_that_was_asked_for() {
    let microsoft = Microsoft::start().await;
    let open = async |mode: &str| {
        let more = [("response_mode", mode), ("login_hint", microsoft.address(0)), ("prompt", "consent")];
        let page = microsoft.open(&Microsoft::request("common", "openid", &more)).await;
        microsoft.decide(&page, "allow", None).await
    };
    assert!(open("query").await.redirected().contains_key("code"));
    let fragment = open("fragment").await.location();
    assert!(fragment.query().is_none() && fragment.fragment().unwrap().starts_with("code="));
    let form: Reply = open("form_post").await;
    assert_eq!((form.status, form.action().as_str()), (StatusCode::OK, REDIRECT));
    assert!(form.field("code").len() > 40 && form.field("state") == "the-state");
}

#[tokio::test]
async fn a_person_who_denies_comes_back_with_the_reason_and_the_state() {
    let microsoft = Microsoft::start().await;
    let page = microsoft.open(&Microsoft::request("common", CONNECT, &[("login_hint", microsoft.address(0))])).await;
    let back = microsoft.decide(&page, "deny", None).await.redirected();
    assert_eq!((back["error"].as_str(), back["state"].as_str()), ("access_denied", "the-state"));
    assert!(back["error_description"].starts_with("AADSTS65004: "));
}

#[tokio::test]
async fn an_unticked_scope_is_not_listed_in_the_answer() {
    let microsoft = Microsoft::start().await;
    for person in [0, WORK] {
        microsoft.grant(person, CONNECT).await;
        let more = [("login_hint", microsoft.address(person)), ("prompt", "consent")];
        let page = microsoft.open(&Microsoft::request("common", CONNECT, &more)).await;
        let back = microsoft.decide(&page, "allow", Some(&["offline_access", "User.Read"])).await.redirected();
        let grant = microsoft.redeem(&back["code"], &[]).await.json();
        assert!(grant["scope"].as_str().unwrap().contains("User.Read"));
        assert!(!grant["scope"].as_str().unwrap().contains("Mail.Read"), "also when it was consented to before");
    }
}

#[tokio::test]
async fn who_consented_before_is_not_asked_again_unless_the_app_insists() {
    let microsoft = Microsoft::start().await;
    microsoft.grant(0, CONNECT).await;
    let hint = ("login_hint", microsoft.address(0));
    let open = async |scope: &str, more: &[(&str, &str)]| {
        microsoft.open(&Microsoft::request("common", scope, &[&[hint], more].concat())).await
    };
    assert!(open(CONNECT, &[]).await.redirected().contains_key("code"));
    assert_eq!(open("openid Mail.Send", &[]).await.fields("scope"), ["Mail.Send"], "a new scope asks");
    assert_eq!(open(CONNECT, &[("prompt", "consent")]).await.status, StatusCode::OK);
    for prompt in ["select_account", "login"] {
        let chooser = open(CONNECT, &[("prompt", prompt)]).await;
        assert!(chooser.text.contains("Pick an account"), "{prompt}");
        assert!(microsoft.choose(&chooser, 0).await.redirected().contains_key("code"));
    }
    let other = open(CONNECT, &[("client_id", "other")]).await;
    assert_eq!(other.status, StatusCode::OK, "consent is given to one client");
}

#[tokio::test]
async fn prompt_none_answers_without_a_page() {
    let microsoft = Microsoft::start().await;
    let hint = ("login_hint", microsoft.address(0));
    let open = async |more: &[(&str, &str)]| {
        let more = [&[("prompt", "none")], more].concat();
        microsoft.open(&Microsoft::request("common", "openid", &more)).await.redirected()
    };
    assert_eq!(open(&[]).await["error"], "login_required");
    assert_eq!(open(&[hint]).await["error"], "consent_required");
    microsoft.grant(0, "openid").await;
    assert!(open(&[hint]).await.contains_key("code"));
}

#[tokio::test]
async fn a_domain_hint_leaves_out_other_accounts() {
    let microsoft = Microsoft::start().await;
    for (hint, shown) in [("consumers", [0, 1].as_slice()), ("organizations", &[2]), ("harbourlight.example", &[2])] {
        let page = microsoft.open(&Microsoft::request("common", "openid", &[("domain_hint", hint)])).await;
        let expected: Vec<String> = shown.iter().map(|number| microsoft.address(*number).to_owned()).collect();
        assert_eq!(page.fields("account"), expected, "{hint}");
    }
}

#[tokio::test]
async fn keys_name_the_issuer_they_sign_for_and_rotate() {
    let microsoft = Microsoft::start().await;
    let origin = microsoft.running.microsoft_url.clone();
    for (person, tenant) in [(0, PERSONAL_TENANT), (WORK, "{tenantid}")] {
        let keys = microsoft.open("/common/discovery/v2.0/keys").await.json();
        let token = microsoft.grant(person, "openid profile").await["id_token"].as_str().unwrap().to_owned();
        let (header, claims, entry) = verified(&token, &keys);
        assert_eq!(header["alg"], "RS256");
        assert_eq!(entry["issuer"], format!("{origin}/{tenant}/v2.0"));
        assert!(claims["iss"].as_str().unwrap().starts_with(&origin));

        microsoft.control(Method::POST, "keys/rotate", None).await;
        let rotated = microsoft.open("/common/discovery/v2.0/keys").await.json();
        assert_eq!(verified(&token, &rotated).0, header, "the old key is still there");
        let newer = microsoft.grant(person, "openid").await["id_token"].as_str().unwrap().to_owned();
        assert_ne!(verified(&newer, &rotated).0["kid"], header["kid"]);
        microsoft.control(Method::POST, "keys/rotate", Some(&json!({"forget": true}))).await;
        let only = microsoft.open("/common/discovery/v2.0/keys").await.json();
        assert_eq!(only["keys"].as_array().unwrap().len(), 2, "one for each kind of account");
    }
}
