//! The port of `tokens`.

use super::{Reports, users::from_where};
use app::{
    error::{AppError, Problem},
    features::{
        tokens::{NewPair, ProgramRow, server::TokensPort},
        users::Viewer,
    },
    server::Visitor,
};
use domain::{
    Domain,
    tokens::{Family, TokenError},
};
use secrecy::ExposeSecret;
use uuid::Uuid;

pub(super) struct Tokens {
    pub domain: Domain,
    pub reports: Reports,
}

#[async_trait::async_trait]
impl TokensPort for Tokens {
    async fn list(&self, viewer: &Viewer) -> Result<Vec<ProgramRow>, AppError> {
        let families = self.domain.tokens().list(viewer.user_id).await;
        let families = families.map_err(|error| self.reports.unexpected(&error))?;
        Ok(families.into_iter().map(row).collect())
    }

    async fn make(&self, viewer: &Viewer, name: &str, visitor: &Visitor) -> Result<NewPair, AppError> {
        let made = self.domain.tokens().make(viewer.user_id, name, &from_where(visitor)).await;
        let pair = made.map_err(|error| refusal(&self.reports, error))?;
        Ok(NewPair {
            access_token: pair.access_token.expose_secret().to_owned(),
            refresh_token: pair.refresh_token.expose_secret().to_owned(),
        })
    }

    async fn end(&self, viewer: &Viewer, program: Uuid, visitor: &Visitor) -> Result<(), AppError> {
        let ended = self.domain.tokens().revoke(viewer.user_id, program, &from_where(visitor)).await;
        let ended = ended.map_err(|error| self.reports.unexpected(&error))?;
        ended.then_some(()).ok_or(AppError::NotFound)
    }
}

fn row(family: Family) -> ProgramRow {
    let Family { id, name, address, created_at, last_used_at, expires_at } = family;
    ProgramRow { id, name, address, created_at, last_used_at, expires_at }
}

/// The table for tokens on the screen; programs have one of their own.
fn refusal(reports: &Reports, error: TokenError) -> AppError {
    match error {
        TokenError::TooOften { seconds } => AppError::SlowDown { seconds },
        TokenError::TooMany => AppError::Invalid { field: "name".to_owned(), problem: Problem::ManyPrograms },
        TokenError::Invalid | TokenError::Reused => AppError::NotFound,
        TokenError::Unexpected(_) => reports.unexpected(&error),
    }
}
