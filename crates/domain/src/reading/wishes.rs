//! What a person wants of all mails: whose pictures are always shown, and whether plain text comes first.

use super::{ReadError, Reading};
use crate::mail::{self, Conversation};
use entity::{image_senders, users};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use std::collections::HashSet;
use uuid::Uuid;

impl Reading {
    /// From now on the pictures of the sender of this message are shown, or asked for again. Nothing happens for a sender
    /// without an address.
    pub async fn always_show_images(&self, user: Uuid, message: Uuid, always: bool) -> Result<(), ReadError> {
        let connections = self.connections();
        let sender = mail::find(&connections.db, user, message).await?.sender_address;
        if sender.is_empty() {
            return Ok(());
        }
        if !always {
            image_senders::Entity::delete_by_id((user, sender)).exec(&connections.db).await?;
            return Ok(());
        }
        let row = image_senders::ActiveModel {
            user_id: Set(user),
            address: Set(sender),
            created_at: Set(connections.clock.now()),
        };
        let known = OnConflict::columns([image_senders::Column::UserId, image_senders::Column::Address])
            .do_nothing()
            .to_owned();
        image_senders::Entity::insert(row).on_conflict(known).exec_without_returning(&connections.db).await?;
        Ok(())
    }

    /// Those of the senders of a conversation.
    pub(super) async fn always_shown(
        &self,
        user: Uuid,
        conversation: &Conversation,
    ) -> Result<HashSet<String>, ReadError> {
        let senders: HashSet<&str> = conversation.messages.iter().map(|one| one.sender_address.as_str()).collect();
        let known: Vec<String> = image_senders::Entity::find()
            .select_only()
            .column(image_senders::Column::Address)
            .filter(image_senders::Column::UserId.eq(user))
            .filter(image_senders::Column::Address.is_in(senders))
            .into_tuple()
            .all(&self.connections().db)
            .await?;
        Ok(known.into_iter().collect())
    }

    /// From now on mails are shown as plain text first, or as they were formatted.
    pub async fn prefer_plain_text(&self, user: Uuid, plain_text: bool) -> Result<(), ReadError> {
        let connections = self.connections();
        users::Entity::update_many()
            .col_expr(users::Column::PlainText, Expr::value(plain_text))
            .col_expr(users::Column::UpdatedAt, Expr::value(connections.clock.now()))
            .filter(users::Column::Id.eq(user))
            .exec(&connections.db)
            .await?;
        Ok(())
    }

    pub(super) async fn prefers_plain_text(&self, user: Uuid) -> Result<bool, ReadError> {
        let wanted = users::Entity::find_by_id(user).select_only().column(users::Column::PlainText);
        let wanted: Option<bool> = wanted.into_tuple().one(&self.connections().db).await?;
        Ok(wanted.unwrap_or(false))
    }
}
