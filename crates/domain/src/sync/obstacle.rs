//! What stands in the way of a sync.

/// What a person is told about a feed that does not move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The connection has to be connected again.
    Ended,
    /// This server no longer has the key that opens the connection.
    KeyMissing,
    /// The provider does not allow reading the mailbox.
    NotAllowed,
    /// The provider does not answer just now.
    NoAnswer,
    /// It does not answer for one message of a folder.
    Stuck,
    /// In words, as an earlier version wrote it down.
    Told(String),
}

/// Each with its word in `sync_feeds.last_problem`.
const WORDS: [(Obstacle, &str); 5] = [
    (Obstacle::Ended, "ended"),
    (Obstacle::KeyMissing, "key_missing"),
    (Obstacle::NotAllowed, "not_allowed"),
    (Obstacle::NoAnswer, "no_answer"),
    (Obstacle::Stuck, "stuck"),
];

impl Obstacle {
    pub(super) fn word(&self) -> &str {
        match self {
            Self::Told(words) => words,
            known => WORDS.iter().find(|(one, _)| one == known).map_or("", |(_, word)| word),
        }
    }

    pub(super) fn read(word: String) -> Self {
        let known = WORDS.into_iter().find(|(_, known)| *known == word);
        known.map_or(Self::Told(word), |(obstacle, _)| obstacle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_obstacle_is_read_as_it_was_written() {
        for (obstacle, word) in WORDS {
            assert_eq!(obstacle.word(), word);
            assert_eq!(Obstacle::read(word.to_owned()), obstacle);
        }
        let earlier = Obstacle::read("The provider is away.".to_owned());
        assert_eq!(earlier.word(), "The provider is away.");
    }
}
