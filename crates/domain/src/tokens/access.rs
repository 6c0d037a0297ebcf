//! Access tokens: signed statements of a quarter of an hour (RFC 9068), checked to the letter (RFC 8725).
//!
//! HS256 with a key derived from the encryption keys under a label of its own. `kid` names the encryption key, so a token
//! stays good while keys are changed. That its family still lives is looked up at every call: ending one works at once.

use super::{TokenError, Tokens};
use crate::jwt;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{token_families, users};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use sea_orm::EntityTrait;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long an access token is good.
pub const ACCESS_LIFE: TimeDelta = TimeDelta::minutes(15);
/// `typ`: no other statement of ours or anybody else's passes for an access token (RFC 9068 section 2.1).
const KIND: &str = "at+jwt";
/// `aud`: for whom access tokens are.
const AUDIENCE: &str = "gatepost-api";
/// Label under which the signing key is derived.
const LABEL: &str = "access-token-hs256";

/// Whom a call is for, and which program makes it.
#[derive(Clone, Debug)]
pub struct Program {
    /// For whom it speaks.
    pub user: users::Model,
    /// `token_families.id`
    pub family: Uuid,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    client_id: Uuid,
    jti: Uuid,
    iat: i64,
    exp: i64,
}

impl Tokens {
    /// The program that a bearer token proves; [`TokenError::Invalid`] for any other text.
    pub async fn authenticate(&self, token: &SecretString) -> Result<Program, TokenError> {
        let claims = self.read(token).ok_or(TokenError::Invalid)?;
        let found = token_families::Entity::find_by_id(claims.client_id).find_also_related(users::Entity);
        let Some((family, Some(user))) = found.one(&self.db).await? else { return Err(TokenError::Invalid) };
        if family.ended_at.is_some() || user.id != claims.sub {
            return Err(TokenError::Invalid);
        }
        Ok(Program { user, family: family.id })
    }

    pub(super) fn access_token(&self, family: &token_families::Model) -> Result<SecretString, TokenError> {
        jwt::install();
        let now = self.clock.now();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: family.user_id,
            client_id: family.id,
            jti: self.randomness.uuid(now),
            iat: now.timestamp(),
            exp: (now + ACCESS_LIFE).timestamp(),
        };
        let kid = self.vault.first_key_id().to_owned();
        let key = self.vault.derived_key(LABEL);
        let header = Header { typ: Some(KIND.to_owned()), kid: Some(kid), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&key))
            .map(SecretString::from)
            .map_err(|error| TokenError::Unexpected(error.into()))
    }

    fn read(&self, token: &SecretString) -> Option<Claims> {
        jwt::install();
        let token = token.expose_secret();
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.alg != Algorithm::HS256 || header.typ.as_deref() != Some(KIND) {
            return None;
        }
        let key = self.vault.derived_key_of(header.kid.as_deref()?, LABEL)?;
        let claims =
            jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&key), &signature_only()).ok()?.claims;
        let now = self.clock.now();
        let meant_for_us = claims.iss == self.issuer && claims.aud == AUDIENCE;
        (meant_for_us && in_time(&claims, now)).then_some(claims)
    }
}

/// Our own clock signed it: no skew is granted.
fn in_time(claims: &Claims, now: DateTime<Utc>) -> bool {
    claims.iat <= now.timestamp() && now.timestamp() < claims.exp
}

/// Claims are checked here against the domain's clock, not by the library against the system's.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}
