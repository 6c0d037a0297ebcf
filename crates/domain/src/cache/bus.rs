//! Tells every process that something of a user moved, so that open screens read it again.

use super::{RedisUnreachable, redis};
use fred::{
    clients::Client,
    prelude::{ClientLike, EventInterface, PubsubInterface},
};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::{self, error::RecvError};
use uuid::Uuid;

const CHANNEL: &str = "gatepost:notices";
/// A reader that falls further behind than this is told so, and reads everything again.
const BACKLOG: usize = 1024;

/// Something moved. Ids only: the reader loads what it may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Whose.
    pub user: Uuid,
    /// What.
    pub what: What,
}

/// What moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum What {
    /// A connection's sync progress.
    Sync {
        /// Which connection.
        connection: Uuid,
    },
    /// A connection's stored mail.
    Mail {
        /// Which connection.
        connection: Uuid,
    },
    /// A mail that the user writes: queued, taken back, sent, failed, thrown away.
    Written {
        /// Which mail.
        mail: Uuid,
    },
    /// A connection's state: made, ill, repaired, going.
    Connection {
        /// Which connection.
        connection: Uuid,
    },
}

/// Carries notices within this process, or through Redis to all.
#[derive(Clone)]
pub struct Bus {
    local: broadcast::Sender<Notice>,
    shared: Option<Client>,
}

impl Bus {
    /// A bus within this process.
    pub fn in_process() -> Self {
        Self { local: broadcast::Sender::new(BACKLOG), shared: None }
    }

    /// A bus over all processes that use the same Redis.
    pub async fn redis(url: &str) -> Result<Self, RedisUnreachable> {
        let client = async {
            let client = redis::builder(url)?.build()?;
            client.init().await?;
            Ok(client)
        };
        let shared = client.await.map_err(RedisUnreachable)?;
        let subscriber = redis::subscriber(url).await.map_err(RedisUnreachable)?;
        let local = broadcast::Sender::new(BACKLOG);
        let mut messages = subscriber.message_rx();
        subscriber.subscribe(CHANNEL).await.map_err(RedisUnreachable)?;
        tokio::spawn({
            let local = local.clone();
            async move {
                // Subscriptions are made again after a reconnect for as long as this task runs.
                let resubscribing = subscriber.manage_subscriptions();
                loop {
                    let message = match messages.recv().await {
                        Ok(message) => message,
                        // A burst pushed some out: screens also refresh on their own.
                        Err(RecvError::Lagged(missed)) => {
                            tracing::warn!(missed, "bus.lagged");
                            continue;
                        }
                        Err(RecvError::Closed) => break,
                    };
                    let text = message.value.into_string().unwrap_or_default();
                    if let Ok(notice) = serde_json::from_str(&text) {
                        // Nobody listening is fine.
                        let _ = local.send(notice);
                    }
                }
                resubscribing.abort();
            }
        });
        Ok(Self { local, shared: Some(shared) })
    }

    /// Tells everybody who listens. A notice that cannot be sent is dropped: screens also refresh on their own.
    pub async fn publish(&self, notice: Notice) {
        let Some(client) = &self.shared else {
            let _ = self.local.send(notice);
            return;
        };
        let Ok(text) = serde_json::to_string(&notice) else { return };
        if let Err(error) = client.publish::<(), _, _>(CHANNEL, text).await {
            tracing::warn!(error = %error, "bus.unreachable: only this process is told");
            let _ = self.local.send(notice);
        }
    }

    /// Every notice from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.local.subscribe()
    }
}
