//! Acts as properties and folders of Outlook's messages.

use super::{
    Acting,
    writing::{Errand, Stop},
};
use crate::{
    mail::Act,
    providers::{
        ProviderError,
        microsoft::mail::{MessageChange, OutlookMail},
    },
};
use entity::acts::Model as Said;

impl Acting {
    pub(super) async fn tell_outlook(&self, outlook: &OutlookMail, errand: Errand<'_>) -> Result<(), Stop> {
        let (changes, said) = changes(errand.said.clone());
        let mut from = 0;
        while from < changes.len() {
            let made = outlook.change(errand.caller(), &changes[from..]).await;
            self.count_call(errand.account).await?;
            let made = made?;
            if made.is_empty() {
                return Err(ProviderError::nonsense("a batch without answers").into());
            }
            for told in made {
                let told = match told {
                    Err(ProviderError::Gone) => self.gone_or_no_place(outlook, &errand, &changes[from]).await,
                    told => told,
                };
                self.settle(errand.account, &said[from], told).await?;
                from += 1;
            }
        }
        Ok(())
    }

    /// Graph says of a folder that is not there what it says of a message that is not there.
    async fn gone_or_no_place(
        &self,
        outlook: &OutlookMail,
        errand: &Errand<'_>,
        change: &MessageChange,
    ) -> Result<(), ProviderError> {
        match change.folder {
            Some(_) if outlook.exists(errand.caller(), &change.id).await? => {
                Err(ProviderError::nonsense("the folder is not there"))
            }
            _ => Err(ProviderError::Gone),
        }
    }
}

/// One change for each message, and the acts that say so, in the order of the first of them.
fn changes(all: Vec<Said>) -> (Vec<MessageChange>, Vec<Vec<Said>>) {
    let (mut changes, mut said): (Vec<MessageChange>, Vec<Vec<Said>>) = (Vec::new(), Vec::new());
    for one in all {
        let Ok(act) = one.act.parse::<Act>() else { continue };
        let at = changes.iter().position(|change| change.id == one.remote_id).unwrap_or_else(|| {
            changes.push(MessageChange { id: one.remote_id.clone(), ..MessageChange::default() });
            said.push(Vec::new());
            changes.len() - 1
        });
        let change = &mut changes[at];
        match act {
            Act::Read | Act::Unread => change.read = Some(act == Act::Read),
            Act::Star | Act::Unstar => change.flagged = Some(act == Act::Star),
            Act::Inbox | Act::Restore => change.folder = Some("inbox"),
            Act::Archive | Act::Unhide => change.folder = Some("archive"),
            Act::Bin => change.folder = Some("deleteditems"),
        }
        said[at].push(one);
    }
    (changes, said)
}
