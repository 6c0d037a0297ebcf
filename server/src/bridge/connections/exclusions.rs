//! What a person leaves out of a connection, as its card shows it.

use crate::bridge::Reports;
use app::{
    error::{AppError, Problem},
    features::connections::{ConnectionCard, ExclusionKind, ExclusionRow, LabelChoice},
    language::{Language, say},
    time::day_words,
};
use domain::{
    Domain,
    sync::{Excluded, Exclusion},
};

/// Loads what is left out of a card's connection.
pub(super) async fn fill(
    domain: &Domain,
    reports: &Reports,
    language: Language,
    card: &mut ConnectionCard,
) -> Result<(), AppError> {
    let found = domain.sync().exclusions(card.id).await;
    let (excluded, choosable) = found.map_err(|error| reports.unexpected(&error))?;
    card.exclusions = excluded.into_iter().map(|one| row(language, one)).collect();
    card.choosable = choosable.into_iter().map(|(id, name)| LabelChoice { id, name }).collect();
    Ok(())
}

fn row(language: Language, Excluded { what, name, messages }: Excluded) -> ExclusionRow {
    let value = what.value();
    let (kind, name) = match what {
        Exclusion::SpamAndBin => (ExclusionKind::SpamAndBin, say!(language, mail.hidden).to_owned()),
        Exclusion::OlderThan(day) => {
            (ExclusionKind::OlderThan, say!(language, connections.older_than_day, day = day_words(language, day)))
        }
        Exclusion::Label(label) => (ExclusionKind::Label, name.unwrap_or(label)),
    };
    ExclusionRow { kind, value, name, mails: messages }
}

/// The choice of a form.
pub(super) fn from_screen(kind: ExclusionKind, value: &str) -> Result<Exclusion, AppError> {
    Exclusion::parse(kind.slug(), value)
        .ok_or_else(|| AppError::Invalid { field: "value".to_owned(), problem: Problem::NoChoice })
}
