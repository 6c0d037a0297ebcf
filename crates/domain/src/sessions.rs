//! Signed-in browsers: an opaque 256-bit token in a cookie, of which only the SHA-256 is stored.

mod device;

pub use device::{Device, device};

use crate::{
    audit,
    clock::{Clock, Randomness},
    database::Database,
    vault::digest_of,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{sessions, users};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, sea_query::Expr,
};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use uuid::Uuid;

/// A session ends this long after it began, however busy it is.
pub const LIFETIME: TimeDelta = TimeDelta::days(90);
/// A session ends after this long without a request.
pub const IDLE: TimeDelta = TimeDelta::days(30);
/// What could lock the person out asks them to prove who they are again after this long (ASVS 5.0, 7.5.1).
pub const FRESH: TimeDelta = TimeDelta::minutes(10);
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
    /// Language of the browser, as in BCP 47.
    pub language: String,
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
    /// Whether they proved who they are within [`FRESH`].
    pub fresh: bool,
    /// The mailbox they looked at last in this browser; `None` for all together.
    pub mailbox: Option<Uuid>,
}

/// Begins, finds and ends sessions.
#[derive(Clone)]
pub struct Sessions {
    pub(crate) db: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
}

impl Sessions {
    /// Begins a session of `user`, who has just proven who they are; in the caller's transaction when it has one.
    pub async fn start(&self, db: &impl ConnectionTrait, user: Uuid, visitor: &Visitor) -> Result<NewSession, DbErr> {
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
            authenticated_at: Set(now),
            last_seen_at: Set(now),
            expires_at: Set(now + LIFETIME),
            mailbox: Set(None),
        }
        .insert(db)
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
        let fresh = now - session.authenticated_at < FRESH;
        Ok(Some(SignedIn { session: session.id, user, fresh, mailbox: session.mailbox }))
    }

    /// This mailbox is looked at in this browser from now on, whatever page comes between; `None` for all together.
    pub async fn remember_mailbox(&self, session: Uuid, mailbox: Option<Uuid>) -> Result<(), DbErr> {
        let of = sessions::Entity::update_many().filter(sessions::Column::Id.eq(session));
        of.col_expr(sessions::Column::Mailbox, Expr::value(mailbox)).exec(&self.db).await.map(drop)
    }

    /// The living sessions of `user`, the one seen last first.
    pub async fn list(&self, user: Uuid) -> Result<Vec<sessions::Model>, DbErr> {
        let now = self.clock.now();
        let mut all = sessions::Entity::find()
            .filter(sessions::Column::UserId.eq(user))
            .order_by_desc(sessions::Column::LastSeenAt)
            .all(&self.db)
            .await?;
        all.retain(|session| alive(session, now));
        Ok(all)
    }

    /// Ends one session of `user`; says whether there was one.
    pub async fn end_one(&self, session: Uuid, user: Uuid, visitor: &Visitor) -> Result<bool, DbErr> {
        let one = Condition::all().add(sessions::Column::Id.eq(session)).add(sessions::Column::UserId.eq(user));
        let ended = sessions::Entity::delete_many().filter(one).exec(&self.db).await?.rows_affected;
        if ended > 0 {
            self.record_end(&self.db, user, visitor).await?;
        }
        Ok(ended > 0)
    }

    /// Ends the sessions of `user` besides `keep`, in the caller's transaction when it has one.
    pub(crate) async fn end_others(
        &self,
        db: &impl ConnectionTrait,
        user: Uuid,
        keep: Option<Uuid>,
        visitor: &Visitor,
    ) -> Result<u64, DbErr> {
        let others = Condition::all()
            .add(sessions::Column::UserId.eq(user))
            .add_option(keep.map(|keep| sessions::Column::Id.ne(keep)));
        let ended = sessions::Entity::delete_many().filter(others).exec(db).await?.rows_affected;
        if ended > 0 {
            self.record_end(db, user, visitor).await?;
        }
        Ok(ended)
    }

    /// Ends the sessions of `user` besides `keep`.
    pub async fn end_all(&self, user: Uuid, keep: Option<Uuid>, visitor: &Visitor) -> Result<u64, DbErr> {
        self.end_others(&self.db, user, keep, visitor).await
    }

    /// Ends a session that another of the same browser takes the place of.
    pub(crate) async fn forget(&self, db: &impl ConnectionTrait, session: Uuid) -> Result<(), DbErr> {
        sessions::Entity::delete_by_id(session).exec(db).await.map(drop)
    }

    async fn record_end(&self, db: &impl ConnectionTrait, user: Uuid, visitor: &Visitor) -> Result<(), DbErr> {
        let entry = audit::Entry {
            user: Some(user),
            action: "session.end",
            outcome: "done",
            address: Some(&visitor.address),
            ..audit::Entry::default()
        };
        audit::record(db, &*self.clock, &self.randomness, entry).await
    }

    /// Whether `session` is alive and its person proved who they are within [`FRESH`].
    pub(crate) async fn is_fresh(&self, session: Uuid) -> Result<bool, DbErr> {
        let now = self.clock.now();
        let row = sessions::Entity::find_by_id(session).one(&self.db).await?;
        Ok(row.is_some_and(|session| alive(&session, now) && now - session.authenticated_at < FRESH))
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

/// A mailbox is taken apart: nobody looks at it any more.
pub(crate) async fn forget_mailbox(db: &impl ConnectionTrait, mailbox: Uuid) -> Result<(), DbErr> {
    let of = sessions::Entity::update_many().filter(sessions::Column::Mailbox.eq(mailbox));
    of.col_expr(sessions::Column::Mailbox, Expr::value(Option::<Uuid>::None)).exec(db).await.map(drop)
}

fn alive(session: &sessions::Model, now: DateTime<Utc>) -> bool {
    session.expires_at > now && now - session.last_seen_at < IDLE
}
