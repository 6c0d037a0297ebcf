//! Acts as Gmail's labels: messages that get and lose the same ones go in one call.

use super::{
    Acting,
    writing::{Errand, Stop},
};
use crate::{
    mail::Act,
    providers::google::gmail::{Gmail, MOST_MODIFIED, Relabelling},
};
use entity::acts::Model as Said;
use std::collections::BTreeMap;

/// Fewer than this many are cheaper one by one, and each has an answer of its own: five units each, or fifty for all.
const WORTH_ONE_CALL: usize = 10;

/// Messages that get and lose the same labels, and the acts that say so.
type Alike = (Relabelling, Vec<(String, Vec<Said>)>);

impl Acting {
    pub(super) async fn tell_gmail(&self, gmail: &Gmail, errand: Errand<'_>) -> Result<(), Stop> {
        for (change, messages) in alike(errand.said.clone()) {
            let at_once = if messages.len() < WORTH_ONE_CALL { 1 } else { MOST_MODIFIED };
            for some in messages.chunks(at_once) {
                let ids: Vec<String> = some.iter().map(|(id, _)| id.clone()).collect();
                let told = gmail.relabel(errand.caller(), &ids, &change).await;
                self.count_call(errand.account).await?;
                let said: Vec<Said> = some.iter().flat_map(|(_, said)| said.iter().cloned()).collect();
                self.settle(errand.account, &said, told).await?;
            }
        }
        Ok(())
    }
}

/// Sorted by what is to be done; all that was said of one message is done at once.
fn alike(said: Vec<Said>) -> Vec<Alike> {
    let mut by_message: BTreeMap<String, (Relabelling, Vec<Said>)> = BTreeMap::new();
    for one in said {
        let Ok(act) = one.act.parse::<Act>() else { continue };
        let (change, all) = by_message.entry(one.remote_id.clone()).or_default();
        let (add, take) = act.labels();
        change.add.extend(add);
        change.take.extend(take);
        all.push(one);
    }
    let mut alike: Vec<Alike> = Vec::new();
    for (id, (mut change, said)) in by_message {
        change.add.sort_unstable();
        change.take.sort_unstable();
        match alike.iter_mut().find(|(known, _)| *known == change) {
            Some((_, messages)) => messages.push((id, said)),
            None => alike.push((change, vec![(id, said)])),
        }
    }
    alike
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn said(id: &str, act: Act) -> Said {
        Said {
            connection_id: Uuid::nil(),
            remote_id: id.to_owned(),
            aspect: act.aspect().as_str().to_owned(),
            act: act.as_str().to_owned(),
            said: Uuid::nil(),
            state: "pending".to_owned(),
            reason: None,
            written_at: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn messages_with_the_same_change_go_together_and_one_message_is_changed_at_once() {
        let said = [("a", Act::Star), ("b", Act::Archive), ("a", Act::Read), ("c", Act::Read), ("c", Act::Star)];
        let alike = alike(said.map(|(id, act)| self::said(id, act)).into());
        let seen: Vec<_> = alike
            .iter()
            .map(|(change, messages)| {
                let ids: Vec<&str> = messages.iter().map(|(id, _)| id.as_str()).collect();
                (change.add.clone(), change.take.clone(), ids)
            })
            .collect();
        assert_eq!(seen, [(vec!["STARRED"], vec!["UNREAD"], vec!["a", "c"]), (vec![], vec!["INBOX"], vec!["b"])]);
    }
}
