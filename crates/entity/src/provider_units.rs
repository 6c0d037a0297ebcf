//! What a provider's quota went to, by the hour: all processes add to the same rows.

use sea_orm::entity::prelude::*;

/// One hour.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_units")]
pub struct Model {
    /// Whose quota.
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider: String,
    /// When the hour began.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour: DateTimeUtc,
    /// Units spent in it, by everybody.
    pub units: i64,
}

impl ActiveModelBehavior for ActiveModel {}
