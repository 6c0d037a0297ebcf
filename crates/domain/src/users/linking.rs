//! Giving an account another way in. Only the account itself may: by signing in, or while it is signed in.

use super::{ProvenIdentity, Users, WayIn};
use crate::{
    database::begin_write,
    notifications::{Kind, News, tell},
    sessions::Visitor,
    vault::digest_of,
};
use entity::{proofs, users};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// Why an identity was not added.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The person has to prove again who they are first.
    #[error("the session is not fresh")]
    NotFresh,
    /// Another account has it.
    #[error("the identity belongs to another account")]
    SomebodyElses,
    /// The database failed.
    #[error("the identity could not be added")]
    Unexpected(#[from] DbErr),
}

impl Users {
    /// Gives the account that has just signed in the identity that waited for it in this browser. `secret` is the cookie's.
    ///
    /// Does nothing, and says so by `None`, when nothing waits, or it waits for another account.
    pub async fn finish_link(
        &self,
        user: Uuid,
        secret: &SecretString,
        visitor: &Visitor,
    ) -> Result<Option<WayIn>, DbErr> {
        let found = proofs::Entity::find()
            .filter(proofs::Column::BrowserHash.eq(digest_of(secret.expose_secret())))
            .filter(proofs::Column::ExpiresAt.gt(self.clock.now()))
            .one(&self.db)
            .await?;
        let (Some(proof), Some(user)) = (found, users::Entity::find_by_id(user).one(&self.db).await?) else {
            return Ok(None);
        };
        let Some(proven) = super::proofs::identity_in(&proof).filter(|_| proof.email == user.email) else {
            return Ok(None);
        };
        let tx = begin_write(&self.db).await?;
        // Whoever deletes the claim uses it.
        if proofs::Entity::delete_by_id(proof.id).exec(&tx).await?.rows_affected == 0 {
            return Ok(None);
        }
        if !self.add_identity(&tx, user.id, &proven, visitor).await? {
            return Ok(None);
        }
        tx.commit().await?;
        Ok(Some(proven.kind))
    }

    /// Adds an identity to the account of a signed-in session. Adding one it already has changes nothing.
    pub async fn link_identity(
        &self,
        user: Uuid,
        session: Uuid,
        proven: &ProvenIdentity,
        visitor: &Visitor,
    ) -> Result<(), LinkError> {
        match self.identity_of(proven).await? {
            Some(identity) if identity.user_id == user => return Ok(()),
            Some(_) => return self.refuse_link(user, visitor, LinkError::SomebodyElses).await,
            None => {}
        }
        if !self.sessions.is_fresh(session).await? {
            return self.refuse_link(user, visitor, LinkError::NotFresh).await;
        }
        let tx = begin_write(&self.db).await?;
        if !self.add_identity(&tx, user, proven, visitor).await? {
            drop(tx);
            return self.refuse_link(user, visitor, LinkError::SomebodyElses).await;
        }
        Ok(tx.commit().await?)
    }

    async fn refuse_link(&self, user: Uuid, visitor: &Visitor, why: LinkError) -> Result<(), LinkError> {
        let code = if matches!(why, LinkError::NotFresh) { "not_fresh" } else { "somebody_elses" };
        self.record_refusal(Some(user), "identity.add", code, visitor).await?;
        Err(why)
    }

    async fn add_identity(
        &self,
        tx: &DatabaseTransaction,
        user: Uuid,
        proven: &ProvenIdentity,
        visitor: &Visitor,
    ) -> Result<bool, DbErr> {
        if !self.insert_identity(tx, user, proven).await? {
            return Ok(false);
        }
        let word = proven.kind.word();
        self.record(tx, "identity.add", user, visitor, Some(word)).await?;
        let news = News { kind: Kind::IdentityAdded, user: Some(user), proof: None, detail: Some(word) };
        tell(tx, &*self.clock, &self.randomness, news).await?;
        Ok(true)
    }
}
