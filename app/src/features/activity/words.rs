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
        let done = self.outcome == ActivityOutcome::Done;
        let what = match self.action.as_str() {
            "user.sign_up" if done => "Account created",
            "user.sign_up" => "Creating an account",
            "user.sign_in" if done => "Signed in",
            "user.sign_in" => "Signing in",
            "user.sign_out" => "Signed out",
            "user.prove" => "Proved who you are",
            "session.end" => "Session ended from another browser",
            "identity.add" => "Way to sign in added",
            "identity.remove" => "Way to sign in removed",
            "password.add" => "Password set",
            "password.change" => "Password changed",
            "password.reset" => "Password reset by mail",
            "connection.made" if done => "Mailbox connected",
            "connection.made" => "Connecting a mailbox",
            "connection.renewed" => "Mailbox connected again",
            "connection.needs_reconnect" => "The provider ended the connection",
            "connection.narrowed" => "Permissions taken back at the provider",
            "connection.disconnected" => "Mailbox disconnected",
            "connection.removed" => "Synced mail deleted",
            "sync.paused" => "Sync paused",
            "sync.resumed" => "Sync goes on",
            "sync.excluded" => "Mail left out by your choice",
            "sync.included" => "Mail brought in again",
            "sync.reread" => "Mailbox re-read",
            "connection.switched" => "Features changed",
            "grant.refresh" if done => "Access renewed",
            "grant.refresh" if self.times > 1 => {
                return format!("Renewing access, tried {} within the hour", counted(self.times, "time"));
            }
            "grant.refresh" => "Renewing access",
            "token.made" => "Token for a program made",
            "token.refreshed" => "Token for a program renewed",
            "token.revoked" => "Token for a program revoked",
            "token.reused" => "Token for a program used twice and revoked",
            "api.mail.read" => {
                return format!("Mail read at the provider: {} within the hour", counted(self.times, "call"));
            }
            "api.mail.change" => {
                return format!("Mail changed at the provider: {} within the hour", counted(self.times, "call"));
            }
            "api.mail.send" => {
                return format!("Mail sent through the provider: {} within the hour", counted(self.times, "call"));
            }
            "mail.send" if self.outcome == ActivityOutcome::Done => "Mail sent",
            "mail.send" => "Sending a mail",
            "mail.change" => "A change to mail that the provider did not make",
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
        assert_eq!(row("api.mail.change", 2).sentence(), "Mail changed at the provider: 2 calls within the hour");
        assert_eq!(row("api.mail.send", 1).sentence(), "Mail sent through the provider: 1 call within the hour");
        assert_eq!(row("mail.send", 1).sentence(), "Mail sent");
        assert_eq!(row("export.batch_written", 1).sentence(), "Export batch written");
        let refused = ActivityRow { outcome: ActivityOutcome::Refused, ..row("connection.made", 1) };
        assert_eq!(refused.sentence(), "Connecting a mailbox");
        let failed = ActivityRow { outcome: ActivityOutcome::Failed, ..row("grant.refresh", 5) };
        assert_eq!(failed.sentence(), "Renewing access, tried 5 times within the hour");
    }
}
