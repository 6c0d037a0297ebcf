//! Google's scopes: which exist, what they are called in a token response, what the consent page says about them.

/// The whole mailbox, including deleting for good.
pub const MAIL: &str = "https://mail.google.com/";
/// Reading mail.
pub const READONLY: &str = "https://www.googleapis.com/auth/gmail.readonly";
/// Reading and changing mail.
pub const MODIFY: &str = "https://www.googleapis.com/auth/gmail.modify";
/// Headers and labels, no texts.
pub const METADATA: &str = "https://www.googleapis.com/auth/gmail.metadata";
/// Drafts and sending.
pub const COMPOSE: &str = "https://www.googleapis.com/auth/gmail.compose";
/// Sending.
pub const SEND: &str = "https://www.googleapis.com/auth/gmail.send";
/// Labels themselves.
pub const LABELS: &str = "https://www.googleapis.com/auth/gmail.labels";
/// Signing in.
pub const OPENID: &str = "openid";
/// The address, as token responses name it.
pub const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";
/// The name, as token responses name it.
pub const PROFILE: &str = "https://www.googleapis.com/auth/userinfo.profile";

/// Scopes beyond signing in, each with its sentence on the consent page.
const KNOWN: [(&str, &str); 17] = [
    (MAIL, "Read, compose, send and permanently delete all your email from Gmail"),
    (READONLY, "View your email messages and settings"),
    (MODIFY, "Read, compose and send emails from your Gmail account"),
    (METADATA, "View your email message metadata such as labels and headers, but not the email body"),
    (COMPOSE, "Manage drafts and send emails"),
    (SEND, "Send email on your behalf"),
    (LABELS, "See and edit your email labels"),
    ("https://www.googleapis.com/auth/gmail.insert", "Add emails into your Gmail mailbox"),
    (
        "https://www.googleapis.com/auth/calendar",
        "See, edit, share and permanently delete all the calendars you can access",
    ),
    ("https://www.googleapis.com/auth/calendar.readonly", "See and download any calendar you can access"),
    (
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
        "See the list of Google calendars you are subscribed to",
    ),
    ("https://www.googleapis.com/auth/calendar.events", "View and edit events on all your calendars"),
    ("https://www.googleapis.com/auth/calendar.events.readonly", "View events on all your calendars"),
    (
        "https://www.googleapis.com/auth/drive.file",
        "See, edit, create and delete only the specific Google Drive files you use with this app",
    ),
    (
        "https://www.googleapis.com/auth/spreadsheets",
        "See, edit, create and delete all your Google Sheets spreadsheets",
    ),
    ("https://www.googleapis.com/auth/spreadsheets.readonly", "See all your Google Sheets spreadsheets"),
    ("https://www.googleapis.com/auth/drive.readonly", "See and download all your Google Drive files"),
];

/// The sentence of a scope on the consent page; `None` for a scope that does not exist.
pub fn sentence(scope: &str) -> Option<&'static str> {
    match scope {
        OPENID => Some("Associate you with your personal info on Google"),
        EMAIL => Some("See your primary Google Account email address"),
        PROFILE => Some("See your personal info, including any personal info you've made publicly available"),
        other => KNOWN.iter().find(|(known, _)| *known == other).map(|(_, sentence)| *sentence),
    }
}

/// Whether a scope only serves to sign in.
pub fn is_sign_in(scope: &str) -> bool {
    [OPENID, EMAIL, PROFILE].contains(&scope)
}

/// Whether mail can be reached with it; such grants end with a change of password.
pub fn is_mail(scope: &str) -> bool {
    scope == MAIL || scope.contains("/auth/gmail.")
}

/// A space-separated list under the names token responses use, each once.
pub fn canonical(list: &str) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in list.split_whitespace() {
        let name = match scope {
            "email" => EMAIL,
            "profile" => PROFILE,
            other => other,
        };
        if !scopes.iter().any(|known| known == name) {
            scopes.push(name.to_owned());
        }
    }
    scopes
}

#[cfg(test)]
mod tests {
    use super::{EMAIL, canonical};

    #[test]
    fn short_names_become_long_and_nothing_is_named_twice() {
        assert_eq!(canonical("openid email  openid"), ["openid", EMAIL]);
    }
}
