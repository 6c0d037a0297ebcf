//! Links by mail: a new password, a sign-up that is finished, an address that is proven. Nobody learns who has an account.

use crate::harness::{App, Wishes, browser::PASSWORD, on_both_with};
use app::{error::AppError, features::users::SignUpMode};
use domain::{
    sessions::Visitor,
    users::{Entered, ProvenIdentity, WayIn},
};
use secrecy::ExposeSecret;

const NEW: &str = "another horse battery staple 2";

fn mode(mode: &str) -> Wishes {
    Wishes { settings: vec![("SIGN_UP", mode.to_owned())], standing_clock: true, ..Wishes::default() }
}

/// The secret of the newest link in the outbox.
async fn newest_token(app: &App) -> String {
    app.letters().await.last().expect("a mail was sent").token().to_owned()
}

async fn rows(app: &App) -> [i64; 3] {
    [
        app.database.count("proofs").await,
        app.database.count("notifications").await,
        app.database.count("jobs WHERE kind = 'send_mail'").await,
    ]
}

#[tokio::test]
async fn a_mailed_link_changes_the_password_once_and_ends_every_session() {
    on_both_with(mode("open"), async |app| {
        let signed_in = app.signed_up("ada").await;
        let browser = app.browser();
        browser.call::<()>("users/ask_reset", &[("email", " Ada@Example.org")]).await.unwrap();
        let letter = app.letters().await.remove(0);
        assert_eq!((letter.to.as_str(), letter.subject.as_str()), ("ada@example.org", "Choose a new password"));
        assert!(letter.headers.contains("Auto-Submitted: auto-generated"), "{}", letter.headers);
        assert!(letter.text.contains(&format!("{}/reset-password#", app.url)), "{}", letter.text);
        let token = letter.token().to_owned();
        let stored = app.database.bytes("SELECT token_hash FROM proofs").await;
        assert_eq!(stored, [ring::digest::digest(&ring::digest::SHA256, token.as_bytes()).as_ref().to_vec()]);
        let reset = async |token: &str, password: &str| {
            browser.call::<()>("users/reset_password", &[("token", token), ("password", password)]).await
        };
        assert_eq!(reset(&token, "12345678").await.unwrap_err().field(), Some("password"), "the link is still good");
        assert_eq!(reset(&"x".repeat(43), NEW).await, Err(AppError::LinkSpent));
        reset(&token, NEW).await.unwrap();
        assert_eq!(reset(&token, PASSWORD).await, Err(AppError::LinkSpent), "once");
        assert_eq!(signed_in.viewer().await, None);
        assert_eq!(app.browser().sign_in("ada@example.org", PASSWORD).await, Err(AppError::WrongCredentials));
        app.browser().sign_in("ada@example.org", NEW).await.unwrap();
        assert_eq!(app.database.count("users WHERE email_verified_at IS NOT NULL").await, 1);
        assert_eq!(app.subjects_to("ada@example.org").await.last().unwrap(), "Your password was changed");
        assert_eq!(app.database.count("audit_events WHERE action = 'password.reset'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_reset_link_ends_after_half_an_hour() {
    on_both_with(mode("open"), async |app| {
        app.signed_up("ada").await;
        let browser = app.browser();
        browser.call::<()>("users/ask_reset", &[("email", "ada@example.org")]).await.unwrap();
        let token = newest_token(app).await;
        app.advance(1_801).await;
        let fields = [("token", token.as_str()), ("password", NEW)];
        assert_eq!(browser.call::<()>("users/reset_password", &fields).await, Err(AppError::LinkSpent));
        app.browser().sign_in("ada@example.org", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn asking_for_a_reset_does_the_same_for_every_address_and_mails_only_to_accounts() {
    on_both_with(mode("open"), async |app| {
        app.signed_up("ada").await;
        let ask = async |email: &str| {
            let fetch = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")];
            let before = rows(app).await;
            let page = app.browser().post("users/ask_reset", &[("email", email)], &fetch).await;
            let after = rows(app).await;
            let written: Vec<_> = after.iter().zip(before).map(|(after, before)| after - before).collect();
            (page.status, page.header("location").to_owned(), page.body, written)
        };
        let known = ask("ada@example.org").await;
        let unknown = ask("nobody@example.org").await;
        assert_eq!(known.3, [1, 1, 1]);
        assert_eq!(known, unknown, "the same answer after the same work");
        let letters = app.letters().await;
        assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["ada@example.org"]);
    })
    .await;
}

#[tokio::test]
async fn mails_to_one_address_are_slowed_whether_it_has_an_account_or_not() {
    on_both_with(mode("open"), async |app| {
        app.signed_up("ada").await;
        let browser = app.browser();
        let mut slowed_after = Vec::new();
        for email in ["ada@example.org", "nobody@example.org"] {
            let mut asked = 0;
            while browser.call::<()>("users/ask_reset", &[("email", email)]).await.is_ok() {
                asked += 1;
                assert!(asked < 50, "nobody slows this down");
            }
            slowed_after.push(asked);
        }
        assert_eq!(slowed_after[0], slowed_after[1]);
    })
    .await;
}

#[tokio::test]
async fn with_verify_an_account_is_made_by_link_and_password_and_nobody_is_told_who_has_one() {
    on_both_with(mode("verify"), async |app| {
        let sign_up = async |name: &str| {
            let before = rows(app).await;
            let browser = app.browser();
            let answer = browser.sign_up(name).await;
            assert_eq!(browser.viewer().await, None);
            let written: Vec<_> = rows(app).await.iter().zip(before).map(|(after, before)| after - before).collect();
            (answer, written)
        };
        let unknown = sign_up("ada").await;
        assert_eq!(unknown, (Ok(()), vec![1, 1, 1]));
        assert_eq!(app.database.count("users").await, 0);
        let mode = app.browser().known().await.sign_up;
        assert_eq!(mode, SignUpMode::Verify);
        let token = newest_token(app).await;
        let browser = app.browser();
        let confirm = async |password: &str| {
            browser.call::<()>("users/confirm", &[("token", &token), ("password", password)]).await
        };
        assert_eq!(confirm("somebody else's").await.unwrap_err().field(), Some("password"));
        confirm(PASSWORD).await.unwrap();
        assert_eq!(browser.viewer().await.unwrap().email, "ada@example.org");
        assert_eq!(confirm(PASSWORD).await, Err(AppError::LinkSpent));
        assert_eq!(app.database.count("users WHERE email_verified_at IS NOT NULL").await, 1);
        let known = sign_up("ada").await;
        assert_eq!(known, unknown, "the same answer after the same work");
        let subjects = app.subjects_to("ada@example.org").await;
        assert_eq!(subjects, ["Finish creating your account", "You already have an account"]);
        let told = app.letters().await;
        assert!(!told.iter().any(|letter| letter.subject.starts_with("You already") && letter.text.contains('#')));
    })
    .await;
}

#[tokio::test]
async fn a_claimed_address_is_proven_in_the_browser_that_claimed_it() {
    on_both_with(mode("verify"), async |app| {
        let proven = ProvenIdentity {
            kind: WayIn::Microsoft,
            issuer: "https://login.microsoftonline.com/t/v2.0".to_owned(),
            subject: "t:1".to_owned(),
            pairwise_subject: None,
            email: Some("ada@contoso.test".to_owned()),
            email_authoritative: false,
            first_name: "Ada".to_owned(),
            last_name: String::new(),
        };
        let visitor = Visitor { address: "127.0.0.1".to_owned(), ..Visitor::default() };
        let entered = app.domain.users().sign_in_with_provider(&proven, &visitor).await.unwrap();
        let Entered::CheckMail(pending) = entered else { panic!("no mail was sent") };
        let token = newest_token(app).await;
        let elsewhere = app.browser().call::<()>("users/confirm", &[("token", &token)]).await.unwrap_err();
        assert_eq!(elsewhere.field(), Some("token"));
        assert_eq!(app.database.count("users").await, 0);
        let browser = app.browser();
        browser.keep_cookie("gatepost_waiting", pending.secret.expose_secret());
        browser.call::<()>("users/confirm", &[("token", &token)]).await.unwrap();
        assert_eq!(browser.viewer().await.unwrap().email, "ada@contoso.test");
        assert_eq!(browser.cookie("gatepost_waiting"), None);
        let again = app.domain.users().sign_in_with_provider(&proven, &visitor).await.unwrap();
        assert!(matches!(again, Entered::SignedIn(_)));
    })
    .await;
}

#[tokio::test]
async fn signing_in_links_what_waits_in_this_browser() {
    on_both_with(mode("open"), async |app| {
        app.signed_up("ada").await;
        let proven = ProvenIdentity {
            kind: WayIn::Google,
            issuer: "https://accounts.google.com".to_owned(),
            subject: "1".to_owned(),
            pairwise_subject: None,
            email: Some("ada@example.org".to_owned()),
            email_authoritative: true,
            first_name: String::new(),
            last_name: String::new(),
        };
        let visitor = Visitor { address: "127.0.0.1".to_owned(), ..Visitor::default() };
        let entered = app.domain.users().sign_in_with_provider(&proven, &visitor).await.unwrap();
        let Entered::LinkNeeded(pending) = entered else { panic!("signed in by the address alone") };
        let browser = app.browser();
        browser.keep_cookie("gatepost_waiting", pending.secret.expose_secret());
        browser.sign_in("ada@example.org", "wrong horse battery staple").await.unwrap_err();
        assert_eq!(app.database.count("identities").await, 1, "only who signs in links");
        browser.sign_in("ada@example.org", PASSWORD).await.unwrap();
        assert_eq!(app.database.count("identities").await, 2);
        assert_eq!(browser.cookie("gatepost_waiting"), None);
    })
    .await;
}

#[tokio::test]
async fn an_address_is_proven_by_its_owner() {
    on_both_with(mode("open"), async |app| {
        let browser = app.signed_up("ada").await;
        browser.call::<()>("users/ask_address_proof", &[]).await.unwrap();
        let token = newest_token(app).await;
        assert_eq!(app.database.count("users WHERE email_verified_at IS NOT NULL").await, 0);
        app.browser().call::<()>("users/confirm", &[("token", &token)]).await.unwrap();
        assert_eq!(app.database.count("users WHERE email_verified_at IS NOT NULL").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_reset_of_an_account_nobody_proved_takes_its_other_ways_in_away() {
    on_both_with(mode("open"), async |app| {
        // Somebody made an account with another person's address, and kept a way back.
        let hijacker = app.signed_up("ada").await.viewer().await.unwrap();
        let visitor = Visitor { address: "203.0.113.9".to_owned(), ..Visitor::default() };
        let proven = ProvenIdentity {
            kind: WayIn::Google,
            issuer: "https://accounts.google.com".to_owned(),
            subject: "hijacker".to_owned(),
            pairwise_subject: None,
            email: Some("hijacker@gmail.test".to_owned()),
            email_authoritative: true,
            first_name: String::new(),
            last_name: String::new(),
        };
        let users = app.domain.users();
        users.link_identity(hijacker.user_id, hijacker.session_id, &proven, &visitor).await.unwrap();
        let owner = app.browser();
        owner.call::<()>("users/ask_reset", &[("email", "ada@example.org")]).await.unwrap();
        let letters = app.letters().await;
        let token = letters.iter().find(|letter| letter.subject == "Choose a new password").unwrap().token();
        owner.call::<()>("users/reset_password", &[("token", token), ("password", NEW)]).await.unwrap();
        assert_eq!(app.database.texts("SELECT kind FROM identities").await, ["password"]);
        assert_eq!(app.database.count("sessions").await, 0);
    })
    .await;
}
