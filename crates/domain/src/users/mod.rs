//! Users and their ways in. A user is found by identity, never by e-mail of a provider; a password is one identity.

mod address;
mod passwords;
mod throttle;

pub use address::EmailAddress;
pub use passwords::Passwords;

use crate::{
    audit,
    cache::Cache,
    clock::{Clock, Randomness},
    database::begin_write,
    sessions::{NewSession, Sessions, Visitor},
};
use entity::{identities, users};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, SqlErr,
};
use secrecy::SecretString;
use std::sync::Arc;
use throttle::Throttle;
use uuid::Uuid;

/// Whether strangers may make an account (`SIGN_UP`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUp {
    /// Signed in at once.
    Open,
    /// Not at all.
    Closed,
}

/// The issuer of password identities; their subject is the user's id.
const PASSWORD_ISSUER: &str = "password";
/// Longest first or last name, in characters.
const LONGEST_NAME: usize = 100;

/// What a new person tells.
pub struct NewUser {
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: SecretString,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// `SIGN_UP=closed`.
    #[error("sign-up is closed")]
    SignUpClosed,
    /// A field cannot be accepted; the sentence is for the person.
    #[error("{field} cannot be accepted: {sentence}")]
    Invalid {
        /// Name of the form field.
        field: &'static str,
        /// What is wrong and what to do.
        sentence: &'static str,
    },
    /// An account with this address exists.
    #[error("the address is taken")]
    AddressTaken,
    /// Address and password do not belong together, whichever is wrong.
    #[error("wrong address or password")]
    WrongCredentials,
    /// Too many tries for this account or from this address.
    #[error("too many tries, wait {seconds} s")]
    SlowDown {
        /// Until the next try is heard.
        seconds: u64,
    },
    /// The database or the hashing failed.
    #[error("signing in failed")]
    Unexpected(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<DbErr> for SignInError {
    fn from(error: DbErr) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Makes users and signs them in.
pub struct Users {
    pub(crate) db: DatabaseConnection,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Throttle,
    pub(crate) sign_up: SignUp,
    pub(crate) sessions: Sessions,
}

impl Users {
    pub(crate) fn new(
        db: DatabaseConnection,
        cache: Cache,
        clock: Arc<dyn Clock>,
        randomness: Randomness,
        sign_up: SignUp,
        sessions: Sessions,
    ) -> Self {
        let throttle = Throttle::new(cache, clock.clone());
        Self { db, clock, passwords: Passwords::new(randomness.clone()), randomness, throttle, sign_up, sessions }
    }

    /// Whether strangers may make an account.
    pub fn sign_up_mode(&self) -> SignUp {
        self.sign_up
    }

    /// Makes a user with a password and signs them in.
    pub async fn sign_up(&self, new: NewUser, visitor: &Visitor) -> Result<NewSession, SignInError> {
        if self.sign_up == SignUp::Closed {
            return Err(SignInError::SignUpClosed);
        }
        let email = EmailAddress::parse(&new.email).ok_or(SignInError::Invalid {
            field: "email",
            sentence: "This does not look like an e-mail address. Check it and try again.",
        })?;
        for (field, name) in [("first_name", &new.first_name), ("last_name", &new.last_name)] {
            if name.chars().count() > LONGEST_NAME {
                return Err(SignInError::Invalid { field, sentence: "A name may have at most 100 characters." });
            }
        }
        let about = [email.as_str(), new.first_name.as_str(), new.last_name.as_str()];
        passwords::check_new(&new.password, &about)
            .map_err(|sentence| SignInError::Invalid { field: "password", sentence })?;
        self.throttle.allow_sign_up(visitor).await?;
        let hash = self.passwords.hash(new.password).await?;
        let user = self.insert(&email, new.first_name.trim(), new.last_name.trim(), hash, visitor).await?;
        Ok(self.sessions.start(user, visitor).await?)
    }

    async fn insert(
        &self,
        email: &EmailAddress,
        first_name: &str,
        last_name: &str,
        password_hash: String,
        visitor: &Visitor,
    ) -> Result<Uuid, SignInError> {
        let now = self.clock.now();
        let user = self.randomness.uuid(now);
        let tx = begin_write(&self.db).await?;
        let inserted = users::ActiveModel {
            id: Set(user),
            email: Set(email.as_str().to_owned()),
            first_name: Set(first_name.to_owned()),
            last_name: Set(last_name.to_owned()),
            created_at: Set(now),
            updated_at: Set(now),
        }
        .insert(&tx)
        .await;
        match inserted {
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                return Err(SignInError::AddressTaken);
            }
            other => other?,
        };
        identities::ActiveModel {
            id: Set(self.randomness.uuid(now)),
            user_id: Set(user),
            kind: Set("password".to_owned()),
            issuer: Set(PASSWORD_ISSUER.to_owned()),
            subject: Set(user.to_string()),
            password_hash: Set(Some(password_hash)),
            created_at: Set(now),
            updated_at: Set(now),
        }
        .insert(&tx)
        .await?;
        let entry = audit::Entry {
            user: Some(user),
            action: "user.sign_up",
            outcome: "done",
            address: Some(&visitor.address),
            ..audit::Entry::default()
        };
        audit::record(&tx, &*self.clock, &self.randomness, entry).await?;
        tx.commit().await?;
        Ok(user)
    }

    /// Signs in by address and password. An unknown address gets the same answer after the same work.
    pub async fn sign_in(
        &self,
        email: &str,
        password: SecretString,
        visitor: &Visitor,
    ) -> Result<NewSession, SignInError> {
        // An address that cannot be one is still counted and still costs a hash.
        let email = EmailAddress::parse(email).unwrap_or_else(EmailAddress::nobody);
        let attempt = self.throttle.allow_sign_in(&email, visitor).await?;
        let identity = self.password_identity(&email).await?;
        let stored = identity.as_ref().and_then(|identity| identity.password_hash.clone());
        let right = self.passwords.verify(password, stored).await?;
        let user = identity.filter(|_| right).map(|identity| identity.user_id);
        self.record_sign_in(user, visitor).await?;
        let user = user.ok_or(SignInError::WrongCredentials)?;
        self.throttle.forget(attempt).await;
        Ok(self.sessions.start(user, visitor).await?)
    }

    async fn password_identity(&self, email: &EmailAddress) -> Result<Option<identities::Model>, DbErr> {
        let Some(user) = users::Entity::find().filter(users::Column::Email.eq(email.as_str())).one(&self.db).await?
        else {
            return Ok(None);
        };
        identities::Entity::find()
            .filter(identities::Column::UserId.eq(user.id))
            .filter(identities::Column::Kind.eq("password"))
            .one(&self.db)
            .await
    }

    async fn record_sign_in(&self, user: Option<Uuid>, visitor: &Visitor) -> Result<(), DbErr> {
        let entry = audit::Entry {
            user,
            action: "user.sign_in",
            outcome: if user.is_some() { "done" } else { "refused" },
            address: Some(&visitor.address),
            ..audit::Entry::default()
        };
        audit::record(&self.db, &*self.clock, &self.randomness, entry).await
    }
}
