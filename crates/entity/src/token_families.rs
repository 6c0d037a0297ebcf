//! The token pairs that programs were given: one family each, from the first pair to the last.

use sea_orm::entity::prelude::*;

/// One token pair with all its successors.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "token_families")]
pub struct Model {
    /// Identifier, shown in the list of programs; it is not the secret.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// For whom the program speaks.
    pub user_id: Uuid,
    /// What the person calls the program; may be empty.
    pub name: String,
    /// Network address it was last used from.
    pub address: String,
    /// When the first pair was made.
    pub created_at: DateTimeUtc,
    /// When a pair was last given out.
    pub last_used_at: DateTimeUtc,
    /// When the newest refresh token ends.
    pub expires_at: DateTimeUtc,
    /// When it was ended before its time.
    pub ended_at: Option<DateTimeUtc>,
    /// `revoked` by the person or the program, or `reused`: an old refresh token came back.
    pub end_reason: Option<String>,
    /// For whom the program speaks.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
    /// Every refresh token of the family.
    #[sea_orm(has_many)]
    pub refresh_tokens: HasMany<super::refresh_tokens::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
