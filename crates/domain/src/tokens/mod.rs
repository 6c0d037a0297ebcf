//! The token pair for programs: an access token that proves who a call is for ([`access`]), and a refresh token that is
//! exchanged for the next pair ([`rotation`]).
//!
//! Every pair that a person makes begins a family. A refresh token is used once; its use gives the next one of the family.
//! When one comes back after that, somebody has a copy: the whole family ends (RFC 9700 section 4.14.2).

mod access;
mod rotation;

pub use access::{ACCESS_LIFE, Program};
pub use rotation::{GRACE, MOST_REFRESHES, REFRESH_LIFE};

use crate::{
    audit,
    clock::{Clock, Randomness},
    database::{Database, begin_write, hold},
    sessions::Visitor,
    vault::{Vault, VaultError},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{refresh_tokens, token_families, users};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, Select, sea_query::Expr,
};
use secrecy::SecretString;
use std::sync::Arc;
use uuid::Uuid;

/// Families of one person that may be alive at the same time.
pub const MOST_FAMILIES: u64 = 50;
/// Pairs one person may make in a minute.
const MOST_MADE: u64 = 10;
/// Longest name kept, in characters.
const LONGEST_NAME: usize = 80;
/// How long a family lasts, however often it is used (ASVS 5.0, 10.4.8).
pub const FAMILY_LIFE: TimeDelta = TimeDelta::days(365);
/// Ended families are kept this long for the list of what happened.
const KEPT: TimeDelta = TimeDelta::days(30);

/// An access token with the refresh token that follows it.
pub struct Pair {
    /// For `Authorization: Bearer`, good for [`ACCESS_LIFE`].
    pub access_token: SecretString,
    /// For the next pair, once.
    pub refresh_token: SecretString,
    /// How long the refresh token is good.
    pub refresh_expires_in: TimeDelta,
}

/// One program that holds a pair.
#[derive(Clone, Debug)]
pub struct Family {
    /// `token_families.id`
    pub id: Uuid,
    /// What the person calls it.
    pub name: String,
    /// Network address it was last used from.
    pub address: String,
    /// When its first pair was made.
    pub created_at: DateTime<Utc>,
    /// When a pair was last given out.
    pub last_used_at: DateTime<Utc>,
    /// When it ends unless it is used before.
    pub expires_at: DateTime<Utc>,
}

/// Why there is no pair.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Unknown, expired, or of a family that ended.
    #[error("the token is worth nothing")]
    Invalid,
    /// It was used before: its family has ended.
    #[error("the refresh token was used before, so every token of its family has ended")]
    Reused,
    /// More often than a program needs.
    #[error("too often: wait {seconds} seconds")]
    TooOften {
        /// After which the next one is accepted.
        seconds: u64,
    },
    /// The person has as many programs as there may be.
    #[error("there are too many programs")]
    TooMany,
    /// The database or the vault failed.
    #[error("the tokens could not be read or written")]
    Unexpected(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<DbErr> for TokenError {
    fn from(error: DbErr) -> Self {
        Self::Unexpected(error.into())
    }
}

impl From<VaultError> for TokenError {
    fn from(error: VaultError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Makes, exchanges, checks and ends the tokens of programs.
#[derive(Clone)]
pub struct Tokens {
    pub(crate) db: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) vault: Arc<Vault>,
    /// `iss` of the access tokens: the public address of this server.
    pub(crate) issuer: String,
}

impl Tokens {
    /// Begins a family for a program that `name` describes.
    pub async fn make(&self, user: Uuid, name: &str, visitor: &Visitor) -> Result<Pair, TokenError> {
        let now = self.clock.now();
        let tx = begin_write(&self.db).await?;
        // What is counted here is counted by one at a time.
        hold(&tx, users::Entity::find_by_id(user)).await?;
        let mine = || token_families::Entity::find().filter(token_families::Column::UserId.eq(user));
        if alive(mine(), now).count(&tx).await? >= MOST_FAMILIES {
            return Err(TokenError::TooMany);
        }
        let lately = token_families::Column::CreatedAt.gt(now - TimeDelta::minutes(1));
        if mine().filter(lately).count(&tx).await? >= MOST_MADE {
            return Err(TokenError::TooOften { seconds: 60 });
        }
        let family = token_families::ActiveModel {
            id: Set(self.randomness.uuid(now)),
            user_id: Set(user),
            name: Set(name.trim().chars().take(LONGEST_NAME).collect()),
            address: Set(visitor.address.clone()),
            created_at: Set(now),
            last_used_at: Set(now),
            expires_at: Set(now + REFRESH_LIFE),
            ended_at: Set(None),
            end_reason: Set(None),
        };
        let family = family.insert(&tx).await?;
        let refresh_token = self.issue(&tx, &family, now).await?;
        self.record(&tx, "token.made", "done", &family, visitor, None).await?;
        tx.commit().await?;
        self.pair(&family, refresh_token, REFRESH_LIFE)
    }

    /// The programs of a user that hold a living pair, newest first.
    pub async fn list(&self, user: Uuid) -> Result<Vec<Family>, DbErr> {
        let mine = token_families::Entity::find().filter(token_families::Column::UserId.eq(user));
        let rows = alive(mine, self.clock.now()).order_by_desc(token_families::Column::Id).all(&self.db).await?;
        Ok(rows.into_iter().map(Family::from).collect())
    }

    /// Ends a family of `user`; false when there is no such living one.
    pub async fn revoke(&self, user: Uuid, family: Uuid, visitor: &Visitor) -> Result<bool, DbErr> {
        let found = token_families::Entity::find_by_id(family).filter(token_families::Column::UserId.eq(user));
        let Some(family) = found.one(&self.db).await? else { return Ok(false) };
        let tx = begin_write(&self.db).await?;
        let ended = self.end(&tx, &family, "revoked").await?;
        if ended {
            self.record(&tx, "token.revoked", "done", &family, visitor, None).await?;
        }
        tx.commit().await?;
        Ok(ended)
    }

    /// Deletes families that ended or expired long ago, and tokens that are over.
    pub async fn purge(&self) -> Result<u64, DbErr> {
        let now = self.clock.now();
        let spent = refresh_tokens::Column::ExpiresAt.lte(now);
        refresh_tokens::Entity::delete_many().filter(spent).exec(&self.db).await?;
        let over = token_families::Column::ExpiresAt.lte(now - KEPT);
        Ok(token_families::Entity::delete_many().filter(over).exec(&self.db).await?.rows_affected)
    }

    /// Ends a family: none of its tokens is worth anything from now on. False when it had ended before.
    async fn end(
        &self,
        tx: &impl ConnectionTrait,
        family: &token_families::Model,
        reason: &str,
    ) -> Result<bool, DbErr> {
        let ended = token_families::Entity::update_many()
            .col_expr(token_families::Column::EndedAt, Expr::value(Some(self.clock.now())))
            .col_expr(token_families::Column::EndReason, Expr::value(Some(reason)))
            .filter(token_families::Column::Id.eq(family.id))
            .filter(token_families::Column::EndedAt.is_null())
            .exec(tx)
            .await?;
        rotation::forget_successors(tx, family.id).await?;
        Ok(ended.rows_affected == 1)
    }

    fn pair(
        &self,
        family: &token_families::Model,
        refresh_token: SecretString,
        refresh_expires_in: TimeDelta,
    ) -> Result<Pair, TokenError> {
        let access_token = self.access_token(family)?;
        Ok(Pair { access_token, refresh_token, refresh_expires_in })
    }

    async fn record(
        &self,
        tx: &impl ConnectionTrait,
        action: &'static str,
        outcome: &'static str,
        family: &token_families::Model,
        visitor: &Visitor,
        detail: Option<&str>,
    ) -> Result<(), DbErr> {
        let entry = audit::Entry {
            user: Some(family.user_id),
            action,
            outcome,
            address: Some(&visitor.address),
            detail,
            ..audit::Entry::default()
        };
        audit::record(tx, &*self.clock, &self.randomness, entry).await
    }
}

/// Ends every family of a person, in the caller's transaction: whoever knew the old password may hold one.
pub(crate) async fn end_all(tx: &impl ConnectionTrait, user: Uuid, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let ended = token_families::Entity::update_many()
        .col_expr(token_families::Column::EndedAt, Expr::value(Some(now)))
        .col_expr(token_families::Column::EndReason, Expr::value(Some("password")))
        .filter(token_families::Column::UserId.eq(user))
        .filter(token_families::Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok(ended.rows_affected)
}

fn alive(families: Select<token_families::Entity>, now: DateTime<Utc>) -> Select<token_families::Entity> {
    families.filter(token_families::Column::EndedAt.is_null()).filter(token_families::Column::ExpiresAt.gt(now))
}

impl From<token_families::Model> for Family {
    fn from(row: token_families::Model) -> Self {
        let token_families::Model { id, name, address, created_at, last_used_at, expires_at, .. } = row;
        Self { id, name, address, created_at, last_used_at, expires_at }
    }
}
