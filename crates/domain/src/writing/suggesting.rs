//! Addresses seen in mail.

use super::{Address, WriteError, Writing};
use uuid::Uuid;

impl Writing {
    /// People in this user's mail whose name or address begins so, the ones met most first; nothing for nothing typed.
    pub async fn suggest_addresses(&self, user: Uuid, prefix: &str) -> Result<Vec<Address>, WriteError> {
        todo!()
    }
}
