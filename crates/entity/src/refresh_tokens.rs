//! Refresh tokens of programs: hashes only, but for the twenty seconds in which a successor may be asked for again.

use sea_orm::entity::prelude::*;

/// One refresh token, used once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    /// Identifier; part of what the seal is bound to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The family it belongs to.
    pub family_id: Uuid,
    /// SHA-256 of the token, unique.
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    /// When it was given out.
    pub created_at: DateTimeUtc,
    /// When it is worth nothing any more, used or not.
    pub expires_at: DateTimeUtc,
    /// When it was exchanged for its successor.
    pub used_at: Option<DateTimeUtc>,
    /// How often it came again within its grace.
    pub replays: i32,
    /// The sealed successor, kept as long as the grace lasts.
    pub sealed_successor: Option<Vec<u8>>,
    /// The family it belongs to.
    #[sea_orm(belongs_to, from = "family_id", to = "id", on_delete = "Cascade")]
    pub family: BelongsTo<super::token_families::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
