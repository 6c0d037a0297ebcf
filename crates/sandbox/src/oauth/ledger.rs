//! What a provider remembers: who consented to what, and which codes and tokens are alive.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};

use super::grants::{Code, Grant, Reason, Refusal, Stale};
use super::manners::Manners;

#[derive(Clone, Debug)]
struct Issued {
    code: Code,
    expires: DateTime<Utc>,
    spent: bool,
}

#[derive(Clone, Debug)]
struct Access {
    grant: Grant,
    expires: DateTime<Utc>,
}

#[derive(Clone, Debug)]
struct Refresh {
    grant: Grant,
    issued: DateTime<Utc>,
    used: DateTime<Utc>,
    /// When the time for which access was given is over.
    ends: Option<DateTime<Utc>>,
    /// Grows with every token, so that the oldest can be told.
    number: u64,
    ended: Option<Reason>,
}

#[derive(Debug, Default)]
struct Books {
    codes: HashMap<String, Issued>,
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    /// By person and, where consents are not given to the whole project, client.
    consents: HashMap<(String, String), BTreeSet<String>>,
    /// Person and client that already got a refresh token.
    offline: HashSet<(String, String)>,
    blocked: BTreeSet<(String, Reason)>,
    issued: u64,
}

/// The books of one provider.
#[derive(Debug)]
pub struct Ledger {
    manners: &'static Manners,
    books: Mutex<Books>,
}

impl Ledger {
    /// Empty books of a provider with these manners.
    pub fn new(manners: &'static Manners) -> Self {
        Self { manners, books: Mutex::default() }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, person: &str, client: &str) -> (String, String) {
        (person.to_owned(), if self.manners.project_wide { String::new() } else { client.to_owned() })
    }

    /// Everything this person consented to.
    pub fn consents(&self, person: &str, client: &str) -> BTreeSet<String> {
        self.books().consents.get(&self.place(person, client)).cloned().unwrap_or_default()
    }

    /// Adds to what this person consented to.
    pub fn consent(&self, grant: &Grant) {
        let place = self.place(&grant.person, &grant.client);
        self.books().consents.entry(place).or_default().extend(grant.scopes.iter().cloned());
    }

    /// Takes some of what this person consented to back.
    pub fn withdraw(&self, person: &str, client: &str, scopes: &[String]) {
        if let Some(had) = self.books().consents.get_mut(&self.place(person, client)) {
            had.retain(|scope| !scopes.contains(scope));
        }
    }

    /// Notes that this person's client gets a refresh token; whether it is the first.
    pub fn first_offline(&self, person: &str, client: &str) -> bool {
        self.books().offline.insert((person.to_owned(), client.to_owned()))
    }

    /// Keeps a code.
    pub fn keep_code(&self, text: String, code: Code, now: DateTime<Utc>) {
        let expires = now + Duration::minutes(self.manners.code_min);
        self.books().codes.insert(text, Issued { code, expires, spent: false });
    }

    /// The code's binding, if it is alive.
    pub fn code(&self, text: &str, now: DateTime<Utc>) -> Result<Code, Stale> {
        match self.books().codes.get(text) {
            None => Err(Stale::Unknown),
            Some(issued) if issued.spent => Err(Stale::Spent),
            Some(issued) if issued.expires <= now => Err(Stale::Expired),
            Some(issued) => Ok(issued.code.clone()),
        }
    }

    /// Uses a code up; only one of two concurrent calls gets it.
    pub fn redeem(&self, text: &str) -> Result<Code, Stale> {
        let mut books = self.books();
        let issued = books.codes.get_mut(text).ok_or(Stale::Unknown)?;
        if std::mem::replace(&mut issued.spent, true) { Err(Stale::Spent) } else { Ok(issued.code.clone()) }
    }

    /// Keeps an access token that lives so many seconds.
    pub fn keep_access(&self, text: String, grant: Grant, now: DateTime<Utc>, lives_s: i64) {
        let mut books = self.books();
        books.access.retain(|_, access| access.expires > now);
        books.access.insert(text, Access { grant, expires: now + Duration::seconds(lives_s) });
    }

    /// Keeps a refresh token; the oldest dies silently where only so many may live.
    pub fn keep_refresh(&self, text: String, grant: Grant, now: DateTime<Utc>, ends: Option<DateTime<Utc>>) {
        let mut books = self.books();
        books.issued += 1;
        let number = books.issued;
        if let Some(most) = self.manners.live_refresh {
            let same = |token: &Refresh| {
                token.ended.is_none() && token.grant.client == grant.client && token.grant.person == grant.person
            };
            let mut alive: Vec<&mut Refresh> = books.refresh.values_mut().filter(|token| same(token)).collect();
            alive.sort_by_key(|token| token.number);
            let surplus = (alive.len() + 1).saturating_sub(most);
            for token in alive.into_iter().take(surplus) {
                token.ended = Some(Reason::Crowded);
            }
        }
        books.refresh.insert(text, Refresh { grant, issued: now, used: now, ends, number, ended: None });
    }

    /// What a refresh token stands for, and when the time it was given for is over; using it keeps it alive.
    pub fn refresh(
        &self,
        text: &str,
        client: &str,
        now: DateTime<Utc>,
    ) -> Result<(Grant, Option<DateTime<Utc>>), Refusal> {
        let mut books = self.books();
        let Books { refresh, blocked, .. } = &mut *books;
        let token = refresh.get_mut(text).filter(|token| token.grant.client == client).ok_or(Refusal::Unknown)?;
        if let Some(why) = self.hindrance(blocked, &token.grant) {
            return Err(Refusal::Ended(why, token.issued));
        }
        if token.ended.is_none() && token.ends.is_some_and(|ends| ends <= now) {
            token.ended = Some(Reason::TestingExpired);
        }
        if token.ended.is_none() && token.used + Duration::days(self.manners.idle_days) < now {
            token.ended = Some(Reason::Idle);
        }
        if let Some(why) = token.ended {
            return Err(Refusal::Ended(why, token.issued));
        }
        token.used = now;
        Ok((token.grant.clone(), token.ends))
    }

    /// What keeps a grant from working although it lives.
    fn hindrance(&self, blocked: &BTreeSet<(String, Reason)>, grant: &Grant) -> Option<Reason> {
        let hit =
            |(person, reason): &&(String, Reason)| *person == grant.person && (self.manners.reaches)(*reason, grant);
        blocked.iter().find(hit).map(|(_, reason)| *reason)
    }

    /// What a living access token stands for, and how many seconds it has left.
    pub fn access(&self, text: &str, now: DateTime<Utc>) -> Option<(Grant, i64)> {
        let books = self.books();
        let access = books.access.get(text).filter(|access| access.expires > now)?;
        if self.manners.access_ends && self.hindrance(&books.blocked, &access.grant).is_some() {
            return None;
        }
        Some((access.grant.clone(), (access.expires - now).num_seconds()))
    }

    /// Revokes by a token: everything this person gave to any client of the project ends. Says whether it was alive.
    pub fn revoke(&self, text: &str, now: DateTime<Utc>) -> bool {
        let person = {
            let books = self.books();
            let access = books.access.get(text).filter(|access| access.expires > now).map(|access| &access.grant);
            let refresh = books.refresh.get(text).filter(|token| token.ended.is_none()).map(|token| &token.grant);
            access.or(refresh).map(|grant| grant.person.clone())
        };
        person.is_some_and(|person| self.end(&person, Reason::Removed))
    }

    /// Something happens to a person's grants; false where the provider knows no such thing.
    pub fn end(&self, person: &str, reason: Reason) -> bool {
        let Some(effect) = (self.manners.effect)(reason) else { return false };
        let mut books = self.books();
        let hit = |grant: &Grant| grant.person == person && (self.manners.reaches)(reason, grant);
        if effect.kills {
            for token in books.refresh.values_mut().filter(|token| token.ended.is_none() && hit(&token.grant)) {
                token.ended = Some(reason);
            }
            if self.manners.access_ends {
                books.access.retain(|_, access| !hit(&access.grant));
            }
        }
        if effect.blocks {
            books.blocked.insert((person.to_owned(), reason));
        }
        if reason == Reason::Removed {
            books.codes.retain(|_, issued| issued.code.grant.person != person);
            books.consents.retain(|(who, _), _| who != person);
            books.offline.retain(|(who, _)| who != person);
        }
        true
    }

    /// Takes some scopes out of everything this person gave; says whether any was in it. Tokens that were issued before keep
    /// what they have until they run out.
    pub fn narrow(&self, person: &str, scopes: &[String]) -> bool {
        let mut books = self.books();
        let Books { refresh, consents, .. } = &mut *books;
        let mut hit = false;
        for token in refresh.values_mut().filter(|token| token.grant.person == person) {
            let before = token.grant.scopes.len();
            token.grant.scopes.retain(|scope| !scopes.contains(scope));
            hit |= token.grant.scopes.len() < before;
        }
        for (_, had) in consents.iter_mut().filter(|((who, _), _)| who == person) {
            had.retain(|scope| !scopes.contains(scope));
        }
        hit
    }

    /// Whether something keeps this person's grants from working.
    pub fn blocked(&self, person: &str, reason: Reason) -> bool {
        self.books().blocked.contains(&(person.to_owned(), reason))
    }

    /// Lifts one of these; the dead tokens stay dead.
    pub fn unblock(&self, person: &str, reason: Reason) {
        self.books().blocked.remove(&(person.to_owned(), reason));
    }

    /// Lifts all of these.
    pub fn allow_again(&self, person: &str) {
        self.books().blocked.retain(|(who, _)| who != person);
    }
}
