//! Who is at the other end: the peer's address, or what a trusted proxy says it is.

use crate::config::Network;
use axum::extract::{ConnectInfo, Request};
use std::net::{IpAddr, SocketAddr};

/// The client's address. `X-Forwarded-For` is read from the right for as long as its writers are trusted, because
/// everything further left may have been made up by the client.
pub fn peer_address(request: &Request, trusted: &[Network]) -> Option<IpAddr> {
    let mut address = direct_peer(request)?;
    let mut claims = forwarded_for(request);
    while is_trusted(address, trusted) {
        match claims.pop() {
            Some(Some(claimed)) => address = claimed,
            Some(None) | None => break,
        }
    }
    Some(address.to_canonical())
}

/// Whether the browser spoke https to the proxy in front. Nobody but a trusted proxy can say so.
pub fn came_by_https(request: &Request, trusted: &[Network]) -> bool {
    direct_peer(request).is_some_and(|peer| is_trusted(peer, trusted))
        && request
            .headers()
            .get("x-forwarded-proto")
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"https"))
}

fn direct_peer(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.contains(address))
}

/// The addresses of all `X-Forwarded-For` headers from left to right; `None` where one cannot be read.
fn forwarded_for(request: &Request) -> Vec<Option<IpAddr>> {
    request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(|part| part.trim().parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{came_by_https, peer_address};
    use axum::{
        body::Body,
        extract::{ConnectInfo, Request},
    };
    use std::net::SocketAddr;

    fn request(peer: &str, forwarded: &str) -> Request {
        let mut request = Request::builder()
            .header("x-forwarded-for", forwarded)
            .header("x-forwarded-proto", "https")
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        request
    }

    fn seen(peer: &str, forwarded: &str, trusted: &str) -> String {
        let trusted: Vec<_> =
            trusted.split(',').filter(|part| !part.is_empty()).map(|part| part.parse().unwrap()).collect();
        peer_address(&request(peer, forwarded), &trusted).unwrap().to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(seen("203.0.113.7:1", "198.51.100.1", ""), "203.0.113.7");
        assert_eq!(seen("203.0.113.7:1", "198.51.100.1", "10.0.0.0/8"), "203.0.113.7");
        assert!(!came_by_https(&request("203.0.113.7:1", ""), &[]));
    }

    #[test]
    fn a_trusted_proxy_tells_the_last_address_that_is_not_its_own() {
        assert_eq!(seen("10.0.0.1:1", "198.51.100.1", "10.0.0.0/8"), "198.51.100.1");
        assert_eq!(seen("10.0.0.1:1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "10.0.0.0/8"), "198.51.100.1");
        assert_eq!(seen("10.0.0.1:1", "nonsense", "10.0.0.0/8"), "10.0.0.1");
        assert!(came_by_https(&request("10.0.0.1:1", ""), &["10.0.0.1".parse().unwrap()]));
    }
}
