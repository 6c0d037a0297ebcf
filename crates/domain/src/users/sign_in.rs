//! Signing in by address and password.

use super::{EmailAddress, SignInError, Users, WayIn};
use crate::sessions::{NewSession, Visitor};
use entity::identities;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use secrecy::SecretString;
use uuid::Uuid;

impl Users {
    /// Signs in by address and password. An unknown address gets the same answer after the same work.
    pub async fn sign_in(
        &self,
        email: &str,
        password: SecretString,
        visitor: &Visitor,
    ) -> Result<NewSession, SignInError> {
        // An address that cannot be one is still counted and still costs a hash.
        let email = EmailAddress::parse(email).unwrap_or_else(EmailAddress::nobody);
        let known = self.knows_network(&email, visitor).await?;
        let attempt = self.throttle.allow_sign_in(&email, visitor, known).await?;
        let identity = self.password_identity(&email).await?;
        let stored = identity.as_ref().and_then(|identity| identity.password_hash.clone());
        let right = self.passwords.verify(password, stored).await?;
        let whose = identity.map(|identity| identity.user_id);
        let Some(user) = whose.filter(|_| right) else {
            // The owner of the account sees it, where there is one.
            self.record_refusal(whose, "user.sign_in", "wrong_credentials", visitor).await?;
            return Err(SignInError::WrongCredentials);
        };
        self.record(&self.db, "user.sign_in", user, visitor, Some(WayIn::Password.word())).await?;
        self.throttle.forget(attempt).await;
        Ok(self.sessions.start(&self.db, user, visitor).await?)
    }

    async fn password_identity(&self, email: &EmailAddress) -> Result<Option<identities::Model>, DbErr> {
        let Some(user) = self.user_by_email(email).await? else { return Ok(None) };
        self.password_of(user.id).await
    }

    pub(super) async fn password_of(&self, user: Uuid) -> Result<Option<identities::Model>, DbErr> {
        identities::Entity::find()
            .filter(identities::Column::UserId.eq(user))
            .filter(identities::Column::Kind.eq(WayIn::Password.word()))
            .one(&self.db)
            .await
    }
}
