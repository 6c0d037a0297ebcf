//! The port of `users`.

use super::{Reports, sign_in_refusal};
use crate::http::session::Cookies;
use app::{
    error::AppError,
    features::users::{
        SignInForm, SignUpForm, SignUpMode, Viewer,
        server::{SessionCookie, UsersPort},
    },
    server::Visitor,
};
use domain::{
    Domain,
    sessions::{LIFETIME, NewSession},
    users::{NewUser, SignUp},
};

pub(super) struct Users {
    pub domain: Domain,
    pub cookies: Cookies,
    pub reports: Reports,
}

impl Users {
    fn cookie(&self, session: &NewSession) -> SessionCookie {
        SessionCookie(self.cookies.start_session(&session.token, LIFETIME.num_seconds()))
    }
}

fn from_where(visitor: &Visitor) -> domain::sessions::Visitor {
    domain::sessions::Visitor { address: visitor.address.clone(), user_agent: visitor.user_agent.clone() }
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

    async fn sign_up(&self, form: SignUpForm, visitor: &Visitor) -> Result<Option<SessionCookie>, AppError> {
        let SignUpForm { first_name, last_name, email, password } = form;
        let new = NewUser { first_name, last_name, email, password: password.into() };
        let begun = self.domain.users().sign_up(new, &from_where(visitor)).await;
        let begun = begun.map_err(|error| sign_in_refusal(&self.reports, error))?;
        Ok(begun.map(|session| self.cookie(&session)))
    }

    async fn sign_in(&self, form: SignInForm, visitor: &Visitor) -> Result<SessionCookie, AppError> {
        let begun = self.domain.users().sign_in(&form.email, form.password.into(), &from_where(visitor)).await;
        begun.map(|session| self.cookie(&session)).map_err(|error| sign_in_refusal(&self.reports, error))
    }

    async fn sign_out(&self, viewer: Option<&Viewer>) -> Result<SessionCookie, AppError> {
        if let Some(viewer) = viewer {
            let ended = self.domain.sessions().end(viewer.session_id, viewer.user_id).await;
            ended.map_err(|error| self.reports.unexpected(&error))?;
        }
        Ok(SessionCookie(self.cookies.end_session()))
    }
}
