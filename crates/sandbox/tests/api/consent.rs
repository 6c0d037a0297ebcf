//! The authorization endpoint and its pages.

use http::StatusCode;
use sandbox::{Client, Coop};

use crate::google::{Google, MAIL, READONLY, REDIRECT};

#[tokio::test]
async fn a_person_chooses_an_account_allows_and_comes_back_with_a_code() {
    let google = Google::start(|_| {}).await;
    let page = google.open(&Google::request(&format!("openid email {READONLY}"), &[])).await;
    assert_eq!(page.status, StatusCode::OK);
    for address in &google.running.addresses {
        assert!(page.text.contains(&format!(">{address}</button>")), "one button per person, named by the address");
    }
    let page = google.choose(&page, 1).await;
    assert_eq!(page.fields("scope"), [READONLY], "sign-in scopes have no box");
    assert!(page.text.contains(">Allow</button>") && page.text.contains(">Deny</button>"));
    let back = google.allow(&page, None).await.redirected();
    assert_eq!(back["state"], "the-state");
    assert!(back["code"].starts_with("4/0A") && back["code"].len() > 70);
    assert!(!page.text.contains("<script"));
}

#[tokio::test]
async fn a_person_who_denies_comes_back_with_the_reason_and_the_state() {
    let google = Google::start(|_| {}).await;
    let page = google.open(&Google::request(READONLY, &[("login_hint", google.address(0))])).await;
    let (request, account) = (page.field("request"), page.field("account"));
    let form = [("request", request.as_str()), ("account", account.as_str()), ("decision", "deny")];
    let back = google.post_form("/o/oauth2/v2/auth/decision", &form).await.redirected();
    assert_eq!((back["error"].as_str(), back["state"].as_str()), ("access_denied", "the-state"));
    assert!(!back.contains_key("code"));
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_shown_and_never_redirected() {
    let google = Google::start(|_| {}).await;
    let wrong = [
        ("redirect_uri_mismatch", Google::request("openid", &[]).replace("%2Fcallback", "%2Fcallback%2F")),
        ("invalid_client", Google::request("openid", &[]).replace("gatepost-demo", "nobody")),
        ("invalid_scope", Google::request("openid https://www.googleapis.com/auth/nothing", &[])),
        ("invalid_request", Google::request("openid", &[("prompt", "none consent")])),
        ("invalid_request", Google::request("openid", &[("access_type", "sometimes")])),
        (
            "invalid_request",
            Google::request("openid", &[("code_challenge", "short"), ("code_challenge_method", "S256")]),
        ),
        ("invalid_request", "/o/oauth2/v2/auth".to_owned()),
    ];
    for (name, path) in wrong {
        let page = google.open(&path).await;
        assert!(page.status.is_client_error(), "{name}: {}", page.status);
        assert!(page.text.contains(name), "{name} in {}", page.text);
        assert_eq!(page.header("location"), "");
    }
}

#[tokio::test]
async fn text_from_outside_is_escaped_on_the_pages() {
    let google = Google::start(|_| {}).await;
    let page = google.open(&Google::request("openid", &[("nonce", "\"><b>x</b>")])).await;
    assert!(!page.text.contains("<b>x</b>"));
}

#[tokio::test]
async fn who_consented_before_is_not_asked_again_unless_the_app_insists() {
    let google = Google::start(|_| {}).await;
    let hint = [("login_hint", google.address(0))];
    let scope = format!("openid {READONLY}");
    google.grant(0, &scope).await;
    let again = google.open(&Google::request(&scope, &hint)).await.redirected();
    assert!(again.contains_key("code"));
    let more = google.open(&Google::request(&format!("{scope} {MAIL}"), &hint)).await;
    assert_eq!(more.status, StatusCode::OK, "a new scope asks");
    let forced = google.open(&Google::request(&scope, &[hint[0], ("prompt", "consent")])).await;
    assert_eq!(forced.status, StatusCode::OK);
    let chooser = google.open(&Google::request(&scope, &[hint[0], ("prompt", "select_account")])).await;
    assert!(chooser.text.contains("Choose an account"));
    let page = google.choose(&chooser, 0).await;
    assert!(page.redirected().contains_key("code"), "the account was chosen, the consent is old");
}

#[tokio::test]
async fn prompt_none_answers_without_a_page() {
    let google = Google::start(|_| {}).await;
    let hint = ("login_hint", google.address(0));
    let none = ("prompt", "none");
    let stranger = google.open(&Google::request("openid", &[none])).await.redirected();
    assert_eq!(stranger["error"], "login_required");
    let unasked = google.open(&Google::request("openid", &[none, hint])).await.redirected();
    assert_eq!(unasked["error"], "interaction_required");
    google.grant(0, "openid").await;
    assert!(google.open(&Google::request("openid", &[none, hint])).await.redirected().contains_key("code"));
}

#[tokio::test]
async fn an_unticked_scope_is_not_granted() {
    let google = Google::start(|_| {}).await;
    let scope = format!("openid email {READONLY} {MAIL}");
    let page = google.open(&Google::request(&scope, &[("login_hint", google.address(0))])).await;
    let code = google.allow(&page, Some(&[READONLY])).await.redirected().remove("code").unwrap();
    let grant = google.redeem(&code, &[]).await.json();
    let granted: Vec<&str> = grant["scope"].as_str().unwrap().split(' ').collect();
    assert_eq!(granted, ["openid", "https://www.googleapis.com/auth/userinfo.email", READONLY]);
}

#[tokio::test]
async fn unticking_everything_is_a_denial_when_nothing_is_left() {
    let google = Google::start(|_| {}).await;
    let page = google.open(&Google::request(READONLY, &[("login_hint", google.address(0))])).await;
    assert_eq!(google.allow(&page, Some(&[])).await.redirected()["error"], "access_denied");
}

#[tokio::test]
async fn granted_scopes_are_included_only_when_asked_for() {
    let google = Google::start(|_| {}).await;
    google.grant(0, &format!("openid {READONLY}")).await;
    for (include, expected) in [("false", "openid".to_owned()), ("true", format!("openid {READONLY}"))] {
        let more = [("login_hint", google.address(0)), ("include_granted_scopes", include)];
        let code = google.open(&Google::request("openid", &more)).await.redirected().remove("code").unwrap();
        let grant = google.redeem(&code, &[]).await.json();
        let mut granted: Vec<&str> = grant["scope"].as_str().unwrap().split(' ').collect();
        granted.sort_unstable_by_key(|scope| scope.len());
        assert_eq!(granted.join(" "), expected);
    }
}

#[tokio::test]
async fn pages_say_about_their_opener_what_the_flag_says() {
    for (coop, enforced, reported) in [
        (Coop::Report, "", "same-origin; report-to=\"coop\""),
        (Coop::Enforce, "same-origin", ""),
        (Coop::None, "", ""),
    ] {
        let google = Google::start(|config| config.google_coop = coop).await;
        let chooser = google.open(&Google::request(READONLY, &[])).await;
        let consent = google.choose(&chooser, 0).await;
        let error = google.open("/o/oauth2/v2/auth").await;
        for page in [chooser, consent, error] {
            assert_eq!(page.header("cross-origin-opener-policy"), enforced, "{coop:?}");
            assert_eq!(page.header("cross-origin-opener-policy-report-only"), reported, "{coop:?}");
        }
    }
}

#[tokio::test]
async fn a_client_may_have_several_redirect_uris() {
    let google = Google::start(|config| {
        config.clients.push(Client { redirect_uri: "http://localhost:4000/other".to_owned(), ..Client::demo() });
    })
    .await;
    let other = Google::request("openid", &[]).replace(
        &url::form_urlencoded::byte_serialize(REDIRECT.as_bytes()).collect::<String>(),
        "http%3A%2F%2Flocalhost%3A4000%2Fother",
    );
    assert_eq!(google.open(&other).await.status, StatusCode::OK);
    assert_eq!(google.open(&Google::request("openid", &[])).await.status, StatusCode::OK);
}
