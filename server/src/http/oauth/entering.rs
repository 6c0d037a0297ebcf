//! The end of a trip that was to sign somebody in, or to add a way in: cookies, and where to go then.

use super::{own_path, problem_word, push_pair, see_other};
use crate::http::{session::cookie_header, site::Site};
use app::{features::connections::AttemptProblem, language::Language};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    connections::Finished,
    sessions::LIFETIME,
    users::{Entered, PendingEntry},
};
use uuid::Uuid;

/// Gives the browser its session, or what it needs to get one. `before` is the session it had, of which user.
pub(super) async fn let_in(
    site: &Site,
    entered: &Entered,
    return_to: Option<&str>,
    before: Option<(Uuid, Uuid)>,
    attempt: Option<axum::http::HeaderValue>,
) -> Response {
    let target = match entered {
        Entered::SignedIn(_) => own_path(return_to).unwrap_or("/inbox").to_owned(),
        Entered::LinkNeeded(_) => link_address(return_to),
        Entered::CheckMail(_) => "/verify-email?simple&sent".to_owned(),
    };
    let cookie = match entered {
        Entered::SignedIn(session) => {
            // A browser has one session: the one before ends here, not only in the cookie.
            if let Some((session, user)) = before
                && let Err(error) = site.domain.sessions().end(session, user).await
            {
                return site.reports.unexpected(&error).sentence(Language::default()).into_response();
            }
            site.cookies.start_session(&session.token, LIFETIME.num_seconds())
        }
        Entered::LinkNeeded(pending) | Entered::CheckMail(pending) => {
            site.cookies.start_waiting(&pending.secret, seconds_left(site, pending))
        }
    };
    let mut response = see_other(&target, attempt);
    if let Some(cookie) = cookie_header(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn seconds_left(site: &Site, pending: &PendingEntry) -> i64 {
    (pending.expires_at - site.domain.clock().now()).num_seconds().max(0)
}

/// The door, which says why, and where to go on to after it.
fn link_address(return_to: Option<&str>) -> String {
    let mut address = "/sign-in?link=1".to_owned();
    if let Some(page) = own_path(return_to) {
        push_pair(&mut address, "return_to", page);
    }
    address
}

/// Where the browser goes when nobody new was signed in.
pub(super) fn next_address(finished: &Finished, problem: Option<AttemptProblem>) -> String {
    let return_to = own_path(finished.return_to.as_deref());
    let Some(problem) = problem else {
        return return_to.unwrap_or("/settings/account").to_owned();
    };
    let mut address = "/auth/done?for=sign_in".to_owned();
    push_pair(&mut address, "problem", problem_word(problem));
    push_pair(&mut address, "provider", finished.provider.as_str());
    if let Some(page) = return_to {
        push_pair(&mut address, "return_to", page);
    }
    address
}
