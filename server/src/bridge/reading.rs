//! The port of opened mail.

use super::{
    Reports,
    connections::provider_for_screen,
    mail::{manages, place_for_screen},
};
use app::{
    error::AppError,
    features::{
        mail::{
            AttachmentRow, Conversation, Finding, Images, Judged, Managing, MessageView, Verdict, server::ReadingPort,
        },
        users::Viewer,
    },
};
use domain::{
    Domain,
    acting::ActError,
    connections::Connection,
    mail,
    reading::{self, ReadError},
};
use uuid::Uuid;

pub(super) struct Reading {
    pub domain: Domain,
    pub reports: Reports,
}

#[async_trait::async_trait]
impl ReadingPort for Reading {
    async fn conversation(&self, viewer: &Viewer, message: Uuid) -> Result<Conversation, AppError> {
        let opened = self.domain.reading().open(viewer.user_id, message).await;
        let reading::Opened { conversation: found, images, plain_text } =
            opened.map_err(|error| refusal(&self.reports, error))?;
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
            messages: found.messages.into_iter().zip(images).map(|(one, images)| message_view(one, images)).collect(),
            plain_text,
        })
    }

    async fn always_show_images(&self, viewer: &Viewer, message: Uuid, always: bool) -> Result<(), AppError> {
        let kept = self.domain.reading().always_show_images(viewer.user_id, message, always).await;
        kept.map_err(|error| refusal(&self.reports, error))
    }

    async fn prefer_plain_text(&self, viewer: &Viewer, plain_text: bool) -> Result<(), AppError> {
        let kept = self.domain.reading().prefer_plain_text(viewer.user_id, plain_text).await;
        kept.map_err(|error| refusal(&self.reports, error))
    }
}

/// The table for what an opened mail needs.
pub fn refusal(reports: &Reports, error: ReadError) -> AppError {
    match error {
        ReadError::NotFound | ReadError::Gone | ReadError::NoPicture => AppError::NotFound,
        ReadError::NeedsReconnect => AppError::ConnectAgain,
        ReadError::NotAllowed | ReadError::Throttled { .. } | ReadError::Unavailable => AppError::Unavailable,
        ReadError::Database(_) => reports.unexpected(&error),
    }
}

impl Reading {
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

fn message_view(message: mail::View, images: reading::Images) -> MessageView {
    let id = message.id;
    let attachment = |file: mail::File| AttachmentRow {
        path: format!("/inbox/{id}/files/{}", file.id),
        filename: file.filename,
        mime_type: file.mime_type,
        size: file.size,
    };
    let proven = message.judged.as_ref().is_some_and(|judged| judged.vouches_for(&message.sender_address));
    MessageView {
        frame: message.has_html.then(|| format!("/inbox/{id}/frame")),
        id,
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
        quoted: message.quoted,
        images: images_for_screen(images),
        attachments: message.attachments.into_iter().map(attachment).collect(),
        judged: message.judged.map(judged),
        proven,
        has_headers: message.has_headers,
    }
}

fn images_for_screen(images: reading::Images) -> Images {
    match images {
        reading::Images::None => Images::None,
        reading::Images::Waiting => Images::Waiting,
        reading::Images::Always => Images::Always,
        reading::Images::Unproven => Images::Unproven,
    }
}

fn judged(judged: mail::Judged) -> Judged {
    let finding = |one: mail::Finding| Finding {
        verdict: match one.verdict {
            mail::Verdict::Pass => Verdict::Pass,
            mail::Verdict::Fail => Verdict::Fail,
            mail::Verdict::None => Verdict::None,
        },
        domain: one.domain,
    };
    Judged { spf: finding(judged.spf), dkim: finding(judged.dkim), dmarc: finding(judged.dmarc) }
}
