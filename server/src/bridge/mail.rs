//! The port of `mail`.

use super::{Reports, connections::cards};
use app::{
    error::AppError,
    features::{
        mail::{
            AttachmentRow, Conversation, Folder, InboxPage, MailboxChoice, MessageRow, MessageView, server::MailPort,
        },
        users::Viewer,
    },
};
use domain::{
    Domain,
    mail::{self, MailError},
};
use uuid::Uuid;

pub(super) struct Mail {
    pub domain: Domain,
    pub reports: Reports,
}

#[async_trait::async_trait]
impl MailPort for Mail {
    async fn inbox(
        &self,
        viewer: &Viewer,
        mailbox: Option<Uuid>,
        folder: Folder,
        after: Option<String>,
    ) -> Result<InboxPage, AppError> {
        let mailboxes: Vec<_> = cards(&self.domain, &self.reports, viewer.user_id)
            .await?
            .into_iter()
            .map(|card| MailboxChoice { connection: card.id, address: card.address, progress: card.progress })
            .collect();
        if mailbox.is_some_and(|wanted| mailboxes.iter().all(|own| own.connection != wanted)) {
            return Err(AppError::NotFound);
        }
        self.domain.sync().note_looking(viewer.user_id).await.map_err(|error| self.reports.unexpected(&error))?;
        let folder = match folder {
            Folder::Inbox => mail::Folder::Inbox,
            Folder::All => mail::Folder::All,
            Folder::Hidden => mail::Folder::Hidden,
        };
        let page = self.domain.mail().list(viewer.user_id, mailbox, folder, after.as_deref()).await;
        let page = page.map_err(|error| refusal(&self.reports, error))?;
        Ok(InboxPage { rows: page.rows.into_iter().map(row).collect(), next: page.next, mailboxes })
    }

    async fn conversation(&self, viewer: &Viewer, message: Uuid) -> Result<Conversation, AppError> {
        let found = self.domain.mail().conversation(viewer.user_id, message).await;
        let found = found.map_err(|error| refusal(&self.reports, error))?;
        let connection = self.domain.connections().find(viewer.user_id, found.connection).await;
        let connection = connection.map_err(|error| self.reports.unexpected(&error))?.ok_or(AppError::NotFound)?;
        Ok(Conversation {
            subject: found.subject,
            opened: found.opened,
            mailbox: connection.address,
            messages: found.messages.into_iter().map(message_view).collect(),
        })
    }
}

fn row(row: mail::Row) -> MessageRow {
    MessageRow {
        id: row.id,
        sender: if row.sender_name.is_empty() { row.sender_address } else { row.sender_name },
        subject: row.subject,
        snippet: row.snippet,
        received_at: row.received_at,
        unread: row.unread,
        starred: row.starred,
        has_attachments: row.has_attachments,
    }
}

fn message_view(message: mail::View) -> MessageView {
    MessageView {
        frame: message.has_html.then(|| format!("/inbox/{}/frame", message.id)),
        id: message.id,
        sender_name: message.sender_name,
        sender_address: message.sender_address,
        recipients: message.recipients,
        subject: message.subject,
        received_at: message.received_at,
        unread: message.unread,
        snippet: message.snippet,
        text: message.text,
        remote_images: message.remote_images,
        attachments: message
            .attachments
            .into_iter()
            .map(|file| AttachmentRow { filename: file.filename, mime_type: file.mime_type, size: file.size })
            .collect(),
    }
}

/// The table for reading mail.
pub fn refusal(reports: &Reports, error: MailError) -> AppError {
    match error {
        MailError::NotFound | MailError::NoSuchPage => AppError::NotFound,
        MailError::Database(_) => reports.unexpected(&error),
    }
}
