//! What is typed.

use super::{File, State, WriteError, Writing, checking};
use crate::{
    cache::{Notice, What},
    providers::{Feature, Features},
};
use chrono::{DateTime, Utc};
use entity::{
    connected_accounts, messages,
    written_mails::{Column as C, Entity as Mails, Model as Row},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect, sea_query::Expr};
use std::str::FromStr;
use uuid::Uuid;

/// What a mail began as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Empty.
    New,
    /// An answer to the sender.
    Reply,
    /// An answer to everybody.
    ReplyAll,
    /// A mail passed on.
    Forward,
}

impl Kind {
    /// The word in `written_mails.kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reply => "reply",
            Self::ReplyAll => "reply_all",
            Self::Forward => "forward",
        }
    }
}

impl FromStr for Kind {
    type Err = DbErr;

    fn from_str(text: &str) -> Result<Self, DbErr> {
        let all = [Self::New, Self::Reply, Self::ReplyAll, Self::Forward];
        let found = all.into_iter().find(|one| one.as_str() == text);
        found.ok_or_else(|| DbErr::Type("written_mails holds an unknown kind".into()))
    }
}

/// What a person types. Nothing of it is checked before it is sent: a half typed address is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftText {
    /// From which mailbox.
    pub connection: Uuid,
    /// Recipients as typed, separated by commas: `ada@example.com, Bob <bob@example.com>`.
    pub to: String,
    /// Likewise.
    pub cc: String,
    /// Likewise.
    pub bcc: String,
    /// Subject.
    pub subject: String,
    /// Plain text; of an answer with what it answers below, each line after `> `.
    pub body: String,
}

impl DraftText {
    pub(super) fn of(row: &Row) -> Self {
        Self {
            connection: row.connection_id,
            to: row.to_line.clone(),
            cc: row.cc_line.clone(),
            bcc: row.bcc_line.clone(),
            subject: row.subject.clone(),
            body: row.body.clone(),
        }
    }
}

/// A mail that somebody writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its name here; also while it is in the outbox.
    pub id: Uuid,
    /// What it began as.
    pub kind: Kind,
    /// The mail that it answers or passes on; `None` for new ones, and when that mail is not here any more.
    pub about: Option<Uuid>,
    /// What is typed.
    pub text: DraftText,
    /// What is attached, in the order it was.
    pub files: Vec<File>,
    /// Most bytes of all files together, with its provider.
    pub most_bytes: u64,
    /// Counts the times it was saved.
    pub version: i32,
    /// Where it is on its way.
    pub state: State,
    /// When it was last saved.
    pub saved_at: DateTime<Utc>,
}

/// What a save made of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// What the next save has to name.
    pub version: i32,
    /// When.
    pub at: DateTime<Utc>,
}

impl Writing {
    /// A mail that this user writes, or has in the outbox.
    pub async fn draft(&self, user: Uuid, id: Uuid) -> Result<Draft, WriteError> {
        let row = self.row(user, id).await?;
        let about = match row.about {
            Some(message) => self.message_in(user, message).await?.map(|_| message),
            None => None,
        };
        Ok(Draft {
            id,
            kind: row.kind.parse()?,
            about,
            text: DraftText::of(&row),
            files: self.files(id).await?,
            most_bytes: super::files::MOST_BYTES,
            version: row.version,
            state: State::of(&row)?,
            saved_at: row.updated_at,
        })
    }

    /// Keeps what is typed. `version` is the one that was read or saved last; `Changed` when it is not that any more.
    /// `NotADraft` once it is queued. Refuses only what is far too long to be kept (`Refused`).
    pub async fn save(&self, user: Uuid, id: Uuid, version: i32, text: DraftText) -> Result<Saved, WriteError> {
        let faults = checking::check_size(&text);
        if !faults.is_empty() {
            return Err(WriteError::Refused(faults));
        }
        let row = self.row(user, id).await?;
        let thread = if text.connection == row.connection_id {
            row.thread_remote_id
        } else {
            self.account(user, text.connection).await?;
            self.thread_in(user, &row, text.connection).await?
        };
        let now = self.connections().clock.now();
        // PostgreSQL keeps no NUL, and nobody types one.
        let kept = |text: String| Expr::value(text.replace('\0', ""));
        let saved = Mails::update_many()
            .col_expr(C::ConnectionId, Expr::value(text.connection))
            .col_expr(C::ThreadRemoteId, Expr::value(thread))
            .col_expr(C::ToLine, kept(text.to))
            .col_expr(C::CcLine, kept(text.cc))
            .col_expr(C::BccLine, kept(text.bcc))
            .col_expr(C::Subject, kept(text.subject))
            .col_expr(C::Body, kept(text.body))
            .col_expr(C::Touched, Expr::value(true))
            .col_expr(C::Version, Expr::col(C::Version).add(1))
            .col_expr(C::UpdatedAt, Expr::value(now))
            .filter(C::Id.eq(id))
            .filter(C::UserId.eq(user))
            .filter(C::State.eq("writing"))
            .filter(C::Version.eq(version))
            .exec(&self.connections().db)
            .await?;
        if saved.rows_affected == 0 {
            let row = self.row(user, id).await?;
            return Err(if row.state == "writing" { WriteError::Changed } else { WriteError::NotADraft });
        }
        Ok(Saved { version: version + 1, at: now })
    }

    /// Throws a draft away, or what failed to be sent, or takes what was sent off the list. `TooLate` while it is sent.
    pub async fn discard(&self, user: Uuid, id: Uuid) -> Result<(), WriteError> {
        self.row(user, id).await?;
        let gone = Mails::delete_many()
            .filter(C::Id.eq(id))
            .filter(C::UserId.eq(user))
            .filter(C::State.is_not_in(["queued", "sending"]))
            .exec(&self.connections().db)
            .await?;
        if gone.rows_affected == 0 {
            return Err(WriteError::TooLate);
        }
        self.tell(user, id).await;
        Ok(())
    }

    /// The conversation of the answered mail, if that lies in this mailbox.
    async fn thread_in(&self, user: Uuid, row: &Row, connection: Uuid) -> Result<Option<String>, DbErr> {
        let Some(about) = row.about.filter(|_| row.kind != Kind::Forward.as_str()) else { return Ok(None) };
        let found = self.message_in(user, about).await?.filter(|(lies_in, _)| *lies_in == connection);
        Ok(found.map(|(_, thread)| thread))
    }

    /// Mailbox and conversation of a message.
    async fn message_in(&self, user: Uuid, message: Uuid) -> Result<Option<(Uuid, String)>, DbErr> {
        messages::Entity::find_by_id(message)
            .select_only()
            .columns([messages::Column::ConnectionId, messages::Column::ThreadRemoteId])
            .filter(messages::Column::UserId.eq(user))
            .into_tuple()
            .one(&self.connections().db)
            .await
    }

    pub(super) async fn row(&self, user: Uuid, id: Uuid) -> Result<Row, WriteError> {
        let row = Mails::find_by_id(id).filter(C::UserId.eq(user)).one(&self.connections().db).await?;
        row.ok_or(WriteError::NotFound)
    }

    /// A mailbox of this user.
    pub(super) async fn account(&self, user: Uuid, id: Uuid) -> Result<connected_accounts::Model, WriteError> {
        let account = connected_accounts::Entity::find_by_id(id)
            .filter(connected_accounts::Column::UserId.eq(user))
            .filter(connected_accounts::Column::State.ne("disconnecting"))
            .one(&self.connections().db)
            .await?;
        account.ok_or(WriteError::NotFound)
    }

    /// A mailbox of this user that may send now.
    pub(super) async fn sender(&self, user: Uuid, id: Uuid) -> Result<connected_accounts::Model, WriteError> {
        let account = self.account(user, id).await?;
        match account.state.as_str() {
            "active" if may_send(&account.features)? => Ok(account),
            "active" => Err(WriteError::MayNotSend),
            _ => Err(WriteError::NeedsReconnect),
        }
    }

    pub(super) async fn tell(&self, user: Uuid, mail: Uuid) {
        self.connections().bus.publish(Notice { user, what: What::Written { mail } }).await;
    }
}

/// Whether sending is among these features.
pub(super) fn may_send(words: &str) -> Result<bool, DbErr> {
    let features: Result<Features, _> = words.parse();
    let features = features.map_err(|_| DbErr::Type("connected_accounts holds an unknown word".into()))?;
    Ok(features.has(Feature::Send))
}
