//! Changing the encryption keys: what each key still seals, and sealing it anew while the server works.
//!
//! Every value is replaced where it still is what was read, in a statement of its own: a token refreshed meanwhile wins, and
//! whoever reads finds the old value or the new one, both of which open. So it may be killed anywhere, and run again.

mod places;

pub use places::{SEALED_COLUMNS, SealedColumn};

use crate::{
    audit,
    clock::{Clock, Randomness},
    database::{Database, begin_write},
    vault::{Vault, VaultError, key_id_of, prefix_of},
};
use sea_orm::DbErr;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Values replaced in one transaction: short, because on SQLite others wait for it.
const AT_ONCE: u64 = 100;
/// A server that still seals with the old key may write behind our back: looked at this often before giving up.
const MOST_PASSES: usize = 3;

/// What one key seals in one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The key's id; `None` when the values are no sealed values at all.
    pub key: Option<String>,
    /// How many values.
    pub values: u64,
    /// The row of one of them.
    pub row: Uuid,
    /// Whether that one opens; the reason if not.
    pub opens: Result<(), VaultError>,
}

/// How far sealing anew is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The column at hand.
    pub column: SealedColumn,
    /// Values of it that were to be sealed anew when it began.
    pub of: u64,
    /// Values dealt with so far.
    pub done: u64,
}

/// What sealing anew came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Values that have a new seal.
    pub resealed: u64,
    /// Values that do not open, by table, column and row: they stay as they are.
    pub unreadable: Vec<(&'static str, &'static str, Uuid)>,
    /// Ids of the keys other than the first that still seal something.
    pub in_use: BTreeSet<String>,
}

/// Every key in use, column by column, with one value of each tried.
pub async fn survey(db: &Database, vault: &Vault) -> Result<Vec<KeyUse>, DbErr> {
    let mut uses = Vec::new();
    for place in SEALED_COLUMNS {
        let mut seen: Vec<Vec<u8>> = Vec::new();
        while let Some(found) = place.besides(db, &seen, None, 1).await?.pop() {
            let key = key_id_of(&found.sealed).map(str::to_owned);
            // What names no key is told apart by how it begins.
            let begin = || found.sealed.iter().copied().take(2).collect();
            let prefix = key.as_deref().map_or_else(begin, prefix_of);
            let values = place.count_of(db, &prefix).await?;
            let opens = vault.open(&place.place(found.row), &found.sealed).map(drop);
            uses.push(KeyUse { table: place.table, column: place.column, key, values, row: found.row, opens });
            seen.push(prefix);
        }
    }
    Ok(uses)
}

/// Seals everything anew that another key than the first sealed. The server may work meanwhile.
pub async fn rotate(
    db: &Database,
    vault: &Vault,
    clock: &dyn Clock,
    randomness: &Randomness,
    mut tell: impl FnMut(Progress) + Send,
) -> Result<Rotated, DbErr> {
    let mut rotated = Rotated::default();
    for _ in 0..MOST_PASSES {
        rotated.unreadable.clear();
        for place in SEALED_COLUMNS {
            rotate_column(db, vault, *place, &mut rotated, &mut tell).await?;
        }
        rotated.in_use = in_use(db, vault).await?;
        if rotated.in_use.is_empty() || !rotated.unreadable.is_empty() {
            break;
        }
    }
    let detail = format!("{} values sealed anew with {}", rotated.resealed, vault.key_ids().next().unwrap_or_default());
    let entry = audit::Entry {
        action: "keys.rotated",
        outcome: if rotated.in_use.is_empty() { "done" } else { "failed" },
        detail: Some(&detail),
        ..audit::Entry::default()
    };
    audit::record(db, clock, randomness, entry).await?;
    Ok(rotated)
}

/// Ids of the keys other than the first that still seal something.
pub async fn in_use(db: &Database, vault: &Vault) -> Result<BTreeSet<String>, DbErr> {
    let first = vault.key_ids().next().unwrap_or_default();
    let keys = survey(db, vault).await?.into_iter().map(|one| one.key.unwrap_or_else(|| "?".to_owned()));
    Ok(keys.filter(|key| key != first).collect())
}

async fn rotate_column(
    db: &Database,
    vault: &Vault,
    place: SealedColumn,
    rotated: &mut Rotated,
    tell: &mut (impl FnMut(Progress) + Send),
) -> Result<(), DbErr> {
    let first = vec![prefix_of(vault.key_ids().next().unwrap_or_default())];
    let mut progress = Progress { column: place, of: place.count_besides(db, &first[0]).await?, done: 0 };
    let mut after = None;
    loop {
        let found = place.besides(db, &first, after, AT_ONCE).await?;
        let Some(last) = found.last() else { return Ok(()) };
        after = Some(last.row);
        progress.done += u64::try_from(found.len()).unwrap_or_default();
        let mut anew = Vec::with_capacity(found.len());
        for old in found {
            match vault.reseal(&place.place(old.row), &old.sealed) {
                Ok(sealed) => anew.push((old, sealed)),
                Err(_) => rotated.unreadable.push((place.table, place.column, old.row)),
            }
        }
        let tx = begin_write(db).await?;
        for (old, sealed) in anew {
            rotated.resealed += u64::from(place.replace(&tx, &old, sealed).await?);
        }
        tx.commit().await?;
        tell(progress);
    }
}
