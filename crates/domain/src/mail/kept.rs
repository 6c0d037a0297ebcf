//! What is stored of a message, for comparing it with the provider's; and which messages are of a kind.

use super::{Parsed, store::message_ids};
use chrono::{DateTime, Utc};
use entity::{labels, message_bodies, message_labels, messages};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, Query, SimpleExpr},
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Labels and text of a stored message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    labels: BTreeSet<String>,
    text: Option<String>,
    html: Option<String>,
}

impl Kept {
    /// Whether it carries the labels that `there` does.
    pub fn has_labels_of(&self, there: &Parsed) -> bool {
        self.labels.iter().map(String::as_str).eq(there.label_ids.iter().map(String::as_str).collect::<BTreeSet<_>>())
    }

    /// Whether it says what `there` says.
    pub fn has_body_of(&self, there: &Parsed) -> bool {
        self.text == there.text && self.html == there.html
    }
}

/// These messages, as far as they are stored.
pub(crate) async fn kept<'a>(
    db: &impl ConnectionTrait,
    connection: Uuid,
    remote_ids: impl IntoIterator<Item = &'a str>,
) -> Result<HashMap<String, Kept>, DbErr> {
    let ids = message_ids(db, connection, remote_ids).await?;
    let bodies = message_bodies::Entity::find()
        .filter(message_bodies::Column::MessageId.is_in(ids.values().copied()))
        .all(db)
        .await?;
    let carried: Vec<(Uuid, String)> = message_labels::Entity::find()
        .select_only()
        .column(message_labels::Column::MessageId)
        .column(labels::Column::RemoteId)
        .inner_join(labels::Entity)
        .filter(message_labels::Column::MessageId.is_in(ids.values().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let mut kept: HashMap<Uuid, Kept> = ids.values().map(|id| (*id, Kept::default())).collect();
    for body in bodies {
        if let Some(one) = kept.get_mut(&body.message_id) {
            (one.text, one.html) = (body.text, body.html);
        }
    }
    for (message, label) in carried {
        if let Some(one) = kept.get_mut(&message) {
            one.labels.insert(label);
        }
    }
    Ok(ids.into_iter().filter_map(|(remote_id, id)| Some((remote_id, kept.remove(&id)?))).collect())
}

/// Some messages received before `instant`.
pub(crate) async fn older_ones(
    db: &impl ConnectionTrait,
    connection: Uuid,
    instant: DateTime<Utc>,
    most: u64,
) -> Result<Vec<String>, DbErr> {
    some(db, connection, messages::Column::ReceivedAt.lt(instant), most).await
}

/// Some messages with one of these labels.
pub(crate) async fn labelled_ones(
    db: &impl ConnectionTrait,
    connection: Uuid,
    names: &[&str],
    most: u64,
) -> Result<Vec<String>, DbErr> {
    let ids = Query::select()
        .column(labels::Column::Id)
        .from(labels::Entity)
        .and_where(Expr::col(labels::Column::ConnectionId).eq(connection))
        .and_where(Expr::col(labels::Column::RemoteId).is_in(names.iter().copied()))
        .to_owned();
    let labelled = Query::select()
        .column(message_labels::Column::MessageId)
        .from(message_labels::Entity)
        .and_where(Expr::col(message_labels::Column::LabelId).in_subquery(ids))
        .to_owned();
    some(db, connection, messages::Column::Id.in_subquery(labelled), most).await
}

async fn some(db: &impl ConnectionTrait, connection: Uuid, which: SimpleExpr, most: u64) -> Result<Vec<String>, DbErr> {
    messages::Entity::find()
        .select_only()
        .column(messages::Column::RemoteId)
        .filter(messages::Column::ConnectionId.eq(connection))
        .filter(which)
        .limit(most)
        .into_tuple()
        .all(db)
        .await
}
