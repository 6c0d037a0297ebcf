//! Where a page of a list begins: after the last row of the page before.

use uuid::Uuid;

/// A row: the number it is ordered by, and its id, which tells it from others of the same number. In addresses with a dot between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub number: i64,
    pub id: Uuid,
}

impl Cursor {
    pub fn text(self) -> String {
        format!("{}.{}", self.number, self.id)
    }

    pub fn read(text: &str) -> Option<Self> {
        let (number, id) = text.split_once('.')?;
        Some(Self { number: number.parse().ok()?, id: id.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_page_names_are_read() {
        let ours = "1790000000000000.0191d3c0-0000-7000-8000-000000000001";
        assert_eq!(Cursor::read(ours).unwrap().text(), ours);
        for wrong in ["", "1", "x.0191d3c0-0000-7000-8000-000000000001", "1.x", "1790000000000000.", "' or 1=1"] {
            assert!(Cursor::read(wrong).is_none(), "{wrong}");
        }
    }
}
