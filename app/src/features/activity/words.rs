//! Events in plain words.

use super::{ActivityKind, ActivityOutcome, ActivityRow};
use crate::language::{Language, counted, say};

impl ActivityKind {
    /// Its name on the screen.
    pub fn title(self, language: Language) -> &'static str {
        match self {
            Self::SignIn => say!(language, activity.signing_in),
            Self::Connections => say!(language, ui.connections),
            Self::Access => say!(language, activity.access),
            Self::Programs => say!(language, tokens.programs),
        }
    }
}

impl ActivityOutcome {
    /// Its name on the screen.
    pub fn title(self, language: Language) -> &'static str {
        match self {
            Self::Done => say!(language, activity.done),
            Self::Refused => say!(language, activity.refused),
            Self::Failed => say!(language, activity.failed),
        }
    }
}

impl ActivityRow {
    /// What happened.
    pub fn sentence(&self, language: Language) -> String {
        let done = self.outcome == ActivityOutcome::Done;
        let what = match self.action.as_str() {
            "user.sign_up" if done => say!(language, activity.account_created),
            "user.sign_up" => say!(language, activity.creating_account),
            "user.sign_in" if done => say!(language, activity.signed_in),
            "user.sign_in" => say!(language, activity.signing_in),
            "user.sign_out" => say!(language, activity.signed_out),
            "user.prove" => say!(language, activity.proved),
            "session.end" => say!(language, activity.session_ended),
            "identity.add" => say!(language, activity.way_added),
            "identity.remove" => say!(language, activity.way_removed),
            "password.add" => say!(language, activity.password_set),
            "password.change" => say!(language, activity.password_changed),
            "password.reset" => say!(language, activity.password_reset),
            "connection.made" if done => say!(language, activity.mailbox_connected),
            "connection.made" => say!(language, activity.connecting),
            "connection.renewed" => say!(language, activity.connected_again),
            "connection.needs_reconnect" => say!(language, activity.provider_ended),
            "connection.narrowed" => say!(language, activity.narrowed),
            "connection.disconnected" => say!(language, activity.disconnected),
            "connection.removed" => say!(language, activity.synced_deleted),
            "sync.paused" => say!(language, activity.paused),
            "sync.resumed" => say!(language, activity.resumed),
            "sync.excluded" => say!(language, activity.excluded),
            "sync.included" => say!(language, activity.included),
            "sync.reread" => say!(language, activity.reread),
            "connection.switched" => say!(language, activity.switched),
            "grant.refresh" if done => say!(language, activity.renewed),
            "grant.refresh" if self.times > 1 => {
                return counted!(language, self.times, activity.renewing_tried);
            }
            "grant.refresh" => say!(language, activity.renewing),
            "token.made" => say!(language, activity.token_made),
            "token.refreshed" => say!(language, activity.token_renewed),
            "token.revoked" => say!(language, activity.token_revoked),
            "token.reused" => say!(language, activity.token_reused),
            "api.mail.read" => {
                return counted!(language, self.times, activity.mail_read);
            }
            "api.mail.change" => {
                return counted!(language, self.times, activity.mail_changed);
            }
            "api.mail.send" => {
                return counted!(language, self.times, activity.mail_sent_through);
            }
            "mail.send" if self.outcome == ActivityOutcome::Done => say!(language, activity.mail_sent),
            "mail.send" => say!(language, activity.sending),
            "mail.change" => say!(language, activity.change_refused),
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
        assert_eq!(row("user.sign_in", 1).sentence(Language::en), "Signed in");
        assert_eq!(
            row("api.mail.read", 1200).sentence(Language::en),
            "Mail read at the provider: 1,200 calls within the hour"
        );
        assert_eq!(
            row("api.mail.change", 2).sentence(Language::en),
            "Mail changed at the provider: 2 calls within the hour"
        );
        assert_eq!(
            row("api.mail.send", 1).sentence(Language::en),
            "Mail sent through the provider: 1 call within the hour"
        );
        assert_eq!(row("mail.send", 1).sentence(Language::en), "Mail sent");
        assert_eq!(row("export.batch_written", 1).sentence(Language::en), "Export batch written");
        let refused = ActivityRow { outcome: ActivityOutcome::Refused, ..row("connection.made", 1) };
        assert_eq!(refused.sentence(Language::en), "Connecting a mailbox");
        let failed = ActivityRow { outcome: ActivityOutcome::Failed, ..row("grant.refresh", 5) };
        assert_eq!(failed.sentence(Language::en), "Renewing access, tried 5 times within the hour");
    }
}
