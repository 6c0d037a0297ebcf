//! Microsoft Graph: who the person is, and their mail (provider facts 6).

mod attachments;
pub mod batch;
mod change;
mod delta;
mod failure;
mod filter;
mod folder_delta;
mod folders;
mod list;
mod me;
pub mod message;
mod properties;
mod search;
mod send;
pub mod settings;
pub mod subscriptions;
pub mod throttle;
mod token;
mod translate;
pub mod uploads;
mod visit;
mod write;

use http::StatusCode;
use http::header::HeaderName;

pub use self::failure::Failure;
pub use self::me::userinfo;
use self::settings::Dials;
use self::throttle::Throttle;
use self::visit::{Outcome, Prefer, Visit};
use super::scopes;
use crate::chance::guid;
use crate::exchange::{Answer, Call, Params};
use crate::oauth::grants::Grant;
use crate::state::Sandbox;
use crate::world::Resident;

/// What Graph keeps besides the mailboxes.
#[derive(Debug, Default)]
pub struct Desk {
    /// How it behaves today.
    pub dials: Dials,
    /// Who is busy with what.
    pub throttle: Throttle,
    /// Whom it tells of what.
    pub shelf: subscriptions::Shelf,
    /// Files that come in pieces.
    pub uploads: uploads::Uploads,
}

/// One method.
#[derive(Clone, Copy)]
struct Op {
    /// Any of these scopes will do.
    scopes: &'static [&'static str],
    run: fn(&Visit<'_>, &[&str]) -> Outcome,
}

const READS: &[&str] = &["Mail.ReadBasic", "Mail.Read", "Mail.ReadWrite"];
const TEXTS: &[&str] = &["Mail.Read", "Mail.ReadWrite"];
const CHANGES: &[&str] = &["Mail.ReadWrite"];
const SENDS: &[&str] = &["Mail.Send"];
const IDS: &[&str] = &["Mail.ReadBasic", "Mail.Read", "Mail.ReadWrite", scopes::USER_READ];

/// Largest body of one request, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

/// The method a request names. `path` begins after `me`; fixed words are in lower case in `words`.
fn find(method: &str, words: &[&str]) -> Option<Op> {
    let op = |scopes, run| Some(Op { scopes, run });
    match (method, words) {
        ("GET", []) => op(&[scopes::USER_READ], me::me),
        ("GET", ["mailfolders"] | ["mailfolders", _, "childfolders"]) => op(READS, folders::list),
        ("POST", ["mailfolders"] | ["mailfolders", _, "childfolders"]) => op(CHANGES, folders::create),
        ("GET", ["mailfolders", "delta"]) => op(READS, folder_delta::list),
        ("GET", ["mailfolders", _]) => op(READS, folders::get),
        ("PATCH", ["mailfolders", _]) => op(CHANGES, folders::rename),
        ("DELETE", ["mailfolders", _]) => op(CHANGES, folders::delete),
        ("POST", ["mailfolders", _, "move"]) => op(CHANGES, folders::shift),
        ("GET", ["mailfolders", _, "messages"]) => op(READS, list::in_folder),
        ("POST", ["mailfolders", _, "messages"]) => op(CHANGES, send::create_in),
        ("GET", ["mailfolders", _, "messages", "delta"]) => op(READS, delta::messages),
        ("GET", ["messages"]) => op(READS, list::all),
        ("POST", ["messages"]) => op(CHANGES, send::create),
        ("GET", ["messages", "delta"]) => op(READS, delta::not_everywhere),
        ("POST", ["sendmail"]) => op(SENDS, send::send_mail),
        ("GET", ["subscriptions"]) => op(TEXTS, subscriptions::list),
        ("POST", ["subscriptions"]) => op(TEXTS, subscriptions::create),
        ("GET", ["subscriptions", _]) => op(TEXTS, subscriptions::get),
        ("PATCH", ["subscriptions", _]) => op(TEXTS, subscriptions::renew),
        ("DELETE", ["subscriptions", _]) => op(TEXTS, subscriptions::delete),
        ("POST", ["translateexchangeids"]) => op(IDS, translate::ids),
        (method, ["messages", rest @ ..] | ["mailfolders", _, "messages", rest @ ..]) => of_messages(method, rest),
        _ => None,
    }
}

/// The methods of one mail.
fn of_messages(method: &str, words: &[&str]) -> Option<Op> {
    let op = |scopes, run| Some(Op { scopes, run });
    match (method, words) {
        ("GET", [_]) => op(READS, list::get),
        ("PATCH", [_]) => op(CHANGES, change::patch),
        ("DELETE", [_]) | ("POST", [_, "permanentdelete"]) => op(CHANGES, change::delete),
        ("GET", [_, "$value"]) => op(TEXTS, list::mime),
        ("POST", [_, "move"]) => op(CHANGES, change::shift),
        ("POST", [_, "copy"]) => op(CHANGES, change::copy),
        ("POST", [_, "send"]) => op(SENDS, send::send),
        ("GET", [_, "attachments"]) => op(TEXTS, attachments::list),
        ("POST", [_, "attachments"]) => op(CHANGES, attachments::add),
        ("POST", [_, "attachments", "createuploadsession"]) => op(CHANGES, uploads::open),
        ("GET", [_, "attachments", _]) => op(TEXTS, attachments::get),
        ("GET", [_, "attachments", _, "$value"]) => op(TEXTS, attachments::bytes),
        _ => None,
    }
}

/// Answers what is below `/v1.0/`.
pub fn answer(sandbox: &Sandbox, call: &Call, path: &str) -> Answer {
    let request = guid();
    let client = call.headers.get("client-request-id").and_then(|value| value.to_str().ok()).unwrap_or(&request);
    let prefer = Prefer::read(call);
    let mut person = None;
    let result = caller(sandbox, call).and_then(|(resident, grant)| {
        person = Some(resident.person.address.clone());
        let settings = sandbox.graph.dials.get();
        let scopes = grant.scopes.clone();
        let (params, now) = (call.params(), sandbox.clock.now());
        run(&Visit { sandbox, resident, call, params, scopes, prefer, settings, now }, path)
    });
    let applied = prefer.applied().filter(|_| result.is_ok());
    let mut answer = result.unwrap_or_else(|failure| failure.answer(sandbox, &request, client));
    answer.units = u32::from(person.is_some());
    answer.person = person;
    if let Some(applied) = applied {
        answer = answer.with(HeaderName::from_static("preference-applied"), applied);
    }
    answer
        .with(HeaderName::from_static("client-request-id"), client)
        .with(HeaderName::from_static("request-id"), request)
}

/// The way of a call: whose mailbox, which method, which scope, and is there a mailbox at all.
fn run(visit: &Visit<'_>, path: &str) -> Outcome {
    if visit.call.body.len() > LARGEST {
        return Err(Failure::too_large());
    }
    let pieces = pieces(path);
    let person = &visit.resident.person;
    let rest = match pieces.first().map(|piece| piece.to_lowercase()).as_deref() {
        Some("me") => &pieces[1..],
        Some("subscriptions") => &pieces[..],
        Some("users") if pieces.len() > 1 => {
            let own = [person.address.as_str(), &person.graph_id(), &person.object].contains(&pieces[1].as_str());
            if !own {
                return Err(Failure::denied());
            }
            &pieces[2..]
        }
        _ => return Err(no_segment(path)),
    };
    // What follows a collection is an id, whose case matters; everything else is a word, whose case does not.
    let words: Vec<String> = rest.iter().map(|piece| piece.to_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let op = find(visit.call.method.as_str(), &words).ok_or_else(|| no_segment(path))?;
    if !op.scopes.iter().any(|scope| visit.may(scope)) {
        return Err(Failure::denied());
    }
    if !rest.is_empty() && visit.settings.without_mailbox.contains(&person.address) {
        let text = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
        return Err(Failure::new(StatusCode::NOT_FOUND, "MailboxNotEnabledForRESTAPI", text));
    }
    let ids: Vec<&str> = rest.iter().map(String::as_str).collect();
    (op.run)(visit, &ids)
}

fn no_segment(path: &str) -> Failure {
    Failure::bad(format!("Resource not found for the segment '{path}'."))
}

/// The pieces of a path without their percent signs; `mailFolders('inbox')` is two, and `delta()` is `delta`.
fn pieces(path: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    for piece in path.split('/').filter(|piece| !piece.is_empty()) {
        let pair = format!("piece={}", piece.replace('+', "%2B").replace('&', "%26"));
        let piece = Params::parse(pair.as_bytes()).get("piece").unwrap_or_default().to_owned();
        let piece = piece.strip_prefix("microsoft.graph.").unwrap_or(&piece);
        match piece.split_once('(').and_then(|(word, key)| Some((word, key.strip_suffix(')')?))) {
            Some((word, key)) => {
                pieces.push(word.to_owned());
                pieces.extend(Some(key.trim_matches('\'').to_owned()).filter(|key| !key.is_empty()));
            }
            None => pieces.push(piece.to_owned()),
        }
    }
    pieces
}

fn caller<'a>(sandbox: &'a Sandbox, call: &Call) -> Result<(&'a Resident, Grant), Failure> {
    let bad = Failure::unauthenticated;
    let token = call.bearer().ok_or_else(|| bad("Access token is empty."))?;
    let alive = sandbox.microsoft.ledger.access(&token, sandbox.clock.now());
    let (grant, _) = alive.ok_or_else(|| bad("Lifetime validation failed, the token is expired."))?;
    let resident = sandbox.world.find(&grant.person);
    Ok((resident.ok_or_else(|| bad("The identity of the calling user could not be established."))?, grant))
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn keys_in_brackets_are_pieces_of_their_own() {
        assert_eq!(
            pieces("me/mailFolders('AQ%3D')/messages/delta()"),
            ["me", "mailFolders", "AQ=", "messages", "delta"]
        );
        assert_eq!(pieces("me/messages/a+b/microsoft.graph.move"), ["me", "messages", "a+b", "move"]);
    }
}
