//! Entra's errors: a word to branch on, and an AADSTS number for people (provider facts 2.5).

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Value, json};

use crate::chance::guid;
use crate::exchange::{Answer, Call};
use crate::oauth::grants::{Reason, Refusal, Stale};
use crate::state::Sandbox;

/// One error.
#[derive(Clone, Debug)]
pub struct Aadsts {
    /// Status at the token endpoint.
    pub status: StatusCode,
    /// The word.
    pub error: &'static str,
    /// The number.
    pub code: u32,
    /// The sentence after the number.
    pub text: String,
    suberror: Option<&'static str>,
    claims: Option<Value>,
}

impl Aadsts {
    /// An error with this word, number and sentence.
    pub fn new(error: &'static str, code: u32, text: impl Into<String>) -> Self {
        let status = match error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, error, code, text: text.into(), suberror: None, claims: None }
    }

    /// The same by another word: the authorization endpoint has its own.
    pub fn called(self, error: &'static str) -> Self {
        Self { error, ..self }
    }

    /// The same with a `suberror`.
    fn sub(self, suberror: &'static str) -> Self {
        Self { suberror: Some(suberror), ..self }
    }

    /// A parameter is missing.
    pub fn missing(name: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        Self::new("invalid_request", 900_144, text)
    }

    /// Nobody registered this client.
    pub fn unknown_client(client: &str) -> Self {
        let text = format!("Application with identifier '{client}' was not found in the directory.");
        Self::new("unauthorized_client", 700_016, text)
    }

    /// No such tenant.
    pub fn unknown_tenant(segment: &str) -> Self {
        let text = format!("Tenant '{segment}' not found. Check to make sure you have the correct tenant ID.");
        Self::new("invalid_tenant", 90_002, text)
    }

    /// The registration is for one tenant, the path for several.
    pub fn not_multi_tenant(client: &str) -> Self {
        let text = format!(
            "Application '{client}' is not configured as a multi-tenant application. Usage of the /common endpoint is \
             not supported for such apps. Use a tenant-specific endpoint or configure the application to be multi-tenant."
        );
        Self::new("invalid_request", 50_194, text)
    }

    /// The registration is for work accounts, the path for personal ones.
    pub fn no_consumers(client: &str) -> Self {
        let text = format!(
            "Application '{client}' is configured for use by Azure Active Directory users only. Please do not use the \
             /consumers endpoint to serve this request."
        );
        Self::new("invalid_request", 9_002_332, text)
    }

    /// The registration is for personal accounts, the path for others too.
    pub fn consumers_only(client: &str) -> Self {
        let text = format!(
            "Application '{client}' is configured for use by Microsoft Account users only. Please use the /consumers \
             endpoint to serve this request."
        );
        Self::new("invalid_request", 9_002_331, text)
    }

    /// The account is not in the tenant.
    pub fn stranger(tenant: &str) -> Self {
        let text = format!(
            "User account from identity provider 'live.com' does not exist in tenant '{tenant}' and cannot access the \
             application in that tenant. The account needs to be added as an external user in the tenant first."
        );
        Self::new("access_denied", 50_020, text)
    }

    /// A personal account where only work accounts may be, or the other way round.
    pub fn wrong_kind() -> Self {
        Self::new("access_denied", 500_208, "The domain is not a valid login domain for the account type.")
    }

    /// The account is disabled.
    pub fn disabled() -> Self {
        Self::new("invalid_grant", 50_057, "The user account is disabled.")
    }

    /// A policy of the organisation forbids it.
    pub fn policy() -> Self {
        let text = "Access has been blocked by Conditional Access policies. The access policy does not allow token \
                    issuance.";
        Self::new("interaction_required", 53_003, text)
    }

    /// Only an administrator may consent to this.
    pub fn needs_approval() -> Self {
        let text = "An administrator has set a policy that prevents you from granting the application the permissions \
                    it is requesting. Contact an administrator, who can grant permissions on your behalf.";
        Self::new("consent_required", 90_094, text)
    }

    /// The person has not consented to this.
    pub fn not_consented(client: &str) -> Self {
        let text = format!(
            "The user or administrator has not consented to use the application with ID '{client}'. Send an \
             interactive authorization request for this user and resource."
        );
        Self::new("invalid_grant", 65_001, text).sub("consent_required")
    }

    /// Why a refresh token is refused; `personal` accounts are told of idleness by another number.
    pub fn of_refresh(refusal: &Refusal, client: &str, personal: bool) -> Self {
        let Refusal::Ended(reason, issued) = refusal else {
            let text = "The provided value for the input parameter 'refresh_token' or 'assertion' is not valid.";
            return Self::new("invalid_grant", 70_000, text);
        };
        match reason {
            Reason::Removed => Self::not_consented(client),
            Reason::Idle if personal => Self::idle_personal(),
            Reason::Idle => {
                let text = format!(
                    "The refresh token has expired due to inactivity. The token was issued on {issued:?} and was \
                     inactive for 90.00:00:00."
                );
                Self::new("invalid_grant", 700_082, text)
            }
            Reason::TestingExpired => {
                let text = "The refresh token has expired or is invalid due to sign-in frequency checks by conditional \
                            access.";
                Self::new("interaction_required", 70_043, text).sub("token_expired")
            }
            Reason::AdminPolicy => Self::policy(),
            Reason::AccountDisabled => Self::disabled(),
            Reason::InteractionRequired => Self::second_factor(),
            Reason::SessionsRevoked | Reason::PasswordChanged | Reason::Crowded => {
                let text = format!(
                    "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user \
                     might have changed or reset their password. The grant was issued on '{issued:?}'."
                );
                Self::new("invalid_grant", 50_173, text)
            }
        }
    }

    fn idle_personal() -> Self {
        let text = "The provided authorization code or refresh token has expired due to inactivity. Send a new \
                    interactive authorization request for this user and resource.";
        Self::new("invalid_grant", 70_008, text)
    }

    /// The person must confirm with a second factor; the claims belong into the next authorization request.
    pub fn second_factor() -> Self {
        let text = "Due to a configuration change made by your administrator, or because you moved to a new location, \
                    you must use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.";
        let claims = json!({"access_token": {"capolids": {"essential": true, "values": [guid()]}}});
        Self { claims: Some(claims), ..Self::new("interaction_required", 50_076, text).sub("basic_action") }
    }

    /// Why a code is refused.
    pub fn of_code(stale: Stale) -> Self {
        match stale {
            Stale::Unknown => {
                Self::new("invalid_grant", 70_000, "The provided value for the 'code' parameter is not valid.")
            }
            Stale::Expired => Self::idle_personal(),
            Stale::Spent => {
                let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use \
                            an existing refresh token.";
                Self::new("invalid_grant", 54_005, text)
            }
        }
    }

    /// The sentence as it stands in bodies and on redirects.
    pub fn description(&self, now: DateTime<Utc>) -> String {
        self.told(now, &guid(), &guid())
    }

    fn told(&self, now: DateTime<Utc>, trace: &str, correlation: &str) -> String {
        let at = now.format("%Y-%m-%d %H:%M:%SZ");
        format!("AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}", self.code, self.text)
    }

    /// The answer of the token endpoint; a `client-request-id` of the caller becomes the correlation id.
    pub fn answer(&self, sandbox: &Sandbox, call: &Call) -> Answer {
        let now = sandbox.clock.now();
        let sent = call.headers.get("client-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        let (trace, correlation) = (guid(), sent.unwrap_or_else(guid));
        let mut body = json!({
            "error": self.error,
            "error_description": self.told(now, &trace, &correlation),
            "error_codes": [self.code],
            "timestamp": now.format("%Y-%m-%d %H:%M:%SZ").to_string(),
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("{}/error?code={}", sandbox.microsoft.url, self.code),
        });
        if let Some(suberror) = self.suberror {
            body["suberror"] = json!(suberror);
        }
        if let Some(claims) = &self.claims {
            body["claims"] = json!(claims.to_string());
        }
        Answer::json(self.status, &body)
    }
}
