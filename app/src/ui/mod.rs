//! The kit every screen is made of.

mod form;
mod icon;
mod load;
mod notice;
mod page;

pub use form::{Field, FormProblem};
pub use icon::{Icon, Logo, Picture};
pub use load::{Load, Problem, Skeleton};
pub use notice::{Notice, Tone};
pub use page::{Frame, GoTo, Page};
