//! The authorization endpoint: what a request must look like, and which page or redirect follows from it.

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderName};
use url::Url;

use super::manners;
use super::pages;
use super::scopes;
use crate::config::Coop;
use crate::exchange::{Answer, Params};
use crate::oauth::grants::{Challenge, Code, Grant, Reason};
use crate::state::Sandbox;

/// A request that may go on.
#[derive(Clone, Debug)]
pub struct Request {
    /// The client.
    pub client: String,
    /// One of its redirect URIs.
    pub redirect_uri: String,
    /// What is asked for, under the names of token responses.
    pub scopes: Vec<String>,
    /// Echoed to the client.
    pub state: Option<String>,
    /// PKCE challenge.
    pub challenge: Option<Challenge>,
    nonce: Option<String>,
    offline: bool,
    include_granted: bool,
    prompts: Vec<String>,
    login_hint: Option<String>,
    /// The query it came with, carried through the forms.
    pub query: String,
}

/// Why a request stops on Google's own page: the error's name and a sentence.
#[derive(Clone, Debug)]
pub struct Stop(pub StatusCode, pub &'static str, pub String);

/// The names under which a request's parameters are carried through the forms.
const CARRIED: [&str; 13] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "access_type",
    "prompt",
    "login_hint",
    "include_granted_scopes",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
];

impl Request {
    /// Checks a request; what is wrong with it is told to the person, never to the redirect URI.
    pub fn read(sandbox: &Sandbox, params: &Params) -> Result<Self, Stop> {
        let bad = |text: &str| Stop(StatusCode::BAD_REQUEST, "invalid_request", text.to_owned());
        let required = |name: &str| {
            let value = params.get(name).filter(|value| !value.is_empty()).map(str::to_owned);
            value.ok_or_else(|| bad(&format!("Missing required parameter: {name}")))
        };
        let client = required("client_id")?;
        let registered: Vec<_> = sandbox.config.clients.iter().filter(|known| known.id == client).collect();
        if registered.is_empty() {
            let text = "The OAuth client was not found.".to_owned();
            return Err(Stop(StatusCode::UNAUTHORIZED, "invalid_client", text));
        }
        let redirect_uri = required("redirect_uri")?;
        if !registered.iter().any(|known| known.redirect_uri == redirect_uri) {
            let text = format!(
                "You can't sign in to this app because it sent an invalid request: the redirect URI {redirect_uri} is \
                 not registered for this client."
            );
            return Err(Stop(StatusCode::BAD_REQUEST, "redirect_uri_mismatch", text));
        }
        if required("response_type")? != "code" {
            return Err(Stop(
                StatusCode::BAD_REQUEST,
                "unsupported_response_type",
                "Only code is supported.".to_owned(),
            ));
        }
        let scopes = scopes::canonical(&required("scope")?);
        if let Some(unknown) = scopes.iter().find(|scope| scopes::sentence(scope).is_none()) {
            let text = format!("Some requested scopes were invalid: {unknown}");
            return Err(Stop(StatusCode::BAD_REQUEST, "invalid_scope", text));
        }
        let prompts: Vec<String> =
            params.get("prompt").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        let known = |prompt: &String| ["none", "consent", "select_account"].contains(&prompt.as_str());
        if !prompts.iter().all(known) || (prompts.len() > 1 && prompts.iter().any(|prompt| prompt == "none")) {
            return Err(bad("Invalid value for parameter: prompt"));
        }
        let carried = CARRIED.iter().filter_map(|name| params.get(name).map(|value| (*name, value)));
        Ok(Self {
            challenge: Challenge::read(params).map_err(bad)?,
            client,
            redirect_uri,
            scopes,
            state: params.get("state").map(str::to_owned),
            nonce: params.get("nonce").map(str::to_owned),
            offline: read_access_type(params).map_err(bad)?,
            include_granted: params.flag("include_granted_scopes"),
            prompts,
            login_hint: params.get("login_hint").map(str::to_owned),
            query: url::form_urlencoded::Serializer::new(String::new()).extend_pairs(carried).finish(),
        })
    }

    /// Whether `prompt` contains this word.
    pub fn prompts(&self, word: &str) -> bool {
        self.prompts.iter().any(|prompt| prompt == word)
    }

    /// Whether this person is asked, or has consented to all of it before.
    pub fn needs_consent(&self, sandbox: &Sandbox, person: &str) -> bool {
        let had = sandbox.google.ledger.consents(person, &self.client);
        self.prompts("consent") || !self.scopes.iter().all(|scope| had.contains(scope))
    }

    /// The redirect that brings a code for these scopes.
    pub fn grant(&self, sandbox: &Sandbox, person: &str, scopes: &[String]) -> Answer {
        let mut scopes = scopes.to_vec();
        if self.include_granted {
            let before = sandbox.google.ledger.consents(person, &self.client);
            scopes.extend(before.into_iter().filter(|scope| !self.scopes.contains(scope)));
        }
        let grant = Grant { client: self.client.clone(), person: person.to_owned(), scopes: scopes.clone() };
        let code = Code {
            grant,
            redirect_uri: self.redirect_uri.clone(),
            challenge: self.challenge.clone(),
            nonce: self.nonce.clone(),
            offline: self.offline,
        };
        let code = manners::issue_code(sandbox, code, self.prompts("consent"));
        self.redirect(&[("code", &code), ("scope", &scopes.join(" ")), ("authuser", "0"), ("prompt", self.asked())])
    }

    fn asked(&self) -> &'static str {
        if self.prompts("consent") { "consent" } else { "none" }
    }

    /// A redirect to the client with these parameters and the state.
    pub fn redirect(&self, params: &[(&str, &str)]) -> Answer {
        let Ok(mut url) = Url::parse(&self.redirect_uri) else {
            return Answer::html(StatusCode::BAD_REQUEST, pages::not_found(&self.redirect_uri));
        };
        let state = self.state.as_deref().map(|state| ("state", state));
        url.query_pairs_mut().extend_pairs(state.iter().chain(params));
        Answer::redirect(url.as_str())
    }
}

fn read_access_type(params: &Params) -> Result<bool, &'static str> {
    match params.get("access_type") {
        None | Some("online") => Ok(false),
        Some("offline") => Ok(true),
        Some(_) => Err("Invalid value for parameter: access_type"),
    }
}

/// `GET /o/oauth2/v2/auth`.
pub fn begin(sandbox: &Sandbox, params: &Params) -> Answer {
    let request = match Request::read(sandbox, params) {
        Ok(request) => request,
        Err(stop) => return stopped(sandbox, &stop),
    };
    let hinted = request.login_hint.as_deref().and_then(|hint| sandbox.world.find(hint));
    if request.prompts("none") {
        let answer = match hinted {
            Some(resident) if !request.needs_consent(sandbox, &resident.person.address) => {
                request.grant(sandbox, &resident.person.address, &request.scopes)
            }
            Some(_) => request.redirect(&[("error", "interaction_required")]),
            None => request.redirect(&[("error", "login_required")]),
        };
        return dressed(sandbox, answer);
    }
    match hinted {
        Some(resident) if !request.prompts("select_account") => chosen(sandbox, &request, &resident.person.address),
        _ => dressed(sandbox, Answer::html(StatusCode::OK, pages::chooser(sandbox, &request))),
    }
}

/// What follows once it is clear who the person is.
pub fn chosen(sandbox: &Sandbox, request: &Request, address: &str) -> Answer {
    if sandbox.google.ledger.blocked(address, Reason::AdminPolicy)
        && request.scopes.iter().any(|scope| !scopes::is_sign_in(scope))
    {
        let text = "The administrator of this account does not allow this app to reach some of what it asks for.";
        return stopped(sandbox, &Stop(StatusCode::BAD_REQUEST, "admin_policy_enforced", text.to_owned()));
    }
    let answer = if request.needs_consent(sandbox, address) {
        Answer::html(StatusCode::OK, pages::consent(request, address))
    } else {
        request.grant(sandbox, address, &request.scopes)
    };
    dressed(sandbox, answer)
}

/// The page that says why it goes no further.
pub fn stopped(sandbox: &Sandbox, stop: &Stop) -> Answer {
    dressed(sandbox, Answer::html(stop.0, pages::stop(stop)))
}

/// An answer with the headers of Google's pages.
pub fn dressed(sandbox: &Sandbox, answer: Answer) -> Answer {
    let answer = answer.with(CACHE_CONTROL, "no-store");
    match sandbox.config.google_coop {
        Coop::None => answer,
        Coop::Enforce => answer.with(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        Coop::Report => answer
            .with(HeaderName::from_static("cross-origin-opener-policy-report-only"), "same-origin; report-to=\"coop\""),
    }
}
