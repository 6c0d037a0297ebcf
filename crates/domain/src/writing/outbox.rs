//! The outbox: what is queued, what can be taken back, and what became of it.

use super::{Draft, DraftText, Kind, WriteError, Writing, checking, files};
use crate::{
    connections::Connections,
    database::begin_write,
    jobs::{self, Job},
    mail,
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    messages, written_files,
    written_mails::{Column as C, Entity as Mails, Model as Row},
};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Func},
};
use std::{collections::HashMap, str::FromStr};
use uuid::Uuid;

/// How long `Send` can be taken back.
pub const UNDO: TimeDelta = TimeDelta::seconds(10);

/// What was sent stays on the list so long.
const KEPT: TimeDelta = TimeDelta::days(7);
/// What was begun and never touched goes after this long.
const UNTOUCHED: TimeDelta = TimeDelta::days(1);
/// Most mails of a list.
const MOST: u64 = 200;
/// Letters of a text that its first words are taken from.
const BEGINNING: i32 = 400;
/// Letters of the first words.
const SNIPPET: usize = 120;

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
        let all = [
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
        all.into_iter().find(|one| one.as_str() == text).ok_or(())
    }
}

/// A mail in a list of drafts or in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name here.
    pub id: Uuid,
    /// From which mailbox.
    pub connection: Uuid,
    /// What it began as.
    pub kind: Kind,
    /// `To` as typed.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// First words of what was typed.
    pub snippet: String,
    /// How many files it has.
    pub files: u64,
    /// Where it is on its way.
    pub state: State,
    /// When it was last saved.
    pub saved_at: DateTime<Utc>,
    /// The sent mail, once it was synced.
    pub message: Option<Uuid>,
}

impl State {
    pub(super) fn of(row: &Row) -> Result<Self, DbErr> {
        let about = (row.reason.as_deref(), row.send_at, row.again_at);
        Self::read(&row.state, row.state_since, about)
    }

    fn read(
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

/// What a list shows of a mail: a text may be long, and its beginning is enough.
#[derive(FromQueryResult)]
struct Line {
    id: Uuid,
    connection_id: Uuid,
    kind: String,
    to_line: String,
    subject: String,
    beginning: String,
    state: String,
    state_since: DateTime<Utc>,
    reason: Option<String>,
    send_at: Option<DateTime<Utc>>,
    again_at: Option<DateTime<Utc>>,
    remote_id: Option<String>,
    updated_at: DateTime<Utc>,
}

impl Writing {
    /// Queues a draft as it was saved last and says until when that can be undone. `Refused` names everything that keeps
    /// it from being sent, `MayNotSend` a switch that is off, `Changed` a version that is not the last.
    pub async fn send(&self, user: Uuid, id: Uuid, version: i32) -> Result<DateTime<Utc>, WriteError> {
        let row = self.row(user, id).await?;
        if row.state != "writing" {
            return Err(WriteError::NotADraft);
        }
        self.sender(user, row.connection_id).await?;
        let mut faults = checking::check(&DraftText::of(&row)).err().unwrap_or_default();
        let attached = self.files(id).await?.iter().map(|file| file.size).sum();
        faults.extend(files::check_together(attached).err());
        if !faults.is_empty() {
            return Err(WriteError::Refused(faults));
        }
        let Connections { db, clock, randomness, .. } = self.connections();
        let now = clock.now();
        let until = now + UNDO;
        // The same at every try, also after it was taken back: wherever one of them got to, it is found by it.
        let own_id = row.rfc_message_id.unwrap_or_else(|| format!("<{}@{}>", randomness.uuid(now), self.host));
        let tx = begin_write(db).await?;
        let queued = Mails::update_many()
            .col_expr(C::State, Expr::value("queued"))
            .col_expr(C::StateSince, Expr::value(now))
            .col_expr(C::SendAt, Expr::value(until))
            .col_expr(C::RfcMessageId, Expr::value(own_id))
            .col_expr(C::Reason, Expr::value(None::<String>))
            .col_expr(C::UpdatedAt, Expr::value(now))
            .filter(C::Id.eq(id))
            .filter(C::UserId.eq(user))
            .filter(C::State.eq("writing"))
            .filter(C::Version.eq(version))
            .exec(&tx)
            .await?;
        if queued.rows_affected == 0 {
            return Err(WriteError::Changed);
        }
        jobs::enqueue(&tx, randomness, now, &Job::SendWritten { mail: id }, until).await?;
        tx.commit().await?;
        self.tell(user, id).await;
        Ok(until)
    }

    /// Takes a queued mail back: it is a draft again. `TooLate` when it has left.
    pub async fn undo(&self, user: Uuid, id: Uuid) -> Result<Draft, WriteError> {
        let back = Condition::all().add(C::State.eq("queued"));
        self.back_to_writing(user, id, back).await
    }

    /// What is queued, is being sent, has failed, or was sent lately, the newest first.
    pub async fn outbox(&self, user: Uuid) -> Result<Vec<Written>, WriteError> {
        self.list(user, &["queued", "sending", "sent", "failed"]).await
    }

    /// Sends what failed again, as it is. It is looked for first where it may have been sent.
    pub async fn retry(&self, user: Uuid, id: Uuid) -> Result<(), WriteError> {
        let row = self.row(user, id).await?;
        self.sender(user, row.connection_id).await?;
        let Connections { db, clock, randomness, .. } = self.connections();
        let now = clock.now();
        let tx = begin_write(db).await?;
        let queued = Mails::update_many()
            .col_expr(C::State, Expr::value("queued"))
            .col_expr(C::StateSince, Expr::value(now))
            .col_expr(C::SendAt, Expr::value(now))
            .col_expr(C::AgainAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(C::Reason, Expr::value(None::<String>))
            .col_expr(C::UpdatedAt, Expr::value(now))
            .filter(C::Id.eq(id))
            .filter(C::UserId.eq(user))
            .filter(C::State.eq("failed"))
            .exec(&tx)
            .await?;
        if queued.rows_affected == 0 {
            return Err(WriteError::TooLate);
        }
        jobs::enqueue(&tx, randomness, now, &Job::SendWritten { mail: id }, now).await?;
        tx.commit().await?;
        self.tell(user, id).await;
        Ok(())
    }

    /// Makes what failed a draft again, to be changed and sent. `TooLate` when it may have been sent.
    pub async fn edit(&self, user: Uuid, id: Uuid) -> Result<Draft, WriteError> {
        let back = Condition::all().add(C::State.eq("failed")).add(C::Step.ne("asked"));
        self.back_to_writing(user, id, back).await
    }

    async fn back_to_writing(&self, user: Uuid, id: Uuid, from: Condition) -> Result<Draft, WriteError> {
        let now = self.connections().clock.now();
        let back = Mails::update_many()
            .col_expr(C::State, Expr::value("writing"))
            .col_expr(C::StateSince, Expr::value(now))
            .col_expr(C::SendAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(C::AgainAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(C::Reason, Expr::value(None::<String>))
            .col_expr(C::Touched, Expr::value(true))
            .col_expr(C::UpdatedAt, Expr::value(now))
            .filter(C::Id.eq(id))
            .filter(C::UserId.eq(user))
            .filter(from)
            .exec(&self.connections().db)
            .await?;
        if back.rows_affected == 0 {
            // Pressed twice, it is a draft already.
            let row = self.row(user, id).await?;
            if row.state != "writing" {
                return Err(WriteError::TooLate);
            }
        } else {
            self.tell(user, id).await;
        }
        self.draft(user, id).await
    }

    /// A user's mails in these states, the newest first. What was begun and never touched is no draft.
    pub(super) async fn list(&self, user: Uuid, states: &[&str]) -> Result<Vec<Written>, WriteError> {
        let db = &self.connections().db;
        let beginning = Func::cust("substr").arg(Expr::col(C::Body)).arg(1).arg(BEGINNING);
        let columns = [
            C::Id,
            C::ConnectionId,
            C::Kind,
            C::ToLine,
            C::Subject,
            C::State,
            C::StateSince,
            C::Reason,
            C::SendAt,
            C::AgainAt,
            C::RemoteId,
            C::UpdatedAt,
        ];
        let lines: Vec<Line> = Mails::find()
            .select_only()
            .columns(columns)
            .column_as(Expr::from(beginning), "beginning")
            .filter(C::UserId.eq(user))
            .filter(C::State.is_in(states.iter().copied()))
            .filter(C::Touched.eq(true).or(C::State.ne("writing")))
            .order_by_desc(C::UpdatedAt)
            .order_by_desc(C::Id)
            .limit(MOST)
            .into_model()
            .all(db)
            .await?;
        let numbers = self.numbers(lines.iter().map(|line| line.id)).await?;
        let mut list = Vec::new();
        for line in lines {
            let message = match &line.remote_id {
                Some(remote_id) if line.state == "sent" => self.synced(line.connection_id, remote_id).await?,
                _ => None,
            };
            let about = (line.reason.as_deref(), line.send_at, line.again_at);
            list.push(Written {
                id: line.id,
                connection: line.connection_id,
                kind: line.kind.parse()?,
                to: line.to_line,
                subject: line.subject,
                snippet: first_words(&line.beginning),
                files: numbers.get(&line.id).copied().unwrap_or_default(),
                state: State::read(&line.state, line.state_since, about)?,
                saved_at: line.updated_at,
                message,
            });
        }
        Ok(list)
    }

    /// How many files each of these mails has.
    async fn numbers(&self, mails: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, u64>, DbErr> {
        use written_files::Column;
        let rows: Vec<(Uuid, i64)> = written_files::Entity::find()
            .select_only()
            .column(Column::MailId)
            .column_as(Column::Id.count(), "files")
            .filter(Column::MailId.is_in(mails))
            .group_by(Column::MailId)
            .into_tuple()
            .all(&self.connections().db)
            .await?;
        Ok(rows.into_iter().map(|(mail, files)| (mail, u64::try_from(files).unwrap_or_default())).collect())
    }

    /// The stored mail that was sent.
    async fn synced(&self, connection: Uuid, remote_id: &str) -> Result<Option<Uuid>, DbErr> {
        messages::Entity::find()
            .select_only()
            .column(messages::Column::Id)
            .filter(messages::Column::ConnectionId.eq(connection))
            .filter(messages::Column::RemoteId.eq(remote_id))
            .into_tuple()
            .one(&self.connections().db)
            .await
    }

    /// Forgets what was sent some days ago, and what was begun and never touched.
    pub(crate) async fn purge(&self) -> Result<(), DbErr> {
        let now = self.connections().clock.now();
        let sent = C::State.eq("sent").and(C::StateSince.lte(now - KEPT));
        let begun = C::State.eq("writing").and(C::Touched.eq(false)).and(C::UpdatedAt.lte(now - UNTOUCHED));
        Mails::delete_many().filter(sent.or(begun)).exec(&self.connections().db).await?;
        Ok(())
    }
}

/// The first words that are the writer's own.
fn first_words(beginning: &str) -> String {
    let own: Vec<&str> = beginning.lines().filter(|line| !line.starts_with('>')).collect();
    mail::plain(&own.join(" ")).chars().take(SNIPPET).collect()
}

#[cfg(test)]
mod tests {
    use super::first_words;

    #[test]
    fn first_words_are_the_writers() {
        assert_eq!(first_words("Yes,\n\n> at one?\n  gladly."), "Yes, gladly.");
        assert_eq!(first_words(&"word ".repeat(80)).chars().count(), 120);
    }
}
