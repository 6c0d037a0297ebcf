//! Everything that speaks HTTP: [`router`] lists the routes, [`guard`] and [`origin`] stand before them, [`session`] says
//! who is asking, [`oauth`] walks people to a provider and back, [`events`], [`mail_frame`], `mail_file` and `pictures` serve what is no page,
//! [`hooks`] is where a provider posts, [`function`] gives refusals their status, [`typed`] gives people back what they typed.

pub mod api;
pub mod client;
pub mod data;
mod events;
pub mod function;
pub mod guard;
pub mod health;
pub mod hooks;
mod mail_file;
pub mod mail_frame;
mod mail_headers;
mod mail_refusal;
pub mod oauth;
pub mod origin;
pub mod page;
pub mod peer;
mod pictures;
pub mod router;
pub mod session;
pub mod site;
pub mod tokens;
mod typed;
mod writing;
