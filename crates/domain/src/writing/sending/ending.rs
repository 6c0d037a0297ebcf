//! What is written down when a mail has arrived, has failed, or waits.

use super::{Errand, Row, SETTLES, Step};
use crate::{
    audit,
    connections::Connections,
    database::begin_write,
    jobs::{JobContext, JobError, JobOutcome, back_off},
    writing::{Why, Writing},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    connected_accounts, written_files,
    written_mails::{Column as C, Entity as Mails},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

/// A mail is not tried for longer: whoever wrote it counts on knowing.
const GIVEN_UP: TimeDelta = TimeDelta::days(1);

impl Writing {
    /// The provider has it: its files are there now, and the sync is asked to bring it here.
    pub(super) async fn arrived(&self, errand: &Errand<'_>, remote_id: &str) -> Result<(), DbErr> {
        let Errand { mail, account, .. } = errand;
        let Connections { db, clock, .. } = self.connections();
        let now = clock.now();
        let tx = begin_write(db).await?;
        let ended = Mails::update_many()
            .col_expr(C::State, Expr::value("sent"))
            .col_expr(C::StateSince, Expr::value(now))
            .col_expr(C::Step, Expr::value("none"))
            .col_expr(C::AgainAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(C::RemoteId, Expr::value(remote_id))
            .col_expr(C::UpdatedAt, Expr::value(now))
            .filter(C::Id.eq(mail.id))
            .filter(C::State.eq("sending"))
            .exec(&tx)
            .await?;
        if ended.rows_affected > 0 {
            let files = written_files::Column::MailId.eq(mail.id);
            written_files::Entity::delete_many().filter(files).exec(&tx).await?;
            self.record(&tx, mail, "done", None).await?;
        }
        tx.commit().await?;
        self.tell(mail.user_id, mail.id).await;
        if let Err(error) = self.sync.sync_now(account.user_id, account.id).await {
            // It comes here by itself, only later.
            tracing::debug!(%error, "written.sync_not_asked");
        }
        Ok(())
    }

    /// It was not sent, and its person has to know.
    pub(super) async fn failed(&self, mail: &Row, why: Why) -> Result<(), DbErr> {
        let Connections { db, clock, .. } = self.connections();
        let now = clock.now();
        let tx = begin_write(db).await?;
        let ended = Mails::update_many()
            .col_expr(C::State, Expr::value("failed"))
            .col_expr(C::StateSince, Expr::value(now))
            .col_expr(C::Reason, Expr::value(why.as_str()))
            .col_expr(C::AgainAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(C::UpdatedAt, Expr::value(now))
            .filter(C::Id.eq(mail.id))
            .filter(C::State.eq("sending"))
            .exec(&tx)
            .await?;
        if ended.rows_affected > 0 {
            self.record(&tx, mail, "failed", Some(why.as_str())).await?;
        }
        tx.commit().await?;
        self.tell(mail.user_id, mail.id).await;
        Ok(())
    }

    /// The person sees when it is tried again.
    pub(super) async fn wait_until(&self, mail: &Row, at: DateTime<Utc>) -> Result<(), DbErr> {
        Mails::update_many()
            .col_expr(C::AgainAt, Expr::value(at))
            .filter(C::Id.eq(mail.id))
            .filter(C::State.eq("sending"))
            .exec(&self.connections().db)
            .await?;
        self.tell(mail.user_id, mail.id).await;
        Ok(())
    }

    /// Tries again after a while, and not for ever.
    pub(super) async fn later(
        &self,
        id: Uuid,
        error: Box<dyn std::error::Error + Send + Sync>,
        context: &JobContext,
    ) -> Result<JobOutcome, JobError> {
        let Connections { db, clock, .. } = self.connections();
        let Some(mail) = Mails::find_by_id(id).one(db).await? else { return Ok(JobOutcome::Done) };
        let now = clock.now();
        if now - mail.state_since >= GIVEN_UP {
            let asked = Step::of(&mail) == Step::Asked;
            self.failed(&mail, if asked { Why::Unknown } else { Why::Unreachable }).await?;
            return Ok(JobOutcome::Done);
        }
        // A call without an answer has its own time.
        let settles = match (Step::of(&mail), mail.again_at) {
            (Step::Asked | Step::Drafting, None) => Some(now + SETTLES),
            (_, again_at) => again_at.filter(|at| *at > now),
        };
        let after = settles.and_then(|at| (at - now).to_std().ok()).unwrap_or_else(|| back_off(context.attempts));
        self.wait_until(&mail, now + after).await?;
        Err(JobError::Retry { after: Some(after), source: error })
    }

    pub(super) async fn slowed_down(&self, mail: &Row, until: DateTime<Utc>) -> Result<JobOutcome, JobError> {
        if self.connections().clock.now() - mail.state_since >= GIVEN_UP {
            self.failed(mail, Why::LimitReached).await?;
            return Ok(JobOutcome::Done);
        }
        self.wait_until(mail, until).await?;
        Ok(JobOutcome::Again { at: until })
    }

    async fn record(
        &self,
        db: &impl sea_orm::ConnectionTrait,
        mail: &Row,
        outcome: &'static str,
        detail: Option<&str>,
    ) -> Result<(), DbErr> {
        let entry = audit::Entry {
            user: Some(mail.user_id),
            connection: Some(mail.connection_id),
            action: "mail.send",
            outcome,
            detail,
            ..audit::Entry::default()
        };
        let Connections { clock, randomness, .. } = self.connections();
        audit::record(db, &**clock, randomness, entry).await
    }

    /// Notes a call for the record.
    pub(super) async fn count_call(&self, account: &connected_accounts::Model) -> Result<(), DbErr> {
        self.connections().count_calls(account, "api.mail.send", 1).await
    }
}
