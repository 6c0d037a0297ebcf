//! What somebody claims and has yet to prove: by a link that is mailed, by coming back in the same browser, or both. Nothing in
//! a row takes effect before.

use sea_orm::entity::prelude::*;

/// One claim, used once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proofs")]
pub struct Model {
    /// Identifier; the mailed token is derived from it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `reset` (a new password), `sign_up` (a new account with a password), `entry` (a provider's account that nobody here has
    /// yet) or `address` (the address of an account).
    pub kind: String,
    /// Whose claim it is, where that is known beforehand.
    pub user_id: Option<Uuid>,
    /// The address it is about, normalised.
    pub email: String,
    /// Given name of the account to be made.
    pub first_name: String,
    /// Family name of the account to be made.
    pub last_name: String,
    /// Password of the account to be made, as in `identities`.
    pub password_hash: Option<String>,
    /// `google` or `microsoft`; only for `entry`.
    pub identity_kind: Option<String>,
    /// As in `identities`; only for `entry`.
    pub issuer: Option<String>,
    /// As in `identities`; only for `entry`.
    pub subject: Option<String>,
    /// As in `identities`; only for `entry`.
    pub pairwise_subject: Option<String>,
    /// SHA-256 of the cookie of the browser that claims; only for `entry`. Unique.
    #[sea_orm(unique)]
    pub browser_hash: Option<Vec<u8>>,
    /// SHA-256 of the mailed token, unique; empty until the mail is written.
    #[sea_orm(unique)]
    pub token_hash: Option<Vec<u8>>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it can no longer be proven.
    pub expires_at: DateTimeUtc,
    /// Whose claim it is.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<Option<super::users::Entity>>,
    /// Mails about it.
    #[sea_orm(has_many)]
    pub notifications: HasMany<super::notifications::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
