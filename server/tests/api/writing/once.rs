//! Exactly once, whatever the provider does with its answers.

use super::desk::{Desk, SETTLED, on_all};
use domain::writing::{State, Why};
use serde_json::{Value, json};

/// What may happen to one call.
fn troubles() -> [Value; 6] {
    [
        json!({ "cut": "after", "times": 1 }),
        json!({ "cut": "before", "times": 1 }),
        json!({ "cut": "late", "delay_ms": 30, "times": 1 }),
        json!({ "status": 503, "times": 1 }),
        json!({ "status": 429, "headers": { "Retry-After": "7" }, "times": 1 }),
        json!({ "status": 500, "body": "<html>no JSON</html>", "times": 1 }),
    ]
}

#[tokio::test]
async fn whatever_becomes_of_one_answer_the_mail_arrives_once() {
    on_all(async |desk: Desk<'_>| {
        let (sent, drafts) = (desk.labelled("SENT").await, desk.labelled("DRAFT").await);
        let mut mails = 0;
        for step in desk.steps() {
            for trouble in troubles() {
                desk.fault(step, trouble.clone()).await;
                let id = desk.queued().await;
                desk.leave().await;
                let faults = desk.mailbox.lever("GET", "faults", &Value::Null).await;
                assert!(faults.as_array().unwrap().is_empty(), "it was met: {faults}");
                // Its work is over before anybody looks.
                while trouble["cut"] == "late" && !desk.was_done(step, mails, drafts).await {
                    tokio::task::yield_now().await;
                }
                desk.app().advance(SETTLED).await;
                desk.app().work_off_queue().await;
                mails += 1;
                assert!(matches!(desk.state(id).await, State::Sent { .. }), "{step} {trouble}");
                assert_eq!(desk.copies().await, mails, "{step} {trouble}");
            }
        }
        desk.settle().await;
        assert_eq!(desk.copies().await, mails);
        assert_eq!(desk.labelled("SENT").await, sent + usize::try_from(mails).unwrap());
        assert_eq!(desk.labelled("DRAFT").await, drafts, "no draft is left there");
    })
    .await;
}

#[tokio::test]
async fn nobody_looks_and_nothing_is_sent_again_while_a_call_may_still_be_at_work() {
    on_all(async |desk: Desk<'_>| {
        let last = desk.steps().last().unwrap();
        desk.fault(last, json!({ "cut": "before", "times": 1 })).await;
        let id = desk.queued().await;
        desk.leave().await;
        let State::Sending { again: Some(again) } = desk.state(id).await else { panic!("{:?}", desk.state(id).await) };
        let now = desk.app().domain.clock().now();
        assert!((again - now).num_seconds() > 60, "its person sees when it goes on");
        desk.app().advance(60).await;
        desk.app().work_off_queue().await;
        assert_eq!((desk.state(id).await, desk.copies().await), (State::Sending { again: Some(again) }, 0));
        desk.app().advance(SETTLED).await;
        desk.app().work_off_queue().await;
        assert_eq!(desk.copies().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_never_answers_is_given_up_after_a_day_and_the_mail_can_be_sent_again() {
    on_all(async |desk: Desk<'_>| {
        for (cut, arrived) in [("before", 0), ("after", 1)] {
            let before = desk.copies().await;
            let last = desk.steps().last().unwrap();
            desk.fault(last, json!({ "cut": cut, "times": 1 })).await;
            let id = desk.queued().await;
            desk.leave().await;
            // From now on nothing is answered.
            desk.fault("/(messages|send)", json!({ "cut": "before" })).await;
            for _ in 0..3 {
                desk.app().advance(12 * 3600).await;
                desk.app().work_off_queue().await;
            }
            let State::Failed { why, .. } = desk.state(id).await else { panic!("{:?}", desk.state(id).await) };
            assert_eq!((why, desk.copies().await), (Why::Unknown, before + arrived));
            let edit = desk.writing().edit(desk.user, id).await;
            assert!(edit.is_err(), "it may be there already");
            desk.mailbox.clear_faults().await;
            desk.writing().retry(desk.user, id).await.unwrap();
            desk.settle().await;
            assert!(matches!(desk.state(id).await, State::Sent { .. }), "{:?}", desk.state(id).await);
            assert_eq!(desk.copies().await, before + 1, "{cut}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_renewed_and_the_mail_sent_once() {
    on_all(async |desk: Desk<'_>| {
        let mut mails = 0;
        for step in desk.steps() {
            desk.fault(step, json!({ "status": 401, "times": 1 })).await;
            let id = desk.queued().await;
            desk.leave().await;
            mails += 1;
            assert!(matches!(desk.state(id).await, State::Sent { .. }), "{:?}", desk.state(id).await);
            assert_eq!(desk.copies().await, mails);
        }
    })
    .await;
}

impl Desk<'_> {
    /// Whether a step that nobody waited for was done after all: a mail was sent, or a draft lies there.
    async fn was_done(&self, step: &str, copies: u64, drafts: usize) -> bool {
        if step.ends_with("/send$") { self.copies().await > copies } else { self.labelled("DRAFT").await > drafts }
    }
}
