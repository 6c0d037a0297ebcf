//! What a listing found and what became of each item: the proof that nothing was lost between listing and fetching.

use sea_orm::entity::prelude::*;

/// One listed item of a feed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_items")]
pub struct Model {
    /// The feed it was listed in.
    #[sea_orm(primary_key, auto_increment = false)]
    pub feed_id: Uuid,
    /// The provider's name for the item.
    #[sea_orm(primary_key, auto_increment = false)]
    pub remote_id: String,
    /// The provider's name for its conversation.
    pub thread_remote_id: String,
    /// Order of fetching, lower first.
    pub rank: i64,
    /// `pending`, `stored`, `excluded` or `failed`.
    pub state: String,
    /// How often fetching was tried.
    pub attempts: i32,
    /// Not before this instant.
    pub next_try_at: Option<DateTimeUtc>,
    /// Short code of the last failure.
    pub problem: Option<String>,
    /// The choice for which it is left out.
    pub reason: Option<String>,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// The feed it was listed in.
    #[sea_orm(belongs_to, from = "feed_id", to = "id", on_delete = "Cascade")]
    pub feed: BelongsTo<super::sync_feeds::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
