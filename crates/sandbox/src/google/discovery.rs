//! The OpenID discovery document and the keys ID tokens are checked with.

use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde_json::json;

use crate::exchange::Answer;
use crate::state::Sandbox;

/// `GET /.well-known/openid-configuration`.
pub fn configuration(sandbox: &Sandbox) -> Answer {
    let origin = &sandbox.google.url;
    let document = json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/o/oauth2/v2/auth"),
        "token_endpoint": format!("{origin}/token"),
        "revocation_endpoint": format!("{origin}/revoke"),
        "userinfo_endpoint": format!("{origin}/v1/userinfo"),
        "jwks_uri": format!("{origin}/oauth2/v3/certs"),
        "device_authorization_endpoint": format!("{origin}/device/code"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["aud", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss",
            "name", "picture", "sub"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
    });
    Answer::json(StatusCode::OK, &document).with(CACHE_CONTROL, "public, max-age=3600")
}

/// `GET /oauth2/v3/certs`.
pub fn keys(sandbox: &Sandbox) -> Answer {
    let mut keys = sandbox.google_signer.keys();
    for key in &mut keys {
        key["alg"] = json!("RS256");
    }
    Answer::json(StatusCode::OK, &json!({"keys": keys}))
        .with(CACHE_CONTROL, "public, max-age=22800, must-revalidate, no-transform")
}
