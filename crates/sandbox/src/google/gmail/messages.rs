//! Reading one mail.

use super::payload::{self, Format};
use super::{Outcome, Visit};
use crate::google::errors::Failure;

/// `users.messages.get`.
pub fn get(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let format = format(visit)?;
    let wanted: Vec<&str> = visit.params.all("metadataHeaders").collect();
    let mailbox = visit.resident.mailbox();
    let sequence = mailbox.find(ids[0]).ok_or_else(Failure::not_found)?;
    payload::message(&mailbox, sequence, format, &wanted).ok_or_else(Failure::not_found)
}

/// The format asked for, if the token may have it.
pub fn format(visit: &Visit<'_>) -> Result<Format, Failure> {
    let format = Format::read(visit.params.get("format"))?;
    if visit.metadata_only() && matches!(format, Format::Full | Format::Raw) {
        return Err(Failure::forbidden(format!("Metadata scope doesn't allow format {}", format.name())));
    }
    Ok(format)
}
