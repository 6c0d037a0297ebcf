//! Labels of a mailbox: Google's own and the person's. A mail carries them as bits of one number.

use serde_json::{Value, json};

/// Google's own labels in the order of their bits.
pub const SYSTEM: [&str; 14] = [
    "INBOX",
    "SENT",
    "DRAFT",
    "TRASH",
    "SPAM",
    "UNREAD",
    "STARRED",
    "IMPORTANT",
    "CHAT",
    "CATEGORY_PERSONAL",
    "CATEGORY_SOCIAL",
    "CATEGORY_PROMOTIONS",
    "CATEGORY_UPDATES",
    "CATEGORY_FORUMS",
];

/// Labels the person made before the sandbox started, in the order of their bits after the system's.
pub const STARTERS: [&str; 8] =
    ["Work", "Family", "Receipts", "Travel", "Bank", "Projects/Atlas", "Newsletters", "Café & vínculos"];

/// Bits at which the person's own labels begin.
const FIRST_OWN: usize = 16;

/// A set of labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(pub u64);

impl Marks {
    /// In the inbox.
    pub const INBOX: Self = Self(1);
    /// Written by the person.
    pub const SENT: Self = Self(1 << 1);
    /// Not sent yet.
    pub const DRAFT: Self = Self(1 << 2);
    /// In the bin.
    pub const TRASH: Self = Self(1 << 3);
    /// Thought to be spam.
    pub const SPAM: Self = Self(1 << 4);
    /// Not read yet.
    pub const UNREAD: Self = Self(1 << 5);
    /// Starred.
    pub const STARRED: Self = Self(1 << 6);
    /// Thought to be important.
    pub const IMPORTANT: Self = Self(1 << 7);
    /// From a person.
    pub const PERSONAL: Self = Self(1 << 9);
    /// From a social network.
    pub const SOCIAL: Self = Self(1 << 10);
    /// Advertising.
    pub const PROMOTIONS: Self = Self(1 << 11);
    /// Notices.
    pub const UPDATES: Self = Self(1 << 12);
    /// Mailing lists.
    pub const FORUMS: Self = Self(1 << 13);

    /// The person's starter label at this position of [`STARTERS`].
    pub const fn own(position: usize) -> Self {
        Self(1 << (FIRST_OWN + position))
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set without the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether every label of the other set is in this one.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any label of the other set is in this one.
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether no label is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// One of the person's own labels.
#[derive(Clone, Debug)]
pub struct Own {
    /// Its name; `/` nests.
    pub name: String,
    /// `labelShow`, `labelShowIfUnread` or `labelHide`.
    pub list: String,
    /// `show` or `hide`.
    pub messages: String,
    /// Text and background colour.
    pub color: Option<(String, String)>,
}

/// The labels of one mailbox.
#[derive(Clone, Debug)]
pub struct Labels {
    own: Vec<Option<Own>>,
}

impl Default for Labels {
    fn default() -> Self {
        let own = |name: &&str| {
            Some(Own {
                name: (*name).to_owned(),
                list: "labelShow".to_owned(),
                messages: "show".to_owned(),
                color: None,
            })
        };
        Self { own: STARTERS.iter().map(own).collect() }
    }
}

impl Labels {
    /// The bit of a label id.
    pub fn mark(&self, id: &str) -> Option<Marks> {
        if let Some(bit) = SYSTEM.iter().position(|name| *name == id) {
            return Some(Marks(1 << bit));
        }
        let position = position_of(id)?;
        self.own.get(position)?.as_ref().map(|_| Marks::own(position))
    }

    /// The bit of a label by the name a search uses: case does not matter, `-` stands for a space or a slash.
    pub fn mark_named(&self, name: &str) -> Option<Marks> {
        let wanted = search_name(name);
        let system = SYSTEM.iter().position(|label| search_name(label) == wanted).map(|bit| Marks(1 << bit));
        system.or_else(|| {
            let named = |own: &Option<Own>| own.as_ref().is_some_and(|own| search_name(&own.name) == wanted);
            self.own.iter().position(named).map(Marks::own)
        })
    }

    /// The ids in a set, Google's own first.
    pub fn ids(&self, marks: Marks) -> Vec<String> {
        let system = SYSTEM.iter().enumerate().filter(|(bit, _)| marks.0 & (1 << bit) != 0);
        let mut ids: Vec<String> = system.map(|(_, name)| (*name).to_owned()).collect();
        let own = (0..self.own.len()).filter(|at| self.own[*at].is_some() && marks.has(Marks::own(*at)));
        ids.extend(own.map(id_of));
        ids
    }

    /// All labels, as `labels.list` shows them.
    pub fn list(&self) -> Vec<Value> {
        let system = SYSTEM.iter().filter_map(|id| self.show(id));
        system.chain((0..self.own.len()).filter_map(|at| self.show(&id_of(at)))).collect()
    }

    /// One label without its counts.
    pub fn show(&self, id: &str) -> Option<Value> {
        if SYSTEM.contains(&id) {
            let hidden =
                id.starts_with("CATEGORY_") || matches!(id, "CHAT" | "UNREAD" | "IMPORTANT" | "TRASH" | "SPAM");
            let mut label = json!({"id": id, "name": id, "type": "system"});
            if hidden {
                label["messageListVisibility"] = json!("hide");
                label["labelListVisibility"] = json!("labelHide");
            }
            return Some(label);
        }
        let own = self.own.get(position_of(id)?)?.as_ref()?;
        let mut label = json!({"id": id, "name": own.name, "type": "user",
            "messageListVisibility": own.messages, "labelListVisibility": own.list});
        if let Some((text, background)) = &own.color {
            label["color"] = json!({"textColor": text, "backgroundColor": background});
        }
        Some(label)
    }

    /// The person's own label under this id.
    pub fn own_mut(&mut self, id: &str) -> Option<&mut Own> {
        self.own.get_mut(position_of(id)?)?.as_mut()
    }

    /// Whether a name is taken, by another id than the one given.
    pub fn taken(&self, name: &str, but: Option<&str>) -> bool {
        let same = |label: &Value| {
            label["name"].as_str().is_some_and(|taken| taken.eq_ignore_ascii_case(name)) && label["id"].as_str() != but
        };
        self.list().iter().any(same)
    }

    /// Adds a label; `None` when all bits are used up (48 own labels).
    pub fn add(&mut self, own: Own) -> Option<String> {
        if FIRST_OWN + self.own.len() >= 64 {
            return None;
        }
        self.own.push(Some(own));
        Some(id_of(self.own.len() - 1))
    }

    /// Removes a label of the person; its id is never given again.
    pub fn remove(&mut self, id: &str) -> Option<Marks> {
        let position = position_of(id)?;
        self.own.get_mut(position)?.take().map(|_| Marks::own(position))
    }
}

fn search_name(name: &str) -> String {
    name.to_lowercase().replace([' ', '/'], "-")
}

fn id_of(position: usize) -> String {
    format!("Label_{}", position + 1)
}

fn position_of(id: &str) -> Option<usize> {
    id.strip_prefix("Label_")?.parse::<usize>().ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::{Labels, Marks, Own};

    #[test]
    fn own_labels_come_and_go_but_never_change_their_ids() {
        let mut labels = Labels::default();
        let own = || Own { name: "Taxes".into(), list: "labelShow".into(), messages: "show".into(), color: None };
        let id = labels.add(own()).unwrap();
        assert_eq!(labels.ids(labels.mark(&id).unwrap().with(Marks::INBOX)), ["INBOX".to_owned(), id.clone()]);
        assert!(labels.taken("taxes", None));
        assert!(labels.remove(&id).is_some());
        assert!(labels.mark(&id).is_none());
        assert_ne!(labels.add(own()).unwrap(), id);
    }

    #[test]
    fn a_search_names_labels_loosely() {
        let labels = Labels::default();
        assert_eq!(labels.mark_named("projects-atlas"), labels.mark("Label_6"));
        assert_eq!(labels.mark_named("inbox"), Some(Marks::INBOX));
        assert!(labels.mark_named("nothing").is_none());
    }
}
