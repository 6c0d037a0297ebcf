//! Attacks on the way out. A server of this machine plays what must not be reached: it notes whoever comes.

use super::*;
use crate::reading::picture::Kind;
use futures::StreamExt;
use std::{
    io,
    net::IpAddr,
    sync::atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n and the rest";

/// A server on the loopback address, and how many knocked.
struct Server {
    address: SocketAddr,
    knocks: Arc<AtomicUsize>,
}

impl Server {
    /// Answers everybody with `answer`, whatever they ask.
    async fn answering(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, knocks) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let counted = knocks.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let mut asked = vec![0; 4_096];
                let read = stream.read(&mut asked).await.unwrap_or_default();
                let asked = String::from_utf8_lossy(&asked[..read]).into_owned();
                // Fails when the other side has seen enough.
                let _ = stream.write_all(&answer(&asked)).await;
            }
        });
        Self { address, knocks }
    }

    async fn with_a_picture() -> Self {
        Self::answering(|_| response("200 OK", "", PICTURE)).await
    }

    fn knocks(&self) -> usize {
        self.knocks.load(Ordering::SeqCst)
    }
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Every name leads to these addresses.
struct Names(Vec<IpAddr>);

#[async_trait::async_trait]
impl Lookup for Names {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(self.0.clone())
    }
}

fn to(addresses: &[&str], port: u16) -> Outside {
    let addresses = addresses.iter().map(|ip| ip.parse().unwrap()).collect();
    Outside::looked_up_by(Arc::new(Names(addresses)), vec![80, 443, port])
}

async fn look(outside: Outside, url: &str) -> Result<Vec<u8>, ReadError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut pieces = Window::new(outside).unwrap().look(Url::parse(url).unwrap()).await?;
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await {
        bytes.extend(piece?);
    }
    Ok(bytes)
}

#[tokio::test]
async fn the_listener_hears_who_is_let_through() {
    let server = Server::with_a_picture().await;
    let outside = to(&[], 80).admitting(server.address);
    let bytes = look(outside, &format!("http://{}/a.png", server.address)).await.unwrap();
    assert_eq!((Kind::of(&bytes), server.knocks()), (Some(Kind::Png), 1));
}

#[tokio::test]
async fn this_machine_is_not_reached_under_any_of_its_spellings() {
    let server = Server::with_a_picture().await;
    let port = server.address.port();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "127.0.0.1.",
        "①②⑦.0.0.1",
        "127。0。0。1",
        "169.254.169.254",
        "[fe80::1]",
        "[fd00:ec2::254]",
    ] {
        // The port is allowed, and names lead to this machine: only the judgement of the address stands between.
        let refused = look(to(&["127.0.0.1"], port), &format!("http://{host}:{port}/")).await;
        assert!(refused.is_err(), "{host}");
    }
    assert_eq!(server.knocks(), 0);
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_not_followed() {
    let server = Server::with_a_picture().await;
    let port = server.address.port();
    for addresses in [
        &["127.0.0.1"][..],
        &["::ffff:127.0.0.1"],
        &["1.1.1.1", "127.0.0.1"],
        &["127.0.0.1", "2606:4700::1111"],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["64:ff9b::7f00:1"],
        &[],
    ] {
        let refused = look(to(addresses, port), &format!("http://pictures.example:{port}/")).await;
        assert!(refused.is_err(), "{addresses:?}");
    }
    for name in ["localhost", "localhost.", "LOCALHOST", "a.localhost"] {
        let outside = Outside::looked_up_by(Arc::new(SystemLookup), vec![port]);
        assert!(look(outside, &format!("http://{name}:{port}/")).await.is_err(), "{name}");
    }
    assert_eq!(server.knocks(), 0);
}

#[tokio::test]
async fn a_redirect_is_judged_like_the_first_address() {
    let inner = Server::with_a_picture().await;
    for target in [
        format!("http://{}/", inner.address),
        format!("http://2130706433:{}/", inner.address.port()),
        format!("http://[::ffff:127.0.0.1]:{}/", inner.address.port()),
        format!("http://inside.example:{}/", inner.address.port()),
        format!("//{}/", inner.address),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
        "data:image/png;base64,iVBORw0KGgo=".to_owned(),
    ] {
        let headers = format!("location: {target}\r\n");
        let outer = Server::answering(move |_| response("302 Found", &headers, b"")).await;
        let outside = to(&["127.0.0.1"], inner.address.port()).admitting(outer.address);
        assert!(look(outside, &format!("http://{}/", outer.address)).await.is_err(), "{target}");
        assert_eq!((outer.knocks(), inner.knocks()), (1, 0), "{target}");
    }
}

#[tokio::test]
async fn redirects_come_to_an_end() {
    let server = Server::answering(|_| response("302 Found", "location: /again\r\n", b"")).await;
    let outside = to(&[], 80).admitting(server.address);
    assert!(look(outside, &format!("http://{}/", server.address)).await.is_err());
    assert_eq!(server.knocks(), MOST_REDIRECTS + 1);
}

#[tokio::test]
async fn other_ports_schemes_and_passwords_lead_nowhere() {
    let server = Server::with_a_picture().await;
    let port = server.address.port();
    let outside = || to(&["1.1.1.1"], 80).admitting(server.address);
    for url in [
        format!("http://1.1.1.1:{port}/"),
        format!("http://pictures.example:{port}/"),
        format!("http://user:word@{}/", server.address),
        format!("ftp://{}/", server.address),
        "file:///etc/passwd".to_owned(),
    ] {
        assert!(look(outside(), &url).await.is_err(), "{url}");
    }
    assert_eq!(server.knocks(), 0);
}

#[tokio::test]
async fn the_other_server_learns_nothing_about_the_reader() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let server = Server::answering(move |asked| {
        tell.send(asked.to_lowercase()).unwrap();
        response("200 OK", "set-cookie: who=me\r\n", PICTURE)
    })
    .await;
    let outside = to(&[], 80).admitting(server.address);
    look(outside, &format!("http://{}/a.png", server.address)).await.unwrap();
    let asked = told.recv().await.unwrap();
    for telling in ["cookie", "referer", "origin", "authorization", "accept-language", "forwarded"] {
        assert!(!asked.contains(telling), "{asked}");
    }
}

#[tokio::test]
async fn a_picture_without_end_is_given_up() {
    let server = Server::answering(|_| response("200 OK", "", &[PICTURE, &vec![0; LARGEST]].concat())).await;
    let outside = to(&[], 80).admitting(server.address);
    assert!(look(outside, &format!("http://{}/a.png", server.address)).await.is_err());
}
