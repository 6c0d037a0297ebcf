//! What stands in a mail before anybody typed.

use super::{
    Address, Draft, Field, Kind, WriteError, Writing, address, checking,
    letter::{message_ids, references},
};
use crate::{
    database::begin_write,
    mail::{self, Mail, Person, View},
};
use chrono::TimeDelta;
use entity::{connected_accounts, messages, written_files, written_mails};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::{collections::HashSet, time::Duration};
use uuid::Uuid;

/// How long a new answer waits for headers that only the provider has.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a mail begins as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Empty, but for whom it is to.
    New {
        /// From which mailbox.
        connection: Uuid,
        /// Recipients, as somebody would type them; may be empty.
        to: String,
    },
    /// An answer.
    Reply {
        /// To which mail.
        message: Uuid,
        /// To everybody who got it.
        all: bool,
    },
    /// A mail passed on, with its files.
    Forward {
        /// Which mail.
        message: Uuid,
    },
}

/// What is filled in.
#[derive(Default)]
struct Filled {
    to: String,
    cc: String,
    subject: String,
    body: String,
    in_reply_to: Option<String>,
    references: String,
}

/// The mail that is answered or passed on.
struct Original {
    stored: messages::Model,
    view: View,
    headers: Vec<(String, String)>,
}

impl Original {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    }

    fn people(&self, name: &str) -> Vec<Address> {
        people(self.header(name))
    }

    /// From `Message-ID`; the one that was stored where the headers are not here.
    fn message_id(&self) -> &str {
        match self.header("Message-ID") {
            "" => self.stored.rfc_message_id.as_deref().unwrap_or_default(),
            id => id,
        }
    }
}

fn people(line: &str) -> Vec<Address> {
    let all = mail::people(line).into_iter().map(|person: Person| Address::from(person));
    all.filter(|one| one.address.contains('@')).collect()
}

impl Writing {
    /// Begins a draft, from the mailbox named or from the one the answered mail lies in; an answer that somebody began to
    /// write is gone on with. `MayNotSend` when that mailbox's switch for sending is off: nothing was made.
    ///
    /// `zone` is the one that the user's browser lives in, by its name in the IANA database: when a mail came is told in it where
    /// the user chose no other.
    pub async fn start(&self, user: Uuid, beginning: Beginning, zone: Option<&str>) -> Result<Draft, WriteError> {
        match beginning {
            Beginning::New { connection, to } => {
                let account = self.sender(user, connection).await?;
                // PostgreSQL keeps no NUL.
                let to = to.replace('\0', "");
                if let Some(fault) = checking::check_line(Field::To, &to) {
                    return Err(WriteError::Refused(vec![fault]));
                }
                self.begin(&account, Kind::New, None, Filled { to, ..Filled::default() }).await
            }
            Beginning::Reply { message, all } => {
                let kind = if all { Kind::ReplyAll } else { Kind::Reply };
                if let Some(draft) = self.begun(user, message, kind).await? {
                    return Ok(draft);
                }
                let (account, original) = self.original(user, message).await?;
                let filled = self.answer(user, &original, all, zone).await?;
                self.begin(&account, kind, Some(&original), filled).await
            }
            Beginning::Forward { message } => {
                if let Some(draft) = self.begun(user, message, Kind::Forward).await? {
                    return Ok(draft);
                }
                let (account, original) = self.original(user, message).await?;
                let body = self.writer(user, zone).await?.passed_on(&original.view);
                let filled = Filled {
                    subject: prefixed("Fwd: ", &["fwd:", "fw:"], &original.view.subject),
                    body,
                    references: references(
                        original.header("References"),
                        original.header("In-Reply-To"),
                        original.message_id(),
                    ),
                    ..Filled::default()
                };
                self.begin(&account, Kind::Forward, Some(&original), filled).await
            }
        }
    }

    /// The answer of this kind that is being written.
    async fn begun(&self, user: Uuid, about: Uuid, kind: Kind) -> Result<Option<Draft>, WriteError> {
        use written_mails::{Column as C, Entity};
        let newest = Entity::find()
            .select_only()
            .column(C::Id)
            .filter(C::UserId.eq(user))
            .filter(C::About.eq(about))
            .filter(C::Kind.eq(kind.as_str()))
            .filter(C::State.eq("writing"))
            .filter(C::Touched.eq(true))
            .order_by_desc(C::UpdatedAt)
            .into_tuple()
            .one(&self.connections().db)
            .await?;
        match newest {
            Some(id) => self.draft(user, id).await.map(Some),
            None => Ok(None),
        }
    }

    async fn original(&self, user: Uuid, message: Uuid) -> Result<(connected_accounts::Model, Original), WriteError> {
        let stored = mail::find(&self.connections().db, user, message).await?;
        let account = self.sender(user, stored.connection_id).await?;
        let headers = tokio::select! {
            lines = Box::pin(self.reading.headers(user, message)) => lines.unwrap_or_else(|error| {
                tracing::debug!(%message, %error, "writing.without_headers");
                Vec::new()
            }),
            () = self.connections().clock.sleep(PATIENCE) => Vec::new(),
        };
        let conversation = Mail::new(self.connections().db.clone()).conversation(user, message).await?;
        let view = conversation.messages.into_iter().find(|one| one.id == message).ok_or(WriteError::NotFound)?;
        Ok((account, Original { stored, view, headers }))
    }

    /// To whom an answer goes, and what it repeats.
    async fn answer(
        &self,
        user: Uuid,
        original: &Original,
        all: bool,
        zone: Option<&str>,
    ) -> Result<Filled, WriteError> {
        let own = self.own_addresses(user).await?;
        let is_own = |one: &Address| own.contains(&one.address.to_lowercase());
        let sender =
            Address { name: original.stored.sender_name.clone(), address: original.stored.sender_address.clone() };
        let (receivers, copies) = if original.headers.is_empty() {
            (people(&original.stored.recipients), Vec::new())
        } else {
            (original.people("To"), original.people("Cc"))
        };
        let (mut to, mut cc) = (original.people("Reply-To"), Vec::new());
        if to.is_empty() && !sender.address.is_empty() {
            to.push(sender.clone());
        }
        // What somebody wrote themselves is answered to those they wrote to.
        if is_own(&sender) && to.iter().all(is_own) {
            to.clone_from(&receivers);
            cc.clone_from(&copies);
        } else {
            cc.extend(receivers);
            cc.extend(copies);
        }
        if !all {
            cc.clear();
        }
        let mut named = HashSet::new();
        to.retain(|one| named.insert(one.address.to_lowercase()));
        cc.retain(|one| !is_own(one) && named.insert(one.address.to_lowercase()));
        Ok(Filled {
            to: address::line(&to),
            cc: address::line(&cc),
            subject: prefixed("Re: ", &["re:"], &original.view.subject),
            body: self.writer(user, zone).await?.answered(&original.view),
            in_reply_to: message_ids(original.message_id()).into_iter().next(),
            references: references(
                original.header("References"),
                original.header("In-Reply-To"),
                original.message_id(),
            ),
        })
    }

    async fn begin(
        &self,
        account: &connected_accounts::Model,
        kind: Kind,
        about: Option<&Original>,
        filled: Filled,
    ) -> Result<Draft, WriteError> {
        let (db, now) = (&self.connections().db, self.connections().clock.now());
        let id = self.connections().randomness.uuid(now);
        let passed_on = if kind == Kind::Forward { None } else { about };
        let row = written_mails::ActiveModel {
            id: Set(id),
            user_id: Set(account.user_id),
            connection_id: Set(account.id),
            kind: Set(kind.as_str().to_owned()),
            about: Set(about.map(|original| original.stored.id)),
            thread_remote_id: Set(passed_on.map(|original| original.stored.thread_remote_id.clone())),
            in_reply_to: Set(filled.in_reply_to),
            references_line: Set(filled.references),
            to_line: Set(filled.to),
            cc_line: Set(filled.cc),
            bcc_line: Set(String::new()),
            subject: Set(filled.subject),
            body: Set(filled.body),
            touched: Set(false),
            version: Set(0),
            state: Set("writing".to_owned()),
            state_since: Set(now),
            reason: Set(None),
            send_at: Set(None),
            rfc_message_id: Set(None),
            step: Set("none".to_owned()),
            again_at: Set(None),
            remote_id: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let tx = begin_write(db).await?;
        row.insert(&tx).await?;
        if let (Kind::Forward, Some(original)) = (kind, about) {
            for file in self.carried(id, original).await? {
                file.insert(&tx).await?;
            }
        }
        tx.commit().await?;
        self.draft(account.user_id, id).await
    }

    /// The files of a mail that is passed on: fetched when it is sent.
    async fn carried(&self, mail: Uuid, original: &Original) -> Result<Vec<written_files::ActiveModel>, DbErr> {
        use entity::attachments::{Column, Entity};
        let Original { stored, view, .. } = original;
        let now = self.connections().clock.now();
        let mut carried = Vec::new();
        for (at, file) in (0..).zip(&view.attachments) {
            let part = Entity::find_by_id(file.id).select_only().column(Column::PartId);
            let part: Option<String> = part.into_tuple().one(&self.connections().db).await?;
            carried.push(written_files::ActiveModel {
                id: Set(self.connections().randomness.uuid(now)),
                mail_id: Set(mail),
                name: Set(super::files::sound_name(&file.filename)),
                mime_type: Set(super::files::sound_type(&file.mime_type)),
                size: Set(i64::try_from(file.size).unwrap_or(i64::MAX)),
                content: Set(None),
                source_message: Set(Some(stored.id)),
                source_part: Set(part),
                created_at: Set(now + TimeDelta::microseconds(at)),
            });
        }
        Ok(carried)
    }

    /// The addresses of all connections of a user, in lower case.
    async fn own_addresses(&self, user: Uuid) -> Result<HashSet<String>, DbErr> {
        let rows: Vec<String> = connected_accounts::Entity::find()
            .select_only()
            .column(connected_accounts::Column::Address)
            .filter(connected_accounts::Column::UserId.eq(user))
            .into_tuple()
            .all(&self.connections().db)
            .await?;
        Ok(rows.into_iter().map(|address| address.to_lowercase()).collect())
    }
}

/// The subject with what tells an answer, once.
fn prefixed(prefix: &str, known: &[&str], subject: &str) -> String {
    let subject = mail::plain(subject);
    let lower = subject.to_lowercase();
    if known.iter().any(|one| lower.starts_with(one)) { subject } else { format!("{prefix}{subject}") }
}

#[cfg(test)]
mod tests {
    use super::prefixed;

    #[test]
    fn a_prefix_is_put_once() {
        let re = |subject| prefixed("Re: ", &["re:"], subject);
        assert_eq!(
            ["Lunch", "RE: Lunch", "Re: Re: Lunch", ""].map(re),
            ["Re: Lunch", "RE: Lunch", "Re: Re: Lunch", "Re: "]
        );
        assert_eq!(prefixed("Fwd: ", &["fwd:", "fw:"], "FW: x"), "FW: x");
        assert_eq!(re("Two\r\nBcc: lines"), "Re: Two Bcc: lines");
    }
}
