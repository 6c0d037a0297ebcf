//! The server through its front door: real HTTP, a fresh database per test on SQLite and on PostgreSQL, the real sandbox.

mod harness;

mod cache;
mod connect;
mod coverage;
mod events;
mod guard;
mod health;
mod leaks;
mod mail;
mod others;
mod pages;
mod refusals;
mod start;
mod sync;
mod users;
