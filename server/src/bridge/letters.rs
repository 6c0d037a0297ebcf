//! The words of every mail that the product itself writes, and of what people repeat in theirs.

use app::{
    language::{Language, say},
    time::written_words,
};
use domain::notifications::{About, Kind, Line};

/// A line of a mail in the language of whoever reads it.
pub fn letter_words(language: &str, line: Line<'_>) -> String {
    let language = Language::of_tag(language).unwrap_or_default();
    match line {
        Line::Subject(about) => subject(language, about),
        Line::What(about) => what(language, about),
        Line::LostSubject => say!(language, post.lost_subject).into(),
        Line::Lost => say!(language, post.lost).into(),
        Line::Otherwise(Kind::Reset) => say!(language, post.reset_otherwise).into(),
        Line::Otherwise(Kind::ConfirmAddress) => say!(language, post.address_otherwise).into(),
        Line::Otherwise(_) => say!(language, post.sign_up_otherwise).into(),
        Line::Code(token) => say!(language, post.code, token = token),
        Line::Once => say!(language, post.once).into(),
        Line::KnownSubject(About { kind: Kind::ConfirmEntry, provider, .. }) => {
            say!(language, post.known_entry_subject, provider = called(language, provider))
        }
        Line::KnownSubject(_) => say!(language, post.known_subject).into(),
        Line::Known(About { kind: Kind::ConfirmEntry, provider, .. }) => {
            say!(language, post.known_entry, provider = called(language, provider))
        }
        Line::Known(_) => say!(language, post.known).into(),
        Line::Forgot(address) => say!(language, post.forgot, address = address),
        Line::KnownOtherwise => say!(language, post.known_otherwise).into(),
        Line::Wrong => say!(language, post.wrong).into(),
        Line::Signature(site) => say!(language, post.signature, site = site),
        Line::Answered(head) => {
            say!(language, post.answered, when = written_words(language, head.at), sender = head.sender)
        }
        Line::PassedOn(head) => say!(
            language,
            post.passed_on,
            sender = head.sender,
            when = written_words(language, head.at),
            subject = head.subject,
            recipients = head.recipients
        ),
    }
}

fn called(language: Language, provider: Option<&'static str>) -> &'static str {
    provider.unwrap_or_else(|| say!(language, post.a_password))
}

fn subject(language: Language, About { kind, provider, name }: About<'_>) -> String {
    let provider = called(language, provider);
    match kind {
        Kind::Reset => say!(language, post.reset_subject).into(),
        Kind::ConfirmSignUp | Kind::ConfirmEntry => say!(language, post.sign_up_subject).into(),
        Kind::ConfirmAddress => say!(language, post.address_subject).into(),
        Kind::PasswordChanged => say!(language, post.password_changed_subject).into(),
        Kind::PasswordAdded => say!(language, post.password_added_subject).into(),
        Kind::IdentityAdded => say!(language, post.identity_added_subject, provider = provider),
        Kind::IdentityRemoved => say!(language, post.identity_removed_subject).into(),
        Kind::ProgramEnded => say!(language, post.program_subject).into(),
        Kind::NeedsReconnect => say!(language, post.reconnect_subject, mailbox = name),
    }
}

fn what(language: Language, About { kind, provider, name }: About<'_>) -> String {
    let provider = called(language, provider);
    match kind {
        Kind::Reset => say!(language, post.reset).into(),
        Kind::ConfirmSignUp => say!(language, post.sign_up).into(),
        Kind::ConfirmEntry => say!(language, post.entry, provider = provider),
        Kind::ConfirmAddress => say!(language, post.address).into(),
        Kind::PasswordChanged => say!(language, post.password_changed).into(),
        Kind::PasswordAdded => say!(language, post.password_added).into(),
        Kind::IdentityAdded => say!(language, post.identity_added, provider = provider),
        Kind::IdentityRemoved => say!(language, post.identity_removed, provider = provider),
        Kind::ProgramEnded => say!(language, post.program, name = name),
        Kind::NeedsReconnect => say!(language, post.reconnect, provider = provider, mailbox = name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::notifications::Head;

    #[test]
    fn a_letter_speaks_its_readers_language() {
        let about = About { kind: Kind::IdentityAdded, provider: Some("Microsoft"), name: "" };
        assert_eq!(letter_words("en", Line::Subject(about)), "Microsoft was added to your account");
        assert_eq!(letter_words("es", Line::Subject(about)), "Se ha añadido Microsoft a tu cuenta");
        assert_eq!(letter_words("tlh", Line::Once), "The link works once, for 30 minutes.");
    }

    #[test]
    fn what_is_repeated_says_whose_it_was_and_when() {
        let at = "2024-03-03T04:05:00".parse().unwrap();
        let head = Head { sender: "Ana <ana@example.org>", at, subject: "Lunch", recipients: "bob@example.org" };
        let said = |language| letter_words(language, Line::Answered(head));
        assert_eq!(said("en"), "On 3 March 2024 at 04:05, Ana <ana@example.org> wrote:");
        assert_eq!(said("es"), "El 3 de marzo de 2024 a las 04:05, Ana <ana@example.org> escribió:");
        assert_eq!(
            letter_words("en", Line::PassedOn(head)),
            "---------- Forwarded message ----------\nFrom: Ana <ana@example.org>\nDate: 3 March 2024 at 04:05\n\
             Subject: Lunch\nTo: bob@example.org"
        );
    }
}
