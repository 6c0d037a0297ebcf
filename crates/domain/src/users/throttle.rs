//! Slows guessing down, by account and by network address, without locking anybody out for good.
//!
//! After a few free tries each further one has to wait twice as long as the one before. Counters live in the cache: they
//! are shared by all processes with Redis, and forgotten an hour after the last failure.

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

/// Tries by account before the waiting starts.
const FREE_BY_ACCOUNT: u64 = 5;
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

/// Counts tries.
pub(crate) struct Throttle {
    cache: Cache,
    clock: Arc<dyn Clock>,
}

/// A try that was let through; a success takes it back.
pub(super) struct Counted {
    account: String,
    network: String,
}

impl Throttle {
    pub(super) fn new(cache: Cache, clock: Arc<dyn Clock>) -> Self {
        Self { cache, clock }
    }

    /// Lets a sign-in through, or says how long to wait. Tries made while waiting are not heard and not counted.
    pub(super) async fn allow_sign_in(&self, email: &EmailAddress, visitor: &Visitor) -> Result<Counted, SignInError> {
        let account = account_key(email);
        let network = format!("tries:address:{}", fingerprint(&network(&visitor.address)));
        self.pass(&[(&account, FREE_BY_ACCOUNT), (&network, FREE_BY_ADDRESS)]).await?;
        Ok(Counted { account, network })
    }

    /// Lets a new account through, or says how long to wait.
    pub(super) async fn allow_sign_up(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let network = format!("tries:sign_up:{}", fingerprint(&network(&visitor.address)));
        self.pass(&[(&network, FREE_SIGN_UPS)]).await
    }

    /// Lets a mail to `email` through, or says how long to wait; the same whether the address has an account or not.
    pub(super) async fn allow_mail(&self, email: &EmailAddress, visitor: &Visitor) -> Result<(), SignInError> {
        let account = format!("tries:mail:{}", fingerprint(email.as_str()));
        let network = format!("tries:mails:{}", fingerprint(&network(&visitor.address)));
        self.pass(&[(&account, FREE_MAILS), (&network, FREE_MAILS_BY_ADDRESS)]).await
    }

    /// Lets a mailed link be tried, or says how long to wait.
    pub(super) async fn allow_link(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let network = format!("tries:link:{}", fingerprint(&network(&visitor.address)));
        self.pass(&[(&network, FREE_BY_ADDRESS)]).await
    }

    /// The account has a new password: failures with the old one no longer count.
    pub(super) async fn forget_account(&self, email: &EmailAddress) {
        self.forget_key(&account_key(email)).await;
    }

    /// Lets a trip to a provider begin, or says how long to wait.
    pub(super) async fn allow_start(&self, session: Option<Uuid>, visitor: &Visitor) -> Result<(), SignInError> {
        let session = session.map(|session| format!("tries:start:{session}"));
        let network = format!("tries:start:{}", fingerprint(&network(&visitor.address)));
        let of_session = session.as_deref().map(|session| (session, FREE_STARTS));
        let tallies: Vec<_> = of_session.into_iter().chain([(network.as_str(), FREE_STARTS_BY_ADDRESS)]).collect();
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
        self.take(&token_key(visitor), FREE_BY_ADDRESS).await
    }

    /// The right password was given: the account's earlier failures no longer count, and this try counts for nobody
    /// else of the network. An office may sign in behind one address.
    pub(super) async fn forget(&self, counted: Counted) {
        self.forget_key(&counted.account).await;
        self.cache.decrement(&counted.network).await;
    }

    async fn forget_key(&self, key: &str) {
        self.cache.delete(key).await;
        self.cache.delete(&until_key(key)).await;
    }

    /// Lets a try through when none of the tallies, each a key with its free tries, has to wait.
    async fn pass(&self, tallies: &[(&str, u64)]) -> Result<(), SignInError> {
        for (key, _) in tallies {
            if let Some(seconds) = self.waiting(key).await {
                return Err(SignInError::SlowDown { seconds });
            }
        }
        for (key, free) in tallies {
            self.take(key, *free).await?;
        }
        Ok(())
    }

    /// Counts a try. Of those that come at the same moment after the free ones, a single one gets the turn.
    async fn take(&self, key: &str, free: u64) -> Result<(), SignInError> {
        let tries = self.cache.increment(key, FORGOTTEN_AFTER).await;
        let Some(wait) = wait_after(tries, free) else { return Ok(()) };
        let until = (self.clock.now() + wait).timestamp_millis().to_string();
        let turn = self.cache.claim(&until_key(key), until.as_bytes(), wait).await;
        if turn || tries <= free {
            return Ok(());
        }
        Err(SignInError::SlowDown { seconds: self.waiting(key).await.unwrap_or(1) })
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

fn account_key(email: &EmailAddress) -> String {
    format!("tries:account:{}", fingerprint(email.as_str()))
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
fn network(address: &str) -> String {
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
mod tests {
    use super::*;
    use crate::clock::FixedClock;

    #[test]
    fn the_wait_doubles_after_the_free_tries_and_has_an_end() {
        let waits: Vec<Option<u64>> =
            [4, 5, 6, 8, 20, 200].map(|tries| wait_after(tries, 5).map(|wait| wait.as_secs())).into();
        assert_eq!(waits, [None, Some(1), Some(2), Some(8), Some(900), Some(900)]);
    }

    #[test]
    fn neighbours_in_one_ipv6_network_count_together() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_eq!(network("2001:db8::1"), network("2001:db8:0:0:1::"));
        assert_ne!(network("2001:db8:1::1"), network("2001:db8:1:1::1"));
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
    }

    #[tokio::test]
    async fn an_office_that_knows_its_passwords_is_not_slowed() {
        let clock = FixedClock::at(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
        let throttle = Throttle::new(Cache::in_process(Arc::new(clock.clone())), Arc::new(clock));
        let office = Visitor { address: "192.0.2.1".into(), user_agent: String::new() };
        for person in 0..10 * FREE_BY_ADDRESS {
            let email = EmailAddress::parse(&format!("person{person}@example.com")).unwrap();
            let Ok(counted) = throttle.allow_sign_in(&email, &office).await else { panic!("nobody failed") };
            throttle.forget(counted).await;
        }
    }

    #[tokio::test]
    async fn an_account_slows_down_from_any_address_and_recovers_after_the_wait() {
        let clock = FixedClock::at(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
        let throttle = Throttle::new(Cache::in_process(Arc::new(clock.clone())), Arc::new(clock.clone()));
        let email = EmailAddress::parse("ana@example.com").unwrap();
        let from = |n: u64| Visitor { address: format!("192.0.2.{n}"), user_agent: String::new() };
        for n in 0..FREE_BY_ACCOUNT {
            assert!(throttle.allow_sign_in(&email, &from(n)).await.is_ok());
        }
        let refused = throttle.allow_sign_in(&email, &from(99)).await;
        assert!(matches!(refused, Err(SignInError::SlowDown { seconds: 1..=2 })));
        let other = EmailAddress::parse("leo@example.com").unwrap();
        assert!(throttle.allow_sign_in(&other, &from(99)).await.is_ok());
        clock.advance(Duration::from_secs(2));
        let counted = throttle.allow_sign_in(&email, &from(99)).await.ok().unwrap();
        throttle.forget(counted).await;
        assert!(throttle.allow_sign_in(&email, &from(99)).await.is_ok());
    }
}
