//! The port of `activity`.

use super::Reports;
use app::{
    error::AppError,
    features::{
        activity::{
            ActivityKind, ActivityList, ActivityMailbox, ActivityOutcome, ActivityQuery, ActivityRow,
            server::ActivityPort,
        },
        users::Viewer,
    },
};
use domain::{
    Domain,
    audit::activity::{Filter, Kind},
};
use std::collections::HashMap;
use uuid::Uuid;

pub(super) struct Activity {
    pub domain: Domain,
    pub reports: Reports,
}

#[async_trait::async_trait]
impl ActivityPort for Activity {
    async fn list(&self, viewer: &Viewer, query: ActivityQuery) -> Result<ActivityList, AppError> {
        let connections = self.domain.connections().list(viewer.user_id).await;
        let connections = connections.map_err(|error| self.reports.unexpected(&error))?;
        let filter = Filter {
            kind: query.kind.map(kind),
            connection: query.mailbox,
            outcome: query.outcome.map(ActivityOutcome::slug),
            days: query.days,
            after: query.after,
        };
        let page = self.domain.activity(viewer.user_id, filter).await;
        let page = page.map_err(|error| self.reports.unexpected(&error))?;
        let addresses: HashMap<Uuid, &str> = connections.iter().map(|one| (one.id, one.address.as_str())).collect();
        let rows = page.events.into_iter().map(|event| ActivityRow {
            id: event.id,
            at: event.created_at,
            action: event.action,
            outcome: outcome(&event.outcome),
            mailbox: event.connection_id.and_then(|id| addresses.get(&id)).map(|address| (*address).to_owned()),
            address: event.address,
            detail: event.detail,
            times: event.times.try_into().unwrap_or_default(),
        });
        Ok(ActivityList {
            rows: rows.collect(),
            next: page.next,
            mailboxes: connections
                .iter()
                .map(|one| ActivityMailbox { id: one.id, address: one.address.clone() })
                .collect(),
        })
    }
}

fn kind(kind: ActivityKind) -> Kind {
    match kind {
        ActivityKind::SignIn => Kind::SignIn,
        ActivityKind::Connections => Kind::Connections,
        ActivityKind::Access => Kind::Access,
        ActivityKind::Programs => Kind::Programs,
    }
}

fn outcome(word: &str) -> ActivityOutcome {
    ActivityOutcome::ALL.into_iter().find(|one| one.slug() == word).unwrap_or(ActivityOutcome::Failed)
}
