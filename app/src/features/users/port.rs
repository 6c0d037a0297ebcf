//! What the screens need from whoever keeps users.

use super::{Account, PasswordChange, Profile, SignInForm, SignUpForm, SignUpMode, Viewer};
use crate::{error::AppError, features::connections::ProviderStatus, server::Visitor};
use uuid::Uuid;

/// A finished `Set-Cookie` value; its parts are the server's business.
pub struct SessionCookie(pub String);

/// Users, as the screens see them.
#[async_trait::async_trait]
pub trait UsersPort: Send + Sync {
    fn sign_up_mode(&self) -> SignUpMode;
    /// Which providers people can sign in with.
    fn providers(&self) -> Vec<ProviderStatus>;
    /// `None` when a link was mailed instead.
    async fn sign_up(&self, form: SignUpForm, visitor: &Visitor) -> Result<Option<SessionCookie>, AppError>;
    /// Also gives the account the provider's account that waits for it in this browser.
    async fn sign_in(&self, form: SignInForm, visitor: &Visitor) -> Result<Vec<SessionCookie>, AppError>;
    /// Also answers for a visitor whose session is already gone: the cookie is cleared all the same.
    async fn sign_out(&self, viewer: Option<&Viewer>) -> Result<SessionCookie, AppError>;
    async fn ask_reset(&self, email: &str, visitor: &Visitor) -> Result<(), AppError>;
    async fn reset(&self, token: String, password: String, visitor: &Visitor) -> Result<(), AppError>;
    /// No cookies when only an address was proven.
    async fn confirm(&self, token: String, password: String, visitor: &Visitor)
    -> Result<Vec<SessionCookie>, AppError>;
    async fn account(&self, viewer: &Viewer) -> Result<Account, AppError>;
    async fn set_profile(&self, viewer: &Viewer, profile: Profile) -> Result<(), AppError>;
    async fn ask_address_proof(&self, viewer: &Viewer, visitor: &Visitor) -> Result<(), AppError>;
    async fn end_session(&self, viewer: &Viewer, session: Uuid, visitor: &Visitor) -> Result<(), AppError>;
    async fn end_other_sessions(&self, viewer: &Viewer, visitor: &Visitor) -> Result<(), AppError>;
    async fn prove_again(
        &self,
        viewer: &Viewer,
        password: String,
        visitor: &Visitor,
    ) -> Result<SessionCookie, AppError>;
    async fn change_password(&self, viewer: &Viewer, change: PasswordChange, visitor: &Visitor)
    -> Result<(), AppError>;
    async fn add_password(&self, viewer: &Viewer, new: String, visitor: &Visitor) -> Result<(), AppError>;
    async fn remove_identity(&self, viewer: &Viewer, identity: Uuid, visitor: &Visitor) -> Result<(), AppError>;
    async fn delete(&self, viewer: &Viewer, password: String, visitor: &Visitor) -> Result<SessionCookie, AppError>;
}
