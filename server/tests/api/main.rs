//! The server through its front door: real HTTP, a fresh database per test on SQLite and on PostgreSQL, the real sandbox.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod harness;

mod account;
mod activity;
mod apart;
mod cache;
mod cancel;
mod code_client;
mod connect;
mod coverage;
mod departures;
mod entering;
mod events;
mod features;
mod flights;
mod grants;
mod guard;
mod guessing;
mod health;
mod identities;
mod killed;
mod landing;
mod leaks;
mod leaving;
mod mail;
mod mailed_links;
mod narrowed;
mod others;
mod outlook;
mod outlook_mail;
mod pace;
mod pages;
mod pausing;
mod refusals;
mod refused_forms;
mod repair;
mod routes;
mod smtp;
mod start;
mod sync;
mod tenants;
mod tokens;
mod unproven;
mod users;
mod verify;
