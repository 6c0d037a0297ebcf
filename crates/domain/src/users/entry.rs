//! Signing in with a provider. A person is known by issuer and subject; the address a provider tells is only ever a reason to
//! ask for more proof.

use super::{EmailAddress, SignInError, SignUp, Users, proofs::Claim, sign_up::Newcomer, unless_taken};
use crate::{
    database::begin_write,
    notifications::Kind,
    sessions::{NewSession, Visitor},
};
use chrono::{DateTime, Utc};
use entity::identities;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr,
};
use secrecy::SecretString;
use uuid::Uuid;

/// A kind of identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayIn {
    /// An address and a password.
    Password,
    /// A Google account.
    Google,
    /// A Microsoft account.
    Microsoft,
}

impl WayIn {
    /// The word in `identities.kind`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }

    /// The kind with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Password, Self::Google, Self::Microsoft].into_iter().find(|kind| kind.word() == word)
    }
}

/// Who a provider says somebody is, from an ID token that was verified to the letter.
#[derive(Clone, Debug)]
pub struct ProvenIdentity {
    /// [`WayIn::Google`] or [`WayIn::Microsoft`].
    pub kind: WayIn,
    /// The configured issuer that vouches for it. Google: `iss`; Microsoft: the authority with the tenant, as in `iss`.
    pub issuer: String,
    /// Google's `sub`; Microsoft's `tid:oid`.
    pub subject: String,
    /// Microsoft's `sub`.
    pub pairwise_subject: Option<String>,
    /// The address it tells, if any.
    pub email: Option<String>,
    /// Whether the provider itself runs that address (provider-facts 1.8): always false for Microsoft.
    pub email_authoritative: bool,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
}

/// How a sign-in with a provider ended.
pub enum Entered {
    /// Known, or new here.
    SignedIn(NewSession),
    /// The address has an account, which has to sign in first: give the browser the secret and call
    /// [`Users::finish_link`] when it has.
    LinkNeeded(PendingEntry),
    /// A link was mailed to the address, whether it has an account or not. The secret belongs in the browser's cookie: the
    /// link works only there.
    CheckMail(PendingEntry),
}

/// An identity that waits for more proof.
pub struct PendingEntry {
    /// For a cookie of the browser that came back from the provider.
    pub secret: SecretString,
    /// When waiting ends.
    pub expires_at: DateTime<Utc>,
}

impl Users {
    /// Signs in whoever the provider vouches for, by issuer and subject; `SIGN_UP` decides about new people.
    pub async fn sign_in_with_provider(
        &self,
        proven: &ProvenIdentity,
        visitor: &Visitor,
    ) -> Result<Entered, SignInError> {
        if let Some(session) = self.enter_known(proven, visitor).await? {
            return Ok(Entered::SignedIn(session));
        }
        let email = proven.email.as_deref().and_then(EmailAddress::parse).ok_or(SignInError::NoAddress)?;
        // Whoever only claims an address learns nothing about it, unless signing up tells it to everybody anyway.
        if !proven.email_authoritative && self.sign_up != SignUp::Open {
            if self.sign_up == SignUp::Closed {
                return Err(SignInError::SignUpClosed);
            }
            self.throttle.allow_sign_up(visitor).await?;
            self.throttle.allow_mail(&email, visitor).await?;
            self.record_refusal(None, "user.sign_in", "check_mail", visitor).await?;
            let pending =
                self.claim_entry(proven, Claim { email: &email, news: Some(Kind::ConfirmEntry) }, visitor).await?;
            return Ok(Entered::CheckMail(pending));
        }
        if self.user_by_email(&email).await?.is_none() {
            if self.sign_up == SignUp::Closed {
                return Err(SignInError::SignUpClosed);
            }
            self.throttle.allow_sign_up(visitor).await?;
            if let Some(session) = self.make_user(proven, &email, visitor).await? {
                return Ok(Entered::SignedIn(session));
            }
            // Somebody was faster: with this very identity in another window, or with the address.
            if let Some(session) = self.enter_known(proven, visitor).await? {
                return Ok(Entered::SignedIn(session));
            }
        }
        self.record_refusal(None, "user.sign_in", "link_needed", visitor).await?;
        Ok(Entered::LinkNeeded(self.claim_entry(proven, Claim { email: &email, news: None }, visitor).await?))
    }

    /// Whose the identity is, if somebody here has it.
    pub async fn owner_of(&self, proven: &ProvenIdentity) -> Result<Option<Uuid>, DbErr> {
        Ok(self.identity_of(proven).await?.map(|identity| identity.user_id))
    }

    /// The identity, if somebody here has it. Another issuer's subject of the same name is somebody else.
    pub(super) async fn identity_of(&self, proven: &ProvenIdentity) -> Result<Option<identities::Model>, DbErr> {
        identities::Entity::find()
            .filter(identities::Column::Issuer.eq(proven.issuer.as_str()))
            .filter(identities::Column::Subject.eq(proven.subject.as_str()))
            .filter(identities::Column::Kind.eq(proven.kind.word()))
            .one(&self.db)
            .await
    }

    async fn enter_known(&self, proven: &ProvenIdentity, visitor: &Visitor) -> Result<Option<NewSession>, DbErr> {
        let Some(identity) = self.identity_of(proven).await? else { return Ok(None) };
        let tx = begin_write(&self.db).await?;
        identities::Entity::update_many()
            .col_expr(identities::Column::Address, Expr::value(proven.email.clone()))
            .col_expr(identities::Column::PairwiseSubject, Expr::value(proven.pairwise_subject.clone()))
            .col_expr(identities::Column::UpdatedAt, Expr::value(self.clock.now()))
            .filter(identities::Column::Id.eq(identity.id))
            .exec(&tx)
            .await?;
        self.record(&tx, "user.sign_in", identity.user_id, visitor, Some(proven.kind.word())).await?;
        let session = self.sessions.start(&tx, identity.user_id, visitor).await?;
        tx.commit().await?;
        Ok(Some(session))
    }

    /// A new user with this identity; `None` when the address or the identity is taken meanwhile.
    pub(super) async fn make_user(
        &self,
        proven: &ProvenIdentity,
        email: &EmailAddress,
        visitor: &Visitor,
    ) -> Result<Option<NewSession>, DbErr> {
        let tx = begin_write(&self.db).await?;
        let (first_name, last_name) = (short(&proven.first_name), short(&proven.last_name));
        let verified = proven.email_authoritative;
        let language = &visitor.language;
        let newcomer = Newcomer { email, first_name: &first_name, last_name: &last_name, verified, language };
        let Some(user) = self.insert_user(&tx, &newcomer).await? else { return Ok(None) };
        if !self.insert_identity(&tx, user, proven).await? {
            return Ok(None);
        }
        self.record(&tx, "user.sign_up", user, visitor, Some(proven.kind.word())).await?;
        let session = self.sessions.start(&tx, user, visitor).await?;
        tx.commit().await?;
        Ok(Some(session))
    }

    /// Gives `user` the identity; says whether it was still free. The transaction is spoilt when it was not.
    pub(super) async fn insert_identity(
        &self,
        tx: &impl ConnectionTrait,
        user: Uuid,
        proven: &ProvenIdentity,
    ) -> Result<bool, DbErr> {
        let now = self.clock.now();
        let inserted = identities::ActiveModel {
            id: Set(self.randomness.uuid(now)),
            user_id: Set(user),
            kind: Set(proven.kind.word().to_owned()),
            issuer: Set(proven.issuer.clone()),
            subject: Set(proven.subject.clone()),
            pairwise_subject: Set(proven.pairwise_subject.clone()),
            address: Set(proven.email.clone()),
            password_hash: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
        }
        .insert(tx)
        .await;
        Ok(unless_taken(inserted)?.is_some())
    }
}

/// A provider's name as an account may have it.
fn short(name: &str) -> String {
    name.trim().chars().take(super::LONGEST_NAME).collect()
}
