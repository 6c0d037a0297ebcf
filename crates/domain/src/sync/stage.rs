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
    /// Stopped by its person until they let it go on.
    Paused,
}

/// What a person is told of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing was done yet.
    Pending,
    /// At work.
    InProgress,
    /// Everything is here.
    Completed,
    /// Stopped by something that has to be repaired.
    Failed,
    /// Stopped by the person.
    Paused,
}

impl Status {
    /// The word on screens and in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Paused => "PAUSED",
        }
    }
}

/// Whether everything is read for the first time, or only what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everything.
    Initial,
    /// What changed.
    Incremental,
}

impl Reach {
    /// The word on screens and in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initial => "INITIAL",
            Self::Incremental => "INCREMENTAL",
        }
    }
}

impl Stage {
    const ALL: [Self; 7] =
        [Self::Waiting, Self::Listing, Self::Fetching, Self::CatchingUp, Self::Live, Self::Blocked, Self::Paused];

    /// The word in `sync_feeds.stage`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Listing => "listing",
            Self::Fetching => "fetching",
            Self::CatchingUp => "catching_up",
            Self::Live => "live",
            Self::Blocked => "blocked",
            Self::Paused => "paused",
        }
    }

    /// What a person is told of it.
    pub fn status(self) -> Status {
        match self {
            Self::Waiting => Status::Pending,
            Self::Listing | Self::Fetching | Self::CatchingUp => Status::InProgress,
            Self::Live => Status::Completed,
            Self::Blocked => Status::Failed,
            Self::Paused => Status::Paused,
        }
    }

    /// Whether a run reads messages in it.
    pub(super) fn reads(self) -> bool {
        matches!(self, Self::Listing | Self::Fetching | Self::CatchingUp | Self::Live)
    }

    /// Whether nothing is done until somebody outside does something.
    pub fn is_stopped(self) -> bool {
        matches!(self, Self::Blocked | Self::Paused)
    }

    /// Whether a feed may go from here to `next`.
    pub(super) fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Waiting, Self::Listing)
                | (Self::Listing, Self::Fetching)
                | (Self::Fetching, Self::CatchingUp)
                | (Self::CatchingUp, Self::Live)
                // Any stage may stop, and a stopped one goes on as what it was: what that may be is checked when it stops.
                | (_, Self::Blocked | Self::Paused)
                | (Self::Blocked | Self::Paused, _)
                // An outdated feed begins anew: ids already stored stay stored.
                | (Self::Fetching | Self::CatchingUp | Self::Live, Self::Waiting)
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
    fn a_lost_cursor_lists_again_and_any_stage_may_stop() {
        for following in [Stage::Fetching, Stage::CatchingUp, Stage::Live] {
            assert!(following.may_become(Stage::Waiting), "{following:?}");
        }
        for stage in Stage::ALL {
            assert!(stage.may_become(Stage::Blocked) && stage.may_become(Stage::Paused) && stage.may_become(stage));
            assert_eq!(stage.as_str().parse(), Ok(stage));
        }
    }

    #[test]
    fn every_stage_is_told_in_one_of_five_words() {
        let told = Stage::ALL.map(|stage| stage.status().as_str());
        let words = ["PENDING", "IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED", "FAILED", "PAUSED"];
        assert_eq!(told, words);
    }
}
