//! A service account of the operator's Google Cloud project: this server signs in with it as itself, for nobody's mailbox.
//! Its key signs a statement of an hour, which the token endpoint exchanges for an access token (RFC 7523 section 2.1).

use crate::{
    jwt,
    providers::{
        error::ProviderError,
        http::{Http, Patience},
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use ring::signature::RsaKeyPair;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

/// How long a statement is good: the longest that Google takes.
const STATEMENT_LIFE: TimeDelta = TimeDelta::hours(1);
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// What the key file of a service account says.
#[derive(Clone, Debug)]
pub struct ServiceAccount {
    email: String,
    key_id: String,
    /// PKCS#8, in base64.
    key: SecretString,
    token_url: Url,
}

/// Why a key file cannot be used. It quotes nothing of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileProblem {
    /// Not what Google writes.
    #[error("it is not the JSON key file of a service account")]
    Shape,
    /// Not an RSA key in PKCS#8.
    #[error("its private key cannot be read")]
    Key,
}

#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key_id: String,
    private_key: String,
    token_uri: Url,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    scope: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: i64,
}

impl ServiceAccount {
    /// Reads a key file as the Google Cloud console writes it.
    pub fn parse(text: &str) -> Result<Self, KeyFileProblem> {
        let KeyFile { client_email: email, private_key_id: key_id, private_key, token_uri: token_url } =
            serde_json::from_str(text).map_err(|_| KeyFileProblem::Shape)?;
        let inside: String = private_key.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
        let bytes = STANDARD.decode(&inside).map_err(|_| KeyFileProblem::Key)?;
        RsaKeyPair::from_pkcs8(&bytes).map_err(|_| KeyFileProblem::Key)?;
        Ok(Self { email, key_id, key: inside.into(), token_url })
    }

    /// Where its statements are exchanged.
    pub fn token_url(&self) -> &Url {
        &self.token_url
    }

    /// A new access token, and when it runs out.
    pub(super) async fn access_token(
        &self,
        http: &Http,
        scope: &str,
        now: DateTime<Utc>,
    ) -> Result<(SecretString, DateTime<Utc>), ProviderError> {
        let statement = self.statement(scope, now)?;
        let form = [("grant_type", GRANT), ("assertion", statement.expose_secret())];
        let request = http.request(Method::POST, self.token_url.clone()).form(&form);
        let answer = http.send(request, "/token", Patience::Token).await?;
        if !answer.status.is_success() {
            // What it says of the statement is for the operator, and nothing of it is repeated: it may quote it.
            tracing::warn!(
                status = answer.status.as_u16(),
                "pubsub.not_signed_in: is the key of the service account still good?"
            );
            return Err(ProviderError::Unavailable { source: None });
        }
        let answer: TokenAnswer = serde_json::from_slice(&answer.body)
            .map_err(|_| ProviderError::nonsense("the token of a service account"))?;
        Ok((answer.access_token.into(), now + TimeDelta::seconds(answer.expires_in.clamp(0, 3_600))))
    }

    fn statement(&self, scope: &str, now: DateTime<Utc>) -> Result<SecretString, ProviderError> {
        jwt::install();
        let claims = Claims {
            iss: &self.email,
            scope,
            aud: self.token_url.as_str(),
            iat: now.timestamp(),
            exp: (now + STATEMENT_LIFE).timestamp(),
        };
        let header = Header { kid: Some(self.key_id.clone()), ..Header::new(Algorithm::RS256) };
        // Was decoded once, when it was read.
        let bytes = STANDARD.decode(self.key.expose_secret()).unwrap_or_default();
        let signed = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_rsa_der(&bytes));
        signed.map(Into::into).map_err(|error| ProviderError::unreadable("the key of the service account", error))
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyFileProblem, ServiceAccount};

    #[test]
    fn a_key_file_that_is_none_is_refused_without_being_quoted() {
        let file = |key: &str| {
            serde_json::json!({
                "type": "service_account", "client_email": "a@p.iam.example", "private_key_id": "1", "private_key": key,
                "token_uri": "https://oauth2.googleapis.com/token",
            })
            .to_string()
        };
        assert_eq!(ServiceAccount::parse("{}").unwrap_err(), KeyFileProblem::Shape);
        for key in ["", "hunter2", "-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n"] {
            let problem = ServiceAccount::parse(&file(key)).unwrap_err();
            assert_eq!(problem, KeyFileProblem::Key);
            assert!(!format!("{problem:?} {problem}").contains("hunter2"));
        }
    }
}
