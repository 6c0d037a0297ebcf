//! The way to a provider's consent page and back: start, callback, the popup's last page, and the outcome.
//!
//! What an attempt is and what ends it is the domain's business. Here are its cookie, the addresses, and the pages, none
//! of which carries a secret: a code or a state is gone from the address before anything is shown.

mod code;
mod done;
mod entering;

pub use code::connect as connect_code;
pub use done::done;

use super::{
    origin::{Source, source},
    page,
    session::{Asking, cookie_header},
    site::Site,
};
use crate::bridge::{
    connections::{outcome_for_screen, problem_for_screen, provider_for_screen},
    users::from_where,
};
use app::{features::connections::AttemptProblem, language::Language, server::own_path};
use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    connections::{Begin, Callback, Ended, Finished, Outcome, Purpose, Report},
    providers::{self, Feature, Features},
    users::SignInError,
};
use url::form_urlencoded;
use uuid::Uuid;

/// The parts of a query that somebody else wrote.
pub(super) struct QueryParts(Vec<(String, String)>);

impl QueryParts {
    pub(super) fn read(query: Option<String>) -> Self {
        Self(form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// The first value under a name that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }
}

/// `GET /auth/{provider}/start`: from one of our pages to the provider's.
pub async fn start(
    State(site): State<Site>,
    Extension(visit): Extension<Asking>,
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = QueryParts::read(query);
    let return_to = own_path(query.get("return_to"));
    let Ok(provider) = provider.parse::<providers::Provider>() else {
        return page::failure(visit.language(), &app::error::AppError::NotFound);
    };
    let name = provider_for_screen(provider);
    let enters = query.get("purpose") == Some(Purpose::SignIn.as_str());
    let refuse = |problem: AttemptProblem| {
        if enters {
            return done::no_entry(visit.language(), name, problem, &done::way_back(return_to, visit.viewer.is_some()));
        }
        done::refusal(visit.language(), name, problem, return_to)
    };
    if source(&headers, &site.settings.public_url) != Source::OurPage {
        return refuse(AttemptProblem::BadStart);
    }
    let viewer = visit.viewer.as_ref().map(|viewer| (viewer.user_id, viewer.session_id));
    if viewer.is_none() && !enters {
        return refuse(AttemptProblem::SignedOut);
    }
    let Some(begin) = read_begin(&site, provider, &query, viewer) else {
        return refuse(AttemptProblem::BadStart);
    };
    let session = viewer.map(|(_, session)| session);
    let allowed = site.domain.users().allow_start(session, &from_where(&visit.visitor)).await;
    if let Err(SignInError::SlowDown { seconds }) = allowed {
        return page::failure(visit.language(), &app::error::AppError::SlowDown { seconds });
    }
    let attempt = begin.attempt;
    let trip = match site.domain.attempts().begin(begin).await {
        Ok(trip) => trip,
        Err(problem) => return refuse(problem_for_screen(problem)),
    };
    let cookie = site.cookies.start_attempt(attempt, &trip.browser_secret);
    see_other(trip.authorize_url.as_str(), cookie_header(&cookie))
}

/// What the page asked for; `None` when it makes no sense. A page without scripts leaves the attempt's id to us.
fn read_begin(
    site: &Site,
    provider: providers::Provider,
    query: &QueryParts,
    viewer: Option<(Uuid, Uuid)>,
) -> Option<Begin> {
    let purpose = query.get("purpose").map_or(Some(Purpose::Connect), Purpose::parse)?;
    let (attempt, popup) = match query.get("attempt") {
        Some(id) => (id.parse().ok()?, query.get("popup") == Some("1")),
        None => (site.new_id(), false),
    };
    let mut features: Features = query.get("features").unwrap_or("mail").parse().ok()?;
    if purpose == Purpose::Connect {
        // A mailbox is connected for its mail; the rest comes on top.
        features = features.and(&Features([Feature::Mail].into()));
    }
    let connection = query.get("connection").map(str::parse).transpose().ok()?;
    let return_to = own_path(query.get("return_to")).map(str::to_owned);
    if query.get("return_to").is_some() && return_to.is_none() {
        return None;
    }
    Some(Begin { attempt, provider, purpose, viewer, features, connection, return_to, popup })
}

/// `GET /auth/{provider}/callback`: the provider's answer, whoever brings it.
pub async fn callback(
    State(site): State<Site>,
    Extension(visit): Extension<Asking>,
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let Ok(provider) = provider.parse::<providers::Provider>() else {
        return page::failure(visit.language(), &app::error::AppError::NotFound);
    };
    let query = QueryParts::read(query);
    let text = |name| query.get(name).map(str::to_owned);
    let finished = site
        .domain
        .attempts()
        .finish(Callback {
            provider,
            state: text("state"),
            code: text("code").map(Into::into),
            error: text("error"),
            error_number: query.get("error_description").and_then(aadsts),
            issuer: text("iss"),
            browser_secrets: site.cookies.attempts(&headers),
            session: visit.viewer.as_ref().map(|viewer| viewer.session_id),
            visitor: from_where(&visit.visitor),
        })
        .await;
    let cookie = finished.attempt.and_then(|attempt| cookie_header(&site.cookies.end_attempt(attempt)));
    match &finished.result {
        Ok(Ended::Entered(entered)) => {
            let before = visit.viewer.as_ref().map(|viewer| (viewer.session_id, viewer.user_id));
            entering::let_in(&site, entered, finished.return_to.as_deref(), before, cookie).await
        }
        _ => see_other(&next_address(&finished), cookie),
    }
}

/// Microsoft's number at the beginning of its description; nothing else of the text is read.
fn aadsts(description: &str) -> Option<u32> {
    let digits = description.strip_prefix("AADSTS")?;
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Where the browser goes from the callback: an address without anything the provider wrote.
fn next_address(finished: &Finished) -> String {
    let return_to = own_path(finished.return_to.as_deref()).filter(|_| !finished.popup);
    let problem = finished.result.as_ref().err().map(|problem| problem_for_screen(*problem));
    if finished.purpose == Some(Purpose::SignIn) {
        return entering::next_address(finished, problem);
    }
    let mut address = "/auth/done?".to_owned();
    match (problem, finished.attempt, return_to) {
        (None, Some(attempt), Some(page)) => return with_attempt(page, attempt),
        // The row's outcome is told to the browser that began; these ends say nothing about the attempt itself.
        (Some(problem), None, _) => push_pair(&mut address, "problem", problem_word(problem)),
        (Some(problem), Some(_), _) if !settles(problem) => push_pair(&mut address, "problem", problem_word(problem)),
        (_, Some(attempt), _) => push_pair(&mut address, "attempt", &attempt.to_string()),
        (None, None, _) => push_pair(&mut address, "problem", problem_word(AttemptProblem::Unexpected)),
    }
    // An attempt's row knows its provider; without one, Google is meant unless something else is said.
    if address.contains("problem=") && finished.provider != providers::Provider::Google {
        push_pair(&mut address, "provider", finished.provider.as_str());
    }
    if let Some(page) = return_to {
        push_pair(&mut address, "return_to", page);
    }
    address
}

/// Whether a problem is the outcome of the attempt, or only of this one answer.
fn settles(problem: AttemptProblem) -> bool {
    use AttemptProblem::{ForeignBrowser, Replayed, SignedOut, WrongState};
    !matches!(problem, ForeignBrowser | Replayed | SignedOut | WrongState)
}

fn push_pair(address: &mut String, name: &str, value: &str) {
    if !address.ends_with('?') {
        address.push('&');
    }
    address.push_str(&form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish());
}

/// A page of ours with `attempt` added to its query, before its fragment.
fn with_attempt(page: &str, attempt: Uuid) -> String {
    let (page, fragment) =
        page.split_once('#').map_or((page, String::new()), |(page, part)| (page, format!("#{part}")));
    let sign = if page.contains('?') { '&' } else { '?' };
    format!("{page}{sign}attempt={attempt}{fragment}")
}

/// The word of a problem, the same as in the outcome's JSON.
fn problem_word(problem: AttemptProblem) -> &'static str {
    done::WORDS.iter().find(|(_, known)| *known == problem).map_or("unexpected", |(word, _)| word)
}

fn see_other(target: &str, cookie: Option<HeaderValue>) -> Response {
    let Ok(target) = HeaderValue::from_str(target) else {
        // Addresses are made of ASCII: nobody sees this.
        return page::failure(Language::default(), &app::error::AppError::NotFound);
    };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, target)]).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// What is told of an attempt is kept nowhere.
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// Which attempt is asked about, and the session that asks.
fn asked_about(asking: &Asking, attempt: &str) -> Result<(Uuid, Uuid), StatusCode> {
    let viewer = asking.viewer.as_ref().ok_or(StatusCode::UNAUTHORIZED)?;
    Ok((attempt.parse().map_err(|_| StatusCode::NOT_FOUND)?, viewer.session_id))
}

/// `GET /auth/attempts/{id}`: what became of an attempt, for the session that made it.
pub async fn outcome(
    State(site): State<Site>,
    Extension(asking): Extension<Asking>,
    Path(attempt): Path<String>,
) -> Response {
    let (attempt, session) = match asked_about(&asking, &attempt) {
        Ok(asked) => asked,
        Err(status) => return (status, NO_STORE).into_response(),
    };
    match site.domain.attempts().outcome(attempt, session).await {
        Ok(Some(report)) => (NO_STORE, axum::Json(outcome_for_screen(&site.domain, report))).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, NO_STORE).into_response(),
        Err(error) => {
            site.reports.unexpected(&error);
            (StatusCode::INTERNAL_SERVER_ERROR, NO_STORE).into_response()
        }
    }
}

/// `DELETE /auth/attempts/{id}`: ends an attempt, for the session that made it. 204 says that nothing was connected and
/// nothing will be; 409 that the mailbox had been connected before, with the outcome.
pub async fn cancel(
    State(site): State<Site>,
    Extension(asking): Extension<Asking>,
    Path(attempt): Path<String>,
) -> Response {
    let (attempt, session) = match asked_about(&asking, &attempt) {
        Ok(asked) => asked,
        Err(status) => return (status, NO_STORE).into_response(),
    };
    match site.domain.attempts().cancel(attempt, session, &asking.visitor.address).await {
        Ok(Some(report @ Report { outcome: Outcome::Succeeded { .. }, .. })) => {
            (StatusCode::CONFLICT, NO_STORE, axum::Json(outcome_for_screen(&site.domain, report))).into_response()
        }
        Ok(Some(_)) => (StatusCode::NO_CONTENT, NO_STORE).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, NO_STORE).into_response(),
        Err(error) => {
            site.reports.unexpected(&error);
            (StatusCode::INTERNAL_SERVER_ERROR, NO_STORE).into_response()
        }
    }
}

#[cfg(test)]
mod tests;
