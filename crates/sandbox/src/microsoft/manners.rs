//! How Microsoft treats codes, tokens and consents (provider facts 2.3, 2.4), and what they look like.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::chance::{guid, random};
use crate::oauth::grants::{Code, Grant, Reason};
use crate::oauth::manners::{Effect, Manners};
use crate::state::Sandbox;
use crate::world::Person;

/// Microsoft's manners. Access tokens outlive their grant until they expire; nothing is project-wide.
pub const MANNERS: Manners = Manners {
    code_min: 10,
    idle_days: 90,
    live_refresh: None,
    access_ends: false,
    project_wide: false,
    effect,
    reaches,
};

/// A person's own change of password ends nothing: the tokens of confidential clients survive it. What a policy forbids
/// is forbidden until it is lifted, and works again then.
#[expect(clippy::unnecessary_wraps, reason = "the other provider knows less")]
fn effect(reason: Reason) -> Option<Effect> {
    Some(match reason {
        Reason::PasswordChanged => Effect::NONE,
        Reason::AdminPolicy | Reason::AccountDisabled | Reason::InteractionRequired => Effect::BLOCKS,
        _ => Effect::KILLS,
    })
}

/// Policies are about reaching data, not about signing in.
fn reaches(reason: Reason, grant: &Grant) -> bool {
    match reason {
        Reason::AdminPolicy => grant.scopes.iter().any(|scope| super::scopes::needs_admin(scope)),
        _ => true,
    }
}

/// What this person consented to for a client, and what an administrator did for the whole organisation.
pub fn consents(sandbox: &Sandbox, person: &Person, client: &str) -> BTreeSet<String> {
    let ledger = &sandbox.microsoft.ledger;
    let mut consents = ledger.consents(&person.address, client);
    if person.domain().is_some() {
        consents.extend(ledger.consents(person.tenant(), client));
    }
    consents
}

/// A code for what its grant says.
pub fn issue_code(sandbox: &Sandbox, person: &Person, code: Code) -> String {
    let text = match person.domain() {
        Some(_) => format!("1.A{}", random(560)),
        None => format!("M.C5{}_BAY.2.U.{}", person.number, guid()),
    };
    sandbox.microsoft.ledger.keep_code(text.clone(), code, sandbox.clock.now());
    text
}

/// A new access token, opaque to apps, and the seconds it lives: between an hour and an hour and a half.
pub fn issue_access(sandbox: &Sandbox, person: &Person, grant: Grant) -> (String, i64) {
    let text = match person.domain() {
        Some(_) => format!("eyJ0eXAiOiJKV1Qi{}.{}.{}", random(90), random(1_200), random(256)),
        None => format!("EwB{}", random(1_002)),
    };
    let lives_s = 3_600 + text.bytes().map(i64::from).sum::<i64>() % 1_800;
    sandbox.microsoft.ledger.keep_access(text.clone(), grant, sandbox.clock.now(), lives_s);
    (text, lives_s)
}

/// A new refresh token; those before it stay alive.
pub fn issue_refresh(sandbox: &Sandbox, person: &Person, grant: Grant, ends: Option<DateTime<Utc>>) -> String {
    let text = match person.domain() {
        Some(_) => format!("1.A{}", random(960)),
        None => format!("M.C5{}_BAY.0.U.-{}", person.number, random(290)),
    };
    sandbox.microsoft.ledger.keep_refresh(text.clone(), grant, sandbox.clock.now(), ends);
    text
}
