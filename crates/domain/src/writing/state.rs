//! Where a mail is on its way, and why it was not sent.

use chrono::{DateTime, Utc};
use entity::written_mails::Model as Row;
use sea_orm::DbErr;
use std::str::FromStr;

/// Where a mail is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Somebody writes it.
    Writing,
    /// It leaves at this instant, and can be taken back until then.
    Queued {
        /// When it leaves.
        until: DateTime<Utc>,
    },
    /// It is on its way to the provider.
    Sending {
        /// When the provider is asked again, after it did not answer.
        again: Option<DateTime<Utc>>,
    },
    /// The provider has it.
    Sent {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// It was not sent.
    Failed {
        /// Why.
        why: Why,
        /// When that was found out.
        at: DateTime<Utc>,
    },
}

/// Why a mail was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The provider ended the grant: connect again, then send again.
    NeedsReconnect,
    /// The switch for sending is off: switch it on, then send again.
    SwitchedOff,
    /// The provider or its administrator does not allow it.
    NotAllowed,
    /// The provider does not take this mail as it is: edit it, mostly its recipients.
    NotAccepted,
    /// It is larger than the provider takes: take files off.
    TooLarge,
    /// A file of the mail that is passed on is not at the provider any more: take it off.
    FileGone,
    /// The provider's number of mails a day is reached: send again tomorrow.
    LimitReached,
    /// The provider did not answer for a day. It was not sent.
    Unreachable,
    /// The provider did not answer for a day, and did not say whether it has the mail: look into the sent mail first.
    Unknown,
}

impl Why {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::NeedsReconnect,
        Self::SwitchedOff,
        Self::NotAllowed,
        Self::NotAccepted,
        Self::TooLarge,
        Self::FileGone,
        Self::LimitReached,
        Self::Unreachable,
        Self::Unknown,
    ];

    /// The word in `written_mails.reason`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeedsReconnect => "needs_reconnect",
            Self::SwitchedOff => "switched_off",
            Self::NotAllowed => "not_allowed",
            Self::NotAccepted => "not_accepted",
            Self::TooLarge => "too_large",
            Self::FileGone => "file_gone",
            Self::LimitReached => "limit_reached",
            Self::Unreachable => "unreachable",
            Self::Unknown => "unknown",
        }
    }
}

impl FromStr for Why {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(())
    }
}

impl State {
    pub(super) fn of(row: &Row) -> Result<Self, DbErr> {
        let about = (row.reason.as_deref(), row.send_at, row.again_at);
        Self::read(&row.state, row.state_since, about)
    }

    pub(super) fn read(
        state: &str,
        at: DateTime<Utc>,
        (reason, send_at, again): (Option<&str>, Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    ) -> Result<Self, DbErr> {
        Ok(match state {
            "writing" => Self::Writing,
            "queued" => Self::Queued { until: send_at.unwrap_or(at) },
            "sending" => Self::Sending { again },
            "sent" => Self::Sent { at },
            "failed" => {
                let why = reason.and_then(|reason| reason.parse().ok());
                Self::Failed { why: why.unwrap_or(Why::NotAccepted), at }
            }
            _ => return Err(DbErr::Type("written_mails holds an unknown state".into())),
        })
    }
}
