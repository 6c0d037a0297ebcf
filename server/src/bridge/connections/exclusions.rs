//! What a person leaves out of a connection, as its card shows it.

use crate::bridge::Reports;
use app::{
    error::AppError,
    features::connections::{ConnectionCard, ExclusionKind, ExclusionRow, LabelChoice},
};
use domain::{
    Domain,
    sync::{Excluded, Exclusion},
};

/// Loads what is left out of a card's connection.
pub(super) async fn fill(domain: &Domain, reports: &Reports, card: &mut ConnectionCard) -> Result<(), AppError> {
    let found = domain.sync().exclusions(card.id).await;
    let (excluded, choosable) = found.map_err(|error| reports.unexpected(&error))?;
    card.exclusions = excluded.into_iter().map(row).collect();
    card.choosable = choosable.into_iter().map(|(id, name)| LabelChoice { id, name }).collect();
    Ok(())
}

fn row(Excluded { what, name, messages }: Excluded) -> ExclusionRow {
    let value = what.value();
    let (kind, name) = match what {
        Exclusion::SpamAndBin => (ExclusionKind::SpamAndBin, "Spam and bin".to_owned()),
        Exclusion::OlderThan(day) => (ExclusionKind::OlderThan, format!("Older than {}", day.format("%-d %b %Y"))),
        Exclusion::Label(label) => (ExclusionKind::Label, name.unwrap_or(label)),
    };
    ExclusionRow { kind, value, name, mails: messages }
}

/// The choice of a form.
pub(super) fn from_screen(kind: ExclusionKind, value: &str) -> Result<Exclusion, AppError> {
    Exclusion::parse(kind.slug(), value).ok_or_else(|| AppError::Invalid {
        field: "value".to_owned(),
        problem: "Choose a day, such as 2024-03-01, or a label. Nothing was changed.".to_owned(),
    })
}
