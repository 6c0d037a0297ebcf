//! Mail: what a list shows and a search finds. Bodies are in `message_bodies`, so that a list reads little.

#![expect(clippy::struct_excessive_bools, reason = "each is a column that lists are filtered by")]

use sea_orm::entity::prelude::*;

/// One message of a connected account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The account it lies in.
    pub connection_id: Uuid,
    /// The account's person, repeated here so that lists over all accounts need no join.
    pub user_id: Uuid,
    /// The provider's name for the message; unique per connection.
    pub remote_id: String,
    /// The provider's name for the conversation.
    pub thread_remote_id: String,
    /// The provider's change number when it was read; tells an old copy from a newer one.
    pub history_id: Option<i64>,
    /// `Message-ID` header.
    pub rfc_message_id: Option<String>,
    /// Name in the `From` header; may be empty.
    pub sender_name: String,
    /// Address in the `From` header, lower-cased; may be empty.
    pub sender_address: String,
    /// `To` and `Cc`, as one line for the screen and the search.
    pub recipients: String,
    /// `Subject` header, decoded; may be empty.
    pub subject: String,
    /// First words of the body, as plain text.
    pub snippet: String,
    /// When the provider received it.
    pub received_at: DateTimeUtc,
    /// Size of the whole message in bytes.
    pub size: i64,
    /// Whether it has not been read yet.
    pub unread: bool,
    /// Whether it is starred or flagged.
    pub starred: bool,
    /// Whether it is in the inbox.
    pub in_inbox: bool,
    /// Whether it is in spam or in the bin: left out of every list that does not ask for it.
    pub hidden: bool,
    /// Whether something is attached that is not part of the text.
    pub has_attachments: bool,
    /// Its place in the index of words; `None` while its words are not in it.
    pub search_key: Option<i64>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// The account it lies in.
    #[sea_orm(belongs_to, from = "connection_id", to = "id", on_delete = "Cascade")]
    pub connection: BelongsTo<super::connected_accounts::Entity>,
    /// The account's person.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
    /// Its text.
    #[sea_orm(has_one)]
    pub body: HasOne<super::message_bodies::Entity>,
    /// Files that came with it.
    #[sea_orm(has_many)]
    pub attachments: HasMany<super::attachments::Entity>,
    /// Labels it carries.
    #[sea_orm(has_many, via = "message_labels")]
    pub labels: HasMany<super::labels::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
