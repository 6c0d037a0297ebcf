//! What a test needs of providers that tell of news by themselves.

use super::{App, Wishes, browser::client};
use domain::{
    clock::Randomness,
    jobs::{self, Job},
};
use serde_json::Value;
use std::path::Path;

/// The file of the service account's key in a server's folder.
const KEY_FILE: &str = "service-account.json";

const TOPIC: &str = "GOOGLE_PUBSUB_TOPIC";

/// What a server is told so that Gmail leaves word in Pub/Sub; the file of the key is named by [`key_file`].
pub fn pubsub() -> Vec<(&'static str, String)> {
    let subscription = "projects/gatepost/subscriptions/gatepost".to_owned();
    vec![(TOPIC, "projects/gatepost/topics/mail".to_owned()), ("GOOGLE_PUBSUB_SUBSCRIPTION", subscription)]
}

fn has_topic(wishes: &Wishes) -> bool {
    wishes.settings.iter().any(|(name, _)| *name == TOPIC)
}

/// Where the key lies, for a server that has a topic.
pub fn key_file(wishes: &Wishes, data: &str) -> Option<(&'static str, String)> {
    let file = || Path::new(data).join(KEY_FILE).to_str().unwrap().to_owned();
    has_topic(wishes).then(|| ("GOOGLE_PUBSUB_KEY_FILE", file()))
}

/// Fetches the key file, as an operator does once.
pub async fn fetch_key_file(wishes: &Wishes, sandbox: &sandbox::Running, data: &Path) {
    if has_topic(wishes) {
        let answer = client().get(format!("{}/_sandbox/service-account", sandbox.google_url)).send().await.unwrap();
        std::fs::write(data.join(KEY_FILE), answer.text().await.unwrap()).unwrap();
    }
}

impl App {
    /// Queues the job that pulls, as a worker does when it starts.
    pub async fn begin_to_pull(&self) {
        let now = self.domain.clock().now();
        jobs::enqueue(&self.database.connection, &Randomness::system(), now, &Job::PullNews, now).await.unwrap();
    }

    /// Publishes in the topic, as whoever may.
    pub async fn publish(&self, text: &str) {
        let url = format!("{}/_sandbox/pubsub", self.sandbox.google_url);
        assert!(client().post(url).body(text.to_owned()).send().await.unwrap().status().is_success());
    }

    /// What waits in the subscription, and which mailboxes are watched.
    pub async fn pubsub(&self) -> Value {
        self.control("GET", "pubsub", &Value::Null).await
    }

    /// How many requests to Google were for such a path since the sandbox started, or forgot them.
    pub async fn asked_of_google(&self, path: &str) -> usize {
        let requests = self.control("GET", "requests", &Value::Null).await;
        requests.as_array().unwrap().iter().filter(|line| line["path"].as_str().unwrap().ends_with(path)).count()
    }
}
