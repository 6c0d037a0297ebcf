//! Every way a trip to the provider can end badly: each has its sentence and leaves nothing behind.

use crate::harness::{
    App, Wishes,
    browser::{Browser, Page},
    consent::{Answer, parameter},
    on_both, on_both_with,
};
use app::{
    features::connections::{AttemptOutcome, AttemptProblem, Provider},
    language::Language,
};
use uuid::Uuid;

pub const NOTHING: [i64; 5] = [0; 5];
const PENDING: AttemptOutcome = AttemptOutcome::Pending { provider: Provider::Google };

fn failed(problem: AttemptProblem) -> AttemptOutcome {
    AttemptOutcome::Failed { provider: Provider::Google, failure: problem.into() }
}

pub fn sentence(problem: AttemptProblem) -> String {
    server::http::page::escape(&problem.sentence(Language::en, Provider::Google))
}

/// The popup shows the sentence, stays for five seconds, and its address says nothing else.
fn assert_told(page: &Page, problem: AttemptProblem) {
    assert_eq!(page.url.path(), "/auth/done");
    assert!(page.body.contains(&sentence(problem)), "{problem:?}: {}", page.body);
    assert!(page.body.contains("GMAIL_AUTH_ERROR") && page.body.contains("data-close-after=\"5000\""), "{}", page.body);
    let names: Vec<_> = page.url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert!(names == ["attempt"] || names == ["problem"], "{}", page.url);
}

async fn assert_ended(browser: &Browser, attempt: Uuid, problem: AttemptProblem) {
    assert_eq!(browser.outcome(attempt).await, Some(failed(problem)));
}

pub async fn assert_nothing_left(app: &App) {
    assert_eq!(app.left_behind().await, NOTHING, "connections, grants, feeds, jobs, sealed secrets");
}

#[tokio::test]
async fn declining_consent_leaves_nothing_behind() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let (attempt, page) = browser.connect(app.person(0), Answer::Deny).await;
        assert_told(&page, AttemptProblem::Denied);
        assert_ended(&browser, attempt, AttemptProblem::Denied).await;
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_unticked_mail_box_leaves_nothing_behind() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let (attempt, page) = browser.connect(app.person(0), Answer::Without("gmail.readonly")).await;
        assert_told(&page, AttemptProblem::ScopeMissing);
        assert_ended(&browser, attempt, AttemptProblem::ScopeMissing).await;
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_closed_popup_leaves_an_attempt_that_ends_by_itself() {
    let wishes = Wishes { standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        let attempt = browser.press_connect().await.attempt;
        assert_eq!(browser.outcome(attempt).await, Some(PENDING));
        app.advance(601).await;
        assert_ended(&browser, attempt, AttemptProblem::TimedOut).await;
        app.domain.attempts().purge().await.unwrap();
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_after_ten_minutes_is_too_late() {
    let wishes = Wishes { standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        app.advance(601).await;
        let page = browser.arrive(callback).await;
        assert_told(&browser.follow(page).await, AttemptProblem::TimedOut);
        assert_ended(&browser, trip.attempt, AttemptProblem::TimedOut).await;
        app.domain.attempts().purge().await.unwrap();
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_state_we_never_made_is_refused() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        let mut callback = trip.answer(app.person(0), Answer::Allow).await;
        let code = parameter(&callback, "code");
        callback.query_pairs_mut().clear().append_pair("code", &code).append_pair("state", "made-up");
        let page = browser.arrive(callback).await;
        assert_told(&browser.follow(page).await, AttemptProblem::WrongState);
        assert_eq!(browser.outcome(trip.attempt).await, Some(PENDING), "the real one may still come");
        assert_eq!(app.left_behind().await[..4], NOTHING[..4]);
    })
    .await;
}

#[tokio::test]
async fn a_callback_without_anything_is_refused() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let page = browser.arrive(browser.site.join("/auth/google/callback").unwrap()).await;
        assert_told(&browser.follow(page).await, AttemptProblem::WrongState);
        assert_eq!(browser.open("/auth/nobody/callback?state=x").await.status, 404);
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_names_another_issuer_is_refused() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        let mut callback = trip.answer(app.person(0), Answer::Allow).await;
        // RFC 9207 section 2.4: where the parameter comes, it is compared.
        callback.query_pairs_mut().append_pair("iss", "https://accounts.elsewhere.example");
        let page = browser.arrive(callback).await;
        assert_told(&browser.follow(page).await, AttemptProblem::WrongState);
        assert_ended(&browser, trip.attempt, AttemptProblem::WrongState).await;
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn who_was_not_assigned_to_the_server_by_the_organisation_is_told_so() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press("microsoft", "purpose=connect&features=mail").await;
        let state = parameter(&trip.page.url, "state");
        let mut callback = browser.ours("/auth/microsoft/callback");
        let description = "AADSTS50105: Your administrator has configured the application to block users.";
        let answer = [("error", "access_denied"), ("error_description", description), ("state", &state)];
        callback.query_pairs_mut().extend_pairs(answer);
        let page = browser.arrive(callback).await;
        let page = browser.follow(page).await;
        let sentence = AttemptProblem::NotAssigned.sentence(Language::en, Provider::Microsoft);
        assert!(page.body.contains(&server::http::page::escape(&sentence)), "{}", page.body);
        assert!(!page.body.contains("AADSTS"), "nothing that an address brings is shown");
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_in_another_browser_is_refused() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        // Somebody lures another person into finishing the trip, so that the mailbox of one ends with the other.
        let victim = app.signed_up("bob").await;
        let page = victim.arrive(callback.clone()).await;
        assert_told(&victim.follow(page).await, AttemptProblem::ForeignBrowser);
        let stranger = app.browser();
        let page = stranger.arrive(callback).await;
        assert_told(&stranger.follow(page).await, AttemptProblem::ForeignBrowser);
        assert_eq!(app.left_behind().await[..4], NOTHING[..4]);
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_used_once() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        let thief = browser.copy();
        let page = browser.arrive(callback.clone()).await;
        assert!(browser.follow(page).await.body.contains("GMAIL_AUTH_SUCCESS"));
        for replayer in [&browser, &thief] {
            let page = replayer.arrive(callback.clone()).await;
            assert_told(&replayer.follow(page).await, AttemptProblem::Replayed);
        }
        assert!(matches!(browser.outcome(trip.attempt).await, Some(AttemptOutcome::Succeeded { .. })));
        assert_eq!(app.database.count("connected_accounts").await, 1);
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn two_answers_at_the_same_moment_are_used_once() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        let twin = browser.copy();
        let (one, two) = tokio::join!(browser.arrive(callback.clone()), twin.arrive(callback));
        let replayed = [one, two].iter().filter(|page| page.header("location").contains("problem=replayed")).count();
        assert_eq!(replayed, 1);
        assert_eq!(app.database.count("connected_accounts").await, 1);
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn a_code_the_provider_refuses_leaves_nothing_behind() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        let mut callback = trip.answer(app.person(0), Answer::Allow).await;
        let state = parameter(&callback, "state");
        callback.query_pairs_mut().clear().append_pair("code", "4/not-a-code").append_pair("state", &state);
        let page = browser.arrive(callback).await;
        assert_told(&browser.follow(page).await, AttemptProblem::CodeRefused);
        assert_ended(&browser, trip.attempt, AttemptProblem::CodeRefused).await;
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_is_down_at_the_exchange_leaves_nothing_behind() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        app.fail_at_provider("^/token", 503, 100).await;
        let page = browser.arrive(callback).await;
        assert_told(&browser.follow(page).await, AttemptProblem::ProviderDown);
        assert_ended(&browser, trip.attempt, AttemptProblem::ProviderDown).await;
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_trip_needs_a_session_from_start_to_end() {
    on_both(async |app| {
        let page = app.browser().open("/auth/google/start?purpose=connect").await;
        assert_eq!(page.status, 401);
        assert!(page.body.contains(&sentence(AttemptProblem::SignedOut)), "{}", page.body);
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        browser.forget_cookies("gatepost_session");
        let page = browser.arrive(callback).await;
        assert_told(&browser.follow(page).await, AttemptProblem::SignedOut);
        assert_eq!(app.left_behind().await[..4], NOTHING[..4]);
    })
    .await;
}

#[tokio::test]
async fn a_failed_trip_of_the_whole_page_says_why_and_leads_back() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let start = browser.open("/auth/google/start?purpose=connect&return_to=%2Finbox%3Fx%3D1").await;
        let page = browser.follow(start).await;
        let trip = crate::harness::consent::Trip { browser: &browser, attempt: Uuid::nil(), page };
        let callback = trip.answer(app.person(0), Answer::Deny).await;
        let page = browser.arrive(callback).await;
        let page = browser.follow(page).await;
        assert!(page.body.contains(&sentence(AttemptProblem::Denied)), "{}", page.body);
        assert!(page.body.contains("href=\"/inbox?x=1\">Back</a>"), "{}", page.body);
        assert!(!page.body.contains("<script"), "nothing closes a page that nobody opened: {}", page.body);
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn the_last_page_shows_nothing_that_an_address_brings() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        for query in [
            "problem=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
            "problem=you+won",
            "attempt=%22%3E%3Cb%3E",
            "return_to=javascript%3Aalert(1)",
        ] {
            let page = browser.open(&format!("/auth/done?{query}")).await;
            assert_eq!(page.status, 200);
            for brought in ["alert", "you won", "<b>", "javascript:"] {
                assert!(!page.body.contains(brought), "{query}: {}", page.body);
            }
            assert!(page.body.contains("There is nothing more to do in this window."), "{}", page.body);
        }
    })
    .await;
}
