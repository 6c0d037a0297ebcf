//! Which list a person looks at, as it stands in the address.

use super::Folder;
use crate::address::query_value;
use crate::language::{Language, say};
use leptos_router::params::ParamsMap;
use uuid::Uuid;

/// Mailbox, folder, what is looked for and how far down; the same in the address and in the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// One connection, or all of them.
    pub mailbox: Option<Uuid>,
    pub folder: Folder,
    /// What is looked for, in all folders; `None` shows the folder.
    pub search: Option<String>,
    /// Where the page before ended; `None` is the newest page.
    pub after: Option<String>,
}

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
            folder: folder.unwrap_or_default(),
            search: query.get("q").filter(|text| !text.trim().is_empty()),
            after: query.get("after").filter(|after| !after.is_empty()),
        }
    }

    /// The address of this list.
    pub fn address(&self) -> String {
        let pairs = [
            self.mailbox.map(|id| format!("mailbox={id}")),
            self.folder.slug().map(|slug| format!("in={slug}")),
            self.search.as_deref().map(|text| format!("q={}", query_value(text))),
            self.after.as_deref().map(|after| format!("after={}", query_value(after))),
        ];
        let query = pairs.into_iter().flatten().collect::<Vec<_>>().join("&");
        if query.is_empty() { "/inbox".into() } else { format!("/inbox?{query}") }
    }

    /// The newest page of another folder of the same mailbox.
    #[must_use]
    pub fn in_folder(&self, folder: Folder) -> Self {
        Self { folder, search: None, after: None, ..self.clone() }
    }

    /// The newest page of the same folder of another mailbox.
    #[must_use]
    pub fn of_mailbox(&self, mailbox: Option<Uuid>) -> Self {
        Self { mailbox, after: None, ..self.clone() }
    }

    /// The newest page of what is looked for in the same mailbox, or of its folder when nothing is.
    #[must_use]
    pub fn searching(&self, text: &str) -> Self {
        let search = Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        Self { search, after: None, ..self.clone() }
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
        let query = ListQuery { mailbox: Some(mailbox), folder: Folder::All, search: None, after: Some("a+b=".into()) };
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
    }

    #[test]
    fn nonsense_in_the_address_is_the_inbox() {
        assert_eq!(parse(&[("mailbox", "x"), ("in", "attic"), ("q", " "), ("after", "")]), ListQuery::default());
    }

    #[test]
    fn another_folder_or_mailbox_starts_at_its_newest_mail() {
        let deep = ListQuery { after: Some("x".into()), ..ListQuery::default() };
        assert_eq!(deep.in_folder(Folder::Hidden).address(), "/inbox?in=hidden");
        assert_eq!(deep.of_mailbox(None).address(), "/inbox");
    }
}
