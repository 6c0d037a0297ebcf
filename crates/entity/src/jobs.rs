//! Background work that is yet to be done. A row is written in the transaction that makes the work necessary and goes when it
//! is done.

use sea_orm::entity::prelude::*;

/// One piece of work.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Which job it is.
    pub kind: String,
    /// JSON object of ids, never of personal data.
    pub payload: String,
    /// Enqueuing again under the same key changes nothing while this row is there.
    #[sea_orm(unique)]
    pub unique_key: Option<String>,
    /// Lower goes first: 0, 1 or 2.
    pub priority: i32,
    /// Not before this instant.
    pub run_at: DateTimeUtc,
    /// When the run that holds it began; empty while nobody does.
    pub started_at: Option<DateTimeUtc>,
    /// How often it failed since it last went well.
    pub attempts: i32,
    /// How often it was asked for again since the row was written: whoever runs it sees whether that changed meanwhile.
    pub asked: i32,
    /// Worker that has it.
    pub lease_owner: Option<Uuid>,
    /// When the worker's lease ends and another may take it.
    pub lease_until: Option<DateTimeUtc>,
    /// `queued`, or `dead` when given up.
    pub state: String,
    /// Short text of the last failure.
    pub last_problem: Option<String>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
