//! What was found when everything was listed again, because the place in the provider's history was lost.

use sea_orm::entity::prelude::*;

/// The newest time a feed was listed again.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rereads")]
pub struct Model {
    /// The feed that was listed again.
    #[sea_orm(primary_key, auto_increment = false)]
    pub feed_id: Uuid,
    /// When it began.
    pub began_at: DateTimeUtc,
    /// When the list was whole.
    pub ended_at: Option<DateTimeUtc>,
    /// Items at the provider that were not known here.
    pub missing: i64,
    /// Items known here that the provider has no more.
    pub deleted: i64,
    /// The feed that was listed again.
    #[sea_orm(belongs_to, from = "feed_id", to = "id", on_delete = "Cascade")]
    pub feed: BelongsTo<super::sync_feeds::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
