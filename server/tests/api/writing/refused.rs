//! What is refused, in words, and before anything leaves.

use super::desk::{Desk, on_all};
use crate::{
    acting::mailbox::{At, standing},
    harness::{consent::Answer, on_both_with},
};
use domain::writing::{Beginning, DraftText, Fault, Field, State, Why, WriteError};
use serde_json::json;

impl Desk<'_> {
    async fn refusal(&self, text: DraftText) -> Vec<Fault> {
        let (id, version) = self.draft(text).await;
        match self.writing().send(self.user, id, version).await {
            Err(WriteError::Refused(faults)) => faults,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn headers_cannot_be_smuggled_in_and_what_cannot_be_sent_is_named() {
    on_all(async |desk: Desk<'_>| {
        let text = || desk.text();
        let line = |field| vec![Fault::LineBreak { field }];
        let subject = "Hello\r\nBcc: eve@example.com".to_owned();
        assert_eq!(desk.refusal(DraftText { subject, ..text() }).await, line(Field::Subject));
        let to = "a@example.com\nBcc: eve@example.com".to_owned();
        assert_eq!(desk.refusal(DraftText { to, ..text() }).await, line(Field::To));
        assert_eq!(desk.refusal(DraftText { to: String::new(), ..text() }).await, [Fault::NoRecipient]);
        let bad = Fault::BadAddress { field: Field::Cc, typed: "bob@".to_owned() };
        assert_eq!(desk.refusal(DraftText { cc: "bob@".to_owned(), ..text() }).await, [bad]);
        let many = (0..501).map(|number| format!("a{number}@example.com")).collect::<Vec<_>>().join(", ");
        let faults = desk.refusal(DraftText { to: many, ..text() }).await;
        assert_eq!(faults, [Fault::TooManyRecipients { count: 501 }]);
        let faults = desk.refusal(DraftText { subject: "x".repeat(300), ..text() }).await;
        assert_eq!(faults, [Fault::TooLong { field: Field::Subject, length: 300, most: 255 }]);
        desk.settle().await;
        assert_eq!(desk.copies().await, 0);
        assert_eq!(desk.app().database.count("jobs WHERE kind = 'send_written'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_whose_switch_is_off_sends_nothing_and_says_so() {
    on_both_with(standing(), async |app| {
        for at in [At::Gmail, At::Outlook] {
            let desk = Desk::open(app, at, "mail").await;
            let begun = Beginning::New { connection: desk.mailbox.connection, to: String::new() };
            let refused = desk.writing().start(desk.user, begun, None).await;
            assert!(matches!(refused, Err(WriteError::MayNotSend)), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_switch_that_goes_off_before_the_mail_leaves_keeps_it_here() {
    on_all(async |desk: Desk<'_>| {
        let id = desk.queued().await;
        let connection = desk.mailbox.connection.to_string();
        let off = [("connection", connection.as_str()), ("feature", "send"), ("on", "false")];
        desk.mailbox.browser.call::<()>("connections/switch_feature", &off).await.unwrap();
        desk.leave().await;
        assert!(matches!(desk.state(id).await, State::Failed { why: Why::SwitchedOff, .. }));
        let again = desk.writing().retry(desk.user, id).await;
        assert!(matches!(again, Err(WriteError::MayNotSend)), "{again:?}");
        let on = [("connection", connection.as_str()), ("feature", "send"), ("on", "true")];
        desk.mailbox.browser.call::<()>("connections/switch_feature", &on).await.unwrap();
        desk.writing().retry(desk.user, id).await.unwrap();
        desk.leave().await;
        assert!(matches!(desk.state(id).await, State::Sent { .. }), "{:?}", desk.state(id).await);
        assert_eq!(desk.copies().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_permission_that_is_missing_though_the_grant_names_it_fails_and_the_mail_can_be_changed() {
    on_all(async |desk: Desk<'_>| {
        let body = match desk.mailbox.at {
            At::Gmail => json!({"error": {"code": 403, "message": "Request had insufficient authentication scopes.",
                "status": "PERMISSION_DENIED", "errors": [{"domain": "global", "reason": "insufficientPermissions"}]}}),
            At::Outlook => json!({"error": {"code": "ErrorAccessDenied", "message": "Access is denied."}}),
        };
        desk.fault(desk.steps()[0], json!({ "status": 403, "body": body })).await;
        let id = desk.queued().await;
        desk.leave().await;
        let state = desk.state(id).await;
        assert!(matches!(state, State::Failed { why: Why::NotAllowed, .. }), "{state:?}");
        desk.mailbox.clear_faults().await;
        let draft = desk.writing().edit(desk.user, id).await.unwrap();
        assert_eq!(draft.state, State::Writing);
        desk.writing().send(desk.user, id, draft.version).await.unwrap();
        desk.leave().await;
        assert_eq!(desk.copies().await, 1);
        let events = "audit_events WHERE action = 'mail.send' AND outcome = 'failed' AND detail = 'not_allowed'";
        assert!(desk.app().database.count(events).await > 0);
    })
    .await;
}

#[tokio::test]
async fn what_the_provider_does_not_take_is_told_at_once_and_leaves_no_draft_there() {
    on_all(async |desk: Desk<'_>| {
        let drafts = desk.labelled("DRAFT").await;
        for (status, expected) in [(400, Why::NotAccepted), (413, Why::TooLarge)] {
            for step in desk.steps() {
                desk.fault(step, json!({ "status": status, "body": { "error": { "code": "X" } }, "times": 1 })).await;
                let id = desk.queued().await;
                desk.leave().await;
                let State::Failed { why, .. } = desk.state(id).await else { panic!("{:?}", desk.state(id).await) };
                assert_eq!(why, expected, "{step}");
                desk.writing().discard(desk.user, id).await.unwrap();
            }
        }
        assert_eq!((desk.copies().await, desk.labelled("DRAFT").await), (0, drafts));
    })
    .await;
}

#[tokio::test]
async fn a_grant_that_ends_fails_the_mail_until_the_person_connects_again() {
    on_all(async |desk: Desk<'_>| {
        let id = desk.queued().await;
        let revoke = format!("people/{}/revoke", desk.mailbox.address);
        desk.mailbox.lever("POST", &revoke, &json!({ "reason": "removed" })).await;
        desk.app().advance(2 * 3600).await;
        desk.app().work_off_queue().await;
        let state = desk.state(id).await;
        assert!(matches!(state, State::Failed { why: Why::NeedsReconnect, .. }), "{state:?}");
        assert!(matches!(desk.writing().retry(desk.user, id).await, Err(WriteError::NeedsReconnect)));
        let provider = match desk.mailbox.at {
            At::Gmail => "google",
            At::Outlook => "microsoft",
        };
        let repair = format!("purpose=repair&connection={}", desk.mailbox.connection);
        desk.mailbox.browser.travel(provider, &repair, &desk.mailbox.address, Answer::Allow).await;
        desk.writing().retry(desk.user, id).await.unwrap();
        desk.settle().await;
        assert!(matches!(desk.state(id).await, State::Sent { .. }), "{:?}", desk.state(id).await);
        assert_eq!(desk.copies().await, 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_finds_what_somebody_else_writes() {
    on_all(async |desk: Desk<'_>| {
        let (id, version) = desk.draft(desk.text()).await;
        let stranger = desk.app().signed_up(&format!("eve-{}", id.simple())).await.viewer().await.unwrap().user_id;
        let writing = desk.writing();
        let gone = |error: WriteError| matches!(error, WriteError::NotFound);
        assert!(gone(writing.draft(stranger, id).await.unwrap_err()));
        assert!(gone(writing.save(stranger, id, version, desk.text()).await.unwrap_err()));
        assert!(gone(writing.send(stranger, id, version).await.unwrap_err()));
        assert!(gone(writing.undo(stranger, id).await.unwrap_err()));
        assert!(gone(writing.retry(stranger, id).await.unwrap_err()));
        assert!(gone(writing.edit(stranger, id).await.unwrap_err()));
        assert!(gone(writing.discard(stranger, id).await.unwrap_err()));
        let file = domain::writing::NewFile { name: "a".into(), mime_type: "text/plain".into(), bytes: vec![1] };
        assert!(gone(writing.attach(stranger, id, file).await.unwrap_err()));
        assert!(gone(writing.detach(stranger, id, id).await.unwrap_err()));
        let connection = desk.mailbox.connection;
        assert!(gone(
            writing.start(stranger, Beginning::New { connection, to: String::new() }, None).await.unwrap_err()
        ));
        assert!(
            writing.drafts(stranger).await.unwrap().is_empty() && writing.outbox(stranger).await.unwrap().is_empty()
        );
        assert!(writing.suggest_addresses(stranger, "a").await.unwrap().is_empty());
    })
    .await;
}
