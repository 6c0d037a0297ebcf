//! Users and their ways in. A user is found by identity, never by e-mail of a provider; a password is one identity.

mod account;
mod address;
mod confirm;
mod data;
mod entry;
mod known_networks;
mod linking;
mod passwords;
mod proofs;
mod reset;
mod sign_in;
mod sign_up;
mod throttle;

pub use account::{AccountError, LANGUAGES, Profile, THEMES};
pub use address::EmailAddress;
pub use confirm::{Confirmation, Confirmed};
pub use entry::{Entered, PendingEntry, ProvenIdentity, WayIn};
pub use linking::LinkError;
pub use passwords::Passwords;
pub use sign_up::{NewUser, SignUp};

use crate::{
    audit,
    cache::Cache,
    clock::{Clock, Randomness},
    database::Database,
    sessions::{Sessions, Visitor},
};
use entity::users;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SqlErr};
use std::sync::Arc;
use throttle::Throttle;
use uuid::Uuid;

/// Longest first or last name, in characters.
const LONGEST_NAME: usize = 100;

/// What was typed is no address.
const NO_ADDRESS: SignInError = SignInError::Invalid { field: "email", why: Unfit::NotAnAddress };

/// Why something that was typed cannot be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It does not look like an e-mail address.
    NotAnAddress,
    /// More than [`LONGEST_NAME`] characters.
    LongName,
    /// Fewer than eight characters.
    ShortPassword,
    /// More than can be hashed.
    LongPassword,
    /// Among the first that would be guessed.
    CommonPassword,
    /// Not the one that was chosen when the account was asked for.
    NotThatPassword,
    /// A link that belongs to another browser.
    OtherBrowser,
    /// None of [`LANGUAGES`].
    NoLanguage,
    /// None of [`THEMES`].
    NoLook,
    /// No time zone.
    NoZone,
    /// The account has a password.
    HasPassword,
    /// Not the person's password.
    WrongPassword,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// `SIGN_UP=closed`.
    #[error("sign-up is closed")]
    SignUpClosed,
    /// A field cannot be accepted.
    #[error("{field} cannot be accepted: {why:?}")]
    Invalid {
        /// Name of the form field.
        field: &'static str,
        /// What is wrong with it.
        why: Unfit,
    },
    /// An account with this address exists.
    #[error("the address is taken")]
    AddressTaken,
    /// The provider told no address that an account could have.
    #[error("the provider told no address")]
    NoAddress,
    /// A mailed link that was used, is over, or never was.
    #[error("the link cannot be used")]
    LinkSpent,
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

/// Makes users, signs them in, and keeps what they can change about themselves.
pub struct Users {
    pub(crate) db: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Throttle,
    pub(crate) sign_up: SignUp,
    pub(crate) sessions: Sessions,
}

impl Users {
    pub(crate) fn new(cache: Cache, sign_up: SignUp, sessions: Sessions) -> Self {
        let Sessions { db, clock, randomness } = sessions.clone();
        let throttle = Throttle::new(cache, clock.clone());
        Self { db, clock, passwords: Passwords::new(randomness.clone()), randomness, throttle, sign_up, sessions }
    }

    /// Whether strangers may make an account.
    pub fn sign_up_mode(&self) -> SignUp {
        self.sign_up
    }

    /// Lets somebody begin a trip to a provider, signed in or not; [`SignInError::SlowDown`] when there were too many.
    pub async fn allow_start(&self, session: Option<Uuid>, visitor: &Visitor) -> Result<(), SignInError> {
        self.throttle.allow_start(session, visitor).await
    }

    /// Lets somebody try a refresh token; [`SignInError::SlowDown`] when too many of that network were worth nothing.
    pub async fn allow_token(&self, visitor: &Visitor) -> Result<(), SignInError> {
        self.throttle.allow_token(visitor).await
    }

    /// Counts a refresh token that was worth nothing; [`SignInError::SlowDown`] when it was one too many.
    pub async fn wrong_token(&self, visitor: &Visitor) -> Result<(), SignInError> {
        self.throttle.wrong_token(visitor).await
    }

    async fn user_by_email(&self, email: &EmailAddress) -> Result<Option<users::Model>, DbErr> {
        users::Entity::find().filter(users::Column::Email.eq(email.as_str())).one(&self.db).await
    }

    /// Writes to the audit log: who did it.
    async fn record(
        &self,
        db: &impl ConnectionTrait,
        action: &'static str,
        user: Uuid,
        visitor: &Visitor,
        detail: Option<&str>,
    ) -> Result<(), DbErr> {
        let entry = audit::Entry {
            user: Some(user),
            action,
            outcome: "done",
            address: Some(&visitor.address),
            detail,
            ..audit::Entry::default()
        };
        audit::record(db, &*self.clock, &self.randomness, entry).await
    }

    /// Writes to the audit log that somebody was refused, and whose account it was about, when it was about one.
    async fn record_refusal(
        &self,
        whose: Option<Uuid>,
        action: &'static str,
        code: &'static str,
        visitor: &Visitor,
    ) -> Result<(), DbErr> {
        let entry = audit::Entry {
            user: whose,
            action,
            outcome: "refused",
            address: Some(&visitor.address),
            detail: Some(code),
            ..audit::Entry::default()
        };
        audit::record(&self.db, &*self.clock, &self.randomness, entry).await
    }
}

/// `None` when a unique column already holds the value.
fn unless_taken<T>(result: Result<T, DbErr>) -> Result<Option<T>, DbErr> {
    match result {
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(None),
        other => other.map(Some),
    }
}
