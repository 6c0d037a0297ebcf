//! The port of `mail`.

mod search;

use super::{
    Reports,
    connections::{nothing, progress_for_screen, progress_of, provider_for_screen},
    writing,
};
use app::{
    error::{AppError, Problem},
    features::{
        mail::{
            Act, ConversationRow, Done, Folder, InboxPage, MailboxChoice, Naming, NotDone, Place, SearchPage,
            SoughtPage, Undo, WhyNot, Writer, server::MailPort,
        },
        users::Viewer,
    },
};
use domain::{
    Domain,
    acting::{ActError, Reason, Refused},
    connections::{Connection, State},
    mail::{self, MailError},
    providers::{self, Features},
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
        naming: Naming,
    ) -> Result<InboxPage, AppError> {
        let connections = self.connections(viewer).await?;
        let is_own = |wanted: &Uuid| connections.iter().any(|own| own.id == *wanted);
        let mailbox = match naming {
            Naming::Remembered => mailbox.filter(is_own),
            _ if mailbox.as_ref().is_some_and(|wanted| !is_own(wanted)) => return Err(AppError::NotFound),
            _ => mailbox,
        };
        if naming == Naming::Named && viewer.mailbox != mailbox {
            let remembered = self.domain.sessions().remember_mailbox(viewer.session_id, mailbox).await;
            remembered.map_err(|error| self.reports.unexpected(&error))?;
        }
        self.domain.sync().note_looking(viewer.user_id).await.map_err(|error| self.reports.unexpected(&error))?;
        let folder = match folder {
            Folder::Inbox => mail::Folder::Inbox,
            Folder::All => mail::Folder::All,
            Folder::Hidden => mail::Folder::Hidden,
        };
        let page = self.domain.mail().list(viewer.user_id, mailbox, folder, after.as_deref()).await;
        let page = page.map_err(|error| refusal(&self.reports, error))?;
        let rows = page.rows.into_iter().map(|one| {
            let its = connections.iter().find(|its| its.id == one.connection);
            row(one, its)
        });
        Ok(InboxPage {
            rows: rows.collect(),
            next: page.next,
            mailboxes: self.mailboxes(&connections).await?,
            not_done: self.not_done(viewer, &connections).await?,
            unsent: writing::unsent(&self.domain, &self.reports, viewer, &connections).await?,
        })
    }

    async fn search(
        &self,
        viewer: &Viewer,
        mailbox: Option<Uuid>,
        text: &str,
        after: Option<&str>,
        zone: Option<&str>,
    ) -> Result<SearchPage, AppError> {
        self.find(viewer, mailbox, text, after, zone).await
    }

    async fn search_at_provider(
        &self,
        viewer: &Viewer,
        mailbox: Option<Uuid>,
        text: &str,
        zone: Option<&str>,
    ) -> Result<SoughtPage, AppError> {
        self.seek(viewer, mailbox, text, zone).await
    }

    async fn act(&self, viewer: &Viewer, messages: &[Uuid], act: Act) -> Result<Done, AppError> {
        let done = self.domain.acting().act(viewer.user_id, messages, act_from_screen(act)).await;
        done.map(done_for_screen).map_err(|error| act_refusal(&self.reports, error))
    }

    async fn act_on_conversations(&self, viewer: &Viewer, conversations: &[Uuid], act: Act) -> Result<Done, AppError> {
        let acting = self.domain.acting();
        let done = acting.act_on_conversations(viewer.user_id, conversations, act_from_screen(act)).await;
        done.map(done_for_screen).map_err(|error| act_refusal(&self.reports, error))
    }

    async fn undo(&self, viewer: &Viewer, undo: &[Undo]) -> Result<(), AppError> {
        let acts: Vec<_> = undo.iter().map(|one| (act_from_screen(one.act), one.messages.clone())).collect();
        let done = self.domain.acting().act_each(viewer.user_id, &acts).await;
        done.map(drop).map_err(|error| act_refusal(&self.reports, error))
    }

    async fn dismiss_not_done(&self, viewer: &Viewer) -> Result<(), AppError> {
        let dismissed = self.domain.acting().dismiss(viewer.user_id).await;
        dismissed.map_err(|error| self.reports.unexpected(&error))
    }
}

impl Mail {
    async fn connections(&self, viewer: &Viewer) -> Result<Vec<Connection>, AppError> {
        let connections = self.domain.connections().list(viewer.user_id).await;
        connections.map_err(|error| self.reports.unexpected(&error))
    }

    async fn mailboxes(&self, connections: &[Connection]) -> Result<Vec<MailboxChoice>, AppError> {
        let mut mailboxes = Vec::with_capacity(connections.len());
        for connection in connections {
            mailboxes.push(MailboxChoice {
                connection: connection.id,
                provider: provider_for_screen(connection.provider),
                address: connection.address.clone(),
                needs_reconnect: matches!(connection.state, State::NeedsReconnect { .. }),
                progress: progress_of(&self.domain, &self.reports, connection.id)
                    .await?
                    .map_or_else(nothing, progress_for_screen),
            });
        }
        Ok(mailboxes)
    }

    async fn not_done(&self, viewer: &Viewer, connections: &[Connection]) -> Result<Vec<NotDone>, AppError> {
        let refused = self.domain.acting().refused(viewer.user_id).await;
        let refused = refused.map_err(|error| self.reports.unexpected(&error))?;
        let told = |one: Refused| {
            let connection = connections.iter().find(|its| its.id == one.connection)?;
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

pub(super) fn manages(features: &Features) -> bool {
    features.has(providers::Feature::Manage)
}

pub(super) fn place_for_screen(place: mail::Place) -> Place {
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
        ActError::TooMany => AppError::Invalid { field: "messages".to_owned(), problem: Problem::ManyMails },
        ActError::ReadOnly => AppError::ReadOnly,
        ActError::NeedsReconnect => AppError::ConnectAgain,
        ActError::Database(_) => reports.unexpected(&error),
    }
}

fn done_for_screen(done: domain::acting::Done) -> Done {
    let undo = done.undo.into_iter().map(|(act, messages)| Undo { act: act_for_screen(act), messages });
    Done { messages: done.changed as u64, undo: undo.collect() }
}

fn row(row: mail::Row, connection: Option<&Connection>) -> ConversationRow {
    let own = connection.map(|its| its.address.to_lowercase());
    let writer = |one: mail::Sender| {
        let unread = one.unread;
        let name = if Some(&one.address) == own.as_ref() {
            String::new()
        } else if one.name.is_empty() {
            one.address
        } else {
            one.name
        };
        Writer { name, unread }
    };
    ConversationRow {
        id: row.id,
        connection: row.connection,
        thread: row.thread,
        writers: row.senders.into_iter().map(writer).collect(),
        messages: row.messages,
        subject: row.subject,
        snippet: row.snippet,
        received_at: row.received_at,
        unread: row.unread,
        starred: row.starred,
        has_attachments: row.has_attachments,
        labels: row.labels,
        place: place_for_screen(row.place),
        managed: connection.is_some_and(|its| manages(&its.features)),
    }
}

/// The table for reading mail.
pub(super) fn refusal(reports: &Reports, error: MailError) -> AppError {
    match error {
        MailError::NotFound | MailError::NoSuchPage => AppError::NotFound,
        MailError::Database(_) => reports.unexpected(&error),
    }
}
