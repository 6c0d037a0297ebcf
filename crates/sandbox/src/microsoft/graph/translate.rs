//! `POST /me/translateExchangeIds`: from one form of id to the other.

use http::StatusCode;
use serde_json::{Value, json};

use super::failure::Failure;
use super::visit::{Outcome, Visit, ok, page};

/// Most ids in one request.
const MOST: usize = 1_000;
/// The forms an id can be asked for in.
const FORMS: [&str; 5] = ["entryId", "ewsId", "immutableEntryId", "restId", "restImmutableEntryId"];

/// The ids in the other form, each beside its source; those that name nothing come back with an error.
pub fn ids(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let body = visit.body()?;
    let key = |name: &str| {
        let upper = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        body.get(name).or_else(|| body.get(upper)).cloned().unwrap_or_default()
    };
    let form = |name: &str| {
        let given = key(name);
        let known = FORMS.iter().find(|form| given.as_str().is_some_and(|given| form.eq_ignore_ascii_case(given)));
        let wrong = || Failure::bad(format!("Invalid value for {name}."));
        known.copied().ok_or_else(wrong)
    };
    let (from, to) = (form("sourceIdType")?, form("targetIdType")?);
    if !from.starts_with("rest") || !to.starts_with("rest") {
        return Err(Failure::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", "Only REST ids are known here."));
    }
    let sources = key("inputIds");
    let sources = sources.as_array().ok_or_else(|| Failure::bad("inputIds is required."))?;
    if sources.len() > MOST {
        return Err(Failure::bad("The number of ids exceeds the limit of 1000."));
    }
    let outlook = visit.resident.outlook();
    let one = |source: &Value| {
        let id = source.as_str().unwrap_or_default();
        match outlook.find(id) {
            Some(sequence) => json!({"sourceId": id, "targetId": outlook.id(sequence, to == "restImmutableEntryId")}),
            None => json!({"sourceId": id, "errorDetails": {"code": "ErrorItemNotFound",
                "message": "The specified object was not found in the store."}}),
        }
    };
    let items = sources.iter().map(one).collect();
    Ok(ok(&page(visit.context("Collection(microsoft.graph.convertIdResult)"), items, None)))
}
