//! What people did to messages here, until their provider tells it back.

use sea_orm::entity::prelude::*;

/// The newest act on one aspect of one message.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "acts")]
pub struct Model {
    /// Whose mailbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: Uuid,
    /// The provider's id of the message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub remote_id: String,
    /// What of it: `read`, `star` or `place`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub aspect: String,
    /// `read`, `unread`, `star`, `unstar`, `inbox`, `restore`, `archive`, `unhide` or `bin`.
    pub act: String,
    /// Names this act: a later one on the same aspect has another name. Sorts by when it was said.
    pub said: Uuid,
    /// `pending`, `written` (the provider did it and has not told it back) or `refused`.
    pub state: String,
    /// Short code of why it was refused.
    pub reason: Option<String>,
    /// When the provider had done it.
    pub written_at: Option<DateTimeUtc>,
    /// When it was said.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Whose mailbox.
    #[sea_orm(belongs_to, from = "connection_id", to = "id", on_delete = "Cascade")]
    pub connection: BelongsTo<super::connected_accounts::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
