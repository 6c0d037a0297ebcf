//! Why a grant may have ended: what the provider's code says, and which of its documented causes the dates allow (pure).

use crate::providers::Provider;
use chrono::{DateTime, TimeDelta, Utc};

/// A likely cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The person, or a program of theirs, took the access back at the provider.
    AccessRemoved,
    /// The password was changed: Google then ends every grant that can read mail.
    PasswordChanged,
    /// The operator's project at Google is in testing, where grants live seven days.
    TestingMode,
    /// It was not used for too long.
    LongIdle,
    /// The administrator of the account restricted it.
    AdminPolicy,
    /// It was given for a limited time, which is over.
    TimeLimited,
    /// The provider wants the person to sign in again.
    SignInAgain,
    /// The account is switched off.
    AccountDisabled,
    /// The registration at Microsoft is of a kind whose grants live a day.
    WrongPlatform,
    /// No refresh token ever came with it.
    NoRefreshToken,
    /// It was made with another server of the provider's name, such as the demo's.
    OtherIssuer,
}

/// What is known about a grant that ended.
pub(in crate::connections) struct Dates<'a> {
    /// Whose grant.
    pub provider: Provider,
    /// The provider's code.
    pub reason: &'a str,
    /// The mailbox's address.
    pub address: &'a str,
    /// Whether the grant reached mail.
    pub reads_mail: bool,
    /// When consent was given.
    pub consented_at: DateTime<Utc>,
    /// When it last worked.
    pub refreshed_at: DateTime<Utc>,
    /// When the provider was going to end it.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was found to be over.
    pub found_at: DateTime<Utc>,
}

/// The likely causes, likeliest first.
pub(in crate::connections) fn likely(dates: &Dates<'_>) -> Vec<Cause> {
    let number = dates.reason.rsplit(':').next().unwrap_or_default();
    match (dates.reason, number) {
        ("no_refresh_token", _) => return vec![Cause::NoRefreshToken],
        ("other_issuer", _) => return vec![Cause::OtherIssuer],
        ("scope_missing", _) => return vec![Cause::AccessRemoved],
        (_, "admin_policy_enforced" | "50105" | "90094" | "53003") => return vec![Cause::AdminPolicy],
        (_, "invalid_rapt") => return vec![Cause::AdminPolicy, Cause::SignInAgain],
        (_, "50057") => return vec![Cause::AccountDisabled],
        (_, "700084") => return vec![Cause::WrongPlatform],
        (_, "70008" | "700082") => return vec![Cause::LongIdle],
        (_, "65001") => return vec![Cause::AccessRemoved, Cause::AdminPolicy],
        _ => {}
    }
    if dates.reason.starts_with("interaction_required") || dates.reason.starts_with("login_required") {
        return vec![Cause::SignInAgain, Cause::AdminPolicy];
    }
    match dates.provider {
        Provider::Google => google(dates),
        // A change of password ends no grant of a server at Microsoft; an administrator's or the person's own "sign out
        // everywhere" does.
        Provider::Microsoft if idle(dates, TimeDelta::days(90)) => vec![Cause::LongIdle, Cause::AccessRemoved],
        Provider::Microsoft => vec![Cause::AccessRemoved, Cause::AdminPolicy],
    }
}

fn google(dates: &Dates<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    if dates.ends_at.is_some_and(|ends| ends <= dates.found_at) {
        causes.push(Cause::TimeLimited);
    }
    // Seven days after consent, to the hour: it worked before and not after.
    let week = dates.consented_at + TimeDelta::days(7);
    if dates.refreshed_at <= week && dates.found_at >= week {
        causes.push(Cause::TestingMode);
    }
    if idle(dates, TimeDelta::days(180)) {
        causes.push(Cause::LongIdle);
    }
    causes.push(Cause::AccessRemoved);
    if dates.reads_mail {
        causes.push(Cause::PasswordChanged);
    }
    // Accounts of Google's own have no administrator.
    if !dates.address.to_ascii_lowercase().ends_with("@gmail.com") {
        causes.push(Cause::AdminPolicy);
    }
    causes
}

fn idle(dates: &Dates<'_>, limit: TimeDelta) -> bool {
    dates.found_at - dates.refreshed_at >= limit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::days(days)
    }

    /// Consented on day 0, last worked on `worked`, found to be over on `found`.
    fn google_causes(worked: i64, found: i64) -> Vec<Cause> {
        likely(&dates("invalid_grant", worked, found))
    }

    fn dates(reason: &str, worked: i64, found: i64) -> Dates<'_> {
        Dates {
            provider: Provider::Google,
            reason,
            address: "ana@gmail.com",
            reads_mail: true,
            consented_at: at(0),
            refreshed_at: at(worked),
            ends_at: None,
            found_at: at(found),
        }
    }

    #[test]
    fn only_causes_that_the_dates_allow_are_named() {
        assert_eq!(google_causes(2, 3), [Cause::AccessRemoved, Cause::PasswordChanged]);
        assert_eq!(google_causes(6, 7), [Cause::TestingMode, Cause::AccessRemoved, Cause::PasswordChanged]);
        assert_eq!(google_causes(8, 9), [Cause::AccessRemoved, Cause::PasswordChanged], "it worked after the week");
        assert_eq!(google_causes(10, 200), [Cause::LongIdle, Cause::AccessRemoved, Cause::PasswordChanged]);
    }

    #[test]
    fn a_grant_without_mail_survives_passwords_and_a_company_has_an_administrator() {
        let causes =
            likely(&Dates { reads_mail: false, address: "ana@work.example", ..dates("invalid_grant", 20, 21) });
        assert_eq!(causes, [Cause::AccessRemoved, Cause::AdminPolicy]);
        let limited = likely(&Dates { ends_at: Some(at(20)), ..dates("invalid_grant", 20, 21) });
        assert_eq!(limited[0], Cause::TimeLimited);
    }

    #[test]
    fn what_the_provider_says_comes_before_what_the_dates_allow() {
        for (reason, cause) in [
            ("invalid_grant:admin_policy_enforced", Cause::AdminPolicy),
            ("invalid_grant:700082", Cause::LongIdle),
            ("invalid_grant:50057", Cause::AccountDisabled),
            ("interaction_required:50076", Cause::SignInAgain),
            ("interaction_required:53003", Cause::AdminPolicy),
            ("other_issuer", Cause::OtherIssuer),
        ] {
            assert_eq!(likely(&dates(reason, 1, 2))[0], cause, "{reason}");
        }
        let microsoft = Dates { provider: Provider::Microsoft, ..dates("invalid_grant:50173", 1, 2) };
        assert_eq!(likely(&microsoft), [Cause::AccessRemoved, Cause::AdminPolicy]);
    }
}
