//! What a person changes about their own account, and its end.

use crate::harness::{App, Wishes, browser::Browser, browser::PASSWORD, consent::Answer, on_both, on_both_with};
use app::{
    error::AppError,
    features::users::{Account, SessionRow},
};
use domain::{
    sessions::Visitor,
    users::{Entered, ProvenIdentity, WayIn},
};
use std::collections::BTreeMap;

const NEW: &str = "another horse battery staple 2";

async fn account(browser: &Browser) -> Account {
    browser.call("users/show_account", &[]).await.unwrap()
}

fn standing() -> Wishes {
    Wishes { standing_clock: true, ..Wishes::default() }
}

fn google() -> ProvenIdentity {
    ProvenIdentity {
        kind: WayIn::Google,
        issuer: "https://accounts.google.com".to_owned(),
        subject: "1".to_owned(),
        pairwise_subject: None,
        email: Some("ada@gmail.test".to_owned()),
        email_authoritative: true,
        first_name: "Ada".to_owned(),
        last_name: String::new(),
    }
}

/// Signs in as the Google account, without a walk through Google.
async fn with_google(app: &App) -> Browser {
    let visitor = Visitor { address: "127.0.0.1".to_owned(), ..Visitor::default() };
    let Entered::SignedIn(session) = app.domain.users().sign_in_with_provider(&google(), &visitor).await.unwrap()
    else {
        panic!("not signed in");
    };
    let browser = app.browser();
    browser.keep_cookie("gatepost_session", secrecy::ExposeSecret::expose_secret(&session.token));
    browser
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all_but_this() {
    on_both(async |app| {
        let first = app.signed_up("ada").await;
        let (second, third) = (app.browser(), app.browser());
        for browser in [&second, &third] {
            browser.sign_in("ada@example.org", PASSWORD).await.unwrap();
        }
        let listed = account(&first).await.sessions;
        assert_eq!(listed.len(), 3);
        assert_eq!(listed.iter().filter(|session| session.this).count(), 1);
        assert!(listed.iter().all(|session| session.address == "127.0.0.1" && session.browser.is_none()));
        let id = second.viewer().await.unwrap().session_id.to_string();
        first.call::<()>("users/end_session", &[("session", &id)]).await.unwrap();
        assert_eq!(second.viewer().await, None);
        assert!(third.viewer().await.is_some());
        let gone = first.call::<()>("users/end_session", &[("session", &id)]).await;
        assert_eq!(gone, Err(AppError::NotFound));
        first.call::<()>("users/end_other_sessions", &[]).await.unwrap();
        assert_eq!(third.viewer().await, None);
        let left: Vec<SessionRow> = account(&first).await.sessions;
        assert!(left.len() == 1 && left[0].this);
        assert_eq!(app.database.count("audit_events WHERE action = 'session.end'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn changing_the_password_asks_for_the_current_one_and_tells_by_mail() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let other = app.browser();
        other.sign_in("ada@example.org", PASSWORD).await.unwrap();
        let change = async |current: &str, new: &str, end: bool| {
            let mut fields = vec![("current", current), ("new", new)];
            fields.extend(end.then_some(("end_others", "yes")));
            browser.call::<()>("users/change_password", &fields).await
        };
        let field = |refused: Result<(), AppError>| refused.unwrap_err().field().map(str::to_owned);
        assert_eq!(field(change("not the password", NEW, true).await).as_deref(), Some("current"));
        assert_eq!(field(change(PASSWORD, "12345678", true).await).as_deref(), Some("new"));
        assert!(app.letters().await.is_empty(), "nothing was changed");
        change(PASSWORD, NEW, false).await.unwrap();
        assert!(other.viewer().await.is_some(), "the other sessions were to go on");
        change(NEW, PASSWORD, true).await.unwrap();
        assert_eq!(other.viewer().await, None);
        assert!(browser.viewer().await.is_some());
        assert_eq!(app.browser().sign_in("ada@example.org", NEW).await, Err(AppError::WrongCredentials));
        app.browser().sign_in("ada@example.org", PASSWORD).await.unwrap();
        assert_eq!(
            app.subjects_to("ada@example.org").await,
            ["Your password was changed", "Your password was changed"]
        );
    })
    .await;
}

#[tokio::test]
async fn what_could_lock_somebody_out_asks_again_who_they_are() {
    on_both_with(standing(), async |app| {
        let browser = with_google(app).await;
        assert!(account(&browser).await.fresh);
        app.advance(601).await;
        assert!(!account(&browser).await.fresh);
        let add = [("new", PASSWORD)];
        assert_eq!(browser.call::<()>("users/add_password", &add).await, Err(AppError::ConfirmFirst));
        assert_eq!(browser.call::<()>("users/delete_account", &[]).await, Err(AppError::ConfirmFirst));
        let browser = with_google(app).await;
        browser.call::<()>("users/add_password", &add).await.unwrap();
        assert!(browser.call::<()>("users/add_password", &add).await.is_err(), "one password is enough");
        app.advance(601).await;
        let before = browser.cookie("gatepost_session").unwrap();
        let wrong = browser.call::<()>("users/prove_again", &[("password", NEW)]).await.unwrap_err();
        assert_eq!(wrong.field(), Some("password"));
        browser.call::<()>("users/prove_again", &[("password", PASSWORD)]).await.unwrap();
        assert!(account(&browser).await.fresh);
        assert_ne!(browser.cookie("gatepost_session").unwrap(), before, "a new proof, a new token");
        let old = app.browser();
        old.keep_cookie("gatepost_session", &before);
        assert_eq!(old.viewer().await, None, "the token before is worth nothing");
        app.browser().sign_in("ada@gmail.test", PASSWORD).await.unwrap();
        assert_eq!(app.subjects_to("ada@gmail.test").await, ["A password was added"]);
    })
    .await;
}

#[tokio::test]
async fn a_way_in_is_removed_but_never_the_last() {
    on_both_with(standing(), async |app| {
        let browser = with_google(app).await;
        let only = account(&browser).await.ways_in.remove(0);
        assert_eq!(only.address.as_deref(), Some("ada@gmail.test"));
        let remove =
            async |id: uuid::Uuid| browser.call::<()>("users/remove_identity", &[("identity", &id.to_string())]).await;
        assert_eq!(remove(only.id).await, Err(AppError::LastWayIn));
        browser.call::<()>("users/add_password", &[("new", PASSWORD)]).await.unwrap();
        app.advance(601).await;
        assert_eq!(remove(only.id).await, Err(AppError::ConfirmFirst));
        browser.call::<()>("users/prove_again", &[("password", PASSWORD)]).await.unwrap();
        remove(only.id).await.unwrap();
        assert_eq!(remove(only.id).await, Err(AppError::NotFound));
        let left = account(&browser).await.ways_in;
        assert!(left.len() == 1 && left[0].provider.is_none());
        assert_eq!(remove(left[0].id).await, Err(AppError::LastWayIn));
        let subjects = app.subjects_to("ada@gmail.test").await;
        assert_eq!(subjects, ["A password was added", "A way to sign in was removed"]);
    })
    .await;
}

#[tokio::test]
async fn the_profile_is_kept_and_the_look_is_part_of_the_document() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        assert!(!browser.open("/settings/account").await.body.contains("data-theme"));
        let with = |changed: (&'static str, &'static str)| {
            let mut fields = BTreeMap::from([
                ("first_name", "Augusta"),
                ("last_name", ""),
                ("language", "en"),
                ("theme", "dark"),
                ("zone", "Europe/Madrid"),
            ]);
            fields.insert(changed.0, changed.1);
            fields.into_iter().collect::<Vec<_>>()
        };
        browser.call::<()>("users/set_profile", &with(("last_name", "King"))).await.unwrap();
        let profile = account(&browser).await.profile;
        assert_eq!((profile.first_name.as_str(), profile.last_name.as_str()), ("Augusta", "King"));
        assert_eq!((profile.theme.as_str(), profile.zone.as_str()), ("dark", "Europe/Madrid"));
        assert!(browser.open("/inbox").await.body.contains("<html lang=\"en\" data-theme=\"dark\""));
        for wrong in [("theme", "neon"), ("language", "tlh"), ("zone", "<script>")] {
            let refused = browser.call::<()>("users/set_profile", &with(wrong)).await.unwrap_err();
            assert_eq!(refused.field(), Some(wrong.0));
        }
        assert_eq!(account(&browser).await.profile, profile);
    })
    .await;
}

#[tokio::test]
async fn the_data_is_everything_of_the_person_without_secrets_and_nothing_of_others() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let other = app.signed_up("bob").await;
        browser.connect(app.person(0), Answer::Allow).await;
        other.connect(app.person(1), Answer::Allow).await;
        let _: app::features::tokens::NewPair =
            browser.call("tokens/make_program", &[("name", "script")]).await.unwrap();
        app.work_off_queue().await;
        let page = browser.open("/settings/account/data").await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("content-type"), "application/x-ndjson");
        assert!(page.header("content-disposition").starts_with("attachment"));
        let mut records: BTreeMap<String, i64> = BTreeMap::new();
        for line in page.body.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            *records.entry(value["record"].as_str().unwrap().to_owned()).or_default() += 1;
            if value["record"] == "message" {
                assert!(value["text"].is_string() || value["html"].is_string(), "{value}");
            }
        }
        let mine = "messages WHERE user_id IN (SELECT id FROM users WHERE email = 'ada@example.org')";
        assert_eq!(records["message"], app.database.count(mine).await);
        assert_eq!((records["user"], records["identity"], records["session"], records["connection"]), (1, 1, 1, 1));
        assert!(records["event"] >= 1 && records["label"] >= 1 && records["program"] == 1);
        for secret in ["argon2", "token\"", "token_", "sealed", "bob@example.org"] {
            let keys: Vec<_> = page.body.lines().filter(|line| !line.contains("\"record\":\"message\"")).collect();
            assert!(!keys.join("\n").contains(secret), "{secret}");
        }
        assert!(!page.body.contains(&format!("\"address\":\"{}\"", app.person(1))));
        assert_eq!(app.browser().open("/settings/account/data").await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn deleting_the_account_takes_everything_of_it_and_nothing_else() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let elsewhere = app.browser();
        elsewhere.sign_in("ada@example.org", PASSWORD).await.unwrap();
        let other = app.signed_up("bob").await;
        browser.connect(app.person(0), Answer::Allow).await;
        other.connect(app.person(1), Answer::Allow).await;
        app.work_off_queue().await;
        browser.connect(app.person(2), Answer::Allow).await;
        let wrong = browser.call::<()>("users/delete_account", &[("password", NEW)]).await.unwrap_err();
        assert_eq!(wrong.field(), Some("password"));
        assert_eq!(app.database.count("users").await, 2);
        browser.call::<()>("users/delete_account", &[("password", PASSWORD)]).await.unwrap();
        assert_eq!((browser.viewer().await, elsewhere.viewer().await), (None, None));
        // A first sync was queued: it finds nothing, and no job is given up.
        app.work_off_queue().await;
        assert_eq!(app.database.count("users").await, 1);
        for table in ["identities", "sessions", "connected_accounts", "oauth_grants", "sync_feeds"] {
            assert_eq!(app.database.count(table).await, 1, "{table}");
        }
        let orphans = "messages WHERE user_id NOT IN (SELECT id FROM users)";
        assert_eq!(app.database.count(orphans).await, 0);
        assert!(app.database.count("messages").await > 0, "Bob's are there");
        assert!(other.viewer().await.is_some());
        assert_eq!(app.browser().sign_in("ada@example.org", PASSWORD).await, Err(AppError::WrongCredentials));
        assert_eq!(app.database.count("audit_events WHERE action = 'user.delete'").await, 1);
    })
    .await;
}
