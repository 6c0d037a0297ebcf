//! The OpenID discovery documents, one for each tenant, and the keys ID tokens are checked with.

use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde_json::json;

use super::tenants::Place;
use crate::exchange::Answer;
use crate::state::Sandbox;
use crate::world::people::PERSONAL_TENANT;

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`. No revocation endpoint, no PKCE methods (it works all the
/// same), no `iss` on redirects.
pub fn configuration(sandbox: &Sandbox, place: &Place) -> Answer {
    let origin = &sandbox.microsoft.url;
    let here = format!("{origin}/{}", place.segment);
    let document = json!({
        "token_endpoint": format!("{here}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{here}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": place.issuer(origin),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{origin}/oidc/userinfo"),
        "authorization_endpoint": format!("{here}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{here}/oauth2/v2.0/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{here}/oauth2/v2.0/logout"),
        "claims_supported": ["sub", "iss", "cloud_instance_name", "cloud_instance_host_name",
            "cloud_graph_host_name", "msgraph_host", "aud", "exp", "iat", "auth_time", "acr", "nonce",
            "preferred_username", "name", "tid", "ver", "at_hash", "c_hash", "email"],
        "tenant_region_scope": null,
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
    });
    Answer::json(StatusCode::OK, &document).with(CACHE_CONTROL, "max-age=86400, private")
}

/// `GET /{tenant}/discovery/v2.0/keys`: each key says for which issuer it signs.
pub fn keys(sandbox: &Sandbox) -> Answer {
    let origin = &sandbox.microsoft.url;
    let of = |signer: &crate::signer::Signer, tenant: &str| {
        let mut keys = signer.keys();
        for key in &mut keys {
            key["x5t"] = key["kid"].clone();
            key["issuer"] = json!(format!("{origin}/{tenant}/v2.0"));
        }
        keys
    };
    let mut keys = of(&sandbox.work_signer, "{tenantid}");
    keys.extend(of(&sandbox.personal_signer, PERSONAL_TENANT));
    Answer::json(StatusCode::OK, &json!({"keys": keys})).with(CACHE_CONTROL, "max-age=86400, private")
}
