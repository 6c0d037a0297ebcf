//! What a search at Graph found, before everything else.

use super::{Mailbox, store::Page};
use crate::{
    database::begin_write,
    providers::{
        ProviderError,
        budget::Urgency,
        microsoft::mail::{Delta, IN_BACKGROUND, OutlookMessage},
    },
    sync::{
        run::{Credentials, StepError},
        sought,
    },
};
use futures::{StreamExt, stream};
use sea_orm::DbErr;
use std::collections::HashMap;

/// Messages fetched in one go.
const AT_ONCE: u64 = 25;

impl Mailbox<'_> {
    /// Whether somebody waits for what a search found.
    pub(super) async fn is_sought(&self) -> Result<bool, DbErr> {
        sought::is_any(self.run.db(), self.run.account.id).await
    }

    /// Fetches what was found and stores it in its folders: a person waits. Whether there was anything.
    pub(super) async fn fetch_sought(&mut self) -> Result<bool, StepError> {
        let (db, connection) = (self.run.db().clone(), self.run.account.id);
        let found = sought::next(&db, connection, AT_ONCE).await?;
        if found.is_empty() {
            return Ok(false);
        }
        let ids: Vec<String> = found.into_iter().map(|one| one.id).collect();
        // After a death everything goes the careful way: with its folder.
        if !self.run.caution.is_on() {
            let credentials = self.run.credentials(Urgency::Interactive).await?;
            let mut by_folder = self.fetch_found(&credentials, &ids).await?;
            let folders = self.folders().await?;
            for folder in folders {
                let Some(items) = by_folder.remove(&folder.remote_id) else { continue };
                let mut run = self.run.of_folder(folder);
                run.take_over_folder().await?;
                self.store_page(&mut run, Page { items, link: None }).await?;
            }
        }
        let tx = begin_write(&db).await?;
        sought::settle(&tx, connection, &ids).await?;
        tx.commit().await?;
        self.tell(true).await;
        Ok(true)
    }

    /// The messages that are still there, by the folders they are in. What cannot be read comes with its folder, and fails there.
    async fn fetch_found(
        &self,
        credentials: &Credentials,
        ids: &[String],
    ) -> Result<HashMap<String, Vec<Delta<OutlookMessage>>>, StepError> {
        let ask = |id: String| async move {
            match self.outlook.message(credentials.caller(), &id).await {
                Ok(message) => Ok(Some(message)),
                Err(ProviderError::Gone) => Ok(None),
                Err(error) if self.is_of_one(credentials, &error).await => Ok(None),
                Err(error) => Err(error),
            }
        };
        let answers: Vec<_> =
            stream::iter(ids.iter().cloned().map(ask)).buffer_unordered(IN_BACKGROUND).collect().await;
        let mut by_folder: HashMap<String, Vec<_>> = HashMap::new();
        for answer in answers {
            if let Some(message) = answer? {
                by_folder.entry(message.parent_folder_id.clone()).or_default().push(Delta::Here(message));
            }
        }
        Ok(by_folder)
    }
}
