//! The only error that crosses the wire. A variant is what a person can do about it; causes stay in the server's log.

mod problem;

pub use problem::Problem;

use crate::{
    language::{Language, say},
    time::duration_words,
};
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
    #[error("{field}: {problem:?}")]
    Invalid { field: String, problem: Problem },
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
    pub fn sentence(&self, language: Language) -> String {
        match self {
            Self::SignInRequired => say!(language, errors.sign_in_required).into(),
            Self::WrongCredentials => say!(language, errors.wrong_credentials).into(),
            Self::SlowDown { seconds } => {
                say!(language, errors.slow_down, wait = duration_words(language, *seconds))
            }
            Self::Invalid { field, problem } => problem.sentence(language, field),
            Self::AddressTaken => say!(language, errors.address_taken).into(),
            Self::SignUpClosed => say!(language, errors.sign_up_closed).into(),
            Self::NoAddress => say!(language, errors.no_address).into(),
            Self::LinkSpent => say!(language, errors.link_spent).into(),
            Self::ConfirmFirst => say!(language, errors.confirm_first).into(),
            Self::LastWayIn => say!(language, errors.last_way_in).into(),
            Self::NotFound => say!(language, errors.not_found).into(),
            Self::ReadOnly => say!(language, errors.read_only).into(),
            Self::ConnectAgain => say!(language, errors.connect_again).into(),
            Self::MayNotSend => say!(language, errors.may_not_send).into(),
            Self::ChangedElsewhere => say!(language, errors.changed_elsewhere).into(),
            Self::NoDraft => say!(language, errors.no_draft).into(),
            Self::HasLeft => say!(language, errors.has_left).into(),
            Self::Unavailable => say!(language, errors.unavailable).into(),
            Self::Unreachable => say!(language, errors.unreachable).into(),
            Self::Unexpected { report } => say!(language, errors.unexpected, report = report),
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
