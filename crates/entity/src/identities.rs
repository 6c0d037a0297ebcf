//! The ways a person can prove who they are. Kept apart from `users` so that one person can have several, and so that a
//! provider's subject, never its address, decides who signs in.

use sea_orm::entity::prelude::*;

/// One way to sign in: a password, or an account at a provider.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identities")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The person this proves.
    pub user_id: Uuid,
    /// `password`, `google` or `microsoft`.
    pub kind: String,
    /// Who vouches for `subject`: the `iss` of the provider's ID token, or a fixed word for a password.
    pub issuer: String,
    /// Stable name of the person at the issuer (Google's `sub`, Microsoft's `tid:oid`); for a password, the person's id.
    /// Unique per issuer.
    pub subject: String,
    /// Microsoft's `sub`, which another app registration would see otherwise; kept, never looked up.
    pub pairwise_subject: Option<String>,
    /// Address the provider told last, for the screen; decides nothing.
    pub address: Option<String>,
    /// Argon2id string in PHC format; only for `password`.
    pub password_hash: Option<String>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// The person this proves.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
