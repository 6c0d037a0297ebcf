//! The port of `mail`.

use super::{
    Reports,
    connections::{cards, provider_for_screen},
};
use app::{
    error::AppError,
    features::{
        mail::{
            Act, AttachmentRow, Conversation, Folder, InboxPage, MailboxChoice, Managing, MessageRow, MessageView,
            NotDone, Place, WhyNot, server::MailPort,
        },
        users::Viewer,
    },
};
use domain::{
    Domain,
    acting::{ActError, Reason, Refused},
    connections::Connection,
    mail::{self, MailError},
    providers::{self, Features},
};
use std::collections::HashMap;
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
        let connections = self.connections(viewer).await?;
        let rows = page.rows.into_iter().map(|one| {
            let managed = connections.get(&one.connection).is_some_and(|its| manages(&its.features));
            row(one, managed)
        });
        Ok(InboxPage {
            rows: rows.collect(),
            next: page.next,
            mailboxes,
            not_done: self.not_done(viewer, &connections).await?,
        })
    }

    async fn conversation(&self, viewer: &Viewer, message: Uuid) -> Result<Conversation, AppError> {
        let found = self.domain.mail().conversation(viewer.user_id, message).await;
        let found = found.map_err(|error| refusal(&self.reports, error))?;
        let unread: Vec<Uuid> = found.messages.iter().filter(|one| one.unread).map(|one| one.id).collect();
        let connection = self.domain.connections().find(viewer.user_id, found.connection).await;
        let connection = connection.map_err(|error| self.reports.unexpected(&error))?.ok_or(AppError::NotFound)?;
        if manages(&connection.features) {
            self.mark_read(viewer, &unread).await;
        }
        Ok(Conversation {
            subject: found.subject,
            opened: found.opened,
            managing: managing(&connection),
            mailbox: connection.address,
            connection: connection.id,
            provider: provider_for_screen(connection.provider),
            messages: found.messages.into_iter().map(message_view).collect(),
        })
    }

    async fn act(&self, viewer: &Viewer, messages: &[Uuid], act: Act) -> Result<(), AppError> {
        let done = self.domain.acting().act(viewer.user_id, messages, act_from_screen(act)).await;
        done.map(drop).map_err(|error| act_refusal(&self.reports, error))
    }

    async fn dismiss_not_done(&self, viewer: &Viewer) -> Result<(), AppError> {
        let dismissed = self.domain.acting().dismiss(viewer.user_id).await;
        dismissed.map_err(|error| self.reports.unexpected(&error))
    }
}

impl Mail {
    async fn connections(&self, viewer: &Viewer) -> Result<HashMap<Uuid, Connection>, AppError> {
        let connections = self.domain.connections().list(viewer.user_id).await;
        let connections = connections.map_err(|error| self.reports.unexpected(&error))?;
        Ok(connections.into_iter().map(|connection| (connection.id, connection)).collect())
    }

    /// Reading a mail must not fail because it cannot be marked as read.
    async fn mark_read(&self, viewer: &Viewer, unread: &[Uuid]) {
        if unread.is_empty() {
            return;
        }
        match self.domain.acting().act(viewer.user_id, unread, mail::Act::Read).await {
            Ok(_) | Err(ActError::ReadOnly | ActError::NeedsReconnect | ActError::NotFound) => {}
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "mail.not_marked_read"),
        }
    }

    async fn not_done(
        &self,
        viewer: &Viewer,
        connections: &HashMap<Uuid, Connection>,
    ) -> Result<Vec<NotDone>, AppError> {
        let refused = self.domain.acting().refused(viewer.user_id).await;
        let refused = refused.map_err(|error| self.reports.unexpected(&error))?;
        let told = |one: Refused| {
            let connection = connections.get(&one.connection)?;
            Some(NotDone {
                provider: provider_for_screen(connection.provider),
                mailbox: connection.address.clone(),
                act: act_for_screen(one.act),
                why: match one.reason {
                    Reason::NotAllowed => WhyNot::NotAllowed,
                    Reason::SwitchedOff => WhyNot::SwitchedOff,
                    Reason::Gone => WhyNot::Gone,
                    Reason::NotAccepted => WhyNot::NotAccepted,
                },
                messages: one.messages,
            })
        };
        Ok(refused.into_iter().filter_map(told).collect())
    }
}

fn manages(features: &Features) -> bool {
    features.has(providers::Feature::Manage)
}

fn managing(connection: &Connection) -> Managing {
    if manages(&connection.features) {
        Managing::On
    } else if manages(&connection.granted) {
        Managing::SwitchedOff
    } else {
        Managing::NotGranted
    }
}

fn place_for_screen(place: mail::Place) -> Place {
    match place {
        mail::Place::Inbox => Place::Inbox,
        mail::Place::Elsewhere => Place::Elsewhere,
        mail::Place::Spam => Place::Spam,
        mail::Place::Bin => Place::Bin,
    }
}

fn act_from_screen(act: Act) -> mail::Act {
    match act {
        Act::Read => mail::Act::Read,
        Act::Unread => mail::Act::Unread,
        Act::Star => mail::Act::Star,
        Act::Unstar => mail::Act::Unstar,
        Act::Inbox => mail::Act::Inbox,
        Act::Archive => mail::Act::Archive,
        Act::Bin => mail::Act::Bin,
    }
}

fn act_for_screen(act: mail::Act) -> Act {
    match act {
        mail::Act::Read => Act::Read,
        mail::Act::Unread => Act::Unread,
        mail::Act::Star => Act::Star,
        mail::Act::Unstar => Act::Unstar,
        mail::Act::Inbox | mail::Act::Restore => Act::Inbox,
        mail::Act::Archive | mail::Act::Unhide => Act::Archive,
        mail::Act::Bin => Act::Bin,
    }
}

/// The table for acting on mail.
fn act_refusal(reports: &Reports, error: ActError) -> AppError {
    match error {
        ActError::NotFound => AppError::NotFound,
        ActError::TooMany => AppError::Invalid {
            field: "messages".to_owned(),
            problem: "That is more than 1,000 mails at once, so nothing was changed. Choose fewer.".to_owned(),
        },
        ActError::ReadOnly => AppError::ReadOnly,
        ActError::NeedsReconnect => AppError::ConnectAgain,
        ActError::Database(_) => reports.unexpected(&error),
    }
}

fn row(row: mail::Row, managed: bool) -> MessageRow {
    MessageRow {
        id: row.id,
        sender: if row.sender_name.is_empty() { row.sender_address } else { row.sender_name },
        subject: row.subject,
        snippet: row.snippet,
        received_at: row.received_at,
        unread: row.unread,
        starred: row.starred,
        has_attachments: row.has_attachments,
        place: place_for_screen(row.place),
        managed,
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
        starred: message.starred,
        place: place_for_screen(message.place),
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
