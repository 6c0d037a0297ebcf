//! Where mails are looked for: the folders every provider has, and the labels of the mailboxes looked at.

use super::{
    query::{Hint, In, Query, What},
    words::fold_all,
};
use entity::{
    acts::{self, Column as A},
    connected_accounts, labels, message_labels,
    messages::{Column as M, Entity as Messages},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Condition, Expr, ExprTrait, Query as Sql, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

/// The labels of the mailboxes looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    labels: Vec<Label>,
}

#[derive(Clone, Debug)]
struct Label {
    id: Uuid,
    remote_id: String,
    folded: String,
}

impl Places {
    /// Reads them, if the search names any place; what it names and nobody has is told.
    pub async fn of(
        db: &impl ConnectionTrait,
        user: Uuid,
        connection: Option<Uuid>,
        query: &mut Query,
    ) -> Result<Self, DbErr> {
        let named: Vec<In> = named(query).cloned().collect();
        if named.is_empty() {
            return Ok(Self::default());
        }
        let mut rows = labels::Entity::find()
            .select_only()
            .columns([labels::Column::Id, labels::Column::RemoteId, labels::Column::Name])
            .inner_join(connected_accounts::Entity)
            .filter(connected_accounts::Column::UserId.eq(user));
        if let Some(connection) = connection {
            rows = rows.filter(labels::Column::ConnectionId.eq(connection));
        }
        let rows: Vec<(Uuid, String, String)> = rows.into_tuple().all(db).await?;
        let label = |(id, remote_id, name): (Uuid, String, String)| Label { id, remote_id, folded: fold_all(&name) };
        let places = Self { labels: rows.into_iter().map(label).collect() };
        for place in named {
            if let In::Label { name, folded } = place
                && places.named(&folded).is_empty()
            {
                query.hint(Hint::UnknownPlace(name));
            }
        }
        Ok(places)
    }

    /// What a mail in a place is like; `None` when there is no such place, or everything is in it. When the index of words
    /// leads, mails are asked one by one.
    pub fn condition(&self, place: &In, one_by_one: bool) -> Option<SimpleExpr> {
        let column = |column| Expr::col((Messages, column));
        let hidden = || column(M::Hidden).eq(true);
        let labelled = |ids: Vec<Uuid>| if one_by_one { carries(ids) } else { among(ids) };
        Some(match place {
            In::Inbox => column(M::InInbox).eq(true),
            In::All => column(M::Hidden).eq(false),
            In::Anywhere => return None,
            In::Spam => hidden().and(self.binned().not()),
            In::Bin => hidden().and(self.binned()),
            In::Sent => labelled(self.called(&["SENT"])),
            In::Drafts => labelled(self.called(&["DRAFT"])),
            In::Archive => column(M::InInbox)
                .eq(false)
                .and(column(M::Hidden).eq(false))
                .and(carries(self.called(&["SENT", "DRAFT"])).not()),
            In::Label { folded, .. } => match self.named(folded) {
                none if none.is_empty() => return None,
                ids => labelled(ids),
            },
        })
    }

    fn called(&self, remote_ids: &[&str]) -> Vec<Uuid> {
        let called = |label: &&Label| remote_ids.contains(&label.remote_id.as_str());
        self.labels.iter().filter(called).map(|label| label.id).collect()
    }

    fn named(&self, folded: &str) -> Vec<Uuid> {
        self.labels.iter().filter(|label| label.folded == folded).map(|label| label.id).collect()
    }

    /// In the bin as the provider says, or thrown there from here: as [`crate::mail::Place::Bin`] is.
    fn binned(&self) -> SimpleExpr {
        let thrown = Sql::select()
            .expr(Expr::val(1))
            .from(acts::Entity)
            .cond_where(
                Condition::all()
                    .add(Expr::col((acts::Entity, A::ConnectionId)).eq(Expr::col((Messages, M::ConnectionId))))
                    .add(Expr::col((acts::Entity, A::RemoteId)).eq(Expr::col((Messages, M::RemoteId))))
                    .add(Expr::col((acts::Entity, A::Act)).eq("bin"))
                    .add(Expr::col((acts::Entity, A::State)).ne("refused")),
            )
            .to_owned();
        carries(self.called(&["TRASH"])).or(Expr::exists(thrown))
    }
}

fn named(query: &Query) -> impl Iterator<Item = &In> {
    query.clauses.iter().filter_map(|clause| match &clause.what {
        What::In(place) => Some(place),
        _ => None,
    })
}

fn with(ids: Vec<Uuid>) -> SelectStatement {
    let label = Expr::col((message_labels::Entity, message_labels::Column::LabelId));
    Sql::select().from(message_labels::Entity).and_where(label.is_in(ids)).to_owned()
}

fn message() -> SimpleExpr {
    Expr::col((message_labels::Entity, message_labels::Column::MessageId))
}

/// Whether a mail carries one of these labels, asked of one mail.
fn carries(ids: Vec<Uuid>) -> SimpleExpr {
    let own = message().eq(Expr::col((Messages, M::Id)));
    Expr::exists(with(ids).expr(Expr::val(1)).and_where(own).to_owned())
}

/// The same, asked of the label.
fn among(ids: Vec<Uuid>) -> SimpleExpr {
    Expr::col((Messages, M::Id)).in_subquery(with(ids).expr(message()).to_owned())
}
