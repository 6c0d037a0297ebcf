//! A new password by mail. Whoever asks is answered the same, in the same time, whether the address has an account or not:
//! only the job that writes the mail looks.

use super::{EmailAddress, SignInError, Users, WayIn, passwords};
use crate::{
    database::begin_write,
    notifications::{Kind, News, tell},
    sessions::Visitor,
    tokens,
};
use entity::{identities, proofs, users};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use secrecy::SecretString;
use uuid::Uuid;

impl Users {
    /// Asks for a link to choose a new password.
    pub async fn ask_reset(&self, email: &str, visitor: &Visitor) -> Result<(), SignInError> {
        let email = EmailAddress::parse(email).ok_or(super::NO_ADDRESS)?;
        self.throttle.allow_mail(&email, visitor).await?;
        self.claim(&email, "reset", None, Kind::Reset, visitor).await?;
        Ok(())
    }

    /// Takes the link's secret and the new password. Every session of the account ends.
    pub async fn reset(
        &self,
        token: &SecretString,
        password: SecretString,
        visitor: &Visitor,
    ) -> Result<(), SignInError> {
        self.throttle.allow_link(visitor).await?;
        let proof = self.proof_by_token(token, &["reset"]).await?.ok_or(SignInError::LinkSpent)?;
        let email = EmailAddress::parse(&proof.email).ok_or(SignInError::LinkSpent)?;
        let user = self.user_by_email(&email).await?.ok_or(SignInError::LinkSpent)?;
        let about = [user.email.as_str(), user.first_name.as_str(), user.last_name.as_str()];
        passwords::check_new(&password, &about).map_err(|why| SignInError::Invalid { field: "password", why })?;
        let hash = self.passwords.hash(password).await?;
        let tx = begin_write(&self.db).await?;
        // Whoever deletes the claim uses it; older links to the same account end with it.
        if proofs::Entity::delete_by_id(proof.id).exec(&tx).await?.rows_affected == 0 {
            return Err(SignInError::LinkSpent);
        }
        let older = proofs::Entity::delete_many()
            .filter(proofs::Column::Kind.eq("reset"))
            .filter(proofs::Column::Email.eq(user.email.as_str()));
        older.exec(&tx).await?;
        if user.email_verified_at.is_none() {
            self.drop_unproven_ways_in(&tx, user.id, visitor).await?;
        }
        self.put_password(&tx, user.id, hash).await?;
        self.prove_address(&tx, user.id).await?;
        self.sessions.end_others(&tx, user.id, None, visitor).await?;
        tokens::end_all(&tx, user.id, self.clock.now()).await?;
        self.record(&tx, "password.reset", user.id, visitor, None).await?;
        self.tell_user(&tx, user.id, Kind::PasswordChanged, None).await?;
        tx.commit().await?;
        self.throttle.forget_account(&email, visitor).await;
        Ok(())
    }

    /// Until now nobody had proven the address: whoever made the account may be somebody else, who must not come back by
    /// another way.
    async fn drop_unproven_ways_in(
        &self,
        tx: &DatabaseTransaction,
        user: Uuid,
        visitor: &Visitor,
    ) -> Result<(), DbErr> {
        let others = identities::Entity::delete_many()
            .filter(identities::Column::UserId.eq(user))
            .filter(identities::Column::Kind.ne(WayIn::Password.word()));
        if others.exec(tx).await?.rows_affected > 0 {
            self.record(tx, "identity.remove", user, visitor, Some("unproven_address")).await?;
        }
        Ok(())
    }

    /// Replaces the password, or gives the account its first.
    pub(super) async fn put_password(&self, tx: &DatabaseTransaction, user: Uuid, hash: String) -> Result<(), DbErr> {
        let replaced = identities::Entity::update_many()
            .col_expr(identities::Column::PasswordHash, Expr::value(Some(hash.clone())))
            .col_expr(identities::Column::UpdatedAt, Expr::value(self.clock.now()))
            .filter(identities::Column::UserId.eq(user))
            .filter(identities::Column::Kind.eq(WayIn::Password.word()))
            .exec(tx)
            .await?;
        if replaced.rows_affected == 0 { self.insert_password(tx, user, hash).await } else { Ok(()) }
    }

    /// Mail to the address reaches the person.
    pub(super) async fn prove_address(&self, tx: &DatabaseTransaction, user: Uuid) -> Result<(), DbErr> {
        let now = self.clock.now();
        users::Entity::update_many()
            .col_expr(users::Column::EmailVerifiedAt, Expr::value(Some(now)))
            .col_expr(users::Column::UpdatedAt, Expr::value(now))
            .filter(users::Column::Id.eq(user))
            .filter(users::Column::EmailVerifiedAt.is_null())
            .exec(tx)
            .await?;
        Ok(())
    }

    pub(super) async fn tell_user(
        &self,
        tx: &DatabaseTransaction,
        user: Uuid,
        kind: Kind,
        detail: Option<&str>,
    ) -> Result<(), DbErr> {
        tell(tx, &*self.clock, &self.randomness, News { kind, user: Some(user), proof: None, detail }).await
    }
}
