//! `GET /auth/done`: the last page of a trip to a provider. In a popup it hurries its opener and closes; everywhere it
//! says how the trip ended, with scripts and without.

use super::QueryParts;
use crate::{
    bridge::connections::{outcome_for_screen, provider_for_screen},
    http::{
        page::{Notice, escape},
        session::Asking,
        site::Site,
    },
};
use app::{
    features::connections::{AttemptOutcome, AttemptProblem, Failure, Provider, Success},
    language::{Language, say},
    server::own_path,
};
use axum::{
    Extension,
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use std::fmt::Write;
use url::form_urlencoded;
use uuid::Uuid;

/// The fixed words a problem may have in an address; anything else in there is not shown.
pub(super) const WORDS: [(&str, AttemptProblem); 25] = [
    ("denied", AttemptProblem::Denied),
    ("cancelled", AttemptProblem::Cancelled),
    ("closed", AttemptProblem::Closed),
    ("timed_out", AttemptProblem::TimedOut),
    ("wrong_state", AttemptProblem::WrongState),
    ("foreign_browser", AttemptProblem::ForeignBrowser),
    ("replayed", AttemptProblem::Replayed),
    ("scope_missing", AttemptProblem::ScopeMissing),
    ("provider_down", AttemptProblem::ProviderDown),
    ("code_refused", AttemptProblem::CodeRefused),
    ("identity_unproven", AttemptProblem::IdentityUnproven),
    ("not_set_up", AttemptProblem::NotSetUp),
    ("signed_out", AttemptProblem::SignedOut),
    ("other_mailbox", AttemptProblem::OtherMailbox),
    ("being_removed", AttemptProblem::BeingRemoved),
    ("admin_consent", AttemptProblem::AdminConsent),
    ("not_assigned", AttemptProblem::NotAssigned),
    ("wrong_tenant", AttemptProblem::WrongTenant),
    ("no_address", AttemptProblem::NoAddress),
    ("sign_up_closed", AttemptProblem::SignUpClosed),
    ("slow_down", AttemptProblem::SlowDown),
    ("not_fresh", AttemptProblem::NotFresh),
    ("somebody_elses", AttemptProblem::SomebodyElses),
    ("bad_start", AttemptProblem::BadStart),
    ("unexpected", AttemptProblem::Unexpected),
];

/// How long an error stays on screen before a popup closes.
const ERROR_STAYS_MS: u32 = 5_000;

/// What the page tells.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    Connected(Success),
    Failed(Failure),
    /// A trip that was to sign somebody in, or to add a way in.
    NotEntered(AttemptProblem),
    /// Nothing that is this browser's business.
    Nothing,
}

/// Serves the page.
pub async fn done(
    State(site): State<Site>,
    Extension(asking): Extension<Asking>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = QueryParts::read(query);
    let attempt: Option<Uuid> = query.get("attempt").and_then(|id| id.parse().ok());
    let named = query.get("problem").and_then(|word| WORDS.iter().find(|(known, _)| *known == word));
    let provider =
        query.get("provider").and_then(|word| word.parse().ok()).map_or(Provider::Google, provider_for_screen);
    let (signed_in, language) = (asking.viewer.is_some(), asking.language());
    let (provider, told) = match (attempt, asking.viewer, named) {
        (Some(attempt), Some(viewer), _) => tell_attempt(&site, attempt, viewer.session_id, provider).await,
        (None, _, Some((_, problem))) if query.get("for") == Some("sign_in") => (provider, Told::NotEntered(*problem)),
        (None, _, Some((_, problem))) => (provider, Told::Failed((*problem).into())),
        _ => (provider, Told::Nothing),
    };
    let attempt = attempt.filter(|_| told != Told::Nothing);
    let return_to = own_path(query.get("return_to"));
    if matches!(told, Told::NotEntered(_)) {
        let back = way_back(return_to, signed_in);
        return answer(language, provider, &told, None, Some(&back), StatusCode::OK);
    }
    answer(language, provider, &told, attempt, return_to, StatusCode::OK)
}

/// From a sign-in that failed: to the page that asked for it, or to the door.
pub(super) fn way_back(return_to: Option<&str>, signed_in: bool) -> String {
    match return_to {
        Some(page) if signed_in => page.to_owned(),
        Some(page) => {
            let pair = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", page).finish();
            format!("/sign-in?{pair}")
        }
        None if signed_in => "/settings/account".to_owned(),
        None => "/sign-in".to_owned(),
    }
}

/// The same page for a trip that never began.
pub(super) fn refusal(
    language: Language,
    provider: Provider,
    problem: AttemptProblem,
    return_to: Option<&str>,
) -> Response {
    answer(language, provider, &Told::Failed(problem.into()), None, return_to, status_of(problem))
}

/// The same for a trip that was to sign somebody in.
pub(super) fn no_entry(language: Language, provider: Provider, problem: AttemptProblem, back: &str) -> Response {
    answer(language, provider, &Told::NotEntered(problem), None, Some(back), status_of(problem))
}

fn status_of(problem: AttemptProblem) -> StatusCode {
    match problem {
        AttemptProblem::BadStart => StatusCode::FORBIDDEN,
        AttemptProblem::SignedOut => StatusCode::UNAUTHORIZED,
        AttemptProblem::ProviderDown => StatusCode::BAD_GATEWAY,
        AttemptProblem::NotSetUp => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What the row says, and at which provider; `guess` is the provider until the row has told.
async fn tell_attempt(site: &Site, attempt: Uuid, session: Uuid, guess: Provider) -> (Provider, Told) {
    match site.domain.attempts().outcome(attempt, session).await {
        Ok(Some(report)) => match outcome_for_screen(&site.domain, report) {
            AttemptOutcome::Succeeded { provider, success, .. } => (provider, Told::Connected(success)),
            AttemptOutcome::Failed { provider, failure } => (provider, Told::Failed(failure)),
            AttemptOutcome::Pending { provider } => (provider, Told::Nothing),
        },
        Ok(None) => (guess, Told::Nothing),
        Err(error) => {
            site.reports.unexpected(&error);
            (guess, Told::Failed(AttemptProblem::Unexpected.into()))
        }
    }
}

fn answer(
    language: Language,
    provider: Provider,
    told: &Told,
    attempt: Option<Uuid>,
    return_to: Option<&str>,
    status: StatusCode,
) -> Response {
    let (title, sentence) = words(language, provider, told);
    let admin = match told {
        Told::Failed(Failure { admin_link: Some(link), .. }) => {
            Some((link.as_str(), say!(language, connections.for_admin)))
        }
        _ => None,
    };
    let link = return_to.map(|page| (page, say!(language, post.back))).or(admin);
    let extra = if return_to.is_some() { String::new() } else { closing(language, provider, told, attempt) };
    let mut response = Notice { language, title, sentence: &sentence, link, extra: &extra }.answer(status);
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn words(language: Language, provider: Provider, told: &Told) -> (&'static str, String) {
    match told {
        Told::Connected(success) => (say!(language, connections.active), success.sentence(language, provider)),
        Told::Failed(failure) => (say!(language, post.not_connected), failure.sentence(language, provider)),
        Told::NotEntered(problem @ (AttemptProblem::NotFresh | AttemptProblem::SomebodyElses)) => {
            (say!(language, post.not_added), problem.entering_sentence(language, provider))
        }
        Told::NotEntered(problem) => {
            (say!(language, post.not_signed_in), problem.entering_sentence(language, provider))
        }
        Told::Nothing => (say!(language, post.done_here), say!(language, post.nothing_more).to_owned()),
    }
}

/// What a popup needs to close: the script's orders as attributes, and a sentence for when it cannot.
fn closing(language: Language, provider: Provider, told: &Told, attempt: Option<Uuid>) -> String {
    let success = matches!(told, Told::Connected(_));
    let product = provider.mail_name().to_uppercase();
    let kind = if success { "SUCCESS" } else { "ERROR" };
    let stays = if success { 0 } else { ERROR_STAYS_MS };
    let mut attributes = format!("data-type=\"{product}_AUTH_{kind}\" data-close-after=\"{stays}\"");
    if let Some(attempt) = attempt {
        let _ = write!(attributes, " data-attempt=\"{}\"", escape(&attempt.to_string()));
    }
    format!(
        "<p id=\"closes\" class=\"quiet\" hidden>{closes}</p>\
         <p id=\"still-open\" hidden>{can_close}</p>\
         <noscript><p>{can_close}</p></noscript>\
         <script src=\"/auth-done.js\" id=\"auth-done\" {attributes} defer></script>",
        closes = escape(say!(language, post.closes)),
        can_close = escape(say!(language, post.can_close)),
    )
}

#[cfg(test)]
mod tests {
    use super::{Language, Told, WORDS, closing, words};
    use app::features::connections::{AttemptProblem, Consent, Provider, Success};
    use std::collections::BTreeSet;
    use uuid::Uuid;

    #[test]
    fn every_problem_has_its_word_and_its_sentence() {
        for (word, problem) in WORDS {
            assert_eq!(serde_json::to_value(problem).unwrap(), word, "the same word as in the outcome");
        }
        let sentences: BTreeSet<_> =
            WORDS.iter().map(|(_, problem)| problem.sentence(Language::en, Provider::Google)).collect();
        assert_eq!(sentences.len(), WORDS.len(), "no two problems say the same");
        for (_, problem) in WORDS {
            assert!(!problem.entering_sentence(Language::en, Provider::Google).contains("connect"), "{problem:?}");
        }
    }

    #[test]
    fn success_closes_at_once_and_an_error_stays_for_five_seconds() {
        let attempt = Some(Uuid::nil());
        let connected = Told::Connected(Success { address: None, consent: Consent::First, refused: Vec::new() });
        let success = closing(Language::en, Provider::Google, &connected, attempt);
        assert!(success.contains("data-type=\"GMAIL_AUTH_SUCCESS\" data-close-after=\"0\" data-attempt=\"00000000-"));
        let error = closing(Language::en, Provider::Microsoft, &Told::Failed(AttemptProblem::Denied.into()), None);
        assert!(error.contains("data-type=\"OUTLOOK_AUTH_ERROR\" data-close-after=\"5000\""));
        assert!(!error.contains("data-attempt"), "{error}");
    }

    #[test]
    fn a_window_that_is_none_of_its_business_learns_nothing() {
        let (title, sentence) = words(Language::en, Provider::Google, &Told::Nothing);
        assert_eq!((title, sentence.as_str()), ("Done here", "There is nothing more to do in this window."));
    }
}
