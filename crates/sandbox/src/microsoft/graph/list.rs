//! Lists of mails, and one mail.

use http::StatusCode;
use serde_json::{Value, json};

use super::failure::Failure;
use super::filter::{Filter, order};
use super::message;
use super::properties::Chosen;
use super::search::Search;
use super::visit::{Outcome, Visit, folder_at, mail_at, ok, page};
use crate::exchange::Answer;
use crate::world::Outlook;

/// Mails on a page when nothing is said.
const USUAL: usize = 10;
/// Most mails on a page.
const MOST: usize = 1_000;

/// `GET /me/messages`: the whole mailbox, the bin included.
pub fn all(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let outlook = visit.resident.outlook();
    list(visit, &outlook, None, "messages")
}

/// `GET /me/mailFolders/{id}/messages`.
pub fn in_folder(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let outlook = visit.resident.outlook();
    let folder = folder_at(&outlook, ids[1])?;
    let place = format!("mailFolders('{}')/messages", ids[1]);
    list(visit, &outlook, Some(folder), &place)
}

fn list(visit: &Visit<'_>, outlook: &Outlook, folder: Option<usize>, place: &str) -> Outcome {
    let chosen = Chosen::read(visit)?;
    let filter = Filter::parse(visit.option("filter").unwrap_or_default())?;
    let order = order(visit.option("orderby").unwrap_or_default())?;
    if !filter.goes_with(&order) {
        return Err(Failure::inefficient());
    }
    let top = visit.number("top")?.unwrap_or(USUAL);
    if !(1..=MOST).contains(&top) {
        return Err(Failure::query(format!("The limit of '{MOST}' for Top query has been exceeded.")));
    }
    let skip = visit.number("skip")?.unwrap_or(0);
    let search = visit.option("search").map(Search::parse).transpose()?;
    if search.is_some() && (visit.option("filter").is_some() || !order.is_empty()) {
        return Err(Failure::query("The query parameters $filter and $orderby are not supported with $search."));
    }
    let keys = outlook.order(folder);
    let rises = order.first().is_some_and(|(_, falls)| !falls);
    // Unfiltered, a page is found where it is; what is filtered by time ends where the time does.
    let plain = visit.option("filter").is_none() && search.is_none();
    let (jump, pass) = if plain { (skip.min(keys.len()), 0) } else { (0, skip) };
    let takes = |sequence: &u32| {
        filter.takes(outlook, *sequence) && search.as_ref().is_none_or(|search| search.takes(outlook, *sequence))
    };
    let seconds = |sequence: u32| outlook.item(sequence).map_or(0, |item| item.seconds);
    let mut found: Vec<u32> = if rises {
        keys[..keys.len() - jump]
            .iter()
            .rev()
            .map(|key| outlook.of_key(*key))
            .filter(takes)
            .skip(pass)
            .take(top + 1)
            .collect()
    } else {
        let falling = keys[jump..].iter().map(|key| outlook.of_key(*key));
        falling
            .take_while(|sequence| !filter.is_past(seconds(*sequence)))
            .filter(takes)
            .skip(pass)
            .take(top + 1)
            .collect()
    };
    let more = found.len() > top;
    found.truncate(top);
    let items = shown(visit, outlook, &found, &chosen)?;
    let next = more
        .then(|| ("@odata.nextLink", visit.link(&[("$top", top.to_string()), ("$skip", (skip + top).to_string())])));
    let mut body = page(visit.own_context(&format!("{place}{}", chosen.context())), items, next);
    if visit.option("count").is_some_and(|count| count == "true") {
        body["@odata.count"] = json!(keys.iter().filter(|key| takes(&outlook.of_key(**key))).count());
    }
    Ok(ok(&body))
}

/// Mails as they are shown; 504 when their texts are too much for one page.
pub fn shown(visit: &Visit<'_>, outlook: &Outlook, found: &[u32], chosen: &Chosen) -> Result<Vec<Value>, Failure> {
    let mut bytes = 0;
    let mut items = Vec::with_capacity(found.len());
    for sequence in found {
        let Some(item) = message::show(outlook, *sequence, chosen, visit.prefer) else { continue };
        in_time(visit, &item)?;
        bytes += item["body"]["content"].as_str().map_or(0, str::len);
        if bytes > visit.settings.page_bytes && items.len() > 1 {
            return Err(Failure::timeout());
        }
        items.push(item);
    }
    Ok(items)
}

/// 504 for a mail with a text that is never answered.
fn in_time(visit: &Visit<'_>, item: &Value) -> Result<(), Failure> {
    let slow = |id: &str| visit.settings.unanswerable.iter().any(|slow| slow == id);
    if item.get("body").is_some() && item["id"].as_str().is_some_and(slow) { Err(Failure::timeout()) } else { Ok(()) }
}

/// `GET /me/messages/{id}`.
pub fn get(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let chosen = Chosen::read(visit)?;
    let outlook = visit.resident.outlook();
    let sequence = mail_at(&outlook, mail_id(ids))?;
    let mut shown = message::show(&outlook, sequence, &chosen, visit.prefer).ok_or_else(Failure::not_found)?;
    in_time(visit, &shown)?;
    shown["@odata.context"] = json!(visit.own_context(&format!("messages{}/$entity", chosen.context())));
    Ok(ok(&shown))
}

/// `GET /me/messages/{id}/$value`: the mail as it came.
pub fn mime(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let outlook = visit.resident.outlook();
    let sequence = mail_at(&outlook, mail_id(ids))?;
    let raw = outlook.raw(sequence).ok_or_else(Failure::not_found)?;
    Ok(Answer::new(StatusCode::OK, "text/plain", raw))
}

/// The id of the mail in a path: the piece after `messages`.
pub fn mail_id<'a>(ids: &[&'a str]) -> &'a str {
    let at = ids.iter().position(|piece| piece.eq_ignore_ascii_case("messages")).unwrap_or(0);
    ids.get(at + 1).copied().unwrap_or_default()
}
