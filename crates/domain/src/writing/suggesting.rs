//! Addresses seen in mail, the ones met most first.
//!
//! They are gathered from the newest mails of each mailbox when somebody begins to type, and remembered for some minutes in
//! this process: a table of its own would have to be kept equal to the mail for the sake of a list of eight.

use super::{Address, WriteError, Writing};
use crate::mail;
use entity::{connected_accounts, messages, messages::Column as C};
use moka::future::Cache;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use uuid::Uuid;

/// Suggestions at once.
const MOST: usize = 8;
/// Mails of a mailbox that are looked at: a year or two of most people's, read along an index.
const NEWEST: u64 = 5_000;
/// Somebody one has written to counts as much as so many mails received.
const WRITTEN_TO: u32 = 10;
/// Remembered so long, and for so many people.
const KEPT: Duration = Duration::from_mins(5);
const PEOPLE: u64 = 200;

/// Known addresses by user, the ones met most first.
pub(super) type Known = Cache<Uuid, Arc<Vec<Address>>>;

pub(super) fn nobody() -> Known {
    Cache::builder().max_capacity(PEOPLE).time_to_live(KEPT).build()
}

/// How often an address was met, and its last name.
#[derive(Default)]
struct Met {
    name: String,
    address: String,
    times: u32,
}

impl Writing {
    /// People in this user's mail whose name or address begins so, the ones met most first; nothing for nothing typed.
    pub async fn suggest_addresses(&self, user: Uuid, prefix: &str) -> Result<Vec<Address>, WriteError> {
        let wanted = prefix.trim().to_lowercase();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let known = if let Some(known) = self.known.get(&user).await {
            known
        } else {
            let known = Arc::new(self.gather(user).await?);
            self.known.insert(user, known.clone()).await;
            known
        };
        Ok(known.iter().filter(|one| begins(one, &wanted)).take(MOST).cloned().collect())
    }

    async fn gather(&self, user: Uuid) -> Result<Vec<Address>, DbErr> {
        let db = &self.connections().db;
        let accounts: Vec<(Uuid, String)> = connected_accounts::Entity::find()
            .select_only()
            .columns([connected_accounts::Column::Id, connected_accounts::Column::Address])
            .filter(connected_accounts::Column::UserId.eq(user))
            .into_tuple()
            .all(db)
            .await?;
        let own: HashSet<String> = accounts.iter().map(|(_, address)| address.to_lowercase()).collect();
        let mut people: HashMap<String, Met> = HashMap::new();
        let mut meet = |name: &str, address: &str, times: u32| {
            let key = address.to_lowercase();
            if key.contains('@') && !own.contains(&key) && !answers_nobody(&key) {
                let one = people.entry(key).or_default();
                one.times += times;
                // The newest come first.
                if one.address.is_empty() {
                    address.clone_into(&mut one.address);
                }
                if one.name.is_empty() && name != address {
                    name.clone_into(&mut one.name);
                }
            }
        };
        for (connection, _) in &accounts {
            let rows: Vec<(String, String, String)> = messages::Entity::find()
                .select_only()
                .columns([C::SenderName, C::SenderAddress, C::Recipients])
                .filter(C::ConnectionId.eq(*connection))
                .filter(C::Hidden.eq(false))
                .order_by_desc(C::ReceivedAt)
                .order_by_desc(C::Id)
                .limit(NEWEST)
                .into_tuple()
                .all(db)
                .await?;
            for (name, address, recipients) in rows {
                if own.contains(&address) {
                    for one in mail::people(&recipients) {
                        meet(&one.name, &one.address, WRITTEN_TO);
                    }
                } else {
                    meet(&name, &address, 1);
                }
            }
        }
        let mut all: Vec<Met> = people.into_values().collect();
        all.sort_by(|one, other| other.times.cmp(&one.times).then_with(|| one.address.cmp(&other.address)));
        Ok(all.into_iter().map(|Met { name, address, .. }| Address { name, address }).collect())
    }
}

/// Whether a name, one of its words, an address or its domain begins so.
fn begins(one: &Address, wanted: &str) -> bool {
    let (name, address) = (one.name.to_lowercase(), one.address.to_lowercase());
    let domain = address.rsplit('@').next().unwrap_or_default();
    address.starts_with(wanted)
        || domain.starts_with(wanted)
        || name.starts_with(wanted)
        || name.split_whitespace().any(|word| word.starts_with(wanted))
}

/// Senders who say in their address that nobody reads what they get.
fn answers_nobody(address: &str) -> bool {
    let user: String = address.split('@').next().unwrap_or_default().chars().filter(|c| c.is_alphanumeric()).collect();
    ["noreply", "donotreply", "mailerdaemon"].iter().any(|word| user.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_addresses_and_domains_are_matched_at_their_beginning() {
        let ana = Address { name: "Ana María Mora".to_owned(), address: "amm@Office.example".to_owned() };
        for wanted in ["a", "ana m", "maría", "mora", "amm@", "office", "am"] {
            assert!(begins(&ana, wanted), "{wanted}");
        }
        for wanted in ["na", "ora", "mm", "example"] {
            assert!(!begins(&ana, wanted), "{wanted}");
        }
    }

    #[test]
    fn machines_are_not_suggested() {
        assert!(answers_nobody("no-reply@shop.example") && answers_nobody("mailer-daemon@x.example"));
        assert!(!answers_nobody("nora@shop.example"));
    }
}
