//! Streams of a connection that are kept in step: a mailbox, a mail folder, a calendar.

use sea_orm::entity::prelude::*;

/// One stream and how far along it is.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sync_feeds")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The connection it is read through.
    pub connection_id: Uuid,
    /// `mailbox`, `folder` or `calendar`.
    pub kind: String,
    /// The provider's name for the stream; unique per connection and kind.
    pub remote_id: String,
    /// The label that its items carry, where it is a folder.
    pub label: Option<String>,
    /// `waiting`, `listing`, `fetching`, `catching_up`, `live`, `blocked` or `paused`.
    pub stage: String,
    /// The stage to go on with after `blocked` or `paused`.
    pub resumes_as: Option<String>,
    /// Where the next incremental read begins, in the provider's own words.
    pub cursor: Option<String>,
    /// Where an unfinished listing goes on.
    pub page_token: Option<String>,
    /// Number of items the provider says there are.
    pub expected: i64,
    /// Number of items whose name is known.
    pub listed: i64,
    /// Number of items kept here.
    pub stored: i64,
    /// Number of items that failed and wait for their next try.
    pub failed: i64,
    /// Number of items left out by the person's choice.
    pub excluded: i64,
    /// What is left of the first sync, in fetches: several items may come with one.
    pub work_left: i64,
    /// When the first listing began.
    pub started_at: Option<DateTimeUtc>,
    /// When everything listed had been fetched for the first time.
    pub completed_at: Option<DateTimeUtc>,
    /// When the stream was last known to be in step.
    pub last_synced_at: Option<DateTimeUtc>,
    /// When it is due again; empty while blocked.
    pub next_run_at: Option<DateTimeUtc>,
    /// Short code of the last failure; empty after a success.
    pub last_problem: Option<String>,
    /// Who is working on it.
    pub lease_owner: Option<Uuid>,
    /// When the worker's lease ends, done or not.
    pub lease_until: Option<DateTimeUtc>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// The connection it is read through.
    #[sea_orm(belongs_to, from = "connection_id", to = "id", on_delete = "Cascade")]
    pub connection: BelongsTo<super::connected_accounts::Entity>,
    /// Everything the listing found.
    #[sea_orm(has_many)]
    pub items: HasMany<super::feed_items::Entity>,
    /// The newest comparison with the provider.
    #[sea_orm(has_one)]
    pub check: HasOne<super::mailbox_checks::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether it is a whole mailbox, which has a job; folders are worked on by their mailbox's.
    pub fn is_mailbox(&self) -> bool {
        self.kind == "mailbox"
    }
}
