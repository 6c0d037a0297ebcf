//! The account page, and the end of an account.

use super::{Users, from_where, provider_statuses};
use app::{
    error::AppError,
    features::users::{Account, Profile, SessionRow, Viewer, WayIn},
    server::Visitor,
};
use domain::{providers::Provider, sessions::device, users::AccountError};

use crate::bridge::connections::provider_for_screen;

impl Users {
    pub(super) async fn show_account(&self, viewer: &Viewer) -> Result<Account, AppError> {
        let unexpected = |error| self.reports.unexpected(&error);
        let users = self.domain.users();
        let user = users.find(viewer.user_id).await.map_err(unexpected)?.ok_or(AppError::SignInRequired)?;
        let sessions = self.domain.sessions().list(viewer.user_id).await.map_err(unexpected)?;
        let ways_in = users.ways_in(viewer.user_id).await.map_err(unexpected)?;
        Ok(Account {
            email: user.email,
            email_proven: user.email_verified_at.is_some(),
            profile: Profile {
                first_name: user.first_name,
                last_name: user.last_name,
                language: user.language,
                theme: user.theme,
                zone: user.zone.unwrap_or_default(),
            },
            sessions: sessions
                .into_iter()
                .map(|session| SessionRow {
                    this: session.id == viewer.session_id,
                    id: session.id,
                    browser: device(&session.user_agent).browser.map(str::to_owned),
                    system: device(&session.user_agent).system.map(str::to_owned),
                    address: session.address,
                    created_at: session.created_at,
                    last_seen_at: session.last_seen_at,
                })
                .collect(),
            ways_in: ways_in
                .into_iter()
                .map(|way| WayIn {
                    id: way.id,
                    // The password is the one kind that is no provider.
                    provider: way.kind.parse::<Provider>().ok().map(provider_for_screen),
                    address: way.address,
                    added_at: way.created_at,
                })
                .collect(),
            fresh: viewer.fresh,
            providers: provider_statuses(&self.domain),
        })
    }

    pub(super) async fn delete_account(
        &self,
        viewer: &Viewer,
        password: String,
        visitor: &Visitor,
    ) -> Result<(), AccountError> {
        let users = self.domain.users();
        let whose = (viewer.user_id, viewer.session_id);
        users.check_deletion(whose, password.into(), &from_where(visitor)).await?;
        // While there still are tokens: afterwards nobody could give the grants back.
        let left = self.domain.connections().disconnect_all(viewer.user_id, &visitor.address).await;
        left.map_err(domain::users::SignInError::from)?;
        let (domain, user, visitor) = (self.domain.clone(), viewer.user_id, from_where(visitor));
        // A large mailbox takes longer than a page waits: the account goes all the same.
        let gone = tokio::spawn(async move {
            domain.connections().clear_out(user).await.map_err(domain::users::SignInError::from)?;
            domain.users().delete(user, &visitor).await
        });
        gone.await.map_err(|ended| domain::users::SignInError::Unexpected(ended.into()))?
    }
}
