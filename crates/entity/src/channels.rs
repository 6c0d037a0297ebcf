//! How providers tell of news in a mailbox by themselves: a watch at Gmail, a subscription at Graph.

use sea_orm::entity::prelude::*;

/// The one channel of a connection.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channels")]
pub struct Model {
    /// Whose news.
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: Uuid,
    /// Where it is told: a topic of Pub/Sub, or an address of ours.
    pub target: String,
    /// What the provider calls it in its news: at Google the mailbox's address in lower case, at Microsoft the id of the
    /// subscription. Empty while there is none.
    pub remote_id: Option<String>,
    /// SHA-256 of the secret that Graph sends along.
    pub secret_hash: Option<Vec<u8>>,
    /// When it ends unless it is renewed; in the past while there is none.
    pub expires_at: DateTimeUtc,
    /// When it is renewed.
    pub renew_at: DateTimeUtc,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Whose news.
    #[sea_orm(belongs_to, from = "connection_id", to = "id", on_delete = "Cascade")]
    pub connection: BelongsTo<super::connected_accounts::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
