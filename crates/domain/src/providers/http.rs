//! The one HTTP client to providers: time-outs, a cap on what is read, a span per call that names host and path shape
//! and never a query, a header or a body. It follows no redirect, so a token goes only where it was meant to go.

use super::error::ProviderError;
use reqwest::{Client, Method, RequestBuilder, StatusCode, header::HeaderMap, redirect::Policy};
use std::time::{Duration, Instant};
use tracing::Instrument;
use url::Url;

const CONNECT: Duration = Duration::from_secs(5);
const API: Duration = Duration::from_secs(30);
/// Architecture C9: shorter than the lease on a grant, so that a lease never ends in mid-refresh.
const TOKEN: Duration = Duration::from_secs(20);
/// Pub/Sub holds an answer back for up to a minute and a half.
const NEWS: Duration = Duration::from_secs(100);
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
pub struct NoClient(#[source] reqwest::Error);

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
            .build()
            .map_err(NoClient)?;
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
        let timeout = match patience {
            Patience::Api => API,
            Patience::Token => TOKEN,
            Patience::News => NEWS,
        };
        let request = request.timeout(timeout).build().map_err(ProviderError::on_the_way)?;
        let span = tracing::info_span!(
            "provider.call",
            method = %request.method(),
            host = request.url().host_str().unwrap_or_default(),
            path,
            status = tracing::field::Empty,
            ms = tracing::field::Empty,
        );
        let started = Instant::now();
        let answer = self.read(request).instrument(span.clone()).await;
        span.record("ms", u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
        if let Ok(answer) = &answer {
            span.record("status", answer.status.as_u16());
        }
        span.in_scope(|| tracing::debug!("provider.called"));
        answer
    }

    async fn read(&self, request: reqwest::Request) -> Result<Answer, ProviderError> {
        let mut response = self.client.execute(request).await.map_err(ProviderError::on_the_way)?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(ProviderError::on_the_way)? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(ProviderError::nonsense("larger than 64 MB"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }
}
