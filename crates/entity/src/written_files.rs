//! Files attached to mails that people write.

use sea_orm::entity::prelude::*;

/// One file. Files of a mail that is passed on are fetched when it is sent.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "written_files")]
pub struct Model {
    /// Identifier, version 7: sorts by when it was attached.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The mail it is attached to.
    pub mail_id: Uuid,
    /// File name, without folders.
    pub name: String,
    /// Media type.
    pub mime_type: String,
    /// Size in bytes.
    pub size: i64,
    /// Its bytes; empty when they are at the provider.
    pub content: Option<Vec<u8>>,
    /// The message whose file it is.
    pub source_message: Option<Uuid>,
    /// Where it is in that message, in the provider's words.
    pub source_part: Option<String>,
    /// When it was attached.
    pub created_at: DateTimeUtc,
    /// The mail it is attached to.
    #[sea_orm(belongs_to, from = "mail_id", to = "id", on_delete = "Cascade")]
    pub mail: BelongsTo<super::written_mails::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
