//! Everything kept about a person, for them to take along: one JSON object a line, in small pieces, so that a mailbox of any
//! size passes through little memory. No secret is among it: no hash, no token, nothing sealed.

use super::Users;
use crate::database::Database;
use entity::{
    attachments, audit_events, connected_accounts, disconnections, identities, image_senders, labels, message_bodies,
    messages, notifications, sessions, token_families, users, written_mails,
};
use futures::{Stream, stream::try_unfold};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use std::fmt::Write;
use uuid::Uuid;

/// Rows that are read at once.
const PAGE: u64 = 200;

/// What is written next.
enum Next {
    Account,
    Messages(Option<Uuid>),
    Events(Option<Uuid>),
}

impl Users {
    /// Everything that belongs to `user`, as lines of JSON; each begins with what `record` it is.
    pub fn data(&self, user: Uuid) -> impl Stream<Item = Result<String, DbErr>> + Send + use<> {
        let db = self.db.clone();
        try_unfold(Some(Next::Account), move |next| {
            let db = db.clone();
            async move {
                let Some(next) = next else { return Ok(None) };
                Ok(Some(match next {
                    Next::Account => (account(&db, user).await?, Some(Next::Messages(None))),
                    Next::Messages(after) => {
                        let (lines, last) = mail(&db, user, after).await?;
                        let after = last.map_or(Next::Events(None), |last| Next::Messages(Some(last)));
                        (lines, Some(after))
                    }
                    Next::Events(after) => {
                        let (lines, last) = events(&db, user, after).await?;
                        (lines, last.map(|last| Next::Events(Some(last))))
                    }
                }))
            }
        })
    }
}

fn line(lines: &mut String, value: &Value) {
    // Writing to a string cannot fail.
    let _ = writeln!(lines, "{value}");
}

async fn account(db: &Database, user: Uuid) -> Result<String, DbErr> {
    let mut lines = String::new();
    let Some(row) = users::Entity::find_by_id(user).one(db).await? else { return Ok(lines) };
    line(
        &mut lines,
        &json!({
            "record": "user", "id": row.id, "email": row.email, "email_verified_at": row.email_verified_at,
            "first_name": row.first_name, "last_name": row.last_name, "language": row.language, "theme": row.theme,
            "zone": row.zone, "plain_text": row.plain_text, "created_at": row.created_at,
        }),
    );
    for row in identities::Entity::find().filter(identities::Column::UserId.eq(user)).all(db).await? {
        line(
            &mut lines,
            &json!({
                "record": "identity", "kind": row.kind, "issuer": row.issuer, "subject": row.subject,
                "address": row.address, "created_at": row.created_at,
            }),
        );
    }
    for row in sessions::Entity::find().filter(sessions::Column::UserId.eq(user)).all(db).await? {
        line(
            &mut lines,
            &json!({
                "record": "session", "user_agent": row.user_agent, "address": row.address,
                "created_at": row.created_at, "last_seen_at": row.last_seen_at,
            }),
        );
    }
    for row in notifications::Entity::find().filter(notifications::Column::UserId.eq(user)).all(db).await? {
        line(
            &mut lines,
            &json!({
                "record": "notification", "kind": row.kind, "detail": row.detail, "created_at": row.created_at,
                "sent_at": row.sent_at,
            }),
        );
    }
    for row in token_families::Entity::find().filter(token_families::Column::UserId.eq(user)).all(db).await? {
        line(
            &mut lines,
            &json!({
                "record": "program", "name": row.name, "address": row.address, "created_at": row.created_at,
                "last_used_at": row.last_used_at, "expires_at": row.expires_at, "ended_at": row.ended_at,
                "end_reason": row.end_reason,
            }),
        );
    }
    for row in image_senders::Entity::find().filter(image_senders::Column::UserId.eq(user)).all(db).await? {
        line(&mut lines, &json!({ "record": "image_sender", "address": row.address, "created_at": row.created_at }));
    }
    for row in written_mails::Entity::find().filter(written_mails::Column::UserId.eq(user)).all(db).await? {
        line(
            &mut lines,
            &json!({
                "record": "written_mail", "state": row.state, "to": row.to_line, "cc": row.cc_line,
                "bcc": row.bcc_line, "subject": row.subject, "body": row.body, "created_at": row.created_at,
                "updated_at": row.updated_at,
            }),
        );
    }
    connections(db, user, &mut lines).await?;
    Ok(lines)
}

async fn connections(db: &Database, user: Uuid, lines: &mut String) -> Result<(), DbErr> {
    for row in disconnections::Entity::find().filter(disconnections::Column::UserId.eq(user)).all(db).await? {
        line(
            lines,
            &json!({
                "record": "disconnection", "provider": row.provider, "address": row.address,
                "messages": row.messages, "revocation": row.revocation, "started_at": row.started_at,
                "finished_at": row.finished_at,
            }),
        );
    }
    let mine = connected_accounts::Entity::find().filter(connected_accounts::Column::UserId.eq(user));
    for row in mine.all(db).await? {
        line(
            lines,
            &json!({
                "record": "connection", "id": row.id, "provider": row.provider, "issuer": row.issuer,
                "subject": row.subject, "address": row.address, "display_name": row.display_name,
                "features": row.features, "state": row.state, "connected_at": row.connected_at,
            }),
        );
        for label in labels::Entity::find().filter(labels::Column::ConnectionId.eq(row.id)).all(db).await? {
            line(
                lines,
                &json!({
                    "record": "label", "connection": row.id, "remote_id": label.remote_id, "name": label.name,
                    "kind": label.kind,
                }),
            );
        }
    }
    Ok(())
}

/// A page of mail, and its last id if there may be more.
async fn mail(db: &Database, user: Uuid, after: Option<Uuid>) -> Result<(String, Option<Uuid>), DbErr> {
    let mut query = messages::Entity::find().filter(messages::Column::UserId.eq(user));
    if let Some(after) = after {
        query = query.filter(messages::Column::Id.gt(after));
    }
    let rows =
        query.find_also_related(message_bodies::Entity).order_by_asc(messages::Column::Id).limit(PAGE).all(db).await?;
    let ids: Vec<_> = rows.iter().map(|(row, _)| row.id).collect();
    let files = attachments::Entity::find().filter(attachments::Column::MessageId.is_in(ids)).all(db).await?;
    let last = rows.last().map(|(row, _)| row.id).filter(|_| rows.len() as u64 == PAGE);
    let mut lines = String::new();
    for (row, body) in rows {
        let files: Vec<_> = files
            .iter()
            .filter(|file| file.message_id == row.id)
            .map(|file| json!({ "filename": file.filename, "mime_type": file.mime_type, "size": file.size }))
            .collect();
        let (text, html) = body.map(|body| (body.text, body.html)).unwrap_or_default();
        line(
            &mut lines,
            &json!({
                "record": "message", "id": row.id, "connection": row.connection_id, "remote_id": row.remote_id,
                "thread": row.thread_remote_id, "message_id": row.rfc_message_id, "sender_name": row.sender_name,
                "sender_address": row.sender_address, "recipients": row.recipients, "subject": row.subject,
                "received_at": row.received_at, "size": row.size, "unread": row.unread, "starred": row.starred,
                "in_inbox": row.in_inbox, "text": text, "html": html, "attachments": files,
            }),
        );
    }
    Ok((lines, last))
}

/// A page of what the person did, and its last id if there may be more.
async fn events(db: &Database, user: Uuid, after: Option<Uuid>) -> Result<(String, Option<Uuid>), DbErr> {
    let mut query = audit_events::Entity::find().filter(audit_events::Column::UserId.eq(user));
    if let Some(after) = after {
        query = query.filter(audit_events::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(audit_events::Column::Id).limit(PAGE).all(db).await?;
    let last = rows.last().map(|row| row.id).filter(|_| rows.len() as u64 == PAGE);
    let mut lines = String::new();
    for row in rows {
        line(
            &mut lines,
            &json!({
                "record": "event", "action": row.action, "outcome": row.outcome, "address": row.address,
                "detail": row.detail, "created_at": row.created_at,
            }),
        );
    }
    Ok((lines, last))
}
