//! Senders whose pictures a person always wants to see.

use sea_orm::entity::prelude::*;

/// One sender.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "image_senders")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// The sender's address, as in `messages.sender_address`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub address: String,
    /// When it was chosen.
    pub created_at: DateTimeUtc,
    /// The person.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
