//! `gatepost verify`: every mailbox beside the provider's own list of it, one line each.

use crate::{config::Settings, foundations::Foundations};
use domain::{
    Domain,
    sync::{Check, CheckError, Sum},
};
use uuid::Uuid;

/// Prints the sums, of one connection or of all; fails when one is not whole, or could not be made.
pub(super) async fn run(settings: &Settings, only: Option<&str>) -> anyhow::Result<()> {
    let domain = Foundations::of_command(settings).await?.domain(settings).await?;
    let mut mailboxes = domain.sync().mailboxes().await?;
    if let Some(only) = only {
        mailboxes.retain(|(connection, address)| is_meant(only, *connection, address));
        anyhow::ensure!(!mailboxes.is_empty(), "there is no connection {only}: give its address or its id");
    }
    let mut wrong = 0;
    for (connection, address) in &mailboxes {
        let checked = domain.sync().check(*connection).await;
        let ours = if checked.is_err() { ledger(&domain, *connection).await } else { None };
        println!("{address}: {}", sentence(&checked, ours));
        if !checked.is_ok_and(|check| check.is_whole()) {
            wrong += 1;
        }
    }
    anyhow::ensure!(wrong == 0, "of {} mailboxes, {wrong} could not be shown to be whole", mailboxes.len());
    Ok(())
}

/// By address or by id.
fn is_meant(only: &str, connection: Uuid, address: &str) -> bool {
    address.eq_ignore_ascii_case(only) || only.parse() == Ok(connection)
}

/// Our own sum, where the provider's list cannot be had.
async fn ledger(domain: &Domain, connection: Uuid) -> Option<Sum> {
    domain.sync().verify(connection).await.ok()
}

fn sentence(checked: &Result<Check, CheckError>, ours: Option<Sum>) -> String {
    match checked {
        Ok(check) => {
            let mended = check.mended().map(|mended| format!("; {mended}")).unwrap_or_default();
            format!("{}; {}{mended}", check.sum(), check.sample())
        }
        Err(error) => {
            let mut text = format!("not checked: {error}");
            let mut cause = std::error::Error::source(error);
            while let Some(error) = cause {
                text = format!("{text}: {error}");
                cause = error.source();
            }
            match ours {
                Some(Sum { provider, stored, excluded, failed, pending, .. }) => format!(
                    "{text}; named so far {provider} = stored {stored} + excluded {excluded} + failed {failed} + pending {pending}"
                ),
                None => text,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::clock::{Clock, SystemClock};

    #[test]
    fn a_sum_is_one_line_and_what_was_wrong_is_said() {
        let now = SystemClock.now();
        let whole = Check {
            provider: 2_000,
            stored: 1_998,
            excluded: 0,
            failed: 1,
            pending: 1,
            missing: 0,
            extra: 0,
            sampled: 50,
            labels_agree: 50,
            bodies_agree: 50,
            started_at: now,
            finished_at: Some(now),
        };
        let said = sentence(&Ok(whole), None);
        let line = "provider 2000 = stored 1998 + excluded 0 + failed 1 + pending 1";
        assert_eq!(said, format!("{line}; sample 50: labels 50 agree, bodies 50 agree"));
        let lost = sentence(&Ok(Check { stored: 1_990, missing: 8, extra: 2, labels_agree: 49, ..whole }), None);
        assert!(lost.contains("pending 9; sample 50: labels 49 agree"), "{lost}");
        assert!(lost.contains("8 not known here before") && lost.ends_with("fetched again"), "{lost}");
        let early = sentence(&Err(CheckError::TooEarly), Some(Sum { provider: 9, pending: 9, ..Sum::default() }));
        assert!(early.starts_with("not checked: the first sync is not done yet; named so far 9 = stored 0"), "{early}");
    }

    #[test]
    fn a_connection_is_meant_by_address_or_id() {
        let id = Uuid::from_u128(7);
        assert!(is_meant("Ada@example.com", id, "ada@example.com") && is_meant(&id.to_string(), id, "x"));
        assert!(!is_meant("bob@example.com", id, "ada@example.com"));
    }
}
