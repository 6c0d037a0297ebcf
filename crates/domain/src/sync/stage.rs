//! The stages of a feed and the legal moves between them.

use std::str::FromStr;

/// How far a feed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing asked of the provider yet.
    Waiting,
    /// Reading the list of ids.
    Listing,
    /// Fetching what the list named.
    Fetching,
    /// Replaying what changed meanwhile.
    CatchingUp,
    /// Complete, kept up to date.
    Live,
    /// Stopped until something outside is repaired.
    Blocked,
}

impl Stage {
    const ALL: [Self; 6] = [Self::Waiting, Self::Listing, Self::Fetching, Self::CatchingUp, Self::Live, Self::Blocked];

    /// The word in `sync_feeds.stage`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Listing => "listing",
            Self::Fetching => "fetching",
            Self::CatchingUp => "catching_up",
            Self::Live => "live",
            Self::Blocked => "blocked",
        }
    }

    /// Whether a feed may go from here to `next`.
    pub(super) fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Waiting, Self::Listing)
                | (Self::Listing, Self::Fetching)
                // A feed that was complete and stopped goes on where it was.
                | (Self::Fetching | Self::Blocked, Self::CatchingUp)
                | (Self::CatchingUp, Self::Live)
                // Any stage may stop; a stopped or outdated feed begins anew: ids already stored stay stored.
                | (_, Self::Blocked)
                | (Self::Blocked | Self::Fetching | Self::CatchingUp | Self::Live, Self::Waiting)
        ) || self == next
    }
}

impl FromStr for Stage {
    type Err = UnknownStage;

    fn from_str(word: &str) -> Result<Self, UnknownStage> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == word).ok_or(UnknownStage)
    }
}

/// A stage this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a stage this version knows")]
pub struct UnknownStage;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sync_goes_through_every_stage_in_order() {
        let way = [Stage::Waiting, Stage::Listing, Stage::Fetching, Stage::CatchingUp, Stage::Live];
        for pair in way.windows(2) {
            assert!(pair[0].may_become(pair[1]), "{pair:?}");
            assert!(!pair[1].may_become(pair[0]), "{pair:?}");
        }
        assert!(!Stage::Listing.may_become(Stage::CatchingUp), "what was listed must be fetched first");
        assert!(!Stage::Waiting.may_become(Stage::Live));
        assert!(!Stage::Listing.may_become(Stage::Live));
        assert!(!Stage::Fetching.may_become(Stage::Live), "what changed meanwhile must be replayed first");
    }

    #[test]
    fn a_lost_cursor_lists_again_and_a_blocked_feed_begins_anew() {
        for following in [Stage::Fetching, Stage::CatchingUp, Stage::Live] {
            assert!(following.may_become(Stage::Waiting), "{following:?}");
        }
        for stage in Stage::ALL {
            assert!(stage.may_become(Stage::Blocked) && stage.may_become(stage));
            assert_eq!(stage.as_str().parse(), Ok(stage));
        }
        assert!(Stage::Blocked.may_become(Stage::Waiting) && !Stage::Blocked.may_become(Stage::Live));
    }
}
