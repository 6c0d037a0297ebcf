//! Who signs in here: sign up, sign in, links by mail, and what a person changes about their own account.

mod account;
mod guard;
mod links;
#[cfg(feature = "ssr")]
mod port;
mod profile;
mod providers;
pub mod server;
mod sessions;
mod sign_in;
mod sign_up;
mod ways_in;

pub use account::AccountPage;
pub use guard::Private;
pub use links::{ForgotPasswordPage, ResetPasswordPage, VerifyEmailPage};
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;

use super::connections::{ConnectionBrief, Provider, ProviderStatus};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use texts::Language;
use uuid::Uuid;

/// The signed-in person, as every screen may know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub user_id: Uuid,
    pub session_id: Uuid,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    /// `auto`, `light` or `dark`.
    pub theme: String,
    /// Language of the screens, as in BCP 47.
    pub language: String,
    /// The mailbox looked at last in this browser; `None` for all together.
    pub mailbox: Option<Uuid>,
    /// IANA time zone to show times in; `None` is the browser's own.
    pub zone: Option<String>,
    /// Whether they proved a short while ago who they are.
    pub fresh: bool,
}

impl Viewer {
    /// The language they read; one that this version does not know is the first of ours.
    pub fn speaks(&self) -> Language {
        Language::of_tag(&self.language).unwrap_or_default()
    }
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

/// Another password.
#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordChange {
    pub current: String,
    pub new: String,
    /// Whether the other sessions end too.
    pub end_others: bool,
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
    /// Which providers people can sign in with.
    pub providers: Vec<ProviderStatus>,
    /// The viewer's connections as they were when the page was made.
    pub connections: Vec<ConnectionBrief>,
    /// Of the page.
    pub language: Language,
    /// Names the client that the page is run by, as `GET /client` names the one the server has.
    pub client: String,
}

impl Known {
    /// What is known when nobody says anything.
    pub fn nothing() -> Self {
        Self {
            viewer: None,
            sign_up: SignUpMode::Open,
            providers: Vec::new(),
            connections: Vec::new(),
            language: Language::default(),
            client: String::new(),
        }
    }
}

/// What a person may say about themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub first_name: String,
    pub last_name: String,
    pub language: String,
    pub theme: String,
    /// Empty for the browser's own.
    pub zone: String,
}

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    pub id: Uuid,
    /// Its name, such as `Firefox`, if it says.
    pub browser: Option<String>,
    /// What it runs on, such as `Linux`, if it says.
    pub system: Option<String>,
    /// Network address.
    pub address: String,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// A way into the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayIn {
    pub id: Uuid,
    /// `None` is the password.
    pub provider: Option<Provider>,
    /// The address the provider told.
    pub address: Option<String>,
    pub added_at: DateTime<Utc>,
}

/// Everything the account page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub email: String,
    /// Whether mail to the address is known to reach the person.
    pub email_proven: bool,
    pub profile: Profile,
    /// The one seen last first.
    pub sessions: Vec<SessionRow>,
    /// The oldest first.
    pub ways_in: Vec<WayIn>,
    /// Whether the person proved a short while ago who they are.
    pub fresh: bool,
    /// Which providers people can sign in with.
    pub providers: Vec<ProviderStatus>,
}

impl Account {
    fn has_password(&self) -> bool {
        self.ways_in.iter().any(|way| way.provider.is_none())
    }
}
