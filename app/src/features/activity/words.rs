//! Events in plain words.

use super::{ActivityKind, ActivityOutcome, ActivityRow};
use crate::quantity::counted;

impl ActivityKind {
    /// Its name on the screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::SignIn => "Signing in",
            Self::Connections => "Connections",
            Self::Access => "Access to providers",
            Self::Programs => "Programs",
        }
    }
}

impl ActivityOutcome {
    /// Its name on the screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Refused => "Refused",
            Self::Failed => "Failed",
        }
    }
}

impl ActivityRow {
    /// What happened.
    pub fn sentence(&self) -> String {
        let what = match self.action.as_str() {
            "user.sign_up" => "Account created",
            "user.sign_in" => "Signed in",
            "user.sign_out" => "Signed out",
            "session.end" => "Session ended from another browser",
            "connection.made" => "Mailbox connected",
            "connection.needs_reconnect" => "The provider ended the connection",
            "connection.disconnected" => "Mailbox disconnected",
            "connection.removed" => "Synced mail deleted",
            "connection.switched" => "Features changed",
            "grant.refresh" => "Access renewed",
            "api.mail.read" => {
                return format!("Mail read at the provider: {} within the hour", counted(self.times, "call"));
            }
            other => return readable(other),
        };
        what.to_owned()
    }
}

/// An action this version has no words for: its own word, made readable.
fn readable(action: &str) -> String {
    let text = action.replace(['.', '_'], " ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_reads_as_words() {
        let row = |action: &str, times| ActivityRow {
            id: uuid::Uuid::nil(),
            at: chrono::DateTime::UNIX_EPOCH,
            action: action.into(),
            outcome: ActivityOutcome::Done,
            mailbox: None,
            address: None,
            detail: None,
            times,
        };
        assert_eq!(row("user.sign_in", 1).sentence(), "Signed in");
        assert_eq!(row("api.mail.read", 1200).sentence(), "Mail read at the provider: 1,200 calls within the hour");
        assert_eq!(row("token.family_revoked", 1).sentence(), "Token family revoked");
    }
}
