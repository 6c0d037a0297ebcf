//! How often a provider was asked for mail.

use super::Sync;
use entity::connected_accounts;
use sea_orm::DbErr;

impl Sync {
    /// Writes down how often a provider was asked for mail.
    pub(crate) async fn count_calls(&self, account: &connected_accounts::Model, calls: i64) -> Result<(), DbErr> {
        self.connections.count_calls(account, "api.mail.read", calls).await
    }
}
