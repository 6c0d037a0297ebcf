//! Drafts are kept while they are typed, over restarts, and over each other.

use super::desk::{Desk, on_all};
use crate::acting::mailbox::standing;
use domain::{
    clock::Randomness,
    jobs::{self, Job},
    writing::{Beginning, DraftText, State, WriteError},
};

#[tokio::test]
async fn what_was_typed_is_there_after_the_process_is_gone() {
    on_all(async |desk: Desk<'_>| {
        let half = DraftText { to: "somebo".to_owned(), subject: "Half a".to_owned(), ..desk.text() };
        let (id, version) = desk.draft(half.clone()).await;
        let next = desk.app().another_process(&standing()).await;
        let draft = next.domain().writing().draft(desk.user, id).await.unwrap();
        assert_eq!((draft.text, draft.version, draft.state), (half.clone(), version, State::Writing));
        let listed = next.domain().writing().drafts(desk.user).await.unwrap();
        let found = listed.iter().find(|one| one.id == id).unwrap();
        assert_eq!((found.to.as_str(), found.subject.as_str()), ("somebo", "Half a"));
        assert_eq!(found.snippet, "Dear somebody, here is ä mail.");
    })
    .await;
}

#[tokio::test]
async fn two_tabs_do_not_write_over_each_other() {
    on_all(async |desk: Desk<'_>| {
        let (id, version) = desk.draft(desk.text()).await;
        let other = DraftText { body: "from the other tab".to_owned(), ..desk.text() };
        desk.writing().save(desk.user, id, version, other.clone()).await.unwrap();
        let late = desk.writing().save(desk.user, id, version, desk.text()).await;
        assert!(matches!(late, Err(WriteError::Changed)), "{late:?}");
        let sent = desk.writing().send(desk.user, id, version).await;
        assert!(matches!(sent, Err(WriteError::Changed)), "only what was seen is sent: {sent:?}");
        let draft = desk.writing().draft(desk.user, id).await.unwrap();
        assert_eq!(draft.text, other);
        desk.writing().send(desk.user, id, draft.version).await.unwrap();
        let late = desk.writing().save(desk.user, id, draft.version, desk.text()).await;
        assert!(matches!(late, Err(WriteError::NotADraft)), "{late:?}");
        assert!(matches!(desk.writing().discard(desk.user, id).await, Err(WriteError::TooLate)));
        desk.writing().undo(desk.user, id).await.unwrap();
        desk.writing().discard(desk.user, id).await.unwrap();
        assert!(matches!(desk.writing().draft(desk.user, id).await, Err(WriteError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn what_is_begun_and_never_touched_is_no_draft_and_goes() {
    on_all(async |desk: Desk<'_>| {
        let begun = Beginning::New { connection: desk.mailbox.connection, to: "ada@example.com".to_owned() };
        let draft = desk.writing().start(desk.user, begun, None).await.unwrap();
        assert_eq!(draft.text.to, "ada@example.com");
        assert!(desk.writing().drafts(desk.user).await.unwrap().is_empty());
        let (kept, _) = desk.draft(desk.text()).await;
        desk.app().advance(25 * 3600).await;
        let (db, now) = (&desk.app().database.connection, desk.app().domain.clock().now());
        jobs::enqueue(db, &Randomness::system(), now, &Job::PurgeExpired, now).await.unwrap();
        desk.app().work_off_queue().await;
        assert!(matches!(desk.writing().draft(desk.user, draft.id).await, Err(WriteError::NotFound)));
        assert!(desk.writing().draft(desk.user, kept).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn addresses_are_completed_from_mail() {
    on_all(async |desk: Desk<'_>| {
        let from = "From: Zoë Zimmermann <zoe@zebra.example>\r\nTo: a@example.com\r\nSubject: Hi\r\n\r\nhello";
        desk.mailbox.deliver(from).await;
        let machine = "From: Zebra <no-reply@zebra.example>\r\nTo: a@example.com\r\nSubject: Hi\r\n\r\nhello";
        desk.mailbox.deliver(machine).await;
        desk.mailbox.hear().await;
        for typed in ["zimm", "ZOE", "zebra.ex", " zoë z"] {
            let found = desk.writing().suggest_addresses(desk.user, typed).await.unwrap();
            assert_eq!(found.len(), 1, "{typed}: {found:?}");
            assert_eq!(found[0].typed(), "Zoë Zimmermann <zoe@zebra.example>");
        }
        assert!(desk.writing().suggest_addresses(desk.user, " ").await.unwrap().is_empty());
        assert!(desk.writing().suggest_addresses(desk.user, "a").await.unwrap().len() <= 8);
    })
    .await;
}
