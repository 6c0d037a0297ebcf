//! Puts the newest page of a list into the rows already on the screen, without touching what did not change.

use super::{Act, ConversationRow, Folder, Place, acting::Marks};
use std::{collections::HashSet, sync::Arc};
use uuid::Uuid;

/// Rows are shared, so that a list of thousands can be copied for nothing.
pub type Rows = Vec<Arc<ConversationRow>>;

/// A list as it will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    pub rows: Rows,
    /// How many rows are new above the row that was first.
    pub arrived: usize,
    /// Whether rows of the old list go on below the newest page.
    pub has_tail: bool,
}

/// `fresh` is the newest page; `more` says whether the server has rows after it.
///
/// Down to the end of `fresh` the new page is the truth: what it does not name was removed. Below, the old rows stay.
pub fn merge(old: &[Arc<ConversationRow>], fresh: Vec<ConversationRow>, more: bool) -> Merged {
    let first = old.first().map(|row| place(row));
    let arrived = fresh.iter().filter(|row| first.is_none_or(|first| place(row) > first)).count();
    let end = fresh.last().map(place);
    let mut rows: Rows = fresh.into_iter().map(|row| same_or_new(old, row)).collect();
    let before = rows.len();
    if more {
        // A conversation that went up is not below any more.
        let named: HashSet<_> = rows.iter().map(|row| conversation(row)).collect();
        let below =
            |row: &&Arc<ConversationRow>| end.is_none_or(|end| place(row) < end) && !named.contains(&conversation(row));
        let tail: Rows = old.iter().filter(below).cloned().collect();
        rows.extend(tail);
    }
    let has_tail = rows.len() > before;
    Merged { rows, arrived, has_tail }
}

/// Adds the next page below, leaving out what is there already.
pub fn append(old: &mut Rows, page: Vec<ConversationRow>) {
    let named: HashSet<(Uuid, String)> =
        old.iter().map(|row| conversation(row)).map(|(connection, thread)| (connection, thread.to_owned())).collect();
    let new = |row: &ConversationRow| !named.contains(&(row.connection, row.thread.clone()));
    old.extend(page.into_iter().filter(new).map(Arc::new));
}

/// Does to rows on the screen what was done to their conversations; those that leave the folder go.
pub fn act_on(rows: &mut Rows, conversations: &[Uuid], act: Act, folder: Folder) {
    rows.retain_mut(|row| {
        if !conversations.contains(&row.id) {
            return true;
        }
        let Marks { unread, starred, place } =
            Marks { unread: row.unread, starred: row.starred, place: row.place }.after(act);
        *row = Arc::new(ConversationRow { unread, starred, place, ..(**row).clone() });
        match folder {
            Folder::Inbox => place == Place::Inbox,
            Folder::All => matches!(place, Place::Inbox | Place::Elsewhere),
            Folder::Hidden => matches!(place, Place::Spam | Place::Bin),
        }
    });
}

/// The row of the same newest mail as it is now: rows are in order, and neither time nor id of a mail ever changes.
pub fn find(rows: &[Arc<ConversationRow>], row: &ConversationRow) -> Option<Arc<ConversationRow>> {
    rows.binary_search_by(|other| place(row).cmp(&place(other))).ok().map(|at| rows[at].clone())
}

fn conversation(row: &ConversationRow) -> (Uuid, &str) {
    (row.connection, &row.thread)
}

/// Newest first; mails of the same instant by id.
fn place(row: &ConversationRow) -> (chrono::DateTime<chrono::Utc>, Uuid) {
    (row.received_at, row.id)
}

/// An unchanged row stays the very same one.
fn same_or_new(old: &[Arc<ConversationRow>], row: ConversationRow) -> Arc<ConversationRow> {
    old.iter().find(|known| ***known == row).cloned().unwrap_or_else(|| Arc::new(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: i64) -> ConversationRow {
        ConversationRow {
            id: Uuid::from_u128(number.unsigned_abs().into()),
            connection: Uuid::nil(),
            thread: format!("thread {number}"),
            writers: Vec::new(),
            messages: 1,
            subject: format!("mail {number}"),
            snippet: String::new(),
            received_at: chrono::DateTime::from_timestamp(number, 0).unwrap(),
            unread: false,
            starred: false,
            has_attachments: false,
            labels: Vec::new(),
            place: Place::Inbox,
            managed: true,
        }
    }

    fn rows(numbers: &[i64]) -> Vec<ConversationRow> {
        numbers.iter().copied().map(row).collect()
    }

    fn shared(numbers: &[i64]) -> Rows {
        rows(numbers).into_iter().map(Arc::new).collect()
    }

    fn numbers(rows: &Rows) -> Vec<i64> {
        rows.iter().map(|row| row.received_at.timestamp()).collect()
    }

    #[test]
    fn new_mail_goes_on_top_and_older_pages_stay() {
        let merged = merge(&shared(&[5, 4, 3, 2, 1]), rows(&[7, 6, 5]), true);
        assert_eq!(numbers(&merged.rows), [7, 6, 5, 4, 3, 2, 1]);
        assert_eq!((merged.arrived, merged.has_tail), (2, true));
    }

    #[test]
    fn a_conversation_that_somebody_answers_goes_up_and_is_there_once() {
        let answered = ConversationRow { thread: "thread 2".into(), messages: 2, ..row(7) };
        let merged = merge(&shared(&[5, 4, 3, 2, 1]), vec![answered, row(5), row(4)], true);
        assert_eq!(numbers(&merged.rows), [7, 5, 4, 3, 1]);
        assert_eq!(merged.arrived, 1);
    }

    #[test]
    fn what_the_newest_page_no_longer_names_is_gone() {
        let merged = merge(&shared(&[5, 4, 3, 2]), rows(&[5, 3]), true);
        assert_eq!(numbers(&merged.rows), [5, 3, 2]);
        let complete = merge(&shared(&[5, 4, 3, 2]), rows(&[5, 3]), false);
        assert_eq!(numbers(&complete.rows), [5, 3]);
        assert_eq!(complete.arrived, 0);
    }

    #[test]
    fn older_mail_of_a_running_sync_fills_up_below() {
        let merged = merge(&shared(&[5, 4]), rows(&[5, 4, 3]), true);
        assert_eq!(numbers(&merged.rows), [5, 4, 3]);
        assert_eq!((merged.arrived, merged.has_tail), (0, false));
    }

    #[test]
    fn unchanged_rows_stay_the_very_same() {
        let old = shared(&[5, 4]);
        let mut changed = row(4);
        changed.unread = true;
        let merged = merge(&old, vec![row(5), changed], true);
        assert!(Arc::ptr_eq(&old[0], &merged.rows[0]));
        assert!(merged.rows[1].unread);
    }

    #[test]
    fn a_row_is_found_again_after_it_changed() {
        let mut rows = shared(&[5, 4, 3]);
        act_on(&mut rows, &[row(4).id], Act::Star, Folder::Inbox);
        assert!(find(&rows, &row(4)).is_some_and(|found| found.starred));
        assert_eq!(find(&rows, &row(2)), None);
    }

    #[test]
    fn the_first_rows_of_an_empty_list_all_arrived() {
        assert_eq!(merge(&[], rows(&[2, 1]), false).arrived, 2);
    }

    #[test]
    fn a_page_appended_twice_is_there_once() {
        let mut list = shared(&[5, 4]);
        append(&mut list, rows(&[4, 3]));
        append(&mut list, rows(&[4, 3]));
        assert_eq!(numbers(&list), [5, 4, 3]);
    }

    #[test]
    fn what_is_done_to_a_mail_shows_in_its_row_at_once() {
        let ids = [row(4).id, row(3).id];
        let mut starred = shared(&[5, 4, 3]);
        act_on(&mut starred, &ids, Act::Star, Folder::Inbox);
        assert_eq!(starred.iter().map(|row| row.starred).collect::<Vec<_>>(), [false, true, true]);
        for (folder, act, left) in [
            (Folder::Inbox, Act::Archive, vec![5]),
            (Folder::All, Act::Archive, vec![5, 4, 3]),
            (Folder::All, Act::Bin, vec![5]),
            (Folder::Hidden, Act::Inbox, vec![5]),
        ] {
            let mut rows = shared(&[5, 4, 3]);
            act_on(&mut rows, &ids, act, folder);
            assert_eq!(numbers(&rows), left, "{act:?} in {folder:?}");
        }
    }
}
