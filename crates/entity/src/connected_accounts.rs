//! Accounts at a provider that a person lets us read.

use sea_orm::entity::prelude::*;

/// One connected Google or Microsoft account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "connected_accounts")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose connection it is.
    pub user_id: Uuid,
    /// `google` or `microsoft`.
    pub provider: String,
    /// `iss` of the provider's ID token.
    pub issuer: String,
    /// Stable name of the account at the issuer; unique per person and issuer.
    pub subject: String,
    /// Address of the account, for the screen; may change at the provider.
    pub address: String,
    /// Name of the account, for the screen; may be empty.
    pub display_name: String,
    /// Features switched on, each of them granted, separated by spaces.
    pub features: String,
    /// Features that were asked for and not granted, separated by spaces.
    pub refused_features: String,
    /// `active`, `needs_reconnect` or `disconnecting`.
    pub state: String,
    /// Short code of why the state is what it is.
    pub state_reason: Option<String>,
    /// When the state was entered.
    pub state_since: DateTimeUtc,
    /// When consent was last given.
    pub connected_at: DateTimeUtc,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Whose connection it is.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
    /// The tokens of this connection.
    #[sea_orm(has_one)]
    pub grant: HasOne<super::oauth_grants::Entity>,
    /// Visits to the provider about this connection.
    #[sea_orm(has_many)]
    pub oauth_attempts: HasMany<super::oauth_attempts::Entity>,
    /// What is kept in step with the provider.
    #[sea_orm(has_many)]
    pub feeds: HasMany<super::sync_feeds::Entity>,
    /// How the provider tells of its news.
    #[sea_orm(has_one)]
    pub channel: HasOne<super::channels::Entity>,
    /// Mail of this account.
    #[sea_orm(has_many)]
    pub messages: HasMany<super::messages::Entity>,
    /// Labels or folders of this account.
    #[sea_orm(has_many)]
    pub labels: HasMany<super::labels::Entity>,
    /// Mails that are sent from this account.
    #[sea_orm(has_many)]
    pub written_mails: HasMany<super::written_mails::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
