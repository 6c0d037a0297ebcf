//! Signing in by address and password.

use super::{EmailAddress, Passwords, SignInError, Users, WayIn};
use crate::sessions::{NewSession, Visitor};
use entity::identities;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
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
        let right = self.passwords.verify(password.clone(), stored).await?;
        let Some(identity) = identity.as_ref().filter(|_| right) else {
            // The owner of the account sees it, where there is one.
            let whose = identity.map(|identity| identity.user_id);
            self.record_refusal(whose, "user.sign_in", "wrong_credentials", visitor).await?;
            return Err(SignInError::WrongCredentials);
        };
        let user = identity.user_id;
        self.renew_hash(identity, password).await?;
        self.record(&self.db, "user.sign_in", user, visitor, Some(WayIn::Password.word())).await?;
        self.throttle.forget(attempt).await;
        Ok(self.sessions.start(&self.db, user, visitor).await?)
    }

    /// Hashes anew what was hashed when less work was enough: only now is the password known.
    async fn renew_hash(&self, identity: &identities::Model, password: SecretString) -> Result<(), SignInError> {
        let Some(old) = identity.password_hash.as_deref().filter(|hash| Passwords::is_outgrown(hash)) else {
            return Ok(());
        };
        let hash = self.passwords.hash(password).await?;
        // Whoever chose another password at this moment wins.
        identities::Entity::update_many()
            .col_expr(identities::Column::PasswordHash, Expr::value(Some(hash)))
            .col_expr(identities::Column::UpdatedAt, Expr::value(self.clock.now()))
            .filter(identities::Column::Id.eq(identity.id))
            .filter(identities::Column::PasswordHash.eq(old))
            .exec(&self.db)
            .await?;
        Ok(())
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
