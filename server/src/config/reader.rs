//! Reads settings one by one, and goes on after one that cannot be used.

use super::{
    Key, Network, Problem, Role, keys,
    values::{
        is_loopback, parse_database_url, parse_keys, parse_networks, parse_origins, parse_public_url, parse_redis_url,
    },
};
use crate::bridge::letters::letter_words;
use domain::notifications::{MailSettings, check_sender, check_smtp_url};
use std::{net::SocketAddr, path::Path};
use url::Url;

/// Reads variables and collects what is wrong with them.
pub(super) struct Reader<'a> {
    pub lookup: &'a dyn Fn(&str) -> Option<String>,
    pub problems: Vec<Problem>,
}

/// How browsers reach the server.
pub(super) struct Reach {
    pub public_url: Url,
    pub listen_addr: SocketAddr,
    pub trusted_proxies: Vec<Network>,
    pub cors_origins: Vec<String>,
}

/// Where things are kept.
pub(super) struct Stores {
    pub database_url: String,
    pub redis_url: Option<String>,
}

impl Reader<'_> {
    /// The value, if there is one; an empty value counts as none.
    pub fn text(&self, name: &'static str) -> Option<String> {
        (self.lookup)(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    pub fn problem(&mut self, name: &'static str, what: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem { name, what: what.into(), remedy: remedy.into() });
    }

    pub fn parse<T>(
        &mut self,
        name: &'static str,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
        remedy: &str,
    ) -> Option<T> {
        let text = self.text(name).unwrap_or_else(|| default.to_owned());
        parse(&text).map_err(|what| self.problem(name, what, remedy)).ok()
    }

    pub fn optional<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
        remedy: &str,
    ) -> Option<T> {
        let text = self.text(name)?;
        parse(&text).map_err(|what| self.problem(name, what, remedy)).ok()
    }

    pub fn reach(&mut self, demo: bool, role: Role) -> Option<Reach> {
        let public_url = self.parse(
            "PUBLIC_URL",
            "http://localhost:3000",
            parse_public_url,
            "Write the address people type, such as https://mail.example.org",
        );
        let listen_addr = self.parse(
            "LISTEN_ADDR",
            "127.0.0.1:3000",
            |text| text.parse().map_err(|_| "it is not an address with a port".to_owned()),
            "Write one such as 127.0.0.1:3000 or [::]:3000",
        );
        let remedy = "List addresses or networks, such as 127.0.0.1,10.0.0.0/8";
        let trusted_proxies = self.parse("TRUSTED_PROXIES", "", parse_networks, remedy).unwrap_or_default();
        let remedy = "List origins, such as https://tools.example.org";
        let cors_origins = self.parse("CORS_ORIGINS", "", parse_origins, remedy).unwrap_or_default();
        if let Some(url) = &public_url {
            self.check_public_url(url, demo, role, &trusted_proxies);
        }
        Some(Reach { public_url: public_url?, listen_addr: listen_addr?, trusted_proxies, cors_origins })
    }

    pub fn stores(&mut self, data_dir: &Path) -> Option<Stores> {
        let in_folder = format!("sqlite://{}/gatepost.db?mode=rwc", data_dir.display());
        let remedy = "Name an SQLite file or a PostgreSQL server";
        let database_url = self.parse("DATABASE_URL", &in_folder, parse_database_url, remedy);
        let redis_url = self.optional("REDIS_URL", parse_redis_url, "Write redis://host:port or leave it out");
        Some(Stores { database_url: database_url?, redis_url })
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

    /// How mails leave: to an SMTP server, or into a folder of the data folder.
    pub fn mail(&mut self, public_url: Option<&Url>, data_dir: &Path) -> MailSettings {
        let host = public_url.and_then(Url::host_str).unwrap_or("localhost");
        // An address in brackets is an IPv6 host, which a sender cannot have like this.
        let from = format!("Gatepost <gatepost@{}>", if host.starts_with('[') { "localhost" } else { host });
        let smtp_url = self.optional(
            "SMTP_URL",
            |text| check_smtp_url(text).map(|()| text.to_owned()).map_err(str::to_owned),
            "Write smtps://user:password@host, or smtp://user:password@host:587?tls=required",
        );
        let from = self.parse(
            "MAIL_FROM",
            &from,
            |text| check_sender(text).map(|()| text.to_owned()).map_err(str::to_owned),
            "Write an address, or a name and an address, such as Gatepost <gatepost@example.org>",
        );
        let from = from.unwrap_or_default();
        MailSettings {
            smtp_url: smtp_url.map(Into::into),
            from,
            outbox: data_dir.join("outbox"),
            wording: letter_words,
        }
    }

    pub fn keys(&mut self, demo: bool, data_dir: &Path) -> Option<Vec<Key>> {
        const NAME: &str = "TOKEN_ENCRYPTION_KEYS";
        if self.text(NAME).is_some() {
            return self.optional(NAME, parse_keys, "Write id:key, the key being 32 random bytes in base64");
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
        match keys::read_or_make(data_dir) {
            Ok(keys) => Some(keys),
            Err(error) => {
                let remedy = "Make the folder writable for the server, or name another";
                self.problem("DATA_DIR", error.to_string(), remedy);
                None
            }
        }
    }
}
