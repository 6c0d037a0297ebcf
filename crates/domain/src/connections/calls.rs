//! How often a provider was asked, for the record: by the hour, not by the call.

use super::Connections;
use crate::audit;
use entity::connected_accounts;
use sea_orm::DbErr;

impl Connections {
    /// Writes down how often a provider was asked; `action` says for what (`api.mail.read`).
    pub(crate) async fn count_calls(
        &self,
        account: &connected_accounts::Model,
        action: &'static str,
        calls: i64,
    ) -> Result<(), DbErr> {
        let entry = audit::Entry {
            user: Some(account.user_id),
            connection: Some(account.id),
            action,
            outcome: "done",
            ..audit::Entry::default()
        };
        audit::count(&self.db, &*self.clock, entry, calls).await
    }
}
