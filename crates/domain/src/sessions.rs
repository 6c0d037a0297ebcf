//! Signed-in browsers: an opaque 256-bit token in a cookie, of which only the SHA-256 is stored.

use crate::{
    audit,
    clock::{Clock, Randomness},
    vault::digest_of,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{sessions, users};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DatabaseConnection, DbErr, EntityTrait, QueryFilter,
    sea_query::Expr,
};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use uuid::Uuid;

/// A session ends this long after it began, however busy it is.
pub const LIFETIME: TimeDelta = TimeDelta::days(90);
/// A session ends after this long without a request.
pub const IDLE: TimeDelta = TimeDelta::days(30);
/// `last_seen_at` is written at most this often.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);
/// Longest user agent kept, in characters.
const LONGEST_AGENT: usize = 300;

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// Network address.
    pub address: String,
    /// `User-Agent` header.
    pub user_agent: String,
}

/// A session just begun.
pub struct NewSession {
    /// `sessions.id`
    pub id: Uuid,
    /// `users.id`
    pub user: Uuid,
    /// Goes into the cookie and nowhere else.
    pub token: SecretString,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
}

/// Who a cookie belongs to.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// `sessions.id`
    pub session: Uuid,
    /// The user.
    pub user: users::Model,
}

/// Begins, finds and ends sessions.
#[derive(Clone)]
pub struct Sessions {
    pub(crate) db: DatabaseConnection,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
}

impl Sessions {
    /// Begins a session of `user`.
    pub async fn start(&self, user: Uuid, visitor: &Visitor) -> Result<NewSession, DbErr> {
        let now = self.clock.now();
        let token = URL_SAFE_NO_PAD.encode(self.randomness.bytes::<32>());
        let id = self.randomness.uuid(now);
        sessions::ActiveModel {
            id: Set(id),
            user_id: Set(user),
            token_hash: Set(digest_of(&token)),
            user_agent: Set(visitor.user_agent.chars().take(LONGEST_AGENT).collect()),
            address: Set(visitor.address.clone()),
            created_at: Set(now),
            last_seen_at: Set(now),
            expires_at: Set(now + LIFETIME),
        }
        .insert(&self.db)
        .await?;
        Ok(NewSession { id, user, token: token.into(), expires_at: now + LIFETIME })
    }

    /// The session a cookie's token belongs to, if it is alive.
    pub async fn resolve(&self, token: &SecretString) -> Result<Option<SignedIn>, DbErr> {
        let now = self.clock.now();
        let found = sessions::Entity::find()
            .filter(sessions::Column::TokenHash.eq(digest_of(token.expose_secret())))
            .find_also_related(users::Entity)
            .one(&self.db)
            .await?;
        let Some((session, Some(user))) = found else { return Ok(None) };
        if !alive(&session, now) {
            return Ok(None);
        }
        if now - session.last_seen_at >= SEEN_EVERY {
            self.touch(session.id, now).await?;
        }
        Ok(Some(SignedIn { session: session.id, user }))
    }

    /// Whether a session is still alive: for streams that outlive the request that opened them.
    pub async fn is_alive(&self, session: Uuid) -> Result<bool, DbErr> {
        let row = sessions::Entity::find_by_id(session).one(&self.db).await?;
        Ok(row.is_some_and(|session| alive(&session, self.clock.now())))
    }

    /// Ends a session: its cookie is worth nothing from now on.
    pub async fn end(&self, session: Uuid, user: Uuid) -> Result<(), DbErr> {
        sessions::Entity::delete_by_id(session).exec(&self.db).await?;
        let entry =
            audit::Entry { user: Some(user), action: "user.sign_out", outcome: "done", ..audit::Entry::default() };
        audit::record(&self.db, &*self.clock, &self.randomness, entry).await
    }

    /// Deletes the sessions whose time is over.
    pub async fn purge(&self) -> Result<u64, DbErr> {
        let now = self.clock.now();
        let over = Condition::any()
            .add(sessions::Column::ExpiresAt.lte(now))
            .add(sessions::Column::LastSeenAt.lte(now - IDLE));
        Ok(sessions::Entity::delete_many().filter(over).exec(&self.db).await?.rows_affected)
    }

    async fn touch(&self, session: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
        sessions::Entity::update_many()
            .col_expr(sessions::Column::LastSeenAt, Expr::value(now))
            .filter(sessions::Column::Id.eq(session))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

fn alive(session: &sessions::Model, now: DateTime<Utc>) -> bool {
    session.expires_at > now && now - session.last_seen_at < IDLE
}
