//! What a person chose to leave out of a connection.

use sea_orm::entity::prelude::*;

/// One choice.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exclusions")]
pub struct Model {
    /// The connection.
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: Uuid,
    /// `spam_and_bin`, `older_than` or `label`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// The day, or the provider's id of the label; empty for `spam_and_bin`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
    /// When it was chosen.
    pub created_at: DateTimeUtc,
    /// The connection.
    #[sea_orm(belongs_to, from = "connection_id", to = "id", on_delete = "Cascade")]
    pub connection: BelongsTo<super::connected_accounts::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
