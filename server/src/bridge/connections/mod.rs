//! The port of `connections`, and connections as the screens know them.

mod attempt;
mod checks;
mod exclusions;
mod progress;

pub use attempt::{outcome_for_screen, problem_for_screen};
pub use progress::{nothing, progress_for_screen};

use super::Reports;
use crate::http::site::Site;
use app::{
    error::{AppError, Problem},
    features::{
        connections::{
            Cause, ConnectionBrief, ConnectionCard, ConnectionState, ConnectionsPage, ExclusionKind, Feature,
            FeatureSwitch, MailboxCheck, Provider, ProviderStatus, Receipt, Reread, Revocation,
            server::ConnectionsPort,
        },
        users::Viewer,
    },
    server::Visitor,
};
use domain::{
    Domain,
    connections::{Brief, Connection, State, SwitchError},
    providers,
    sync::{Failing, Progress, SyncError},
};
use uuid::Uuid;

pub(super) struct Connections {
    pub domain: Domain,
    pub reports: Reports,
}

#[async_trait::async_trait]
impl ConnectionsPort for Connections {
    async fn page(&self, viewer: &Viewer) -> Result<ConnectionsPage, AppError> {
        let mut cards = cards(&self.domain, &self.reports, viewer.user_id).await?;
        for card in &mut cards {
            exclusions::fill(&self.domain, &self.reports, viewer.speaks(), card).await?;
        }
        let connections = self.domain.connections();
        let mut alarms = Vec::new();
        for provider in [providers::Provider::Google, providers::Provider::Microsoft] {
            if connections.alarms().code(provider).await.is_some() {
                alarms.push(provider_for_screen(provider));
            }
        }
        let receipts = connections.receipts(viewer.user_id).await.map_err(|error| self.reports.unexpected(&error))?;
        let receipts = receipts.into_iter().map(receipt_for_screen).collect();
        Ok(ConnectionsPage { cards, providers: provider_statuses(&self.domain), alarms, receipts })
    }

    async fn sync_now(&self, viewer: &Viewer, connection: Uuid) -> Result<(), AppError> {
        let asked = self.domain.sync().sync_now(viewer.user_id, connection).await;
        asked.map_err(|error| sync_refusal(&self.reports, error))
    }

    async fn pause_sync(&self, viewer: &Viewer, connection: Uuid, paused: bool) -> Result<(), AppError> {
        let sync = self.domain.sync();
        let done = if paused {
            sync.pause(viewer.user_id, connection).await
        } else {
            sync.resume(viewer.user_id, connection).await
        };
        done.map_err(|error| sync_refusal(&self.reports, error))
    }

    async fn try_again(&self, viewer: &Viewer, connection: Uuid) -> Result<(), AppError> {
        let asked = self.domain.sync().try_again(viewer.user_id, connection).await;
        asked.map_err(|error| sync_refusal(&self.reports, error))
    }

    async fn set_exclusion(
        &self,
        viewer: &Viewer,
        connection: Uuid,
        (kind, value): (ExclusionKind, &str),
        on: bool,
    ) -> Result<(), AppError> {
        let what = exclusions::from_screen(kind, value)?;
        let chosen = self.domain.sync().exclude(viewer.user_id, connection, &what, on).await;
        chosen.map_err(|error| sync_refusal(&self.reports, error))
    }

    async fn check_now(&self, viewer: &Viewer, connection: Uuid) -> Result<(), AppError> {
        let asked = self.domain.sync().ask_check(viewer.user_id, connection).await;
        asked.map_err(|error| sync_refusal(&self.reports, error))
    }

    async fn switch(&self, viewer: &Viewer, connection: Uuid, feature: Feature, on: bool) -> Result<(), AppError> {
        let feature = feature_from_screen(feature);
        let switched = self.domain.connections().switch(viewer.user_id, connection, feature, on).await;
        switched.map_err(|error| switch_refusal(&self.reports, error))
    }

    async fn disconnect(&self, viewer: &Viewer, visitor: &Visitor, connection: Uuid) -> Result<(), AppError> {
        let found = self.domain.connections().disconnect(viewer.user_id, connection, &visitor.address).await;
        let found = found.map_err(|error| self.reports.unexpected(&error))?;
        if found { Ok(()) } else { Err(AppError::NotFound) }
    }
}

/// Every provider, and whether it is set up.
pub(super) fn provider_statuses(domain: &Domain) -> Vec<ProviderStatus> {
    [providers::Provider::Google, providers::Provider::Microsoft]
        .into_iter()
        .map(|provider| ProviderStatus {
            provider: provider_for_screen(provider),
            configured: domain.connections().is_set_up(provider),
        })
        .collect()
}

/// A user's connections with their progress, oldest first.
pub async fn cards(domain: &Domain, reports: &Reports, user: Uuid) -> Result<Vec<ConnectionCard>, AppError> {
    let connections = domain.connections().list(user).await.map_err(|error| reports.unexpected(&error))?;
    let mut cards = Vec::with_capacity(connections.len());
    for connection in connections {
        let progress = progress_of(domain, reports, connection.id).await?;
        let check = checks::newest(domain, reports, connection.id).await?;
        // Most mailboxes have none: they are asked for only where there are.
        let failing = match progress.as_ref().map(|progress| progress.failed) {
            Some(1..) => domain.sync().failing(connection.id).await.map_err(|error| reports.unexpected(&error))?,
            _ => Vec::new(),
        };
        let reread = domain.sync().last_reread(connection.id).await.map_err(|error| reports.unexpected(&error))?;
        cards.push(card(connection, progress, check, reread.map(progress::reread_for_screen), failing));
    }
    Ok(cards)
}

/// How far the sync of a connection is; nothing when it is being taken apart.
pub async fn progress_of(domain: &Domain, reports: &Reports, connection: Uuid) -> Result<Option<Progress>, AppError> {
    match domain.sync().progress(connection).await {
        Ok(progress) => Ok(Some(progress)),
        Err(SyncError::NotFound) => Ok(None),
        Err(error) => Err(sync_refusal(reports, error)),
    }
}

/// What every page knows of its viewer's connections. A failure is in the log; the page goes without.
pub async fn briefs(site: &Site, user: Uuid) -> Vec<ConnectionBrief> {
    let briefs = site.domain.connections().briefs(user).await.unwrap_or_else(|error| {
        site.reports.unexpected(&error);
        Vec::new()
    });
    let brief = |brief: Brief| ConnectionBrief {
        id: brief.id,
        provider: provider_for_screen(brief.provider),
        address: brief.address,
        needs_reconnect: brief.needs_reconnect,
    };
    briefs.into_iter().map(brief).collect()
}

fn card(
    connection: Connection,
    progress: Option<Progress>,
    check: Option<MailboxCheck>,
    reread: Option<Reread>,
    failing: Vec<Failing>,
) -> ConnectionCard {
    ConnectionCard {
        id: connection.id,
        provider: provider_for_screen(connection.provider),
        switches: switches(&connection),
        address: connection.address,
        connected_on: connection.connected_at,
        features: connection.features.0.into_iter().map(feature_for_screen).collect(),
        token_expires_at: connection.access_expires_at,
        ends_at: connection.ends_at,
        days_left: connection.days_left,
        last_sync_at: progress.as_ref().and_then(|progress| progress.last_synced_at),
        state: state_for_screen(connection.state),
        progress: progress.map_or_else(progress::nothing, progress_for_screen),
        check,
        reread,
        exclusions: Vec::new(),
        choosable: Vec::new(),
        failing: failing.into_iter().map(checks::failing_for_screen).collect(),
    }
}

fn switches(connection: &Connection) -> Vec<FeatureSwitch> {
    let switch = |feature: &providers::Feature| FeatureSwitch {
        feature: feature_for_screen(*feature),
        on: connection.features.has(*feature),
        granted: connection.granted.has(*feature),
        refused: connection.refused.has(*feature),
    };
    connection.offered.0.iter().map(switch).collect()
}

fn state_for_screen(state: State) -> ConnectionState {
    match state {
        State::Active => ConnectionState::Active,
        State::NeedsReconnect { reason, causes, since } => ConnectionState::NeedsReconnect {
            reason,
            causes: causes.into_iter().map(cause_for_screen).collect(),
            since,
        },
        State::Disconnecting { total, left } => ConnectionState::Disconnecting { total, left },
    }
}

/// A company as the screens name it.
pub fn provider_for_screen(provider: providers::Provider) -> Provider {
    match provider {
        providers::Provider::Google => Provider::Google,
        providers::Provider::Microsoft => Provider::Microsoft,
    }
}

fn feature_for_screen(feature: providers::Feature) -> Feature {
    match feature {
        providers::Feature::Mail => Feature::Mail,
        providers::Feature::Manage => Feature::Manage,
        providers::Feature::Send => Feature::Send,
        providers::Feature::Calendar => Feature::Calendar,
        providers::Feature::CalendarWrite => Feature::CalendarWrite,
        providers::Feature::Sheets => Feature::Sheets,
    }
}

fn feature_from_screen(feature: Feature) -> providers::Feature {
    match feature {
        Feature::Mail => providers::Feature::Mail,
        Feature::Manage => providers::Feature::Manage,
        Feature::Send => providers::Feature::Send,
        Feature::Calendar => providers::Feature::Calendar,
        Feature::CalendarWrite => providers::Feature::CalendarWrite,
        Feature::Sheets => providers::Feature::Sheets,
    }
}

fn cause_for_screen(cause: domain::connections::Cause) -> Cause {
    use domain::connections::Cause as Known;
    match cause {
        Known::AccessRemoved => Cause::AccessRemoved,
        Known::PasswordChanged => Cause::PasswordChanged,
        Known::TestingMode => Cause::TestingMode,
        Known::LongIdle => Cause::LongIdle,
        Known::AdminPolicy => Cause::AdminPolicy,
        Known::TimeLimited => Cause::TimeLimited,
        Known::SignInAgain => Cause::SignInAgain,
        Known::AccountDisabled => Cause::AccountDisabled,
        Known::WrongPlatform => Cause::WrongPlatform,
        Known::NoRefreshToken => Cause::NoRefreshToken,
        Known::OtherIssuer => Cause::OtherIssuer,
    }
}

fn receipt_for_screen(receipt: domain::connections::Receipt) -> Receipt {
    use domain::connections::Revocation as Known;
    Receipt {
        id: receipt.id,
        provider: provider_for_screen(receipt.provider),
        address: receipt.address,
        messages: receipt.messages,
        revocation: match receipt.revocation {
            Known::Pending => Revocation::Pending,
            Known::Revoked => Revocation::Revoked,
            Known::Kept => Revocation::Kept,
            Known::Unsupported => Revocation::Unsupported,
            Known::Failed => Revocation::Failed,
            Known::Nothing => Revocation::Nothing,
        },
        started_at: receipt.started_at,
        finished_at: receipt.finished_at,
    }
}

/// The table for switches.
fn switch_refusal(reports: &Reports, error: SwitchError) -> AppError {
    let invalid = |problem| AppError::Invalid { field: "feature".to_owned(), problem };
    match error {
        SwitchError::NotFound => AppError::NotFound,
        SwitchError::AlwaysOn => invalid(Problem::AlwaysOn),
        SwitchError::NotGranted => invalid(Problem::NotGranted),
        SwitchError::Database(_) => reports.unexpected(&error),
    }
}

/// The table for syncing.
fn sync_refusal(reports: &Reports, error: SyncError) -> AppError {
    match error {
        SyncError::NotFound => AppError::NotFound,
        SyncError::Database(_) => reports.unexpected(&error),
    }
}
