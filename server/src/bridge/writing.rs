//! The port of `writing`.

mod words;

use super::{Reports, connections::provider_for_screen};
use app::{
    error::AppError,
    features::{
        users::Viewer,
        writing::{
            Draft, DraftFile, Kind, Opened, Saved, Sender, Sending, Stage, Started, Typed, Wanted, WhyNotSent,
            WrittenRow,
            server::{NewFile, WritingPort},
        },
    },
};
use domain::{
    Domain,
    clock::Clock,
    connections::{Connection, State},
    providers::Feature,
    writing::{self, Beginning, WriteError},
};
use uuid::Uuid;

pub(super) struct Writing {
    pub domain: Domain,
    pub reports: Reports,
}

#[async_trait::async_trait]
impl WritingPort for Writing {
    async fn start(&self, viewer: &Viewer, wanted: Wanted, zone: Option<&str>) -> Result<Started, AppError> {
        let senders = self.senders(viewer).await?;
        let beginning = match (wanted.reply, wanted.forward) {
            (Some(message), _) => Beginning::Reply { message, all: wanted.all },
            (None, Some(message)) => Beginning::Forward { message },
            (None, None) => match sender_of_new(&senders, wanted.from) {
                Some(connection) => Beginning::New { connection, to: wanted.to.unwrap_or_default() },
                None => return Ok(Started::NobodyMaySend(senders)),
            },
        };
        let draft = match self.domain.writing().start(viewer.user_id, beginning, zone).await {
            Ok(draft) => draft,
            Err(WriteError::MayNotSend | WriteError::NeedsReconnect) => {
                return self.lacking(viewer, wanted.reply.or(wanted.forward), senders).await;
            }
            Err(error) => return Err(self.refusal(error)),
        };
        Ok(Started::Draft(draft.id))
    }

    async fn open(&self, viewer: &Viewer, draft: Uuid) -> Result<Opened, AppError> {
        let found = self.domain.writing().draft(viewer.user_id, draft).await.map_err(|error| self.refusal(error))?;
        let stage = stage(found.state, &**self.domain.clock());
        Ok(Opened { draft: draft_for_screen(found), stage, senders: self.senders(viewer).await? })
    }

    async fn list(&self, viewer: &Viewer) -> Result<Vec<WrittenRow>, AppError> {
        let connections = self.connections(viewer).await?;
        let writing = self.domain.writing();
        let mut written = writing.outbox(viewer.user_id).await.map_err(|error| self.refusal(error))?;
        written.extend(writing.drafts(viewer.user_id).await.map_err(|error| self.refusal(error))?);
        let row = |one: writing::Written| {
            let connection = connections.iter().find(|its| its.id == one.connection)?;
            Some(row(one, connection, &**self.domain.clock()))
        };
        let mut rows: Vec<_> = written.into_iter().filter_map(row).collect();
        // What needs its person comes first.
        rows.sort_by_key(|row| (rank(row.stage), std::cmp::Reverse(row.saved_at)));
        Ok(rows)
    }

    async fn save(&self, viewer: &Viewer, draft: Uuid, version: i32, typed: Typed) -> Result<Saved, AppError> {
        let saved = self.domain.writing().save(viewer.user_id, draft, version, typed_from_screen(typed)).await;
        saved.map(|saved| Saved { version: saved.version }).map_err(|error| self.refusal(error))
    }

    async fn attach(&self, viewer: &Viewer, draft: Uuid, file: NewFile) -> Result<DraftFile, AppError> {
        let NewFile { name, mime_type, bytes } = file;
        let file = writing::NewFile { name, mime_type, bytes };
        let kept = self.domain.writing().attach(viewer.user_id, draft, file).await;
        kept.map(file_for_screen).map_err(|error| self.refusal(error))
    }

    async fn detach(&self, viewer: &Viewer, draft: Uuid, file: Uuid) -> Result<(), AppError> {
        self.domain.writing().detach(viewer.user_id, draft, file).await.map_err(|error| self.refusal(error))
    }

    async fn send(&self, viewer: &Viewer, draft: Uuid, version: i32) -> Result<(), AppError> {
        let queued = self.domain.writing().send(viewer.user_id, draft, version).await;
        queued.map(drop).map_err(|error| self.refusal(error))
    }

    async fn undo(&self, viewer: &Viewer, draft: Uuid) -> Result<(), AppError> {
        self.domain.writing().undo(viewer.user_id, draft).await.map(drop).map_err(|error| self.refusal(error))
    }

    async fn discard(&self, viewer: &Viewer, draft: Uuid) -> Result<(), AppError> {
        self.domain.writing().discard(viewer.user_id, draft).await.map_err(|error| self.refusal(error))
    }

    async fn send_again(&self, viewer: &Viewer, draft: Uuid) -> Result<(), AppError> {
        self.domain.writing().retry(viewer.user_id, draft).await.map_err(|error| self.refusal(error))
    }

    async fn change(&self, viewer: &Viewer, draft: Uuid) -> Result<(), AppError> {
        self.domain.writing().edit(viewer.user_id, draft).await.map(drop).map_err(|error| self.refusal(error))
    }

    async fn suggest(&self, viewer: &Viewer, text: &str) -> Result<Vec<String>, AppError> {
        let found = self.domain.writing().suggest_addresses(viewer.user_id, text).await;
        let found = found.map_err(|error| self.refusal(error))?;
        Ok(found.iter().map(words::as_typed).collect())
    }
}

impl Writing {
    async fn connections(&self, viewer: &Viewer) -> Result<Vec<Connection>, AppError> {
        let connections = self.domain.connections().list(viewer.user_id).await;
        connections.map_err(|error| self.reports.unexpected(&error))
    }

    async fn senders(&self, viewer: &Viewer) -> Result<Vec<Sender>, AppError> {
        let connections = self.connections(viewer).await?;
        let sender = |connection: &Connection| Sender {
            connection: connection.id,
            provider: provider_for_screen(connection.provider),
            address: connection.address.clone(),
            sending: sending(connection),
        };
        let leaving = |connection: &&Connection| !matches!(connection.state, State::Disconnecting { .. });
        Ok(connections.iter().filter(leaving).map(sender).collect())
    }

    /// What the mailbox of the mail that is answered lacks; for a new one, what all of them lack.
    async fn lacking(
        &self,
        viewer: &Viewer,
        about: Option<Uuid>,
        mut senders: Vec<Sender>,
    ) -> Result<Started, AppError> {
        if let Some(message) = about {
            let found = self.domain.mail().conversation(viewer.user_id, message).await;
            let connection = found.map_err(|error| super::mail::refusal(&self.reports, error))?.connection;
            senders.retain(|sender| sender.connection == connection);
        }
        Ok(Started::NobodyMaySend(senders))
    }

    /// The table for writing mail.
    fn refusal(&self, error: WriteError) -> AppError {
        match error {
            WriteError::NotFound => AppError::NotFound,
            WriteError::MayNotSend => AppError::MayNotSend,
            WriteError::NeedsReconnect => AppError::ConnectAgain,
            WriteError::Changed => AppError::ChangedElsewhere,
            WriteError::NotADraft => AppError::NoDraft,
            WriteError::TooLate => AppError::HasLeft,
            WriteError::Refused(faults) => words::refused(&faults),
            WriteError::Database(_) => self.reports.unexpected(&error),
        }
    }
}

/// What was not sent, for the screens that say so wherever its person looks.
pub(super) async fn unsent(
    domain: &Domain,
    reports: &Reports,
    viewer: &Viewer,
    connections: &[Connection],
) -> Result<Vec<WrittenRow>, AppError> {
    let written = domain.writing().outbox(viewer.user_id).await.map_err(|error| reports.unexpected(&error))?;
    let failed = written.into_iter().filter(|one| matches!(one.state, writing::State::Failed { .. }));
    let told = failed.filter_map(|one| {
        let connection = connections.iter().find(|its| its.id == one.connection)?;
        Some(row(one, connection, &**domain.clock()))
    });
    Ok(told.collect())
}

/// From which mailbox a new mail goes first: the one asked for, else the first that may send.
fn sender_of_new(senders: &[Sender], wanted: Option<Uuid>) -> Option<Uuid> {
    let may = || senders.iter().filter(|sender| sender.sending == Sending::On).map(|sender| sender.connection);
    may().find(|connection| Some(*connection) == wanted).or_else(|| may().next())
}

fn sending(connection: &Connection) -> Sending {
    if matches!(connection.state, State::NeedsReconnect { .. }) {
        Sending::NeedsReconnect
    } else if connection.features.has(Feature::Send) {
        Sending::On
    } else if connection.granted.has(Feature::Send) {
        Sending::SwitchedOff
    } else {
        Sending::NotGranted
    }
}

fn rank(stage: Stage) -> u8 {
    match stage {
        Stage::Failed { .. } => 0,
        Stage::Queued { .. } | Stage::Sending { .. } => 1,
        Stage::Writing => 2,
        Stage::Sent { .. } => 3,
    }
}

fn kind(kind: writing::Kind) -> Kind {
    match kind {
        writing::Kind::New => Kind::New,
        writing::Kind::Reply => Kind::Reply,
        writing::Kind::ReplyAll => Kind::ReplyAll,
        writing::Kind::Forward => Kind::Forward,
    }
}

fn stage(state: writing::State, clock: &dyn Clock) -> Stage {
    match state {
        writing::State::Writing => Stage::Writing,
        writing::State::Queued { until } => {
            // A second that has begun can still be used.
            let left = ((until - clock.now()).num_milliseconds() + 999) / 1_000;
            Stage::Queued { seconds: u32::try_from(left).unwrap_or(0) }
        }
        writing::State::Sending { again } => Stage::Sending { again },
        writing::State::Sent { at } => Stage::Sent { at },
        writing::State::Failed { why, at } => Stage::Failed { why: why_not(why), at },
    }
}

fn why_not(why: writing::Why) -> WhyNotSent {
    match why {
        writing::Why::NeedsReconnect => WhyNotSent::NeedsReconnect,
        writing::Why::SwitchedOff => WhyNotSent::SwitchedOff,
        writing::Why::NotAllowed => WhyNotSent::NotAllowed,
        writing::Why::NotAccepted => WhyNotSent::NotAccepted,
        writing::Why::TooLarge => WhyNotSent::TooLarge,
        writing::Why::FileGone => WhyNotSent::FileGone,
        writing::Why::LimitReached => WhyNotSent::LimitReached,
        writing::Why::Unreachable => WhyNotSent::Unreachable,
        writing::Why::Unknown => WhyNotSent::Unknown,
    }
}

fn typed_from_screen(typed: Typed) -> writing::DraftText {
    let Typed { connection, to, cc, bcc, subject, body } = typed;
    // Forms end lines with CR LF, scripts with LF.
    writing::DraftText { connection, to, cc, bcc, subject, body: body.replace("\r\n", "\n") }
}

fn draft_for_screen(draft: writing::Draft) -> Draft {
    let writing::DraftText { connection, to, cc, bcc, subject, body } = draft.text;
    Draft {
        id: draft.id,
        kind: kind(draft.kind),
        about: draft.about,
        typed: Typed { connection, to, cc, bcc, subject, body },
        files: draft.files.into_iter().map(file_for_screen).collect(),
        most_bytes: draft.most_bytes,
        version: draft.version,
        saved_at: draft.saved_at,
    }
}

fn file_for_screen(file: writing::File) -> DraftFile {
    DraftFile { id: file.id, name: file.name, size: file.size }
}

fn row(one: writing::Written, connection: &Connection, clock: &dyn Clock) -> WrittenRow {
    WrittenRow {
        id: one.id,
        kind: kind(one.kind),
        mailbox: connection.address.clone(),
        provider: provider_for_screen(connection.provider),
        to: one.to,
        subject: one.subject,
        snippet: one.snippet,
        files: one.files,
        stage: stage(one.state, clock),
        saved_at: one.saved_at,
        message: one.message,
    }
}
