//! The ids a provider names while a mailbox is compared with it. Those that agree go at once; what is left differs.

use sea_orm::entity::prelude::*;

/// One id of one comparison.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "check_ids")]
pub struct Model {
    /// The comparison; made from the time it began.
    #[sea_orm(primary_key, auto_increment = false)]
    pub check_id: Uuid,
    /// The feed it was named in, or is known in.
    #[sea_orm(primary_key, auto_increment = false)]
    pub feed_id: Uuid,
    /// The provider's name for the item.
    #[sea_orm(primary_key, auto_increment = false)]
    pub remote_id: String,
    /// `named`: at the provider; `lost`: likewise, and called stored without a message; `extra`: only known here.
    pub found: String,
    /// The feed.
    #[sea_orm(belongs_to, from = "feed_id", to = "id", on_delete = "Cascade")]
    pub feed: BelongsTo<super::sync_feeds::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
