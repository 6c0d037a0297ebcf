//! Mail folders: lists, one folder, what changed among them, and changing them.

use http::StatusCode;
use serde_json::{Value, json};

use super::failure::Failure;
use super::visit::{Outcome, Visit, folder_at, json_answer, ok, page};
use crate::exchange::Answer;
use crate::world::Outlook;
use crate::world::outlook::folders::{DELETED, ROOT};

/// Folders on a page when nothing is said.
const USUAL: usize = 10;
/// Most folders on a page.
const MOST: usize = 1_000;
/// What a folder shows.
const PROPERTIES: [&str; 7] =
    ["id", "displayName", "parentFolderId", "childFolderCount", "unreadItemCount", "totalItemCount", "isHidden"];

/// A folder with the chosen properties, or with all.
pub fn show(outlook: &Outlook, at: usize, select: &[String]) -> Result<Value, Failure> {
    let folder = &outlook.folders[at];
    let mut shown = json!({
        "id": outlook.folder_id(at),
        "displayName": folder.name,
        "parentFolderId": outlook.folder_id(folder.parent.unwrap_or(ROOT)),
        "childFolderCount": outlook.children(at).filter(|child| !outlook.folders[*child].hidden).count(),
        "unreadItemCount": folder.unread,
        "totalItemCount": folder.order.len(),
        "isHidden": folder.hidden,
    });
    for name in select {
        if !PROPERTIES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Err(Failure::unknown_property(name, "mailFolder"));
        }
    }
    if let Some(shown) = shown.as_object_mut().filter(|_| !select.is_empty()) {
        shown.retain(|name, _| name == "id" || select.iter().any(|chosen| chosen.eq_ignore_ascii_case(name)));
    }
    Ok(shown)
}

/// `GET /me/mailFolders` and `GET /me/mailFolders/{id}/childFolders`: the folders directly inside one.
pub fn list(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let outlook = visit.resident.outlook();
    let parent = ids.get(1).map_or(Ok(ROOT), |id| folder_at(&outlook, id))?;
    let (hidden, select) = (hidden(visit), visit.select());
    let top = visit.number("top")?.unwrap_or(USUAL);
    if !(1..=MOST).contains(&top) {
        return Err(Failure::query(format!("The limit of '{MOST}' for Top query has been exceeded.")));
    }
    let skip = visit.number("skip")?.unwrap_or(0);
    let all: Vec<usize> = outlook.children(parent).filter(|at| hidden || !outlook.folders[*at].hidden).collect();
    let items =
        all.iter().skip(skip).take(top).map(|at| show(&outlook, *at, &select)).collect::<Result<Vec<_>, _>>()?;
    let more = all.len() > skip + top;
    let next = more
        .then(|| ("@odata.nextLink", visit.link(&[("$top", top.to_string()), ("$skip", (skip + top).to_string())])));
    let place = ids.get(1).map_or_else(|| "mailFolders".to_owned(), |id| format!("mailFolders('{id}')/childFolders"));
    Ok(ok(&page(visit.own_context(&place), items, next)))
}

/// Whether hidden folders are asked for.
pub fn hidden(visit: &Visit<'_>) -> bool {
    visit.params.get("includeHiddenFolders").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// `GET /me/mailFolders/{id}`.
pub fn get(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let outlook = visit.resident.outlook();
    let folder = folder_at(&outlook, ids[1])?;
    one(visit, &outlook, folder, StatusCode::OK)
}

fn one(visit: &Visit<'_>, outlook: &Outlook, folder: usize, status: StatusCode) -> Outcome {
    let mut shown = show(outlook, folder, &visit.select())?;
    shown["@odata.context"] = json!(visit.own_context("mailFolders/$entity"));
    Ok(json_answer(status, &shown))
}

/// `POST /me/mailFolders` and `POST /me/mailFolders/{id}/childFolders`.
pub fn create(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let body = visit.body()?;
    let mut outlook = visit.resident.outlook_mut();
    let parent = ids.get(1).map_or(Ok(ROOT), |id| folder_at(&outlook, id))?;
    let name = name(&outlook, &body, parent, None)?;
    let folder = outlook.add_folder(&name, parent, body["isHidden"] == json!(true));
    one(visit, &outlook, folder, StatusCode::CREATED)
}

/// `PATCH /me/mailFolders/{id}`: another name.
pub fn rename(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let body = visit.body()?;
    let mut outlook = visit.resident.outlook_mut();
    let folder = own(&outlook, ids[1])?;
    let parent = outlook.folders[folder].parent.unwrap_or(ROOT);
    let name = name(&outlook, &body, parent, Some(folder))?;
    outlook.change_folder(folder, Some(&name), None);
    one(visit, &outlook, folder, StatusCode::OK)
}

/// `DELETE /me/mailFolders/{id}`: into the bin, and from there for good.
pub fn delete(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let mut outlook = visit.resident.outlook_mut();
    let folder = own(&outlook, ids[1])?;
    if inside(&outlook, folder, DELETED) {
        outlook.remove_folder(folder, visit.now);
    } else {
        outlook.change_folder(folder, None, Some(DELETED));
    }
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// `POST /me/mailFolders/{id}/move`.
pub fn shift(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let body = visit.body()?;
    let mut outlook = visit.resident.outlook_mut();
    let folder = own(&outlook, ids[1])?;
    let to = folder_at(&outlook, body["destinationId"].as_str().unwrap_or_default())?;
    if to == folder || inside(&outlook, to, folder) {
        let text = "The folder cannot be moved into itself.";
        return Err(Failure::new(StatusCode::BAD_REQUEST, "ErrorMoveCopyFailed", text));
    }
    outlook.change_folder(folder, None, Some(to));
    one(visit, &outlook, folder, StatusCode::CREATED)
}

/// A folder of the person's own; the others stay as they are.
fn own(outlook: &Outlook, id: &str) -> Result<usize, Failure> {
    let folder = folder_at(outlook, id)?;
    if outlook.folders[folder].well_known.is_some() {
        let text = "Distinguished folders cannot be changed.";
        return Err(Failure::new(StatusCode::BAD_REQUEST, "ErrorDeleteDistinguishedFolder", text));
    }
    Ok(folder)
}

fn inside(outlook: &Outlook, folder: usize, around: usize) -> bool {
    outlook.folders[folder].parent.is_some_and(|parent| parent == around || inside(outlook, parent, around))
}

/// The name in a body, which nothing beside it may have.
fn name(outlook: &Outlook, body: &Value, parent: usize, but: Option<usize>) -> Result<String, Failure> {
    let name = body["displayName"].as_str().map(str::trim).filter(|name| !name.is_empty());
    let missing = || Failure::new(StatusCode::BAD_REQUEST, "ErrorInvalidRequest", "displayName must not be empty.");
    let name = name.ok_or_else(missing)?;
    let mut beside = outlook.children(parent).filter(|at| Some(*at) != but);
    if beside.any(|at| outlook.folders[at].name.eq_ignore_ascii_case(name)) {
        let text = "A folder with the specified name already exists.";
        return Err(Failure::new(StatusCode::CONFLICT, "ErrorFolderExists", text));
    }
    Ok(name.to_owned())
}
