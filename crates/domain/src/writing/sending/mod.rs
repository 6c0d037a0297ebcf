//! The job that hands a mail to its provider, once.
//!
//! Before the provider is asked for anything that counts, `written_mails.step` says so, in a commit of its own. So whoever
//! takes a mail up, in another process and after any death, knows whether a call may have arrived, and looks for the mail
//! before it asks again. It looks late enough: a call that got no answer may still be at work at the provider, so nobody
//! looks before [`SETTLES`] is over. [`gmail`]: looked for by its `Message-ID`. [`outlook`]: a draft is made and then sent,
//! and a draft can be sent once. [`whole`]: the mail with its files. [`ending`]: what is
//! written down in the end.

mod ending;
mod gmail;
mod outlook;
mod step;
mod whole;

use step::Step;

use super::{Why, Writing, draft::may_send};
use crate::{
    connections::{AccessToken, Connections, GrantError},
    jobs::{JobContext, JobError, JobOutcome, Lease},
    providers::{Caller, Provider, ProviderError, budget::Urgency, sending::Unsent},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    connected_accounts,
    written_mails::{Column as C, Entity as Mails, Model as Row},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

/// A call that got no answer has done its work by then, or never will: four times as long as one is waited for.
pub(super) const SETTLES: TimeDelta = TimeDelta::minutes(2);

/// A mail on its way, and as whom it is sent.
struct Errand<'a> {
    mail: Row,
    account: &'a connected_accounts::Model,
    token: &'a AccessToken,
    lease: &'a Lease,
}

impl Errand<'_> {
    /// A person waits for it, even when they do not look on.
    fn caller(&self) -> Caller<'_> {
        Caller { person: &self.account.subject, token: &self.token.0, urgency: Urgency::Interactive }
    }

    fn message_id(&self) -> &str {
        self.mail.rfc_message_id.as_deref().unwrap_or_default()
    }
}

/// Why an errand stopped before its end.
#[derive(Debug, thiserror::Error)]
enum Stop {
    /// The mail will not be sent as things are.
    #[error("the mail is not sent: {0:?}")]
    Failed(Why),
    /// Nothing is wrong, and now is too early.
    #[error("the mail has to wait until {0}")]
    Wait(DateTime<Utc>),
    /// The provider asks to wait.
    #[error("the provider asks to wait until {0}")]
    Throttled(DateTime<Utc>),
    /// The token is not accepted, or covers less than the grant.
    #[error("the token is not accepted")]
    Renew(#[source] ProviderError),
    /// Something has changed: look at the mail again, at once.
    #[error("the mail has changed")]
    Again,
    /// It cannot be had just now.
    #[error("the provider did not answer")]
    Later(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Somebody else has the mail, or nobody: it was taken back, or thrown away with its mailbox.
    #[error("the mail is not in these hands any more")]
    Lost,
    /// The database did not do it.
    #[error("the database did not do it")]
    Database(#[from] DbErr),
}

impl From<ProviderError> for Stop {
    /// For questions, which change nothing at the provider.
    fn from(error: ProviderError) -> Self {
        match Unsent::from(error) {
            Unsent::Throttled { until } => Self::Throttled(until),
            Unsent::Expired(error) | Unsent::ScopeMissing(error) => Self::Renew(error),
            Unsent::NotAllowed => Self::Failed(Why::NotAllowed),
            Unsent::Unknown(error) => Self::Later(Box::new(error)),
            Unsent::Gone | Unsent::TooLarge | Unsent::NotAccepted => {
                Self::Later("the provider's answer cannot be used".into())
            }
        }
    }
}

/// Whether a mail can be handed over.
enum Ready {
    /// Now.
    Now(Box<(Row, connected_accounts::Model)>),
    /// Not before.
    At(DateTime<Utc>),
    /// Somebody else was faster: look again.
    Again,
    /// Never, as it is.
    Over,
}

impl Writing {
    /// Hands a mail to its provider.
    pub(crate) async fn run(&self, id: Uuid, context: &JobContext) -> Result<JobOutcome, JobError> {
        let mut renewed = false;
        loop {
            if context.stop.is_cancelled() {
                return Ok(JobOutcome::Again { at: self.connections().clock.now() });
            }
            let (mail, account) = match self.ready(id).await? {
                Ready::Now(both) => *both,
                Ready::At(at) => return Ok(JobOutcome::Idle { at }),
                Ready::Again => continue,
                Ready::Over => return Ok(JobOutcome::Done),
            };
            let token = match self.connections().access_token(account.id).await {
                Ok(token) => token,
                Err(GrantError::NeedsReconnect | GrantError::NotFound) => {
                    self.failed(&mail, Why::NeedsReconnect).await?;
                    return Ok(JobOutcome::Done);
                }
                Err(error @ GrantError::Transient(_)) => return self.later(id, Box::new(error), context).await,
            };
            let mut errand = Errand { mail, account: &account, token: &token, lease: &context.lease };
            // Boxed: it is deep.
            let handed = Box::pin(self.hand_over(&mut errand)).await;
            self.count_call(&account).await?;
            match handed {
                Ok(remote_id) => {
                    self.arrived(&errand, &remote_id).await?;
                    return Ok(JobOutcome::Done);
                }
                Err(Stop::Again) => {}
                Err(Stop::Renew(_)) if !renewed => {
                    renewed = true;
                    self.connections().refused(account.id, &token).await.map_err(JobError::retry)?;
                }
                Err(stop) => return self.stopped(&errand.mail, stop, context).await,
            }
        }
    }

    /// Looks whether it is time, and takes the mail.
    async fn ready(&self, id: Uuid) -> Result<Ready, DbErr> {
        let Connections { db, clock, .. } = self.connections();
        let now = clock.now();
        let Some(mail) = Mails::find_by_id(id).one(db).await? else { return Ok(Ready::Over) };
        match due(&mail) {
            None => return Ok(Ready::Over),
            Some(at) if at > now => return Ok(Ready::At(at)),
            Some(_) => {}
        }
        let account = connected_accounts::Entity::find_by_id(mail.connection_id).one(db).await?;
        let Some(account) = account.filter(|account| account.state != "disconnecting") else {
            return Ok(Ready::Over);
        };
        let Some(mail) = self.take(mail).await? else { return Ok(Ready::Again) };
        if let Some(why) = hindrance(&account)? {
            self.failed(&mail, why).await?;
            return Ok(Ready::Over);
        }
        Ok(Ready::Now(Box::new((mail, account))))
    }

    /// What a stop means for the mail and its job.
    async fn stopped(&self, mail: &Row, stop: Stop, context: &JobContext) -> Result<JobOutcome, JobError> {
        let why = match stop {
            Stop::Renew(ProviderError::Expired) => {
                return self.later(mail.id, "the token is not accepted".into(), context).await;
            }
            Stop::Wait(until) => return Ok(JobOutcome::Again { at: until }),
            Stop::Throttled(until) => return self.slowed_down(mail, until).await,
            Stop::Later(error) => return self.later(mail.id, error, context).await,
            Stop::Lost => return Ok(JobOutcome::Done),
            Stop::Again => return Ok(JobOutcome::Again { at: self.connections().clock.now() }),
            Stop::Database(error) => return Err(error.into()),
            Stop::Renew(_) => Why::NotAllowed,
            Stop::Failed(why) => why,
        };
        self.failed(mail, why).await?;
        Ok(JobOutcome::Done)
    }

    async fn hand_over(&self, errand: &mut Errand<'_>) -> Result<String, Stop> {
        match (errand.account.provider.parse(), self.sync.gmail(), self.sync.outlook()) {
            (Ok(Provider::Google), Some(gmail), _) => self.through_gmail(gmail, errand).await,
            (Ok(Provider::Microsoft), _, Some(outlook)) => self.through_outlook(outlook, errand).await,
            // Its provider is not set up any more: whoever sets it up again starts the server anew.
            _ => Err(ProviderError::Unavailable { source: None }.into()),
        }
    }

    /// From now on it cannot be taken back; `None` when it just was.
    async fn take(&self, mut mail: Row) -> Result<Option<Row>, DbErr> {
        if mail.state == "sending" {
            return Ok(Some(mail));
        }
        let Connections { db, clock, .. } = self.connections();
        let now = clock.now();
        let taken = Mails::update_many()
            .col_expr(C::State, Expr::value("sending"))
            .col_expr(C::StateSince, Expr::value(now))
            .filter(C::Id.eq(mail.id))
            .filter(C::State.eq("queued"))
            .filter(C::SendAt.lte(now))
            .exec(db)
            .await?;
        if taken.rows_affected == 0 {
            return Ok(None);
        }
        self.tell(mail.user_id, mail.id).await;
        "sending".clone_into(&mut mail.state);
        mail.state_since = now;
        Ok(Some(mail))
    }

    /// Writes down what the provider is asked, before it is.
    async fn note(
        &self,
        errand: &mut Errand<'_>,
        step: Step,
        again_at: Option<DateTime<Utc>>,
        remote_id: Option<String>,
    ) -> Result<(), Stop> {
        let noted = Mails::update_many()
            .col_expr(C::Step, Expr::value(step.as_str()))
            .col_expr(C::AgainAt, Expr::value(again_at))
            .col_expr(C::RemoteId, Expr::value(remote_id.clone()))
            .filter(C::Id.eq(errand.mail.id))
            .filter(C::State.eq("sending"))
            .exec(&self.connections().db)
            .await?;
        if noted.rows_affected == 0 {
            return Err(Stop::Lost);
        }
        step.as_str().clone_into(&mut errand.mail.step);
        errand.mail.again_at = again_at;
        errand.mail.remote_id = remote_id;
        Ok(())
    }

    /// The last moment to find out that another worker took the mail up.
    async fn still_ours(&self, errand: &Errand<'_>) -> Result<(), Stop> {
        let held = errand.lease.renew(self.connections().clock.now()).await;
        held.map_err(|_| Stop::Lost)
    }

    /// Lets a call that nobody heard the answer of come to its end before the mail is looked for.
    async fn let_settle(&self, errand: &mut Errand<'_>) -> Result<(), Stop> {
        if errand.mail.again_at.is_some() {
            return Ok(());
        }
        let at = self.connections().clock.now() + SETTLES;
        let (step, remote_id) = (Step::of(&errand.mail), errand.mail.remote_id.clone());
        self.note(errand, step, Some(at), remote_id).await?;
        Err(Stop::Wait(at))
    }
}

/// When the provider is asked; `None` when it is not.
fn due(mail: &Row) -> Option<DateTime<Utc>> {
    match mail.state.as_str() {
        "queued" => mail.send_at.or(Some(mail.state_since)),
        "sending" => mail.again_at.or(Some(mail.state_since)),
        _ => None,
    }
}

/// What keeps an account from sending.
fn hindrance(account: &connected_accounts::Model) -> Result<Option<Why>, DbErr> {
    Ok(match account.state.as_str() {
        "active" if may_send(&account.features)? => None,
        "active" if may_send(&account.refused_features)? => Some(Why::NotAllowed),
        "active" => Some(Why::SwitchedOff),
        _ => Some(Why::NeedsReconnect),
    })
}
