//! Making an account with an address and a password.

use super::{
    EmailAddress, LANGUAGES, LONGEST_NAME, NO_ADDRESS, SignInError, Unfit, Users, WayIn, passwords, unless_taken,
};
use crate::{
    database::begin_write,
    sessions::{NewSession, Visitor},
};
use entity::{identities, users};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, DbErr};
use secrecy::SecretString;
use uuid::Uuid;

/// The issuer of password identities; their subject is the user's id.
const PASSWORD_ISSUER: &str = "password";
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

/// A row of `users` before it is one.
pub(super) struct Newcomer<'a> {
    pub email: &'a EmailAddress,
    pub first_name: &'a str,
    pub last_name: &'a str,
    /// Whether mail to the address is known to reach them.
    pub verified: bool,
    /// What their browser asks for.
    pub language: &'a str,
}

impl Users {
    /// Makes a user with a password and signs them in; or, with `SIGN_UP=verify`, mails a link first and answers `None`,
    /// whether the address has an account or not.
    pub async fn sign_up(&self, new: NewUser, visitor: &Visitor) -> Result<Option<NewSession>, SignInError> {
        if self.sign_up == SignUp::Closed {
            return Err(SignInError::SignUpClosed);
        }
        let email = EmailAddress::parse(&new.email).ok_or(NO_ADDRESS)?;
        check_names(&new.first_name, &new.last_name)?;
        let about = [email.as_str(), new.first_name.as_str(), new.last_name.as_str()];
        passwords::check_new(&new.password, &about).map_err(|why| SignInError::Invalid { field: "password", why })?;
        self.throttle.allow_sign_up(visitor).await?;
        let hash = self.passwords.hash(new.password).await?;
        let (first_name, last_name) = (new.first_name.trim(), new.last_name.trim());
        if self.sign_up == SignUp::Verify {
            self.throttle.allow_mail(&email, visitor).await?;
            self.claim_sign_up(&email, (first_name, last_name), hash, visitor).await?;
            return Ok(None);
        }
        let tx = begin_write(&self.db).await?;
        let newcomer = Newcomer { email: &email, first_name, last_name, verified: false, language: &visitor.language };
        let user = self.insert_user(&tx, &newcomer).await?.ok_or(SignInError::AddressTaken)?;
        self.insert_password(&tx, user, hash).await?;
        self.record(&tx, "user.sign_up", user, visitor, None).await?;
        let session = self.sessions.start(&tx, user, visitor).await?;
        tx.commit().await?;
        Ok(Some(session))
    }

    /// Writes the row of a new user; `None` when the address has an account. The transaction is spoilt then.
    pub(super) async fn insert_user(
        &self,
        tx: &DatabaseTransaction,
        newcomer: &Newcomer<'_>,
    ) -> Result<Option<Uuid>, DbErr> {
        let now = self.clock.now();
        let user = self.randomness.uuid(now);
        let inserted = users::ActiveModel {
            id: Set(user),
            email: Set(newcomer.email.as_str().to_owned()),
            first_name: Set(newcomer.first_name.to_owned()),
            last_name: Set(newcomer.last_name.to_owned()),
            email_verified_at: Set(newcomer.verified.then_some(now)),
            language: Set(spoken(newcomer.language).to_owned()),
            theme: Set("auto".to_owned()),
            zone: Set(None),
            plain_text: Set(false),
            created_at: Set(now),
            updated_at: Set(now),
        }
        .insert(tx)
        .await;
        unless_taken(inserted.map(|_| user))
    }

    pub(super) async fn insert_password(
        &self,
        tx: &DatabaseTransaction,
        user: Uuid,
        hash: String,
    ) -> Result<(), DbErr> {
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
}

/// The language itself, if it is one of ours; else the first of ours.
fn spoken(language: &str) -> &'static str {
    LANGUAGES.into_iter().find(|one| *one == language).unwrap_or(LANGUAGES[0])
}

pub(super) fn check_names(first_name: &str, last_name: &str) -> Result<(), SignInError> {
    for (field, name) in [("first_name", first_name), ("last_name", last_name)] {
        if name.chars().count() > LONGEST_NAME {
            return Err(SignInError::Invalid { field, why: Unfit::LongName });
        }
    }
    Ok(())
}
