//! Changing messages: read or not, flagged or not, in which folder. Several changes go in one `$batch`, each after the one
//! before, so that they take one of the mailbox's places and not four.

use super::{OutlookMail, classify};
use crate::providers::{Caller, error::ProviderError};
use reqwest::{Method, StatusCode, header::HeaderMap};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Most requests of one `$batch` (provider facts 6.4).
const MOST_PARTS: usize = 20;

/// What to change of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageChange {
    /// Its immutable id.
    pub id: String,
    /// Whether it was read.
    pub read: Option<bool>,
    /// Whether it is flagged.
    pub flagged: Option<bool>,
    /// The well-known name of the folder it goes to. Last: what is said of a message is said before it moves.
    pub folder: Option<&'static str>,
}

/// One request.
struct Part {
    /// Which of the changes it belongs to.
    of: usize,
    method: Method,
    path: String,
    body: Value,
}

impl MessageChange {
    /// The requests it takes.
    fn parts(&self, of: usize) -> Vec<Part> {
        let message = format!("me/messages/{}", super::escaped(&self.id));
        let mut body = serde_json::Map::new();
        if let Some(read) = self.read {
            body.insert("isRead".to_owned(), json!(read));
        }
        if let Some(flagged) = self.flagged {
            let status = if flagged { "flagged" } else { "notFlagged" };
            body.insert("flag".to_owned(), json!({ "flagStatus": status }));
        }
        let patch = (!body.is_empty()).then(|| Part {
            of,
            method: Method::PATCH,
            path: message.clone(),
            body: Value::Object(body),
        });
        let shift = self.folder.map(|folder| Part {
            of,
            method: Method::POST,
            path: format!("{message}/move"),
            body: json!({ "destinationId": folder }),
        });
        patch.into_iter().chain(shift).collect()
    }
}

#[derive(Deserialize)]
struct Answers {
    responses: Vec<Answered>,
}

#[derive(Deserialize)]
struct Answered {
    id: String,
    status: u16,
    #[serde(default)]
    headers: HashMap<String, String>,
    #[serde(default)]
    body: Value,
}

impl OutlookMail {
    /// Makes as many of the changes as fit into one call, from the first on; doing one again changes nothing. What comes
    /// back is what became of each of those, up to the first that was not made: the rest was not tried.
    pub async fn change(
        &self,
        caller: Caller<'_>,
        changes: &[MessageChange],
    ) -> Result<Vec<Result<(), ProviderError>>, ProviderError> {
        let mut parts: Vec<Part> = Vec::new();
        let mut fitting = 0;
        for (of, change) in changes.iter().enumerate() {
            let more = change.parts(of);
            if parts.len() + more.len() > MOST_PARTS {
                break;
            }
            parts.extend(more);
            fitting = of + 1;
        }
        let answers = match parts.as_slice() {
            [] => Vec::new(),
            [only] => vec![self.alone(caller, only).await],
            many => self.together(caller, many).await?,
        };
        let mut made: Vec<Result<(), ProviderError>> = Vec::new();
        let mut answers = answers.into_iter();
        for of in 0..fitting {
            for _ in parts.iter().filter(|part| part.of == of) {
                let Some(answer) = answers.next() else { return Ok(made) };
                if let Err(error) = answer {
                    made.push(Err(error));
                    return Ok(made);
                }
            }
            made.push(Ok(()));
        }
        Ok(made)
    }

    async fn alone(&self, caller: Caller<'_>, part: &Part) -> Result<(), ProviderError> {
        let url = self.base.join(&part.path).map_err(|error| ProviderError::unreadable("address", error))?;
        let request = self
            .http
            .request(part.method.clone(), url)
            .bearer_auth(caller.token.expose_secret())
            .header("Prefer", "IdType=\"ImmutableId\"")
            .json(&part.body);
        self.send(caller, request, 1).await.map(drop)
    }

    /// The answers in the order of the parts, up to the first that was not done.
    async fn together(
        &self,
        caller: Caller<'_>,
        parts: &[Part],
    ) -> Result<Vec<Result<(), ProviderError>>, ProviderError> {
        let requests: Vec<Value> = parts
            .iter()
            .enumerate()
            .map(|(at, part)| {
                json!({
                    "id": at.to_string(),
                    "method": part.method.as_str(),
                    "url": format!("/{}", part.path),
                    "headers": { "Content-Type": "application/json", "Prefer": "IdType=\"ImmutableId\"" },
                    "body": part.body,
                    "dependsOn": if at == 0 { vec![] } else { vec![(at - 1).to_string()] },
                })
            })
            .collect();
        let url = self.base.join("$batch").map_err(|error| ProviderError::unreadable("address", error))?;
        let request = self
            .http
            .request(Method::POST, url)
            .bearer_auth(caller.token.expose_secret())
            .json(&json!({ "requests": requests }));
        let answer = self.send(caller, request, parts.len()).await?;
        let answers: Answers =
            serde_json::from_slice(&answer.body).map_err(|error| ProviderError::unreadable("Graph's batch", error))?;
        let mut by_id: HashMap<String, Answered> =
            answers.responses.into_iter().map(|answered| (answered.id.clone(), answered)).collect();
        let mut read = Vec::new();
        for at in 0..parts.len() {
            let Some(answered) = by_id.remove(&at.to_string()) else { break };
            let result = self.read_part(caller, &answered);
            let failed = result.is_err();
            read.push(result);
            if failed {
                break;
            }
        }
        Ok(read)
    }

    fn read_part(&self, caller: Caller<'_>, answered: &Answered) -> Result<(), ProviderError> {
        let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::BAD_GATEWAY);
        if status.is_success() {
            return Ok(());
        }
        let named = |(name, value): (&String, &String)| Some((name.parse().ok()?, value.parse().ok()?));
        let headers: HeaderMap = answered.headers.iter().filter_map(named).collect();
        let error = classify(status, &headers, answered.body.to_string().as_bytes(), self.clock.now());
        self.heed(caller, &error);
        Err(error)
    }
}
