//! How a provider treats what it has issued.

use super::grants::{Grant, Reason};

/// What a reason does to the grants it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The refresh tokens there are die for good.
    pub kills: bool,
    /// No refresh token works until it is lifted.
    pub blocks: bool,
}

impl Effect {
    /// Nothing happens.
    pub const NONE: Self = Self { kills: false, blocks: false };
    /// What there is dies.
    pub const KILLS: Self = Self { kills: true, blocks: false };
    /// Nothing works for a while.
    pub const BLOCKS: Self = Self { kills: false, blocks: true };
    /// Both.
    pub const BOTH: Self = Self { kills: true, blocks: true };
}

/// How one provider does it.
#[derive(Debug)]
pub struct Manners {
    /// Minutes a code lives.
    pub code_min: i64,
    /// Days after which an unused refresh token dies.
    pub idle_days: i64,
    /// Live refresh tokens per account and client; the oldest dies when one more is issued.
    pub live_refresh: Option<usize>,
    /// Whether access tokens end with their grant, or live until they expire.
    pub access_ends: bool,
    /// Whether a person's consent is given to all clients together, or to each.
    pub project_wide: bool,
    /// What a reason does; `None` where the provider knows no such thing.
    pub effect: fn(Reason) -> Option<Effect>,
    /// Whether a reason has to do with this grant.
    pub reaches: fn(Reason, &Grant) -> bool,
}
