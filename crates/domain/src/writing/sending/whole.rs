//! The whole mail, as it is handed over.

use super::{Errand, Row, Stop};
use crate::{
    reading::ReadError,
    writing::{
        DraftText, Why, Writing, checking,
        files::MOST_BYTES,
        letter::{Enclosure, Letter},
    },
};
use entity::written_files;
use futures::TryStreamExt;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use uuid::Uuid;

impl Writing {
    /// The whole mail; without its files, where they go by another way.
    pub(super) fn letter(&self, errand: &Errand<'_>, files: Vec<Enclosure>) -> Result<Vec<u8>, Stop> {
        let Row { subject, body, in_reply_to, references_line, .. } = &errand.mail;
        // Looked at before it was queued, and not changed since.
        let recipients = checking::check(&DraftText::of(&errand.mail)).map_err(|_| Stop::Failed(Why::NotAccepted))?;
        let letter = Letter {
            from: (&errand.account.display_name, &errand.account.address),
            recipients,
            subject,
            date: self.connections().clock.now(),
            message_id: errand.message_id(),
            in_reply_to: in_reply_to.as_deref(),
            references: references_line,
            body,
            files,
        };
        letter.write().map_err(|error| {
            tracing::warn!(mail = %errand.mail.id, %error, "written.not_written");
            Stop::Failed(Why::NotAccepted)
        })
    }

    /// The files of a mail. What is still at the provider is fetched and kept.
    pub(super) async fn enclosures(&self, errand: &Errand<'_>) -> Result<Vec<Enclosure>, Stop> {
        use written_files::{Column, Entity};
        let files = Entity::find()
            .filter(Column::MailId.eq(errand.mail.id))
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id);
        let mut enclosures = Vec::new();
        for file in files.all(&self.connections().db).await? {
            let bytes = if let Some(bytes) = file.content {
                bytes
            } else {
                let bytes = self.fetch(errand, file.source_message, file.source_part.as_deref()).await?;
                Entity::update_many()
                    .col_expr(Column::Content, Expr::value(bytes.clone()))
                    .filter(Column::Id.eq(file.id))
                    .exec(&self.connections().db)
                    .await?;
                bytes
            };
            enclosures.push(Enclosure { name: file.name, mime_type: file.mime_type, bytes });
        }
        Ok(enclosures)
    }

    async fn fetch(&self, errand: &Errand<'_>, message: Option<Uuid>, part: Option<&str>) -> Result<Vec<u8>, Stop> {
        let (Some(message), Some(part)) = (message, part) else { return Err(Stop::Failed(Why::FileGone)) };
        let pieces =
            Box::pin(self.reading.part(errand.account.user_id, message, part)).await.map_err(|error| match error {
                ReadError::NotFound | ReadError::Gone | ReadError::NoPicture => Stop::Failed(Why::FileGone),
                ReadError::NeedsReconnect => Stop::Failed(Why::NeedsReconnect),
                ReadError::NotAllowed => Stop::Failed(Why::NotAllowed),
                ReadError::Throttled { until } => Stop::Throttled(until),
                ReadError::Unavailable => Stop::Later(Box::new(error)),
                ReadError::Database(error) => Stop::Database(error),
            })?;
        let whole: Vec<Vec<u8>> = pieces.try_collect().await?;
        let bytes = whole.concat();
        if bytes.len() > usize::try_from(MOST_BYTES).unwrap_or(usize::MAX) {
            return Err(Stop::Failed(Why::TooLarge));
        }
        Ok(bytes)
    }
}
