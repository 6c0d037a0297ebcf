//! The text of messages, read when one is opened.

use sea_orm::entity::prelude::*;

/// The body of one message.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_bodies")]
pub struct Model {
    /// The message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: Uuid,
    /// Plain text part, decoded.
    pub text: Option<String>,
    /// HTML part as received, **not cleaned**: clean it before it is shown.
    pub html: Option<String>,
    /// JSON array of `[name, value]` in the order received.
    pub headers: String,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// The message.
    #[sea_orm(belongs_to, from = "message_id", to = "id", on_delete = "Cascade")]
    pub message: BelongsTo<super::messages::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
