//! `GET /me/mailFolders/delta`: all folders at any depth, then link by link those that changed, their counts included.

use serde_json::json;

use super::failure::Failure;
use super::folders::{hidden, show};
use super::token::Token;
use super::visit::{Outcome, Visit, names, ok, page};
use crate::world::Outlook;
use crate::world::outlook::folders::ROOT;

/// Folders on a page when nothing is said.
const USUAL: usize = 10;
/// Most folders on a page.
const MOST: usize = 1_000;
/// Where its links lead.
const PATH: &str = "me/mailFolders/delta";
/// What a token of this list notes instead of a filter: whether hidden folders were asked for.
const HIDDEN: &str = "hidden";

/// The next folders of a round.
pub fn list(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let outlook = visit.resident.outlook();
    let token = match visit.option("skiptoken").or_else(|| visit.option("deltatoken")) {
        Some(text) => Token::read(&outlook, ROOT, text, &format!("{}/v1.0/{PATH}?$deltatoken=", visit.origin()))?,
        None => begin(visit, &outlook)?,
    };
    // A link of a finished round begins the next one.
    let token = match token.listing {
        Some(_) => token,
        None => Token { listing: Some(0), since: Some(token.stamp), stamp: outlook.stamp, ..token },
    };
    let most = visit.prefer.page.unwrap_or(USUAL).clamp(1, MOST);
    let changed = changed(&outlook, &token);
    let select = names(&token.select);
    let mut items = Vec::new();
    for at in changed.iter().take(most) {
        let alive = outlook.folders[*at].alive;
        let gone = || json!({"id": outlook.folder_id(*at), "@removed": {"reason": "deleted"}});
        items.push(if alive { show(&outlook, *at, &select)? } else { gone() });
    }
    let last = changed.get(most - 1).filter(|_| changed.len() > most);
    let token = Token { listing: last.map(|at| *at as u64), ..token };
    let (name, kind) =
        if last.is_some() { ("@odata.nextLink", "skiptoken") } else { ("@odata.deltaLink", "deltatoken") };
    let link = token.link(visit, PATH, kind);
    Ok(ok(&page(visit.context("Collection(mailFolder)"), items, Some((name, link)))))
}

fn begin(visit: &Visit<'_>, outlook: &Outlook) -> Result<Token, Failure> {
    let select = visit.select();
    show(outlook, ROOT, &select)?;
    Ok(Token {
        life: outlook.life.clone(),
        epoch: outlook.epoch,
        stamp: outlook.stamp,
        listing: Some(0),
        select: select.join(","),
        filter: if hidden(visit) { HIDDEN.to_owned() } else { String::new() },
        ..Token::default()
    })
}

/// The folders a round still has to tell of, in the order of their positions.
fn changed(outlook: &Outlook, token: &Token) -> Vec<usize> {
    let after = token.listing.and_then(|at| usize::try_from(at).ok()).unwrap_or(ROOT);
    let wanted = |at: &usize| {
        let folder = &outlook.folders[*at];
        let new = token.since.is_none_or(|since| folder.stamp > since);
        new && (folder.alive || token.since.is_some()) && (!folder.hidden || token.filter == HIDDEN)
    };
    (after + 1..outlook.folders.len()).filter(wanted).collect()
}
