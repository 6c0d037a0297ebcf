//! People with one idle mailbox each, as they are after years: everything is here, a token is at hand, and the next look is
//! due some time within the round.

use super::provider::Provider;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    clock::Randomness,
    jobs::Job,
    vault::{Place, Vault, VaultKey},
};
use entity::{connected_accounts, jobs, oauth_grants, sync_feeds, users};
use sea_orm::{ActiveValue::Set, DatabaseConnection, EntityTrait};
use std::time::Duration;
use uuid::Uuid;

/// Rows a statement.
const CHUNK: usize = 400;

/// A vault of this run.
pub fn vault() -> Vault {
    let key = VaultKey { id: "bench".to_owned(), key: [7; 32] };
    Vault::new(vec![key], Randomness::system()).expect("a vault")
}

/// Makes so many, whose looks are spread evenly over `round`.
pub async fn make(
    db: &DatabaseConnection,
    vault: &Vault,
    provider: &Provider,
    count: u32,
    round: Duration,
    now: DateTime<Utc>,
) {
    let numbers: Vec<u32> = (1..=count).collect();
    let id = |number: u32| Uuid::from_u128(u128::from(number));
    for chunk in numbers.chunks(CHUNK) {
        let people = chunk.iter().map(|number| user(id(*number), now));
        users::Entity::insert_many(people).exec_without_returning(db).await.expect("people");
        let accounts = chunk.iter().map(|number| account(id(*number), &provider.url, now));
        connected_accounts::Entity::insert_many(accounts).exec_without_returning(db).await.expect("connections");
        let grants = chunk.iter().map(|number| grant(id(*number), vault, now));
        oauth_grants::Entity::insert_many(grants).exec_without_returning(db).await.expect("grants");
        let due = |number: u32| {
            now + TimeDelta::from_std(round).expect("a round") * number.cast_signed() / count.cast_signed()
        };
        let feeds = chunk.iter().map(|number| feed(id(*number), due(*number), now));
        sync_feeds::Entity::insert_many(feeds).exec_without_returning(db).await.expect("feeds");
        let looks = chunk.iter().map(|number| look(id(*number), due(*number), now));
        jobs::Entity::insert_many(looks).exec_without_returning(db).await.expect("jobs");
    }
}

fn user(id: Uuid, now: DateTime<Utc>) -> users::ActiveModel {
    users::ActiveModel {
        id: Set(id),
        email: Set(format!("{id}@example.org")),
        first_name: Set("Ada".to_owned()),
        last_name: Set(String::new()),
        language: Set("en".to_owned()),
        theme: Set("auto".to_owned()),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
}

fn account(id: Uuid, issuer: &str, now: DateTime<Utc>) -> connected_accounts::ActiveModel {
    connected_accounts::ActiveModel {
        id: Set(id),
        user_id: Set(id),
        provider: Set("google".to_owned()),
        issuer: Set(issuer.to_owned()),
        subject: Set(id.to_string()),
        address: Set(format!("{id}@example.org")),
        display_name: Set(String::new()),
        features: Set("mail".to_owned()),
        refused_features: Set(String::new()),
        state: Set("active".to_owned()),
        state_reason: Set(None),
        state_since: Set(now),
        connected_at: Set(now),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

fn grant(id: Uuid, vault: &Vault, now: DateTime<Utc>) -> oauth_grants::ActiveModel {
    let sealed = |purpose: &'static str| {
        let place = Place { table: "oauth_grants", row: id, purpose };
        vault.seal(&place, format!("{purpose} {id}").as_bytes()).expect("sealed")
    };
    oauth_grants::ActiveModel {
        id: Set(id),
        connection_id: Set(id),
        sealed_access_token: Set(Some(sealed("access_token"))),
        sealed_refresh_token: Set(Some(sealed("refresh_token"))),
        access_expires_at: Set(Some(now + TimeDelta::days(1))),
        scopes: Set(String::new()),
        consented_at: Set(now),
        refreshed_at: Set(now),
        refresh_expires_at: Set(None),
        used_at: Set(now),
        version: Set(1),
        lease_owner: Set(None),
        lease_until: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

fn feed(id: Uuid, due: DateTime<Utc>, now: DateTime<Utc>) -> sync_feeds::ActiveModel {
    sync_feeds::ActiveModel {
        id: Set(id),
        connection_id: Set(id),
        kind: Set("mailbox".to_owned()),
        remote_id: Set(String::new()),
        stage: Set("live".to_owned()),
        cursor: Set(Some("1".to_owned())),
        expected: Set(0),
        listed: Set(0),
        stored: Set(0),
        failed: Set(0),
        excluded: Set(0),
        work_left: Set(0),
        started_at: Set(Some(now)),
        completed_at: Set(Some(now)),
        last_synced_at: Set(Some(now)),
        next_run_at: Set(Some(due)),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
}

fn look(feed: Uuid, due: DateTime<Utc>, now: DateTime<Utc>) -> jobs::ActiveModel {
    let job = Job::SyncMailbox { feed };
    jobs::ActiveModel {
        id: Set(feed),
        kind: Set(job.kind().to_owned()),
        payload: Set(serde_json::to_string(&job).expect("a job")),
        unique_key: Set(Some(job.unique_key())),
        priority: Set(job.priority().number()),
        run_at: Set(due),
        attempts: Set(0),
        asked: Set(0),
        state: Set("queued".to_owned()),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
}
