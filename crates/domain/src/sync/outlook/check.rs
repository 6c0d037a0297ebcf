//! Outlook's folders beside our ledger of them.

use super::folders;
use crate::{
    connections::AccessToken,
    providers::{Caller, ProviderError, budget::Urgency, microsoft::mail::OutlookMail},
    sync::{
        CheckError, Stage, Sync,
        checked::Check,
        compare::{Changes, Comparison},
    },
};
use chrono::{DateTime, Utc};
use entity::{connected_accounts, feed_items, messages, sync_feeds};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use std::collections::HashSet;

impl Sync {
    /// Every folder's ids beside those of its feed. What differs is looked at once more, one by one: it may only have
    /// moved, come or gone meanwhile.
    pub(in crate::sync) async fn compare_outlook(
        &self,
        outlook: &OutlookMail,
        root: &sync_feeds::Model,
        account: &connected_accounts::Model,
        started_at: DateTime<Utc>,
    ) -> Result<Comparison, CheckError> {
        if root.stage != Stage::Live.as_str() {
            return Err(CheckError::TooEarly);
        }
        let mut whole = Comparison::default();
        for folder in folders::of(&self.connections.db, account.id).await? {
            let mut listed = HashSet::new();
            let mut link: Option<String> = None;
            loop {
                let token = self.connections.access_token(account.id).await?;
                let page = outlook.ids(caller(account, &token), &folder.remote_id, link.as_deref()).await;
                let (ids, next) = match page {
                    // It went since the folders were listed.
                    Err(ProviderError::Gone) => break,
                    page => self.heeded(account, &token, page).await?,
                };
                listed.extend(ids);
                self.count_calls(account, 1).await?;
                link = next;
                let so_far = i64::try_from(listed.len()).unwrap_or(i64::MAX) + whole.provider();
                self.keep_check(Check { provider: so_far, ..Check::begun(started_at) }, root.id).await?;
                self.tell_checked(account).await;
                if link.is_none() {
                    break;
                }
            }
            whole.add(Comparison::make(&self.connections.db, folder.id, account.id, listed).await?);
        }
        // A message that moved while the folders were read is missing in one and left over in another.
        let moved: HashSet<String> = whole.missing.intersection(&whole.extra).cloned().collect();
        whole.forgive(&Changes { added: moved, deleted: HashSet::new() });
        let changes = self.changes_meanwhile(outlook, account, &whole).await?;
        whole.forgive(&changes);
        Ok(whole)
    }

    async fn changes_meanwhile(
        &self,
        outlook: &OutlookMail,
        account: &connected_accounts::Model,
        found: &Comparison,
    ) -> Result<Changes, CheckError> {
        let mut changes = Changes::default();
        let folders = folders::of(&self.connections.db, account.id).await?;
        for id in found.missing.union(&found.extra) {
            let token = self.connections.access_token(account.id).await?;
            self.count_calls(account, 1).await?;
            let message = match outlook.message(caller(account, &token), id).await {
                Err(ProviderError::Gone) => None,
                message => Some(self.heeded(account, &token, message).await?),
            };
            let agrees = self.agrees(account, &folders, id, message.is_some()).await?;
            // It arrived after its folder was read last.
            let is_new = message.as_ref().is_some_and(|message| {
                let folder = folders.iter().find(|folder| folder.remote_id == message.parent_folder_id);
                folder.and_then(|folder| folder.last_synced_at).is_none_or(|read| message.received_date_time > read)
            });
            if agrees || is_new {
                changes.added.insert(id.clone());
            }
        }
        Ok(changes)
    }

    /// Whether ledger and messages say of this id what the provider says now: there, and here when it is called stored; or
    /// neither.
    async fn agrees(
        &self,
        account: &connected_accounts::Model,
        folders: &[sync_feeds::Model],
        id: &str,
        is_there: bool,
    ) -> Result<bool, DbErr> {
        let item = feed_items::Entity::find()
            .filter(feed_items::Column::FeedId.is_in(folders.iter().map(|folder| folder.id)))
            .filter(feed_items::Column::RemoteId.eq(id))
            .one(&self.connections.db)
            .await?;
        let kept = messages::Entity::find()
            .filter(messages::Column::ConnectionId.eq(account.id))
            .filter(messages::Column::RemoteId.eq(id))
            .count(&self.connections.db)
            .await?;
        Ok(match item {
            Some(item) => is_there && (item.state != "stored" || kept > 0),
            None => !is_there && kept == 0,
        })
    }
}

fn caller<'a>(account: &'a connected_accounts::Model, token: &'a AccessToken) -> Caller<'a> {
    Caller { person: &account.subject, token: &token.0, urgency: Urgency::Background }
}
