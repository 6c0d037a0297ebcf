//! What a mailed link proves: that mail to an address reaches whoever opens it. That alone makes no account: a sign-up is
//! finished with the password it was begun with, or in the browser it was begun in. Else somebody could sign up with another
//! person's address and share the account that the other confirms.

use super::{EmailAddress, SignInError, Unfit, Users, proofs::identity_in, sign_up::Newcomer};
use crate::{
    database::begin_write,
    notifications::Kind,
    sessions::{NewSession, Visitor},
    vault::digest_of,
};
use entity::{proofs, users};
use sea_orm::EntityTrait;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// What a link has done.
pub enum Confirmed {
    /// An account was made.
    SignedIn(NewSession),
    /// The address of an account is proven.
    Address,
}

/// What comes with a link.
pub struct Confirmation<'a> {
    /// The link's secret.
    pub token: SecretString,
    /// The password a sign-up was begun with; may be empty.
    pub password: SecretString,
    /// The cookie of a browser that came back from a provider ([`super::PendingEntry`]).
    pub waiting: Option<&'a SecretString>,
}

impl Users {
    /// Asks for a link that proves the address of an account.
    pub async fn ask_address_proof(&self, user: Uuid, visitor: &Visitor) -> Result<(), SignInError> {
        let Some(user) = users::Entity::find_by_id(user).one(&self.db).await? else { return Ok(()) };
        let email = EmailAddress::parse(&user.email).ok_or(super::NO_ADDRESS)?;
        self.throttle.allow_mail(&email, visitor).await?;
        self.claim(&email, "address", Some(user.id), Kind::ConfirmAddress, visitor).await?;
        Ok(())
    }

    /// Takes what a mailed link brings.
    pub async fn confirm(&self, given: Confirmation<'_>, visitor: &Visitor) -> Result<Confirmed, SignInError> {
        self.throttle.allow_link(visitor).await?;
        let proof = self.proof_by_token(&given.token, &["sign_up", "entry", "address"]).await?;
        let proof = proof.ok_or(SignInError::LinkSpent)?;
        match proof.kind.as_str() {
            "sign_up" => self.confirm_sign_up(proof, given.password, visitor).await.map(Confirmed::SignedIn),
            "entry" => self.confirm_entry(proof, given.waiting, visitor).await.map(Confirmed::SignedIn),
            _ => self.confirm_address(proof, visitor).await.map(|()| Confirmed::Address),
        }
    }

    async fn confirm_sign_up(
        &self,
        proof: proofs::Model,
        password: SecretString,
        visitor: &Visitor,
    ) -> Result<NewSession, SignInError> {
        let email = EmailAddress::parse(&proof.email).ok_or(SignInError::LinkSpent)?;
        // Whoever holds the mailed link reads the account's mail: guesses of strangers do not make them wait.
        let counted = self.throttle.allow_sign_in(&email, visitor, true).await?;
        if !self.passwords.verify(password, proof.password_hash.clone()).await? {
            return Err(SignInError::Invalid { field: "password", why: Unfit::NotThatPassword });
        }
        self.throttle.forget(counted).await;
        let tx = begin_write(&self.db).await?;
        if proofs::Entity::delete_by_id(proof.id).exec(&tx).await?.rows_affected == 0 {
            return Err(SignInError::LinkSpent);
        }
        let newcomer = Newcomer {
            email: &email,
            first_name: &proof.first_name,
            last_name: &proof.last_name,
            verified: true,
            language: &visitor.language,
        };
        let user = self.insert_user(&tx, &newcomer).await?.ok_or(SignInError::LinkSpent)?;
        self.insert_password(&tx, user, proof.password_hash.unwrap_or_default()).await?;
        self.record(&tx, "user.sign_up", user, visitor, None).await?;
        let session = self.sessions.start(&tx, user, visitor).await?;
        tx.commit().await?;
        Ok(session)
    }

    async fn confirm_entry(
        &self,
        proof: proofs::Model,
        waiting: Option<&SecretString>,
        visitor: &Visitor,
    ) -> Result<NewSession, SignInError> {
        let browser = waiting.map(|secret| digest_of(secret.expose_secret()));
        if browser.is_none() || browser != proof.browser_hash {
            return Err(SignInError::Invalid { field: "token", why: Unfit::OtherBrowser });
        }
        let email = EmailAddress::parse(&proof.email).ok_or(SignInError::LinkSpent)?;
        let mut proven = identity_in(&proof).ok_or(SignInError::LinkSpent)?;
        // Mail reached the same browser: now the address is proven.
        proven.email_authoritative = true;
        if proofs::Entity::delete_by_id(proof.id).exec(&self.db).await?.rows_affected == 0 {
            return Err(SignInError::LinkSpent);
        }
        self.make_user(&proven, &email, visitor).await?.ok_or(SignInError::LinkSpent)
    }

    async fn confirm_address(&self, proof: proofs::Model, visitor: &Visitor) -> Result<(), SignInError> {
        let user = proof.user_id.ok_or(SignInError::LinkSpent)?;
        let tx = begin_write(&self.db).await?;
        if proofs::Entity::delete_by_id(proof.id).exec(&tx).await?.rows_affected == 0 {
            return Err(SignInError::LinkSpent);
        }
        self.prove_address(&tx, user).await?;
        self.record(&tx, "address.confirm", user, visitor, None).await?;
        tx.commit().await?;
        Ok(())
    }
}
