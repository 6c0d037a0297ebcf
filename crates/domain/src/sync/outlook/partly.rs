//! Messages of which a page says only what changed.

use crate::{
    mail::{self, LabelIds},
    providers::{google::gmail::MessageName, microsoft::mail::Partly},
    sync::{
        items::{self, Change},
        met,
        run::Run,
    },
};
use sea_orm::{ConnectionTrait, DbErr};

impl Run<'_> {
    /// Marks what was read, flagged or put under categories elsewhere. What is not stored yet, or of which more changed, is fetched by itself: how
    /// many these are.
    pub(super) async fn change_partly(
        &self,
        tx: &impl ConnectionTrait,
        changes: Vec<Partly>,
    ) -> Result<(Change, i64), DbErr> {
        let (mut change, mut wanted) = (Change::default(), 0);
        if changes.is_empty() {
            return Ok((change, wanted));
        }
        // A list that only names what is there has met it.
        met::note(tx, self.feed.id, changes.iter().map(|one| one.id.as_str()), self.now()).await?;
        let named = changes.iter().flat_map(|one| one.categories.iter().flatten());
        let named: Vec<String> = named.filter_map(|name| mail::category_label(name)).collect();
        let (randomness, now) = (&self.sync.connections.randomness, self.now());
        let labels =
            mail::ensure_labels(tx, randomness, self.account.id, named.iter().map(String::as_str), now).await?;
        for one in changes {
            let state = items::state(tx, self.feed.id, &one.id).await?;
            match state.as_deref() {
                Some("stored") if !one.more => {
                    let (add, take) = marks(&one, &labels);
                    mail::relabel(tx, &labels, self.account.id, &one.id, &add, &take, self.now()).await?;
                }
                Some("stored") => {
                    let again = items::want_again(tx, self.feed.id, &[one.id], self.now()).await?;
                    change.stored -= again;
                    wanted += again;
                }
                None => {
                    let name = MessageName { thread_id: one.id.clone(), id: one.id };
                    change += items::name_new(tx, self.feed.id, &name, 0, self.now()).await?;
                    wanted += 1;
                }
                // It comes whole when its time has come, or is left out.
                Some(_) => {}
            }
        }
        Ok((change, wanted))
    }
}

/// The labels that a message got and lost, of those `known`.
fn marks(one: &Partly, known: &LabelIds) -> (Vec<String>, Vec<String>) {
    let (mut add, mut take) = (Vec::new(), Vec::new());
    for (mark, on) in [("UNREAD", one.read.map(|read| !read)), ("STARRED", one.flagged)] {
        match on {
            Some(true) => add.push(mark.to_owned()),
            Some(false) => take.push(mark.to_owned()),
            None => {}
        }
    }
    if let Some(names) = &one.categories {
        let own: Vec<String> = names.iter().filter_map(|name| mail::category_label(name)).collect();
        take.extend(known.keys().filter(|label| mail::is_category(label) && !own.contains(label)).cloned());
        add.extend(own);
    }
    (add, take)
}
