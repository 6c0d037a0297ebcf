//! Lists of drafts, and of what is in the outbox.

use super::{Kind, State, WriteError, Writing};
use crate::mail;
use chrono::{DateTime, Utc};
use entity::{
    messages, written_files,
    written_mails::{Column as C, Entity as Mails},
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Func},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Most mails of a list.
const MOST: u64 = 200;
/// Letters of a text that its first words are taken from.
const BEGINNING: i32 = 400;
/// Letters of the first words.
const SNIPPET: usize = 120;

/// A mail in a list of drafts or in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name here.
    pub id: Uuid,
    /// From which mailbox.
    pub connection: Uuid,
    /// What it began as.
    pub kind: Kind,
    /// `To` as typed.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// First words of what was typed.
    pub snippet: String,
    /// How many files it has.
    pub files: u64,
    /// Where it is on its way.
    pub state: State,
    /// When it was last saved.
    pub saved_at: DateTime<Utc>,
    /// The sent mail, once it was synced.
    pub message: Option<Uuid>,
}

/// What a list shows of a mail: a text may be long, and its beginning is enough.
#[derive(FromQueryResult)]
struct Line {
    id: Uuid,
    connection_id: Uuid,
    kind: String,
    to: String,
    subject: String,
    beginning: String,
    state: String,
    state_since: DateTime<Utc>,
    reason: Option<String>,
    send_at: Option<DateTime<Utc>>,
    again_at: Option<DateTime<Utc>>,
    remote_id: Option<String>,
    updated_at: DateTime<Utc>,
}

impl Writing {
    /// What this user has not sent yet, the newest first.
    pub async fn drafts(&self, user: Uuid) -> Result<Vec<Written>, WriteError> {
        self.list(user, &["writing"]).await
    }

    /// What is queued, is being sent, has failed, or was sent lately, the newest first.
    pub async fn outbox(&self, user: Uuid) -> Result<Vec<Written>, WriteError> {
        self.list(user, &["queued", "sending", "sent", "failed"]).await
    }

    /// A user's mails in these states, the newest first. What was begun and never touched is no draft.
    async fn list(&self, user: Uuid, states: &[&str]) -> Result<Vec<Written>, WriteError> {
        let db = &self.connections().db;
        let beginning = Func::cust("substr").arg(Expr::col(C::Body)).arg(1).arg(BEGINNING);
        let columns = [
            C::Id,
            C::ConnectionId,
            C::Kind,
            C::Subject,
            C::State,
            C::StateSince,
            C::Reason,
            C::SendAt,
            C::AgainAt,
            C::RemoteId,
            C::UpdatedAt,
        ];
        let lines: Vec<Line> = Mails::find()
            .select_only()
            .columns(columns)
            .column_as(C::ToLine, "to")
            .column_as(Expr::from(beginning), "beginning")
            .filter(C::UserId.eq(user))
            .filter(C::State.is_in(states.iter().copied()))
            .filter(C::Touched.eq(true).or(C::State.ne("writing")))
            .order_by_desc(C::UpdatedAt)
            .order_by_desc(C::Id)
            .limit(MOST)
            .into_model()
            .all(db)
            .await?;
        let numbers = self.numbers(lines.iter().map(|line| line.id)).await?;
        let mut list = Vec::new();
        for line in lines {
            let message = match &line.remote_id {
                Some(remote_id) if line.state == "sent" => self.synced(line.connection_id, remote_id).await?,
                _ => None,
            };
            let about = (line.reason.as_deref(), line.send_at, line.again_at);
            list.push(Written {
                id: line.id,
                connection: line.connection_id,
                kind: line.kind.parse()?,
                to: line.to,
                subject: line.subject,
                snippet: first_words(&line.beginning),
                files: numbers.get(&line.id).copied().unwrap_or_default(),
                state: State::read(&line.state, line.state_since, about)?,
                saved_at: line.updated_at,
                message,
            });
        }
        Ok(list)
    }

    /// How many files each of these mails has.
    async fn numbers(&self, mails: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, u64>, DbErr> {
        use written_files::Column;
        let rows: Vec<(Uuid, i64)> = written_files::Entity::find()
            .select_only()
            .column(Column::MailId)
            .column_as(Column::Id.count(), "files")
            .filter(Column::MailId.is_in(mails))
            .group_by(Column::MailId)
            .into_tuple()
            .all(&self.connections().db)
            .await?;
        Ok(rows.into_iter().map(|(mail, files)| (mail, u64::try_from(files).unwrap_or_default())).collect())
    }

    /// The stored mail that was sent.
    async fn synced(&self, connection: Uuid, remote_id: &str) -> Result<Option<Uuid>, DbErr> {
        messages::Entity::find()
            .select_only()
            .column(messages::Column::Id)
            .filter(messages::Column::ConnectionId.eq(connection))
            .filter(messages::Column::RemoteId.eq(remote_id))
            .into_tuple()
            .one(&self.connections().db)
            .await
    }
}

/// The first words that are the writer's own.
fn first_words(beginning: &str) -> String {
    let own: Vec<&str> = beginning.lines().filter(|line| !line.starts_with('>')).collect();
    mail::plain(&own.join(" ")).chars().take(SNIPPET).collect()
}

#[cfg(test)]
mod tests {
    use super::first_words;

    #[test]
    fn first_words_are_the_writers() {
        assert_eq!(first_words("Yes,\n\n> at one?\n  gladly."), "Yes, gladly.");
        assert_eq!(first_words(&"word ".repeat(80)).chars().count(), 120);
    }
}
