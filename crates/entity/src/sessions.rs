//! Signed-in browsers. Only a hash of the cookie's token is kept, so a copy of the database signs nobody in.

use sea_orm::entity::prelude::*;

/// One browser that is signed in.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// Identifier, shown in the list of sessions; it is not the secret.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who is signed in.
    pub user_id: Uuid,
    /// SHA-256 of the cookie's token, unique.
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    /// `User-Agent` header at sign-in, cut short; shown in the list of sessions.
    pub user_agent: String,
    /// Network address at sign-in; shown in the list of sessions.
    pub address: String,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When the person last proved who they are in this browser.
    pub authenticated_at: DateTimeUtc,
    /// When the browser last asked for something; written at intervals, not at every request.
    pub last_seen_at: DateTimeUtc,
    /// When the session ends by itself.
    pub expires_at: DateTimeUtc,
    /// The mailbox looked at last; none for all together.
    pub mailbox: Option<Uuid>,
    /// Who is signed in.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
    /// Visits to a provider that this browser began.
    #[sea_orm(has_many)]
    pub oauth_attempts: HasMany<super::oauth_attempts::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
