//! What changed in a folder: first all its mails, then, link by link, what happened since (provider facts 6.1).

use serde_json::{Value, json};

use super::failure::Failure;
use super::filter::{Filter, order};
use super::list::shown;
use super::properties::Chosen;
use super::token::Token;
use super::visit::{Outcome, Visit, folder_at, ok, page};
use crate::world::Outlook;
use crate::world::labels::Marks;
use crate::world::outlook::folders::{Line, What};

/// Mails on a page when nothing is said.
const USUAL: usize = 10;
/// Most mails a round with a filter lists.
const MOST_FILTERED: usize = 5_000;

/// `GET /me/messages/delta`: there is no such thing.
pub fn not_everywhere(_: &Visit<'_>, _: &[&str]) -> Outcome {
    Err(Failure::bad("Change tracking is not supported against 'microsoft.graph.message'."))
}

/// `GET /me/mailFolders/{id}/messages/delta`.
pub fn messages(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let outlook = visit.resident.outlook();
    let folder = folder_at(&outlook, ids[1])?;
    let path = format!("me/mailFolders('{}')/messages/delta", outlook.folder_id(folder));
    let mut token = match visit.option("skiptoken").or_else(|| visit.option("deltatoken")) {
        Some(text) => {
            let fresh = format!("{}/v1.0/{path}?$deltatoken=", visit.origin());
            let token = Token::read(&outlook, folder, text, &fresh)?;
            // A new round counts its pages anew.
            if visit.option("deltatoken").is_some() { Token { pages: 0, ..token } } else { token }
        }
        None => begin(visit, &outlook, folder)?,
    };
    let chosen = Chosen::parse(visit, &token.select, &token.expand)?;
    let usual = token.top.unwrap_or(USUAL);
    let most = visit.prefer.page.unwrap_or(usual).min(visit.settings.page_most).max(1);
    token.pages += 1;
    let context = visit.context("Collection(message)");
    // Now and then a page is empty and yet not the last.
    if visit.settings.odd && token.pages % 7 == 3 {
        let next = Some(("@odata.nextLink", token.link(visit, &path, "skiptoken")));
        return Ok(ok(&page(context, Vec::new(), next)));
    }
    let (items, done) = match token.listing {
        Some(after) => (listing(visit, &outlook, &chosen, &mut token, after, most)?, false),
        None => changes(visit, &outlook, &chosen, &mut token, most)?,
    };
    let (name, kind) = if done { ("@odata.deltaLink", "deltatoken") } else { ("@odata.nextLink", "skiptoken") };
    let link = token.link(visit, &path, kind);
    Ok(ok(&page(context, items, Some((name, link)))))
}

/// A round from the beginning, with what its first request asks for.
fn begin(visit: &Visit<'_>, outlook: &Outlook, folder: usize) -> Result<Token, Failure> {
    let told = |name: &str| visit.option(name).unwrap_or_default().to_owned();
    if visit.option("search").is_some() || visit.option("skip").is_some() || visit.option("count").is_some() {
        return Err(Failure::query("The query option is not supported in change tracking."));
    }
    if !Filter::parse(&told("filter"))?.only_since() {
        return Err(Failure::query(
            "Only 'receivedDateTime ge' and 'receivedDateTime gt' are supported in $filter of change tracking.",
        ));
    }
    if order(&told("orderby"))?.iter().any(|(_, falls)| !falls) {
        return Err(Failure::query("Only 'receivedDateTime desc' is supported in $orderby of change tracking."));
    }
    let change = visit.params.get("changeType").unwrap_or_default().to_owned();
    if !["", "created", "updated", "deleted"].contains(&change.as_str()) {
        return Err(Failure::query(format!("Invalid value '{change}' for changeType.")));
    }
    Ok(Token {
        life: outlook.life.clone(),
        epoch: outlook.epoch,
        folder,
        stamp: outlook.stamp,
        listing: Some(0),
        select: told("select"),
        expand: told("expand"),
        filter: told("filter"),
        change,
        top: visit.number("top")?.filter(|top| *top > 0),
        ..Token::default()
    })
}

/// The next mails of the folder, newest first. What happens to them meanwhile is told after the last one.
fn listing(
    visit: &Visit<'_>,
    outlook: &Outlook,
    chosen: &Chosen,
    token: &mut Token,
    after: u64,
    most: usize,
) -> Result<Vec<Value>, Failure> {
    let keys = outlook.order(Some(token.folder));
    let filter = Filter::parse(&token.filter)?;
    let mut at = keys.partition_point(|key| *key <= after);
    // Now and then a page begins with the mail the one before it ended with.
    let again = visit.settings.odd && token.pages % 5 == 2 && at > 0 && after > 0;
    at -= usize::from(again);
    let limit = if token.filter.is_empty() { usize::MAX } else { MOST_FILTERED };
    let most = most.min(limit - token.listed.min(limit) + usize::from(again));
    let seconds = |sequence: u32| outlook.item(sequence).map_or(0, |item| item.seconds);
    let found: Vec<u32> = keys[at..]
        .iter()
        .map(|key| outlook.of_key(*key))
        .take_while(|sequence| !filter.is_past(seconds(*sequence)))
        .filter(|sequence| filter.takes(outlook, *sequence))
        .take(most)
        .collect();
    token.listed += found.len() - usize::from(again && !found.is_empty());
    let whole = found.len() < most || token.listed >= limit;
    token.listing = found.last().filter(|_| !whole).map(|last| outlook.key(*last));
    if ["updated", "deleted"].contains(&token.change.as_str()) {
        return Ok(Vec::new());
    }
    shown(visit, outlook, &found, chosen)
}

/// What happened in the folder since the token, oldest first, and whether that is all.
fn changes(
    visit: &Visit<'_>,
    outlook: &Outlook,
    chosen: &Chosen,
    token: &mut Token,
    most: usize,
) -> Result<(Vec<Value>, bool), Failure> {
    let filter = Filter::parse(&token.filter)?;
    let lines = outlook.folders[token.folder].since(token.stamp);
    let page = &lines[..lines.len().min(most)];
    let done = page.len() == lines.len();
    let mut items = Vec::with_capacity(page.len());
    for (at, line) in page.iter().enumerate() {
        // Once for a mail that changed several times, unless the day is odd.
        let repeated = page[at + 1..].iter().any(|later| later.sequence == line.sequence);
        if let Some(item) = change(visit, outlook, token, line, repeated && !visit.settings.odd) {
            match item {
                Told::Removed(value) => items.push(value),
                Told::Shown(sequence) if filter.takes(outlook, sequence) => {
                    let whole = shown(visit, outlook, &[sequence], chosen)?;
                    let is_draft = outlook.marks(sequence).has(Marks::DRAFT);
                    let sparse = visit.settings.sparse && line.what == What::Updated && !is_draft;
                    let categorised = outlook.is_categorised(sequence);
                    let told = |item| if sparse { sparse_line(item, categorised) } else { item };
                    items.extend(whole.into_iter().map(told));
                }
                Told::Shown(_) => {}
            }
        }
    }
    token.stamp = page.last().filter(|_| !done).map_or(outlook.stamp, |line| line.stamp);
    too_much(visit, &items)?;
    Ok((items, done))
}

/// A mail that was read, flagged or `categorised`, as Graph tells it: with its new marks and the names it goes by.
fn sparse_line(mut item: Value, categorised: bool) -> Value {
    if let Some(properties) = item.as_object_mut() {
        properties.retain(|name, _| {
            let said = ["id", "isRead", "flag", "parentFolderId"].contains(&name.as_str());
            said || name.starts_with("@odata.") || (categorised && name == "categories")
        });
    }
    item
}

/// What is told of a change.
enum Told {
    Removed(Value),
    Shown(u32),
}

fn change(visit: &Visit<'_>, outlook: &Outlook, token: &Token, line: &Line, skip: bool) -> Option<Told> {
    let asked = |kind: &str| token.change.is_empty() || token.change == kind;
    match line.what {
        What::Removed { moves, gone } => {
            let reason = if gone { "deleted" } else { "changed" };
            let id = outlook.id_then(line.sequence, moves, visit.prefer.immutable);
            asked("deleted").then(|| Told::Removed(json!({"id": id, "@removed": {"reason": reason}})))
        }
        What::Created | What::Updated => {
            let here = outlook.item(line.sequence).is_some_and(|item| item.home() == token.folder);
            let kind = if line.what == What::Created { "created" } else { "updated" };
            (here && asked(kind) && !skip).then_some(Told::Shown(line.sequence))
        }
    }
}

fn too_much(visit: &Visit<'_>, items: &[Value]) -> Result<(), Failure> {
    let bytes: usize = items.iter().map(|item| item["body"]["content"].as_str().map_or(0, str::len)).sum();
    if bytes > visit.settings.page_bytes && items.len() > 1 { Err(Failure::timeout()) } else { Ok(()) }
}
