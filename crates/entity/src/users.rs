//! People who have an account here.

use sea_orm::entity::prelude::*;

/// One person with an account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Identifier, version 7: sorts by age.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Address the person is known by: trimmed and lower-cased before it gets here, unique.
    #[sea_orm(unique)]
    pub email: String,
    /// Given name, as typed or as the provider told it; may be empty.
    pub first_name: String,
    /// Family name, as typed or as the provider told it; may be empty.
    pub last_name: String,
    /// When the person proved that mail to the address reaches them; empty while they have not.
    pub email_verified_at: Option<DateTimeUtc>,
    /// Language of the screens, as in BCP 47.
    pub language: String,
    /// `auto`, `light` or `dark`.
    pub theme: String,
    /// IANA time zone that times are shown in; empty for the browser's own.
    pub zone: Option<String>,
    /// Whether mails are shown as plain text first.
    pub plain_text: bool,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Ways this person can sign in.
    #[sea_orm(has_many)]
    pub identities: HasMany<super::identities::Entity>,
    /// Browsers this person is signed in with.
    #[sea_orm(has_many)]
    pub sessions: HasMany<super::sessions::Entity>,
    /// Visits to a provider that this person began.
    #[sea_orm(has_many)]
    pub oauth_attempts: HasMany<super::oauth_attempts::Entity>,
    /// Provider accounts this person has connected.
    #[sea_orm(has_many)]
    pub connected_accounts: HasMany<super::connected_accounts::Entity>,
    /// Programs that speak for this person.
    #[sea_orm(has_many)]
    pub token_families: HasMany<super::token_families::Entity>,
    /// Receipts of the accounts this person has disconnected.
    #[sea_orm(has_many)]
    pub disconnections: HasMany<super::disconnections::Entity>,
    /// Mail of all connected accounts of this person.
    #[sea_orm(has_many)]
    pub messages: HasMany<super::messages::Entity>,
    /// Senders whose pictures this person always wants to see.
    #[sea_orm(has_many)]
    pub image_senders: HasMany<super::image_senders::Entity>,
    /// What this person has yet to prove.
    #[sea_orm(has_many)]
    pub proofs: HasMany<super::proofs::Entity>,
    /// What this person was told.
    #[sea_orm(has_many)]
    pub notifications: HasMany<super::notifications::Entity>,
    /// Mails this person writes.
    #[sea_orm(has_many)]
    pub written_mails: HasMany<super::written_mails::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
