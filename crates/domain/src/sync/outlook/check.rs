//! Outlook's folders beside our ledger of them.

use super::folders;
use crate::{
    connections::AccessToken,
    mail,
    providers::{
        Caller, ProviderError,
        budget::Urgency,
        microsoft::mail::{Delta, Link, OutlookMail, OutlookMessage, Partly},
    },
    sync::{CheckError, Stage, compare::Comparison, named, sample::Sample},
};
use entity::{connected_accounts, feed_items, messages, sync_feeds};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// What differs is looked at one by one, so many at a time …
const AT_ONCE: u64 = 200;
/// … and so many at most: more is no coincidence.
const MOST: usize = 1_000;
/// Lines of a round that is only looked at.
const PAGE: u32 = 200;

impl Comparison<'_> {
    /// Every folder's ids beside those of its feed, and some messages whole. What differs is looked at once more, one by
    /// one: it may only have moved, come or gone meanwhile.
    pub(in crate::sync) async fn with_outlook(&mut self, outlook: &OutlookMail) -> Result<Sample, CheckError> {
        if self.feed.stage != Stage::Live.as_str() {
            return Err(CheckError::TooEarly);
        }
        let folders = folders::of(self.db(), self.account.id).await?;
        for folder in &folders {
            self.list_folder(outlook, folder).await?;
            self.walk(folder.id).await?;
        }
        // A message that moved while the folders were read is missing in one and left over in another.
        named::forgive_moved(self.db(), self.id).await?;
        self.look_again(outlook).await?;
        let mut sample = self.sample_of(outlook, &folders).await?;
        let doubtful: BTreeSet<Uuid> = sample.differing().map(|(feed, _)| feed).collect();
        for folder in folders.iter().filter(|folder| doubtful.contains(&folder.id)) {
            let changed = self.changed_since(outlook, folder, &sample).await?;
            sample.forgive(&changed);
        }
        Ok(sample)
    }

    async fn list_folder(&mut self, outlook: &OutlookMail, folder: &sync_feeds::Model) -> Result<(), CheckError> {
        let mut link: Option<String> = None;
        loop {
            let token = self.sync.connections.access_token(self.account.id).await?;
            let page = outlook.ids(caller(self.account, &token), &folder.remote_id, link.as_deref()).await;
            let (ids, next) = match page {
                // It went since the folders were listed.
                Err(ProviderError::Gone) => return Ok(()),
                page => self.sync.heeded(self.account, &token, page).await?,
            };
            self.sync.count_calls(self.account, 1).await?;
            self.note_page(folder.id, &ids).await?;
            link = next;
            if link.is_none() {
                return Ok(());
            }
        }
    }

    async fn look_again(&self, outlook: &OutlookMail) -> Result<(), CheckError> {
        let (mut last, mut looked_at) = (String::new(), 0);
        while looked_at < MOST {
            let differing = named::differing(self.db(), self.id, &last, AT_ONCE).await?;
            let Some(newest) = differing.last() else { return Ok(()) };
            (last, looked_at) = (newest.clone(), looked_at + differing.len());
            let mut settled = Vec::new();
            for id in differing {
                if self.only_changed(outlook, &id).await? {
                    settled.push(id);
                }
            }
            named::agree(self.db(), self.id, None, &settled).await?;
        }
        Ok(())
    }

    async fn only_changed(&self, outlook: &OutlookMail, id: &str) -> Result<bool, CheckError> {
        let folders = folders::of(self.db(), self.account.id).await?;
        let message = self.message(outlook, id).await?;
        let agrees = self.ledger_agrees(&folders, id, message.is_some()).await?;
        // It arrived after its folder was read last.
        let is_new = message.is_some_and(|message| {
            let folder = folders.iter().find(|folder| folder.remote_id == message.parent_folder_id);
            folder.and_then(|folder| folder.last_synced_at).is_none_or(|read| message.received_date_time > read)
        });
        Ok(agrees || is_new)
    }

    /// A message, if there is one.
    async fn message(&self, outlook: &OutlookMail, id: &str) -> Result<Option<OutlookMessage>, CheckError> {
        let token = self.sync.connections.access_token(self.account.id).await?;
        self.sync.count_calls(self.account, 1).await?;
        match outlook.message(caller(self.account, &token), id).await {
            Err(ProviderError::Gone) => Ok(None),
            message => Ok(Some(self.sync.heeded(self.account, &token, message).await?)),
        }
    }

    /// Whether ledger and messages say of this id what the provider says now: there, and here when it is called stored; or
    /// neither.
    async fn ledger_agrees(&self, folders: &[sync_feeds::Model], id: &str, is_there: bool) -> Result<bool, DbErr> {
        let item = feed_items::Entity::find()
            .filter(feed_items::Column::FeedId.is_in(folders.iter().map(|folder| folder.id)))
            .filter(feed_items::Column::RemoteId.eq(id))
            .one(self.db())
            .await?;
        let kept = messages::Entity::find()
            .filter(messages::Column::ConnectionId.eq(self.account.id))
            .filter(messages::Column::RemoteId.eq(id))
            .count(self.db())
            .await?;
        Ok(match item {
            Some(item) => is_there && (item.state != "stored" || kept > 0),
            None => !is_there && kept == 0,
        })
    }

    /// Fetches what was picked and lays it beside what is stored. What cannot be had now is no part of the sample.
    async fn sample_of(&mut self, outlook: &OutlookMail, folders: &[sync_feeds::Model]) -> Result<Sample, CheckError> {
        let mut sample = Sample::default();
        for (feed, id) in self.picked() {
            let mut here = mail::kept(self.db(), self.account.id, [id.as_str()]).await?;
            let there = match self.message(outlook, &id).await {
                Err(CheckError::Provider(ProviderError::Unavailable { .. } | ProviderError::Broken { .. })) => None,
                there => there?,
            };
            let Some((here, there)) = here.remove(&id).zip(there) else { continue };
            let Some(folder) = folders.iter().find(|folder| folder.remote_id == there.parent_folder_id) else {
                continue;
            };
            let label = folder.label.as_deref().unwrap_or(&folder.remote_id);
            sample.judge(feed, &id, &here, &mail::read_outlook(there, label));
        }
        Ok(sample)
    }

    /// Of what differs, what Graph tells to have changed since the folder was read last. Nothing of it is stored.
    async fn changed_since(
        &self,
        outlook: &OutlookMail,
        folder: &sync_feeds::Model,
        sample: &Sample,
    ) -> Result<HashSet<String>, CheckError> {
        let wanted: HashSet<String> =
            sample.differing().filter(|(feed, _)| *feed == folder.id).map(|(_, id)| id.to_owned()).collect();
        // It is being read from the beginning just now.
        let Some(mut link) = folder.cursor.clone() else { return Ok(wanted) };
        let mut changed = HashSet::new();
        loop {
            let token = self.sync.connections.access_token(self.account.id).await?;
            self.sync.count_calls(self.account, 1).await?;
            let asked = caller(self.account, &token);
            let round = match outlook.messages(asked, &folder.remote_id, Some(&link), PAGE).await {
                Err(ProviderError::CursorLost) => return Ok(wanted),
                round => self.sync.heeded(self.account, &token, round).await?,
            };
            for line in round.items {
                let (Delta::Removed(id)
                | Delta::Unreadable(id, _)
                | Delta::Partly(Partly { id, .. })
                | Delta::Here(OutlookMessage { id, .. })) = line;
                if wanted.contains(&id) {
                    changed.insert(id);
                }
            }
            match round.link {
                Link::Next(next) => link = next,
                Link::Delta(_) => return Ok(changed),
            }
        }
    }
}

fn caller<'a>(account: &'a connected_accounts::Model, token: &'a AccessToken) -> Caller<'a> {
    Caller { person: &account.subject, token: &token.0, urgency: Urgency::Background }
}
