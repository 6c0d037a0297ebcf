//! The only error that crosses the wire. A variant is what a person can do about it; causes stay in the server's log.

use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};

/// Why a request was not done. [`AppError::sentence`] is what the screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Nobody is signed in, or the session has ended.
    #[error("sign-in required")]
    SignInRequired,
    /// The address and the password do not belong together. Never says which of the two is wrong.
    #[error("wrong address or password")]
    WrongCredentials,
    /// Too many tries: the next one is heard after this many seconds.
    #[error("slow down for {seconds} s")]
    SlowDown { seconds: u64 },
    /// A field of a form cannot be accepted.
    #[error("{field}: {problem}")]
    Invalid { field: String, problem: String },
    /// `SIGN_UP=open` and the address already has an account.
    #[error("address taken")]
    AddressTaken,
    /// `SIGN_UP=closed`.
    #[error("sign-up is closed")]
    SignUpClosed,
    /// The provider told no address that an account could have.
    #[error("the provider told no address")]
    NoAddress,
    /// A mailed link that was used, is over, or never was.
    #[error("the link cannot be used")]
    LinkSpent,
    /// Only for those who have just proven who they are.
    #[error("confirm who you are first")]
    ConfirmFirst,
    /// Without this way in nobody could enter the account.
    #[error("the last way in")]
    LastWayIn,
    /// It does not exist, or it is somebody else's: the two look the same.
    #[error("not found")]
    NotFound,
    /// The mailbox may be read here and no more: its switch for managing mail is off.
    #[error("the mailbox may only be read")]
    ReadOnly,
    /// The provider ended the connection.
    #[error("the connection has to be connected again")]
    ConnectAgain,
    /// The mailbox's switch for sending is off.
    #[error("the mailbox may not send")]
    MayNotSend,
    /// It was saved in another window or on another device meanwhile.
    #[error("changed elsewhere")]
    ChangedElsewhere,
    /// A mail that was sent, or is about to be, is no draft any more.
    #[error("not a draft any more")]
    NoDraft,
    /// A mail that has left cannot be taken back.
    #[error("it has left")]
    HasLeft,
    /// A part we depend on does not answer just now; nothing was lost.
    #[error("unavailable")]
    Unavailable,
    /// The request did not reach the server or its answer could not be read.
    #[error("the server could not be reached")]
    Unreachable,
    /// A fault of ours. The id is in the server's log line.
    #[error("unexpected: {report}")]
    Unexpected { report: String },
}

impl AppError {
    /// What happened, what was kept and what to do, for a person.
    pub fn sentence(&self) -> String {
        match self {
            Self::SignInRequired => "You are signed out. Sign in to go on.".into(),
            Self::WrongCredentials => {
                "This address and password do not belong together. Check both and try again.".into()
            }
            Self::SlowDown { seconds } => {
                format!("Too many tries. Wait {} and try again.", crate::time::duration_words(*seconds))
            }
            Self::Invalid { problem, .. } => problem.clone(),
            Self::AddressTaken => "There is already an account with this address. Sign in instead.".into(),
            Self::SignUpClosed => "This server does not take new accounts. Ask the person who runs it.".into(),
            Self::NoAddress => {
                "This provider did not tell us an e-mail address, so no account was made. Create one with a password; the \
                 provider can be added to it afterwards."
                    .into()
            }
            Self::LinkSpent => {
                "This link cannot be used: it works once, for 30 minutes. Nothing was changed; ask for a new one.".into()
            }
            Self::ConfirmFirst => {
                "It has been a while since you signed in. Nothing was changed; confirm that it is you and try again.".into()
            }
            Self::LastWayIn => {
                "This is the only way into your account, so it was kept. Add another one first.".into()
            }
            Self::NotFound => "There is nothing here. It may have been removed, or it belongs to somebody else.".into(),
            Self::ReadOnly => {
                "This mailbox may only be read here, so nothing was changed. Switch \u{201c}Manage mail\u{201d} on for it and try again.".into()
            }
            Self::ConnectAgain => {
                "The provider ended this connection, so nothing was changed. Connect the mailbox again under Connections; its mail is kept.".into()
            }
            Self::MayNotSend => {
                "This mailbox may not send from here, so nothing was sent; what you typed is kept. Allow \u{201c}Send mail\u{201d} for it and send again.".into()
            }
            Self::ChangedElsewhere => {
                "This draft was changed in another window or on another device. What you typed is still here, and not saved: save it again to keep it instead of the other.".into()
            }
            Self::NoDraft => "This mail was sent, or is about to be: it cannot be changed any more.".into(),
            Self::HasLeft => "This mail has left already and cannot be taken back.".into(),
            Self::Unavailable => "This does not work just now. Nothing was lost; try again in a moment.".into(),
            Self::Unreachable => "The server could not be reached. Check your connection and try again.".into(),
            Self::Unexpected { report } => {
                format!("Something went wrong. Nothing was lost. If it happens again, tell the operator: {report}.")
            }
        }
    }

    /// The form field this error is about, if it is about one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } => Some(field),
            _ => None,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Unreachable
    }
}
