//! One question to a provider, for a person who waits for the answer.

use super::{ReadError, Reading};
use crate::{
    connections::GrantError,
    mail::Wording,
    providers::{
        Caller, Provider, ProviderError,
        budget::Urgency,
        error::{Quota, Refusal},
        file::Pieces,
        google::gmail::MessageName,
        microsoft::mail::{NameInText, OutlookMessage},
    },
};
use chrono::TimeDelta;
use entity::connected_accounts;
use sea_orm::EntityTrait;
use uuid::Uuid;

/// Longer waits than this are told instead of waited.
const LONGEST_WAIT: TimeDelta = TimeDelta::seconds(10);

/// What is asked of a mail or of a mailbox.
#[derive(Clone, Copy)]
pub(super) enum Question<'a> {
    /// The file at this place.
    File { message: &'a str, part: &'a str },
    /// All header lines; Outlook only.
    Headers { message: &'a str },
    /// What its text calls its files; Outlook only.
    NamesInText { message: &'a str },
    /// Which messages are like this, the newest first, and at most so many.
    Search { wording: &'a Wording, most: u32 },
}

/// The answer to the question of the same name.
pub(super) enum Reply {
    File(Pieces),
    Headers(Vec<(String, String)>),
    NamesInText(Vec<NameInText>),
    Found(Found),
}

/// What a search found.
pub(super) enum Found {
    Gmail(Vec<MessageName>),
    /// What is not known here of a message has to be asked of it.
    Outlook(Vec<OutlookMessage>),
}

impl From<ProviderError> for ReadError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Gone => Self::Gone,
            ProviderError::Throttled { until, .. } => Self::Throttled { until },
            ProviderError::Refused { .. } => Self::NotAllowed,
            ProviderError::Broken { what, .. } => {
                tracing::warn!(what, "reading.nonsense");
                Self::Unavailable
            }
            ProviderError::Expired
            | ProviderError::CursorLost
            | ProviderError::TooLarge
            | ProviderError::Unavailable { .. } => Self::Unavailable,
        }
    }
}

impl From<GrantError> for ReadError {
    fn from(error: GrantError) -> Self {
        match error {
            GrantError::NeedsReconnect => Self::NeedsReconnect,
            GrantError::NotFound => Self::NotFound,
            GrantError::Transient(_) => Self::Unavailable,
        }
    }
}

impl Reading {
    /// Asks with a fresh token, and once more with a fresher one.
    pub(super) async fn ask(&self, connection: Uuid, question: Question<'_>) -> Result<Reply, ReadError> {
        let connections = self.connections();
        let account = connected_accounts::Entity::find_by_id(connection).one(&connections.db).await?;
        let account = account.filter(|account| account.state != "disconnecting").ok_or(ReadError::NotFound)?;
        if account.state != "active" {
            return Err(ReadError::NeedsReconnect);
        }
        let mut renewed = false;
        loop {
            let token = connections.access_token(account.id).await?;
            let caller = Caller { person: &account.subject, token: &token.0, urgency: Urgency::Interactive };
            let answered = self.put(&account, caller, question).await;
            self.sync.count_calls(&account, 1).await?;
            match answered {
                Err(ProviderError::Expired | ProviderError::Refused { reason: Refusal::ScopeMissing }) if !renewed => {
                    renewed = true;
                    connections.refused(account.id, &token).await?;
                }
                answered => return Ok(answered?),
            }
        }
    }

    async fn put(
        &self,
        account: &connected_accounts::Model,
        caller: Caller<'_>,
        question: Question<'_>,
    ) -> Result<Reply, ProviderError> {
        let too_long = self.connections().clock.now() + LONGEST_WAIT;
        let busy = |opens: Option<_>| match opens {
            Some(until) if until > too_long => Err(ProviderError::Throttled { until, whose: Quota::Person }),
            _ => Ok(()),
        };
        match (account.provider.parse(), self.sync.gmail(), self.sync.outlook()) {
            (Ok(Provider::Google), Some(gmail), _) => {
                busy(gmail.file_opens_at(caller.person))?;
                match question {
                    Question::File { message, part } => gmail.file(caller, message, part).await.map(Reply::File),
                    // Gmail's come with the message.
                    Question::Headers { .. } => Ok(Reply::Headers(Vec::new())),
                    Question::NamesInText { .. } => Ok(Reply::NamesInText(Vec::new())),
                    Question::Search { wording, most } => {
                        let found = gmail.find(caller, &wording.for_gmail(), most).await?;
                        Ok(Reply::Found(Found::Gmail(found)))
                    }
                }
            }
            (Ok(Provider::Microsoft), _, Some(outlook)) => {
                busy(outlook.opens_at(caller.person))?;
                match question {
                    Question::File { message, part } => outlook.file(caller, message, part).await.map(Reply::File),
                    Question::Headers { message } => outlook.headers(caller, message).await.map(Reply::Headers),
                    Question::NamesInText { message } => {
                        outlook.names_in_text(caller, message).await.map(Reply::NamesInText)
                    }
                    Question::Search { wording, most } => {
                        let found = outlook.find(caller, &wording.for_graph(), most).await?;
                        Ok(Reply::Found(Found::Outlook(found)))
                    }
                }
            }
            // Its provider is not set up any more.
            _ => Err(ProviderError::Unavailable { source: None }),
        }
    }
}
