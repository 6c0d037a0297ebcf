//! What a mail repeats of the mails before it is folded away, with a click to see it. What was newly written never is,
//! and a mail of which nothing else would be left is shown whole.

mod html;
mod text;

pub use html::FoldWords;
pub(super) use html::{fold, mark};
pub(super) use text::split;

/// Whether a mail passes another one on: then that is what it is about.
pub(super) fn passes_on(subject: &str) -> bool {
    let subject = subject.trim_start().to_lowercase();
    ["fw:", "fwd:", "rv:", "reenv:", "wg:", "tr:"].iter().any(|start| subject.starts_with(start))
}
