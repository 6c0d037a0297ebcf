//! Gmail's search language: reads a `q` into a tree of conditions.

use chrono::{DateTime, Utc};

use super::candidate::Candidate;
use super::search::Condition;
use crate::world::labels::Labels;

/// A tree of conditions.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// All of them.
    All(Vec<Query>),
    /// At least one of them.
    Any(Vec<Query>),
    /// Not this.
    Not(Box<Query>),
    /// One condition.
    One(Condition),
}

impl Query {
    /// Reads a query; nothing is an error, as at Gmail: what is not understood is searched for as text.
    pub fn parse(text: &str, labels: &Labels, now: DateTime<Utc>) -> Self {
        let mut reader = Reader { tokens: tokens(text), at: 0, labels, now };
        reader.sequence(None, None)
    }

    /// Whether a mail meets it; cheap conditions were sorted to the front.
    pub fn matches(&self, mail: &Candidate<'_>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|query| query.matches(mail)),
            Self::Any(any) => any.iter().any(|query| query.matches(mail)),
            Self::Not(query) => !query.matches(mail),
            Self::One(condition) => condition.holds(mail),
        }
    }

    /// Whether it asks for spam or the bin by name, which makes them visible.
    pub fn names_spam_or_trash(&self) -> bool {
        match self {
            Self::All(queries) | Self::Any(queries) => queries.iter().any(Self::names_spam_or_trash),
            Self::Not(_) => false,
            Self::One(condition) => condition.names_spam_or_trash(),
        }
    }

    /// How much a test costs: 0 looks at the index, 1 reads headers, 2 reads the text.
    fn price(&self) -> usize {
        match self {
            Self::All(queries) | Self::Any(queries) => queries.iter().map(Self::price).max().unwrap_or(0),
            Self::Not(query) => query.price(),
            Self::One(condition) => condition.price(),
        }
    }

    fn all(mut queries: Vec<Self>) -> Self {
        queries.sort_by_key(Self::price);
        if queries.len() == 1 { queries.remove(0) } else { Self::All(queries) }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open(char),
    Close(char),
    Minus,
    Or,
    /// An operator's name, the colon included in the text.
    Operator(String),
    /// A word, or a quoted phrase.
    Word(String),
}

/// Splits a query; operators are words that end in a colon.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '(' | '{' => tokens.push(Token::Open(letter)),
            ')' | '}' => tokens.push(Token::Close(letter)),
            '-' => tokens.push(Token::Minus),
            '|' => tokens.push(Token::Or),
            '"' => {
                let phrase: String = letters.by_ref().take_while(|letter| *letter != '"').collect();
                tokens.push(Token::Word(phrase));
            }
            '+' => {}
            letter if letter.is_whitespace() => {}
            first => {
                let mut word = String::from(first);
                let mut operator = false;
                while let Some(next) = letters.peek().filter(|next| !next.is_whitespace() && !"(){}\"".contains(**next))
                {
                    if *next == ':' && is_operator(&word) {
                        letters.next();
                        operator = true;
                        break;
                    }
                    word.push(*next);
                    letters.next();
                }
                tokens.push(match word.as_str() {
                    "OR" => Token::Or,
                    "AND" => continue,
                    _ if operator => Token::Operator(word.to_lowercase()),
                    _ => Token::Word(word),
                });
            }
        }
    }
    tokens
}

fn is_operator(word: &str) -> bool {
    const NAMES: [&str; 23] = [
        "from",
        "to",
        "cc",
        "bcc",
        "deliveredto",
        "subject",
        "list",
        "rfc822msgid",
        "label",
        "category",
        "in",
        "is",
        "has",
        "filename",
        "larger",
        "larger_than",
        "smaller",
        "smaller_than",
        "size",
        "after",
        "before",
        "older_than",
        "newer_than",
    ];
    NAMES.iter().chain(&["newer", "older"]).any(|name| name.eq_ignore_ascii_case(word))
}

struct Reader<'a> {
    tokens: Vec<Token>,
    at: usize,
    labels: &'a Labels,
    now: DateTime<Utc>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Items up to a closing bracket, or to the end; an operator before the bracket applies to every item.
    fn sequence(&mut self, close: Option<char>, operator: Option<&str>) -> Query {
        let mut groups: Vec<Vec<Query>> = Vec::new();
        let mut joined = false;
        while let Some(token) = self.next() {
            match token {
                Token::Close(bracket) => {
                    if Some(bracket) == close {
                        break;
                    }
                }
                Token::Or => joined = true,
                token => {
                    let Some(query) = self.item(token, operator) else { continue };
                    match groups.last_mut().filter(|_| joined) {
                        Some(group) => group.push(query),
                        None => groups.push(vec![query]),
                    }
                    joined = false;
                }
            }
        }
        if close == Some('}') {
            return Query::Any(groups.into_iter().flatten().collect());
        }
        let items =
            groups.into_iter().map(|mut group| if group.len() == 1 { group.remove(0) } else { Query::Any(group) });
        Query::all(items.collect())
    }

    fn item(&mut self, token: Token, operator: Option<&str>) -> Option<Query> {
        match token {
            Token::Open(bracket) => Some(self.sequence(Some(if bracket == '(' { ')' } else { '}' }), operator)),
            Token::Minus => {
                let next = self.next()?;
                Some(Query::Not(Box::new(self.item(next, operator)?)))
            }
            Token::Operator(name) => {
                let next = self.next()?;
                match next {
                    Token::Close(_) | Token::Or => {
                        self.at -= 1;
                        None
                    }
                    Token::Operator(second) => {
                        let text = format!("{second}:");
                        Some(Query::One(Condition::read(&name, &text, self.labels, self.now)))
                    }
                    other => self.item(other, Some(&name)),
                }
            }
            Token::Word(text) => {
                let name = operator.unwrap_or("");
                Some(Query::One(Condition::read(name, &text, self.labels, self.now)))
            }
            Token::Close(_) | Token::Or => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::candidate::Field;
    use super::super::search::Condition;
    use super::Query;
    use crate::world::labels::{Labels, Marks};

    fn parse(text: &str) -> Query {
        Query::parse(text, &Labels::default(), DateTime::from_timestamp(1_800_000_000, 0).unwrap())
    }

    fn from(words: &[&str]) -> Query {
        Query::One(Condition::Header(Field::From, format!(" {} ", words.join(" "))))
    }

    fn text(words: &[&str]) -> Query {
        Query::One(Condition::Text(format!(" {} ", words.join(" "))))
    }

    #[test]
    fn words_stand_beside_each_other_and_or_binds_its_neighbours() {
        assert_eq!(parse("a b"), Query::All(vec![text(&["a"]), text(&["b"])]));
        assert_eq!(parse("a OR b c"), Query::All(vec![Query::Any(vec![text(&["a"]), text(&["b"])]), text(&["c"])]));
        assert_eq!(parse("{a b}"), Query::Any(vec![text(&["a"]), text(&["b"])]));
        assert_eq!(parse("\"a b\""), text(&["a", "b"]));
    }

    #[test]
    fn operators_reach_into_brackets_and_behind_minus() {
        assert_eq!(parse("from:(a OR b)"), Query::Any(vec![from(&["a"]), from(&["b"])]));
        assert_eq!(parse("from:{a b}"), Query::Any(vec![from(&["a"]), from(&["b"])]));
        assert_eq!(parse("-from:x@y.example"), Query::Not(Box::new(from(&["x", "y", "example"]))));
        assert_eq!(parse("from:-x"), Query::Not(Box::new(from(&["x"]))));
    }

    #[test]
    fn sizes_and_dates_become_numbers() {
        assert_eq!(parse("larger:10M"), Query::One(Condition::Larger(10 * 1024 * 1024)));
        assert_eq!(parse("after:1717200000"), Query::One(Condition::From(1_717_200_000)));
        // Midnight Pacific: eight hours behind in winter, seven in summer.
        assert_eq!(parse("before:2026/01/15"), Query::One(Condition::Until(1_768_464_000)));
        assert_eq!(parse("after:2026/7/1"), Query::One(Condition::From(1_782_889_200)));
        assert_eq!(parse("newer_than:2d"), Query::One(Condition::From(1_800_000_000 - 2 * 86_400)));
    }

    #[test]
    fn cheap_conditions_come_first_and_bins_are_seen_by_name() {
        assert_eq!(
            parse("word is:unread"),
            Query::All(vec![Query::One(Condition::Marked(Marks::UNREAD)), text(&["word"])])
        );
        assert!(parse("in:spam x").names_spam_or_trash());
        assert!(parse("{in:anywhere}").names_spam_or_trash());
        assert!(!parse("in:inbox").names_spam_or_trash());
        assert!(!parse("-in:spam").names_spam_or_trash());
    }

    #[test]
    fn nonsense_is_survived() {
        for text in
            ["", "(", ")", "-", "OR OR", "from:", "{", "\"", "from:from:", "a)b", "-(a", "label:", "::", "size:x"]
        {
            parse(text);
        }
    }
}
