//! Which message carries which label.

use sea_orm::entity::prelude::*;

/// One label on one message.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_labels")]
pub struct Model {
    /// The message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: Uuid,
    /// The label.
    #[sea_orm(primary_key, auto_increment = false)]
    pub label_id: Uuid,
    /// The message.
    #[sea_orm(belongs_to, from = "message_id", to = "id", on_delete = "Cascade")]
    pub message: BelongsTo<super::messages::Entity>,
    /// The label.
    #[sea_orm(belongs_to, from = "label_id", to = "id", on_delete = "Cascade")]
    pub label: BelongsTo<super::labels::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
