//! Attachments.

use super::{
    ReadError, Reading,
    asking::{Question, Reply},
};
use crate::{mail, providers::file::Pieces};
use entity::attachments;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

/// A file on its way.
pub struct Download {
    /// Name as sent; may be empty; not to be trusted as a path.
    pub filename: String,
    /// Media type as sent; not to be trusted at all.
    pub mime_type: String,
    /// Its bytes.
    pub pieces: Pieces,
}

impl Reading {
    /// A file of a mail of this user.
    pub async fn file(&self, user: Uuid, message: Uuid, file: Uuid) -> Result<Download, ReadError> {
        let message = mail::find(&self.connections().db, user, message).await?;
        let file = self.attached(&message, file).await?;
        let pieces = self.bytes(&message, &file).await?;
        Ok(Download { filename: file.filename, mime_type: file.mime_type, pieces })
    }

    /// What is at a place of a mail of this user; `part` in the provider's words.
    pub(crate) async fn part(&self, user: Uuid, message: Uuid, part: &str) -> Result<Pieces, ReadError> {
        let message = mail::find(&self.connections().db, user, message).await?;
        self.at(&message, part).await
    }

    /// What is known of a file of this mail.
    pub(super) async fn attached(
        &self,
        message: &entity::messages::Model,
        file: Uuid,
    ) -> Result<attachments::Model, ReadError> {
        let of_mail = attachments::Column::MessageId.eq(message.id);
        let file = attachments::Entity::find_by_id(file).filter(of_mail).one(&self.connections().db).await?;
        file.ok_or(ReadError::NotFound)
    }

    pub(super) async fn bytes(
        &self,
        message: &entity::messages::Model,
        file: &attachments::Model,
    ) -> Result<Pieces, ReadError> {
        self.at(message, &file.part_id).await
    }

    async fn at(&self, message: &entity::messages::Model, part: &str) -> Result<Pieces, ReadError> {
        let question = Question::File { message: &message.remote_id, part };
        match self.ask(message.connection_id, question).await? {
            Reply::File(pieces) => Ok(pieces),
            _ => Err(ReadError::Unavailable),
        }
    }
}
