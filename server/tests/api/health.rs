//! Whether the server says how it is.

use crate::harness::{Wishes, on_both, on_both_with};

#[tokio::test]
async fn a_healthy_server_is_alive_and_ready() {
    on_both(async |app| {
        let browser = app.browser();
        assert_eq!(browser.open("/healthz").await.status, 200);
        let ready = browser.open("/readyz").await;
        assert_eq!((ready.status.as_u16(), ready.body.as_str()), (200, r#"{"database":"ok","migrations":"ok"}"#));
    })
    .await;
}

#[tokio::test]
async fn a_missing_migration_is_not_ready() {
    on_both(async |app| {
        app.database.execute("DELETE FROM seaql_migrations").await;
        let ready = app.browser().open("/readyz").await;
        assert_eq!((ready.status.as_u16(), ready.body.as_str()), (503, r#"{"database":"ok","migrations":"failing"}"#));
    })
    .await;
}

#[tokio::test]
async fn a_worker_serves_its_health_and_no_page() {
    let wishes = Wishes { settings: vec![("ROLE", "worker".to_owned())], ..Wishes::default() };
    on_both_with(wishes, async |app| {
        assert_eq!(app.browser().open("/readyz").await.status, 200);
        assert_eq!(app.browser().open("/sign-in").await.status, 404);
    })
    .await;
}
