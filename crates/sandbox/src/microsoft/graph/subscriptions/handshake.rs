//! Before a subscription is made, its address has to show that somebody there wants it: it gives back what it is asked.

use http::StatusCode;
use http::header::CONTENT_TYPE;
use tokio::runtime::Handle;
use url::Url;

use super::super::failure::Failure;
use super::delivery::{VALIDATION, client};
use crate::chance::guid;

/// Asks an address; called from a thread that may wait.
pub fn ask(address: &str) -> Result<(), Failure> {
    // With signs that have to be encoded on the way there, and decoded on the way back.
    let token = format!("Validation: Testing client application reachability for subscription Request-Id: {}", guid());
    let refused = |what: &str| {
        let text = format!("Subscription validation request failed. {what}");
        Failure::new(StatusCode::BAD_REQUEST, "ValidationError", text)
    };
    let mut url = Url::parse(address).map_err(|_| refused("The address cannot be read."))?;
    url.query_pairs_mut().append_pair("validationToken", &token);
    let asked = Handle::current().block_on(async {
        let response = client().ok_or_else(|| refused("No client."))?.post(url).timeout(VALIDATION).send().await;
        let response = response.map_err(|_| refused("The server committed a protocol violation or timed out."))?;
        let plain = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
        if response.status() != StatusCode::OK || !plain {
            return Err(refused("HTTP status code or content type is not as expected."));
        }
        response.text().await.map_err(|_| refused("The body cannot be read."))
    })?;
    if asked == token { Ok(()) } else { Err(refused("Response must exactly match validationToken query parameter.")) }
}
