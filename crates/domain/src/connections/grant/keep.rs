//! Keeps grants alive while nobody asks: those in use are renewed ahead of their expiry, sleeping ones weekly, so that
//! Google's six months and Microsoft's ninety days of idleness never come about. And proves one that a person is about to
//! rely on.

use super::{EARLY, GrantError, Held, JITTER, LOOK_AGAIN};
use crate::connections::Connections;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{connected_accounts, oauth_grants};
use futures::StreamExt;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{collections::BTreeSet, sync::Mutex};
use uuid::Uuid;

/// How often the grants are looked through.
pub(crate) const KEEP_EVERY: TimeDelta = TimeDelta::minutes(2);
/// A grant counts as in use for this long after somebody asked for a token.
const IN_USE: TimeDelta = TimeDelta::days(1);
/// A sleeping grant is renewed when its last renewal is this old.
const ASLEEP: TimeDelta = TimeDelta::days(7);
/// A grant that could not be renewed is left alone for this long, so that those that cannot be do not use up the rounds.
const TRIED_AGAIN: TimeDelta = TimeDelta::minutes(10);
/// Renewed in one round at most; the next round goes on.
const AT_MOST: u64 = 500;
/// How often a person who waits looks whether somebody else has renewed a grant.
const PROOF_LOOKS: usize = 10;
/// Renewed at the same time.
const AT_ONCE: usize = 4;

impl Connections {
    /// One round: how many grants were renewed. A provider that does not accept this server's own credentials is left alone
    /// for the rest of it: what one grant was told, all others would be.
    pub(crate) async fn keep_grants(&self) -> Result<u64, DbErr> {
        let now = self.clock.now();
        let due = self.due_grants(now).await?;
        let closed = Mutex::new(BTreeSet::new());
        let closed = &closed;
        let renewed = futures::stream::iter(due).map(|held| async move {
            let (connection, provider) = (held.account.id, held.account.provider.clone());
            if closed.lock().is_ok_and(|closed| closed.contains(&provider)) {
                return 0;
            }
            let renewed = self.renew(held).await;
            // Whoever was given a token has taken the alarm back.
            let tried = !matches!(renewed, Ok(false) | Err(GrantError::NotFound));
            if tried && self.alarmed(&provider).await && closed.lock().is_ok_and(|mut closed| closed.insert(provider)) {
                tracing::warn!("grants.round_stopped: the provider does not accept this server");
            }
            match renewed {
                Ok(renewed) => u64::from(renewed),
                Err(GrantError::NeedsReconnect | GrantError::NotFound) => 0,
                Err(error) => {
                    tracing::warn!(%connection, %error, "grant.not_kept: the next round tries again");
                    0
                }
            }
        });
        Ok(renewed.buffer_unordered(AT_ONCE).fold(0, |sum, one| async move { sum + one }).await)
    }

    async fn alarmed(&self, provider: &str) -> bool {
        match provider.parse() {
            Ok(provider) => self.alarms.code(provider).await.is_some(),
            Err(_) => false,
        }
    }

    async fn due_grants(&self, now: DateTime<Utc>) -> Result<Vec<Held>, DbErr> {
        let jitter = TimeDelta::from_std(JITTER).unwrap_or_default();
        let ahead = now + EARLY + jitter + KEEP_EVERY;
        let in_use = Condition::all()
            .add(oauth_grants::Column::UsedAt.gt(now - IN_USE))
            .add(oauth_grants::Column::AccessExpiresAt.lte(ahead));
        let due = Condition::any().add(in_use).add(oauth_grants::Column::RefreshedAt.lte(now - ASLEEP));
        let rows = oauth_grants::Entity::find()
            .find_also_related(connected_accounts::Entity)
            .filter(connected_accounts::Column::State.eq("active"))
            .filter(due)
            .filter(oauth_grants::Column::UpdatedAt.lte(now - TRIED_AGAIN))
            .order_by_asc(oauth_grants::Column::UpdatedAt)
            .limit(AT_MOST)
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().filter_map(|(grant, account)| Some(Held { account: account?, grant })).collect())
    }

    /// Whether a grant works, proven by renewing it now. Somebody else who renews it meanwhile is as good a proof.
    pub(in crate::connections) async fn prove(&self, connection: Uuid) -> bool {
        let Ok(mut held) = self.held(connection).await else { return false };
        let version = held.grant.version;
        for _ in 0..PROOF_LOOKS {
            let tried = self.renew(held).await;
            held = match (tried, self.held(connection).await) {
                (_, Ok(now)) if now.grant.version > version => return true,
                // Somebody else is at it.
                (Ok(false), Ok(now)) => now,
                _ => return false,
            };
            self.clock.sleep(LOOK_AGAIN).await;
        }
        false
    }

    /// Renews one grant unless somebody else is at it.
    async fn renew(&self, held: Held) -> Result<bool, GrantError> {
        // A round may be long, and a lease begins when it is taken.
        let Some(lease) = self.take_lease(&held.grant, self.clock.now()).await? else { return Ok(false) };
        self.refresh(held, lease).await.map(|_| true)
    }
}
