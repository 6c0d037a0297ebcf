//! The one HTTP client to providers: time-outs, a cap on what is read, a span per call that names host and path shape
//! and never a query, a header or a body. It follows no redirect, so a token goes only where it was meant to go.

use super::error::ProviderError;
use reqwest::{Client, Method, RequestBuilder, StatusCode, header::HeaderMap, redirect::Policy};
use std::time::{Duration, Instant};
use tracing::{Instrument, Span};
use url::Url;

const CONNECT: Duration = Duration::from_secs(5);
const API: Duration = Duration::from_secs(30);
/// Architecture C9: shorter than the lease on a grant, so that a lease never ends in mid-refresh.
const TOKEN: Duration = Duration::from_secs(20);
/// Pub/Sub holds an answer back for up to a minute and a half.
const NEWS: Duration = Duration::from_secs(100);
/// A file may be large and the way slow; a way on which nothing moves is given up sooner.
const FILE: Duration = Duration::from_mins(10);
const STALLED: Duration = Duration::from_secs(30);
/// Bytes of one answer. Gmail's largest message is 36 MB, in base64 inside JSON, and a batch of small ones stays below.
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// How long a call may take in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// An API call: 30 seconds.
    Api,
    /// A token endpoint: 20 seconds.
    Token,
    /// A question that is answered when there is news: 100 seconds.
    News,
    /// A file: ten minutes to its last byte.
    File,
}

impl Patience {
    fn in_all(self) -> Duration {
        match self {
            Self::Api => API,
            Self::Token => TOKEN,
            Self::News => NEWS,
            Self::File => FILE,
        }
    }
}

/// The client. Clones share connections.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
}

/// What came back, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The whole body, decompressed.
    pub body: Vec<u8>,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be built")]
pub struct NoClient(#[from] reqwest::Error);

impl Http {
    /// Builds the client and makes ring the process's TLS cryptography, unless something else was chosen before.
    pub fn new() -> Result<Self, NoClient> {
        // Fails only when a provider is installed already, which is all that is needed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            // Google compresses only for agents that say gzip here, too.
            .user_agent("gatepost (gzip)")
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .gzip(true)
            .build()?;
        Ok(Self { client })
    }

    /// Begins a request; hand it to [`Http::send`].
    pub fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends a request and reads the whole answer. `path` is the shape of the path for the log, such as
    /// `/gmail/v1/users/me/messages/{id}`. Errors are only those of the way: any status is an [`Answer`].
    pub async fn send(
        &self,
        request: RequestBuilder,
        path: &'static str,
        patience: Patience,
    ) -> Result<Answer, ProviderError> {
        let call = Call::new(request, path, patience)?;
        let (span, started) = (call.span.clone(), call.started);
        let answer = async { self.begin(call).await?.whole().await }.instrument(span.clone()).await;
        note(&span, started, answer.as_ref().ok().map(|answer| answer.status));
        answer
    }

    /// Sends a request and reads the head of the answer: its body comes piece by piece.
    pub async fn open(&self, request: RequestBuilder, path: &'static str) -> Result<Opened, ProviderError> {
        let call = Call::new(request, path, Patience::File)?;
        let (span, started) = (call.span.clone(), call.started);
        let opened = self.begin(call).instrument(span.clone()).await;
        note(&span, started, opened.as_ref().ok().map(|opened| opened.status));
        opened
    }

    async fn begin(&self, call: Call) -> Result<Opened, ProviderError> {
        self.client.execute(call.request).await.map(Opened::of).map_err(ProviderError::on_the_way)
    }
}

/// A request on its way.
struct Call {
    request: reqwest::Request,
    span: Span,
    started: Instant,
}

impl Call {
    fn new(request: RequestBuilder, path: &'static str, patience: Patience) -> Result<Self, ProviderError> {
        let request = request.timeout(patience.in_all()).build().map_err(ProviderError::on_the_way)?;
        let span = tracing::info_span!(
            "provider.call",
            method = %request.method(),
            host = request.url().host_str().unwrap_or_default(),
            path,
            status = tracing::field::Empty,
            ms = tracing::field::Empty,
        );
        Ok(Self { request, span, started: Instant::now() })
    }
}

fn note(span: &Span, started: Instant, status: Option<StatusCode>) {
    span.record("ms", u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
    span.in_scope(|| tracing::debug!("provider.called"));
}

/// An answer whose body is still on its way.
#[derive(Debug)]
pub struct Opened {
    /// Status code.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    response: reqwest::Response,
}

impl Opened {
    /// An answer to somebody else's question.
    pub(crate) fn of(mut response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        Self { status, headers, response }
    }

    /// The next piece of the body; `None` at its end.
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>, ProviderError> {
        let piece = tokio::time::timeout(STALLED, self.response.chunk()).await;
        let piece = piece.map_err(|_| ProviderError::Unavailable { source: None })?;
        Ok(piece.map_err(ProviderError::on_the_way)?.map(|piece| piece.to_vec()))
    }

    /// All of it, up to the largest answer that is read.
    pub async fn whole(mut self) -> Result<Answer, ProviderError> {
        let mut body = Vec::new();
        while let Some(chunk) = self.response.chunk().await.map_err(ProviderError::on_the_way)? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(ProviderError::nonsense("larger than 64 MB"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status: self.status, headers: self.headers, body })
    }
}
