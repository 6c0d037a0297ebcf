//! One row of every table with every column filled, all belonging to one person.

mod mailbox;
mod programs;
mod told;
mod written;

pub use mailbox::{
    acts, attachments, channels, check_ids, exclusions, feed_items, image_senders, labels, mailbox_checks,
    message_bodies, message_labels, messages, rereads, search_shelves, sought_messages, sync_feeds,
};
pub use programs::{refresh_tokens, token_families};
pub use told::{notifications, proofs};
pub use written::{written_files, written_mails};

use entity::{
    audit_events, connected_accounts, disconnections, identities, installation, job_runs, jobs, oauth_attempts,
    oauth_grants, provider_units, sessions, users,
};
use sea_orm::prelude::{DateTimeUtc, Uuid};

pub const USER: Uuid = Uuid::from_u128(1);
pub const SESSION: Uuid = Uuid::from_u128(2);
pub const CONNECTION: Uuid = Uuid::from_u128(3);
pub const FEED: Uuid = Uuid::from_u128(4);
pub const MESSAGE: Uuid = Uuid::from_u128(5);
pub const LABEL: Uuid = Uuid::from_u128(6);
pub const IDENTITY: Uuid = Uuid::from_u128(7);
pub const ATTEMPT: Uuid = Uuid::from_u128(8);
pub const GRANT: Uuid = Uuid::from_u128(9);
pub const ATTACHMENT: Uuid = Uuid::from_u128(10);
pub const JOB: Uuid = Uuid::from_u128(11);
pub const JOB_RUN: Uuid = Uuid::from_u128(12);
pub const AUDIT_EVENT: Uuid = Uuid::from_u128(13);
pub const DISCONNECTION: Uuid = Uuid::from_u128(117);

pub const PROOF: Uuid = Uuid::from_u128(14);
pub const NOTIFICATION: Uuid = Uuid::from_u128(15);
pub const WRITTEN_MAIL: Uuid = Uuid::from_u128(16);
pub const WRITTEN_FILE: Uuid = Uuid::from_u128(17);

/// An instant that has all the digits both databases keep: microseconds.
pub fn instant(minutes: i64) -> DateTimeUtc {
    DateTimeUtc::from_timestamp_micros(1_795_000_000_123_456 + minutes * 60_000_000).unwrap()
}

pub fn users() -> users::Model {
    users::Model {
        id: USER,
        email: "ada@example.test".to_owned(),
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        email_verified_at: Some(instant(170)),
        language: "en".to_owned(),
        theme: "dark".to_owned(),
        zone: Some("Europe/Madrid".to_owned()),
        plain_text: true,
        created_at: instant(5),
        updated_at: instant(6),
    }
}

pub fn identities() -> identities::Model {
    identities::Model {
        id: IDENTITY,
        user_id: USER,
        kind: "google".to_owned(),
        issuer: "issuer".to_owned(),
        subject: "subject".to_owned(),
        pairwise_subject: Some("pairwise subject".to_owned()),
        address: Some("address".to_owned()),
        password_hash: Some("password hash".to_owned()),
        created_at: instant(13),
        updated_at: instant(14),
    }
}

pub fn sessions() -> sessions::Model {
    sessions::Model {
        id: SESSION,
        user_id: USER,
        token_hash: vec![0, 17, 255],
        user_agent: "user agent".to_owned(),
        address: "address".to_owned(),
        created_at: instant(20),
        authenticated_at: instant(171),
        last_seen_at: instant(21),
        expires_at: instant(22),
        mailbox: Some(CONNECTION),
    }
}

pub fn oauth_attempts() -> oauth_attempts::Model {
    oauth_attempts::Model {
        id: ATTEMPT,
        provider: "google".to_owned(),
        issuer: "issuer".to_owned(),
        purpose: "connect".to_owned(),
        user_id: Some(USER),
        session_id: Some(SESSION),
        connection_id: Some(CONNECTION),
        features: "features".to_owned(),
        return_to: Some("return to".to_owned()),
        popup: false,
        state_hash: vec![0, 33, 255],
        browser_hash: vec![0, 34, 255],
        sealed_secrets: Some(vec![0, 35, 255]),
        outcome: "pending".to_owned(),
        problem: Some("denied_by_person".to_owned()),
        refused_features: Some("refused features".to_owned()),
        chosen_address: Some("chosen address".to_owned()),
        created_at: instant(38),
        expires_at: instant(39),
        finished_at: Some(instant(40)),
    }
}

pub fn connected_accounts() -> connected_accounts::Model {
    connected_accounts::Model {
        id: CONNECTION,
        user_id: USER,
        provider: "google".to_owned(),
        issuer: "issuer".to_owned(),
        subject: "subject".to_owned(),
        address: "address".to_owned(),
        display_name: "display name".to_owned(),
        features: "features".to_owned(),
        refused_features: "refused features".to_owned(),
        state: "active".to_owned(),
        state_reason: Some("state reason".to_owned()),
        state_since: instant(51),
        connected_at: instant(52),
        created_at: instant(53),
        updated_at: instant(54),
    }
}

pub fn oauth_grants() -> oauth_grants::Model {
    oauth_grants::Model {
        id: GRANT,
        connection_id: CONNECTION,
        sealed_access_token: Some(vec![0, 57, 255]),
        sealed_refresh_token: Some(vec![0, 58, 255]),
        access_expires_at: Some(instant(59)),
        scopes: "scopes".to_owned(),
        consented_at: instant(110),
        refreshed_at: instant(111),
        refresh_expires_at: Some(instant(112)),
        used_at: instant(113),
        version: 61,
        lease_owner: Some(Uuid::from_u128(62)),
        lease_until: Some(instant(63)),
        created_at: instant(64),
        updated_at: instant(65),
    }
}

pub fn disconnections() -> disconnections::Model {
    disconnections::Model {
        id: DISCONNECTION,
        user_id: USER,
        connection_id: CONNECTION,
        provider: "google".to_owned(),
        address: "address".to_owned(),
        messages: 114,
        revocation: "kept".to_owned(),
        started_at: instant(115),
        finished_at: Some(instant(116)),
    }
}

pub fn jobs() -> jobs::Model {
    jobs::Model {
        id: JOB,
        kind: "sync.feed".to_owned(),
        payload: "{\"feed\":1}".to_owned(),
        unique_key: Some("unique key".to_owned()),
        priority: 1,
        run_at: instant(143),
        started_at: Some(instant(142)),
        attempts: 144,
        asked: 151,
        lease_owner: Some(Uuid::from_u128(145)),
        lease_until: Some(instant(146)),
        state: "queued".to_owned(),
        last_problem: Some("last problem".to_owned()),
        created_at: instant(149),
        updated_at: instant(150),
    }
}

pub fn provider_units() -> provider_units::Model {
    provider_units::Model { provider: "google".to_owned(), hour: instant(95), units: 96 }
}

pub fn job_runs() -> job_runs::Model {
    job_runs::Model {
        id: JOB_RUN,
        job_id: JOB,
        kind: "sync.feed".to_owned(),
        subject: Some(FEED),
        started_at: instant(154),
        finished_at: instant(155),
        outcome: "done".to_owned(),
        detail: Some("detail".to_owned()),
    }
}

pub fn audit_events() -> audit_events::Model {
    audit_events::Model {
        id: AUDIT_EVENT,
        user_id: Some(USER),
        connection_id: Some(CONNECTION),
        action: "action".to_owned(),
        outcome: "done".to_owned(),
        address: Some("address".to_owned()),
        detail: Some("detail".to_owned()),
        times: 3,
        created_at: instant(165),
    }
}

pub fn installation() -> installation::Model {
    installation::Model {
        id: 1,
        installation_id: Uuid::from_u128(167),
        key_check: vec![0, 168, 255],
        created_at: instant(169),
    }
}
