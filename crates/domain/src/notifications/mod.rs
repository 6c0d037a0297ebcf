//! What people are told: a row written in the transaction that makes it true, and a mail that a job sends afterwards.
//!
//! A mail may carry a secret link. Neither the row nor the job holds it: it is derived from the proof's id with a key of
//! the vault at the moment the mail is written, and only its hash is stored then. What a mail says can depend on whether an
//! address has an account; that is looked up by the job, so that who asks is answered the same, in the same time.

mod letter;
mod post;

pub use letter::{About, Head, Line, Wording};
pub use post::{MailSettings, PostError, check_sender, check_smtp_url};

use crate::{
    clock::{Clock, Randomness},
    database::Database,
    jobs::{self, Job, JobError, JobOutcome},
    vault::{Vault, digest_of},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{notifications, proofs, users};
use letter::{Desk, Letter};
use post::Post;
use ring::hmac;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr,
};
use std::sync::Arc;
use url::Url;
use uuid::Uuid;

/// Told notifications are kept this long.
const KEPT: TimeDelta = TimeDelta::days(90);

/// What a person is told about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A link to choose a new password; for an address without an account, nothing.
    Reset,
    /// A link to finish a sign-up; for an address that has an account, that somebody tried.
    ConfirmSignUp,
    /// The same for a sign-up with a provider's account; the detail names the provider.
    ConfirmEntry,
    /// A link that proves the account's address.
    ConfirmAddress,
    /// The password is another now.
    PasswordChanged,
    /// The account can be entered by a password now.
    PasswordAdded,
    /// The account can be entered by a provider's account now; the detail names the provider.
    IdentityAdded,
    /// A way in was taken away; the detail names it.
    IdentityRemoved,
    /// The tokens of a program ended because one of them was used twice; the detail is the program's name.
    ProgramEnded,
    /// A provider ended the grant of a mailbox; the detail is the provider's word and the mailbox's address.
    NeedsReconnect,
}

/// Every kind with its name in `notifications.kind`.
const KINDS: [(Kind, &str); 10] = [
    (Kind::Reset, "reset"),
    (Kind::ConfirmSignUp, "confirm_sign_up"),
    (Kind::ConfirmEntry, "confirm_entry"),
    (Kind::ConfirmAddress, "confirm_address"),
    (Kind::PasswordChanged, "password_changed"),
    (Kind::PasswordAdded, "password_added"),
    (Kind::IdentityAdded, "identity_added"),
    (Kind::IdentityRemoved, "identity_removed"),
    (Kind::ProgramEnded, "program_ended"),
    (Kind::NeedsReconnect, "needs_reconnect"),
];

impl Kind {
    fn word(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    fn parse(word: &str) -> Option<Self> {
        KINDS.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }
}

/// One thing to tell.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// What happened.
    pub kind: Kind,
    /// Whom it is for; `None` when only the proof knows an address.
    pub user: Option<Uuid>,
    /// The claim whose link the mail carries.
    pub proof: Option<Uuid>,
    /// Words for the text, such as a provider and the language of a browser; never a secret.
    pub detail: Option<&'a str>,
}

/// Writes down what a person is told and queues the mail, in the caller's transaction.
pub async fn tell(
    db: &impl ConnectionTrait,
    clock: &dyn Clock,
    randomness: &Randomness,
    news: News<'_>,
) -> Result<(), DbErr> {
    let now = clock.now();
    let id = randomness.uuid(now);
    notifications::ActiveModel {
        id: Set(id),
        kind: Set(news.kind.word().to_owned()),
        user_id: Set(news.user),
        proof_id: Set(news.proof),
        detail: Set(news.detail.map(str::to_owned)),
        created_at: Set(now),
        sent_at: Set(None),
        read_at: Set(None),
    }
    .insert(db)
    .await?;
    jobs::enqueue(db, randomness, now, &Job::SendMail { notification: id }, now).await
}

/// Writes and sends the mails.
pub struct Notifications {
    db: Database,
    clock: Arc<dyn Clock>,
    vault: Arc<Vault>,
    post: Post,
    wording: Wording,
    public_url: Url,
}

impl Notifications {
    pub(crate) fn new(
        db: Database,
        clock: Arc<dyn Clock>,
        vault: Arc<Vault>,
        settings: MailSettings,
        public_url: Url,
    ) -> Result<Self, PostError> {
        Ok(Self { db, clock, vault, wording: settings.wording, post: Post::new(settings)?, public_url })
    }

    /// Sends one mail; a mail that is gone, sent, or for nobody is done.
    pub(crate) async fn deliver(&self, id: Uuid) -> Result<JobOutcome, JobError> {
        let found = notifications::Entity::find_by_id(id).find_also_related(proofs::Entity).one(&self.db).await?;
        let Some((row, proof)) = found.filter(|(row, _)| row.sent_at.is_none()) else { return Ok(JobOutcome::Done) };
        let now = self.clock.now();
        if let Some((to, letter)) = self.write(&row, proof, now).await? {
            match self.post.send(id, &to, &letter, row.created_at).await {
                // Nobody can be reached there, today or tomorrow.
                Err(PostError::Address) => tracing::warn!(notification = %id, "mail.undeliverable"),
                sent => sent.map_err(JobError::retry)?,
            }
        }
        notifications::Entity::update_many()
            .col_expr(notifications::Column::SentAt, Expr::value(Some(now)))
            .filter(notifications::Column::Id.eq(id))
            .exec(&self.db)
            .await?;
        Ok(JobOutcome::Done)
    }

    /// Deletes what was told long ago.
    pub(crate) async fn purge(&self) -> Result<u64, DbErr> {
        let old = notifications::Column::SentAt.lte(self.clock.now() - KEPT);
        Ok(notifications::Entity::delete_many().filter(old).exec(&self.db).await?.rows_affected)
    }

    /// The address and the letter; `None` when there is nobody to tell, or no longer anything to tell.
    async fn write(
        &self,
        row: &notifications::Model,
        proof: Option<proofs::Model>,
        now: DateTime<Utc>,
    ) -> Result<Option<(String, Letter)>, DbErr> {
        let Some(kind) = Kind::parse(&row.kind) else { return Ok(None) };
        let detail = row.detail.as_deref().unwrap_or_default();
        let Some(proof) = proof else {
            let Some(user) = row.user_id else { return Ok(None) };
            let user = users::Entity::find_by_id(user).one(&self.db).await?;
            return Ok(user.map(|user| (user.email, self.desk(&user.language).news(kind, detail))));
        };
        if proof.expires_at <= now {
            return Ok(None);
        }
        let account = users::Entity::find().filter(users::Column::Email.eq(proof.email.as_str())).one(&self.db).await?;
        let letter = match (kind, account) {
            (Kind::Reset, None) => return Ok(None),
            (Kind::ConfirmSignUp | Kind::ConfirmEntry, Some(owner)) => self.desk(&owner.language).known(kind, detail),
            (_, account) => {
                let token = self.give_token(&proof).await?;
                // The language of the browser stands last.
                let asked = detail.rsplit(' ').next().unwrap_or_default();
                self.desk(account.as_ref().map_or(asked, |owner| &owner.language)).link(kind, detail, &token)
            }
        };
        Ok(Some((proof.email, letter)))
    }

    fn desk<'a>(&'a self, language: &'a str) -> Desk<'a> {
        Desk { wording: self.wording, language, site: &self.public_url }
    }

    /// The secret of a proof's link. The same each time, so that a mail sent twice carries the same link.
    async fn give_token(&self, proof: &proofs::Model) -> Result<String, DbErr> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.vault.derived_key("mailed links"));
        let token = URL_SAFE_NO_PAD.encode(hmac::sign(&key, proof.id.as_bytes()));
        proofs::Entity::update_many()
            .col_expr(proofs::Column::TokenHash, Expr::value(Some(digest_of(&token))))
            .filter(proofs::Column::Id.eq(proof.id))
            .exec(&self.db)
            .await?;
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::{KINDS, Kind};

    #[test]
    fn every_kind_is_read_as_it_was_written() {
        for (kind, word) in KINDS {
            assert_eq!((Kind::parse(word), kind.word()), (Some(kind), word));
        }
        assert_eq!(Kind::parse("nonsense"), None);
    }
}
