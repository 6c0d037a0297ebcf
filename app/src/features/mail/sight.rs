//! Of a long list only the rows around what is in sight are in the document: however far somebody scrolls, the page stays as
//! light as it began. All rows are equally high, so that what is left out can be kept as empty room.

use std::ops::Range;

/// Shorter lists are in the document as a whole.
pub const WHOLE: usize = 200;
/// Rows kept above and below what is in sight.
const MARGIN: usize = 40;
/// The rows change by so many at once: not at every pixel.
const STEP: usize = 20;
/// More rows are asked for when so few are left below what is in sight.
const AHEAD: usize = 15;

/// What is seen of a list, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sight {
    /// From the top of the list to the top of the window; negative while the list begins further down.
    pub above: f64,
    pub window: f64,
    /// One row; 0 before the first was measured.
    pub row: f64,
}

impl Sight {
    /// The rows that have to be in the document.
    pub fn rows(self, count: usize) -> Range<usize> {
        if count <= WHOLE || self.row <= 0.0 {
            return 0..count;
        }
        let (first, after) = (rows_in(self.above, self.row), rows_in(self.above + self.window, self.row) + 1);
        let from = first.saturating_sub(MARGIN) / STEP * STEP;
        let to = (after + MARGIN).div_ceil(STEP) * STEP;
        // The end of the list may have come nearer since somebody scrolled there.
        from.min(count.saturating_sub(WHOLE))..to.min(count)
    }

    /// Whether the end is near enough to ask for more.
    pub fn nears_end(self, count: usize) -> bool {
        self.row > 0.0 && rows_in(self.above + self.window, self.row) + AHEAD >= count
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a document, not below 0")]
fn rows_in(pixels: f64, row: f64) -> usize {
    (pixels / row).max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: Sight = Sight { above: -200.0, window: 800.0, row: 40.0 };

    #[test]
    fn a_short_list_is_there_as_a_whole() {
        assert_eq!(TOP.rows(0), 0..0);
        assert_eq!(TOP.rows(200), 0..200);
        assert_eq!(Sight::default().rows(5_000), 0..5_000, "before anything was measured");
    }

    #[test]
    fn of_a_long_list_what_is_in_sight_and_a_margin() {
        assert_eq!(TOP.rows(5_000), 0..60);
        let deep = Sight { above: 40_000.0, ..TOP };
        assert_eq!(deep.rows(5_000), 960..1_080);
        for pixels in 0..5_000 {
            let sight = Sight { above: f64::from(pixels), ..TOP };
            let rows = sight.rows(5_000);
            assert!(rows.len() <= 140, "{rows:?}");
            assert!(
                rows.start <= rows_in(sight.above, 40.0) && rows.end > rows_in(sight.above + 800.0, 40.0),
                "{rows:?}"
            );
        }
    }

    #[test]
    fn a_list_that_became_shorter_shows_its_end() {
        let deep = Sight { above: 400_000.0, ..TOP };
        assert_eq!(deep.rows(500), 300..500);
    }

    #[test]
    fn more_is_asked_for_before_the_end_is_reached() {
        assert!(TOP.nears_end(30));
        assert!(!TOP.nears_end(50), "the first page stands as it is");
        assert!(!Sight::default().nears_end(30));
    }
}
