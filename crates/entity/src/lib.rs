//! The database, table by table: one file per table, named like it. Enumerations are plain text here, with a `CHECK` in the
//! migration; the domain parses them. Rows never derive `Serialize`: they must not leave the server by accident.

pub mod acts;
pub mod attachments;
pub mod audit_events;
pub mod channels;
pub mod check_ids;
pub mod connected_accounts;
pub mod disconnections;
pub mod exclusions;
pub mod feed_items;
pub mod identities;
pub mod image_senders;
pub mod installation;
pub mod job_runs;
pub mod jobs;
pub mod labels;
pub mod mailbox_checks;
pub mod message_bodies;
pub mod message_labels;
pub mod messages;
pub mod notifications;
pub mod oauth_attempts;
pub mod oauth_grants;
pub mod proofs;
pub mod provider_units;
pub mod refresh_tokens;
pub mod rereads;
pub mod search_shelves;
pub mod sessions;
pub mod sought_messages;
pub mod sync_feeds;
pub mod token_families;
pub mod users;
pub mod written_files;
pub mod written_mails;
