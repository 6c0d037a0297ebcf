//! What Graph finds.

use super::{OutlookMail, OutlookMessage, wire};
use crate::providers::{Caller, ProviderError};
use url::form_urlencoded::byte_serialize;

/// What is read of what was found: not the texts.
const FOUND: &str = "id,conversationId,parentFolderId,receivedDateTime,isRead,flag";

impl OutlookMail {
    /// The newest messages that Graph finds for `kql`, in all folders, at most `most`. They come without subject and text.
    ///
    /// `$search` takes KQL between quotes; quotes inside are escaped by a backslash (Graph, "Use the $search query parameter").
    pub async fn find(&self, caller: Caller<'_>, kql: &str, most: u32) -> Result<Vec<OutlookMessage>, ProviderError> {
        let search = format!("\"{}\"", kql.replace('"', "\\\""));
        // A space as %20: not everything that reads OData takes a plus for one.
        let search = byte_serialize(search.as_bytes()).collect::<String>().replace('+', "%20");
        let path = format!("me/messages?$search={search}&$top={most}&$select={FOUND}");
        let page: wire::Page = self.get(caller, &path, most).await?;
        Ok(page.value.into_iter().filter_map(|line| serde_json::from_value(line).ok()).collect())
    }
}
