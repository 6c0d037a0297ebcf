//! What both providers do alike: registered clients, codes and tokens, the frame of their pages. Whatever one of them
//! does its own way is in its own folder.

pub mod client;
pub mod grants;
pub mod ledger;
pub mod manners;
pub mod pages;
pub mod rules;
