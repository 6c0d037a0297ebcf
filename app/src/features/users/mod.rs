//! Who signs in here: sign up, sign in, sign out.

mod account;
mod guard;
pub mod server;
mod sign_in;
mod sign_up;

pub use account::AccountPage;
pub use guard::Private;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The signed-in person, as every screen may know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub user_id: Uuid,
    pub session_id: Uuid,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
}

/// What a new person tells about themselves.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignUpForm {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub password: String,
}

/// An address and its password.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignInForm {
    pub email: String,
    pub password: String,
}

/// Whether strangers may make an account (`SIGN_UP`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignUpMode {
    Open,
    Verify,
    Closed,
}

/// What every screen may know before it asks for anything: it comes with the page. Who is signed in never changes while
/// a page lives, because signing in and out load a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    pub viewer: Option<Viewer>,
    pub sign_up: SignUpMode,
}
