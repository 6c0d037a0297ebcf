//! What an operator has set up at a provider, as far as a test wants it otherwise: `PUT /_sandbox/rules`.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::forgery::Forgery;

/// Whether the clients' secrets are still good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Secret {
    /// The registered one is accepted.
    #[default]
    Good,
    /// Somebody made a new one: the registered one is refused.
    Wrong,
    /// It is past its date.
    Expired,
}

/// Which accounts an app is registered for at Microsoft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Work accounts of any tenant, and personal ones.
    #[default]
    All,
    /// Work accounts of any tenant.
    Work,
    /// Personal accounts.
    Personal,
    /// Work accounts of the tenant with this id.
    Tenant(String),
}

/// What is set up; without anything said, all is well.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Seconds from consent after which new refresh tokens end; token responses tell. 604,800 is what Google's
    /// publishing status "Testing" does (provider facts 1.6).
    pub refresh_token_expires_in: Option<i64>,
    /// The clients' secrets.
    pub secret: Secret,
    /// Microsoft: people of organisations need an administrator's approval for more than signing in (2.7).
    pub admin_consent: bool,
    /// Microsoft: whose accounts may sign in (2.1).
    pub audience: Audience,
    /// What is wrong with the ID tokens.
    pub id_token: Option<Forgery>,
}

/// The settings in force at one provider.
#[derive(Debug, Default)]
pub struct Rules(Mutex<Settings>);

impl Rules {
    /// What is in force.
    pub fn get(&self) -> Settings {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces all of it.
    pub fn set(&self, settings: Settings) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = settings;
    }
}
