//! Which scopes a feature needs at Google, and how its answers spell them.

use crate::providers::{Feature, scopes::Table};
use std::collections::BTreeSet;

const PREFIX: &str = "https://www.googleapis.com/auth/";

pub(super) const TABLE: Table = Table { always: &["openid", "email"], prefix: PREFIX, needed, broader };

/// The scopes one feature needs, without the prefix.
#[expect(clippy::unnecessary_wraps, reason = "the shape of both providers' tables: Microsoft lacks a feature")]
fn needed(feature: Feature) -> Option<&'static [&'static str]> {
    Some(match feature {
        Feature::Mail => &["gmail.readonly"],
        Feature::Manage => &["gmail.modify"],
        Feature::Send => &["gmail.send"],
        Feature::Calendar => &["calendar.calendarlist.readonly", "calendar.events.readonly"],
        Feature::CalendarWrite => &["calendar.calendarlist.readonly", "calendar.events"],
        Feature::Sheets => &["drive.file"],
    })
}

/// Scopes that satisfy a narrower need.
fn broader(scope: &str) -> &'static [&'static str] {
    match scope {
        "gmail.readonly" => &["gmail.modify", "https://mail.google.com/"],
        "gmail.modify" => &["https://mail.google.com/"],
        "gmail.send" => &["gmail.modify", "gmail.compose", "https://mail.google.com/"],
        "calendar.events.readonly" => &["calendar.events", "calendar.readonly", "calendar"],
        "calendar.calendarlist.readonly" => &["calendar.calendarlist", "calendar.readonly", "calendar"],
        "calendar.events" => &["calendar"],
        "drive.file" => &["drive"],
        _ => &[],
    }
}

/// The granted scopes of a token response, one spelling each.
pub(super) fn normalised<'a>(granted: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::{Features, auth::Wants};

    fn features(text: &str) -> Features {
        text.parse().unwrap()
    }

    fn asked_for(text: &str) -> Vec<String> {
        TABLE.asked(Wants::Features(&features(text)))
    }

    fn allowed(wanted: &str, granted: &[&str]) -> Features {
        TABLE.allowed(&features(wanted), &normalised(granted.iter().copied()))
    }

    #[test]
    fn a_popup_asks_for_what_its_features_need_and_no_more() {
        assert_eq!(asked_for("mail"), ["openid", "email", "https://www.googleapis.com/auth/gmail.readonly"]);
        assert_eq!(asked_for(""), ["openid", "email"]);
        assert_eq!(asked_for("calendar").len(), 4);
        assert_eq!(TABLE.asked(Wants::Identity), ["openid", "email", "profile"]);
    }

    #[test]
    fn granted_scopes_turn_features_on_one_by_one() {
        let granted =
            ["openid", "https://www.googleapis.com/auth/userinfo.email", "https://www.googleapis.com/auth/gmail.send"];
        assert!(normalised(granted).contains("email"));
        assert_eq!(allowed("mail send calendar", &granted), features("send"));
    }

    #[test]
    fn a_broader_scope_satisfies_a_narrower_need() {
        let modify = ["https://www.googleapis.com/auth/gmail.modify"];
        assert_eq!(allowed("mail manage send", &modify), features("mail manage send"));
        assert_eq!(allowed("mail manage send", &["https://mail.google.com/"]), features("mail manage send"));
        let read = ["https://www.googleapis.com/auth/gmail.readonly"];
        assert_eq!(allowed("mail manage", &read), features("mail"));
        let write = ["calendar.calendarlist.readonly", "calendar.events"];
        assert_eq!(allowed("calendar calendar_write", &write), features("calendar calendar_write"));
    }
}
