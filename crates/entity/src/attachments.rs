//! Files that came with messages: what they are, not their content, which is fetched when asked for.

use sea_orm::entity::prelude::*;

/// One attached file.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The message it came with.
    pub message_id: Uuid,
    /// Where it is in the message, in the provider's words.
    pub part_id: String,
    /// File name as sent; may be empty, and must not be trusted as a path.
    pub filename: String,
    /// Media type as sent.
    pub mime_type: String,
    /// Size in bytes.
    pub size: i64,
    /// `Content-ID` without brackets, by which the HTML refers to it.
    pub content_id: Option<String>,
    /// Whether it is part of the text, such as a picture in it.
    pub inline: bool,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// The message it came with.
    #[sea_orm(belongs_to, from = "message_id", to = "id", on_delete = "Cascade")]
    pub message: BelongsTo<super::messages::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
