//! Messages that a search at the provider found and that are not stored yet.

use sea_orm::entity::prelude::*;

/// One message to be fetched before others.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sought_messages")]
pub struct Model {
    /// The mailbox it lies in.
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: Uuid,
    /// The provider's name for it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub remote_id: String,
    /// The provider's name for its conversation; the message's own where it was not told.
    pub thread_remote_id: String,
    /// When a search found it.
    pub sought_at: DateTimeUtc,
    /// The mailbox it lies in.
    #[sea_orm(belongs_to, from = "connection_id", to = "id", on_delete = "Cascade")]
    pub connection: BelongsTo<super::connected_accounts::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
