//! A grant that covers less than before: what a refresh says, what connecting again means, and what is switched off.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, on_both};
use app::features::connections::{Cause, ConnectionCard, ConnectionState, Feature};
use domain::connections::GrantError;
use sea_orm::DbBackend;
use serde_json::{Value, json};
use uuid::Uuid;

const SCOPES: &str = "https://www.googleapis.com/auth/";

async fn card(browser: &Browser) -> ConnectionCard {
    browser.connections().await.cards.remove(0)
}

fn refused(card: &ConnectionCard) -> Vec<Feature> {
    card.switches.iter().filter(|switch| switch.refused).map(|switch| switch.feature).collect()
}

/// A mailbox that may be read, and sent from, and whose calendar may be read.
async fn connected(app: &App) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.connect(app.person(0), Answer::Allow).await;
    app.work_off_queue().await;
    let id = card(&browser).await.id;
    let query = format!("purpose=grant&connection={id}&features=send,calendar");
    browser.travel("google", &query, app.person(0), Answer::Allow).await;
    app.work_off_queue().await;
    assert_eq!(card(&browser).await.features, [Feature::Mail, Feature::Send, Feature::Calendar]);
    (browser, id)
}

async fn narrow(app: &App, scope: &str) {
    let body = json!({ "scope": format!("{SCOPES}{scope}") });
    app.control("POST", &format!("people/{}/narrow", app.person(0)), &body).await;
}

/// The next token comes from the provider, whatever is stored.
async fn renew(app: &App, connection: Uuid) -> Result<(), GrantError> {
    let connections = app.domain.connections();
    let old = connections.access_token(connection).await.unwrap();
    connections.refused(connection, &old).await.unwrap();
    connections.access_token(connection).await.map(drop)
}

async fn scopes(app: &App) -> String {
    app.database.texts("SELECT scopes FROM oauth_grants").await.remove(0)
}

#[tokio::test]
async fn a_refresh_that_names_fewer_scopes_turns_off_what_lost_its_own_and_says_so() {
    on_both(async |app| {
        let (browser, id) = connected(app).await;
        narrow(app, "gmail.send").await;
        renew(app, id).await.unwrap();
        let told = card(&browser).await;
        assert_eq!(
            (told.features.as_slice(), refused(&told)),
            ([Feature::Mail, Feature::Calendar].as_slice(), vec![Feature::Send])
        );
        assert_eq!(told.state, ConnectionState::Active);
        assert!(!scopes(app).await.contains("gmail.send"), "what is stored is what was said");
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains("Not allowed at Google, so switched off: Send mail."), "{screen}");
        assert!(screen.contains("Off: not allowed at Google") && screen.contains("Allow at Google"), "{screen}");
        let happened = browser.open("/settings/activity").await.body;
        assert!(happened.contains("Permissions taken back at the provider"), "{happened}");
        // The same answer again is no news, and the one missing permission mends it.
        renew(app, id).await.unwrap();
        assert_eq!(app.database.count("audit_events WHERE action = 'connection.narrowed'").await, 1);
        let query = format!("purpose=grant&connection={id}&features=send");
        browser.travel("google", &query, app.person(0), Answer::Allow).await;
        let mended = card(&browser).await;
        assert_eq!(mended.features, [Feature::Mail, Feature::Send, Feature::Calendar]);
        assert!(refused(&mended).is_empty() && scopes(app).await.contains("gmail.send"));
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_names_no_scope_changes_none() {
    on_both(async |app| {
        let (browser, id) = connected(app).await;
        let (features, before) = (card(&browser).await.features, scopes(app).await);
        let silent = json!({ "access_token": "made-up", "expires_in": 3_600, "token_type": "Bearer" });
        let empty = json!({ "access_token": "made-up", "expires_in": 3_600, "token_type": "Bearer", "scope": "" });
        for body in [silent, empty] {
            let fault = json!({ "path": "^/token$", "status": 200, "body": body, "times": 1 });
            app.control("PUT", "faults", &fault).await;
            renew(app, id).await.unwrap();
            let after = card(&browser).await;
            assert_eq!(
                (after.features.clone(), refused(&after), scopes(app).await),
                (features.clone(), vec![], before.clone())
            );
        }
        assert_eq!(app.database.count("audit_events WHERE action = 'connection.narrowed'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_grant_that_may_not_read_mail_any_more_waits_for_the_person_and_keeps_its_switches() {
    on_both(async |app| {
        let (browser, id) = connected(app).await;
        narrow(app, "gmail.readonly").await;
        assert!(matches!(renew(app, id).await, Err(GrantError::NeedsReconnect)));
        let ill = card(&browser).await;
        let ConnectionState::NeedsReconnect { reason, causes, .. } = &ill.state else { panic!("{ill:?}") };
        assert_eq!((reason.as_str(), causes.first()), ("scope_missing", Some(&Cause::AccessRemoved)));
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains("Google does not allow reading mail any more."), "{screen}");
        app.work_off_queue().await;
        assert_eq!(app.subjects_to("ada@example.org").await, [format!("{} needs you", app.person(0))]);
        browser.travel("google", &format!("purpose=repair&connection={id}"), app.person(0), Answer::Allow).await;
        let repaired = card(&browser).await;
        assert_eq!((repaired.id, repaired.state), (id, ConnectionState::Active));
        assert_eq!(repaired.features, [Feature::Mail, Feature::Send, Feature::Calendar]);
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn connecting_again_never_keeps_a_grant_that_died_unnoticed() {
    on_both(async |app| {
        let (browser, id) = connected(app).await;
        app.control("POST", &format!("people/{}/revoke", app.person(0)), &json!({ "reason": "removed" })).await;
        assert_eq!(card(&browser).await.state, ConnectionState::Active, "nobody has noticed");
        let (_, page) = browser.connect(app.person(0), Answer::Allow).await;
        assert!(
            page.body.contains("Not allowed at Google, so switched off: Send mail, Read calendars."),
            "{}",
            page.body
        );
        let after = card(&browser).await;
        assert_eq!((after.id, &after.state), (id, &ConnectionState::Active));
        assert_eq!(
            (after.features.as_slice(), refused(&after)),
            ([Feature::Mail].as_slice(), vec![Feature::Send, Feature::Calendar])
        );
        renew(app, id).await.expect("the grant that was just given lives");
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn an_old_grant_that_cannot_be_proven_gives_way_to_the_new_one() {
    on_both(async |app| {
        let (browser, id) = connected(app).await;
        let trip = browser.press_connect().await;
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        // The code is redeemed; the renewal of the old grant is not answered.
        app.control("PUT", "faults", &json!({ "path": "^/token$", "delay_ms": 0, "times": 1 })).await;
        app.fail_at_provider("^/token$", 503, 10).await;
        let page = browser.arrive(callback).await;
        browser.follow(page).await;
        app.control("DELETE", "faults", &Value::Null).await;
        let after = card(&browser).await;
        assert_eq!((after.id, refused(&after)), (id, vec![Feature::Send, Feature::Calendar]));
        renew(app, id).await.unwrap();
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn connecting_again_for_something_new_keeps_what_works_and_lists_what_it_lacks() {
    on_both(async |app| {
        let (browser, id) = connected(app).await;
        let (attempt, _) =
            browser.travel("google", "purpose=connect&features=mail,sheets", app.person(0), Answer::Allow).await;
        assert!(browser.outcome(attempt).await.is_some());
        let after = card(&browser).await;
        assert_eq!(after.features, [Feature::Mail, Feature::Send, Feature::Calendar], "nothing that worked is lost");
        assert_eq!(refused(&after), [Feature::Sheets]);
        renew(app, id).await.unwrap();
        app.work_off_queue().await;
    })
    .await;
}

/// Makes the database refuse to switch a feature off, as a full disk might in the middle of it.
async fn refuse_switching(app: &App) {
    let sql = match app.database.backend() {
        DbBackend::Sqlite => {
            "CREATE TRIGGER planted BEFORE UPDATE OF refused_features ON connected_accounts \
             BEGIN SELECT RAISE(ABORT, 'planted'); END"
        }
        _ => {
            "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'planted'; END $$; \
             CREATE TRIGGER planted BEFORE UPDATE OF refused_features ON connected_accounts \
             FOR EACH ROW EXECUTE FUNCTION planted()"
        }
    };
    app.database.execute(sql).await;
}

#[tokio::test]
async fn tokens_and_what_follows_from_their_scopes_are_stored_together_or_not_at_all() {
    on_both(async |app| {
        let (browser, id) = connected(app).await;
        let row = async || app.database.texts("SELECT scopes || ' ' || CAST(version AS TEXT) FROM oauth_grants").await;
        narrow(app, "gmail.send").await;
        refuse_switching(app).await;
        let before = row().await;
        assert!(matches!(renew(app, id).await, Err(GrantError::Transient(_))));
        assert_eq!(row().await, before, "neither is stored");
        let dropped = match app.database.backend() {
            DbBackend::Sqlite => "DROP TRIGGER planted",
            _ => "DROP TRIGGER planted ON connected_accounts",
        };
        app.database.execute(dropped).await;
        app.database.execute("UPDATE oauth_grants SET lease_until = NULL").await;
        // This process rests after a failure; another has not heard of it.
        let other = app.another_process(&Wishes::default()).await;
        other.domain().connections().access_token(id).await.unwrap();
        assert_eq!(refused(&card(&browser).await), [Feature::Send], "and then both are");
        app.work_off_queue().await;
    })
    .await;
}
