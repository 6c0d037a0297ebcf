//! Which list a person looks at, as it stands in the address.

use super::{Folder, Naming};
use crate::address::query_value;
use crate::language::{Language, say};
use leptos_router::params::ParamsMap;
use uuid::Uuid;

/// Mailbox, folder, what is looked for and how far down; the same in the address and in the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// One connection, or all of them.
    pub mailbox: Option<Uuid>,
    /// Whether all of them were asked for by name: without one, the mailbox looked at last is meant.
    pub every: bool,
    /// Whether the mailbox is the one looked at last, and not in the address.
    pub remembered: bool,
    pub folder: Folder,
    /// What is looked for, in all folders; `None` shows the folder.
    pub search: Option<String>,
    /// Whether it is looked for at the providers, and not only in what is stored.
    pub beyond: bool,
    /// Where the page before ended; `None` is the newest page.
    pub after: Option<String>,
}

/// `mailbox` of an address for all of them.
const EVERY: &str = "all";

impl Folder {
    pub const ALL: [Self; 3] = [Self::Inbox, Self::All, Self::Hidden];

    /// Its name on the screen.
    pub fn title(self, language: Language) -> &'static str {
        match self {
            Self::Inbox => say!(language, ui.inbox),
            Self::All => say!(language, mail.all_mail),
            Self::Hidden => say!(language, mail.hidden),
        }
    }

    /// The same on its tab, where there is little room.
    pub fn tab(self, language: Language) -> &'static str {
        match self {
            Self::Inbox => say!(language, mail.tab_inbox),
            Self::All | Self::Hidden => self.title(language),
        }
    }

    /// Its value of `in`; the inbox has none.
    fn slug(self) -> Option<&'static str> {
        match self {
            Self::Inbox => None,
            Self::All => Some("all"),
            Self::Hidden => Some("hidden"),
        }
    }
}

impl ListQuery {
    /// Reads the address; what makes no sense there is left out.
    pub fn parse(query: &ParamsMap) -> Self {
        let folder =
            query.get_str("in").and_then(|slug| Folder::ALL.into_iter().find(|folder| folder.slug() == Some(slug)));
        Self {
            mailbox: query.get_str("mailbox").and_then(|id| id.parse().ok()),
            every: query.get_str("mailbox") == Some(EVERY),
            folder: folder.unwrap_or_default(),
            remembered: false,
            search: query.get("q").filter(|text| !text.trim().is_empty()),
            beyond: query.get_str("beyond").is_some_and(|value| value == "1"),
            after: query.get("after").filter(|after| !after.is_empty()),
        }
    }

    /// The address of this list.
    pub fn address(&self) -> String {
        let every = self.every.then(|| format!("mailbox={EVERY}"));
        let pairs = [
            self.mailbox.map(|id| format!("mailbox={id}")).or(every),
            self.folder.slug().map(|slug| format!("in={slug}")),
            self.search.as_deref().map(|text| format!("q={}", query_value(text))),
            (self.beyond && self.search.is_some()).then(|| "beyond=1".to_owned()),
            self.after.as_deref().map(|after| format!("after={}", query_value(after))),
        ];
        let query = pairs.into_iter().flatten().collect::<Vec<_>>().join("&");
        if query.is_empty() { "/inbox".into() } else { format!("/inbox?{query}") }
    }

    /// The newest page of another folder of the same mailbox.
    #[must_use]
    pub fn in_folder(&self, folder: Folder) -> Self {
        Self { folder, search: None, beyond: false, after: None, ..self.clone() }
    }

    /// The newest page of the same folder of another mailbox.
    #[must_use]
    pub fn of_mailbox(&self, mailbox: Option<Uuid>) -> Self {
        Self { mailbox, every: mailbox.is_none(), remembered: false, after: None, ..self.clone() }
    }

    /// How it says whose mail is looked at.
    pub fn naming(&self) -> Naming {
        match (self.remembered, self.mailbox.is_some() || self.every) {
            (true, _) => Naming::Remembered,
            (false, true) => Naming::Named,
            (false, false) => Naming::Unsaid,
        }
    }

    /// The same, of `last` where it does not say whose mail is looked at.
    #[must_use]
    pub fn or_of(self, last: Option<Uuid>) -> Self {
        match self.naming() {
            Naming::Unsaid => Self { mailbox: last, remembered: last.is_some(), ..self },
            Naming::Named | Naming::Remembered => self,
        }
    }

    /// The newest page of what is looked for in the same mailbox, or of its folder when nothing is.
    #[must_use]
    pub fn searching(&self, text: &str) -> Self {
        let search = Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        Self { search, beyond: false, after: None, ..self.clone() }
    }

    /// The same search at the providers, or only in what is stored.
    #[must_use]
    pub fn beyond(&self, beyond: bool) -> Self {
        Self { beyond, after: None, ..self.clone() }
    }

    /// The page that starts after `after`.
    #[must_use]
    pub fn page_after(&self, after: Option<String>) -> Self {
        Self { after, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> ListQuery {
        ListQuery::parse(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn the_address_says_everything_and_nothing_twice() {
        let mailbox = Uuid::from_u128(1);
        let query = ListQuery {
            mailbox: Some(mailbox),
            folder: Folder::All,
            after: Some("a+b=".into()),
            ..ListQuery::default()
        };
        assert_eq!(query.address(), format!("/inbox?mailbox={mailbox}&in=all&after=a%2Bb%3D"));
        assert_eq!(ListQuery::default().address(), "/inbox");
        let read = parse(&[("mailbox", &mailbox.to_string()), ("in", "all"), ("after", "a+b=")]);
        assert_eq!(read, query);
    }

    #[test]
    fn a_search_stays_in_its_mailbox_and_ends_with_another_folder() {
        let mailbox = Uuid::from_u128(1);
        let query = parse(&[("mailbox", &mailbox.to_string())]).searching("from:ana \"x & y\"");
        assert_eq!(query.address(), format!("/inbox?mailbox={mailbox}&q=from%3Aana%20%22x%20%26%20y%22"));
        assert_eq!(parse(&[("q", "from:ana")]), ListQuery::default().searching("from:ana"));
        assert_eq!(query.in_folder(Folder::All).address(), format!("/inbox?mailbox={mailbox}&in=all"));
        assert_eq!(query.searching(" ").search, None);
        let beyond = ListQuery::default().searching("x").beyond(true);
        assert_eq!(beyond.address(), "/inbox?q=x&beyond=1");
        assert_eq!(parse(&[("q", "x"), ("beyond", "1")]), beyond);
        assert_eq!(beyond.searching("y").address(), "/inbox?q=y");
    }

    #[test]
    fn nonsense_in_the_address_is_the_inbox() {
        assert_eq!(parse(&[("mailbox", "x"), ("in", "attic"), ("q", " "), ("after", "")]), ListQuery::default());
    }

    #[test]
    fn another_folder_or_mailbox_starts_at_its_newest_mail() {
        let deep = ListQuery { after: Some("x".into()), ..ListQuery::default() };
        assert_eq!(deep.in_folder(Folder::Hidden).address(), "/inbox?in=hidden");
        assert_eq!(deep.of_mailbox(None).address(), "/inbox?mailbox=all");
    }

    #[test]
    fn an_address_that_names_no_mailbox_means_the_one_looked_at_last() {
        let last = Some(Uuid::from_u128(1));
        assert_eq!(parse(&[("in", "all")]).or_of(last).mailbox, last);
        assert_eq!(parse(&[("mailbox", "all")]).or_of(last).mailbox, None);
        let other = Uuid::from_u128(2);
        assert_eq!(parse(&[("mailbox", &other.to_string())]).or_of(last).mailbox, Some(other));
        assert_eq!(parse(&[]).or_of(None).address(), "/inbox");
    }
}
