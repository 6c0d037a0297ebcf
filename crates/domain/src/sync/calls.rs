//! How often a provider was asked for mail, for the record: by the hour, not by the call.

use super::Sync;
use crate::audit;
use entity::connected_accounts;
use sea_orm::DbErr;

impl Sync {
    /// Writes down how often a provider was asked for mail.
    pub(super) async fn count_calls(&self, account: &connected_accounts::Model, calls: i64) -> Result<(), DbErr> {
        let entry = audit::Entry {
            user: Some(account.user_id),
            connection: Some(account.id),
            action: "api.mail.read",
            outcome: "done",
            ..audit::Entry::default()
        };
        audit::count(&self.connections.db, &*self.connections.clock, entry, calls).await
    }
}
