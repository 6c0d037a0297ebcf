//! What Google remembers: who consented to what, and which codes and tokens are alive.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};

use super::grants::{Code, Grant, Reason, Refusal};
use crate::chance::random;

/// Seconds an access token lives, as Google reports them.
pub const ACCESS_S: i64 = 3_599;
/// Live refresh tokens per account and client; the oldest dies when one more is issued.
const LIVE_REFRESH: usize = 100;
/// Minutes a code lives.
const CODE_MIN: i64 = 10;
/// Days after which an unused refresh token dies.
const IDLE_DAYS: i64 = 183;

#[derive(Clone, Debug)]
struct Access {
    grant: Grant,
    expires: DateTime<Utc>,
}

#[derive(Clone, Debug)]
struct Refresh {
    grant: Grant,
    used: DateTime<Utc>,
    /// Grows with every token, so that the oldest can be told.
    number: u64,
    dead: bool,
}

#[derive(Debug, Default)]
struct Ledger {
    codes: HashMap<String, Code>,
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    consents: HashMap<String, BTreeSet<String>>,
    /// Person and client that already got a refresh token.
    offline: HashSet<(String, String)>,
    restricted: HashSet<String>,
    issued: u64,
}

/// The ledger of one Google.
#[derive(Debug, Default)]
pub struct Tokens(Mutex<Ledger>);

impl Tokens {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this person consented to all of this before, through any client of the project.
    pub fn consented(&self, person: &str, wanted: &[String]) -> bool {
        let ledger = self.ledger();
        ledger.consents.get(person).is_some_and(|had| wanted.iter().all(|scope| had.contains(scope)))
    }

    /// Everything this person consented to.
    pub fn consents(&self, person: &str) -> Vec<String> {
        self.ledger().consents.get(person).into_iter().flatten().cloned().collect()
    }

    /// Whether an administrator keeps this person from consenting.
    pub fn restricted(&self, person: &str) -> bool {
        self.ledger().restricted.contains(person)
    }

    /// Writes a consent down and issues its code. Without `prompt=consent` only the first offline consent of a person
    /// to a client brings a refresh token.
    pub fn consent(&self, mut code: Code, forced: bool, now: DateTime<Utc>) -> String {
        let mut ledger = self.ledger();
        let pair = (code.person.clone(), code.client.clone());
        code.offline &= forced || !ledger.offline.contains(&pair);
        if code.offline {
            ledger.offline.insert(pair);
        }
        code.expires = now + Duration::minutes(CODE_MIN);
        ledger.consents.entry(code.person.clone()).or_default().extend(code.scopes.iter().cloned());
        let text = format!("4/0A{}", random(52));
        ledger.codes.insert(text.clone(), code);
        text
    }

    /// The code's binding, if it is alive.
    pub fn code(&self, text: &str, now: DateTime<Utc>) -> Option<Code> {
        self.ledger().codes.get(text).filter(|code| code.expires > now).cloned()
    }

    /// Takes a code out for good; only one of two concurrent calls gets it.
    pub fn redeem(&self, text: &str) -> Option<Code> {
        self.ledger().codes.remove(text)
    }

    /// A new access token.
    pub fn issue_access(&self, grant: Grant, now: DateTime<Utc>) -> String {
        let mut ledger = self.ledger();
        ledger.access.retain(|_, access| access.expires > now);
        let text = format!("ya29.a0{}", random(171));
        ledger.access.insert(text.clone(), Access { grant, expires: now + Duration::seconds(ACCESS_S) });
        text
    }

    /// A new refresh token; the oldest of more than a hundred dies silently.
    pub fn issue_refresh(&self, grant: Grant, now: DateTime<Utc>) -> String {
        let mut ledger = self.ledger();
        ledger.issued += 1;
        let number = ledger.issued;
        let text = format!("1//0{}", random(74));
        let same =
            |token: &Refresh| !token.dead && token.grant.client == grant.client && token.grant.person == grant.person;
        let mut alive: Vec<&mut Refresh> = ledger.refresh.values_mut().filter(|token| same(token)).collect();
        alive.sort_by_key(|token| token.number);
        let surplus = (alive.len() + 1).saturating_sub(LIVE_REFRESH);
        for token in alive.into_iter().take(surplus) {
            token.dead = true;
        }
        ledger.refresh.insert(text.clone(), Refresh { grant, used: now, number, dead: false });
        text
    }

    /// What a refresh token stands for; using it keeps it alive.
    pub fn refresh(&self, text: &str, client: &str, now: DateTime<Utc>) -> Result<Grant, Refusal> {
        let mut ledger = self.ledger();
        let restricted = ledger.refresh.get(text).is_some_and(|token| ledger.restricted.contains(&token.grant.person));
        let token = ledger.refresh.get_mut(text).filter(|token| token.grant.client == client);
        let token = token.ok_or(Refusal::Unknown)?;
        if restricted {
            return Err(Refusal::Policy);
        }
        token.dead |= token.used + Duration::days(IDLE_DAYS) < now;
        if token.dead {
            return Err(Refusal::Dead);
        }
        token.used = now;
        Ok(token.grant.clone())
    }

    /// What a living access token stands for, and how many seconds it has left.
    pub fn access(&self, text: &str, now: DateTime<Utc>) -> Option<(Grant, i64)> {
        let ledger = self.ledger();
        let access = ledger.access.get(text).filter(|access| access.expires > now)?;
        Some((access.grant.clone(), (access.expires - now).num_seconds()))
    }

    /// Revokes by a token: everything this person gave to any client of the project ends. Says whether it was alive.
    pub fn revoke(&self, text: &str, now: DateTime<Utc>) -> bool {
        let person = {
            let ledger = self.ledger();
            let access = ledger.access.get(text).filter(|access| access.expires > now).map(|access| &access.grant);
            let refresh = ledger.refresh.get(text).filter(|token| !token.dead).map(|token| &token.grant);
            access.or(refresh).map(|grant| grant.person.clone())
        };
        person.is_some_and(|person| {
            self.end(&person, Reason::Removed);
            true
        })
    }

    /// Ends a person's grants for a reason.
    pub fn end(&self, person: &str, reason: Reason) {
        let mut ledger = self.ledger();
        let hit = |grant: &Grant| grant.person == person && reason.reaches(grant);
        ledger.access.retain(|_, access| !hit(&access.grant));
        for token in ledger.refresh.values_mut().filter(|token| hit(&token.grant)) {
            token.dead = true;
        }
        match reason {
            Reason::Removed => {
                ledger.codes.retain(|_, code| code.person != person);
                ledger.consents.remove(person);
                ledger.offline.retain(|(who, _)| who != person);
            }
            Reason::AdminPolicy => {
                ledger.restricted.insert(person.to_owned());
            }
            Reason::PasswordChanged | Reason::Idle | Reason::TestingExpired => {}
        }
    }

    /// Lifts an administrator's restriction; the dead tokens stay dead.
    pub fn allow_again(&self, person: &str) {
        self.ledger().restricted.remove(person);
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::{Grant, Reason, Refusal, Tokens};
    use crate::google::scopes::READONLY;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn grant(scope: &str) -> Grant {
        Grant { client: "app".into(), person: "ana@gmail.example".into(), scopes: vec![scope.into()] }
    }

    #[test]
    fn the_hundred_and_first_refresh_token_kills_the_first() {
        let tokens = Tokens::default();
        let issued: Vec<String> = (0..101).map(|_| tokens.issue_refresh(grant(READONLY), now())).collect();
        assert_eq!(tokens.refresh(&issued[0], "app", now()).unwrap_err(), Refusal::Dead);
        assert!(tokens.refresh(&issued[1], "app", now()).is_ok());
        assert!(tokens.refresh(&issued[100], "app", now()).is_ok());
        assert_eq!(tokens.refresh(&issued[1], "other", now()).unwrap_err(), Refusal::Unknown);
    }

    #[test]
    fn a_new_password_ends_mail_but_not_signing_in() {
        let tokens = Tokens::default();
        let mail = tokens.issue_refresh(grant(READONLY), now());
        let sign_in = tokens.issue_refresh(grant("openid"), now());
        tokens.end("ana@gmail.example", Reason::PasswordChanged);
        assert!(tokens.refresh(&mail, "app", now()).is_err());
        assert!(tokens.refresh(&sign_in, "app", now()).is_ok());
    }

    #[test]
    fn tokens_age_and_have_the_length_of_real_ones() {
        let tokens = Tokens::default();
        let access = tokens.issue_access(grant("openid"), now());
        let refresh = tokens.issue_refresh(grant("openid"), now());
        assert!((220..=250).contains(&access.len()), "{}", access.len());
        assert!((100..=106).contains(&refresh.len()), "{}", refresh.len());
        assert!(tokens.access(&access, now() + Duration::seconds(3_598)).is_some());
        assert!(tokens.access(&access, now() + Duration::seconds(3_600)).is_none());
        assert!(tokens.refresh(&refresh, "app", now() + Duration::days(200)).is_err());
    }
}
