//! Where Gmail leaves word of news, and as whom this server asks for it: all of it or nothing.

use super::reader::Reader;
use domain::providers::google::{PubsubSettings, ServiceAccount};

const TOPIC: &str = "GOOGLE_PUBSUB_TOPIC";
const SUBSCRIPTION: &str = "GOOGLE_PUBSUB_SUBSCRIPTION";
const KEY_FILE: &str = "GOOGLE_PUBSUB_KEY_FILE";

impl Reader<'_> {
    pub fn pubsub(&mut self, demo: bool) -> Option<PubsubSettings> {
        let remedy = "Copy its full name from the Google Cloud console";
        let topic = self.optional(TOPIC, |text| parse_name(text, "topics"), remedy);
        let subscription = self.optional(SUBSCRIPTION, |text| parse_name(text, "subscriptions"), remedy);
        let remedy = "Make a key for the service account in the Google Cloud console and name the file it gives you";
        let account = self.optional(KEY_FILE, read_key_file, remedy);
        let given = [TOPIC, SUBSCRIPTION, KEY_FILE].map(|name| (name, self.text(name).is_some()));
        if given.iter().all(|(_, given)| !given) {
            return None;
        }
        for (name, _) in given.iter().filter(|(_, given)| !given) {
            self.problem(name, "it is missing", "Set all three of GOOGLE_PUBSUB_… or none");
        }
        self.check_place(KEY_FILE, account.as_ref().map(ServiceAccount::token_url), demo);
        Some(PubsubSettings { topic: topic?, subscription: subscription?, account: account? })
    }
}

/// `projects/NAME/topics/NAME`, and the same of subscriptions.
fn parse_name(text: &str, kind: &str) -> Result<String, String> {
    let plain = |part: &str| {
        !part.is_empty()
            && part.len() <= 255
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~+%:".contains(c))
    };
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["projects", project, found, name] if *found == kind && plain(project) && plain(name) => Ok(text.to_owned()),
        _ => Err(format!("{text:?} is not of the form projects/NAME/{kind}/NAME")),
    }
}

/// Errors quote neither the file nor what the system says of it.
fn read_key_file(path: &str) -> Result<ServiceAccount, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("the file cannot be read ({})", error.kind()))?;
    ServiceAccount::parse(&text).map_err(|problem| problem.to_string())
}
