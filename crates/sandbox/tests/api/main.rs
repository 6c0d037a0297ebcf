//! The sandbox from outside: over real HTTP, as an app meets it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by its panic")]

mod batches;
mod changes;
mod consent;
mod control;
mod drafts;
mod faults;
mod forgery;
mod google;
mod graph;
mod graph_batch;
mod graph_changes;
mod graph_delta;
mod graph_expiry;
mod graph_folders;
mod graph_limits;
mod graph_reading;
mod graph_sending;
mod graph_subscriptions;
mod graph_uploads;
mod history;
mod labels;
mod levers;
mod microsoft;
mod microsoft_consent;
mod microsoft_refusals;
mod microsoft_tokens;
mod outlook;
mod pubsub;
mod quota;
mod reading;
mod reply;
mod search;
mod tokens;
