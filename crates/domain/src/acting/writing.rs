//! The job that tells a provider what people did, and what becomes of an act the provider will not do.

use super::{Acting, Reason, is_refused, may_manage};
use crate::{
    audit,
    cache::{Notice, What},
    connections::{AccessToken, Connections, GrantError},
    jobs::{JobContext, JobError, JobOutcome},
    mail::{Act, acts},
    providers::{Caller, Provider, ProviderError, budget::Urgency, error::Refusal},
};
use chrono::TimeDelta;
use entity::{acts::Model as Said, connected_accounts};
use sea_orm::{DbErr, EntityTrait};
use uuid::Uuid;

/// Acts told in one go: as many as one call of Gmail can name.
const AT_ONCE: u64 = 1_000;
/// A connection that only its person can repair is looked at again after this long.
const LATER: TimeDelta = TimeDelta::minutes(5);

/// Acts on their way, and as whom they are told.
pub(super) struct Errand<'a> {
    pub account: &'a connected_accounts::Model,
    pub token: &'a AccessToken,
    pub said: Vec<Said>,
}

impl Errand<'_> {
    /// A person waits for it, even when they do not look on.
    pub fn caller(&self) -> Caller<'_> {
        Caller { person: &self.account.subject, token: &self.token.0, urgency: Urgency::Interactive }
    }
}

/// Why an errand stopped before its end; what was told until then is written down.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    #[error("the provider did not do it")]
    Provider(#[from] ProviderError),
    #[error("the database did not do it")]
    Database(#[from] DbErr),
}

impl Acting {
    /// Tells the provider everything that is pending for a connection.
    pub(crate) async fn run(&self, connection: Uuid, context: &JobContext) -> Result<JobOutcome, JobError> {
        tokio::select! {
            biased;
            () = context.stop.cancelled() => Ok(JobOutcome::Again { at: self.connections().clock.now() }),
            ended = Box::pin(self.write_all(connection)) => ended,
        }
    }

    async fn write_all(&self, connection: Uuid) -> Result<JobOutcome, JobError> {
        let Connections { db, clock, .. } = self.connections();
        let mut renewed = false;
        loop {
            let account = connected_accounts::Entity::find_by_id(connection).one(db).await?;
            let Some(account) = account.filter(|account| account.state != "disconnecting") else {
                return Ok(JobOutcome::Done);
            };
            let mut said = acts::pending(db, connection, AT_ONCE).await?;
            if said.is_empty() {
                return Ok(JobOutcome::Done);
            }
            let later = JobOutcome::Idle { at: clock.now() + LATER };
            // What a later version wrote down waits for it.
            said.retain(|one| one.act.parse::<Act>().is_ok());
            if account.state != "active" || said.is_empty() {
                return Ok(later);
            }
            if !may_manage(&account)? {
                let by_provider = is_refused(&account)?;
                let reason = if by_provider { Reason::NotAllowed } else { Reason::SwitchedOff };
                self.refuse(&account, &said, reason).await?;
                continue;
            }
            let token = match self.connections().access_token(connection).await {
                Ok(token) => token,
                Err(GrantError::NeedsReconnect | GrantError::NotFound) => return Ok(later),
                Err(error @ GrantError::Transient(_)) => return Err(JobError::retry(error)),
            };
            let stopped = match self.tell(Errand { account: &account, token: &token, said }).await {
                Ok(()) => continue,
                Err(Stop::Database(error)) => return Err(error.into()),
                Err(Stop::Provider(error)) => error,
            };
            match stopped {
                ProviderError::Throttled { until, .. } => return Ok(JobOutcome::Again { at: until }),
                // The token may be older than what the grant covers now.
                ProviderError::Expired | ProviderError::Refused { reason: Refusal::ScopeMissing } if !renewed => {
                    renewed = true;
                    self.connections().refused(connection, &token).await.map_err(JobError::retry)?;
                }
                ProviderError::Refused { reason } => {
                    let all = acts::pending(db, connection, AT_ONCE).await?;
                    self.refuse(&account, &all, Reason::of(reason)).await?;
                }
                error => return Err(JobError::retry(error)),
            }
        }
    }

    async fn tell(&self, errand: Errand<'_>) -> Result<(), Stop> {
        match (errand.account.provider.parse(), self.sync.gmail(), self.sync.outlook()) {
            (Ok(Provider::Google), Some(gmail), _) => self.tell_gmail(gmail, errand).await,
            (Ok(Provider::Microsoft), _, Some(outlook)) => self.tell_outlook(outlook, errand).await,
            // Its provider is not set up any more: whoever sets it up again starts the server anew.
            _ => Err(ProviderError::Unavailable { source: None }.into()),
        }
    }

    /// Writes down what came of telling some of them. What is everybody's trouble stops the errand.
    pub(super) async fn settle(
        &self,
        account: &connected_accounts::Model,
        said: &[Said],
        told: Result<(), ProviderError>,
    ) -> Result<(), Stop> {
        let reason = match told {
            Ok(()) => {
                let Connections { db, clock, .. } = self.connections();
                let names: Vec<Uuid> = said.iter().map(|one| one.said).collect();
                acts::mark_written(db, &names, account.id, clock.now()).await?;
                return Ok(());
            }
            Err(ProviderError::Gone) => Reason::Gone,
            Err(ProviderError::Broken { what, .. }) => {
                tracing::warn!(connection = %account.id, what, "act.not_accepted");
                Reason::NotAccepted
            }
            Err(ProviderError::Refused { reason: Refusal::Other }) => Reason::NotAccepted,
            Err(error) => return Err(error.into()),
        };
        self.refuse(account, said, reason).await?;
        if reason == Reason::Gone {
            // The sync learns of it by itself, but later.
            let asked = self.sync.sync_now(account.user_id, account.id).await;
            if let Err(error) = asked {
                tracing::debug!(%error, "act.sync_not_asked");
            }
        }
        Ok(())
    }

    /// What the provider said is shown again, and the person is told why.
    async fn refuse(&self, account: &connected_accounts::Model, said: &[Said], reason: Reason) -> Result<(), DbErr> {
        let Connections { db, clock, randomness, bus, .. } = self.connections();
        let tx = acts::begin(db, account.id).await?;
        let refused = acts::refuse(&tx, account.id, said, reason.as_str(), clock.now()).await?;
        if refused > 0 {
            let entry = audit::Entry {
                user: Some(account.user_id),
                connection: Some(account.id),
                action: "mail.change",
                outcome: "refused",
                detail: Some(reason.as_str()),
                ..audit::Entry::default()
            };
            audit::record(&tx, &**clock, randomness, entry).await?;
        }
        tx.commit().await?;
        bus.publish(Notice { user: account.user_id, what: What::Mail { connection: account.id } }).await;
        Ok(())
    }

    /// Notes a call for the record.
    pub(super) async fn count_call(&self, account: &connected_accounts::Model) -> Result<(), DbErr> {
        self.connections().count_calls(account, "api.mail.change", 1).await
    }
}
