//! Writing mail: drafts are kept, answers lie in their conversation, and what is sent arrives exactly once.

mod desk;
mod drafts;
mod dying;
mod files;
mod once;
mod refused;
mod sending;
mod threads;
