//! Receipts: which connection was taken apart, what went with it, and what the provider was told.

use sea_orm::entity::prelude::*;

/// One connection that was disconnected.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disconnections")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose connection it was.
    pub user_id: Uuid,
    /// The connection, which is gone when this is finished; unique.
    #[sea_orm(unique)]
    pub connection_id: Uuid,
    /// `google` or `microsoft`.
    pub provider: String,
    /// Address of the account.
    pub address: String,
    /// Number of messages that were stored when it began.
    pub messages: i64,
    /// What became of the grant at the provider: `pending` until it is known, `revoked`, `kept` because something else
    /// here needs it, `unsupported` by the provider, `failed`, or `nothing` when there was no token left.
    pub revocation: String,
    /// When the person pressed; the tokens were deleted at that moment.
    pub started_at: DateTimeUtc,
    /// When the last of the synced data was deleted.
    pub finished_at: Option<DateTimeUtc>,
    /// Whose connection it was.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
