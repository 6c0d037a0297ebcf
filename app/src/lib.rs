//! Every screen of Gatepost, compiled twice: into the server (`ssr`) and into the browser's WASM (`hydrate`).
//!
//! # Layout
//!
//! - [`app`]: the document shell, the router and the route table. [`pages`]: the parts the browser's half is cut into.
//! - [`error`]: the one error that crosses the wire and the sentence each variant shows.
//! - [`features`]: a folder per noun: the types a person would recognise, the server functions with the port the
//!   server implements (`server.rs`), and the components.
//! - [`live`]: the one event stream, as signals. [`kept`]: values that are read again when it tells of a change. [`popup`]: the provider's consent window and how its outcome is
//!   learnt. [`language`]: the language of the page and its texts. [`time`] and [`quantity`]: instants, durations, counts and sizes as text. [`trouble`]: why something did not succeed. [`address`]: addresses of ours.
//! - [`ui`]: the kit every screen is made of.
//! - `browser`: what the screens ask of the browser beyond Leptos.
//! - `server` (only under `ssr`): who is asking, and the ports. `request`: the same question in both halves.
//!
//! Nothing here can name a token, a database row or an HTTP client: the crate has no such dependency under any feature.

// Views are nested types; without `--cfg erase_components` a whole page is one of them.
#![recursion_limit = "256"]

pub mod address;
pub mod app;
mod browser;
pub mod error;
pub mod features;
pub mod kept;
pub mod language;
pub mod live;
pub mod pages;
pub mod popup;
pub mod quantity;
#[cfg_attr(feature = "ssr", path = "request/server.rs")]
#[cfg_attr(not(feature = "ssr"), path = "request/browser.rs")]
mod request;
#[cfg(feature = "ssr")]
pub mod server;
pub mod time;
pub mod trouble;
pub mod ui;
