//! Acting on mail: what a person does here is shown here at once, is there in the end, and undoes nothing of what others did.

mod conflicts;
mod conversations;
pub mod mailbox;
mod refused;
mod screens;
mod trouble;
mod written;
