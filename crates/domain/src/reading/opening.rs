//! Opening a conversation: what is stored, and what the provider has to be asked for first.

use super::{
    ReadError, Reading,
    asking::{Question, Reply},
};
use crate::{
    database::begin_write,
    mail::{self, Conversation, View},
    providers::Provider,
};
use entity::{attachments, connected_accounts, message_bodies, messages};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use std::{collections::HashSet, time::Duration};
use uuid::Uuid;

/// How long a page waits for what the provider has to be asked for; it is kept when it comes later.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is done about pictures on other servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Images {
    /// There are none.
    None,
    /// Not shown until asked for.
    Waiting,
    /// Shown: the person always wants to see this sender's.
    Always,
    /// The person always wants to see this sender's, and nobody vouches that this mail is from them.
    Unproven,
}

/// A conversation, and what is done about the pictures of each of its mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The conversation.
    pub conversation: Conversation,
    /// For each of its messages.
    pub images: Vec<Images>,
    /// Whether the person reads mail as plain text first.
    pub plain_text: bool,
}

impl Reading {
    /// The conversation of a message. What only the provider knows of this message is asked for, and waited for a moment.
    pub async fn open(&self, user: Uuid, message: Uuid) -> Result<Opened, ReadError> {
        let found = mail::find(&self.connections().db, user, message).await?;
        self.complete_soon(found).await;
        let conversation = self.mail().conversation(user, message).await?;
        let always = self.always_shown(user, &conversation).await?;
        let images = conversation.messages.iter().map(|one| images(one, &always)).collect();
        let plain_text = self.prefers_plain_text(user).await?;
        Ok(Opened { conversation, images, plain_text })
    }

    /// The header lines of a message, asked for where they are not here; empty when it has none.
    pub async fn headers(&self, user: Uuid, message: Uuid) -> Result<Vec<(String, String)>, ReadError> {
        let found = mail::find(&self.connections().db, user, message).await?;
        let lines = mail::header_lines(&self.body(&found).await?.headers);
        if lines.is_empty() { self.fetch_headers(&found).await } else { Ok(lines) }
    }

    fn mail(&self) -> crate::mail::Mail {
        crate::mail::Mail::new(self.connections().db.clone())
    }

    /// A mail can be read without: no failure, and no slow provider, keeps it shut.
    async fn complete_soon(&self, message: messages::Model) {
        let (reading, id) = (self.clone(), message.id);
        let work = tokio::spawn(Box::pin(async move { Box::pin(reading.complete(&message)).await }));
        tokio::select! {
            ended = work => match ended {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(message = %id, %error, "reading.incomplete"),
                Err(error) => tracing::warn!(message = %id, %error, "reading.ended"),
            },
            () = self.connections().clock.sleep(PATIENCE) => tracing::debug!(message = %id, "reading.slow"),
        }
    }

    async fn complete(&self, message: &messages::Model) -> Result<(), ReadError> {
        let db = &self.connections().db;
        let account = connected_accounts::Entity::find_by_id(message.connection_id).one(db).await?;
        if account.is_none_or(|account| account.provider != Provider::Microsoft.as_str()) {
            return Ok(());
        }
        let body = self.body(message).await?;
        let (headers, names) = tokio::join!(self.complete_headers(message, &body), self.complete_names(message, &body));
        headers.and(names)
    }

    async fn body(&self, message: &messages::Model) -> Result<message_bodies::Model, ReadError> {
        let body = message_bodies::Entity::find_by_id(message.id).one(&self.connections().db).await?;
        body.ok_or(ReadError::NotFound)
    }

    async fn complete_headers(&self, message: &messages::Model, body: &message_bodies::Model) -> Result<(), ReadError> {
        if mail::header_lines(&body.headers).is_empty() {
            self.fetch_headers(message).await?;
        }
        Ok(())
    }

    async fn fetch_headers(&self, message: &messages::Model) -> Result<Vec<(String, String)>, ReadError> {
        let Reply::Headers(lines) =
            self.ask(message.connection_id, Question::Headers { message: &message.remote_id }).await?
        else {
            return Err(ReadError::Unavailable);
        };
        if !lines.is_empty() {
            let body = message_bodies::ActiveModel {
                message_id: Set(message.id),
                headers: Set(mail::stored_headers(&lines)),
                ..Default::default()
            };
            message_bodies::Entity::update_many()
                .set(body)
                .filter(message_bodies::Column::MessageId.eq(message.id))
                .exec(&self.connections().db)
                .await?;
        }
        Ok(lines)
    }

    /// What the text calls its pictures, where it shows any and that is not known.
    async fn complete_names(&self, message: &messages::Model, body: &message_bodies::Model) -> Result<(), ReadError> {
        let db = &self.connections().db;
        let shows = body.html.as_deref().is_some_and(|html| !mail::shown_files(html).is_empty());
        if !shows {
            return Ok(());
        }
        let nameless = attachments::Entity::find()
            .filter(attachments::Column::MessageId.eq(message.id))
            .filter(attachments::Column::ContentId.is_null())
            .all(db)
            .await?;
        if nameless.is_empty() {
            return Ok(());
        }
        let Reply::NamesInText(names) =
            self.ask(message.connection_id, Question::NamesInText { message: &message.remote_id }).await?
        else {
            return Err(ReadError::Unavailable);
        };
        let tx = begin_write(db).await?;
        for name in names {
            let Some(content_id) = name.content_id.filter(|id| !id.is_empty()) else { continue };
            let row = attachments::ActiveModel { content_id: Set(Some(content_id)), ..Default::default() };
            attachments::Entity::update_many()
                .set(row)
                .filter(attachments::Column::MessageId.eq(message.id))
                .filter(attachments::Column::PartId.eq(name.id))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn images(message: &View, always: &HashSet<String>) -> Images {
    let wanted = always.contains(&message.sender_address);
    let proven = message.judged.as_ref().is_some_and(|judged| judged.vouches_for(&message.sender_address));
    match (message.remote_images, wanted, proven) {
        (false, ..) => Images::None,
        (true, false, _) => Images::Waiting,
        (true, true, true) => Images::Always,
        (true, true, false) => Images::Unproven,
    }
}
