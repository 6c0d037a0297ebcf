//! Who signs in here: sign up, sign in, sign out.

pub mod server;

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
