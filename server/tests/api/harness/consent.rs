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
    /// Allows, but takes the tick from reading mail.
    AllowWithoutMail,
}

impl Browser {
    /// Presses `Connect Gmail`: opens the popup and lets it reach the provider.
    pub async fn press_connect(&self) -> Trip<'_> {
        let attempt = Uuid::new_v4();
        let start =
            self.open(&format!("/auth/google/start?purpose=connect&features=mail&attempt={attempt}&popup=1")).await;
        assert!(start.status.is_redirection(), "{}: {}", start.status, start.body);
        let page = self.follow(start).await;
        assert_eq!(page.url.origin(), self.provider.origin(), "the popup is at the provider");
        Trip { browser: self, attempt, page }
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
    /// Chooses an account and answers; the callback's address, not opened yet.
    pub async fn answer(&self, person: &str, answer: Answer) -> Url {
        let chooser = Form::read(&self.page.body);
        let consent = self.submit(&chooser.action, chooser.press(person)).await;
        let form = Form::read(&consent.body);
        let body = match answer {
            Answer::Allow => form.press("allow"),
            Answer::Deny => form.press("deny"),
            Answer::AllowWithoutMail => form.clone().untick("gmail.readonly").press("allow"),
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
