//! What people are told, by mail and on screen. A row is written in the transaction that makes it true.

use sea_orm::entity::prelude::*;

/// One thing to tell one person.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
pub struct Model {
    /// Identifier, version 7: sorts by time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What it is about; names the text.
    pub kind: String,
    /// Whom it is for; empty when the person is known by the proof's address only.
    pub user_id: Option<Uuid>,
    /// The claim whose link it carries.
    pub proof_id: Option<Uuid>,
    /// A word for the text, such as a provider; no secret.
    pub detail: Option<String>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When the mail left, or was found to be for nobody.
    pub sent_at: Option<DateTimeUtc>,
    /// When the person put it away on screen.
    pub read_at: Option<DateTimeUtc>,
    /// Whom it is for.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<Option<super::users::Entity>>,
    /// The claim whose link it carries.
    #[sea_orm(belongs_to, from = "proof_id", to = "id", on_delete = "Cascade")]
    pub proof: BelongsTo<Option<super::proofs::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
