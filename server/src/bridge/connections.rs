//! The port of `connections`, and connections as the screens know them.

use super::Reports;
use app::{
    error::AppError,
    features::{
        connections::{
            AttemptOutcome, AttemptProblem, ConnectionCard, ConnectionState, ConnectionsPage, Feature, Provider,
            ProviderStatus, SyncProgress, SyncStage, server::ConnectionsPort,
        },
        users::Viewer,
    },
};
use domain::{
    Domain,
    connections::{Connection, Outcome, Problem, State},
    providers,
    sync::{Progress, Stage, SyncError},
};
use uuid::Uuid;

pub(super) struct Connections {
    pub domain: Domain,
    pub reports: Reports,
}

#[async_trait::async_trait]
impl ConnectionsPort for Connections {
    async fn page(&self, viewer: &Viewer) -> Result<ConnectionsPage, AppError> {
        let cards = cards(&self.domain, &self.reports, viewer.user_id).await?;
        let providers = provider_statuses(&self.domain);
        Ok(ConnectionsPage { cards, providers })
    }

    async fn sync_now(&self, viewer: &Viewer, connection: Uuid) -> Result<(), AppError> {
        let asked = self.domain.sync().sync_now(viewer.user_id, connection).await;
        asked.map_err(|error| sync_refusal(&self.reports, error))
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
        let progress = domain.sync().progress(connection.id).await;
        cards.push(card(connection, progress.map_err(|error| sync_refusal(reports, error))?));
    }
    Ok(cards)
}

fn card(connection: Connection, progress: Progress) -> ConnectionCard {
    ConnectionCard {
        id: connection.id,
        provider: provider_for_screen(connection.provider),
        address: connection.address,
        connected_on: connection.connected_at,
        features: connection.features.0.into_iter().map(feature_for_screen).collect(),
        token_expires_at: connection.access_expires_at,
        last_sync_at: progress.last_synced_at,
        state: match connection.state {
            State::Active => ConnectionState::Active,
            State::NeedsReconnect { reason } => ConnectionState::NeedsReconnect { reason },
            State::Disconnecting => ConnectionState::Disconnecting,
        },
        progress: progress_for_screen(progress),
    }
}

/// The numbers of a card, of the inbox and of the event stream.
pub fn progress_for_screen(progress: Progress) -> SyncProgress {
    SyncProgress {
        stage: match progress.stage {
            Stage::Waiting => SyncStage::Waiting,
            Stage::Listing => SyncStage::Listing,
            Stage::Fetching => SyncStage::Fetching,
            Stage::CatchingUp => SyncStage::CatchingUp,
            Stage::Live => SyncStage::Live,
            Stage::Blocked => SyncStage::Blocked,
        },
        expected: progress.expected,
        stored: progress.stored,
        failed: progress.failed,
        per_minute: progress.per_minute,
        seconds_left: progress.seconds_left,
        problem: progress.problem,
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
        providers::Feature::Sheets => Feature::Sheets,
    }
}

/// What became of an attempt, for the page that made it.
pub fn outcome_for_screen(outcome: Outcome) -> AttemptOutcome {
    match outcome {
        Outcome::Pending => AttemptOutcome::Pending,
        Outcome::Succeeded { connection, address } => AttemptOutcome::Succeeded { connection_id: connection, address },
        Outcome::Failed(problem) => AttemptOutcome::Failed { problem: problem_for_screen(problem) },
    }
}

/// Why an attempt failed, as the screens say it.
pub fn problem_for_screen(problem: Problem) -> AttemptProblem {
    match problem {
        Problem::Denied => AttemptProblem::Denied,
        Problem::Cancelled => AttemptProblem::Cancelled,
        Problem::TimedOut => AttemptProblem::TimedOut,
        Problem::WrongState => AttemptProblem::WrongState,
        Problem::ForeignBrowser => AttemptProblem::ForeignBrowser,
        Problem::Replayed => AttemptProblem::Replayed,
        Problem::ScopeMissing => AttemptProblem::ScopeMissing,
        Problem::ProviderDown => AttemptProblem::ProviderDown,
        Problem::CodeRefused => AttemptProblem::CodeRefused,
        Problem::IdentityUnproven => AttemptProblem::IdentityUnproven,
        Problem::NotSetUp => AttemptProblem::NotSetUp,
        Problem::SignedOut => AttemptProblem::SignedOut,
        Problem::OtherMailbox => AttemptProblem::OtherMailbox,
        Problem::BadStart => AttemptProblem::BadStart,
        Problem::Unexpected => AttemptProblem::Unexpected,
    }
}

/// The table for syncing.
fn sync_refusal(reports: &Reports, error: SyncError) -> AppError {
    match error {
        SyncError::NotFound => AppError::NotFound,
        SyncError::Database(_) => reports.unexpected(&error),
    }
}
