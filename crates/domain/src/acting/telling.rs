//! What was not done is told to its person, until they have read it.

use super::Acting;
use crate::{mail::Act, providers::error::Refusal};
use chrono::TimeDelta;
use entity::{
    acts::{Column as C, Entity as Acts},
    connected_accounts,
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use std::str::FromStr;
use uuid::Uuid;

/// Nobody reads what was refused longer ago than this.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Most of them that are read at once.
const MOST: u64 = 500;

/// Why an act was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The provider does not allow it: a permission is missing.
    NotAllowed,
    /// The person switched managing mail off before it was written.
    SwitchedOff,
    /// The message is not in the mailbox any more.
    Gone,
    /// The provider refuses this very change.
    NotAccepted,
}

impl Reason {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::NotAllowed, Self::SwitchedOff, Self::Gone, Self::NotAccepted];

    /// The word in `acts.reason`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::SwitchedOff => "switched_off",
            Self::Gone => "gone",
            Self::NotAccepted => "not_accepted",
        }
    }

    pub(super) fn of(refusal: Refusal) -> Self {
        match refusal {
            Refusal::ScopeMissing | Refusal::DomainPolicy | Refusal::NoMailbox => Self::NotAllowed,
            Refusal::Other => Self::NotAccepted,
        }
    }
}

impl FromStr for Reason {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(())
    }
}

/// Acts of one kind that were refused for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The mailbox.
    pub connection: Uuid,
    /// What was to be done.
    pub act: Act,
    /// Why it was not.
    pub reason: Reason,
    /// To how many messages.
    pub messages: u64,
}

impl Acting {
    /// What was not done for a user and not read yet, the newest first.
    pub async fn refused(&self, user: Uuid) -> Result<Vec<Refused>, DbErr> {
        let rows: Vec<(Uuid, String, Option<String>)> = Acts::find()
            .select_only()
            .columns([C::ConnectionId, C::Act, C::Reason])
            .filter(C::State.eq("refused"))
            .filter(C::ConnectionId.in_subquery(connections_of(user)))
            .order_by_desc(C::UpdatedAt)
            .limit(MOST)
            .into_tuple()
            .all(&self.connections().db)
            .await?;
        let mut told: Vec<Refused> = Vec::new();
        for (connection, act, reason) in rows {
            let (Ok(act), Some(Ok(reason))) = (act.parse(), reason.map(|reason| reason.parse())) else { continue };
            let same = |one: &&mut Refused| (one.connection, one.act, one.reason) == (connection, act, reason);
            match told.iter_mut().find(same) {
                Some(known) => known.messages += 1,
                None => told.push(Refused { connection, act, reason, messages: 1 }),
            }
        }
        Ok(told)
    }

    /// The person has read it.
    pub async fn dismiss(&self, user: Uuid) -> Result<(), DbErr> {
        Acts::delete_many()
            .filter(C::State.eq("refused"))
            .filter(C::ConnectionId.in_subquery(connections_of(user)))
            .exec(&self.connections().db)
            .await?;
        Ok(())
    }

    /// Forgets what was refused long ago.
    pub(crate) async fn purge(&self) -> Result<(), DbErr> {
        let old = C::UpdatedAt.lte(self.connections().clock.now() - KEPT);
        Acts::delete_many().filter(C::State.eq("refused")).filter(old).exec(&self.connections().db).await?;
        Ok(())
    }
}

fn connections_of(user: Uuid) -> SelectStatement {
    Query::select()
        .column(connected_accounts::Column::Id)
        .from(connected_accounts::Entity)
        .and_where(Expr::col(connected_accounts::Column::UserId).eq(user))
        .to_owned()
}
