//! The port of `users`: the door. What a person changes about their account is in [`account`].

mod account;

use super::{Reports, account_refusal, connections::provider_statuses, sign_in_refusal};
use crate::http::session::Cookies;
use app::{
    error::AppError,
    features::{
        connections::ProviderStatus,
        users::{
            Account, PasswordChange, Profile, SignInForm, SignUpForm, SignUpMode, Viewer,
            server::{SessionCookie, UsersPort},
        },
    },
    server::Visitor,
};
use domain::{
    Domain,
    sessions::{LIFETIME, NewSession},
    users::{AccountError, Confirmation, Confirmed, NewUser, SignInError, SignUp},
};
use secrecy::SecretString;
use uuid::Uuid;

pub(super) struct Users {
    pub domain: Domain,
    pub cookies: Cookies,
    pub reports: Reports,
}

impl Users {
    fn cookie(&self, session: &NewSession) -> SessionCookie {
        SessionCookie(self.cookies.start_session(&session.token, LIFETIME.num_seconds()))
    }

    fn refused(&self, error: SignInError) -> AppError {
        sign_in_refusal(&self.reports, error)
    }

    fn kept(&self, error: AccountError) -> AppError {
        account_refusal(&self.reports, error)
    }
}

/// A visitor as the domain knows one.
pub fn from_where(visitor: &Visitor) -> domain::sessions::Visitor {
    domain::sessions::Visitor {
        address: visitor.address.clone(),
        user_agent: visitor.user_agent.clone(),
        language: visitor.language.tag().to_owned(),
    }
}

fn waiting(visitor: &Visitor) -> Option<SecretString> {
    visitor.waiting.as_ref().map(|waiting| waiting.0.clone().into())
}

#[async_trait::async_trait]
impl UsersPort for Users {
    fn sign_up_mode(&self) -> SignUpMode {
        match self.domain.users().sign_up_mode() {
            SignUp::Open => SignUpMode::Open,
            SignUp::Verify => SignUpMode::Verify,
            SignUp::Closed => SignUpMode::Closed,
        }
    }

    fn providers(&self) -> Vec<ProviderStatus> {
        provider_statuses(&self.domain)
    }

    async fn sign_up(&self, form: SignUpForm, visitor: &Visitor) -> Result<Option<SessionCookie>, AppError> {
        let SignUpForm { first_name, last_name, email, password } = form;
        let new = NewUser { first_name, last_name, email, password: password.into() };
        let begun = self.domain.users().sign_up(new, &from_where(visitor)).await;
        Ok(begun.map_err(|error| self.refused(error))?.map(|session| self.cookie(&session)))
    }

    async fn sign_in(&self, form: SignInForm, visitor: &Visitor) -> Result<Vec<SessionCookie>, AppError> {
        let users = self.domain.users();
        let begun = users.sign_in(&form.email, form.password.into(), &from_where(visitor)).await;
        let session = begun.map_err(|error| self.refused(error))?;
        let mut cookies = vec![self.cookie(&session)];
        if let Some(secret) = waiting(visitor) {
            let linked = users.finish_link(session.user, &secret, &from_where(visitor)).await;
            if linked.map_err(|error| self.reports.unexpected(&error))?.is_some() {
                cookies.push(SessionCookie(self.cookies.end_waiting()));
            }
        }
        Ok(cookies)
    }

    async fn sign_out(&self, viewer: Option<&Viewer>) -> Result<SessionCookie, AppError> {
        if let Some(viewer) = viewer {
            let ended = self.domain.sessions().end(viewer.session_id, viewer.user_id).await;
            ended.map_err(|error| self.reports.unexpected(&error))?;
        }
        Ok(SessionCookie(self.cookies.end_session()))
    }

    async fn ask_reset(&self, email: &str, visitor: &Visitor) -> Result<(), AppError> {
        let asked = self.domain.users().ask_reset(email, &from_where(visitor)).await;
        asked.map_err(|error| self.refused(error))
    }

    async fn reset(&self, token: String, password: String, visitor: &Visitor) -> Result<(), AppError> {
        let done = self.domain.users().reset(&token.into(), password.into(), &from_where(visitor)).await;
        done.map_err(|error| self.refused(error))
    }

    async fn confirm(
        &self,
        token: String,
        password: String,
        visitor: &Visitor,
    ) -> Result<Vec<SessionCookie>, AppError> {
        let waiting = waiting(visitor);
        let given = Confirmation { token: token.into(), password: password.into(), waiting: waiting.as_ref() };
        let confirmed = self.domain.users().confirm(given, &from_where(visitor)).await;
        Ok(match confirmed.map_err(|error| self.refused(error))? {
            Confirmed::SignedIn(session) => {
                vec![self.cookie(&session), SessionCookie(self.cookies.end_waiting())]
            }
            Confirmed::Address => Vec::new(),
        })
    }

    async fn account(&self, viewer: &Viewer) -> Result<Account, AppError> {
        self.show_account(viewer).await
    }

    async fn set_profile(&self, viewer: &Viewer, profile: Profile) -> Result<(), AppError> {
        let Profile { first_name, last_name, language, theme, zone } = profile;
        let profile = domain::users::Profile { first_name, last_name, language, theme, zone };
        let kept = self.domain.users().set_profile(viewer.user_id, profile).await;
        kept.map_err(|error| self.kept(error))
    }

    async fn ask_address_proof(&self, viewer: &Viewer, visitor: &Visitor) -> Result<(), AppError> {
        let asked = self.domain.users().ask_address_proof(viewer.user_id, &from_where(visitor)).await;
        asked.map_err(|error| self.refused(error))
    }

    async fn end_session(&self, viewer: &Viewer, session: Uuid, visitor: &Visitor) -> Result<(), AppError> {
        let ended = self.domain.sessions().end_one(session, viewer.user_id, &from_where(visitor)).await;
        if ended.map_err(|error| self.reports.unexpected(&error))? { Ok(()) } else { Err(AppError::NotFound) }
    }

    async fn end_other_sessions(&self, viewer: &Viewer, visitor: &Visitor) -> Result<(), AppError> {
        let keep = Some(viewer.session_id);
        let ended = self.domain.sessions().end_all(viewer.user_id, keep, &from_where(visitor)).await;
        ended.map(drop).map_err(|error| self.reports.unexpected(&error))
    }

    async fn prove_again(
        &self,
        viewer: &Viewer,
        password: String,
        visitor: &Visitor,
    ) -> Result<SessionCookie, AppError> {
        let users = self.domain.users();
        let proven = users.prove_again(viewer.user_id, viewer.session_id, password.into(), &from_where(visitor)).await;
        proven.map(|session| self.cookie(&session)).map_err(|error| self.kept(error))
    }

    async fn change_password(
        &self,
        viewer: &Viewer,
        change: PasswordChange,
        visitor: &Visitor,
    ) -> Result<(), AppError> {
        let PasswordChange { current, new, end_others } = change;
        let whose = (viewer.user_id, viewer.session_id);
        let users = self.domain.users();
        let changed = users.change_password(whose, current.into(), new.into(), end_others, &from_where(visitor)).await;
        changed.map_err(|error| self.kept(error))
    }

    async fn add_password(&self, viewer: &Viewer, new: String, visitor: &Visitor) -> Result<(), AppError> {
        let whose = (viewer.user_id, viewer.session_id);
        let added = self.domain.users().add_password(whose, new.into(), &from_where(visitor)).await;
        added.map_err(|error| self.kept(error))
    }

    async fn remove_identity(&self, viewer: &Viewer, identity: Uuid, visitor: &Visitor) -> Result<(), AppError> {
        let whose = (viewer.user_id, viewer.session_id);
        let removed = self.domain.users().remove_identity(whose, identity, &from_where(visitor)).await;
        removed.map_err(|error| self.kept(error))
    }

    async fn delete(&self, viewer: &Viewer, password: String, visitor: &Visitor) -> Result<SessionCookie, AppError> {
        self.delete_account(viewer, password, visitor).await.map_err(|error| self.kept(error))?;
        Ok(SessionCookie(self.cookies.end_session()))
    }
}
