//! Claims that wait for a proof: written here, proven by a mailed link, by the browser that made them, or both.

use super::{EmailAddress, PendingEntry, ProvenIdentity, Users, WayIn};
use crate::{
    database::begin_write,
    notifications::{Kind, News, tell},
    sessions::Visitor,
    vault::digest_of,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use entity::proofs;
use sea_orm::{ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// How long a mailed link works.
pub const LINK_LIFETIME: TimeDelta = TimeDelta::minutes(30);
/// How long a provider's account waits for the account with its address to sign in.
const WAITING: TimeDelta = TimeDelta::minutes(10);

/// What a provider's account that nobody here has is kept with.
pub(super) struct Claim<'a> {
    pub email: &'a EmailAddress,
    /// The mail that goes with it; without one the link lives shorter.
    pub news: Option<Kind>,
}

impl Users {
    fn new_proof(&self, kind: &str, email: &EmailAddress) -> proofs::Model {
        let now = self.clock.now();
        proofs::Model {
            id: self.randomness.uuid(now),
            kind: kind.to_owned(),
            user_id: None,
            email: email.as_str().to_owned(),
            first_name: String::new(),
            last_name: String::new(),
            password_hash: None,
            identity_kind: None,
            issuer: None,
            subject: None,
            pairwise_subject: None,
            browser_hash: None,
            token_hash: None,
            created_at: now,
            expires_at: now + LINK_LIFETIME,
        }
    }

    /// Writes the claim and its mail in one transaction.
    async fn write_proof(&self, proof: proofs::Model, kind: Option<Kind>, visitor: &Visitor) -> Result<(), DbErr> {
        let tx = begin_write(&self.db).await?;
        let detail = [proof.identity_kind.as_deref().unwrap_or_default(), &visitor.language].join(" ");
        let news =
            kind.map(|kind| News { kind, user: proof.user_id, proof: Some(proof.id), detail: Some(detail.trim()) });
        let row = proof.into_active_model().reset_all();
        row.insert(&tx).await?;
        if let Some(news) = news {
            tell(&tx, &*self.clock, &self.randomness, news).await?;
        }
        tx.commit().await
    }

    /// Somebody says that they want an account with this address.
    pub(super) async fn claim_sign_up(
        &self,
        email: &EmailAddress,
        (first_name, last_name): (&str, &str),
        password_hash: String,
        visitor: &Visitor,
    ) -> Result<(), DbErr> {
        let mut proof = self.new_proof("sign_up", email);
        proof.first_name = first_name.to_owned();
        proof.last_name = last_name.to_owned();
        proof.password_hash = Some(password_hash);
        self.write_proof(proof, Some(Kind::ConfirmSignUp), visitor).await
    }

    /// Somebody came from a provider with an account that nobody here has.
    pub(super) async fn claim_entry(
        &self,
        proven: &ProvenIdentity,
        claim: Claim<'_>,
        visitor: &Visitor,
    ) -> Result<PendingEntry, DbErr> {
        let secret = URL_SAFE_NO_PAD.encode(self.randomness.bytes::<32>());
        let mut proof = self.new_proof("entry", claim.email);
        if claim.news.is_none() {
            proof.expires_at = proof.created_at + WAITING;
        }
        proof.first_name.clone_from(&proven.first_name);
        proof.last_name.clone_from(&proven.last_name);
        proof.identity_kind = Some(proven.kind.word().to_owned());
        proof.issuer = Some(proven.issuer.clone());
        proof.subject = Some(proven.subject.clone());
        proof.pairwise_subject.clone_from(&proven.pairwise_subject);
        proof.browser_hash = Some(digest_of(&secret));
        let expires_at = proof.expires_at;
        self.write_proof(proof, claim.news, visitor).await?;
        Ok(PendingEntry { secret: secret.into(), expires_at })
    }

    /// Somebody asks for a link to `email`; `user` when they are known already.
    pub(super) async fn claim(
        &self,
        email: &EmailAddress,
        word: &str,
        user: Option<Uuid>,
        kind: Kind,
        visitor: &Visitor,
    ) -> Result<(), DbErr> {
        let proof = proofs::Model { user_id: user, ..self.new_proof(word, email) };
        self.write_proof(proof, Some(kind), visitor).await
    }

    /// The living claim of one of these kinds whose link holds `token`.
    pub(super) async fn proof_by_token(
        &self,
        token: &SecretString,
        kinds: &[&str],
    ) -> Result<Option<proofs::Model>, DbErr> {
        proofs::Entity::find()
            .filter(proofs::Column::TokenHash.eq(digest_of(token.expose_secret().trim())))
            .filter(proofs::Column::Kind.is_in(kinds.iter().copied()))
            .filter(proofs::Column::ExpiresAt.gt(self.clock.now()))
            .one(&self.db)
            .await
    }

    /// Deletes the claims whose time is over.
    pub(crate) async fn purge(&self) -> Result<u64, DbErr> {
        let over = proofs::Column::ExpiresAt.lte(self.clock.now());
        Ok(proofs::Entity::delete_many().filter(over).exec(&self.db).await?.rows_affected)
    }
}

/// The provider's account a claim is about.
pub(super) fn identity_in(proof: &proofs::Model) -> Option<ProvenIdentity> {
    Some(ProvenIdentity {
        kind: WayIn::parse(proof.identity_kind.as_deref()?)?,
        issuer: proof.issuer.clone()?,
        subject: proof.subject.clone()?,
        pairwise_subject: proof.pairwise_subject.clone(),
        email: Some(proof.email.clone()),
        email_authoritative: false,
        first_name: proof.first_name.clone(),
        last_name: proof.last_name.clone(),
    })
}
