//! Every server function, asked by nobody, and by somebody else. [`crate::routes`] does the same for the routes.
//!
//! A server function that is missing in [`FUNCTIONS`] fails the first test; what its line says is tested by the others.

mod ada;

pub use ada::Ada;

use crate::harness::{consent::Answer, on_both};
use app::error::AppError;
use std::collections::BTreeSet;
use uuid::Uuid;

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
    /// Arguments; `{connection}`, `{message}` and their like stand for Ada's.
    arguments: &'static [(&'static str, &'static str)],
}

const FUNCTIONS: &[Function] = &[
    Function {
        name: "users/sign_up",
        access: Access::Public,
        arguments: &[("first_name", ""), ("last_name", ""), ("email", ""), ("password", "")],
    },
    Function { name: "users/sign_in", access: Access::Public, arguments: &[("email", ""), ("password", "")] },
    Function { name: "users/sign_out", access: Access::Public, arguments: &[] },
    Function { name: "users/ask_reset", access: Access::Public, arguments: &[("email", "")] },
    Function {
        name: "users/reset_password",
        access: Access::Public,
        arguments: &[("token", "none"), ("password", "correct horse battery staple 3")],
    },
    Function { name: "users/confirm", access: Access::Public, arguments: &[("token", "none")] },
    Function { name: "users/show_account", access: Access::OwnOnly, arguments: &[] },
    Function {
        name: "users/set_profile",
        access: Access::OwnOnly,
        arguments: &[("first_name", ""), ("last_name", ""), ("language", "en"), ("theme", "auto"), ("zone", "")],
    },
    Function { name: "users/ask_address_proof", access: Access::OwnOnly, arguments: &[] },
    Function { name: "users/end_other_sessions", access: Access::OwnOnly, arguments: &[] },
    Function { name: "users/prove_again", access: Access::OwnOnly, arguments: &[("password", "wrong")] },
    Function {
        name: "users/change_password",
        access: Access::OwnOnly,
        arguments: &[("current", "wrong"), ("new", "correct horse battery staple 3")],
    },
    Function {
        name: "users/add_password",
        access: Access::OwnOnly,
        arguments: &[("new", "correct horse battery staple 3")],
    },
    Function { name: "users/delete_account", access: Access::OwnOnly, arguments: &[("password", "wrong")] },
    Function { name: "users/end_session", access: Access::ById, arguments: &[("session", "{session}")] },
    Function { name: "users/remove_identity", access: Access::ById, arguments: &[("identity", "{identity}")] },
    Function {
        name: "writing/start_writing",
        access: Access::ById,
        arguments: &[("wanted[reply]", "{message}"), ("wanted[all]", "false")],
    },
    Function { name: "writing/list_written", access: Access::OwnOnly, arguments: &[] },
    Function { name: "writing/suggest_addresses", access: Access::OwnOnly, arguments: &[("text", "a")] },
    // In the order in which one mail goes through them, from one that was not sent.
    Function { name: "writing/open_draft", access: Access::ById, arguments: &[("draft", "{unsent}")] },
    Function { name: "writing/send_again", access: Access::ById, arguments: &[("draft", "{unsent}")] },
    Function { name: "writing/undo_send", access: Access::ById, arguments: &[("draft", "{unsent}")] },
    Function { name: "writing/change_unsent", access: Access::ById, arguments: &[("draft", "{unsent}")] },
    Function {
        name: "writing/save_draft",
        access: Access::ById,
        arguments: &[
            ("draft", "{unsent}"),
            ("version", "1"),
            ("typed[connection]", "{connection}"),
            ("typed[to]", "rosa@harbour.example"),
            ("typed[cc]", ""),
            ("typed[bcc]", ""),
            ("typed[subject]", "The keys"),
            ("typed[body]", "Under the mat."),
        ],
    },
    Function {
        name: "writing/detach_file",
        access: Access::ById,
        arguments: &[("draft", "{unsent}"), ("file", "{attached}")],
    },
    Function {
        name: "writing/send_draft",
        access: Access::ById,
        arguments: &[("draft", "{unsent}"), ("version", "2")],
    },
    Function { name: "writing/discard_draft", access: Access::ById, arguments: &[("draft", "{draft}")] },
    Function { name: "connections/list_connections", access: Access::OwnOnly, arguments: &[] },
    Function { name: "connections/sync_now", access: Access::ById, arguments: &[("connection", "{connection}")] },
    Function { name: "connections/try_again", access: Access::ById, arguments: &[("connection", "{connection}")] },
    Function { name: "connections/check_now", access: Access::ById, arguments: &[("connection", "{connection}")] },
    Function {
        name: "connections/pause_sync",
        access: Access::ById,
        arguments: &[("connection", "{connection}"), ("paused", "true")],
    },
    Function {
        name: "connections/set_exclusion",
        access: Access::ById,
        arguments: &[("connection", "{connection}"), ("kind", "label"), ("value", "Label_none"), ("on", "true")],
    },
    Function {
        name: "connections/switch_feature",
        access: Access::ById,
        arguments: &[("connection", "{connection}"), ("feature", "send"), ("on", "false")],
    },
    Function {
        name: "mail/list_inbox",
        access: Access::ById,
        arguments: &[("mailbox", "{connection}"), ("folder", "all")],
    },
    Function {
        name: "mail/search_mail",
        access: Access::ById,
        arguments: &[("mailbox", "{connection}"), ("text", "in:all")],
    },
    Function {
        name: "mail/search_at_provider",
        access: Access::ById,
        arguments: &[("mailbox", "{connection}"), ("text", "in:all x")],
    },
    Function {
        name: "activity/list_activity",
        access: Access::OwnOnly,
        arguments: &[("query", "mailbox={connection}")],
    },
    Function { name: "activity/list_jobs", access: Access::OwnOnly, arguments: &[] },
    Function { name: "activity/retry_job", access: Access::ById, arguments: &[("job", "{job}")] },
    Function { name: "tokens/list_programs", access: Access::OwnOnly, arguments: &[] },
    Function { name: "tokens/make_program", access: Access::OwnOnly, arguments: &[("name", "a script")] },
    Function { name: "tokens/end_program", access: Access::ById, arguments: &[("program", "{program}")] },
    Function { name: "mail/open_conversation", access: Access::ById, arguments: &[("message", "{message}")] },
    Function {
        name: "mail/act_on_mail",
        access: Access::ById,
        arguments: &[("messages[0]", "{message}"), ("act", "star")],
    },
    Function {
        name: "mail/act_on_conversations",
        access: Access::ById,
        arguments: &[("conversations[]", "{message}"), ("act", "star")],
    },
    Function {
        name: "mail/undo_acts",
        access: Access::ById,
        arguments: &[("undo[0][act]", "unstar"), ("undo[0][messages][0]", "{message}")],
    },
    Function {
        name: "mail/always_show_images",
        access: Access::ById,
        arguments: &[("message", "{message}"), ("always", "true")],
    },
    Function { name: "mail/prefer_plain_text", access: Access::OwnOnly, arguments: &[("plain_text", "false")] },
    Function { name: "mail/dismiss_not_done", access: Access::OwnOnly, arguments: &[] },
    // Last: afterwards there is nothing left to ask for.
    Function { name: "connections/disconnect", access: Access::ById, arguments: &[("connection", "{connection}")] },
];

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
                    let nothing = ada.call_with(&bob, function, |_| Uuid::from_u128(1).to_string()).await;
                    assert_eq!(answer, nothing, "{}: as for an id that never existed", function.name);
                    assert!(ada.call(&owner, function).await.is_ok(), "{}: Ada herself", function.name);
                }
                Access::OwnOnly | Access::Public => {
                    let text = format!("{answer:?}");
                    for secret in [
                        &ada.address,
                        &ada.connection,
                        &ada.message,
                        &ada.session,
                        &ada.identity,
                        &ada.program,
                        &ada.unsent,
                    ] {
                        assert!(!text.contains(secret), "{}: {text}", function.name);
                    }
                }
            }
            // Signing out is one of the public functions.
            if bob.viewer().await.is_none() {
                bob.sign_in("bob@example.org", crate::harness::browser::PASSWORD).await.unwrap();
            }
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
