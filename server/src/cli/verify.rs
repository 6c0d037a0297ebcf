//! `gatepost verify`: every mailbox beside the provider's own list of it, one line each.

use crate::{config::Settings, foundations::Foundations};
use domain::sync::{Check, CheckError};
use std::fmt::Write;

/// Prints the sums; fails when one does not add up, or could not be made.
pub(super) async fn run(settings: &Settings) -> anyhow::Result<()> {
    let domain = Foundations::of_command(settings).await?.domain(settings).await?;
    let mailboxes = domain.sync().mailboxes().await?;
    let mut wrong = 0;
    for (connection, address) in &mailboxes {
        let checked = domain.sync().check(*connection).await;
        println!("{address}: {}", sentence(&checked));
        if !checked.is_ok_and(|check| check.balances()) {
            wrong += 1;
        }
    }
    anyhow::ensure!(wrong == 0, "of {} mailboxes, {wrong} could not be shown to be whole", mailboxes.len());
    Ok(())
}

fn sentence(checked: &Result<Check, CheckError>) -> String {
    match checked {
        Ok(Check { provider, stored, excluded, failed, pending, missing, extra, .. }) => {
            let mut text = format!(
                "{provider} at the provider = {stored} stored + {excluded} excluded + {failed} failed + {pending} pending"
            );
            if *missing > 0 {
                let _ = write!(text, " + {missing} LOST");
            }
            if *extra > 0 {
                let _ = write!(text, "; {extra} here that the provider does not have");
            }
            text
        }
        Err(error) => {
            let mut text = format!("not checked: {error}");
            let mut cause = std::error::Error::source(error);
            while let Some(error) = cause {
                let _ = write!(text, ": {error}");
                cause = error.source();
            }
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::clock::{Clock, SystemClock};

    #[test]
    fn a_sum_is_one_line_and_a_loss_is_loud() {
        let now = SystemClock.now();
        let whole = Check {
            provider: 2_000,
            stored: 1_998,
            excluded: 0,
            failed: 1,
            pending: 1,
            missing: 0,
            extra: 0,
            started_at: now,
            finished_at: Some(now),
        };
        assert_eq!(sentence(&Ok(whole)), "2000 at the provider = 1998 stored + 0 excluded + 1 failed + 1 pending");
        let lost = sentence(&Ok(Check { stored: 1_990, missing: 8, extra: 2, ..whole }));
        assert!(lost.ends_with("+ 8 LOST; 2 here that the provider does not have"), "{lost}");
        assert_eq!(sentence(&Err(CheckError::TooEarly)), "not checked: the first sync is not done yet");
    }
}
