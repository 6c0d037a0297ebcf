//! The sandbox from outside: over real HTTP, as an app meets it.

mod batches;
mod changes;
mod consent;
mod control;
mod drafts;
mod faults;
mod google;
mod history;
mod labels;
mod quota;
mod reading;
mod search;
mod tokens;
