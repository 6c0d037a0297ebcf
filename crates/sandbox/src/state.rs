//! Everything a running sandbox consists of.

use crate::clock::Clock;
use crate::config::Config;
use crate::faults::Faults;
use crate::google::pubsub::desk::Desk as Pubsub;
use crate::microsoft::graph::Desk;
use crate::oauth::ledger::Ledger;
use crate::oauth::manners::Manners;
use crate::oauth::rules::Rules;
use crate::quota::Windows;
use crate::requests::Requests;
use crate::signer::Signer;
use crate::world::World;

/// A running sandbox, shared by all its connections.
#[derive(Debug)]
pub struct Sandbox {
    /// How it was started.
    pub config: Config,
    /// Its clock.
    pub clock: Clock,
    /// Its people and what is theirs.
    pub world: World,
    /// The pretend Google.
    pub google: Side,
    /// The pretend Microsoft.
    pub microsoft: Side,
    /// What Graph keeps besides the mailboxes.
    pub graph: Desk,
    /// What Gmail tells of by itself.
    pub pubsub: Pubsub,
    /// Quota windows.
    pub quota: Windows,
    /// Faults in force.
    pub faults: Faults,
    /// What was asked.
    pub requests: Requests,
    /// Signs Google's ID tokens.
    pub google_signer: Signer,
    /// Signs what the pretend project's service account says.
    pub service_signer: Signer,
    /// Signs Microsoft's ID tokens for work accounts.
    pub work_signer: Signer,
    /// Signs Microsoft's ID tokens for personal accounts.
    pub personal_signer: Signer,
}

/// One of the two providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Google.
    Google,
    /// Microsoft.
    Microsoft,
}

/// What each provider has for itself.
#[derive(Debug)]
pub struct Side {
    /// Its origin, such as `http://127.0.0.1:4010`; Google's is also its issuer.
    pub url: String,
    /// Consents, codes and tokens.
    pub ledger: Ledger,
    /// What an operator has set up there.
    pub rules: Rules,
}

impl Side {
    /// A provider nobody has been at yet.
    pub fn new(url: &str, manners: &'static Manners) -> Self {
        Self { url: url.to_owned(), ledger: Ledger::new(manners), rules: Rules::default() }
    }
}

impl Sandbox {
    /// What a provider has for itself.
    pub fn side(&self, provider: Provider) -> &Side {
        match provider {
            Provider::Google => &self.google,
            Provider::Microsoft => &self.microsoft,
        }
    }
}
