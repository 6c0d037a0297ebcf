//! Refresh tokens, exchanged for the next pair.
//!
//! Only a hash is stored. The successor of a token just used is also kept sealed for [`GRACE`]: a program whose answer was
//! lost, or that asked twice at once, gets the same successor again instead of being taken for a thief.

use super::{FAMILY_LIFE, Pair, TokenError, Tokens};
use crate::{
    database::{begin_write, hold},
    jobs::{self, Job, JobOutcome},
    notifications::{self, Kind, News},
    sessions::Visitor,
    vault::{Place, digest_of},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{refresh_tokens, token_families};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QueryOrder, sea_query::Expr,
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// How long a refresh token is good, used or not.
pub const REFRESH_LIFE: TimeDelta = TimeDelta::days(7);
/// How long a used token still gives the successor it gave.
pub const GRACE: TimeDelta = TimeDelta::seconds(20);
/// Exchanges a program may make in a minute.
pub const MOST_REFRESHES: usize = 10;

fn place(token: Uuid) -> Place<'static> {
    Place { table: "refresh_tokens", row: token, purpose: "successor" }
}

impl Tokens {
    /// Exchanges a refresh token for the next pair of its family.
    pub async fn refresh(&self, token: &SecretString, visitor: &Visitor) -> Result<Pair, TokenError> {
        let now = self.clock.now();
        let tx = begin_write(&self.db).await?;
        let (row, family) = self.find(&tx, token).await?;
        // Programs of one family wait for each other here: its limit is counted by one at a time.
        let held = hold(&tx, token_families::Entity::find_by_id(family.id)).await?;
        let family = held.ok_or(TokenError::Invalid)?;
        if family.ended_at.is_some() || row.expires_at <= now {
            return Err(TokenError::Invalid);
        }
        self.slow_down(&tx, family.id, now).await?;
        // The condition decides between two that come at once: the second waits here, and finds the token used.
        let first = refresh_tokens::Entity::update_many()
            .col_expr(refresh_tokens::Column::UsedAt, Expr::value(Some(now)))
            .filter(refresh_tokens::Column::Id.eq(row.id))
            .filter(refresh_tokens::Column::UsedAt.is_null())
            .exec(&tx)
            .await?;
        let successor = if first.rows_affected == 1 {
            self.rotate(&tx, &row, &family, visitor, now).await?
        } else {
            match self.again(&tx, row.id, now).await? {
                Some(successor) => successor,
                None => return self.reused(tx, &family, visitor).await,
            }
        };
        let until = self.find(&tx, &successor).await?.0.expires_at;
        tx.commit().await?;
        self.pair(&family, successor, until - now)
    }

    /// Ends the family that a refresh token belongs to; false when the token names none that lives.
    pub async fn end_by_refresh_token(&self, token: &SecretString, visitor: &Visitor) -> Result<bool, TokenError> {
        match self.find(&self.db, token).await {
            Ok((_, family)) => Ok(self.revoke(family.user_id, family.id, visitor).await?),
            Err(TokenError::Invalid) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The job after a grace: successors need not be told again, and are kept as hashes only.
    pub(crate) async fn forget_told(&self, family: Uuid) -> Result<JobOutcome, DbErr> {
        let now = self.clock.now();
        let told = refresh_tokens::Column::UsedAt.lte(now - GRACE);
        forget(&self.db, family, Some(told)).await?;
        let next = refresh_tokens::Entity::find()
            .filter(refresh_tokens::Column::FamilyId.eq(family))
            .filter(refresh_tokens::Column::SealedSuccessor.is_not_null())
            .order_by_asc(refresh_tokens::Column::UsedAt)
            .one(&self.db)
            .await?;
        Ok(next.and_then(|row| row.used_at).map_or(JobOutcome::Done, |used| JobOutcome::Again { at: used + GRACE }))
    }

    /// A new refresh token of `family`.
    pub(super) async fn issue(
        &self,
        tx: &impl ConnectionTrait,
        family: &token_families::Model,
        now: DateTime<Utc>,
    ) -> Result<SecretString, DbErr> {
        let token = URL_SAFE_NO_PAD.encode(self.randomness.bytes::<32>());
        refresh_tokens::ActiveModel {
            id: Set(self.randomness.uuid(now)),
            family_id: Set(family.id),
            token_hash: Set(digest_of(&token)),
            created_at: Set(now),
            expires_at: Set(ends(family, now)),
            used_at: Set(None),
            replays: Set(0),
            sealed_successor: Set(None),
        }
        .insert(tx)
        .await?;
        Ok(token.into())
    }

    async fn find(
        &self,
        db: &impl ConnectionTrait,
        token: &SecretString,
    ) -> Result<(refresh_tokens::Model, token_families::Model), TokenError> {
        let found = refresh_tokens::Entity::find()
            .filter(refresh_tokens::Column::TokenHash.eq(digest_of(token.expose_secret())))
            .find_also_related(token_families::Entity)
            .one(db)
            .await?;
        match found {
            Some((token, Some(family))) => Ok((token, family)),
            _ => Err(TokenError::Invalid),
        }
    }

    async fn rotate(
        &self,
        tx: &DatabaseTransaction,
        row: &refresh_tokens::Model,
        family: &token_families::Model,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<SecretString, TokenError> {
        let successor = self.issue(tx, family, now).await?;
        // Only the token used last may come again: an older one has been followed twice.
        forget_successors(tx, family.id).await?;
        let sealed = self.vault.seal(&place(row.id), successor.expose_secret().as_bytes())?;
        refresh_tokens::Entity::update_many()
            .col_expr(refresh_tokens::Column::SealedSuccessor, Expr::value(Some(sealed)))
            .filter(refresh_tokens::Column::Id.eq(row.id))
            .exec(tx)
            .await?;
        token_families::Entity::update_many()
            .col_expr(token_families::Column::LastUsedAt, Expr::value(now))
            .col_expr(token_families::Column::ExpiresAt, Expr::value(ends(family, now)))
            .col_expr(token_families::Column::Address, Expr::value(visitor.address.as_str()))
            .filter(token_families::Column::Id.eq(family.id))
            .exec(tx)
            .await?;
        let forget = Job::ForgetSuccessor { family: family.id };
        jobs::enqueue(tx, &self.randomness, now, &forget, now + GRACE).await?;
        self.record(tx, "token.refreshed", "done", family, visitor, None).await?;
        Ok(successor)
    }

    /// The successor that a used token gave, while its grace lasts and the successor was not used itself.
    async fn again(
        &self,
        tx: &DatabaseTransaction,
        token: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Option<SecretString>, TokenError> {
        let row = refresh_tokens::Entity::find_by_id(token).one(tx).await?.ok_or(TokenError::Invalid)?;
        let in_grace = row.used_at.is_some_and(|used| now < used + GRACE);
        let (true, Some(sealed)) = (in_grace, &row.sealed_successor) else { return Ok(None) };
        refresh_tokens::Entity::update_many()
            .col_expr(refresh_tokens::Column::Replays, Expr::value(row.replays + 1))
            .filter(refresh_tokens::Column::Id.eq(row.id))
            .exec(tx)
            .await?;
        Ok(Some(self.vault.open_text(&place(row.id), sealed)?))
    }

    async fn reused(
        &self,
        tx: DatabaseTransaction,
        family: &token_families::Model,
        visitor: &Visitor,
    ) -> Result<Pair, TokenError> {
        self.end(&tx, family, "reused").await?;
        self.record(&tx, "token.reused", "refused", family, visitor, Some("family_ended")).await?;
        let news =
            News { kind: Kind::ProgramEnded, user: Some(family.user_id), proof: None, detail: Some(&family.name) };
        notifications::tell(&tx, &*self.clock, &self.randomness, news).await?;
        tx.commit().await?;
        tracing::warn!(family = %family.id, "token.reused: the family has ended");
        Err(TokenError::Reused)
    }

    /// Counted by what is stored, so the limit holds over all processes and restarts.
    async fn slow_down(&self, tx: &DatabaseTransaction, family: Uuid, now: DateTime<Utc>) -> Result<(), TokenError> {
        let minute = TimeDelta::minutes(1);
        let lately = refresh_tokens::Entity::find()
            .filter(refresh_tokens::Column::FamilyId.eq(family))
            .filter(refresh_tokens::Column::UsedAt.gt(now - minute))
            .order_by_asc(refresh_tokens::Column::UsedAt)
            .all(tx)
            .await?;
        let made: usize = lately.iter().map(|row| 1 + usize::try_from(row.replays).unwrap_or_default()).sum();
        match lately.first().and_then(|row| row.used_at) {
            Some(oldest) if made >= MOST_REFRESHES => {
                let seconds = u64::try_from((oldest + minute - now).num_seconds()).unwrap_or_default() + 1;
                Err(TokenError::TooOften { seconds })
            }
            _ => Ok(()),
        }
    }
}

/// Seven days without use, and a year in all.
pub(super) fn ends(family: &token_families::Model, now: DateTime<Utc>) -> DateTime<Utc> {
    (now + REFRESH_LIFE).min(family.created_at + FAMILY_LIFE)
}

/// From now on the successors of a family are known by their hashes only.
pub(super) async fn forget_successors(db: &impl ConnectionTrait, family: Uuid) -> Result<(), DbErr> {
    forget(db, family, None).await
}

async fn forget(
    db: &impl ConnectionTrait,
    family: Uuid,
    which: Option<sea_orm::sea_query::SimpleExpr>,
) -> Result<(), DbErr> {
    let mut update = refresh_tokens::Entity::update_many()
        .col_expr(refresh_tokens::Column::SealedSuccessor, Expr::value(Option::<Vec<u8>>::None))
        .filter(refresh_tokens::Column::FamilyId.eq(family))
        .filter(refresh_tokens::Column::SealedSuccessor.is_not_null());
    if let Some(which) = which {
        update = update.filter(which);
    }
    update.exec(db).await.map(drop)
}
