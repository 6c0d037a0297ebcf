//! Everything a running sandbox consists of.

use crate::clock::Clock;
use crate::config::Config;
use crate::faults::Faults;
use crate::google::tokens::Tokens;
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
    /// Consents, codes and tokens at Google.
    pub tokens: Tokens,
    /// Quota windows.
    pub quota: Windows,
    /// Faults in force.
    pub faults: Faults,
    /// What was asked.
    pub requests: Requests,
    /// Signs ID tokens.
    pub signer: Signer,
    /// Google's origin and issuer, such as `http://127.0.0.1:4010`.
    pub google_url: String,
    /// Microsoft's origin.
    pub microsoft_url: String,
}
