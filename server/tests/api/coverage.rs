//! Every server function and every route that shows somebody's data: asked by nobody, and by somebody else.
//!
//! A server function that is missing in [`FUNCTIONS`] fails the first test; what its line says is tested by the others.

use crate::harness::{App, browser::Browser, consent::Answer, on_both};
use app::error::AppError;
use std::collections::BTreeSet;

/// How a server function behaves for somebody whom the data does not belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// Anybody may call it; it shows nothing of anybody else.
    Public,
    /// Needs a session, takes nobody's id, answers with the caller's own data only.
    OwnOnly,
    /// Needs a session and takes an id, which must be the caller's.
    ById,
}

struct Function {
    name: &'static str,
    access: Access,
    /// Arguments; `{connection}` and `{message}` stand for Ada's.
    arguments: &'static [(&'static str, &'static str)],
}

const FUNCTIONS: &[Function] = &[
    Function { name: "users/current_viewer", access: Access::Public, arguments: &[] },
    Function { name: "users/current_sign_up_mode", access: Access::Public, arguments: &[] },
    Function {
        name: "users/sign_up",
        access: Access::Public,
        arguments: &[("first_name", ""), ("last_name", ""), ("email", ""), ("password", "")],
    },
    Function { name: "users/sign_in", access: Access::Public, arguments: &[("email", ""), ("password", "")] },
    Function { name: "users/sign_out", access: Access::Public, arguments: &[] },
    Function { name: "connections/list_connections", access: Access::OwnOnly, arguments: &[] },
    Function { name: "connections/sync_now", access: Access::ById, arguments: &[("connection", "{connection}")] },
    Function {
        name: "mail/list_inbox",
        access: Access::ById,
        arguments: &[("mailbox", "{connection}"), ("folder", "all")],
    },
    Function { name: "mail/open_conversation", access: Access::ById, arguments: &[("message", "{message}")] },
];

/// Ada's data, and how to name it.
struct Ada {
    connection: String,
    message: String,
    address: String,
}

impl Ada {
    async fn with_mail(app: &App) -> (Self, Browser) {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let page: app::features::connections::ConnectionsPage =
            browser.call("connections/list_connections", &[]).await.unwrap();
        let inbox: app::features::mail::InboxPage =
            browser.call("mail/list_inbox", &[("folder", "all")]).await.unwrap();
        let ada = Self {
            connection: page.cards[0].id.to_string(),
            message: inbox.rows[0].id.to_string(),
            address: page.cards[0].address.clone(),
        };
        (ada, browser)
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{connection}", &self.connection).replace("{message}", &self.message)
    }

    async fn call(&self, browser: &Browser, function: &Function) -> Result<serde_json::Value, AppError> {
        let filled: Vec<_> = function.arguments.iter().map(|(name, value)| (*name, self.fill(value))).collect();
        let arguments: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.call(function.name, &arguments).await
    }
}

#[test]
fn every_server_function_is_listed() {
    let registered: BTreeSet<_> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let listed: BTreeSet<_> = FUNCTIONS
        .iter()
        .map(|function| {
            let (feature, name) = function.name.split_once('/').unwrap();
            format!("/api/fn/app/features/{feature}/server/{name}")
        })
        .collect();
    assert_eq!(registered, listed, "a server function needs a line that says who may call it");
}

#[tokio::test]
async fn nobody_who_is_signed_out_gets_anything() {
    on_both(async |app| {
        let (ada, _) = Ada::with_mail(app).await;
        let stranger = app.browser();
        for function in FUNCTIONS.iter().filter(|function| function.access != Access::Public) {
            assert_eq!(ada.call(&stranger, function).await, Err(AppError::SignInRequired), "{}", function.name);
        }
        for (path, status) in routes(&ada) {
            let page = stranger.open(&path).await;
            assert_ne!(page.status, 200, "{path}");
            assert!(status == 302 || page.status == 401, "{path}: {}", page.status);
            assert!(!page.body.contains(&ada.address), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn other_peoples_data_is_not_there() {
    on_both(async |app| {
        let (ada, owner) = Ada::with_mail(app).await;
        let bob = app.signed_up("bob").await;
        for function in FUNCTIONS {
            let answer = ada.call(&bob, function).await;
            match function.access {
                Access::ById => {
                    assert_eq!(answer, Err(AppError::NotFound), "{}", function.name);
                    assert!(ada.call(&owner, function).await.is_ok(), "{}: Ada herself", function.name);
                }
                Access::OwnOnly | Access::Public => {
                    let text = format!("{answer:?}");
                    for secret in [&ada.address, &ada.connection, &ada.message] {
                        assert!(!text.contains(secret), "{}: {text}", function.name);
                    }
                }
            }
            // Signing out is one of the public functions.
            if bob.viewer().await.is_none() {
                bob.sign_in("bob@example.org", crate::harness::browser::PASSWORD).await.unwrap();
            }
        }
        for (path, status) in routes(&ada) {
            let page = bob.open(&path).await;
            assert_eq!(page.status, status.max(404), "{path}");
            assert!(!page.body.contains(&ada.address), "{path}");
        }
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn an_attempt_is_told_to_the_session_that_made_it() {
    on_both(async |app| {
        let ada = app.signed_up("ada").await;
        let (attempt, _) = ada.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let path = format!("/auth/attempts/{attempt}");
        assert_eq!(app.browser().open(&path).await.status, 401);
        assert_eq!(app.signed_up("bob").await.open(&path).await.status, 404);
        let elsewhere = app.browser();
        elsewhere.sign_in("ada@example.org", crate::harness::browser::PASSWORD).await.unwrap();
        assert_eq!(elsewhere.open(&path).await.status, 404, "another session of the same person");
        assert_eq!(ada.open("/auth/attempts/nonsense").await.status, 404);
        for browser in [app.browser(), elsewhere] {
            let page = browser.open(&format!("/auth/done?attempt={attempt}")).await;
            assert!(page.body.contains("There is nothing more to do in this window."), "{}", page.body);
            assert!(!page.body.contains(app.person(0)) && !page.body.contains(&attempt.to_string()), "{}", page.body);
        }
    })
    .await;
}

/// Routes that show one person's data, and what a stranger is answered: 302 leads to sign-in, 401 says so.
fn routes(ada: &Ada) -> [(String, u16); 2] {
    [(format!("/inbox/{}", ada.message), 302), (format!("/inbox/{}/frame", ada.message), 401)]
}
