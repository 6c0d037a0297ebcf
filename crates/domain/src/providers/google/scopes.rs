//! Which scopes a feature needs, and whether a grant has them.

use crate::providers::{Feature, Features};
use std::collections::BTreeSet;

/// Every connection asks for these: who is this, and under which address.
const IDENTITY: [&str; 2] = ["openid", "email"];
const PREFIX: &str = "https://www.googleapis.com/auth/";

/// The scopes one feature needs, without the prefix.
fn needed(feature: Feature) -> &'static [&'static str] {
    match feature {
        Feature::Mail => &["gmail.readonly"],
        Feature::Manage => &["gmail.modify"],
        Feature::Send => &["gmail.send"],
        Feature::Calendar => &["calendar.calendarlist.readonly", "calendar.events.readonly"],
        Feature::Sheets => &["drive.file"],
    }
}

/// Scopes that satisfy a narrower need.
fn broader(scope: &str) -> &'static [&'static str] {
    match scope {
        "gmail.readonly" => &["gmail.modify", "https://mail.google.com/"],
        "gmail.modify" => &["https://mail.google.com/"],
        "gmail.send" => &["gmail.modify", "gmail.compose", "https://mail.google.com/"],
        "calendar.events.readonly" => &["calendar.events", "calendar.readonly", "calendar"],
        "calendar.calendarlist.readonly" => &["calendar.calendarlist", "calendar.readonly", "calendar"],
        "drive.file" => &["drive"],
        _ => &[],
    }
}

/// What a popup for these features asks for: nothing more than the features' table says.
pub fn asked(features: &Features) -> Vec<String> {
    let needs: BTreeSet<&str> = features.0.iter().flat_map(|feature| needed(*feature)).copied().collect();
    let identity = IDENTITY.iter().map(|scope| (*scope).to_owned());
    identity.chain(needs.into_iter().map(|scope| format!("{PREFIX}{scope}"))).collect()
}

/// The granted scopes of a token response, one spelling each.
pub fn normalised<'a>(granted: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    granted
        .into_iter()
        .map(|scope| match scope {
            // Google answers with the long names of the OpenID scopes.
            "https://www.googleapis.com/auth/userinfo.email" => "email".to_owned(),
            "https://www.googleapis.com/auth/userinfo.profile" => "profile".to_owned(),
            other => other.strip_prefix(PREFIX).unwrap_or(other).to_owned(),
        })
        .collect()
}

/// Which of the wanted features the granted scopes allow; a broader scope satisfies a narrower need.
pub fn allowed(wanted: &Features, granted: &BTreeSet<String>) -> Features {
    let has =
        |scope: &&'static str| granted.contains(*scope) || broader(scope).iter().any(|one| granted.contains(*one));
    Features(wanted.0.iter().copied().filter(|feature| needed(*feature).iter().all(has)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(text: &str) -> Features {
        text.parse().unwrap()
    }

    #[test]
    fn a_popup_asks_for_what_its_features_need_and_no_more() {
        assert_eq!(asked(&features("mail")), ["openid", "email", "https://www.googleapis.com/auth/gmail.readonly"]);
        assert_eq!(asked(&features("")), ["openid", "email"]);
        assert_eq!(asked(&features("calendar")).len(), 4);
    }

    #[test]
    fn granted_scopes_turn_features_on_one_by_one() {
        let granted = normalised(
            "openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/gmail.send"
                .split(' '),
        );
        assert!(granted.contains("email"));
        assert_eq!(allowed(&features("mail send calendar"), &granted), features("send"));
    }

    #[test]
    fn a_broader_scope_satisfies_a_narrower_need() {
        let modify = normalised(["https://www.googleapis.com/auth/gmail.modify"]);
        assert_eq!(allowed(&features("mail manage send"), &modify), features("mail manage send"));
        let all = normalised(["https://mail.google.com/"]);
        assert_eq!(allowed(&features("mail manage send"), &all), features("mail manage send"));
        let read = normalised(["https://www.googleapis.com/auth/gmail.readonly"]);
        assert_eq!(allowed(&features("mail manage"), &read), features("mail"));
    }
}
