//! Names of servers, and the gate that lets through only what is everybody's.

use super::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// Knows which addresses a name has.
#[async_trait::async_trait]
pub trait Lookup: Send + Sync {
    /// All addresses of a name.
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's name servers.
#[derive(Clone, Copy, Debug)]
pub struct SystemLookup;

#[async_trait::async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Behind it are only public addresses. A name that has others, too, is as if it had none: it is up to something.
pub(super) struct Gate(pub Arc<dyn Lookup>);

impl Resolve for Gate {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.0.clone();
        Box::pin(async move {
            let found = lookup.addresses(name.as_str()).await?;
            if found.is_empty() || !found.iter().copied().all(is_public) {
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, "not a public address").into());
            }
            // The port is the request's.
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}
