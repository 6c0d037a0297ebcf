//! Settings: environment variables and `.env`, read once into types. Every problem is reported at once, each with the
//! variable's name, what is wrong and what to do. [`SETTINGS`] is the list `.env.example` is made of.

mod keys;
mod listing;
mod providers;
mod pubsub;
mod reader;
mod values;

pub use keys::KeyFileError;
pub use listing::{SETTINGS, Setting, env_example};
pub use values::{LogFormat, Network, Role};

use domain::{
    notifications::MailSettings,
    providers::{
        budget::{GmailQuota, ProjectQuota},
        google::PubsubSettings,
    },
    users::SignUp,
};
use reader::Reader;
use secrecy::SecretString;
use std::{fmt, net::SocketAddr, path::PathBuf};
use url::Url;
use values::{parse_filter, parse_flag, parse_sign_up};

/// Everything the server was told, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether the provider sandbox plays the providers.
    pub demo: bool,
    /// Folder of everything the server keeps in files.
    pub data_dir: PathBuf,
    /// `sqlite:` or `postgres:`; may hold a password.
    pub database_url: SecretString,
    /// Shared cache and bus; without it they live in the process.
    pub redis_url: Option<SecretString>,
    /// Origin under which browsers reach the server; never with a path.
    pub public_url: Url,
    /// Where the server listens.
    pub listen_addr: SocketAddr,
    /// Proxies whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// Other origins whose pages may ask the routes for programs; they never get a cookie.
    pub cors_origins: Vec<String>,
    /// Which half of the work this process does.
    pub role: Role,
    /// Sealing keys with their ids, the sealing one first.
    pub keys: Vec<Key>,
    /// Whether strangers may make an account.
    pub sign_up: SignUp,
    /// How mails leave.
    pub mail: MailSettings,
    /// Credentials at Google; without them Gmail is shown as not set up.
    pub google: Option<Google>,
    /// Credentials at Microsoft; without them Outlook is shown as not set up.
    pub microsoft: Option<Microsoft>,
    /// Which events are logged (`RUST_LOG` syntax).
    pub log_filter: String,
    /// How they are written; `None` means pretty on a terminal, JSON otherwise.
    pub log_format: Option<LogFormat>,
}

/// One sealing key.
#[derive(Clone)]
pub struct Key {
    /// Name written beside everything it sealed.
    pub id: String,
    /// AES-256 key.
    pub bytes: [u8; 32],
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

/// How this server is known to Google.
#[derive(Clone, Debug)]
pub struct Google {
    pub client_id: String,
    pub client_secret: SecretString,
    /// Its discovery document names the endpoints.
    pub issuer: Url,
    /// One base for all APIs instead of Google's own hosts.
    pub api_url: Option<Url>,
    /// What a person's mailbox may be asked for in a minute.
    pub quota: GmailQuota,
    /// What everybody of the project may ask for together.
    pub project_quota: ProjectQuota,
    /// Where Gmail leaves word of news; without it, it is asked by the clock.
    pub pubsub: Option<PubsubSettings>,
}

/// How this server is known to Microsoft.
#[derive(Clone, Debug)]
pub struct Microsoft {
    pub client_id: String,
    pub client_secret: SecretString,
    /// Scheme and host of the identity platform.
    pub authority: Url,
    /// `common`, `organizations`, `consumers`, or one tenant.
    pub tenant: String,
    /// Graph without its version.
    pub graph_url: Url,
    /// Whether it posts word of news to us.
    pub notifications: bool,
}

/// One setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The variable.
    pub name: &'static str,
    /// What is wrong with it.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// Why the server does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        writeln!(f, "{count} setting{} cannot be used:", if count == 1 { "" } else { "s" })?;
        for Problem { name, what, remedy } in &self.0 {
            writeln!(f, "  {name}: {what}. {remedy}.")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl Settings {
    /// Reads `.env` in the working folder, if there is one, and the environment, which wins.
    pub fn from_environment() -> Result<Self, Problems> {
        let file = match dotenvy::dotenv_iter() {
            Ok(lines) => lines.collect::<Result<std::collections::HashMap<_, _>, _>>().map_err(unreadable_file)?,
            Err(error) if error.not_found() => std::collections::HashMap::new(),
            Err(error) => return Err(unreadable_file(error)),
        };
        Self::read(&|name| std::env::var(name).ok().or_else(|| file.get(name).cloned()))
    }

    /// Reads every setting through `lookup`. In the demo, missing keys are made in the data folder.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let mut reader = Reader { lookup, problems: Vec::new() };
        let demo = reader.parse("DEMO", "false", parse_flag, "Write true or false").unwrap_or(false);
        let data_dir = PathBuf::from(reader.text("DATA_DIR").unwrap_or_else(|| "data".into()));
        let role = reader.parse("ROLE", "all", str::parse, "Write all, web or worker").unwrap_or(Role::All);
        let reach = reader.reach(demo, role);
        let stores = reader.stores(&data_dir);
        let mail = reader.mail(reach.as_ref().map(|reach| &reach.public_url), &data_dir);
        let sign_up = if mail.smtp_url.is_some() { "verify" } else { "open" };
        let sign_up =
            reader.parse("SIGN_UP", sign_up, parse_sign_up, "Write open, verify or closed").unwrap_or(SignUp::Closed);
        let google = reader.google(demo);
        let microsoft = reader.microsoft(demo, reach.as_ref().map(|reach| &reach.public_url));
        let log_filter = reader.parse("RUST_LOG", "info", parse_filter, "Write a level, or target=level,…");
        let log_format = reader.optional("LOG_FORMAT", str::parse, "Write pretty or json, or leave it out");
        let keys = reader.keys(demo, &data_dir);
        match (reach, stores, log_filter, keys) {
            (Some(reach), Some(stores), Some(log_filter), Some(keys)) if reader.problems.is_empty() => Ok(Self {
                demo,
                data_dir,
                database_url: stores.database_url.into(),
                redis_url: stores.redis_url.map(Into::into),
                public_url: reach.public_url,
                listen_addr: reach.listen_addr,
                trusted_proxies: reach.trusted_proxies,
                cors_origins: reach.cors_origins,
                role,
                keys,
                sign_up,
                mail,
                google,
                microsoft,
                log_filter,
                log_format,
            }),
            _ => Err(Problems(reader.problems)),
        }
    }

    /// Whether browsers reach the server by https.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

fn unreadable_file(error: dotenvy::Error) -> Problems {
    // The error's own text would quote the line, which may hold a secret.
    let what = match error {
        dotenvy::Error::LineParse(_, position) => format!("a line cannot be read (at character {position})"),
        _ => "it cannot be read".into(),
    };
    Problems(vec![Problem { name: ".env", what, remedy: "Write one NAME=value a line".into() }])
}

#[cfg(test)]
mod tests;
