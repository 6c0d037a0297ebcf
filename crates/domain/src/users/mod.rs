//! Users and their ways in. A user is found by identity, never by e-mail of a provider; a password is one identity.

mod account;
mod address;
mod confirm;
mod data;
mod entry;
mod linking;
mod passwords;
mod proofs;
mod reset;
mod throttle;

pub use account::{AccountError, LANGUAGES, Profile, THEMES};
pub use address::EmailAddress;
pub use confirm::{Confirmation, Confirmed};
pub use entry::{Entered, PendingEntry, ProvenIdentity, WayIn};
pub use linking::LinkError;
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
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr,
    EntityTrait, QueryFilter, SqlErr,
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
    /// After a link that was mailed; nothing tells who has an account.
    Verify,
    /// Not at all.
    Closed,
}

/// The issuer of password identities; their subject is the user's id.
const PASSWORD_ISSUER: &str = "password";
/// Longest first or last name, in characters.
const LONGEST_NAME: usize = 100;

/// What was typed is no address.
const NO_ADDRESS: SignInError = SignInError::Invalid {
    field: "email",
    sentence: "This does not look like an e-mail address. Check it and try again.",
};

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
    pub(crate) db: DatabaseConnection,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Throttle,
    pub(crate) sign_up: SignUp,
    pub(crate) sessions: Sessions,
}

/// A row of `users` before it is one.
struct Newcomer<'a> {
    email: &'a EmailAddress,
    first_name: &'a str,
    last_name: &'a str,
    /// Whether mail to the address is known to reach them.
    verified: bool,
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

    /// Makes a user with a password and signs them in; or, with `SIGN_UP=verify`, mails a link first and answers `None`,
    /// whether the address has an account or not.
    pub async fn sign_up(&self, new: NewUser, visitor: &Visitor) -> Result<Option<NewSession>, SignInError> {
        if self.sign_up == SignUp::Closed {
            return Err(SignInError::SignUpClosed);
        }
        let email = EmailAddress::parse(&new.email).ok_or(NO_ADDRESS)?;
        check_names(&new.first_name, &new.last_name)?;
        let about = [email.as_str(), new.first_name.as_str(), new.last_name.as_str()];
        passwords::check_new(&new.password, &about)
            .map_err(|sentence| SignInError::Invalid { field: "password", sentence })?;
        self.throttle.allow_sign_up(visitor).await?;
        let hash = self.passwords.hash(new.password).await?;
        let (first_name, last_name) = (new.first_name.trim(), new.last_name.trim());
        if self.sign_up == SignUp::Verify {
            self.throttle.allow_mail(&email, visitor).await?;
            self.claim_sign_up(&email, (first_name, last_name), hash).await?;
            return Ok(None);
        }
        let tx = begin_write(&self.db).await?;
        let newcomer = Newcomer { email: &email, first_name, last_name, verified: false };
        let user = self.insert_user(&tx, &newcomer).await?.ok_or(SignInError::AddressTaken)?;
        self.insert_password(&tx, user, hash).await?;
        self.record(&tx, "user.sign_up", Ok(user), visitor, None).await?;
        let session = self.sessions.start(&tx, user, visitor).await?;
        tx.commit().await?;
        Ok(Some(session))
    }

    /// Writes the row of a new user; `None` when the address has an account. The transaction is spoilt then.
    async fn insert_user(&self, tx: &DatabaseTransaction, newcomer: &Newcomer<'_>) -> Result<Option<Uuid>, DbErr> {
        let now = self.clock.now();
        let user = self.randomness.uuid(now);
        let inserted = users::ActiveModel {
            id: Set(user),
            email: Set(newcomer.email.as_str().to_owned()),
            first_name: Set(newcomer.first_name.to_owned()),
            last_name: Set(newcomer.last_name.to_owned()),
            email_verified_at: Set(newcomer.verified.then_some(now)),
            language: Set("en".to_owned()),
            theme: Set("auto".to_owned()),
            zone: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
        }
        .insert(tx)
        .await;
        unless_taken(inserted.map(|_| user))
    }

    async fn insert_password(&self, tx: &DatabaseTransaction, user: Uuid, hash: String) -> Result<(), DbErr> {
        let now = self.clock.now();
        identities::ActiveModel {
            id: Set(self.randomness.uuid(now)),
            user_id: Set(user),
            kind: Set(WayIn::Password.word().to_owned()),
            issuer: Set(PASSWORD_ISSUER.to_owned()),
            subject: Set(user.to_string()),
            pairwise_subject: Set(None),
            address: Set(None),
            password_hash: Set(Some(hash)),
            created_at: Set(now),
            updated_at: Set(now),
        }
        .insert(tx)
        .await?;
        Ok(())
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
        let whose = identity.map(|identity| identity.user_id);
        let Some(user) = whose.filter(|_| right) else {
            self.record_wrong_password(whose, visitor).await?;
            return Err(SignInError::WrongCredentials);
        };
        self.record(&self.db, "user.sign_in", Ok(user), visitor, Some(WayIn::Password.word())).await?;
        self.throttle.forget(attempt).await;
        Ok(self.sessions.start(&self.db, user, visitor).await?)
    }

    async fn password_identity(&self, email: &EmailAddress) -> Result<Option<identities::Model>, DbErr> {
        let Some(user) = self.user_by_email(email).await? else { return Ok(None) };
        self.password_of(user.id).await
    }

    async fn user_by_email(&self, email: &EmailAddress) -> Result<Option<users::Model>, DbErr> {
        users::Entity::find().filter(users::Column::Email.eq(email.as_str())).one(&self.db).await
    }

    async fn password_of(&self, user: Uuid) -> Result<Option<identities::Model>, DbErr> {
        identities::Entity::find()
            .filter(identities::Column::UserId.eq(user))
            .filter(identities::Column::Kind.eq(WayIn::Password.word()))
            .one(&self.db)
            .await
    }

    /// Somebody did not know the password of an account, whose owner sees it; or of none.
    async fn record_wrong_password(&self, whose: Option<Uuid>, visitor: &Visitor) -> Result<(), DbErr> {
        let entry = audit::Entry {
            user: whose,
            action: "user.sign_in",
            outcome: "refused",
            address: Some(&visitor.address),
            detail: Some("wrong_credentials"),
            ..audit::Entry::default()
        };
        audit::record(&self.db, &*self.clock, &self.randomness, entry).await
    }

    /// Writes to the audit log: who did it, or the code of why it was refused.
    async fn record(
        &self,
        db: &impl ConnectionTrait,
        action: &'static str,
        outcome: Result<Uuid, &'static str>,
        visitor: &Visitor,
        detail: Option<&str>,
    ) -> Result<(), DbErr> {
        let entry = audit::Entry {
            user: outcome.ok(),
            action,
            outcome: if outcome.is_ok() { "done" } else { "refused" },
            address: Some(&visitor.address),
            detail: outcome.err().or(detail),
            ..audit::Entry::default()
        };
        audit::record(db, &*self.clock, &self.randomness, entry).await
    }
}

fn check_names(first_name: &str, last_name: &str) -> Result<(), SignInError> {
    for (field, name) in [("first_name", first_name), ("last_name", last_name)] {
        if name.chars().count() > LONGEST_NAME {
            return Err(SignInError::Invalid { field, sentence: "A name may have at most 100 characters." });
        }
    }
    Ok(())
}

/// `None` when a unique column already holds the value.
fn unless_taken<T>(result: Result<T, DbErr>) -> Result<Option<T>, DbErr> {
    match result {
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(None),
        other => other.map(Some),
    }
}
