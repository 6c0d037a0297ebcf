//! Settings: environment variables and `.env`, read once into types. Every problem is reported at once, each with the
//! variable's name, what is wrong and what to do. [`SETTINGS`] is the list `.env.example` is made of.

mod keys;
mod listing;
mod values;

pub use keys::KeyFileError;
pub use listing::{SETTINGS, Setting, env_example};
pub use values::{LogFormat, Network, Role};

use domain::{providers::budget::GmailQuota, users::SignUp};
use secrecy::SecretString;
use std::{fmt, net::SocketAddr, path::PathBuf};
use url::Url;
use values::{
    is_loopback, parse_filter, parse_flag, parse_keys, parse_networks, parse_public_url, parse_quota, parse_sign_up,
    parse_url,
};

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
    /// Which half of the work this process does.
    pub role: Role,
    /// Sealing keys with their ids, the sealing one first.
    pub keys: Vec<Key>,
    /// Whether strangers may make an account.
    pub sign_up: SignUp,
    /// Credentials at Google; without them Gmail is shown as not set up.
    pub google: Option<Google>,
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
        let public_url = reader.parse(
            "PUBLIC_URL",
            "http://localhost:3000",
            parse_public_url,
            "Write the address people type, such as https://mail.example.org",
        );
        let role = reader.parse("ROLE", "all", str::parse, "Write all, web or worker").unwrap_or(Role::All);
        let trusted_proxies = reader
            .parse("TRUSTED_PROXIES", "", parse_networks, "List addresses or networks, such as 127.0.0.1,10.0.0.0/8")
            .unwrap_or_default();
        let default_database = format!("sqlite://{}/gatepost.db?mode=rwc", data_dir.display());
        let database_url = reader.parse(
            "DATABASE_URL",
            &default_database,
            parse_database_url,
            "Name an SQLite file or a PostgreSQL server",
        );
        let redis_url = reader.optional("REDIS_URL", parse_redis_url, "Write redis://host:port or leave it out");
        let listen_addr = reader.parse(
            "LISTEN_ADDR",
            "127.0.0.1:3000",
            |text| text.parse::<SocketAddr>().map_err(|_| "it is not an address with a port".to_owned()),
            "Write one such as 127.0.0.1:3000 or [::]:3000",
        );
        let sign_up = reader.parse("SIGN_UP", "open", parse_sign_up, "Write open or closed").unwrap_or(SignUp::Open);
        let google = reader.google(demo);
        let log_filter = reader.parse("RUST_LOG", "info", parse_filter, "Write a level, or target=level,…");
        let log_format = reader.optional("LOG_FORMAT", str::parse, "Write pretty or json, or leave it out");
        let keys = reader.optional(
            "TOKEN_ENCRYPTION_KEYS",
            parse_keys,
            "Write id:key, the key being 32 random bytes in base64",
        );
        if let Some(url) = &public_url {
            reader.check_public_url(url, demo, role, &trusted_proxies);
        }
        let keys = reader.keys(keys, demo, &data_dir);
        match (public_url, database_url, listen_addr, log_filter, keys) {
            (Some(public_url), Some(database_url), Some(listen_addr), Some(log_filter), Some(keys))
                if reader.problems.is_empty() =>
            {
                Ok(Self {
                    demo,
                    data_dir,
                    database_url: database_url.into(),
                    redis_url: redis_url.map(Into::into),
                    public_url,
                    listen_addr,
                    trusted_proxies,
                    role,
                    keys,
                    sign_up,
                    google,
                    log_filter,
                    log_format,
                })
            }
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

fn parse_database_url(text: &str) -> Result<String, String> {
    let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    if known { Ok(text.to_owned()) } else { Err("it begins neither with sqlite: nor with postgres://".into()) }
}

fn parse_redis_url(text: &str) -> Result<String, String> {
    let known = text.starts_with("redis://") || text.starts_with("rediss://");
    if known { Ok(text.to_owned()) } else { Err("it begins neither with redis:// nor with rediss://".into()) }
}

/// Reads variables and collects what is wrong with them.
struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// The value, if there is one; an empty value counts as none.
    fn text(&self, name: &'static str) -> Option<String> {
        (self.lookup)(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn problem(&mut self, name: &'static str, what: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem { name, what: what.into(), remedy: remedy.into() });
    }

    fn parse<T>(
        &mut self,
        name: &'static str,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
        remedy: &str,
    ) -> Option<T> {
        let text = self.text(name).unwrap_or_else(|| default.to_owned());
        parse(&text).map_err(|what| self.problem(name, what, remedy)).ok()
    }

    fn optional<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
        remedy: &str,
    ) -> Option<T> {
        let text = self.text(name)?;
        parse(&text).map_err(|what| self.problem(name, what, remedy)).ok()
    }

    fn check_public_url(&mut self, url: &Url, demo: bool, role: Role, proxies: &[Network]) {
        let loopback = is_loopback(url);
        if demo && !loopback {
            self.problem(
                "DEMO",
                "PUBLIC_URL is not on this machine",
                "The demo's sandbox lets anybody in: set DEMO=false here",
            );
        }
        if url.scheme() != "https" && !loopback {
            self.problem("PUBLIC_URL", "it is not https", "Use https; plain http is for localhost only");
        }
        if url.scheme() == "https" && proxies.is_empty() && role != Role::Worker {
            let remedy = "Name the proxy in front that speaks https, such as TRUSTED_PROXIES=127.0.0.1";
            self.problem("TRUSTED_PROXIES", "PUBLIC_URL is https, which this server does not speak by itself", remedy);
        }
    }

    fn google(&mut self, demo: bool) -> Option<Google> {
        let (default_issuer, default_api) = if demo {
            ("http://127.0.0.1:4010", Some("http://127.0.0.1:4010"))
        } else {
            ("https://accounts.google.com", None)
        };
        let quota_remedy = "Write new, legacy, or units a minute and the cost of reading a mail, such as 15000:5";
        let quota = self.parse("GOOGLE_QUOTA", "new", parse_quota, quota_remedy);
        let issuer = self.parse("GOOGLE_ISSUER", default_issuer, parse_url, "Leave it out for Google itself");
        let api_url = match self.optional("GOOGLE_API_URL", parse_url, "Leave it out for Google itself") {
            None => default_api.and_then(|text| Url::parse(text).ok()),
            given => given,
        };
        for (name, url) in [("GOOGLE_ISSUER", issuer.as_ref()), ("GOOGLE_API_URL", api_url.as_ref())] {
            match url {
                Some(url) if demo && !is_loopback(url) => {
                    self.problem(
                        name,
                        "it is not on this machine while DEMO is true",
                        "Set DEMO=false to use real accounts",
                    );
                }
                Some(url) if !demo && url.scheme() != "https" => {
                    self.problem(
                        name,
                        "it is not https",
                        "Leave it out for Google itself; the sandbox needs DEMO=true",
                    );
                }
                _ => {}
            }
        }
        let id = self.text("GOOGLE_CLIENT_ID").or_else(|| demo.then(|| "gatepost-demo".into()));
        let secret = self.text("GOOGLE_CLIENT_SECRET").or_else(|| demo.then(|| "gatepost-demo-secret".into()));
        match (id, secret) {
            (Some(client_id), Some(secret)) => {
                Some(Google { client_id, client_secret: secret.into(), issuer: issuer?, api_url, quota: quota? })
            }
            (None, None) => None,
            (Some(_), None) => {
                self.problem("GOOGLE_CLIENT_SECRET", "it is missing", "Copy it from the same page as GOOGLE_CLIENT_ID");
                None
            }
            (None, Some(_)) => {
                self.problem("GOOGLE_CLIENT_ID", "it is missing", "Copy it from the same page as GOOGLE_CLIENT_SECRET");
                None
            }
        }
    }

    fn keys(&mut self, given: Option<Vec<Key>>, demo: bool, data_dir: &std::path::Path) -> Option<Vec<Key>> {
        const NAME: &str = "TOKEN_ENCRYPTION_KEYS";
        if given.is_some() || self.text(NAME).is_some() {
            return given;
        }
        if !demo {
            let remedy = "Set it to 1: and the output of `openssl rand -base64 32`, and keep a copy: without it, every connection is lost";
            self.problem(NAME, "it is missing", remedy);
            return None;
        }
        // A demo that will not start anyway leaves no files.
        if !self.problems.is_empty() {
            return None;
        }
        keys::read_or_make(data_dir)
            .map_err(|error| {
                self.problem("DATA_DIR", error.to_string(), "Make the folder writable for the server, or name another")
            })
            .ok()
    }
}

#[cfg(test)]
mod tests;
