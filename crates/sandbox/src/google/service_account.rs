//! The service account of the pretend project: its key file, and the exchange of what it signs for a token (RFC 7523).

use chrono::Duration;
use http::StatusCode;
use serde_json::{Value, json};

use super::errors::oauth;
use super::manners::{self, ACCESS_S};
use crate::exchange::{Answer, Params};
use crate::oauth::grants::Grant;
use crate::signer::private_key;
use crate::state::Sandbox;

/// The grant type.
pub const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Name of its keys.
pub const SIGNER: &str = "google service account";
/// Its address, which is nobody's.
pub const ADDRESS: &str = "gatepost@gatepost.iam.gserviceaccount.example";
/// Whom Google's own libraries address, wherever the key file says that the endpoint is.
const GOOGLES_OWN: &str = "https://oauth2.googleapis.com/token";
/// How far a clock may be off.
const SKEW: Duration = Duration::minutes(10);
/// The longest that a statement may be good.
const LONGEST_S: i64 = 3_600;

/// The key file, as Google's console writes it.
pub fn key_file(sandbox: &Sandbox) -> Value {
    let inside = private_key(&format!("# {SIGNER} 1"));
    json!({
        "type": "service_account",
        "project_id": "gatepost",
        "private_key_id": sandbox.service_signer.key_id(),
        "private_key": format!("-----BEGIN PRIVATE KEY-----\n{inside}-----END PRIVATE KEY-----\n"),
        "client_email": ADDRESS,
        "client_id": "100000000000000000001",
        "auth_uri": format!("{}/o/oauth2/v2/auth", sandbox.google.url),
        "token_uri": format!("{}/token", sandbox.google.url),
    })
}

/// A token for a signed statement.
pub fn exchange(sandbox: &Sandbox, form: &Params) -> Result<Answer, Answer> {
    let refused = |description: &str| oauth(StatusCode::BAD_REQUEST, "invalid_grant", description);
    let statement = form.get("assertion").unwrap_or_default();
    let claims = sandbox.service_signer.open(statement).ok_or_else(|| refused("Invalid JWT Signature."))?;
    if claims["iss"] != ADDRESS {
        return Err(refused("Invalid grant: account not found"));
    }
    if claims["aud"] != GOOGLES_OWN && claims["aud"] != format!("{}/token", sandbox.google.url) {
        return Err(refused("Invalid JWT: Failed audience check."));
    }
    let now = sandbox.clock.now();
    let (from, until) = (claims["iat"].as_i64().unwrap_or(0), claims["exp"].as_i64().unwrap_or(0));
    let timely = from <= (now + SKEW).timestamp() && until > (now - SKEW).timestamp();
    if !timely || until - from > LONGEST_S {
        return Err(refused(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat \
             and exp values in the JWT claim.",
        ));
    }
    let scopes: Vec<String> =
        claims["scope"].as_str().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    if scopes.is_empty() {
        return Err(oauth(
            StatusCode::BAD_REQUEST,
            "invalid_scope",
            "Invalid OAuth scope or ID token audience provided.",
        ));
    }
    let grant = Grant { client: ADDRESS.to_owned(), person: ADDRESS.to_owned(), scopes };
    let token = manners::issue_access(sandbox, grant);
    Ok(Answer::json(StatusCode::OK, &json!({"access_token": token, "expires_in": ACCESS_S, "token_type": "Bearer"})))
}
