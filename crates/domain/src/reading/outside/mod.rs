//! Pictures on other servers. We fetch them, so that those servers learn nothing about the reader but that the mail was
//! opened: not where from, not with which browser, and no cookie.
//!
//! A mail chooses the address, so it must not lead to anything that only this machine can reach (OWASP: server-side request
//! forgery): [`public`] says which addresses are everybody's, and every name is looked up by a [`Lookup`] behind which the
//! others are not there. What is connected to is what was looked at: there is no second question to a name server in
//! between. Each redirect is a new address.

mod lookup;
mod public;

pub use lookup::{Lookup, SystemLookup};
pub use public::is_public;

use super::ReadError;
use crate::providers::{
    ProviderError,
    file::{Pieces, Unpack, pieces},
    http::{NoClient, Opened},
};
use lookup::Gate;
use reqwest::{Client, header, redirect::Policy};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use url::{Host, Url};

/// Redirects that are followed.
const MOST_REDIRECTS: usize = 5;
const CONNECT: Duration = Duration::from_secs(5);
/// For a picture in all.
const WHOLE: Duration = Duration::from_secs(20);
/// Bytes of one picture.
const LARGEST: usize = 10 * 1024 * 1024;
/// Pictures at once, of everybody.
const AT_ONCE: usize = 32;

/// The way to other servers.
#[derive(Clone)]
pub struct Outside {
    lookup: Arc<dyn Lookup>,
    ports: Vec<u16>,
    /// Addresses that may be reached although they are not everybody's.
    admitted: Vec<SocketAddr>,
}

impl Outside {
    /// The internet: names as the system knows them, web servers on their usual ports.
    pub fn internet() -> Self {
        Self::looked_up_by(Arc::new(SystemLookup), vec![80, 443])
    }

    /// Names as `lookup` knows them, on these ports.
    pub fn looked_up_by(lookup: Arc<dyn Lookup>, ports: Vec<u16>) -> Self {
        Self { lookup, ports, admitted: Vec::new() }
    }

    /// Lets through to one address of this machine as well: to the pretend providers of a demo.
    #[must_use]
    pub fn admitting(mut self, address: SocketAddr) -> Self {
        self.admitted.push(address);
        self
    }

    /// Whether a request may be sent there. What a name leads to is the gate's to judge.
    fn admits(&self, url: &Url) -> bool {
        let web = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        let Some(port) = url.port_or_known_default().filter(|_| web) else { return false };
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => ip.into(),
            Some(Host::Ipv6(ip)) => ip.into(),
            Some(Host::Domain(_)) => return self.ports.contains(&port),
            None => return false,
        };
        self.admitted.contains(&SocketAddr::new(literal, port)) || (is_public(literal) && self.ports.contains(&port))
    }
}

/// Looks at pictures outside.
#[derive(Clone)]
pub(super) struct Window {
    outside: Outside,
    client: Client,
    places: Arc<Semaphore>,
}

impl Window {
    pub fn new(outside: Outside) -> Result<Self, NoClient> {
        let client = Client::builder()
            .user_agent("Mozilla/5.0 (compatible; Gatepost)")
            .redirect(Policy::none())
            .referer(false)
            // A proxy would look names up by itself.
            .no_proxy()
            .no_gzip()
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .dns_resolver(Arc::new(Gate(outside.lookup.clone())))
            .build()?;
        Ok(Self { outside, client, places: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// The bytes at an address, whatever they are.
    pub async fn look(&self, mut url: Url) -> Result<Pieces, ReadError> {
        // The semaphore is never closed.
        let place = self.places.clone().acquire_owned().await.map_err(|_| ReadError::Unavailable)?;
        for _ in 0..=MOST_REDIRECTS {
            if !self.outside.admits(&url) {
                return Err(ReadError::NotAllowed);
            }
            let request =
                self.client.get(url.clone()).header(header::ACCEPT, "image/png,image/jpeg,image/gif,image/webp");
            let response = request.send().await.map_err(|_| ReadError::Unavailable)?;
            if response.status().is_redirection() {
                let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
                url = to.and_then(|to| url.join(to).ok()).ok_or(ReadError::Gone)?;
                continue;
            }
            if !response.status().is_success() {
                return Err(ReadError::Gone);
            }
            return Ok(pieces(Opened::of(response), AtMost(LARGEST), place));
        }
        Err(ReadError::Gone)
    }
}

/// Refuses what is larger.
struct AtMost(usize);

impl Unpack for AtMost {
    fn unpack(&mut self, piece: Vec<u8>) -> Result<Vec<u8>, ProviderError> {
        self.0 =
            self.0.checked_sub(piece.len()).ok_or_else(|| ProviderError::nonsense("a picture that is too large"))?;
        Ok(piece)
    }

    fn finish(&mut self) -> Result<Vec<u8>, ProviderError> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests;
