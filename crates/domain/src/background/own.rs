//! A person's own jobs: what runs, what waits and until when, what failed, and what was done lately.

use crate::{
    Domain, Services,
    cache::{Notice, What},
    jobs::{self, Job, JobRun, Queued},
};
use entity::{connected_accounts, disconnections, notifications, sync_feeds, written_mails};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// Runs that are shown.
const RUNS: u64 = 50;
/// Letters to a person whose jobs are shown.
const LETTERS: u64 = 50;
/// Mails of a person whose jobs are shown.
const WRITTEN: u64 = 50;

/// The jobs of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnJobs {
    /// Those that are not done, the next first; each with the address of its mailbox, where it is about one.
    pub queued: Vec<(Queued, Option<String>)>,
    /// The newest runs, newest first, likewise.
    pub runs: Vec<(JobRun, Option<String>)>,
}

/// What a person's jobs may be about.
#[derive(Default)]
struct Subjects {
    jobs: Vec<Job>,
    /// The mailboxes that ids of subjects stand for.
    mailboxes: HashMap<Uuid, (Uuid, String)>,
}

impl Domain {
    /// The jobs of a person, and nobody else's.
    pub async fn jobs_of(&self, user: Uuid) -> Result<OwnJobs, DbErr> {
        let Services { db, clock, .. } = &*self.0;
        let subjects = subjects(db, user).await?;
        let address = |subject: Option<Uuid>| {
            subject.and_then(|id| subjects.mailboxes.get(&id)).map(|(_, address)| address.clone())
        };
        let queued = jobs::queued(db, subjects.jobs.clone(), clock.now()).await?;
        let about = subjects.jobs.iter().filter_map(Job::subject);
        let runs = jobs::newest_runs(db, about, RUNS).await?;
        Ok(OwnJobs {
            queued: queued.into_iter().map(|job| (address(job.subject), job)).map(|(of, job)| (job, of)).collect(),
            runs: runs.into_iter().map(|run| (address(Some(run.subject)), run)).map(|(of, run)| (run, of)).collect(),
        })
    }

    /// Runs a person's job again now, instead of when its time comes or never. Whether there is such a job.
    pub async fn retry_job(&self, user: Uuid, job: Uuid) -> Result<bool, DbErr> {
        let Services { db, clock, randomness, bus, .. } = &*self.0;
        let now = clock.now();
        let subjects = subjects(db, user).await?;
        let queued = jobs::queued(db, subjects.jobs.clone(), now).await?;
        let Some(found) = queued.into_iter().find(|queued| queued.id == job) else { return Ok(false) };
        let same = |one: &&Job| one.kind() == found.kind && one.subject() == found.subject;
        let Some(job) = subjects.jobs.iter().find(same) else { return Ok(false) };
        jobs::enqueue(db, randomness, now, job, now).await?;
        if let Some((connection, _)) = found.subject.and_then(|subject| subjects.mailboxes.get(&subject)) {
            bus.publish(Notice { user, what: What::Sync { connection: *connection } }).await;
        }
        Ok(true)
    }
}

async fn subjects(db: &impl ConnectionTrait, user: Uuid) -> Result<Subjects, DbErr> {
    let mut subjects = Subjects::default();
    let feeds = sync_feeds::Entity::find()
        .find_also_related(connected_accounts::Entity)
        .filter(connected_accounts::Column::UserId.eq(user))
        .filter(sync_feeds::Column::Kind.eq("mailbox"))
        .all(db)
        .await?;
    for (feed, account) in feeds {
        let Some(account) = account else { continue };
        let (feed, connection) = (feed.id, account.id);
        subjects.mailboxes.insert(connection, (connection, account.address.clone()));
        subjects.mailboxes.insert(feed, (connection, account.address));
        let of_feed = [Job::SyncMailbox { feed }, Job::CheckMailbox { feed }];
        let of_connection = [Job::WriteActs { connection }, Job::WriteWords { connection }];
        subjects.jobs.extend(of_feed.into_iter().chain(of_connection));
    }
    let leaving = disconnections::Entity::find().filter(disconnections::Column::UserId.eq(user)).all(db).await?;
    for one in leaving {
        subjects.jobs.push(Job::RemoveConnection { connection: one.connection_id });
        subjects.mailboxes.insert(one.connection_id, (one.connection_id, one.address));
    }
    let written: Vec<(Uuid, Uuid)> = written_mails::Entity::find()
        .select_only()
        .columns([written_mails::Column::Id, written_mails::Column::ConnectionId])
        .filter(written_mails::Column::UserId.eq(user))
        .filter(written_mails::Column::State.ne("writing"))
        .order_by_desc(written_mails::Column::UpdatedAt)
        .limit(WRITTEN)
        .into_tuple()
        .all(db)
        .await?;
    for (mail, connection) in written {
        if let Some(mailbox) = subjects.mailboxes.get(&connection).cloned() {
            subjects.mailboxes.insert(mail, mailbox);
        }
        subjects.jobs.push(Job::SendWritten { mail });
    }
    let letters: Vec<Uuid> = notifications::Entity::find()
        .select_only()
        .column(notifications::Column::Id)
        .filter(notifications::Column::UserId.eq(user))
        .order_by_desc(notifications::Column::CreatedAt)
        .limit(LETTERS)
        .into_tuple()
        .all(db)
        .await?;
    subjects.jobs.extend(letters.into_iter().map(|notification| Job::SendMail { notification }));
    Ok(subjects)
}
