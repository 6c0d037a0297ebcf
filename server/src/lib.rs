//! The server: settings, HTTP, wiring and commands. What the product does is in `domain`; what it looks like is in `app`;
//! this crate joins the two.
//!
//! # Layout
//!
//! - [`cli`]: the commands. [`config`]: the settings. [`telemetry`]: the log.
//! - [`startup`]: builds everything once and runs it until it is told to stop. `foundations`: what other
//!   commands share with it. `presence`: whether other processes live.
//! - [`http`]: routes, cookies, guards, the event stream.
//! - [`bridge`]: implements `app`'s ports with `domain`'s services, and the one table of errors.

pub mod bridge;
pub mod cli;
pub mod config;
pub mod database;
mod foundations;
pub mod http;
mod presence;
pub mod startup;
pub mod telemetry;
