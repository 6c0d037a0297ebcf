//! The proof on a card: what the provider has, and what became of each of it here.

use super::{MailboxCheck, Provider};
use crate::{
    quantity::{counted, grouped},
    time::{Moment, Shown},
};
use leptos::prelude::*;

impl MailboxCheck {
    /// Whether every mail at the provider is here, or left out by the person's choice.
    pub fn is_complete(&self) -> bool {
        self.failed + self.pending + self.missing + self.extra == 0
    }

    /// The sum; what is neither is said as well.
    fn sum(&self, provider: Provider) -> String {
        let mut sum = format!(
            "{} at {} = {} stored + {} excluded + {} failed + {} pending",
            counted(self.provider, "mail"),
            provider.name(),
            grouped(self.stored),
            grouped(self.excluded),
            grouped(self.failed),
            grouped(self.pending),
        );
        if self.missing > 0 {
            sum.push_str(" + ");
            sum.push_str(&grouped(self.missing));
            sum.push_str(" missing, being fetched again");
        }
        if self.extra > 0 {
            sum.push_str("; ");
            sum.push_str(&grouped(self.extra));
            sum.push_str(" here and not there");
        }
        sum + "."
    }
}

/// One line; green only when nothing is failed, pending or missing.
#[component]
pub fn CheckLine(check: MailboxCheck, provider: Provider) -> impl IntoView {
    let name = provider.name();
    let Some(at) = check.finished_at else {
        return view! { <p class="check">{format!("Being checked against {name}.")}</p> }.into_any();
    };
    view! {
        <p class="check" class:good=check.is_complete()>
            {format!("Checked against {name} on ")} <Moment at shown=Shown::Minute /> ": " {check.sum(provider)}
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_names_every_part_and_is_complete_only_without_failed_and_pending() {
        let whole = MailboxCheck {
            provider: 2_000,
            stored: 1_990,
            excluded: 10,
            failed: 0,
            pending: 0,
            missing: 0,
            extra: 0,
            finished_at: Some(chrono::DateTime::UNIX_EPOCH),
        };
        assert_eq!(
            whole.sum(Provider::Google),
            "2,000 mails at Google = 1,990 stored + 10 excluded + 0 failed + 0 pending."
        );
        assert!(whole.is_complete());
        for not_yet in [
            MailboxCheck { failed: 1, stored: 1_989, ..whole.clone() },
            MailboxCheck { pending: 1, stored: 1_989, ..whole.clone() },
            MailboxCheck { missing: 1, stored: 1_989, ..whole.clone() },
        ] {
            assert!(!not_yet.is_complete(), "{not_yet:?}");
        }
        let lost = MailboxCheck { missing: 3, ..whole };
        assert!(lost.sum(Provider::Google).ends_with("+ 3 missing, being fetched again."));
    }
}
