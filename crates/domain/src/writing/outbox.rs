//! The outbox: queueing, taking back, and trying again.

use super::{Draft, DraftText, WriteError, Writing, checking, files};
use crate::{
    connections::Connections,
    database::begin_write,
    jobs::{self, Job},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::written_mails::{Column as C, Entity as Mails};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

/// How long `Send` can be taken back.
pub const UNDO: TimeDelta = TimeDelta::seconds(10);

/// What was sent stays on the list so long.
const KEPT: TimeDelta = TimeDelta::days(7);
/// What was begun and never touched goes after this long.
const UNTOUCHED: TimeDelta = TimeDelta::days(1);

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

    /// Forgets what was sent some days ago, and what was begun and never touched.
    pub(crate) async fn purge(&self) -> Result<(), DbErr> {
        let now = self.connections().clock.now();
        let sent = C::State.eq("sent").and(C::StateSince.lte(now - KEPT));
        let begun = C::State.eq("writing").and(C::Touched.eq(false)).and(C::UpdatedAt.lte(now - UNTOUCHED));
        Mails::delete_many().filter(sent.or(begun)).exec(&self.connections().db).await?;
        Ok(())
    }
}
