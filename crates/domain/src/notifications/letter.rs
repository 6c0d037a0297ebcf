//! How every mail is put together. Plain text; nothing in it is quoted from the person who caused it, because anybody may
//! type any address into a form. The words themselves come from whoever runs the domain, in the reader's language.

use super::Kind;
use chrono::NaiveDateTime;
use url::Url;

/// Subject and text of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub subject: String,
    pub text: String,
}

/// A line of a mail: its subject or one paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// What a mail of this kind is called.
    Subject(About<'a>),
    /// What happened, or who asked for what.
    What(About<'a>),
    /// The subject, where the link that was asked for is gone.
    LostSubject,
    /// The link that was asked for is gone.
    Lost,
    /// What to do when it was not the reader who asked for a link.
    Otherwise(Kind),
    /// The secret of a link, to be typed.
    Code(&'a str),
    /// A link works once, for 30 minutes.
    Once,
    /// The subject, for somebody who has an account already.
    KnownSubject(About<'a>),
    /// Who asked for an account that is there already.
    Known(About<'a>),
    /// Where to choose a new password.
    Forgot(&'a str),
    /// What to do when it was not the owner of the account.
    KnownOtherwise,
    /// What to do when it was not the reader who changed the account.
    Wrong,
    /// Which site writes.
    Signature(&'a str),
    /// What stands over a mail that an answer repeats.
    Answered(Head<'a>),
    /// What stands over a mail that is passed on.
    PassedOn(Head<'a>),
}

/// Of a mail that is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// Name and address.
    pub sender: &'a str,
    /// When it arrived, where its reader is.
    pub at: NaiveDateTime,
    /// As it is.
    pub subject: &'a str,
    /// Whom it went to.
    pub recipients: &'a str,
}

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About<'a> {
    /// What the person is told.
    pub kind: Kind,
    /// How a provider is called; `None` is a password.
    pub provider: Option<&'static str>,
    /// The mailbox or the program, on one line.
    pub name: &'a str,
}

/// The words of a line in a language, as in BCP 47.
pub type Wording = fn(&str, Line<'_>) -> String;

/// For whom a mail is put together, and where it leads.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub wording: Wording,
    pub language: &'a str,
    pub site: &'a Url,
}

/// How a provider is called.
fn provider(detail: &str) -> Option<&'static str> {
    let known = |word| match word {
        "google" => Some("Google"),
        "microsoft" => Some("Microsoft"),
        _ => None,
    };
    detail.split(' ').find_map(known)
}

/// What the owner typed, without anything that would end its line.
fn one_line(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

impl Desk<'_> {
    fn say(&self, line: Line<'_>) -> String {
        (self.wording)(self.language, line)
    }

    fn origin(&self) -> String {
        self.site.origin().ascii_serialization()
    }

    fn letter(&self, subject: String, paragraphs: &[String]) -> Letter {
        let mut text = paragraphs.join("\n\n");
        text.push_str("\n\n-- \n");
        text.push_str(&self.say(Line::Signature(&self.origin())));
        text.push('\n');
        Letter { subject, text }
    }

    /// A mail with a secret link. The secret stands behind the `#`, which browsers send to nobody: neither a log nor a
    /// referrer ever holds it. Without scripts it is pasted into the page as a code.
    pub fn link(&self, kind: Kind, detail: &str, token: &str) -> Letter {
        let page = match kind {
            Kind::Reset => "reset-password",
            // Finished with the password it was begun with.
            Kind::ConfirmSignUp => "verify-email",
            _ => "verify-email?simple",
        };
        let about = About { kind, provider: provider(detail), name: "" };
        let address = format!("{}/{page}#{token}", self.origin());
        let otherwise = self.say(Line::Otherwise(kind));
        let paragraphs =
            [self.say(Line::What(about)), address, self.say(Line::Code(token)), self.say(Line::Once), otherwise];
        self.letter(self.say(Line::Subject(about)), &paragraphs)
    }

    /// For the owner of an account whose address somebody signs up with.
    pub fn known(&self, kind: Kind, detail: &str) -> Letter {
        let origin = self.origin();
        let about = About { kind, provider: provider(detail), name: "" };
        let forgot = self.say(Line::Forgot(&format!("{origin}/forgot-password")));
        let paragraphs =
            [self.say(Line::Known(about)), format!("{origin}/sign-in"), forgot, self.say(Line::KnownOtherwise)];
        self.letter(self.say(Line::KnownSubject(about)), &paragraphs)
    }

    /// Something that happened to an account, or to a mailbox: `detail` is then the provider's word and the address.
    pub fn news(&self, kind: Kind, detail: &str) -> Letter {
        let mailbox = kind == Kind::NeedsReconnect;
        let (word, name) = if mailbox { detail.split_once(' ').unwrap_or((detail, "")) } else { (detail, detail) };
        let name = one_line(name);
        let about = About { kind, provider: provider(word), name: &name };
        let (subject, what) = match kind {
            Kind::Reset | Kind::ConfirmSignUp | Kind::ConfirmEntry | Kind::ConfirmAddress => {
                (Line::LostSubject, Line::Lost)
            }
            _ => (Line::Subject(about), Line::What(about)),
        };
        let mut paragraphs = vec![self.say(what)];
        if mailbox {
            paragraphs.push(format!("{}/settings/connections", self.origin()));
        } else {
            paragraphs.extend([self.say(Line::Wrong), format!("{}/settings/account", self.origin())]);
        }
        self.letter(self.say(subject), &paragraphs)
    }
}

#[cfg(test)]
mod tests {
    use super::{Desk, Kind, Line};
    use url::Url;

    fn words(language: &str, line: Line<'_>) -> String {
        match line {
            Line::Code(token) => format!("code:\n\n{token}"),
            line => format!("{language} {line:?}"),
        }
    }

    #[test]
    fn a_secret_stands_only_behind_the_hash_and_as_a_code() {
        let site = Url::parse("https://mail.example.org").unwrap();
        let desk = Desk { wording: words, language: "es", site: &site };
        for kind in [Kind::Reset, Kind::ConfirmSignUp, Kind::ConfirmEntry, Kind::ConfirmAddress] {
            let letter = desk.link(kind, "google", "SECRET");
            let places: Vec<_> = letter.text.lines().filter(|line| line.contains("SECRET")).collect();
            assert_eq!(places.len(), 2, "{}", letter.text);
            assert!(places[0].starts_with("https://mail.example.org/") && places[0].ends_with("#SECRET"));
            assert_eq!(places[1], "SECRET");
            assert!(!letter.subject.contains("SECRET"));
        }
    }

    #[test]
    fn news_name_what_they_are_about_in_the_readers_language() {
        let site = Url::parse("https://mail.example.org").unwrap();
        let desk = Desk { wording: words, language: "es", site: &site };
        let added = desk.news(Kind::IdentityAdded, "microsoft");
        assert!(added.subject.starts_with("es ") && added.text.contains("Some(\"Microsoft\")"), "{added:?}");
        assert!(added.text.contains("/settings/account"));
        let ended = desk.news(Kind::NeedsReconnect, "google ada@example.org");
        assert!(ended.text.contains("ada@example.org") && ended.text.contains("/settings/connections"), "{ended:?}");
    }
}
