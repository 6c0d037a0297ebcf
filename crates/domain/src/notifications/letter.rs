//! The words of every mail. Plain text; nothing in it is quoted from the person who caused it, because anybody may type
//! any address into a form.

use super::Kind;
use url::Url;

/// Subject and text of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub subject: String,
    pub text: String,
}

/// How a provider is called.
fn provider(detail: &str) -> &'static str {
    match detail {
        "google" => "Google",
        "microsoft" => "Microsoft",
        _ => "a password",
    }
}

fn letter(subject: &str, paragraphs: &[&str], site: &Url) -> Letter {
    let mut text = paragraphs.join("\n\n");
    text.push_str("\n\n-- \nGatepost at ");
    text.push_str(&site.origin().ascii_serialization());
    text.push('\n');
    Letter { subject: subject.to_owned(), text }
}

/// A mail with a secret link. The secret stands behind the `#`, which browsers send to nobody: neither a log nor a referrer
/// ever holds it. Without scripts it is pasted into the page as a code.
pub(super) fn link(kind: Kind, detail: &str, site: &Url, token: &str) -> Letter {
    let page = match kind {
        Kind::Reset => "reset-password",
        // Finished with the password it was begun with.
        Kind::ConfirmSignUp => "verify-email",
        _ => "verify-email?simple",
    };
    let (subject, why, otherwise) = words(kind, detail);
    let address = format!("{}/{page}#{token}", site.origin().ascii_serialization());
    let code = format!("If the page asks for a code, it is:\n\n{token}");
    letter(subject, &[&why, &address, &code, "The link works once, for 30 minutes.", otherwise], site)
}

/// Subject, reason, and what to do when it was not the reader who asked.
fn words(kind: Kind, detail: &str) -> (&'static str, String, &'static str) {
    match kind {
        Kind::Reset => (
            "Choose a new password",
            "Somebody, hopefully you, asked for a new password for your account. Choose one here:".to_owned(),
            "If it was not you, do nothing: your password stays as it is.",
        ),
        Kind::ConfirmEntry => (
            "Finish creating your account",
            format!(
                "Somebody, hopefully you, signed in with {} to create an account with this address. Finish it in the same \
                 browser:",
                provider(detail)
            ),
            "If it was not you, do nothing: no account is made.",
        ),
        Kind::ConfirmAddress => (
            "Confirm your address",
            "You asked us to confirm that mail to this address reaches you. It does; tell us so here:".to_owned(),
            "If it was not you, do nothing.",
        ),
        _ => (
            "Finish creating your account",
            "Somebody, hopefully you, asked for an account with this address. Finish it here, with the password you chose:"
                .to_owned(),
            "If it was not you, do nothing: no account is made.",
        ),
    }
}

/// For the owner of an account whose address somebody signs up with.
pub(super) fn known(kind: Kind, detail: &str, site: &Url) -> Letter {
    let origin = site.origin().ascii_serialization();
    let sign_in = format!("{origin}/sign-in");
    let forgot = format!("If you forgot your password, choose a new one: {origin}/forgot-password");
    let nothing =
        "If it was not you, do nothing: nothing was changed, and whoever tried was not told about your account.";
    if kind == Kind::ConfirmEntry {
        let provider = provider(detail);
        let what = format!(
            "Somebody, hopefully you, signed in with a {provider} account that names this address. You have an account here \
             already. Sign in to it in the same browser within half an hour, and {provider} becomes another way in:"
        );
        return letter(&format!("Sign in to use {provider}"), &[&what, &sign_in, &forgot, nothing], site);
    }
    let what = "Somebody, hopefully you, asked for an account with this address. You have one already. Sign in here:";
    letter("You already have an account", &[what, &sign_in, &forgot, nothing], site)
}

/// What the owner typed, without anything that would end its line.
fn one_line(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

/// A mailbox that only its owner can make work again. `detail` is the provider's word and the mailbox's address.
fn reconnect(detail: &str, site: &Url) -> Letter {
    let (word, mailbox) = detail.split_once(' ').unwrap_or((detail, ""));
    let (provider, mailbox) = (provider(word), one_line(mailbox));
    let what = format!(
        "{provider} ended the access to {mailbox}, so no new mail comes from there. What was synced is kept. The page of \
         your connections says why that may be, and one click repairs it:"
    );
    let page = format!("{}/settings/connections", site.origin().ascii_serialization());
    letter(&format!("{mailbox} needs you"), &[&what, &page], site)
}

/// Something that happened to an account.
pub(super) fn news(kind: Kind, detail: &str, site: &Url) -> Letter {
    if kind == Kind::NeedsReconnect {
        return reconnect(detail, site);
    }
    let account = format!("{}/settings/account", site.origin().ascii_serialization());
    let provider = provider(detail);
    let (subject, what) = match kind {
        Kind::PasswordChanged => ("Your password was changed".to_owned(), "Your password was changed.".to_owned()),
        Kind::PasswordAdded => (
            "A password was added".to_owned(),
            "Your account has a password now, besides its other ways in.".to_owned(),
        ),
        Kind::IdentityAdded => (
            format!("{provider} was added to your account"),
            format!("You can sign in with {provider} from now on, besides the other ways in."),
        ),
        Kind::IdentityRemoved => (
            "A way to sign in was removed".to_owned(),
            format!("Your account can no longer be entered with {provider}."),
        ),
        Kind::ProgramEnded => (
            "A program's access was ended".to_owned(),
            format!(
                "A refresh token of the program you named \"{}\" was used twice. Either the program lost its place, or somebody \
                 has a copy; its tokens are worth nothing now. If you still use the program, make a new pair for it.",
                one_line(detail)
            ),
        ),
        Kind::Reset | Kind::ConfirmSignUp | Kind::ConfirmEntry | Kind::ConfirmAddress | Kind::NeedsReconnect => {
            ("About your account".to_owned(), "A link was asked for that is no longer there. Ask again.".to_owned())
        }
    };
    let wrong = "If it was not you, choose a new password, end the other sessions and look at the ways in:";
    letter(&subject, &[&what, wrong, &account], site)
}

#[cfg(test)]
mod tests {
    use super::{Kind, link, news};
    use url::Url;

    #[test]
    fn a_secret_stands_only_behind_the_hash_and_as_a_code() {
        let site = Url::parse("https://mail.example.org").unwrap();
        for kind in [Kind::Reset, Kind::ConfirmSignUp, Kind::ConfirmEntry, Kind::ConfirmAddress] {
            let letter = link(kind, "google", &site, "SECRET");
            let places: Vec<_> = letter.text.lines().filter(|line| line.contains("SECRET")).collect();
            assert_eq!(places.len(), 2, "{}", letter.text);
            assert!(places[0].starts_with("https://mail.example.org/") && places[0].ends_with("#SECRET"));
            assert_eq!(places[1], "SECRET");
            assert!(!letter.subject.contains("SECRET"));
        }
        let letter = news(Kind::IdentityAdded, "microsoft", &site);
        assert!(letter.text.contains("sign in with Microsoft") && letter.text.contains("/settings/account"));
    }
}
