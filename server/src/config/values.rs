//! The types settings are read into, and how each is written.

use super::Key;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    providers::budget::{GmailQuota, ProjectQuota},
    users::SignUp,
};
use std::{net::IpAddr, str::FromStr};
use url::{Host, Url};

/// Which half of the work a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Pages and background work.
    All,
    /// Pages only.
    Web,
    /// Background work only; health is still served.
    Worker,
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            "web" => Ok(Self::Web),
            "worker" => Ok(Self::Worker),
            _ => Err(format!("{text:?} is no role")),
        }
    }
}

pub(super) fn parse_sign_up(text: &str) -> Result<SignUp, String> {
    match text {
        "open" => Ok(SignUp::Open),
        "closed" => Ok(SignUp::Closed),
        "verify" => Ok(SignUp::Verify),
        _ => Err(format!("{text:?} is no way to sign up")),
    }
}

pub(super) fn parse_project_quota(text: &str) -> Result<ProjectQuota, String> {
    text.parse().map_err(|_| format!("{text:?} is no quota of a project"))
}

pub(super) fn parse_quota(text: &str) -> Result<GmailQuota, String> {
    text.parse().map_err(|_| format!("{text:?} is no quota"))
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For eyes.
    Pretty,
    /// One JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err(format!("{text:?} is no format")),
        }
    }
}

/// Addresses that share their first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// How many leading bits count.
    bits: u8,
}

impl Network {
    /// Whether `address` lies in it. An IPv4 address mapped into IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.bits);
                u32::from(network).checked_shr(shift) == u32::from(address).checked_shr(shift)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.bits);
                u128::from(network).checked_shr(shift) == u128::from(address).checked_shr(shift)
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is neither an address nor a network");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        match bits.unwrap_or(most) {
            bits if bits <= most => Ok(Self { address, bits }),
            _ => Err(wrong()),
        }
    }
}

pub(super) fn parse_networks(text: &str) -> Result<Vec<Network>, String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect()
}

/// Origins as browsers write them: scheme, host and port, nothing more.
pub(super) fn parse_origins(text: &str) -> Result<Vec<String>, String> {
    let origins = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    origins
        .map(|part| {
            let url = parse_url(part)?;
            let origin = url.origin().ascii_serialization();
            let bare = part.trim_end_matches('/') == origin && matches!(url.scheme(), "https" | "http");
            bare.then_some(origin).ok_or_else(|| format!("{part} is not an origin"))
        })
        .collect()
}

pub(super) fn parse_filter(text: &str) -> Result<String, String> {
    let readable = tracing_subscriber::EnvFilter::try_new(text).is_ok();
    if readable { Ok(text.to_owned()) } else { Err(format!("{text:?} is no filter")) }
}

pub(super) fn parse_flag(text: &str) -> Result<bool, String> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("{text:?} is neither true nor false")),
    }
}

pub(super) fn parse_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| format!("{text:?} is no address"))?;
    match url.scheme() {
        "http" | "https" if url.host().is_some() => Ok(url),
        _ => Err(format!("{text:?} is no web address")),
    }
}

pub(super) fn parse_tenant(text: &str) -> Result<String, String> {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    if plain && text.len() <= 255 { Ok(text.to_owned()) } else { Err(format!("{text:?} is no tenant")) }
}

pub(super) fn parse_public_url(text: &str) -> Result<Url, String> {
    let url = parse_url(text)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or password".into());
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("it goes on after the host, but the site has to be at the root".into());
    }
    Ok(url)
}

/// Whether an address stays on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// `id:base64[,id:base64…]`. Errors never quote a key.
pub(super) fn parse_keys(text: &str) -> Result<Vec<Key>, String> {
    let mut keys: Vec<Key> = Vec::new();
    for (position, part) in text.split(',').map(str::trim).enumerate() {
        let position = position + 1;
        let (id, key) = part.split_once(':').ok_or_else(|| format!("key {position} has no id before a colon"))?;
        if id.is_empty() || id.len() > 32 || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            return Err(format!("the id of key {position} is not made of 1 to 32 letters, digits, - and _"));
        }
        if keys.iter().any(|known| known.id == id) {
            return Err(format!("the id {id} is there twice"));
        }
        let bytes = STANDARD.decode(key).ok().and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.ok_or_else(|| format!("key {id} is not 32 bytes in base64"))?;
        keys.push(Key { id: id.to_owned(), bytes });
    }
    Ok(keys)
}

pub(super) fn parse_database_url(text: &str) -> Result<String, String> {
    let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    if known { Ok(text.to_owned()) } else { Err("it begins neither with sqlite: nor with postgres://".into()) }
}

pub(super) fn parse_redis_url(text: &str) -> Result<String, String> {
    let known = text.starts_with("redis://") || text.starts_with("rediss://");
    if known { Ok(text.to_owned()) } else { Err("it begins neither with redis:// nor with rediss://".into()) }
}
