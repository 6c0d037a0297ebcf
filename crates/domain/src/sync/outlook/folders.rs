//! Which folders there are. Each is a feed and a label.

use super::Mailbox;
use crate::{
    connections::new_feed,
    database::begin_write,
    mail,
    providers::{
        ProviderError,
        budget::Urgency,
        google::gmail::LabelInfo,
        microsoft::mail::{Delta, FolderInfo, Link, WELL_KNOWN},
    },
    sync::{looking, run::StepError},
};
use entity::sync_feeds::{self, Column as C};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use std::collections::HashMap;
use uuid::Uuid;

/// What messages carry besides their folder.
const MARKS: [&str; 2] = ["UNREAD", "STARRED"];

/// The folders of a connection, the inbox first: what people wait for is in it.
pub(in crate::sync) async fn of(db: &impl ConnectionTrait, connection: Uuid) -> Result<Vec<sync_feeds::Model>, DbErr> {
    let mut folders = sync_feeds::Entity::find()
        .filter(C::ConnectionId.eq(connection))
        .filter(C::Kind.eq("folder"))
        .order_by_asc(C::CreatedAt)
        .order_by_asc(C::Id)
        .all(db)
        .await?;
    folders.sort_by_key(|folder| match folder.label.as_deref() {
        Some("INBOX") => 0,
        Some("SENT") => 1,
        Some("TRASH" | "SPAM") => 3,
        _ => 2,
    });
    Ok(folders)
}

impl Mailbox<'_> {
    /// The folders, the inbox first.
    pub(super) async fn folders(&self) -> Result<Vec<sync_feeds::Model>, DbErr> {
        of(self.run.db(), self.run.account.id).await
    }

    /// Follows the list of folders to its end: new ones get a feed, and those that went are forgotten.
    pub(super) async fn learn_folders(&mut self) -> Result<(), StepError> {
        let known = if self.run.feed.cursor.is_none() { self.well_known().await? } else { HashMap::new() };
        let mut link = self.run.feed.cursor.clone();
        loop {
            let credentials = self.run.credentials(Urgency::Background).await?;
            let page = self.outlook.folders(credentials.caller(), link.as_deref()).await?;
            // The link that told of nothing is as good as the one that comes with it.
            if page.items.is_empty()
                && link.is_some()
                && matches!(page.link, Link::Delta(_))
                && link == self.run.feed.cursor
            {
                return Ok(());
            }
            let tx = begin_write(self.run.db()).await?;
            for item in page.items {
                match item {
                    Delta::Here(folder) => self.keep_folder(&tx, &known, folder).await?,
                    Delta::Removed(id) => self.forget_folder(&tx, &id).await?,
                    Delta::Partly(_) => {}
                    // Its mail can be read all the same.
                    Delta::Unreadable(id, error) => {
                        tracing::warn!(folder = id, %error, "sync.folder_unreadable");
                        let folder = FolderInfo { display_name: id.clone(), id, total_item_count: 0 };
                        self.keep_folder(&tx, &known, folder).await?;
                    }
                }
            }
            let (next, delta) = match page.link {
                Link::Next(next) => (Some(next), None),
                Link::Delta(delta) => (None, Some(delta)),
            };
            if delta.is_some() && delta != self.run.feed.cursor {
                let feed = self.run.change(&tx, |row| row.cursor = Set(delta)).await?;
                tx.commit().await?;
                self.run.feed = feed;
            } else {
                tx.commit().await?;
            }
            link = next;
            if link.is_none() {
                return Ok(());
            }
        }
    }

    /// The ids of the folders that mean something, and their labels here.
    async fn well_known(&mut self) -> Result<HashMap<String, &'static str>, StepError> {
        let mut known = HashMap::new();
        for (name, label) in WELL_KNOWN {
            let credentials = self.run.credentials(Urgency::Screenful).await?;
            match self.outlook.folder_id(credentials.caller(), name).await {
                Ok(id) => drop(known.insert(id, label)),
                Err(ProviderError::Gone) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let marks = MARKS.map(|mark| LabelInfo { id: mark.to_owned(), name: mark.to_owned(), system: true });
        let connections = &self.run.sync.connections;
        mail::put_labels(self.run.db(), &connections.randomness, self.run.account.id, &marks, self.run.now()).await?;
        Ok(known)
    }

    async fn keep_folder(
        &self,
        tx: &impl ConnectionTrait,
        known: &HashMap<String, &'static str>,
        folder: FolderInfo,
    ) -> Result<(), DbErr> {
        let (now, connection) = (self.run.now(), self.run.account.id);
        let randomness = &self.run.sync.connections.randomness;
        let existing = self.folder(tx, &folder.id).await?;
        let meaning = known.get(&folder.id).map(|label| (*label).to_owned());
        let label = match &existing {
            Some(feed) => feed.label.clone().unwrap_or_else(|| folder.id.clone()),
            None => meaning.unwrap_or_else(|| folder.id.clone()),
        };
        let info = LabelInfo { system: label != folder.id, id: label.clone(), name: folder.display_name };
        mail::put_labels(tx, randomness, connection, &[info], now).await?;
        if existing.is_none() {
            let mut feed = new_feed(randomness.uuid(now), connection, "folder", &folder.id, now);
            feed.label = Set(Some(label));
            feed.expected = Set(folder.total_item_count);
            feed.insert(tx).await?;
        }
        Ok(())
    }

    /// A folder that went takes its feed with it. What was in it may have gone elsewhere.
    async fn forget_folder(&self, tx: &impl ConnectionTrait, id: &str) -> Result<(), DbErr> {
        let Some(feed) = self.folder(tx, id).await? else { return Ok(()) };
        looking::set_adrift(tx, feed.id, self.run.feed.id, self.run.now()).await?;
        sync_feeds::Entity::delete_by_id(feed.id).exec(tx).await?;
        mail::forget_label(tx, self.run.account.id, feed.label.as_deref().unwrap_or(id)).await
    }

    /// A folder whose messages Graph did not know goes, if it is not there itself: its end was told along a link that is
    /// lost.
    pub(super) async fn forget_gone(&mut self, id: &str) -> Result<(), StepError> {
        let credentials = self.run.credentials(Urgency::Background).await?;
        match self.outlook.folder_id(credentials.caller(), id).await {
            // It was a fault of Graph's: the folder is asked for again.
            Ok(_) => return Err(ProviderError::Unavailable { source: None }.into()),
            Err(ProviderError::Gone) => {}
            Err(error) => return Err(error.into()),
        }
        let tx = begin_write(self.run.db()).await?;
        self.forget_folder(&tx, id).await?;
        Ok(tx.commit().await?)
    }

    async fn folder(&self, tx: &impl ConnectionTrait, id: &str) -> Result<Option<sync_feeds::Model>, DbErr> {
        sync_feeds::Entity::find()
            .filter(C::ConnectionId.eq(self.run.account.id))
            .filter(C::Kind.eq("folder"))
            .filter(C::RemoteId.eq(id))
            .one(tx)
            .await
    }
}
