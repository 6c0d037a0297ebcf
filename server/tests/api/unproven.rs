//! An ID token that proves nothing connects nothing and signs nobody in, and what came with it is given back.

use crate::{
    harness::{
        App, CLIENT_ID,
        browser::{Browser, Page, client},
        consent::{Answer, Trip},
        on_both,
    },
    refusals::assert_nothing_left,
};
use app::{
    features::connections::{AttemptOutcome, AttemptProblem, ConnectionState, Provider},
    language::Language,
};
use serde_json::{Value, json};

const PROVIDERS: [(&str, Provider); 2] = [("google", Provider::Google), ("microsoft", Provider::Microsoft)];
/// Every lever of the sandbox: what OpenID Connect Core 1.0 section 3.1.3.7 and RFC 8725 ask a client to notice.
const FORGERIES: [&str; 8] = ["missing", "alg_none", "alg_hs256", "tampered", "nonce", "audience", "expired", "issuer"];

async fn rules(app: &App, provider: &str, rules: Value) {
    let port = if provider == "google" { &app.sandbox.google_url } else { &app.sandbox.microsoft_url };
    let answer = client().put(format!("{port}/_sandbox/rules")).json(&rules).send().await.unwrap();
    assert!(answer.status().is_success(), "{rules}");
}

/// How often a grant was given back.
async fn given_back(app: &App) -> usize {
    let requests = app.control("GET", "requests", &Value::Null).await;
    requests.as_array().unwrap().iter().filter(|line| line["path"] == "/revoke" && line["status"] == 200).count()
}

fn told(page: &Page, sentence: &str) {
    assert!(page.body.contains(&server::http::page::escape(sentence)), "{sentence} in {}", page.body);
}

async fn ended_as(browser: &Browser, attempt: uuid::Uuid, wanted: AttemptProblem) {
    let Some(AttemptOutcome::Failed { failure, .. }) = browser.outcome(attempt).await else { panic!("{wanted:?}") };
    assert_eq!(failure.problem, wanted);
}

#[tokio::test]
async fn a_mailbox_without_proof_is_not_connected_and_its_grant_goes_back() {
    on_both(async |app| {
        for (slug, provider) in PROVIDERS {
            let browser = app.signed_up(slug).await;
            for (number, wrong) in FORGERIES.into_iter().enumerate() {
                rules(app, slug, json!({ "id_token": wrong })).await;
                let query = "purpose=connect&features=mail,send";
                let (attempt, page) = browser.travel(slug, query, app.person(2), Answer::Allow).await;
                told(&page, &AttemptProblem::IdentityUnproven.sentence(Language::en, provider));
                ended_as(&browser, attempt, AttemptProblem::IdentityUnproven).await;
                assert_nothing_left(app).await;
                let expected = if provider == Provider::Google { number + 1 } else { FORGERIES.len() };
                assert_eq!(given_back(app).await, expected, "{slug} {wrong}: Microsoft knows no such thing");
            }
            let refused = "audit_events WHERE action = 'connection.made' AND detail = 'identity_unproven'";
            let count = app.database.count(refused).await;
            assert_eq!(usize::try_from(count).unwrap() % FORGERIES.len(), 0, "{count}");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_is_signed_in_by_an_id_token_that_proves_nothing() {
    on_both(async |app| {
        for (slug, provider) in PROVIDERS {
            for wrong in FORGERIES {
                rules(app, slug, json!({ "id_token": wrong })).await;
                let browser = app.browser();
                let start = browser.open(&format!("/auth/{slug}/start?purpose=sign_in")).await;
                let page = browser.follow(start).await;
                let trip = Trip { browser: &browser, attempt: uuid::Uuid::nil(), page };
                let callback = trip.answer(app.person(2), Answer::Allow).await;
                let page = browser.arrive(callback).await;
                let page = browser.follow(page).await;
                told(&page, &AttemptProblem::IdentityUnproven.entering_sentence(Language::en, provider));
                assert!(browser.viewer().await.is_none(), "{slug} {wrong}");
            }
        }
        assert_eq!(app.database.count("users").await + app.database.count("identities").await, 0);
        assert_eq!(given_back(app).await, 0, "Google would end every grant of the account with it");
    })
    .await;
}

#[tokio::test]
async fn a_grant_without_proof_is_not_given_back_where_a_living_one_hangs_on_the_account() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let before = browser.connections().await.cards.remove(0);
        rules(app, "google", json!({ "id_token": "tampered" })).await;
        let grant = format!("purpose=grant&connection={}&features=send", before.id);
        for query in [grant.as_str(), "purpose=connect&features=mail"] {
            let (attempt, _) = browser.travel("google", query, app.person(0), Answer::Allow).await;
            ended_as(&browser, attempt, AttemptProblem::IdentityUnproven).await;
        }
        assert_eq!(given_back(app).await, 0);
        let connections = app.domain.connections();
        let old = connections.access_token(before.id).await.unwrap();
        connections.refused(before.id, &old).await.unwrap();
        assert!(connections.access_token(before.id).await.is_ok(), "renewed at the provider");
        let after = browser.connections().await.cards.remove(0);
        assert_eq!((after.features, after.state), (before.features, ConnectionState::Active));
    })
    .await;
}

#[tokio::test]
async fn keys_that_cannot_be_read_connect_nothing_and_the_grant_goes_back() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        app.fail_at_provider("/oauth2/v3/certs$", 503, 100).await;
        let (attempt, page) = browser.connect(app.person(0), Answer::Allow).await;
        told(&page, &AttemptProblem::ProviderDown.sentence(Language::en, Provider::Google));
        ended_as(&browser, attempt, AttemptProblem::ProviderDown).await;
        assert_nothing_left(app).await;
        assert_eq!(given_back(app).await, 1);
        app.control("DELETE", "faults", &Value::Null).await;
        let (_, page) = browser.connect(app.person(0), Answer::Allow).await;
        assert!(page.body.contains("GMAIL_AUTH_SUCCESS"), "{}", page.body);
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn a_code_of_googles_own_client_without_proof_is_given_back_as_well() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        rules(app, "google", json!({ "id_token": "alg_hs256" })).await;
        let scope = "openid email https://www.googleapis.com/auth/gmail.readonly";
        let asked = json!({ "client_id": CLIENT_ID, "scope": scope, "redirect_uri": app.url });
        let code = app.control("POST", &format!("people/{}/code", app.person(0)), &asked).await["code"].clone();
        let fetch = [
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "cors"),
            ("x-requested-with", "XmlHttpRequest"),
            ("origin", app.url.as_str()),
        ];
        let body = json!({ "code": code }).to_string();
        let page = browser.send(reqwest::Method::POST, browser.ours("/auth/google"), &fetch, Some(body)).await;
        assert!(page.status == 422 && page.body.contains("identity_unproven"), "{} {}", page.status, page.body);
        assert_nothing_left(app).await;
        assert_eq!(given_back(app).await, 1);
    })
    .await;
}
