//! What came of comparing a mailbox here with the provider's own list of it, the newest comparison only.

use sea_orm::entity::prelude::*;

/// One comparison: the numbers add up to what the provider has.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mailbox_checks")]
pub struct Model {
    /// The feed that was compared.
    #[sea_orm(primary_key, auto_increment = false)]
    pub feed_id: Uuid,
    /// Number of ids the provider has named so far.
    pub listed: i64,
    /// Of these, with a message here.
    pub stored: i64,
    /// Of these, left out by the person's choice.
    pub excluded: i64,
    /// Of these, given up on until their next try.
    pub failed: i64,
    /// Of these, not tried yet.
    pub pending: i64,
    /// Of these, not known here.
    pub missing: i64,
    /// Known here, and not at the provider.
    pub extra: i64,
    /// Messages compared with the provider's, picked at random.
    pub sampled: i64,
    /// Of these, with the same labels.
    pub labels_agree: i64,
    /// Of these, with the same text.
    pub bodies_agree: i64,
    /// When the comparison began.
    pub started_at: DateTimeUtc,
    /// When it ended.
    pub finished_at: Option<DateTimeUtc>,
    /// The feed that was compared.
    #[sea_orm(belongs_to, from = "feed_id", to = "id", on_delete = "Cascade")]
    pub feed: BelongsTo<super::sync_feeds::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
