//! Visits to a provider's consent page, from the click to the answer. The row, not a message between windows, is how the
//! opener learns the outcome.

use sea_orm::entity::prelude::*;

/// One visit to a provider, consumed once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_attempts")]
pub struct Model {
    /// Chosen by the window that opens the popup, so that it can ask for the outcome.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `google` or `microsoft`.
    pub provider: String,
    /// Issuer that the answer must come from.
    pub issuer: String,
    /// `sign_in`, `connect`, `grant` (more features) or `repair`.
    pub purpose: String,
    /// Who began it; empty when nobody was signed in.
    pub user_id: Option<Uuid>,
    /// Browser session it began in; empty when nobody was signed in.
    pub session_id: Option<Uuid>,
    /// The connection being repaired or widened, or the one that was made.
    pub connection_id: Option<Uuid>,
    /// Features asked for, separated by spaces; empty for a mere sign-in.
    pub features: String,
    /// Path of ours to go to when there is no opener to return to.
    pub return_to: Option<String>,
    /// Whether it runs in a popup, which closes at the end, or in the page itself.
    pub popup: bool,
    /// SHA-256 of the `state` parameter, unique.
    #[sea_orm(unique)]
    pub state_hash: Vec<u8>,
    /// SHA-256 of the cookie that ties the answer to the browser that began.
    pub browser_hash: Vec<u8>,
    /// Sealed PKCE verifier and nonce; cleared when finished.
    pub sealed_secrets: Option<Vec<u8>>,
    /// `pending`, `succeeded`, `denied`, `failed` or `expired`.
    pub outcome: String,
    /// Short code of what went wrong, for the sentence on the screen.
    pub problem: Option<String>,
    /// Features that were asked for and not granted, separated by spaces; once it has succeeded.
    pub refused_features: Option<String>,
    /// The mailbox that was chosen, when it is another than the one to repair.
    pub chosen_address: Option<String>,
    /// When the person clicked.
    pub created_at: DateTimeUtc,
    /// When an answer is no longer accepted.
    pub expires_at: DateTimeUtc,
    /// When the outcome was decided.
    pub finished_at: Option<DateTimeUtc>,
    /// Who began it.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<Option<super::users::Entity>>,
    /// Browser session it began in.
    #[sea_orm(belongs_to, from = "session_id", to = "id", on_delete = "SetNull")]
    pub session: BelongsTo<Option<super::sessions::Entity>>,
    /// The connection it is about.
    #[sea_orm(belongs_to, from = "connection_id", to = "id", on_delete = "Cascade")]
    pub connection: BelongsTo<Option<super::connected_accounts::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
