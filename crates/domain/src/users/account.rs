//! What a person changes about their own account. Whatever could lock them out, or let somebody else in for good, is told by
//! mail and asks for a proof that is at most [`crate::sessions::FRESH`] old.

use super::{SignInError, Unfit, Users, passwords, sign_up::check_names};
use crate::{
    database::{begin_write, hold},
    notifications::Kind,
    sessions::{NewSession, Visitor},
    tokens,
};
use entity::{identities, users};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use secrecy::SecretString;
use uuid::Uuid;

/// The languages screens are written in, as in BCP 47.
pub const LANGUAGES: [&str; 2] = ["en", "es"];
/// How a person may want the screens to look.
pub const THEMES: [&str; 3] = ["auto", "light", "dark"];
/// Longer than any name in the time zone database.
const LONGEST_ZONE: usize = 64;

/// Why an account was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The person has to prove again who they are first.
    #[error("the session is not fresh")]
    NotFresh,
    /// Nobody could enter the account without it.
    #[error("the last way in")]
    LastWayIn,
    /// It does not exist, or it is somebody else's.
    #[error("not found")]
    NotFound,
    /// As when signing in.
    #[error(transparent)]
    Refused(#[from] SignInError),
}

impl From<DbErr> for AccountError {
    fn from(error: DbErr) -> Self {
        Self::Refused(error.into())
    }
}

fn invalid(field: &'static str, why: Unfit) -> AccountError {
    AccountError::Refused(SignInError::Invalid { field, why })
}

/// What a person may say about themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// One of [`LANGUAGES`].
    pub language: String,
    /// One of [`THEMES`].
    pub theme: String,
    /// A name of the IANA time zone database; empty for the browser's own zone.
    pub zone: String,
}

impl Users {
    /// Writes the profile.
    pub async fn set_profile(&self, user: Uuid, profile: Profile) -> Result<(), AccountError> {
        check_names(&profile.first_name, &profile.last_name)?;
        if !LANGUAGES.contains(&profile.language.as_str()) {
            return Err(invalid("language", Unfit::NoLanguage));
        }
        if !THEMES.contains(&profile.theme.as_str()) {
            return Err(invalid("theme", Unfit::NoLook));
        }
        let zone = profile.zone.trim();
        if !zone.is_empty() && !is_zone(zone) {
            return Err(invalid("zone", Unfit::NoZone));
        }
        users::Entity::update_many()
            .col_expr(users::Column::FirstName, Expr::value(profile.first_name.trim()))
            .col_expr(users::Column::LastName, Expr::value(profile.last_name.trim()))
            .col_expr(users::Column::Language, Expr::value(profile.language))
            .col_expr(users::Column::Theme, Expr::value(profile.theme))
            .col_expr(users::Column::Zone, Expr::value((!zone.is_empty()).then_some(zone)))
            .col_expr(users::Column::UpdatedAt, Expr::value(self.clock.now()))
            .filter(users::Column::Id.eq(user))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// A person by id.
    pub async fn find(&self, user: Uuid) -> Result<Option<users::Model>, DbErr> {
        users::Entity::find_by_id(user).one(&self.db).await
    }

    /// The ways into the account, the oldest first.
    pub async fn ways_in(&self, user: Uuid) -> Result<Vec<identities::Model>, DbErr> {
        identities::Entity::find()
            .filter(identities::Column::UserId.eq(user))
            .order_by_asc(identities::Column::Id)
            .all(&self.db)
            .await
    }

    /// The person proves by the password who they are. The session gets another token, and the one before ends.
    pub async fn prove_again(
        &self,
        user: Uuid,
        session: Uuid,
        password: SecretString,
        visitor: &Visitor,
    ) -> Result<NewSession, AccountError> {
        self.check_password(user, password, visitor, "password").await?;
        let tx = begin_write(&self.db).await?;
        let new = self.sessions.start(&tx, user, visitor).await?;
        self.sessions.forget(&tx, session).await?;
        self.record(&tx, "user.prove", user, visitor, None).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// Replaces the password; the current one is asked for. `end_others` ends the other sessions and the programs too.
    pub async fn change_password(
        &self,
        (user, session): (Uuid, Uuid),
        current: SecretString,
        new: SecretString,
        end_others: bool,
        visitor: &Visitor,
    ) -> Result<(), AccountError> {
        self.check_strength(user, &new).await?;
        self.check_password(user, current, visitor, "current").await?;
        let hash = self.passwords.hash(new).await?;
        let tx = begin_write(&self.db).await?;
        self.put_password(&tx, user, hash).await?;
        if end_others {
            self.sessions.end_others(&tx, user, Some(session), visitor).await?;
            tokens::end_all(&tx, user, self.clock.now()).await?;
        }
        self.record(&tx, "password.change", user, visitor, None).await?;
        self.tell_user(&tx, user, Kind::PasswordChanged, None).await?;
        Ok(tx.commit().await?)
    }

    /// Gives an account that has none a password.
    pub async fn add_password(
        &self,
        (user, session): (Uuid, Uuid),
        new: SecretString,
        visitor: &Visitor,
    ) -> Result<(), AccountError> {
        if !self.sessions.is_fresh(session).await? {
            return Err(AccountError::NotFresh);
        }
        self.check_strength(user, &new).await?;
        if self.password_of(user).await?.is_some() {
            return Err(invalid("new", Unfit::HasPassword));
        }
        let hash = self.passwords.hash(new).await?;
        let tx = begin_write(&self.db).await?;
        self.insert_password(&tx, user, hash).await?;
        self.record(&tx, "password.add", user, visitor, None).await?;
        self.tell_user(&tx, user, Kind::PasswordAdded, None).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a way in away, never the last.
    pub async fn remove_identity(
        &self,
        (user, session): (Uuid, Uuid),
        identity: Uuid,
        visitor: &Visitor,
    ) -> Result<(), AccountError> {
        let tx = begin_write(&self.db).await?;
        hold(&tx, users::Entity::find_by_id(user)).await?;
        let all = identities::Entity::find().filter(identities::Column::UserId.eq(user)).all(&tx).await?;
        let found = all.iter().find(|one| one.id == identity).ok_or(AccountError::NotFound)?;
        if !self.sessions.is_fresh(session).await? {
            return Err(AccountError::NotFresh);
        }
        if all.len() == 1 {
            return Err(AccountError::LastWayIn);
        }
        identities::Entity::delete_by_id(identity).exec(&tx).await?;
        self.record(&tx, "identity.remove", user, visitor, Some(&found.kind)).await?;
        self.tell_user(&tx, user, Kind::IdentityRemoved, Some(&found.kind)).await?;
        Ok(tx.commit().await?)
    }

    /// Whether the account may be deleted: by its password where it has one, else by a fresh session.
    pub async fn check_deletion(
        &self,
        (user, session): (Uuid, Uuid),
        password: SecretString,
        visitor: &Visitor,
    ) -> Result<(), AccountError> {
        if self.password_of(user).await?.is_some() {
            return self.check_password(user, password, visitor, "password").await;
        }
        if self.sessions.is_fresh(session).await? { Ok(()) } else { Err(AccountError::NotFresh) }
    }

    /// Deletes the account with everything in it. Grants at providers are revoked before, by whoever calls this.
    ///
    /// What stays is the audit log, which names ids only, and jobs that will find nothing to do.
    pub async fn delete(&self, user: Uuid, visitor: &Visitor) -> Result<(), AccountError> {
        let tx = begin_write(&self.db).await?;
        users::Entity::delete_by_id(user).exec(&tx).await?;
        self.record(&tx, "user.delete", user, visitor, None).await?;
        Ok(tx.commit().await?)
    }

    async fn check_strength(&self, user: Uuid, new: &SecretString) -> Result<(), AccountError> {
        let user = users::Entity::find_by_id(user).one(&self.db).await?.ok_or(AccountError::NotFound)?;
        let about = [user.email.as_str(), user.first_name.as_str(), user.last_name.as_str()];
        passwords::check_new(new, &about).map_err(|why| invalid("new", why))
    }

    /// Guesses here are counted like guesses at the door.
    async fn check_password(
        &self,
        user: Uuid,
        password: SecretString,
        visitor: &Visitor,
        field: &'static str,
    ) -> Result<(), AccountError> {
        let row = users::Entity::find_by_id(user).one(&self.db).await?.ok_or(AccountError::NotFound)?;
        let email = super::EmailAddress::parse(&row.email).ok_or(AccountError::NotFound)?;
        let known = self.knows_network(&email, visitor).await?;
        let counted = self.throttle.allow_sign_in(&email, visitor, known).await?;
        let stored = self.password_of(user).await?.and_then(|identity| identity.password_hash);
        if !self.passwords.verify(password, stored).await? {
            self.record_refusal(None, "user.prove", "wrong_password", visitor).await?;
            return Err(invalid(field, Unfit::WrongPassword));
        }
        self.throttle.forget(counted).await;
        Ok(())
    }
}

/// Whether a text can be a name in the time zone database; whether the browser knows it, it says itself.
fn is_zone(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    text.len() <= LONGEST_ZONE && text.split('/').all(|part| !part.is_empty() && part.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use super::is_zone;

    #[test]
    fn zones_look_like_zones() {
        for zone in ["UTC", "Europe/Madrid", "America/Argentina/Buenos_Aires", "Etc/GMT+3"] {
            assert!(is_zone(zone), "{zone}");
        }
        for text in ["Europe/", "/", "a b", "Europe/Madrid<script>", &"a".repeat(65)] {
            assert!(!is_zone(text), "{text}");
        }
    }
}
