//! Mails that people write: drafts and the outbox.

use sea_orm::entity::prelude::*;

/// One mail, from its first letter until some days after it was sent.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "written_mails")]
pub struct Model {
    /// Identifier, version 7: sorts by when it was begun.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who writes it.
    pub user_id: Uuid,
    /// The account it is sent from.
    pub connection_id: Uuid,
    /// What it began as: `new`, `reply`, `reply_all` or `forward`.
    pub kind: String,
    /// The message that it answers or passes on, which may be gone by now.
    pub about: Option<Uuid>,
    /// The provider's name for the conversation it belongs to, if that lies in the same account.
    pub thread_remote_id: Option<String>,
    /// `Message-ID` of the answered mail, with its angle brackets.
    pub in_reply_to: Option<String>,
    /// `Message-ID`s of the conversation so far, separated by spaces; may be empty.
    pub references_line: String,
    /// Recipients, as typed.
    pub to_line: String,
    /// Recipients of a copy, as typed.
    pub cc_line: String,
    /// Recipients whom the others do not see, as typed.
    pub bcc_line: String,
    /// Subject, as typed.
    pub subject: String,
    /// Plain text, as typed.
    pub body: String,
    /// Whether a person changed anything of what it began as.
    pub touched: bool,
    /// Counts the times it was saved.
    pub version: i32,
    /// `writing`, `queued`, `sending`, `sent` or `failed`.
    pub state: String,
    /// When the state was entered.
    pub state_since: DateTimeUtc,
    /// Short code of why it failed.
    pub reason: Option<String>,
    /// When it leaves, once it is queued.
    pub send_at: Option<DateTimeUtc>,
    /// Its own `Message-ID`, with angle brackets, from the moment it was first queued; the same at every try.
    pub rfc_message_id: Option<String>,
    /// What the provider was asked last, written down before it is asked: `none` (nothing that counts any more),
    /// `drafting` (to make a draft), `drafted` (it did), `asked` (to send).
    pub step: String,
    /// When the provider is asked again.
    pub again_at: Option<DateTimeUtc>,
    /// The provider's name for the draft, later for the sent mail.
    pub remote_id: Option<String>,
    /// When it was begun.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Who writes it.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
    /// The account it is sent from.
    #[sea_orm(belongs_to, from = "connection_id", to = "id", on_delete = "Cascade")]
    pub connection: BelongsTo<super::connected_accounts::Entity>,
    /// What is attached.
    #[sea_orm(has_many)]
    pub files: HasMany<super::written_files::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
