//! How the answer of an authorization request gets back to the app: `response_mode`.

use http::StatusCode;
use http::header::CACHE_CONTROL;
use url::Url;

use super::errors::Aadsts;
use super::pages;
use crate::exchange::{Answer, Params};
use crate::state::Sandbox;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// Where the answer goes.
#[derive(Clone, Debug)]
pub struct Reply {
    /// One of the client's redirect URIs.
    pub redirect_uri: String,
    mode: Mode,
    state: Option<String>,
}

impl Reply {
    /// The way back of a request whose redirect URI is known to be the client's.
    pub fn read(redirect_uri: String, params: &Params) -> Result<Self, Aadsts> {
        let mode = match params.get("response_mode") {
            None | Some("query") => Mode::Query,
            Some("fragment") => Mode::Fragment,
            Some("form_post") => Mode::FormPost,
            Some(other) => {
                let text =
                    format!("The provided value for the input parameter 'response_mode' is not valid: '{other}'.");
                return Err(Aadsts::new("invalid_request", 70_001, text));
            }
        };
        Ok(Self { redirect_uri, mode, state: params.get("state").map(str::to_owned) })
    }

    /// These parameters and the state, on their way to the app.
    pub fn send(&self, params: &[(&str, &str)]) -> Answer {
        let state = self.state.as_deref().map(|state| ("state", state));
        let all: Vec<(&str, &str)> = params.iter().copied().chain(state).collect();
        let Ok(mut url) = Url::parse(&self.redirect_uri) else {
            return Answer::html(StatusCode::BAD_REQUEST, pages::not_found());
        };
        let answer = match self.mode {
            Mode::FormPost => Answer::html(StatusCode::OK, pages::form_post(&self.redirect_uri, &all)),
            Mode::Query => {
                url.query_pairs_mut().extend_pairs(all);
                Answer::redirect(url.as_str())
            }
            Mode::Fragment => {
                let pairs = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
                url.set_fragment(Some(&pairs));
                Answer::redirect(url.as_str())
            }
        };
        answer.with(CACHE_CONTROL, "no-store, no-cache")
    }

    /// An error, on its way to the app.
    pub fn refuse(&self, sandbox: &Sandbox, error: &Aadsts) -> Answer {
        let description = error.description(sandbox.clock.now());
        let uri = format!("{}/error?code={}", sandbox.microsoft.url, error.code);
        // Whoever declines has pressed "Cancel" there.
        let cancelled = (error.code == 65_004).then_some(("error_subcode", "cancel"));
        let told = [("error", error.error), ("error_description", &description), ("error_uri", &uri)];
        let all: Vec<(&str, &str)> = told.into_iter().chain(cancelled).collect();
        self.send(&all)
    }
}
