//! A search at the providers, for what is not stored yet: what they find is shown as far as it is here, and the rest is
//! fetched before anything else.

use super::{
    ReadError, Reading,
    asking::{Found, Question, Reply},
};
use crate::{
    mail::{self, Hint, Hit, Search, Seen, Wording},
    providers::{google::gmail::MessageName, microsoft::mail::OutlookMessage},
    sync::Standing,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::connected_accounts::{self, Column as A};
use futures::future::join_all;
use ring::digest::{SHA256, digest};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::{collections::HashMap, time::Duration};
use uuid::Uuid;

/// Messages that each mailbox is asked for.
const MOST: u32 = 50;
/// What a provider answered is not asked again for so long: the page is read anew whenever something of it has come.
const REMEMBERED: Duration = Duration::from_mins(2);

/// What the providers found.
#[derive(Debug, Default)]
pub struct Sought {
    /// What of it is stored, newest first.
    pub hits: Vec<Hit>,
    /// How many are on their way here.
    pub fetching: u64,
    /// How many are left out by the person's choice.
    pub left_out: u64,
    /// How many could not be fetched so far.
    pub failed: u64,
    /// Mailboxes that were not asked, and why.
    pub unreached: Vec<(Uuid, ReadError)>,
    /// What was not understood.
    pub hints: Vec<Hint>,
}

impl Reading {
    /// Puts a search to the providers of one connection, or of all. The newest [`MOST`] of each are found; [`Search::after`] has
    /// no meaning here.
    pub async fn seek(&self, search: Search<'_>) -> Result<Sought, ReadError> {
        let wording = match Wording::of(search.text, search.zone, search.now) {
            Ok(wording) => wording,
            Err(hints) => return Ok(Sought { hints, ..Sought::default() }),
        };
        let mut accounts =
            connected_accounts::Entity::find().filter(A::UserId.eq(search.user)).filter(A::State.ne("disconnecting"));
        if let Some(connection) = search.connection {
            accounts = accounts.filter(A::Id.eq(connection));
        }
        let accounts = accounts.order_by_asc(A::CreatedAt).all(&self.connections().db).await?;
        if accounts.is_empty() && search.connection.is_some() {
            return Err(ReadError::NotFound);
        }
        let asked = accounts.iter().map(|account| self.found_at(account, &wording, search.text));
        let answers = join_all(asked).await;
        let (mut sought, mut found) = (Sought { hints: wording.hints(), ..Sought::default() }, Vec::new());
        let mut standing = Standing::default();
        for (account, answer) in accounts.iter().zip(answers) {
            match answer {
                Err(ReadError::Database(error)) => return Err(error.into()),
                Err(why) => sought.unreached.push((account.id, why)),
                Ok(names) => {
                    standing += self.sync.want_found(account, &names).await?;
                    found.push((account.id, names.into_iter().map(|name| name.id).collect()));
                }
            }
        }
        let Standing { fetching, left_out, failed } = standing;
        let hits = mail::named_hits(&self.connections().db, search.user, &found, search.text).await?;
        Ok(Sought { hits, fetching, left_out, failed, ..sought })
    }

    /// What a provider finds; what it found a moment ago, if it was asked the same.
    async fn found_at(
        &self,
        account: &connected_accounts::Model,
        wording: &Wording,
        text: &str,
    ) -> Result<Vec<MessageName>, ReadError> {
        let cache = &self.connections().cache;
        let key = format!("sought:{}:{}", account.id, URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())));
        let known =
            cache.get(&key).await.and_then(|bytes| serde_json::from_slice::<Vec<(String, String)>>(&bytes).ok());
        if let Some(known) = known {
            return Ok(known.into_iter().map(|(id, thread_id)| MessageName { id, thread_id }).collect());
        }
        let names = match self.ask(account.id, Question::Search { wording, most: MOST }).await? {
            Reply::Found(Found::Gmail(names)) => names,
            Reply::Found(Found::Outlook(found)) => self.those_meant(account.id, wording, found).await?,
            _ => return Err(ReadError::Unavailable),
        };
        let pairs: Vec<(&str, &str)> = names.iter().map(|one| (one.id.as_str(), one.thread_id.as_str())).collect();
        if let Ok(bytes) = serde_json::to_vec(&pairs) {
            cache.set(&key, &bytes, REMEMBERED).await;
        }
        Ok(names)
    }

    /// Of what Graph found, what is as it was looked for: Graph cannot be asked everything.
    async fn those_meant(
        &self,
        connection: Uuid,
        wording: &Wording,
        found: Vec<OutlookMessage>,
    ) -> Result<Vec<MessageName>, ReadError> {
        let folders: HashMap<String, (String, String)> = self.sync.folder_names(connection).await?;
        let is_meant = |message: &&OutlookMessage| {
            let (label, name) = folders.get(&message.parent_folder_id).map_or(("", ""), |(label, name)| (label, name));
            wording.takes(Seen {
                unread: !message.is_read,
                starred: message.flag.as_ref().is_some_and(|flag| flag.flag_status == "flagged"),
                received_at: message.received_date_time,
                folder: (label, name),
            })
        };
        let name = |message: &OutlookMessage| MessageName {
            id: message.id.clone(),
            thread_id: message.conversation_id.clone().unwrap_or_else(|| message.id.clone()),
        };
        Ok(found.iter().filter(is_meant).map(name).collect())
    }
}
