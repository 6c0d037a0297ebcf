//! Providers that tell of news by themselves, so that new mail is here in seconds. They may be late, silent, or say things
//! twice: all that follows from a word of theirs is a look now instead of later, and looking by the clock goes on
//! (`docs/decisions/0016`).
//!
//! - [`keeping`]: the job that keeps a connection's channel open. [`pulling`]: the job that pulls from Pub/Sub.
//!   [`notices`]: what Graph posts.

mod keeping;
mod notices;
mod pulling;

pub use notices::NotTaken;

use crate::{
    connections::Connections,
    providers::{Provider, google::pubsub::Pubsub},
    sync::Sync,
};

/// The channels of everybody.
#[derive(Clone)]
pub struct News {
    sync: Sync,
    /// Where Gmail leaves word; `None` when it is not set up.
    pubsub: Option<Pubsub>,
}

impl News {
    pub(crate) fn new(sync: Sync, pubsub: Option<Pubsub>) -> Self {
        Self { sync, pubsub }
    }

    fn connections(&self) -> &Connections {
        &self.sync.connections
    }

    /// Whether Graph is asked to post here.
    fn listens(&self) -> bool {
        self.sync.connections.mailboxes.target(Provider::Microsoft).is_some()
    }

    /// Whether there is somewhere to pull from.
    pub(crate) fn pulls(&self) -> bool {
        self.pubsub.is_some()
    }
}
