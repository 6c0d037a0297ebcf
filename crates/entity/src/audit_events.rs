//! Who did what, append-only. It refers to people and connections without foreign keys, because it outlives them.

use sea_orm::entity::prelude::*;

/// One thing that happened.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    /// Identifier, version 7: sorts by time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who did it, or whom it happened to; empty when unknown.
    pub user_id: Option<Uuid>,
    /// The connection it was about.
    pub connection_id: Option<Uuid>,
    /// What was done, as a dotted name.
    pub action: String,
    /// How it ended.
    pub outcome: String,
    /// Network address it came from; empty for background work.
    pub address: Option<String>,
    /// Short further text; no token, address or subject of mail.
    pub detail: Option<String>,
    /// How often it happened, for what is counted by the hour.
    pub times: i64,
    /// When it happened; the hour, for what is counted.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
