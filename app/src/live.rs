//! The one event stream (`GET /events`), as signals.

use crate::features::connections::{ConnectionState, SyncProgress};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One server-sent event: ids and numbers only, never a subject, an address or a token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveEvent {
    /// A connection's sync moved.
    Sync { connection: Uuid, progress: SyncProgress },
    /// New or changed mail was stored for a connection.
    Mail { connection: Uuid },
    /// A connection was made, became ill, was repaired or is going.
    Connection { connection: Uuid, state: ConnectionState },
}
