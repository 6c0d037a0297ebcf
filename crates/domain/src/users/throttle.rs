//! Slows guessing down, by account and by network address, without locking anybody out for good.
//!
//! After a few free tries each further one has to wait twice as long as the one before. What one network tries makes only
//! that network wait. An account that many networks try at has a looser ceiling over all of them, which leaves out the
//! networks its owner is known from. Counters live in the cache: they are shared by all processes with Redis, and
//! forgotten a while after the last failure.

use super::{EmailAddress, SignInError};
use crate::{cache::Cache, clock::Clock, sessions::Visitor};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use ring::digest::{SHA256, digest};
use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};
use uuid::Uuid;

/// Tries at one account by one network before that network waits for it.
const FREE_BY_ACCOUNT: u64 = 5;
/// Tries at one account by all networks its owner is not known from, before they wait for it.
const FREE_EVERYWHERE: u64 = 100;
/// Tries by network address before the waiting starts: many people share one.
const FREE_BY_ADDRESS: u64 = 30;
/// New accounts by network address before the waiting starts.
const FREE_SIGN_UPS: u64 = 20;
/// Mails to one address that nobody waits for.
const FREE_MAILS: u64 = 3;
/// Mails asked for by one network address that nobody waits for.
const FREE_MAILS_BY_ADDRESS: u64 = 20;
/// Trips to a provider by session, and by network address, before the waiting starts.
const FREE_STARTS: u64 = 20;
const FREE_STARTS_BY_ADDRESS: u64 = 100;
const LONGEST_WAIT: Duration = Duration::from_mins(15);
const FORGOTTEN_AFTER: Duration = Duration::from_hours(1);
/// Guessing from many networks goes slowly on purpose: it is remembered longer.
const EVERYWHERE_FORGOTTEN_AFTER: Duration = Duration::from_hours(24);

/// Counts tries.
pub(crate) struct Throttle {
    cache: Cache,
    clock: Arc<dyn Clock>,
}

/// A try that was let through; a success takes it back.
pub(super) struct Counted {
    account: String,
    network: String,
    everywhere: Option<String>,
}

/// What is counted together.
struct Tally<'a> {
    key: &'a str,
    /// Tries before the waiting starts.
    free: u64,
    /// The count ends this long after the last try.
    forgotten_after: Duration,
}

impl<'a> Tally<'a> {
    fn new(key: &'a str, free: u64) -> Self {
        Self { key, free, forgotten_after: FORGOTTEN_AFTER }
    }
}

impl Throttle {
    pub(super) fn new(cache: Cache, clock: Arc<dyn Clock>) -> Self {
        Self { cache, clock }
    }

    /// Lets a sign-in through, or says how long to wait. Tries made while waiting are not heard and not counted.
    /// `known`: the account was signed in to from this network before, so that strangers do not make its owner wait.
    pub(super) async fn allow_sign_in(
        &self,
        email: &EmailAddress,
        visitor: &Visitor,
        known: bool,
    ) -> Result<Counted, SignInError> {
        let account = account_key(email, visitor);
        let network = format!("tries:address:{}", fingerprint(&network(&visitor.address)));
        let everywhere = (!known).then(|| everywhere_key(email));
        let mut tallies = vec![Tally::new(&account, FREE_BY_ACCOUNT), Tally::new(&network, FREE_BY_ADDRESS)];
        let forgotten_after = EVERYWHERE_FORGOTTEN_AFTER;
        tallies.extend(everywhere.as_deref().map(|key| Tally { key, free: FREE_EVERYWHERE, forgotten_after }));
        self.pass(&tallies).await?;
        Ok(Counted { account, network, everywhere })
    }

    /// Lets a new account through, or says how long to wait.
    pub(super) async fn allow_sign_up(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let network = format!("tries:sign_up:{}", fingerprint(&network(&visitor.address)));
        self.pass(&[Tally::new(&network, FREE_SIGN_UPS)]).await
    }

    /// Lets a mail to `email` through, or says how long to wait; the same whether the address has an account or not.
    pub(super) async fn allow_mail(&self, email: &EmailAddress, visitor: &Visitor) -> Result<(), SignInError> {
        let account = format!("tries:mail:{}", fingerprint(email.as_str()));
        let network = format!("tries:mails:{}", fingerprint(&network(&visitor.address)));
        self.pass(&[Tally::new(&account, FREE_MAILS), Tally::new(&network, FREE_MAILS_BY_ADDRESS)]).await
    }

    /// Lets a mailed link be tried, or says how long to wait.
    pub(super) async fn allow_link(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let network = format!("tries:link:{}", fingerprint(&network(&visitor.address)));
        self.pass(&[Tally::new(&network, FREE_BY_ADDRESS)]).await
    }

    /// Whoever gave the account a new password did not fail with the old one.
    pub(super) async fn forget_account(&self, email: &EmailAddress, visitor: &Visitor) {
        self.forget_key(&account_key(email, visitor)).await;
    }

    /// Lets a trip to a provider begin, or says how long to wait.
    pub(super) async fn allow_start(&self, session: Option<Uuid>, visitor: &Visitor) -> Result<(), SignInError> {
        let session = session.map(|session| format!("tries:start:{session}"));
        let network = format!("tries:start:{}", fingerprint(&network(&visitor.address)));
        let of_session = session.as_deref().map(|session| Tally::new(session, FREE_STARTS));
        let tallies: Vec<_> = of_session.into_iter().chain([Tally::new(&network, FREE_STARTS_BY_ADDRESS)]).collect();
        self.pass(&tallies).await
    }

    /// Lets a token of a program be tried, or says how long to wait. Only tokens that are worth nothing count.
    pub(super) async fn allow_token(&self, visitor: &Visitor) -> Result<(), SignInError> {
        match self.waiting(&token_key(visitor)).await {
            Some(seconds) => Err(SignInError::SlowDown { seconds }),
            None => Ok(()),
        }
    }

    /// A token was worth nothing.
    pub(super) async fn wrong_token(&self, visitor: &Visitor) -> Result<(), SignInError> {
        self.take(&Tally::new(&token_key(visitor), FREE_BY_ADDRESS)).await
    }

    /// The right password was given: earlier failures of this network at the account no longer count, and this try counts
    /// for nobody else. An office may sign in behind one address. What other networks tried at the account still counts.
    pub(super) async fn forget(&self, counted: Counted) {
        self.forget_key(&counted.account).await;
        self.cache.decrement(&counted.network).await;
        if let Some(everywhere) = counted.everywhere {
            self.cache.decrement(&everywhere).await;
        }
    }

    async fn forget_key(&self, key: &str) {
        self.cache.delete(key).await;
        self.cache.delete(&until_key(key)).await;
    }

    /// Lets a try through when none of the tallies has to wait.
    async fn pass(&self, tallies: &[Tally<'_>]) -> Result<(), SignInError> {
        for tally in tallies {
            if let Some(seconds) = self.waiting(tally.key).await {
                return Err(SignInError::SlowDown { seconds });
            }
        }
        for tally in tallies {
            self.take(tally).await?;
        }
        Ok(())
    }

    /// Counts a try. Of those that come at the same moment after the free ones, a single one gets the turn.
    async fn take(&self, tally: &Tally<'_>) -> Result<(), SignInError> {
        let tries = self.cache.increment(tally.key, tally.forgotten_after).await;
        let Some(wait) = wait_after(tries, tally.free) else { return Ok(()) };
        let until = (self.clock.now() + wait).timestamp_millis().to_string();
        let turn = self.cache.claim(&until_key(tally.key), until.as_bytes(), wait).await;
        if turn || tries <= tally.free {
            return Ok(());
        }
        Err(SignInError::SlowDown { seconds: self.waiting(tally.key).await.unwrap_or(1) })
    }

    /// For how many seconds nothing is heard under a key.
    async fn waiting(&self, key: &str) -> Option<u64> {
        let until = self.cache.get(&until_key(key)).await.and_then(|value| instant(&value))?;
        let left = until - self.clock.now();
        (left > TimeDelta::zero()).then(|| u64::try_from(left.num_seconds()).unwrap_or_default() + 1)
    }
}

/// How long the next try waits after `tries`, of which `free` cost nothing.
fn wait_after(tries: u64, free: u64) -> Option<Duration> {
    let over = tries.checked_sub(free)?;
    let seconds = 1u64.checked_shl(u32::try_from(over).unwrap_or(u32::MAX)).unwrap_or(u64::MAX);
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

fn account_key(email: &EmailAddress, visitor: &Visitor) -> String {
    format!("tries:account:{}", fingerprint(&format!("{} {}", email.as_str(), network(&visitor.address))))
}

fn everywhere_key(email: &EmailAddress) -> String {
    format!("tries:everywhere:{}", fingerprint(email.as_str()))
}

fn token_key(visitor: &Visitor) -> String {
    format!("tries:token:{}", fingerprint(&network(&visitor.address)))
}

fn until_key(key: &str) -> String {
    format!("{key}:until")
}

fn instant(value: &[u8]) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(std::str::from_utf8(value).ok()?.parse().ok()?)
}

/// An IPv6 customer holds a /64 (RFC 6177): its addresses count as one.
pub(super) fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// Keys carry no address in clear: the cache may be shared.
fn fingerprint(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests;
