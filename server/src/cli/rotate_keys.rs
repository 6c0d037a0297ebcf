//! `gatepost rotate-keys`: seals every value anew with the first key, beside the running server.

use crate::{config::Settings, foundations::Foundations};
use domain::keys::{Progress, Rotated};

/// Seals anew, says how far, and which keys are of no more use. Fails when `dropped` or anything that cannot be opened is
/// still in use.
pub(super) async fn run(settings: &Settings, dropped: Option<&str>) -> anyhow::Result<()> {
    let foundations = Foundations::of_command(settings).await?;
    let vault = foundations.vault(settings).await?;
    let first = vault.key_ids().next().unwrap_or_default();
    anyhow::ensure!(
        dropped != Some(first),
        "the key \"{first}\" is the first one: put the new one before it in TOKEN_ENCRYPTION_KEYS"
    );
    let rotated = foundations.rotate(&vault, |Progress { column, of, done }| {
        println!("{}.{}: {done} of {of}", column.table, column.column);
    });
    let rotated = rotated.await?;
    println!("{} values sealed anew with the key \"{first}\".", rotated.resealed);
    for key in vault.key_ids().skip(1).filter(|key| !rotated.in_use.contains(*key)) {
        println!("The key \"{key}\" seals nothing any more: once every server begins with \"{first}\", it may go.");
    }
    refuse(&rotated, dropped)
}

fn refuse(rotated: &Rotated, dropped: Option<&str>) -> anyhow::Result<()> {
    for (table, column, row) in &rotated.unreadable {
        println!("{table}.{column} of {row} cannot be opened; it stays as it is.");
    }
    if let Some(key) = dropped.filter(|key| rotated.in_use.contains(*key)) {
        anyhow::bail!("the key \"{key}\" is still in use: keep it in TOKEN_ENCRYPTION_KEYS");
    }
    let still: Vec<&str> = rotated.in_use.iter().map(String::as_str).collect();
    anyhow::ensure!(
        still.is_empty(),
        "still in use: {}. Keep these keys; a server that begins with another one writes with it: restart it, and rotate again",
        still.join(", ")
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_still_seals_something_is_not_dropped_and_one_that_does_not_is() {
        let rotated = Rotated { in_use: ["old".to_owned()].into(), ..Rotated::default() };
        let kept = refuse(&rotated, Some("old")).unwrap_err().to_string();
        assert!(kept.contains("\"old\" is still in use"), "{kept}");
        // Whatever is asked about, the command fails while a key other than the first seals something.
        assert!(refuse(&rotated, None).is_err() && refuse(&rotated, Some("older")).is_err());
        assert!(refuse(&Rotated::default(), Some("old")).is_ok() && refuse(&Rotated::default(), None).is_ok());
    }
}
