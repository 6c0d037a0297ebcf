//! Gmail's API: which method a request names, whether its token may call it, and what it costs.

mod attachments;
mod candidate;
mod drafts;
mod history;
mod labels;
mod list;
mod messages;
mod modify;
mod moments;
mod payload;
mod profile;
mod query;
mod search;
mod send;
#[cfg(test)]
mod sizes;
mod threads;
mod watch;

pub use send::without_header;

use chrono::{DateTime, Utc};
use http::{Method, StatusCode};
use serde_json::Value;

use super::errors::Failure;
use super::fields::Fields;
use super::scopes::{COMPOSE, LABELS, MAIL, METADATA, MODIFY, READONLY, SEND};
use crate::exchange::{Answer, Call, Params};
use crate::quota::Cost;
use crate::state::Sandbox;
use crate::world::Resident;

/// What a method answers; `Null` is an empty 204.
type Outcome = Result<Value, Failure>;

/// A call that passed the gate.
struct Visit<'a> {
    sandbox: &'a Sandbox,
    resident: &'a Resident,
    params: Params,
    call: &'a Call,
    scopes: Vec<String>,
    upload: bool,
    now: DateTime<Utc>,
}

impl Visit<'_> {
    /// Whether the token may see headers and labels but no texts.
    fn metadata_only(&self) -> bool {
        let reads = |scope: &String| [MAIL, READONLY, MODIFY].contains(&scope.as_str());
        !self.scopes.iter().any(reads) && self.scopes.iter().any(|scope| scope == METADATA)
    }

    /// The JSON body.
    fn body(&self) -> Result<Value, Failure> {
        if self.call.body.is_empty() {
            return Ok(Value::Object(serde_json::Map::new()));
        }
        serde_json::from_slice(&self.call.body)
            .map_err(|error| Failure::invalid(format!("Invalid JSON payload received. {error}")))
    }

    /// A whole number among the parameters, kept within bounds.
    fn number(&self, name: &str, default: usize, most: usize) -> Result<usize, Failure> {
        match self.params.get(name) {
            None => Ok(default),
            Some(text) => match text.parse::<usize>() {
                Ok(0) => Ok(default),
                Ok(number) => Ok(number.min(most)),
                Err(_) => Err(Failure::invalid(format!("Invalid value at '{name}' (TYPE_UINT32), \"{text}\""))),
            },
        }
    }
}

/// One method of the API.
#[derive(Clone, Copy)]
struct Op {
    name: &'static str,
    cost: Cost,
    scopes: &'static [&'static str],
    run: fn(&Visit<'_>, &[&str]) -> Outcome,
}

const READS: &[&str] = &[MAIL, MODIFY, READONLY, METADATA];
const TEXTS: &[&str] = &[MAIL, MODIFY, READONLY];
const CHANGES: &[&str] = &[MAIL, MODIFY];
const DELETES: &[&str] = &[MAIL];
const WRITES: &[&str] = &[MAIL, MODIFY, COMPOSE];
const SENDS: &[&str] = &[MAIL, MODIFY, COMPOSE, SEND];
const SEES_DRAFTS: &[&str] = &[MAIL, MODIFY, COMPOSE, READONLY];
const SEES_LABELS: &[&str] = &[MAIL, MODIFY, READONLY, METADATA, LABELS];
const EDITS_LABELS: &[&str] = &[MAIL, MODIFY, LABELS];
const SEES_PROFILE: &[&str] = &[MAIL, MODIFY, READONLY, METADATA, COMPOSE];

/// The method a request names, with the ids in its path. Units are those of the published tables; for methods that
/// are not in them (threads.modify, trash, untrash, delete and the like) the nearest relative's.
fn find<'a>(method: &Method, path: &[&'a str]) -> Option<(Op, Vec<&'a str>)> {
    let op = |name, cost, scopes, run| Op { name, cost, scopes, run };
    let flat = Cost::flat;
    let raised = |new, legacy| Cost { new, legacy };
    let found = match (method.as_str(), path) {
        ("GET", ["profile"]) => (op("GetProfile", flat(1), SEES_PROFILE, profile::get), vec![]),
        ("POST", ["watch"]) => (op("Watch", flat(100), READS, watch::begin), vec![]),
        ("POST", ["stop"]) => (op("Stop", flat(50), READS, watch::end), vec![]),
        ("GET", ["history"]) => (op("ListHistory", flat(2), READS, history::list), vec![]),
        ("GET", ["messages"]) => (op("ListMessages", flat(5), READS, list::messages), vec![]),
        ("POST", ["messages", "send"]) => (op("SendMessage", flat(100), SENDS, send::send), vec![]),
        ("POST", ["messages", "batchModify"]) => (op("BatchModifyMessages", flat(50), CHANGES, modify::many), vec![]),
        ("POST", ["messages", "batchDelete"]) => {
            (op("BatchDeleteMessages", flat(50), DELETES, modify::delete_many), vec![])
        }
        ("GET", ["messages", id]) => (op("GetMessage", raised(20, 5), READS, messages::get), vec![*id]),
        ("DELETE", ["messages", id]) => (op("DeleteMessage", flat(10), DELETES, modify::delete), vec![*id]),
        ("POST", ["messages", id, "modify"]) => (op("ModifyMessage", flat(5), CHANGES, modify::one), vec![*id]),
        ("POST", ["messages", id, "trash"]) => (op("TrashMessage", raised(20, 5), CHANGES, modify::trash), vec![*id]),
        ("POST", ["messages", id, "untrash"]) => (op("UntrashMessage", flat(5), CHANGES, modify::untrash), vec![*id]),
        ("GET", ["messages", id, "attachments", file]) => {
            (op("GetAttachment", raised(20, 5), TEXTS, attachments::get), vec![*id, *file])
        }
        ("GET", ["threads"]) => (op("ListThreads", flat(10), READS, threads::list), vec![]),
        ("GET", ["threads", id]) => (op("GetThread", raised(40, 10), READS, threads::get), vec![*id]),
        ("DELETE", ["threads", id]) => (op("DeleteThread", flat(20), DELETES, threads::delete), vec![*id]),
        ("POST", ["threads", id, "modify"]) => (op("ModifyThread", flat(10), CHANGES, threads::modify), vec![*id]),
        ("POST", ["threads", id, "trash"]) => (op("TrashThread", raised(40, 10), CHANGES, threads::trash), vec![*id]),
        ("POST", ["threads", id, "untrash"]) => (op("UntrashThread", flat(10), CHANGES, threads::untrash), vec![*id]),
        ("GET", ["labels"]) => (op("ListLabels", flat(1), SEES_LABELS, labels::list), vec![]),
        ("POST", ["labels"]) => (op("CreateLabel", flat(5), EDITS_LABELS, labels::create), vec![]),
        ("GET", ["labels", id]) => (op("GetLabel", flat(1), SEES_LABELS, labels::get), vec![*id]),
        ("PUT" | "PATCH", ["labels", id]) => (op("UpdateLabel", flat(5), EDITS_LABELS, labels::change), vec![*id]),
        ("DELETE", ["labels", id]) => (op("DeleteLabel", flat(5), EDITS_LABELS, labels::delete), vec![*id]),
        ("GET", ["drafts"]) => (op("ListDrafts", flat(5), SEES_DRAFTS, drafts::list), vec![]),
        ("POST", ["drafts"]) => (op("CreateDraft", flat(10), WRITES, drafts::create), vec![]),
        ("POST", ["drafts", "send"]) => (op("SendDraft", flat(100), WRITES, drafts::send), vec![]),
        ("GET", ["drafts", id]) => (op("GetDraft", raised(20, 5), SEES_DRAFTS, drafts::get), vec![*id]),
        ("PUT", ["drafts", id]) => (op("UpdateDraft", flat(15), WRITES, drafts::update), vec![*id]),
        ("DELETE", ["drafts", id]) => (op("DeleteDraft", flat(10), WRITES, drafts::delete), vec![*id]),
        _ => return None,
    };
    Some(found)
}

/// Answers a request to `/gmail/v1/` or `/upload/gmail/v1/`.
pub fn answer(sandbox: &Sandbox, call: &Call) -> Answer {
    let upload = call.path.starts_with("/upload/");
    let path = call.path.trim_start_matches("/upload").trim_start_matches("/gmail/v1/");
    let decoded: Vec<String> = path.split('/').map(path_piece).collect();
    let pieces: Vec<&str> = decoded.iter().map(String::as_str).collect();
    let ["users", user, rest @ ..] = pieces.as_slice() else {
        return Failure::not_found().into_answer();
    };
    let Some((op, ids)) = find(&call.method, rest) else {
        return Failure::not_found().into_answer();
    };
    let now = sandbox.clock.now();
    let Some((grant, _)) = call.bearer().and_then(|token| sandbox.google.ledger.access(&token, now)) else {
        return Failure::unauthenticated().into_answer();
    };
    let Some(resident) = sandbox.world.find(&grant.person) else {
        return Failure::unauthenticated().into_answer();
    };
    let visit = Visit { sandbox, resident, params: call.params(), call, scopes: grant.scopes, upload, now };
    let (result, units) = run(&visit, op, user, &ids);
    let mut answer = match result {
        Ok(Value::Null) => Answer::empty(StatusCode::NO_CONTENT),
        Ok(value) => Answer::json(StatusCode::OK, &value),
        Err(failure) => failure.into_answer(),
    };
    answer.person = Some(grant.person);
    answer.units = units;
    answer
}

/// A piece of a path without its percent signs; unlike in a query, a plus is a plus.
fn path_piece(piece: &str) -> String {
    let pair = format!("piece={}", piece.replace('+', "%2B").replace('&', "%26"));
    Params::parse(pair.as_bytes()).get("piece").unwrap_or_default().to_owned()
}

/// The gate in Google's order: whose mailbox, which scope, which fields, how much quota; then the method itself.
fn run(visit: &Visit<'_>, op: Op, user: &str, ids: &[&str]) -> (Outcome, u32) {
    let address = &visit.resident.person.address;
    if !user.eq_ignore_ascii_case("me") && !user.eq_ignore_ascii_case(address) {
        return (Err(Failure::forbidden(format!("Delegation denied for {address}"))), 0);
    }
    if !visit.scopes.iter().any(|scope| op.scopes.contains(&scope.as_str())) {
        return (Err(Failure::scope_missing(&format!("caribou.api.proto.MailboxService.{}", op.name))), 0);
    }
    let fields = match visit.params.get("fields").map(Fields::parse).transpose() {
        Ok(fields) => fields,
        Err(problem) => return (Err(Failure::invalid(problem)), 0),
    };
    let units = match visit.sandbox.quota.spend(address, op.cost, visit.now) {
        Ok(units) => units,
        Err(until) => return (Err(Failure::quota(until)), 0),
    };
    let outcome = (op.run)(visit, ids).map(|value| match fields {
        Some(fields) => fields.select(&value),
        None => value,
    });
    (outcome, units)
}
