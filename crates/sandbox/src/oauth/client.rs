//! Who asks at a token endpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;

use super::rules::Secret;
use crate::config::Client;
use crate::exchange::{Call, Params};

/// Why a client is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// It does not say who it is.
    Nameless,
    /// Nobody registered this id.
    Unknown,
    /// It sends no secret.
    Silent,
    /// Its secret is wrong.
    Wrong,
    /// Its secret was right once.
    Expired,
}

/// The client, by its secret in the form or in a Basic header.
pub fn authenticate(clients: &[Client], rule: Secret, call: &Call, form: &Params) -> Result<String, Stranger> {
    let given = |name: &str| form.get(name).filter(|value| !value.is_empty()).map(str::to_owned);
    let (id, secret) = match basic(call) {
        Some((id, secret)) => (id, Some(secret)),
        None => (given("client_id").ok_or(Stranger::Nameless)?, given("client_secret")),
    };
    let mut known = clients.iter().filter(|client| client.id == id).peekable();
    if known.peek().is_none() {
        return Err(Stranger::Unknown);
    }
    let secret = secret.ok_or(Stranger::Silent)?;
    if !known.any(|client| client.secret == secret) {
        return Err(Stranger::Wrong);
    }
    match rule {
        Secret::Good => Ok(id),
        Secret::Wrong => Err(Stranger::Wrong),
        Secret::Expired => Err(Stranger::Expired),
    }
}

fn basic(call: &Call) -> Option<(String, String)> {
    let (scheme, value) = call.header(&AUTHORIZATION)?.split_once(' ')?;
    let text = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    // RFC 6749 section 2.3.1: both halves are form-encoded first.
    let plain = |half: &str| {
        url::form_urlencoded::parse(half.as_bytes()).next().map(|(text, _)| text.into_owned()).unwrap_or_default()
    };
    Some((plain(id), plain(secret)))
}
