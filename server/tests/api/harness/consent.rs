//! A person's walk through the provider's consent pages.

use super::{
    browser::{Browser, Page},
    form::Form,
};
use reqwest::Method;
use url::Url;
use uuid::Uuid;

/// A popup, or a whole page, on its way to a provider and back.
pub struct Trip<'a> {
    pub browser: &'a Browser,
    pub attempt: Uuid,
    /// The provider's page that is on screen.
    pub page: Page,
}

/// How a person answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Allow,
    Deny,
    /// Allows, but takes the tick from the box of the scope that ends so.
    Without(&'static str),
}

impl Browser {
    /// Presses `Connect Gmail`: opens the popup and lets it reach the provider.
    pub async fn press_connect(&self) -> Trip<'_> {
        self.press("google", "purpose=connect&features=mail").await
    }

    /// Presses any button that opens a popup at a provider.
    pub async fn press(&self, provider: &str, query: &str) -> Trip<'_> {
        let attempt = Uuid::new_v4();
        let start = self.open(&format!("/auth/{provider}/start?{query}&attempt={attempt}&popup=1")).await;
        assert!(start.status.is_redirection(), "{}: {}", start.status, start.body);
        let page = self.follow(start).await;
        assert_ne!(page.url.origin(), self.site.origin(), "the popup is at the provider");
        Trip { browser: self, attempt, page }
    }

    /// The whole trip of a popup about anything; the last page.
    pub async fn travel(&self, provider: &str, query: &str, person: &str, answer: Answer) -> (Uuid, Page) {
        let trip = self.press(provider, query).await;
        let attempt = trip.attempt;
        let callback = trip.answer(person, answer).await;
        let page = self.arrive(callback).await;
        (attempt, self.follow(page).await)
    }

    /// The connections as the settings page shows them.
    pub async fn connections(&self) -> app::features::connections::ConnectionsPage {
        self.call("connections/list_connections", &[]).await.unwrap()
    }

    /// The whole trip of a popup; the last page.
    pub async fn connect(&self, person: &str, answer: Answer) -> (Uuid, Page) {
        let trip = self.press_connect().await;
        let attempt = trip.attempt;
        let callback = trip.answer(person, answer).await;
        let page = self.arrive(callback).await;
        (attempt, self.follow(page).await)
    }
}

impl Trip<'_> {
    /// Chooses an account, unless the provider was told which, and answers; the callback's address, not opened yet.
    pub async fn answer(&self, person: &str, answer: Answer) -> Url {
        let first = Form::read(&self.page.body);
        let form = if first.buttons.iter().any(|(_, value)| value == "allow") {
            first
        } else {
            let chosen = self.submit(&first.action, first.press(person)).await;
            if chosen.status.is_redirection() {
                return chosen.location();
            }
            Form::read(&chosen.body)
        };
        let body = match answer {
            Answer::Allow => form.press("allow"),
            Answer::Deny => form.press("deny"),
            Answer::Without(scope) => form.clone().untick(scope).press("allow"),
        };
        let decided = self.submit(&form.action, body).await;
        assert!(decided.status.is_redirection(), "{}: {}", decided.status, decided.body);
        decided.location()
    }

    async fn submit(&self, action: &str, body: String) -> Page {
        let url = self.page.url.join(action).unwrap();
        self.browser.send(Method::POST, url, &[("accept", "text/html")], Some(body)).await
    }
}

/// A parameter of an address.
pub fn parameter(url: &Url, name: &str) -> String {
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.unwrap_or_else(|| panic!("no {name} in {url}")).1.into_owned()
}
