//! Every route and page, asked by nobody, and by somebody else.
//!
//! The list of routes is read from the router and from the app. One that is missing in [`ROUTES`] fails the first test;
//! what its line says is tested by the others.

use crate::{
    coverage::Ada,
    harness::{
        App,
        browser::{Browser, Page},
        on_both,
    },
};
use reqwest::{Method, header::LOCATION};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// How a route behaves for somebody whom the data does not belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// Anybody may ask; it shows nothing of anybody.
    Public,
    /// Needs a session and takes nobody's id: shows one's own only.
    OwnOnly,
    /// The same, and the answer does not end: what it tells whom is tested in `events.rs`.
    Endless,
    /// Takes an id, which must be the asker's.
    ById,
    /// Takes a secret: whoever knows it knows that it exists, and `refusals.rs` tests what that is worth to others.
    BySecret,
    /// Needs a session, and a header that only scripts of ours send: `code_client.rs` tests what that makes.
    Script,
    /// For a provider that was asked to post there, and only then: `subscribed.rs` tests what that is worth.
    Provider,
    /// Takes an address that we signed, and no session: `reading/pictures.rs` tests what that is worth.
    Signed,
    /// Needs a token of a program: `tokens.rs` tests whose data that is.
    Program,
}

struct Route {
    method: Method,
    pattern: &'static str,
    access: Access,
    /// What is asked; `{message}` and its like stand for Ada's.
    asked: &'static str,
}

const fn route(method: Method, pattern: &'static str, access: Access, asked: &'static str) -> Route {
    Route { method, pattern, access, asked }
}

const ROUTES: &[Route] = &[
    route(Method::GET, "/", Access::Public, "/"),
    route(Method::GET, "/sign-in", Access::Public, "/sign-in"),
    route(Method::GET, "/sign-up", Access::Public, "/sign-up"),
    route(Method::GET, "/forgot-password", Access::Public, "/forgot-password"),
    route(Method::GET, "/reset-password", Access::Public, "/reset-password"),
    route(Method::GET, "/verify-email", Access::Public, "/verify-email"),
    route(Method::GET, "/inbox", Access::ById, "/inbox?mailbox={connection}"),
    route(Method::GET, "/inbox/{id}", Access::ById, "/inbox/{message}"),
    route(Method::GET, "/inbox/{message}/frame", Access::ById, "/inbox/{message}/frame"),
    route(Method::GET, "/inbox/{message}/files/{file}", Access::ById, "/inbox/{message}/files/{file}"),
    route(Method::GET, "/inbox/{message}/headers", Access::ById, "/inbox/{message}/headers"),
    route(
        Method::GET,
        "/pictures/{message}/{file}",
        Access::Signed,
        "/pictures/{message}/{file}?until=9999999999&proof=AA",
    ),
    route(
        Method::GET,
        "/pictures/{message}/remote",
        Access::Signed,
        "/pictures/{message}/remote?until=9999999999&proof=AA&from=https://example.org/",
    ),
    route(Method::GET, "/write", Access::ById, "/write?reply={message}"),
    route(Method::GET, "/write/{id}", Access::ById, "/write/{unsent}"),
    route(Method::POST, "/write/{id}", Access::ById, "/write/{unsent}"),
    route(Method::GET, "/settings/connections", Access::OwnOnly, "/settings/connections"),
    route(Method::GET, "/settings/activity", Access::OwnOnly, "/settings/activity"),
    route(Method::GET, "/settings/account", Access::OwnOnly, "/settings/account"),
    route(Method::GET, "/settings/account/data", Access::OwnOnly, "/settings/account/data"),
    route(
        Method::GET,
        "/auth/{provider}/start",
        Access::ById,
        "/auth/google/start?purpose=repair&connection={connection}",
    ),
    route(Method::GET, "/auth/{provider}/callback", Access::BySecret, "/auth/google/callback?code=1&state={state}"),
    route(Method::GET, "/auth/done", Access::ById, "/auth/done?attempt={attempt}"),
    route(Method::GET, "/auth/attempts/{attempt}", Access::ById, "/auth/attempts/{attempt}"),
    route(Method::DELETE, "/auth/attempts/{attempt}", Access::ById, "/auth/attempts/{attempt}"),
    route(Method::POST, "/auth/google", Access::Script, "/auth/google"),
    route(Method::POST, "/auth/token", Access::OwnOnly, "/auth/token"),
    route(Method::POST, "/auth/refresh-token", Access::Program, "/auth/refresh-token"),
    route(Method::POST, "/auth/logout", Access::Public, "/auth/logout"),
    route(Method::GET, "/api/v1/me", Access::Program, "/api/v1/me"),
    route(Method::GET, "/api/v1/connections", Access::Program, "/api/v1/connections"),
    route(Method::GET, "/events", Access::Endless, "/events"),
    route(Method::POST, "/hooks/microsoft", Access::Provider, "/hooks/microsoft"),
    route(Method::GET, "/client", Access::Public, "/client"),
    route(Method::GET, "/healthz", Access::Public, "/healthz"),
    route(Method::GET, "/readyz", Access::Public, "/readyz"),
];

/// What stands for something of Ada's.
const NAMES: [&str; 6] = ["connection", "message", "file", "attempt", "unsent", "state"];

impl Route {
    async fn ask(&self, browser: &Browser, fill: impl Fn(&str) -> String) -> Page {
        let ours = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")];
        let path =
            NAMES.iter().fold(self.asked.to_owned(), |path, name| path.replace(&format!("{{{name}}}"), &fill(name)));
        browser.send(self.method.clone(), browser.ours(&path), &ours, None).await
    }
}

/// What is Ada's, by its name in a route.
struct Hers {
    ada: Ada,
    /// Of a trip to the provider that she is on.
    state: String,
}

impl Hers {
    async fn new(app: &App) -> (Self, Browser) {
        let (ada, browser) = Ada::with_mail(app).await;
        let start = browser.open("/auth/google/start").await.location();
        let state = start.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        (Self { ada, state }, browser)
    }

    fn named(&self, name: &str) -> String {
        match name {
            "connection" => &self.ada.connection,
            "message" => &self.ada.message,
            "file" => &self.ada.file,
            "attempt" => &self.ada.attempt,
            "unsent" => &self.ada.unsent,
            _ => &self.state,
        }
        .clone()
    }

    fn assert_absent(&self, page: &Page, who: &str, asked: &str) {
        for secret in [&self.ada.address, &"ada@example.org".to_owned()] {
            assert!(!page.body.contains(secret), "{who} {asked}: {}", page.body);
        }
    }
}

/// An id or a secret that never existed.
fn nobodys(name: &str) -> String {
    if name == "state" { "nobody".repeat(8) } else { Uuid::from_u128(1).to_string() }
}

/// What can be compared of two answers: without the asked id, and without what is drawn anew for each answer.
fn essence(page: &Page, fill: impl Fn(&str) -> String) -> (u16, String, String) {
    let strip = |text: &str| {
        let text = NAMES.iter().fold(text.to_owned(), |text, name| text.replace(&fill(name), "ID"));
        ["nonce=\"", "crossorigin=\""].iter().fold(text, |text, drawn| {
            let mut parts = text.split(drawn);
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |text, part| text + part.split_once('"').map_or("", |(_, rest)| rest))
        })
    };
    let location = page.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap());
    // An address of the provider carries a state of its own.
    let location = if location.starts_with('/') { strip(location) } else { location.chars().take(20).collect() };
    (page.status.as_u16(), location, strip(&page.body))
}

/// The patterns with methods of every `.route(…)` in the source, and of every page of the app.
fn routes_of_the_program() -> BTreeSet<(String, String)> {
    let pages = leptos_axum::generate_route_list(app::app::App);
    let mut found: BTreeSet<_> =
        pages.iter().map(|page| (Method::GET.to_string(), page.path().trim_end_matches('/').to_owned())).collect();
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(file).unwrap();
        for rest in text.split(".route(\"").skip(1) {
            let (pattern, handlers) = rest.split_once('"').unwrap();
            let handlers = handlers.split(".route(").next().unwrap().lines().next().unwrap();
            for method in ["get", "post", "put", "patch", "delete"] {
                if handlers.contains(&format!("{method}(")) {
                    found.insert((method.to_uppercase(), pattern.to_owned()));
                }
            }
        }
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn every_route_is_listed() {
    let listed: BTreeSet<_> =
        ROUTES.iter().map(|route| (route.method.to_string(), route.pattern.trim_end_matches('/').to_owned())).collect();
    assert_eq!(routes_of_the_program(), listed, "a route needs a line that says who may ask it");
}

#[tokio::test]
async fn nobody_who_is_signed_out_is_shown_anything() {
    on_both(async |app| {
        let (hers, _) = Hers::new(app).await;
        for route in ROUTES {
            let stranger = app.browser();
            let page = route.ask(&stranger, |name| hers.named(name)).await;
            hers.assert_absent(&page, "a stranger", route.asked);
            if route.access != Access::BySecret {
                let nothing = route.ask(&stranger, nobodys).await;
                let (answer, nothing) = (essence(&page, |name| hers.named(name)), essence(&nothing, nobodys));
                assert_eq!(answer, nothing, "{}: as for an id that never existed", route.asked);
            }
            match route.access {
                Access::Public => assert!(page.status.is_success(), "{}: {}", route.asked, page.status),
                Access::Program | Access::Provider | Access::Signed => {
                    assert!(page.status.is_client_error(), "{}: {}", route.asked, page.status);
                }
                Access::OwnOnly | Access::Script | Access::Endless => {
                    let led = page.status.is_redirection() && page.location().path() == "/sign-in";
                    assert!(led || page.status == 401, "{}: {}", route.asked, page.status);
                }
                // What is refused without saying whether it exists.
                Access::ById | Access::BySecret => assert!(!page.status.is_server_error(), "{}", route.asked),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn somebody_elses_id_is_answered_as_one_that_never_existed() {
    on_both(async |app| {
        let (hers, ada) = Hers::new(app).await;
        let bob = app.signed_up("bob").await;
        for route in ROUTES.iter().filter(|route| {
            !matches!(
                route.access,
                Access::Endless | Access::Program | Access::Provider | Access::Script | Access::Signed
            )
        }) {
            let page = route.ask(&bob, |name| hers.named(name)).await;
            hers.assert_absent(&page, "Bob", route.asked);
            if route.access == Access::ById {
                let answer = essence(&page, |name| hers.named(name));
                let nothing = essence(&route.ask(&bob, nobodys).await, nobodys);
                assert_eq!(answer, nothing, "{}: as for an id that never existed", route.asked);
                let own = essence(&route.ask(&ada, |name| hers.named(name)).await, |name| hers.named(name));
                assert_ne!(own, nothing, "{}: Ada herself finds hers", route.asked);
            } else {
                let answered = page.status.is_success() || page.status.is_redirection();
                assert!(answered, "{}: {}", route.asked, page.status);
            }
            if bob.viewer().await.is_none() {
                bob.sign_in("bob@example.org", crate::harness::browser::PASSWORD).await.unwrap();
            }
        }
        app.work_off_queue().await;
    })
    .await;
}
