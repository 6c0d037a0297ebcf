//! One batch, asked and answered: every message that was wanted comes back as itself or with its own error.

use super::plan::Batch;
use crate::{
    mail::{self, Parsed},
    providers::{
        ProviderError,
        google::gmail::{Ask, Fetched, Gmail, GmailMessage, MOST_AT_ONCE},
    },
    sync::{items::Wanted, run::Credentials},
};
use futures::future::BoxFuture;
use std::{collections::HashMap, panic::catch_unwind};

/// A wanted message and what came of it.
pub(super) type Outcome = (Wanted, Result<Parsed, ProviderError>);

/// Fetches a batch. What a conversation does not bring is asked for by its own id; a batch that cannot be read is asked
/// for again message by message, until what is wrong stands alone.
pub(super) fn fetch<'f>(
    gmail: &'f Gmail,
    credentials: &'f Credentials,
    batch: Batch,
) -> BoxFuture<'f, Result<Vec<Outcome>, ProviderError>> {
    Box::pin(async move {
        let Batch { asks, mut wanted } = batch;
        let mut fetched = match gmail.fetch(credentials.caller(), asks).await {
            Ok(fetched) => fetched,
            Err(error) if wanted.len() == 1 && is_of_one(gmail, credentials, &error).await => {
                return Ok(wanted.pop().map(|one| (one, Err(error))).into_iter().collect());
            }
            Err(ProviderError::Broken { .. }) if wanted.len() > 1 => return by_id(gmail, credentials, wanted, 1).await,
            Err(error) => return Err(error),
        };
        set_apart(gmail, credentials, &mut fetched).await;
        let mut wanted: HashMap<String, Wanted> = wanted.into_iter().map(|one| (one.id.clone(), one)).collect();
        let (mut found, mut outcomes) = (Vec::new(), Vec::new());
        for (ask, result) in fetched {
            match (ask, result) {
                (Ask::Message(id), Ok(mut messages)) => found.extend(wanted.remove(&id).zip(messages.pop())),
                (Ask::Message(id), Err(error)) => outcomes.extend(wanted.remove(&id).map(|one| (one, Err(error)))),
                (Ask::Thread(_), Ok(messages)) => {
                    found.extend(
                        messages.into_iter().filter_map(|message| Some((wanted.remove(&message.id)?, message))),
                    );
                }
                // Its messages are still wanted, below.
                (Ask::Thread(_), Err(error)) => tracing::debug!(%error, "sync.thread_failed"),
            }
        }
        outcomes.extend(read(gmail, credentials, found).await?);
        let left = wanted.into_values().collect();
        outcomes.extend(by_id(gmail, credentials, left, MOST_AT_ONCE).await?);
        Ok(outcomes)
    })
}

/// Asks for messages by their ids, so many at a time.
async fn by_id(
    gmail: &Gmail,
    credentials: &Credentials,
    mut wanted: Vec<Wanted>,
    at_once: usize,
) -> Result<Vec<Outcome>, ProviderError> {
    let mut outcomes = Vec::new();
    while !wanted.is_empty() {
        let rest = wanted.split_off(at_once.min(wanted.len()));
        let asks = wanted.iter().map(|one| Ask::Message(one.id.clone())).collect();
        outcomes.extend(fetch(gmail, credentials, Batch { asks, wanted }).await?);
        wanted = rest;
    }
    Ok(outcomes)
}

/// Whether an error in answer to a single message is that message's own: the provider answers everything else.
async fn is_of_one(gmail: &Gmail, credentials: &Credentials, error: &ProviderError) -> bool {
    match error {
        ProviderError::Broken { .. } => true,
        ProviderError::Unavailable { .. } => gmail.profile(credentials.caller()).await.is_ok(),
        _ => false,
    }
}

/// What a message is refused for is its own trouble where the provider answers this person otherwise: nobody waits for it.
async fn set_apart(gmail: &Gmail, credentials: &Credentials, fetched: &mut [Fetched]) {
    let is_refused =
        |result: &Result<_, _>| matches!(result, Err(ProviderError::Refused { .. } | ProviderError::Expired));
    if !fetched.iter().any(|(_, result)| is_refused(result)) {
        return;
    }
    let one_came = fetched.iter().any(|(_, result)| result.is_ok());
    if one_came || gmail.profile(credentials.caller()).await.is_ok() {
        for (_, result) in fetched {
            if let Err(error) = result
                && matches!(error, ProviderError::Refused { .. } | ProviderError::Expired)
            {
                *error = ProviderError::nonsense(&format!("for this mail alone, {error}"));
            }
        }
    }
}

/// Reads messages, with the texts that were too large to come along.
async fn read(
    gmail: &Gmail,
    credentials: &Credentials,
    found: Vec<(Wanted, GmailMessage)>,
) -> Result<Vec<Outcome>, ProviderError> {
    let mut whole = Vec::with_capacity(found.len());
    let mut outcomes = Vec::new();
    for (one, message) in found {
        match with_texts(gmail, credentials, message).await {
            Ok(message) => whole.push((one, message)),
            Err(error) => outcomes.push((one, Err(error))),
        }
    }
    // Character sets, snippets and headers of a few hundred kilobytes: not on a thread that others wait for.
    let read = move || whole.into_iter().map(|(one, message)| (one, read_one(message))).collect::<Vec<Outcome>>();
    let parsed = tokio::task::spawn_blocking(read).await;
    outcomes.extend(parsed.map_err(|error| ProviderError::unreadable("messages", error))?);
    Ok(outcomes)
}

/// One message that cannot be read takes no other with it.
fn read_one(message: GmailMessage) -> Result<Parsed, ProviderError> {
    catch_unwind(|| mail::read(message)).map_err(|_| ProviderError::nonsense("reading the mail failed"))
}

async fn with_texts(
    gmail: &Gmail,
    credentials: &Credentials,
    mut message: GmailMessage,
) -> Result<GmailMessage, ProviderError> {
    for id in mail::detached_texts(&message.payload) {
        let data = match gmail.attachment(credentials.caller(), &message.id, &id).await {
            // The mail itself is there: it is not gone, it is not whole.
            Err(ProviderError::Gone) => return Err(ProviderError::nonsense("a part of the mail is missing")),
            data => data?,
        };
        mail::attach_text(&mut message.payload, &id, &data);
    }
    Ok(message)
}
