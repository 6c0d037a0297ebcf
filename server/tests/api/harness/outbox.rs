//! The mails the server wrote.

use super::App;
use std::os::unix::fs::PermissionsExt;

/// One mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub headers: String,
    pub text: String,
}

impl Letter {
    /// Reads a mail that is all ASCII.
    pub fn read(raw: &str) -> Self {
        let (headers, text) = raw.split_once("\r\n\r\n").unwrap();
        let header = |name: &str| {
            let line = headers.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
            line.unwrap_or_else(|| panic!("no {name} in {headers}")).to_owned()
        };
        Self {
            to: header("To"),
            subject: header("Subject"),
            headers: headers.to_owned(),
            text: text.replace("\r\n", "\n"),
        }
    }

    /// The secret of its link.
    pub fn token(&self) -> &str {
        let line = self.text.lines().find(|line| line.starts_with("http") && line.contains('#'));
        line.and_then(|line| line.split_once('#')).unwrap_or_else(|| panic!("no link in {}", self.text)).1
    }
}

impl App {
    /// Every mail in the outbox, oldest first, after all jobs are done.
    pub async fn letters(&self) -> Vec<Letter> {
        self.work_off_queue().await;
        let folder = self.data.path().join("outbox");
        let Ok(entries) = std::fs::read_dir(&folder) else { return Vec::new() };
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in &paths {
            let mode = std::fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
            assert!(path.extension().is_some_and(|extension| extension == "eml"), "{}", path.display());
        }
        paths.iter().map(|path| Letter::read(&std::fs::read_to_string(path).unwrap())).collect()
    }

    /// The subjects of the mails to `address`, sorted.
    pub async fn subjects_to(&self, address: &str) -> Vec<String> {
        let letters = self.letters().await;
        let mut subjects: Vec<_> =
            letters.into_iter().filter(|letter| letter.to == address).map(|letter| letter.subject).collect();
        subjects.sort();
        subjects
    }
}
