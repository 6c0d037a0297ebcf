//! Tokens of a connection, sealed. The lease lets one process refresh at a time; the version refuses a write that was
//! overtaken.

use sea_orm::entity::prelude::*;

/// The tokens of one connection.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_grants")]
pub struct Model {
    /// Identifier; part of what the seals are bound to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The connection the tokens belong to, unique.
    #[sea_orm(unique)]
    pub connection_id: Uuid,
    /// Sealed access token; empty when there is none to use.
    pub sealed_access_token: Option<Vec<u8>>,
    /// Sealed refresh token; empty when consent must be given again.
    pub sealed_refresh_token: Option<Vec<u8>>,
    /// When the access token ends.
    pub access_expires_at: Option<DateTimeUtc>,
    /// Scopes the provider granted, separated by spaces.
    pub scopes: String,
    /// When the person gave the consent that these tokens come from.
    pub consented_at: DateTimeUtc,
    /// When the provider last gave tokens; its idle clock runs from here.
    pub refreshed_at: DateTimeUtc,
    /// When the provider will end the grant by itself, where it says so.
    pub refresh_expires_at: Option<DateTimeUtc>,
    /// When an access token was last asked for, give or take an hour.
    pub used_at: DateTimeUtc,
    /// Grows by one at every write; the condition of the next one.
    pub version: i64,
    /// Who is refreshing.
    pub lease_owner: Option<Uuid>,
    /// When the refresher's lease ends, done or not.
    pub lease_until: Option<DateTimeUtc>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// The connection the tokens belong to.
    #[sea_orm(belongs_to, from = "connection_id", to = "id", on_delete = "Cascade")]
    pub connection: BelongsTo<super::connected_accounts::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
