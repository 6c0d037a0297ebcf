//! A conversation with everything its page shows.

use super::{
    MailError, clean, headers, html,
    judged::{Judged, judged},
    place::{Asked, Place, places},
    quoted,
};
use crate::{database::Database, providers::Provider};
use chrono::{DateTime, Utc};
use entity::{attachments, connected_accounts, message_bodies, messages};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Most messages of one conversation that are shown: the newest.
const MOST: u64 = 200;

/// All mails that answer each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Subject of its first mail.
    pub subject: String,
    /// The mail it was opened at.
    pub opened: Uuid,
    /// The connection it lies in.
    pub connection: Uuid,
    /// Oldest first. Mails in spam or bin are left out, unless it was opened at one.
    pub messages: Vec<View>,
}

/// One mail, opened.
#[expect(clippy::struct_excessive_bools, reason = "facts about a mail that do not depend on each other")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The message.
    pub id: Uuid,
    /// Name of the sender; may be empty.
    pub sender_name: String,
    /// Address of the sender; may be empty.
    pub sender_address: String,
    /// `To` and `Cc`.
    pub recipients: String,
    /// Subject; may be empty.
    pub subject: String,
    /// When the provider received it.
    pub received_at: DateTime<Utc>,
    /// Not read yet.
    pub unread: bool,
    /// Starred.
    pub starred: bool,
    /// Where it is.
    pub place: Place,
    /// First words.
    pub snippet: String,
    /// Its text; made from the HTML where the mail has no text part.
    pub text: String,
    /// What the text quotes of other mails, which then is not in it.
    pub quoted: Option<String>,
    /// Whether there is HTML to show in a frame.
    pub has_html: bool,
    /// Whether that HTML asks for images from other servers.
    pub remote_images: bool,
    /// What is attached, except pictures that the text shows.
    pub attachments: Vec<File>,
    /// What the provider found out about its sender; `None` when it says nothing, or its headers are not here.
    pub judged: Option<Judged>,
    /// Whether its headers are here.
    pub has_headers: bool,
}

/// An attached file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The attachment.
    pub id: Uuid,
    /// Name as sent; may be empty; not to be trusted as a path.
    pub filename: String,
    /// Media type as sent.
    pub mime_type: String,
    /// Bytes.
    pub size: u64,
}

pub(super) async fn read(db: &Database, user: Uuid, message: Uuid) -> Result<Conversation, MailError> {
    let opened = find(db, user, message).await?;
    let mut found = messages::Entity::find()
        .filter(messages::Column::ConnectionId.eq(opened.connection_id))
        .filter(messages::Column::ThreadRemoteId.eq(opened.thread_remote_id.as_str()))
        .order_by_desc(messages::Column::ReceivedAt)
        .order_by_desc(messages::Column::Id)
        .limit(MOST)
        .all(db)
        .await?;
    found.retain(|one| !one.hidden || opened.hidden);
    found.reverse();
    if found.iter().all(|one| one.id != opened.id) {
        found.insert(0, opened.clone());
    }
    let ids: Vec<Uuid> = found.iter().map(|one| one.id).collect();
    let mut bodies: HashMap<Uuid, message_bodies::Model> = message_bodies::Entity::find()
        .filter(message_bodies::Column::MessageId.is_in(ids.iter().copied()))
        .all(db)
        .await?
        .into_iter()
        .map(|body| (body.message_id, body))
        .collect();
    let mut files: HashMap<Uuid, Vec<File>> = HashMap::new();
    let attached = attachments::Entity::find()
        .filter(attachments::Column::MessageId.is_in(ids))
        .order_by_asc(attachments::Column::PartId)
        .all(db)
        .await?;
    let shown: HashMap<Uuid, HashSet<String>> =
        bodies.iter().filter_map(|(id, body)| Some((*id, clean::shown_files(body.html.as_deref()?)))).collect();
    for file in attached {
        let name = file.content_id.as_deref().map(clean::name_in_text);
        let in_text = name.is_some_and(|name| shown.get(&file.message_id).is_some_and(|names| names.contains(&name)));
        // A picture that nothing shows would not be seen at all.
        if file.inline && (in_text || file.content_id.is_none()) {
            continue;
        }
        files.entry(file.message_id).or_default().push(File {
            id: file.id,
            filename: file.filename,
            mime_type: file.mime_type,
            size: u64::try_from(file.size).unwrap_or_default(),
        });
    }
    let subject = found.first().map(|first| first.subject.clone()).unwrap_or_default();
    let asked = found.iter().map(Asked::of);
    let places = places(db, &asked.collect::<Vec<_>>()).await?;
    let account = connected_accounts::Entity::find_by_id(opened.connection_id).one(db).await?;
    let provider: Provider = account.and_then(|account| account.provider.parse().ok()).ok_or(MailError::NotFound)?;
    let views = found.into_iter().zip(places).map(|(one, place)| {
        let id = one.id;
        view(provider, one, place, bodies.remove(&id), files.remove(&id).unwrap_or_default())
    });
    Ok(Conversation { subject, opened: opened.id, connection: opened.connection_id, messages: views.collect() })
}

fn view(
    provider: Provider,
    message: messages::Model,
    place: Place,
    body: Option<message_bodies::Model>,
    attachments: Vec<File>,
) -> View {
    let (text, html, headers) = body.map_or((None, None, None), |body| (body.text, body.html, Some(body.headers)));
    let headers = headers.map(|json| headers::lines(&json)).unwrap_or_default();
    let text = text.filter(|text| !text.trim().is_empty());
    let text = text.or_else(|| html.as_deref().map(html::to_text)).unwrap_or_default();
    let (own, repeated) = if quoted::passes_on(&message.subject) { (&*text, None) } else { quoted::split(&text) };
    View {
        id: message.id,
        sender_name: message.sender_name,
        sender_address: message.sender_address,
        recipients: message.recipients,
        subject: message.subject,
        received_at: message.received_at,
        unread: message.unread,
        starred: message.starred,
        place,
        snippet: message.snippet,
        text: own.to_owned(),
        quoted: repeated.map(str::to_owned),
        has_html: html.is_some(),
        remote_images: html.as_deref().is_some_and(clean::asks_for_images),
        attachments,
        judged: judged(provider, &headers),
        has_headers: !headers.is_empty(),
    }
}

/// A message of this user.
pub(crate) async fn find(db: &Database, user: Uuid, message: Uuid) -> Result<messages::Model, MailError> {
    let owned = messages::Entity::find_by_id(message).filter(messages::Column::UserId.eq(user));
    owned.one(db).await?.ok_or(MailError::NotFound)
}
