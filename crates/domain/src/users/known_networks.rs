//! The networks an account was signed in to from: strangers elsewhere do not make its owner wait there.

use super::{EmailAddress, Users, throttle::network};
use crate::sessions::Visitor;
use chrono::TimeDelta;
use entity::{audit_events, users};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect};

/// A network is forgotten this long after the last sign-in from it.
const KNOWN_FOR: TimeDelta = TimeDelta::days(30);
/// What only the owner can have done. Whoever chose a new password read the account's mail: this is the way back for an
/// owner on a new network.
const BY_THE_OWNER: [&str; 3] = ["user.sign_in", "user.sign_up", "password.reset"];

impl Users {
    /// Whether the account of `email` was signed in to from the visitor's network lately. An address without an account
    /// costs the same question.
    pub(super) async fn knows_network(&self, email: &EmailAddress, visitor: &Visitor) -> Result<bool, DbErr> {
        let whose = audit_events::Entity::belongs_to(users::Entity)
            .from(audit_events::Column::UserId)
            .to(users::Column::Id)
            .into();
        let addresses: Vec<Option<String>> = audit_events::Entity::find()
            .select_only()
            .column(audit_events::Column::Address)
            .distinct()
            .join(JoinType::InnerJoin, whose)
            .filter(users::Column::Email.eq(email.as_str()))
            .filter(audit_events::Column::Action.is_in(BY_THE_OWNER))
            .filter(audit_events::Column::Outcome.eq("done"))
            .filter(audit_events::Column::CreatedAt.gte(self.clock.now() - KNOWN_FOR))
            .into_tuple()
            .all(&self.db)
            .await?;
        let here = network(&visitor.address);
        Ok(addresses.iter().flatten().any(|address| network(address) == here))
    }
}
