//! Labels and folders of connected accounts.

use sea_orm::entity::prelude::*;

/// One label or folder.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "labels")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The account it belongs to.
    pub connection_id: Uuid,
    /// The provider's name for it; unique per connection.
    pub remote_id: String,
    /// Name for the screen.
    pub name: String,
    /// `system` (the provider's own) or `user`.
    pub kind: String,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// The account it belongs to.
    #[sea_orm(belongs_to, from = "connection_id", to = "id", on_delete = "Cascade")]
    pub connection: BelongsTo<super::connected_accounts::Entity>,
    /// Messages that carry it.
    #[sea_orm(has_many, via = "message_labels")]
    pub messages: HasMany<super::messages::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
