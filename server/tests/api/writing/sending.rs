//! Sending: ten seconds to take it back, then it arrives, and the person sees where it is.

use super::desk::{Desk, on_all};
use domain::writing::{State, UNDO, WriteError};

#[tokio::test]
async fn a_mail_leaves_when_the_ten_seconds_are_over_and_not_before() {
    on_all(async |desk: Desk<'_>| {
        let (id, version) = desk.draft(desk.text()).await;
        let (sent, drafts) = (desk.labelled("SENT").await, desk.labelled("DRAFT").await);
        let now = desk.app().domain.clock().now();
        let until = desk.writing().send(desk.user, id, version).await.unwrap();
        assert!(until - now >= UNDO, "ten seconds");
        assert_eq!(desk.state(id).await, State::Queued { until });
        desk.app().advance(9).await;
        desk.app().work_off_queue().await;
        assert!(desk.app().domain.clock().now() < until);
        assert_eq!((desk.state(id).await, desk.copies().await), (State::Queued { until }, 0));
        desk.leave().await;
        assert!(matches!(desk.state(id).await, State::Sent { .. }), "{:?}", desk.state(id).await);
        assert_eq!(desk.copies().await, 1);
        assert_eq!(desk.labelled("SENT").await, sent + 1);
        assert_eq!(desk.labelled("DRAFT").await, drafts, "no draft is left there");
        let late = desk.writing().undo(desk.user, id).await;
        assert!(matches!(late, Err(WriteError::TooLate)), "{late:?}");
        assert!(matches!(desk.writing().send(desk.user, id, version).await, Err(WriteError::NotADraft)));
        // The look that was asked for at once brought it here.
        desk.app().work_off_queue().await;
        let row = desk.outbox(id).await;
        assert!(row.message.is_some(), "it can be opened: {row:?}");
        assert_eq!((row.to, row.subject), (desk.text().to, desk.text().subject));
        desk.settle().await;
        assert_eq!(desk.copies().await, 1);
        let events = "audit_events WHERE action = 'mail.send' AND outcome = 'done'";
        assert!(desk.app().database.count(events).await > 0);
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_was_taken_back_is_a_draft_again_and_can_be_sent_later() {
    on_all(async |desk: Desk<'_>| {
        let id = desk.queued().await;
        let own_id = desk.message_id(id).await;
        desk.app().advance(5).await;
        let draft = desk.writing().undo(desk.user, id).await.unwrap();
        assert_eq!((draft.state, &draft.text), (State::Writing, &desk.text()));
        assert_eq!(desk.writing().undo(desk.user, id).await.unwrap().state, State::Writing, "pressed twice");
        desk.settle().await;
        assert_eq!((desk.state(id).await, desk.copies().await), (State::Writing, 0));
        desk.writing().send(desk.user, id, draft.version).await.unwrap();
        desk.leave().await;
        assert!(matches!(desk.state(id).await, State::Sent { .. }));
        assert_eq!((desk.copies().await, desk.message_id(id).await), (1, own_id));
    })
    .await;
}

#[tokio::test]
async fn screens_and_the_page_of_background_work_are_told() {
    on_all(async |desk: Desk<'_>| {
        let mut notices = desk.app().domain.bus().subscribe();
        let id = desk.queued().await;
        let jobs = desk.app().domain.jobs_of(desk.user).await.unwrap();
        let queued = jobs.queued.iter().find(|(job, _)| job.kind == "send_written").unwrap();
        assert_eq!((queued.0.subject, queued.1.as_deref()), (Some(id), Some(desk.mailbox.address.as_str())));
        desk.leave().await;
        let what = domain::cache::What::Written { mail: id };
        let mut told = 0;
        while let Ok(notice) = notices.try_recv() {
            told += usize::from(notice.user == desk.user && notice.what == what);
        }
        assert!(told >= 3, "queued, sending, sent: {told}");
        let jobs = desk.app().domain.jobs_of(desk.user).await.unwrap();
        assert!(jobs.runs.iter().any(|(run, _)| run.kind == "send_written" && run.subject == id));
    })
    .await;
}

#[tokio::test]
async fn hidden_copies_arrive_and_are_not_seen_by_the_others() {
    on_all(async |desk: Desk<'_>| {
        let mut text = desk.text();
        text.bcc = std::mem::take(&mut text.to);
        text.to = "elsewhere@example.com".to_owned();
        let (id, version) = desk.draft(text).await;
        desk.writing().send(desk.user, id, version).await.unwrap();
        desk.leave().await;
        assert_eq!(desk.copies().await, 1);
    })
    .await;
}
