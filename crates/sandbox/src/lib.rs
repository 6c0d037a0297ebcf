//! A provider sandbox: plays Google and Microsoft over real HTTP on 127.0.0.1, so that the demo and the tests
//! need no account anywhere. It is written from the providers' documentation and knows none of our other crates, so that
//! it can disagree with them. `main.rs` is the command; tests call [`start`].

#![warn(missing_docs)]

mod chance;
mod clock;
mod config;
mod control;
mod dice;
mod door;
mod exchange;
mod faults;
mod forgery;
mod google;
mod microsoft;
mod oauth;
mod quota;
mod requests;
mod running;
mod signer;
mod state;
mod wire;
mod world;

pub use config::{Client, ClientError, Config, Coop, Folders, Quota, Threads};
pub use running::{Running, start};
