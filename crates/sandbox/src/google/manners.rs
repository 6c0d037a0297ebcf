//! How Google treats codes, tokens and consents (provider facts 1.3 to 1.7), and what they look like.

use chrono::{DateTime, Duration, Utc};

use super::scopes;
use crate::chance::random;
use crate::oauth::grants::{Code, Grant, Reason};
use crate::oauth::manners::{Effect, Manners};
use crate::state::Sandbox;

/// Seconds an access token lives, as Google reports them.
pub const ACCESS_S: i64 = 3_599;

/// Google's manners. A revocation reaches everything the person gave to the project, and access tokens end with it.
pub const MANNERS: Manners = Manners {
    code_min: 10,
    idle_days: 183,
    live_refresh: Some(100),
    access_ends: true,
    project_wide: true,
    effect,
    reaches,
};

fn effect(reason: Reason) -> Option<Effect> {
    match reason {
        Reason::AdminPolicy => Some(Effect::BOTH),
        Reason::AccountDisabled => Some(Effect::BLOCKS),
        Reason::InteractionRequired => None,
        _ => Some(Effect::KILLS),
    }
}

/// A new password ends what can reach mail; the clocks and an administrator end whatever is more than signing in.
fn reaches(reason: Reason, grant: &Grant) -> bool {
    let mut scopes = grant.scopes.iter();
    match reason {
        Reason::PasswordChanged => scopes.any(|scope| scopes::is_mail(scope)),
        Reason::Idle | Reason::TestingExpired | Reason::AdminPolicy => scopes.any(|scope| !scopes::is_sign_in(scope)),
        _ => true,
    }
}

/// Writes a consent down and issues its code. Without `prompt=consent` only the first offline consent of a person to a
/// client brings a refresh token.
pub fn issue_code(sandbox: &Sandbox, mut code: Code, forced: bool) -> String {
    let (ledger, grant) = (&sandbox.google.ledger, &code.grant);
    if code.offline {
        let first = ledger.first_offline(&grant.person, &grant.client);
        code.offline = forced || first;
    }
    ledger.consent(grant);
    let text = format!("4/0A{}", random(52));
    ledger.keep_code(text.clone(), code, sandbox.clock.now());
    text
}

/// A new access token.
pub fn issue_access(sandbox: &Sandbox, grant: Grant) -> String {
    let text = format!("ya29.a0{}", random(171));
    sandbox.google.ledger.keep_access(text.clone(), grant, sandbox.clock.now(), ACCESS_S);
    text
}

/// A new refresh token, and when the time it is given for is over: in "Testing" it ends seven days after consent,
/// unless it only serves to sign in.
pub fn issue_refresh(sandbox: &Sandbox, grant: Grant) -> (String, Option<DateTime<Utc>>) {
    let now = sandbox.clock.now();
    let more = grant.scopes.iter().any(|scope| !scopes::is_sign_in(scope));
    let limit_s = sandbox.google.rules.get().refresh_token_expires_in.filter(|_| more);
    let ends = limit_s.map(|seconds| now + Duration::seconds(seconds));
    let text = format!("1//0{}", random(74));
    sandbox.google.ledger.keep_refresh(text.clone(), grant, now, ends);
    (text, ends)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::MANNERS;
    use crate::google::scopes::READONLY;
    use crate::oauth::grants::{Grant, Reason, Refusal};
    use crate::oauth::ledger::Ledger;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn grant(scope: &str) -> Grant {
        Grant { client: "app".into(), person: "ana@gmail.example".into(), scopes: vec![scope.into()] }
    }

    fn keep(ledger: &Ledger, text: &str, scope: &str) {
        ledger.keep_refresh(text.to_owned(), grant(scope), now(), None);
    }

    #[test]
    fn the_hundred_and_first_refresh_token_kills_the_first() {
        let ledger = Ledger::new(&MANNERS);
        for number in 0..101 {
            keep(&ledger, &number.to_string(), READONLY);
        }
        assert_eq!(ledger.refresh("0", "app", now()).unwrap_err(), Refusal::Ended(Reason::Crowded, now()));
        assert!(ledger.refresh("1", "app", now()).is_ok());
        assert!(ledger.refresh("100", "app", now()).is_ok());
        assert_eq!(ledger.refresh("1", "other", now()).unwrap_err(), Refusal::Unknown);
    }

    #[test]
    fn a_new_password_ends_mail_but_not_signing_in() {
        let ledger = Ledger::new(&MANNERS);
        keep(&ledger, "mail", READONLY);
        keep(&ledger, "sign-in", "openid");
        assert!(ledger.end("ana@gmail.example", Reason::PasswordChanged));
        assert!(ledger.refresh("mail", "app", now()).is_err());
        assert!(ledger.refresh("sign-in", "app", now()).is_ok());
    }

    #[test]
    fn an_unused_refresh_token_dies_after_half_a_year_and_every_use_starts_the_clock_anew() {
        let ledger = Ledger::new(&MANNERS);
        keep(&ledger, "used", READONLY);
        keep(&ledger, "sleeping", READONLY);
        assert!(ledger.refresh("used", "app", now() + Duration::days(180)).is_ok());
        let later = now() + Duration::days(184);
        assert!(ledger.refresh("used", "app", later).is_ok());
        assert_eq!(ledger.refresh("sleeping", "app", later).unwrap_err(), Refusal::Ended(Reason::Idle, now()));
    }
}
