//! What a refusal of a token endpoint means (RFC 6749 section 5.2, and what Google and Microsoft add).
//!
//! The `error` decides; descriptions are not stable and may name people, so they are not even read. Microsoft's numbers
//! are kept for the log and for the sentence on the card, and decide only that a number known to pass by itself ends no
//! grant. What is not known counts as passing.

use super::auth::AuthError;
use oauth2::ErrorResponse;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Microsoft's numbers for faults of its own, and for asking too often (50196): they pass by themselves.
const PASSING: [u32; 6] = [50033, 50196, 90006, 90012, 90024, 90033];
/// Longest code that is kept.
const LONGEST_CODE: usize = 60;

/// The body of a refusal.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Refusal {
    error: String,
    /// Google's finer word.
    error_subtype: Option<String>,
    /// Microsoft's finer numbers (`AADSTS…`).
    #[serde(default)]
    error_codes: Vec<u32>,
    /// Finds the request in Microsoft's own log.
    correlation_id: Option<String>,
}
impl ErrorResponse for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl Refusal {
    fn code(&self) -> String {
        let finer = self.error_subtype.clone().or_else(|| self.error_codes.first().map(ToString::to_string));
        let whole = finer.map_or_else(|| self.error.clone(), |finer| format!("{}:{finer}", self.error));
        whole.chars().filter(|c| c.is_ascii_alphanumeric() || "_:-".contains(*c)).take(LONGEST_CODE).collect()
    }
}

/// The table.
pub(super) fn read_refusal(refusal: &Refusal) -> AuthError {
    let code = refusal.code();
    if let Some(number) = refusal.error_codes.first() {
        let correlation = refusal.correlation_id.as_deref().unwrap_or_default();
        tracing::info!(code, number, correlation, "token_endpoint.refused");
    }
    if refusal.error_codes.iter().any(|number| PASSING.contains(number)) {
        return AuthError::Transient(format!("the provider answered {code}").into());
    }
    match refusal.error.as_str() {
        "invalid_grant" | "interaction_required" | "consent_required" | "login_required" | "access_denied" => {
            AuthError::GrantRefused { reason: code }
        }
        "invalid_client"
        | "unauthorized_client"
        | "invalid_request"
        | "unsupported_grant_type"
        | "invalid_scope"
        | "redirect_uri_mismatch" => AuthError::ClientRefused { code },
        "temporarily_unavailable" | "server_error" => {
            AuthError::Transient(format!("the provider answered {code}").into())
        }
        _ => {
            tracing::warn!(code, "grant.unknown_error: taken as transient");
            AuthError::Transient(format!("the provider answered {code}").into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(error: &str, numbers: &[u32]) -> AuthError {
        read_refusal(&Refusal { error: error.to_owned(), error_codes: numbers.to_vec(), ..Refusal::default() })
    }

    #[test]
    fn a_grant_ends_only_for_errors_that_say_so() {
        for number in [50_173, 70_008, 700_082, 70_000, 50_089, 50_132, 50_133] {
            let AuthError::GrantRefused { reason } = verdict("invalid_grant", &[number]) else { panic!("{number}") };
            assert_eq!(reason, format!("invalid_grant:{number}"));
        }
        for number in [50_076, 50_079, 50_078, 50_158, 53_003, 65_001, 70_043] {
            assert!(matches!(verdict("interaction_required", &[number]), AuthError::GrantRefused { .. }), "{number}");
        }
        assert!(matches!(verdict("invalid_grant", &[]), AuthError::GrantRefused { .. }));
    }

    #[test]
    fn a_wrong_secret_is_the_operators_and_ends_no_grant() {
        for number in [7_000_215, 7_000_222, 70_002] {
            assert!(matches!(verdict("invalid_client", &[number]), AuthError::ClientRefused { .. }), "{number}");
        }
        assert!(matches!(verdict("unauthorized_client", &[700_016]), AuthError::ClientRefused { .. }));
    }

    #[test]
    fn what_passes_by_itself_and_what_is_unknown_ends_no_grant() {
        for (error, number) in
            [("temporarily_unavailable", 90_033), ("server_error", 90_012), ("invalid_grant", 50_196), ("new_word", 1)]
        {
            assert!(matches!(verdict(error, &[number]), AuthError::Transient(_)), "{error} {number}");
        }
    }

    #[test]
    fn a_code_is_short_and_plain_whatever_the_provider_writes() {
        let refusal = Refusal {
            error: "invalid_grant".into(),
            error_subtype: Some(format!("invalid_rapt <b>{}", "x".repeat(200))),
            ..Refusal::default()
        };
        let code = refusal.code();
        assert!(code.starts_with("invalid_grant:invalid_rapt") && code.len() <= LONGEST_CODE, "{code}");
        assert!(!code.contains('<'));
    }
}
