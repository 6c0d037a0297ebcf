//! Joins the two halves: implements the ports that `app` declares with the services of `domain`, and holds the one table
//! that turns what went wrong there into what a person can do about it.

mod activity;
pub mod connections;
pub mod letters;
pub mod mail;
pub mod reading;
mod tokens;
pub mod users;
mod writing;

use crate::http::session::Cookies;
use app::{
    error::{AppError, Problem},
    server::Ports,
};
use domain::{
    Domain,
    clock::Randomness,
    users::{AccountError, SignInError, Unfit},
};
use std::{error::Error, fmt::Write, sync::Arc};

/// All ports, over one domain.
pub fn ports(domain: &Domain, cookies: Cookies, reports: &Reports) -> Ports {
    Ports {
        users: Arc::new(users::Users { domain: domain.clone(), cookies, reports: reports.clone() }),
        connections: Arc::new(connections::Connections { domain: domain.clone(), reports: reports.clone() }),
        activity: Arc::new(activity::Activity { domain: domain.clone(), reports: reports.clone() }),
        mail: Arc::new(mail::Mail { domain: domain.clone(), reports: reports.clone() }),
        reading: Arc::new(reading::Reading { domain: domain.clone(), reports: reports.clone() }),
        writing: Arc::new(writing::Writing { domain: domain.clone(), reports: reports.clone() }),
        tokens: Arc::new(tokens::Tokens { domain: domain.clone(), reports: reports.clone() }),
    }
}

/// Writes what nobody expected to the log, under an id that the person can pass on.
#[derive(Clone, Debug)]
pub struct Reports {
    randomness: Randomness,
}

impl Reports {
    /// Ids are drawn from `randomness`.
    pub fn new(randomness: Randomness) -> Self {
        Self { randomness }
    }

    /// Logs the error with its causes; what is returned tells the id only.
    pub fn unexpected(&self, error: &(dyn Error + 'static)) -> AppError {
        let report = self.id();
        tracing::error!(report, error = causes(error), "request.failed: an error nobody expected");
        AppError::Unexpected { report }
    }

    /// Logs a panic; its id.
    pub fn panicked(&self, words: &str) -> String {
        let report = self.id();
        tracing::error!(report, panic = words, "request.panicked");
        report
    }

    fn id(&self) -> String {
        self.randomness.bytes::<4>().iter().fold(String::new(), |mut id, byte| {
            let _ = write!(id, "{byte:02x}");
            id
        })
    }
}

fn causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let _ = write!(text, ": {cause}");
        next = cause.source();
    }
    text
}

/// The table for signing up and in.
fn sign_in_refusal(reports: &Reports, error: SignInError) -> AppError {
    match error {
        SignInError::SignUpClosed => AppError::SignUpClosed,
        SignInError::Invalid { field, why } => AppError::Invalid { field: field.to_owned(), problem: unfit(why) },
        SignInError::NoAddress => AppError::NoAddress,
        SignInError::LinkSpent => AppError::LinkSpent,
        SignInError::AddressTaken => AppError::AddressTaken,
        SignInError::WrongCredentials => AppError::WrongCredentials,
        SignInError::SlowDown { seconds } => AppError::SlowDown { seconds },
        SignInError::Unexpected(_) => reports.unexpected(&error),
    }
}

/// The table for what was typed about a person.
fn unfit(why: Unfit) -> Problem {
    match why {
        Unfit::NotAnAddress => Problem::NotAnAddress,
        Unfit::LongName => Problem::LongName,
        Unfit::ShortPassword => Problem::ShortPassword,
        Unfit::LongPassword => Problem::LongPassword,
        Unfit::CommonPassword => Problem::CommonPassword,
        Unfit::NotThatPassword => Problem::NotThatPassword,
        Unfit::OtherBrowser => Problem::OtherBrowser,
        Unfit::NoLanguage => Problem::NoLanguage,
        Unfit::NoLook => Problem::NoLook,
        Unfit::NoZone => Problem::NoZone,
        Unfit::HasPassword => Problem::HasPassword,
        Unfit::WrongPassword => Problem::WrongPassword,
    }
}

/// The table for what a person changes about their own account.
fn account_refusal(reports: &Reports, error: AccountError) -> AppError {
    match error {
        AccountError::NotFresh => AppError::ConfirmFirst,
        AccountError::LastWayIn => AppError::LastWayIn,
        AccountError::NotFound => AppError::NotFound,
        AccountError::Refused(error) => sign_in_refusal(reports, error),
    }
}
