//! The folders of an Outlook mailbox, and what happened in each of them.

/// What happened to a mail in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It came in: from outside, or from another folder.
    Created,
    /// It changed.
    Updated,
    /// It left. The mail's count of moves until then makes the id it had here.
    Removed {
        /// How often it had been moved before.
        moves: u32,
        /// Whether it left the mailbox, not only the folder.
        gone: bool,
    },
}

/// One change.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The mailbox's count of changes when it happened.
    pub stamp: u64,
    /// The mail.
    pub sequence: u32,
    /// What happened.
    pub what: What,
}

/// How a token is refused that was given before its folder's tokens were made to expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Expiry {
    /// 410 with a `Location` to begin anew at.
    Gone,
    /// 404 with this code.
    SyncStateNotFound,
    /// 400 with this code.
    SyncStateInvalid,
    /// 410 with this code, and no `Location`.
    ResyncRequired,
}

/// One folder.
#[derive(Debug)]
pub struct Folder {
    /// Its name.
    pub name: String,
    /// The name that paths may use in place of its id.
    pub well_known: Option<&'static str>,
    /// The folder it is in; `None` for the root.
    pub parent: Option<usize>,
    /// Whether lists leave it out unless they are asked for hidden ones.
    pub hidden: bool,
    /// Whether it is still there.
    pub alive: bool,
    /// The mailbox's count of changes when it last changed itself.
    pub stamp: u64,
    /// Its mails, newest first, as sort keys of the mailbox.
    pub order: Vec<u64>,
    /// How many of them are unread.
    pub unread: usize,
    /// What happened in it since the start, oldest first.
    pub journal: Vec<Line>,
    /// Tokens of earlier epochs are refused this way.
    pub expired: Option<(u64, Expiry)>,
}

impl Folder {
    /// An empty folder.
    pub fn new(name: &str, well_known: Option<&'static str>, parent: Option<usize>, hidden: bool) -> Self {
        Self {
            name: name.to_owned(),
            well_known,
            parent,
            hidden,
            alive: true,
            stamp: 0,
            order: Vec::new(),
            unread: 0,
            journal: Vec::new(),
            expired: None,
        }
    }

    /// The changes after a stamp.
    pub fn since(&self, stamp: u64) -> &[Line] {
        &self.journal[self.journal.partition_point(|line| line.stamp <= stamp)..]
    }

    /// Puts a mail in its place.
    pub fn insert(&mut self, key: u64) {
        if let Err(at) = self.order.binary_search(&key) {
            self.order.insert(at, key);
        }
    }

    /// Takes a mail out.
    pub fn take(&mut self, key: u64) {
        if let Ok(at) = self.order.binary_search(&key) {
            self.order.remove(at);
        }
    }
}

/// The root all others are in.
pub const ROOT: usize = 0;
/// The inbox.
pub const INBOX: usize = 1;
/// Drafts.
pub const DRAFTS: usize = 2;
/// What the person sent.
pub const SENT: usize = 3;
/// The bin.
pub const DELETED: usize = 4;
/// Spam.
pub const JUNK: usize = 5;
/// The archive.
pub const ARCHIVE: usize = 6;
/// A hidden folder with some newsletters.
pub const CLUTTER: usize = 9;
/// The first of the person's own folders, in the order of [`crate::world::labels::STARTERS`].
pub const FIRST_OWN: usize = 10;
/// The folder around the nested one.
const PROJECTS: usize = 18;

/// The folders every mailbox begins with.
pub fn starters() -> Vec<Folder> {
    let at_root = |name, well_known| Folder::new(name, Some(well_known), Some(ROOT), false);
    let mut folders = vec![
        Folder::new("Top of Information Store", Some("msgfolderroot"), None, false),
        at_root("Inbox", "inbox"),
        at_root("Drafts", "drafts"),
        at_root("Sent Items", "sentitems"),
        at_root("Deleted Items", "deleteditems"),
        at_root("Junk Email", "junkemail"),
        at_root("Archive", "archive"),
        at_root("Outbox", "outbox"),
        at_root("Conversation History", "conversationhistory"),
        Folder::new("Clutter", Some("clutter"), Some(ROOT), true),
    ];
    for name in crate::world::labels::STARTERS {
        let (parent, name) = match name.split_once('/') {
            Some((_, inner)) => (PROJECTS, inner),
            None => (ROOT, name),
        };
        folders.push(Folder::new(name, None, Some(parent), false));
    }
    folders.push(Folder::new("Projects", None, Some(ROOT), false));
    folders
}
