//! Ways in that providers vouch for: who is known by them, and what it takes to add one to an account.

use crate::harness::{App, Wishes, browser::PASSWORD, on_both, on_both_with};
use domain::{
    sessions::Visitor,
    users::{Entered, LinkError, PendingEntry, ProvenIdentity, SignInError, WayIn},
};
use uuid::Uuid;

const GOOGLE: &str = "https://accounts.google.com";

fn google(subject: &str, email: &str) -> ProvenIdentity {
    ProvenIdentity {
        kind: WayIn::Google,
        issuer: GOOGLE.to_owned(),
        subject: subject.to_owned(),
        pairwise_subject: None,
        email: Some(email.to_owned()),
        email_authoritative: true,
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
    }
}

fn microsoft(subject: &str, email: &str) -> ProvenIdentity {
    ProvenIdentity {
        kind: WayIn::Microsoft,
        issuer: "https://login.microsoftonline.com/9188040d/v2.0".to_owned(),
        pairwise_subject: Some("pairwise".to_owned()),
        email_authoritative: false,
        ..google(subject, email)
    }
}

fn visitor() -> Visitor {
    Visitor { address: "203.0.113.9".to_owned(), user_agent: "a test".to_owned(), ..Visitor::default() }
}

async fn enter(app: &App, proven: &ProvenIdentity) -> Result<Entered, SignInError> {
    app.domain.users().sign_in_with_provider(proven, &visitor()).await
}

async fn user(app: &App, proven: &ProvenIdentity) -> Uuid {
    match enter(app, proven).await.unwrap() {
        Entered::SignedIn(session) => session.user,
        _ => panic!("not signed in"),
    }
}

async fn link_needed(app: &App, proven: &ProvenIdentity) -> PendingEntry {
    match enter(app, proven).await.unwrap() {
        Entered::LinkNeeded(pending) => pending,
        Entered::SignedIn(_) => panic!("signed in by the address alone"),
        Entered::CheckMail(_) => panic!("a mail was sent"),
    }
}

fn mode(mode: &str) -> Wishes {
    Wishes { settings: vec![("SIGN_UP", mode.to_owned())], standing_clock: true, ..Wishes::default() }
}

#[tokio::test]
async fn a_person_is_known_by_issuer_and_subject_whatever_address_the_provider_tells() {
    on_both(async |app| {
        let first = user(app, &google("1", "ada@gmail.test")).await;
        assert_eq!(user(app, &google("1", "ada.new@gmail.test")).await, first);
        assert_ne!(user(app, &google("2", "bob@gmail.test")).await, first);
        assert_eq!(
            app.database.texts("SELECT email FROM users ORDER BY email").await,
            ["ada@gmail.test", "bob@gmail.test"]
        );
        assert_eq!(app.database.count("sessions").await, 3);
        assert_eq!(app.database.count("identities WHERE address = 'ada.new@gmail.test'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_identity_of_another_issuer_is_worth_nothing() {
    on_both(async |app| {
        let sandbox = ProvenIdentity { issuer: "http://127.0.0.1:4010".to_owned(), ..google("1", "ada@gmail.test") };
        let played = user(app, &sandbox).await;
        let elsewhere = google("1", "ada.real@gmail.test");
        assert_ne!(user(app, &elsewhere).await, played, "the same subject at the real issuer is somebody else");
        let same_address = google("3", "ada@gmail.test");
        link_needed(app, &same_address).await;
    })
    .await;
}

#[tokio::test]
async fn the_address_of_an_account_does_not_open_it() {
    on_both(async |app| {
        let ada = app.signed_up("ada").await.viewer().await.unwrap();
        let proven = google("1", "Ada@example.org");
        let pending = link_needed(app, &proven).await;
        assert_eq!(app.database.count("identities").await, 1);
        assert_eq!(app.database.count("sessions").await, 1);
        let linked = app.domain.users().finish_link(ada.user_id, &pending.secret, &visitor()).await.unwrap();
        assert_eq!(linked, Some(WayIn::Google));
        assert_eq!(user(app, &proven).await, ada.user_id, "from now on it is a way in");
        assert_eq!(app.subjects_to("ada@example.org").await, ["Google was added to your account"]);
        assert_eq!(app.database.count("audit_events WHERE action = 'identity.add' AND outcome = 'done'").await, 1);
        let again = app.domain.users().finish_link(ada.user_id, &pending.secret, &visitor()).await.unwrap();
        assert_eq!(again, None, "used once");
    })
    .await;
}

#[tokio::test]
async fn a_waiting_identity_is_for_the_account_with_its_address_for_ten_minutes() {
    on_both_with(mode("open"), async |app| {
        let ada = app.signed_up("ada").await.viewer().await.unwrap();
        let bob = app.signed_up("bob").await.viewer().await.unwrap();
        let pending = link_needed(app, &google("1", "ada@example.org")).await;
        let users = app.domain.users();
        assert_eq!(users.finish_link(bob.user_id, &pending.secret, &visitor()).await.unwrap(), None);
        assert_eq!(users.finish_link(ada.user_id, &"another browser".into(), &visitor()).await.unwrap(), None);
        app.advance(601).await;
        assert_eq!(users.finish_link(ada.user_id, &pending.secret, &visitor()).await.unwrap(), None);
        assert_eq!(app.database.count("identities").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_closed_server_lets_only_known_identities_in() {
    on_both_with(mode("closed"), async |app| {
        assert!(matches!(enter(app, &google("1", "ada@gmail.test")).await, Err(SignInError::SignUpClosed)));
        let claimed = enter(app, &microsoft("t:1", "ada@gmail.test")).await;
        assert!(matches!(claimed, Err(SignInError::SignUpClosed)));
        assert_eq!(app.database.count("users").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_only_claimed_is_proven_by_mail_first_and_tells_nothing() {
    on_both_with(mode("verify"), async |app| {
        let known = google("1", "ada@gmail.test");
        user(app, &known).await;
        assert_eq!(app.database.count("users WHERE email_verified_at IS NOT NULL").await, 1, "Google runs the address");
        for email in ["ada@gmail.test", "new@contoso.test"] {
            let entered = enter(app, &microsoft(email, email)).await.unwrap();
            assert!(matches!(entered, Entered::CheckMail(_)), "{email}");
        }
        assert_eq!(app.database.count("users").await, 1);
        assert_eq!(app.subjects_to("new@contoso.test").await, ["Finish creating your account"]);
        assert_eq!(app.subjects_to("ada@gmail.test").await, ["Sign in to use Microsoft"]);
    })
    .await;
}

#[tokio::test]
async fn without_an_address_no_account_is_made() {
    on_both(async |app| {
        let proven = ProvenIdentity { email: None, ..microsoft("t:1", "") };
        assert!(matches!(enter(app, &proven).await, Err(SignInError::NoAddress)));
        assert_eq!(app.database.count("users").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_signed_in_person_adds_an_identity_unless_it_is_somebody_elses_or_the_sign_in_is_old() {
    on_both_with(mode("open"), async |app| {
        let users = app.domain.users();
        let ada = app.signed_up("ada").await.viewer().await.unwrap();
        let bob = app.signed_up("bob").await.viewer().await.unwrap();
        let link = async |who: &app::features::users::Viewer, proven: &ProvenIdentity| {
            users.link_identity(who.user_id, who.session_id, proven, &visitor()).await
        };
        link(&ada, &microsoft("t:1", "other@contoso.test")).await.unwrap();
        link(&ada, &microsoft("t:1", "other@contoso.test")).await.expect("adding it twice changes nothing");
        let taken = link(&bob, &microsoft("t:1", "other@contoso.test")).await;
        assert!(matches!(taken, Err(LinkError::SomebodyElses)));
        app.advance(601).await;
        assert!(matches!(link(&bob, &google("7", "bob@gmail.test")).await, Err(LinkError::NotFresh)));
        let browser = app.browser();
        browser.sign_in("bob@example.org", PASSWORD).await.unwrap();
        link(&browser.viewer().await.unwrap(), &google("7", "bob@gmail.test")).await.unwrap();
        assert_eq!(user(app, &microsoft("t:1", "whatever@contoso.test")).await, ada.user_id);
        assert_eq!(app.database.count("identities").await, 4);
        let refused = "audit_events WHERE action = 'identity.add' AND outcome = 'refused'";
        assert_eq!(app.database.count(refused).await, 2);
    })
    .await;
}
