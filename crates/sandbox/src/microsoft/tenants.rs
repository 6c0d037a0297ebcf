//! The first part of every login path: whose accounts are meant (provider facts 2.1).

use super::errors::Aadsts;
use crate::oauth::rules::Audience;
use crate::world::Person;
use crate::world::people::{ORGANISATIONS, PERSONAL_TENANT};

/// Which accounts a path is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tenant {
    /// `common`: all.
    Common,
    /// `organizations`: those of any organisation.
    Organizations,
    /// `consumers`, or the tenant id of personal accounts.
    Consumers,
    /// One organisation, by its tenant id or domain; the id.
    One(&'static str),
}

/// A tenant as it stands in a path.
#[derive(Clone, Debug)]
pub struct Place {
    /// The words of the path.
    pub segment: String,
    /// What they mean.
    pub tenant: Tenant,
}

impl Place {
    /// Reads the words.
    pub fn read(segment: &str) -> Result<Self, Aadsts> {
        let organisation = ORGANISATIONS.iter().find(|(domain, id)| segment == *domain || segment == *id);
        let tenant = match segment {
            "common" => Tenant::Common,
            "organizations" => Tenant::Organizations,
            "consumers" | PERSONAL_TENANT => Tenant::Consumers,
            _ => match organisation {
                Some((_, id)) => Tenant::One(id),
                None => return Err(Aadsts::unknown_tenant(segment)),
            },
        };
        Ok(Self { segment: segment.to_owned(), tenant })
    }

    /// The issuer in the discovery document; for several tenants it is the literal template.
    pub fn issuer(&self, origin: &str) -> String {
        let tenant = match self.tenant {
            Tenant::Common | Tenant::Organizations => "{tenantid}",
            Tenant::Consumers => PERSONAL_TENANT,
            Tenant::One(id) => id,
        };
        format!("{origin}/{tenant}/v2.0")
    }

    /// Whether an app that is registered for these accounts may ask here.
    pub fn fits(&self, audience: &Audience, client: &str) -> Result<(), Aadsts> {
        match (audience, &self.tenant) {
            (Audience::Tenant(_), Tenant::Common | Tenant::Organizations) => Err(Aadsts::not_multi_tenant(client)),
            (Audience::Work | Audience::Tenant(_), Tenant::Consumers) => Err(Aadsts::no_consumers(client)),
            (Audience::Personal, Tenant::Common | Tenant::Organizations | Tenant::One(_)) => {
                Err(Aadsts::consumers_only(client))
            }
            _ => Ok(()),
        }
    }

    /// Whether a person can sign in here.
    pub fn admits(&self, person: &Person, audience: &Audience) -> Result<(), Aadsts> {
        let personal = person.domain().is_none();
        let other = |tenant: &str| person.tenant() != tenant;
        match (&self.tenant, audience) {
            (Tenant::One(id), _) if other(id) => Err(Aadsts::stranger(id)),
            (Tenant::Organizations, _) | (_, Audience::Work) if personal => Err(Aadsts::wrong_kind()),
            (Tenant::Consumers, _) | (_, Audience::Personal) if !personal => Err(Aadsts::wrong_kind()),
            (_, Audience::Tenant(id)) if other(id) => Err(Aadsts::stranger(id)),
            _ => Ok(()),
        }
    }
}
