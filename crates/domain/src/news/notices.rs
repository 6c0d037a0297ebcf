//! What Graph posts here: that something changed in a mailbox, or in a subscription itself. Whoever knows the secret of the
//! subscription is believed, as far as that there may be something to look at.

use super::News;
use crate::{
    connections::Connections,
    jobs::{self, Job},
    vault::digest_of,
};
use entity::{channels, connected_accounts};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use std::{collections::BTreeMap, time::Duration};

/// Requests of one network address in a minute; more are told to come later. Graph gathers what it has to say.
const MOST_A_MINUTE: u64 = 600;
const MINUTE: Duration = Duration::from_mins(1);
/// Notices of one request that are read. Graph sends far fewer; what is left out is found by looking.
const MOST_AT_ONCE: usize = 1_000;

/// Why notices are not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Nobody asked for them: there is no such address here.
    #[error("notifications are switched off")]
    Off,
    /// More than anybody needs to say in a minute.
    #[error("too many requests of one address")]
    TooMany,
    /// Not what Graph writes.
    #[error("the notices cannot be read")]
    Unreadable,
    /// They are not written down: they have to come again.
    #[error("the notices could not be kept")]
    Database(#[from] DbErr),
}

#[derive(Deserialize)]
struct Posted {
    value: Vec<Notice>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notice {
    subscription_id: String,
    #[serde(default)]
    client_state: Option<String>,
    #[serde(default)]
    lifecycle_event: Option<String>,
}

/// What the notices of one subscription ask for.
#[derive(Default)]
struct Asked {
    look: bool,
    renew: bool,
    make_anew: bool,
}

impl News {
    /// Whether this address may post now. `visitor` is its network address.
    pub async fn admit(&self, visitor: &str) -> Result<(), NotTaken> {
        if !self.listens() {
            return Err(NotTaken::Off);
        }
        let Connections { cache, clock, .. } = self.connections();
        let minute = clock.now().timestamp() / 60;
        let asked = cache.increment(&format!("notices:{minute}:{visitor}"), 2 * MINUTE).await;
        if asked > MOST_A_MINUTE { Err(NotTaken::TooMany) } else { Ok(()) }
    }

    /// Queues what the notices ask for. Those that nobody here waits for, or that do not know the secret, ask for nothing;
    /// whoever posts them is not told which.
    pub async fn take_notices(&self, body: &[u8]) -> Result<(), NotTaken> {
        let posted: Posted = serde_json::from_slice(body).map_err(|_| NotTaken::Unreadable)?;
        let mut asked: BTreeMap<(String, String), Asked> = BTreeMap::new();
        for notice in posted.value.into_iter().take(MOST_AT_ONCE) {
            let of = asked.entry((notice.subscription_id, notice.client_state.unwrap_or_default())).or_default();
            match notice.lifecycle_event.as_deref() {
                None | Some("missed") => of.look = true,
                Some("reauthorizationRequired") => of.renew = true,
                Some("subscriptionRemoved") => of.make_anew = true,
                Some(_) => {}
            }
        }
        for ((subscription, secret), asked) in asked {
            self.heed_subscription(&subscription, &secret, &asked).await?;
        }
        Ok(())
    }

    /// For everybody here who reads this mailbox.
    async fn heed_subscription(&self, subscription: &str, secret: &str, asked: &Asked) -> Result<(), DbErr> {
        let readers = channels::Entity::find()
            .filter(channels::Column::RemoteId.eq(subscription))
            .find_also_related(connected_accounts::Entity)
            .all(&self.connections().db)
            .await?;
        let hash = digest_of(secret);
        for (channel, account) in readers {
            let Some(account) = account.filter(|account| account.provider == "microsoft") else { continue };
            if !channel.secret_hash.as_deref().is_some_and(|kept| same(kept, &hash)) {
                tracing::warn!(connection = %account.id, "news.forged: a notice does not know the secret");
                continue;
            }
            if asked.renew || asked.make_anew {
                self.bring_forward(&channel, asked.make_anew).await?;
            }
            if asked.look {
                let looks = self.sync.look_again(&account, None).await?;
                tracing::debug!(connection = %account.id, looks, "news.told");
            }
        }
        Ok(())
    }

    /// The channel is renewed now; or, when Graph has dropped it, opened anew, which begins with a look.
    async fn bring_forward(&self, channel: &channels::Model, make_anew: bool) -> Result<(), DbErr> {
        let Connections { db, clock, randomness, .. } = self.connections();
        let (connection, now) = (channel.connection_id, clock.now());
        let mut row = channels::Entity::update_many()
            .col_expr(channels::Column::RenewAt, Expr::value(now))
            .filter(channels::Column::ConnectionId.eq(connection));
        if make_anew {
            row = row
                .col_expr(channels::Column::RemoteId, Expr::value(Option::<String>::None))
                .col_expr(channels::Column::ExpiresAt, Expr::value(now));
        }
        row.exec(db).await?;
        jobs::enqueue(db, randomness, now, &Job::KeepChannel { connection }, now).await
    }
}

/// Compares all of both, wherever they differ first.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |sum, (one, other)| sum | (one ^ other)) == 0
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn hashes_are_the_same_only_whole() {
        assert!(same(&[1, 2, 3], &[1, 2, 3]));
        for other in [&[1, 2, 4][..], &[0, 2, 3], &[1, 2], &[1, 2, 3, 4], &[]] {
            assert!(!same(&[1, 2, 3], other), "{other:?}");
        }
    }
}
