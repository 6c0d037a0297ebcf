//! The calls an OAuth client makes, through the one HTTP client.

use super::{
    error::ProviderError,
    http::{Http, Patience},
};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

/// Lets the `oauth2` crate call through our HTTP client, with its time-outs and its silence about secrets.
pub(super) struct Caller<'h>(pub &'h Http);

impl<'c> AsyncHttpClient<'c> for Caller<'_> {
    type Error = ProviderError;
    type Future = futures::future::BoxFuture<'c, Result<HttpResponse, ProviderError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let url = Url::parse(&parts.uri.to_string()).map_err(|_| ProviderError::nonsense("its token endpoint"))?;
            let sent = self.0.request(parts.method, url).headers(parts.headers).body(body);
            let answer = self.0.send(sent, "/token", Patience::Token).await?;
            // A fault of the provider is no verdict on the grant, whatever the body says.
            if answer.status.is_server_error() || answer.status.as_u16() == 429 {
                return Err(ProviderError::Unavailable { source: None });
            }
            let mut response = HttpResponse::new(answer.body);
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            Ok(response)
        })
    }
}

/// Reads a public document, such as discovery or keys.
pub(super) async fn get_json<T: DeserializeOwned>(
    http: &Http,
    url: &Url,
    path: &'static str,
) -> Result<T, ProviderError> {
    read_json(http, http.request(Method::GET, url.clone()), path).await
}

/// Reads a document that only the bearer of a token may read.
pub(super) async fn get_json_as<T: DeserializeOwned>(
    http: &Http,
    url: &Url,
    token: &SecretString,
    path: &'static str,
) -> Result<T, ProviderError> {
    read_json(http, http.request(Method::GET, url.clone()).bearer_auth(token.expose_secret()), path).await
}

async fn read_json<T: DeserializeOwned>(
    http: &Http,
    request: RequestBuilder,
    path: &'static str,
) -> Result<T, ProviderError> {
    let answer = http.send(request, path, Patience::Token).await?;
    if !answer.status.is_success() {
        return Err(ProviderError::Unavailable { source: None });
    }
    serde_json::from_slice(&answer.body).map_err(|_| ProviderError::nonsense("no JSON of the expected shape"))
}

/// Posts a form and asks only whether it was accepted.
pub(super) async fn post_form(
    http: &Http,
    url: &Url,
    form: &[(&str, &str)],
    path: &'static str,
) -> Result<bool, ProviderError> {
    let answer = http.send(http.request(Method::POST, url.clone()).form(form), path, Patience::Token).await?;
    if answer.status.is_server_error() {
        return Err(ProviderError::Unavailable { source: None });
    }
    Ok(answer.status.is_success())
}
