//! A code that Google's own code client brought to a page of ours (`POST /auth/google`), instead of a redirect.

use super::{Connections, Problem, Purpose, making::Making};
use crate::providers::{
    Feature, Provider,
    auth::{AuthError, AuthServer, Granted, Redeem, Redeemed, Wants},
};
use secrecy::SecretString;
use uuid::Uuid;

/// What Google's older libraries say instead of the page's origin.
const POSTMESSAGE: &str = "postmessage";

impl Connections {
    /// Connects what the code stands for. The page's origin stands in the place of a redirect URI.
    pub async fn connect_with_code(
        &self,
        user: Uuid,
        code: SecretString,
        origin: &str,
        visitor: &str,
    ) -> Result<Uuid, Problem> {
        let connected = self.connect_code(user, &code, origin, visitor).await;
        if let Err(problem) = connected {
            let recorded = self.record_refusal(&self.db, Some(user), "connection.made", problem, visitor).await;
            if let Err(error) = recorded {
                tracing::error!(%error, "audit.not_written");
            }
        }
        connected
    }

    async fn connect_code(
        &self,
        user: Uuid,
        code: &SecretString,
        origin: &str,
        visitor: &str,
    ) -> Result<Uuid, Problem> {
        let server = self.servers.get(Provider::Google).ok_or(Problem::NotSetUp)?;
        let redeemed = redeem(&**server, code, origin).await.map_err(|error| super::attempt::problem_of(&error))?;
        let Redeemed { tokens, identity } = redeemed;
        let granted = match identity {
            Ok(identity) => Granted { identity, tokens },
            Err(error) => {
                self.give_back_unproven(&**server, &tokens).await;
                return Err(super::attempt::problem_of(&error));
            }
        };
        let offered = server.offered();
        let scopes = granted.tokens.scopes.clone().unwrap_or_default();
        // The page asked for what it wanted; what was granted of it is what is switched on.
        let wanted = server.allowed(&offered, &scopes);
        if !wanted.has(Feature::Mail) {
            self.give_back(&**server, &granted).await;
            return Err(Problem::ScopeMissing);
        }
        let making = Making { user, purpose: Purpose::Connect, wanted: &wanted, attempt: None, visitor };
        let made = self.make(&making, &**server, &granted).await;
        if made.is_err() {
            self.give_back(&**server, &granted).await;
        }
        made
    }
}

/// Tries the page's origin, then the older word; a code is not used up by a redirect URI that does not fit.
async fn redeem(server: &dyn AuthServer, code: &SecretString, origin: &str) -> Result<Redeemed, AuthError> {
    let offered = server.offered();
    let attempt = |redirect_uri| Redeem {
        code: code.clone(),
        verifier: None,
        nonce: None,
        redirect_uri: Some(redirect_uri),
        wants: Wants::Features(&offered),
    };
    match server.exchange(attempt(origin)).await {
        Err(AuthError::GrantRefused { .. } | AuthError::ClientRefused { .. }) => {
            server.exchange(attempt(POSTMESSAGE)).await
        }
        first => first,
    }
}
