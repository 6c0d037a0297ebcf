//! The authorization endpoint: what a request must look like (provider facts 2.2), and which page or redirect follows.

use super::errors::Aadsts;
use super::manners;
use super::pages;
use super::replies::Reply;
use super::scopes;
use super::tenants::Place;
use crate::chance::guid;
use crate::exchange::{Answer, Params};
use crate::oauth::grants::{Challenge, Code, Grant, Reason};
use crate::state::Sandbox;
use crate::world::Person;

/// A request that may go on.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where it was made.
    pub place: Place,
    /// The client.
    pub client: String,
    /// The way back.
    pub reply: Reply,
    /// What is asked for, Graph's scopes under their short names.
    pub scopes: Vec<String>,
    challenge: Option<Challenge>,
    nonce: Option<String>,
    prompt: Option<String>,
    login_hint: Option<String>,
    domain_hint: Option<String>,
    /// The query it came with, carried through the forms.
    pub query: String,
}

/// The names under which a request's parameters are carried through the forms.
const CARRIED: [&str; 13] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "login_hint",
    "domain_hint",
    "code_challenge",
    "code_challenge_method",
    "claims",
];

impl Request {
    /// Checks a request. What is wrong with client or redirect URI is told to the person, all else to the app.
    pub fn read(sandbox: &Sandbox, place: Place, params: &Params) -> Result<Self, Answer> {
        let (client, reply) = way_back(sandbox, params).map_err(|error| pages::stop(sandbox, &error))?;
        Self::checked(sandbox, place, params, client, &reply).map_err(|error| reply.refuse(sandbox, &error))
    }

    fn checked(
        sandbox: &Sandbox,
        place: Place,
        params: &Params,
        client: String,
        reply: &Reply,
    ) -> Result<Self, Aadsts> {
        place.fits(&sandbox.microsoft.rules.get().audience, &client)?;
        if required(params, "response_type")? != "code" {
            return Err(Aadsts::new("unsupported_response_type", 700_054, "Only response_type 'code' is enabled."));
        }
        let scopes = scopes::read(&required(params, "scope")?).map_err(|unknown| {
            let text = format!(
                "The provided value for the input parameter 'scope' is not valid. The scope '{unknown}' does not exist."
            );
            Aadsts::new("invalid_scope", 70_011, text)
        })?;
        let prompt = params.get("prompt").map(str::to_owned);
        if prompt.as_ref().is_some_and(|word| !["login", "none", "consent", "select_account"].contains(&word.as_str()))
        {
            return Err(Aadsts::new("invalid_request", 90_023, "Unsupported 'prompt' value."));
        }
        let challenge =
            Challenge::read(params).map_err(|text| Aadsts::new("invalid_request", 501_491, text.to_owned()))?;
        let carried = CARRIED.iter().filter_map(|name| params.get(name).map(|value| (*name, value)));
        Ok(Self {
            place,
            client,
            reply: reply.clone(),
            scopes,
            challenge,
            nonce: params.get("nonce").map(str::to_owned),
            prompt,
            login_hint: params.get("login_hint").map(str::to_owned),
            domain_hint: params.get("domain_hint").map(str::to_owned),
            query: url::form_urlencoded::Serializer::new(String::new()).extend_pairs(carried).finish(),
        })
    }

    fn prompts(&self, word: &str) -> bool {
        self.prompt.as_deref() == Some(word)
    }

    /// Whether `domain_hint` means accounts of this person's kind.
    pub fn hints_at(&self, person: &Person) -> bool {
        match self.domain_hint.as_deref() {
            None | Some("") => true,
            Some("consumers") => person.domain().is_none(),
            Some("organizations") => person.domain().is_some(),
            Some(domain) => person.domain() == Some(domain),
        }
    }

    /// What is asked for and was not consented to before.
    fn wanting(&self, sandbox: &Sandbox, person: &Person) -> Vec<&String> {
        let had = manners::consents(sandbox, person, &self.client);
        self.scopes.iter().filter(|scope| !had.contains(*scope)).collect()
    }

    /// Why this person gets no further here, whatever they press.
    fn hindrance(&self, sandbox: &Sandbox, person: &Person) -> Option<Aadsts> {
        let (ledger, rules) = (&sandbox.microsoft.ledger, sandbox.microsoft.rules.get());
        if let Err(error) = self.place.admits(person, &rules.audience) {
            return Some(error);
        }
        let reaching = self.scopes.iter().any(|scope| scopes::needs_admin(scope));
        if ledger.blocked(&person.address, Reason::AccountDisabled) {
            return Some(Aadsts::disabled().called("access_denied"));
        }
        let forbidden = reaching && ledger.blocked(&person.address, Reason::AdminPolicy);
        forbidden.then(|| Aadsts::policy().called("access_denied"))
    }

    /// Whether an administrator must approve before this person may consent.
    pub fn needs_approval(&self, sandbox: &Sandbox, person: &Person) -> bool {
        person.domain().is_some()
            && sandbox.microsoft.rules.get().admin_consent
            && self.wanting(sandbox, person).iter().any(|scope| scopes::needs_admin(scope))
    }

    /// The answer that brings a code for these scopes; what was asked for and is not among them is taken back.
    pub fn grant(&self, sandbox: &Sandbox, person: &Person, scopes: &[String]) -> Answer {
        let ledger = &sandbox.microsoft.ledger;
        ledger.withdraw(&person.address, &self.client, &self.scopes);
        let grant = Grant { client: self.client.clone(), person: person.address.clone(), scopes: scopes.to_vec() };
        ledger.consent(&grant);
        // Whoever stands before the page has confirmed what was to be confirmed.
        ledger.unblock(&person.address, Reason::InteractionRequired);
        let code = Code {
            offline: scopes.iter().any(|scope| scope == scopes::OFFLINE),
            grant,
            redirect_uri: self.reply.redirect_uri.clone(),
            challenge: self.challenge.clone(),
            nonce: self.nonce.clone(),
        };
        let code = manners::issue_code(sandbox, person, code);
        self.reply.send(&[("code", &code), ("session_state", &guid())])
    }
}

/// The client and the way back to it.
fn way_back(sandbox: &Sandbox, params: &Params) -> Result<(String, Reply), Aadsts> {
    let client = required(params, "client_id")?;
    let registered: Vec<_> = sandbox.config.clients.iter().filter(|known| known.id == client).collect();
    if registered.is_empty() {
        return Err(Aadsts::unknown_client(&client));
    }
    let redirect_uri = required(params, "redirect_uri")?;
    if !registered.iter().any(|known| known.redirect_uri == redirect_uri) {
        let text = format!(
            "The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs configured for \
             the application '{client}'."
        );
        return Err(Aadsts::new("invalid_request", 50_011, text));
    }
    Ok((client, Reply::read(redirect_uri, params)?))
}

fn required(params: &Params, name: &str) -> Result<String, Aadsts> {
    let value = params.get(name).filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or_else(|| Aadsts::missing(name))
}

/// `GET` or `POST /{tenant}/oauth2/v2.0/authorize`.
pub fn begin(sandbox: &Sandbox, place: Place, params: &Params) -> Answer {
    let request = match Request::read(sandbox, place, params) {
        Ok(request) => request,
        Err(answer) => return answer,
    };
    let hinted = request.login_hint.as_deref().and_then(|hint| sandbox.world.find(hint));
    let hinted = hinted.map(|resident| &resident.person);
    if request.prompts("none") {
        return silently(sandbox, &request, hinted);
    }
    let choose = request.prompts("select_account") || request.prompts("login");
    match hinted.filter(|_| !choose) {
        Some(person) => chosen(sandbox, &request, person),
        None => pages::chooser(sandbox, &request),
    }
}

/// `prompt=none`: no page at all.
fn silently(sandbox: &Sandbox, request: &Request, hinted: Option<&Person>) -> Answer {
    let refuse = |error: &Aadsts| request.reply.refuse(sandbox, error);
    let Some(person) = hinted else {
        let text = "A silent sign-in request was sent but no user is signed in.";
        return refuse(&Aadsts::new("login_required", 50_058, text));
    };
    if let Some(error) = request.hindrance(sandbox, person) {
        return refuse(&error);
    }
    if sandbox.microsoft.ledger.blocked(&person.address, Reason::InteractionRequired) {
        return refuse(&Aadsts::second_factor());
    }
    if request.needs_approval(sandbox, person) {
        return refuse(&Aadsts::needs_approval());
    }
    if !request.wanting(sandbox, person).is_empty() {
        return refuse(&Aadsts::not_consented(&request.client).called("consent_required"));
    }
    request.grant(sandbox, person, &request.scopes)
}

/// What follows once it is clear who the person is.
pub fn chosen(sandbox: &Sandbox, request: &Request, person: &Person) -> Answer {
    if let Some(error) = request.hindrance(sandbox, person) {
        return request.reply.refuse(sandbox, &error);
    }
    if request.needs_approval(sandbox, person) {
        return pages::approval(request, &person.address);
    }
    if request.prompts("consent") || !request.wanting(sandbox, person).is_empty() {
        return pages::consent(request, &person.address);
    }
    request.grant(sandbox, person, &request.scopes)
}
