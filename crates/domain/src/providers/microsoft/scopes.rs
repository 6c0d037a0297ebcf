//! Which scopes a feature needs at Microsoft, and how its answers spell them.

use crate::providers::{Feature, scopes::Table};
use std::collections::BTreeSet;

/// What stands before a Graph scope in its long spelling.
const PREFIX: &str = "https://graph.microsoft.com/";

/// `profile` brings the account's object id, `offline_access` the refresh token, `User.Read` the address. Scopes are asked
/// for in the short spelling.
pub(super) const TABLE: Table =
    Table { always: &["openid", "email", "profile", "offline_access", "User.Read"], prefix: "", needed, broader };

/// The scopes one feature needs.
fn needed(feature: Feature) -> Option<&'static [&'static str]> {
    Some(match feature {
        Feature::Mail => &["Mail.Read"],
        Feature::Manage => &["Mail.ReadWrite"],
        // A draft first, then sending it: so that a lost reply can be looked up instead of sent twice.
        Feature::Send => &["Mail.ReadWrite", "Mail.Send"],
        Feature::Calendar => &["Calendars.Read"],
        Feature::CalendarWrite => &["Calendars.ReadWrite"],
        Feature::Sheets => return None,
    })
}

/// Scopes that satisfy a narrower need.
fn broader(scope: &str) -> &'static [&'static str] {
    match scope {
        "Mail.Read" => &["Mail.ReadWrite"],
        "Calendars.Read" => &["Calendars.ReadWrite"],
        _ => &[],
    }
}

/// The granted scopes of a token response, one spelling each.
pub(super) fn normalised<'a>(granted: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    granted.into_iter().map(|scope| scope.strip_prefix(PREFIX).unwrap_or(scope).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::{Features, auth::Wants};

    fn features(text: &str) -> Features {
        text.parse().unwrap()
    }

    #[test]
    fn a_popup_asks_for_what_its_features_need_and_no_more() {
        let asked_for = |text| TABLE.asked(Wants::Features(&features(text))).join(" ");
        assert_eq!(asked_for("mail"), "openid email profile offline_access User.Read Mail.Read");
        assert_eq!(asked_for("send sheets"), "openid email profile offline_access User.Read Mail.ReadWrite Mail.Send");
        assert_eq!(TABLE.asked(Wants::Identity).join(" "), "openid email profile");
    }

    #[test]
    fn long_and_short_spellings_and_broader_scopes_count() {
        let granted = normalised(["https://graph.microsoft.com/Mail.ReadWrite", "Calendars.Read", "openid"]);
        let allowed = TABLE.allowed(&features("mail manage send calendar calendar_write sheets"), &granted);
        assert_eq!(allowed, features("mail manage calendar"));
    }
}
