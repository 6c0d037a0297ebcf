//! Two people with the same mailbox, and what one of them does to the other: nothing.

use crate::harness::{consent::Answer, on_both};
use app::features::connections::ConnectionsPage;

#[tokio::test]
async fn two_people_may_connect_the_same_mailbox_and_each_has_their_own() {
    on_both(async |app| {
        let (ada, bob) = (app.signed_up("ada").await, app.signed_up("bob").await);
        ada.connect(app.person(0), Answer::Allow).await;
        bob.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let page = async |browser: &crate::harness::browser::Browser| -> ConnectionsPage {
            browser.call("connections/list_connections", &[]).await.unwrap()
        };
        let (of_ada, of_bob) = (page(&ada).await, page(&bob).await);
        assert_eq!((of_ada.cards.len(), of_bob.cards.len()), (1, 1));
        assert_ne!(of_ada.cards[0].id, of_bob.cards[0].id);
        assert_eq!(of_ada.cards[0].progress.stored, of_bob.cards[0].progress.stored);
    })
    .await;
}
