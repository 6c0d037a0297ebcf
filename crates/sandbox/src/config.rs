//! What a sandbox is started with; the defaults are those of the command line.

use std::str::FromStr;

use chrono::{DateTime, Utc};

/// Everything that shapes a sandbox. The same values give the same people and mails (on the same day, see `now`).
#[derive(Clone, Debug)]
pub struct Config {
    /// Port of the pretend Google on 127.0.0.1; 0 takes a free one.
    pub google_port: u16,
    /// Port of the pretend Microsoft on 127.0.0.1; 0 takes a free one.
    pub microsoft_port: u16,
    /// How many people have an account.
    pub people: usize,
    /// Mails per person, at most 1,000,000.
    pub messages: usize,
    /// Calendar events per person.
    pub events: usize,
    /// From which everything invented follows.
    pub seed: u64,
    /// Which of Google's per-person limits is enforced.
    pub quota: Quota,
    /// Milliseconds every answer is held back.
    pub latency_ms: u64,
    /// Seconds that go by here in one of the computer's: hours of a limit a minute can be watched in minutes.
    pub speed: u32,
    /// How mails form conversations.
    pub threads: Threads,
    /// Where Outlook's mails lie.
    pub folders: Folders,
    /// What Google's pages say about their opener.
    pub google_coop: Coop,
    /// The registered OAuth clients; one id may appear with several redirect URIs.
    pub clients: Vec<Client>,
    /// The instant the newest mail lies just before; `None` takes the start of the current UTC day, so that two starts
    /// on one day give equal mailboxes.
    pub now: Option<DateTime<Utc>>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            google_port: 4010,
            microsoft_port: 4020,
            people: 3,
            messages: 2000,
            events: 200,
            seed: 1,
            quota: Quota::Off,
            latency_ms: 0,
            speed: 1,
            threads: Threads::Talk,
            folders: Folders::Marked,
            google_coop: Coop::Report,
            clients: Client::demos(),
            now: None,
        }
    }
}

/// Gmail's per-person limit: a strict sum over the last 60 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Quota {
    /// No limit.
    Off,
    /// Projects created since May 2026: 6,000 units a minute, a `messages.get` costs 20.
    New,
    /// Older projects: 15,000 units a minute, a `messages.get` costs 5.
    Legacy,
}

/// How mails form conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Threads {
    /// People and mailing lists answer each other; about one thread for three mails.
    #[default]
    Talk,
    /// The example mix of the provider facts (section 8): of all threads 70 % have one mail, 15 % two, 7 % three, 5 % five
    /// and 3 % ten.
    Mixed,
}

/// Where Outlook's mails lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Folders {
    /// Where their marks say: most in the inbox and the archive.
    #[default]
    Marked,
    /// Evenly in four folders.
    Even,
}

/// The `Cross-Origin-Opener-Policy` of Google's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Coop {
    /// Only reports, as Google does today.
    Report,
    /// Enforces `same-origin`, as Google may at any time.
    Enforce,
    /// Sends no such header.
    None,
}

impl Config {
    /// The secret of a client; empty for a stranger.
    pub(crate) fn secret_of(&self, client: &str) -> &str {
        self.clients.iter().find(|known| known.id == client).map_or("", |known| &known.secret)
    }
}

/// An OAuth client registered at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its public id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// One redirect URI, compared character by character.
    pub redirect_uri: String,
}

impl Client {
    /// The client of `make run`, as it is registered at Google.
    pub fn demo() -> Self {
        Self {
            id: "gatepost-demo".to_owned(),
            secret: "gatepost-demo-secret".to_owned(),
            redirect_uri: "http://localhost:3000/auth/google/callback".to_owned(),
        }
    }

    /// The client of `make run` at both providers, registered when none is named.
    pub fn demos() -> Vec<Self> {
        let microsoft = "http://localhost:3000/auth/microsoft/callback".to_owned();
        vec![Self::demo(), Self { redirect_uri: microsoft, ..Self::demo() }]
    }
}

impl FromStr for Client {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, ':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(id), Some(secret), Some(uri)) if !id.is_empty() && !secret.is_empty() && uri.contains("://") => {
                Ok(Self { id: id.to_owned(), secret: secret.to_owned(), redirect_uri: uri.to_owned() })
            }
            _ => Err(ClientError),
        }
    }
}

/// A client on the command line that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(
    "a client is written ID:SECRET:REDIRECT_URI, for example demo:secret:http://localhost:3000/auth/google/callback"
)]
pub struct ClientError;

#[cfg(test)]
mod tests {
    use super::Client;

    #[test]
    fn a_client_keeps_the_colons_of_its_redirect_uri() {
        let client: Client = "id:secret:http://localhost:3000/auth/google/callback".parse().unwrap();
        assert_eq!(client.redirect_uri, "http://localhost:3000/auth/google/callback");
        assert!("id:secret".parse::<Client>().is_err());
        assert!("id::http://localhost".parse::<Client>().is_err());
    }
}
