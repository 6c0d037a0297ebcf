//! Processes that die at each step: the next one knows what may have happened.

use super::desk::{Desk, SETTLED, on_all};
use crate::acting::mailbox::At;
use domain::writing::State;
use serde_json::json;
use uuid::Uuid;

impl Desk<'_> {
    /// Puts back what was written down: the process died right then, and its job is taken up by the next.
    async fn as_if(&self, columns: &str) {
        let sql = format!("UPDATE written_mails SET {columns} WHERE state <> 'writing'");
        self.app().database.execute(&sql).await;
    }

    /// Another process finds the job.
    async fn take_up(&self, id: Uuid) {
        self.app().domain.retry_job(self.user, self.job_of(id).await).await.unwrap();
        self.app().work_off_queue().await;
        self.app().advance(SETTLED).await;
        self.app().work_off_queue().await;
        assert!(matches!(self.state(id).await, State::Sent { .. }), "{:?}", self.state(id).await);
    }

    async fn job_of(&self, id: Uuid) -> Uuid {
        let jobs = self.app().domain.jobs_of(self.user).await.unwrap();
        let found = jobs.queued.iter().find(|(job, _)| job.kind == "send_written" && job.subject == Some(id));
        found.expect("its job").0.id
    }

    /// A worker that dies while the provider holds a call back.
    async fn die_in(&self, step: &str) {
        self.fault(step, json!({ "delay_ms": 60_000, "times": 1 })).await;
        self.app().advance(11).await;
        let domain = self.app().domain.clone();
        let worker = tokio::spawn(async move { while domain.run_one_job().await {} });
        self.app()
            .while_time_goes_by(async {
                let faults = async || self.mailbox.lever("GET", "faults", &serde_json::Value::Null).await;
                while !faults().await.as_array().unwrap().is_empty() {
                    tokio::task::yield_now().await;
                }
            })
            .await;
        worker.abort();
        let _ = worker.await;
    }
}

#[tokio::test]
async fn a_worker_that_dies_in_a_call_that_was_never_done_is_followed_by_one_that_does_it() {
    on_all(async |desk: Desk<'_>| {
        let mut mails = 0;
        for step in desk.steps() {
            let id = desk.queued().await;
            desk.die_in(step).await;
            assert!(
                matches!(desk.state(id).await, State::Sending { .. }),
                "nothing is lost: {:?}",
                desk.state(id).await
            );
            desk.settle().await;
            mails += 1;
            assert!(matches!(desk.state(id).await, State::Sent { .. }), "{step}: {:?}", desk.state(id).await);
            assert_eq!(desk.copies().await, mails, "{step}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_dies_between_a_call_and_its_record_is_followed_by_one_that_looks() {
    on_all(async |desk: Desk<'_>| {
        let drafts = desk.labelled("DRAFT").await;
        // The provider did the step, and nothing of it is written down here but that it was asked.
        let mut mails = 0;
        for (at, step) in desk.steps().iter().enumerate() {
            let id = desk.queued().await;
            let before = if *step == "/send$" || desk.mailbox.at == At::Gmail { "asked" } else { "drafting" };
            desk.fault(step, json!({ "cut": "after", "times": 1 })).await;
            desk.leave().await;
            desk.as_if("again_at = NULL").await;
            let steps = desk.app().database.texts("SELECT step FROM written_mails WHERE state = 'sending'").await;
            assert_eq!(steps, [before], "step {at}");
            desk.take_up(id).await;
            mails += 1;
            assert_eq!(desk.copies().await, mails, "{step}");
        }
        desk.settle().await;
        assert_eq!((desk.copies().await, desk.labelled("DRAFT").await), (mails, drafts));
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_arrived_and_whose_arrival_was_not_written_down_is_found() {
    on_all(async |desk: Desk<'_>| {
        desk.fault(desk.steps().last().unwrap(), json!({ "cut": "after", "times": 1 })).await;
        let id = desk.queued().await;
        desk.leave().await;
        assert_eq!(desk.copies().await, 1);
        // The person files what they sent before anybody looks.
        let own = desk.mailbox.there().await.into_iter().find(|(_, labels)| labels.contains("SENT")).unwrap().0;
        desk.mailbox.elsewhere(&own, &["STARRED"], &[]).await;
        desk.settle().await;
        assert!(matches!(desk.state(id).await, State::Sent { .. }));
        assert_eq!(desk.copies().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_draft_at_outlook_that_is_gone_was_sent_if_it_was_asked_for_and_else_was_not() {
    on_all(async |desk: Desk<'_>| {
        if desk.mailbox.at == At::Gmail {
            return;
        }
        // Sent, and thrown away by its person before the look.
        desk.fault("/send$", json!({ "cut": "after", "times": 1 })).await;
        let id = desk.queued().await;
        desk.leave().await;
        let known = "SELECT remote_id FROM written_mails WHERE state = 'sending'";
        let draft = desk.app().database.texts(known).await.remove(0);
        let path = format!("mailboxes/{}/messages/{draft}", desk.mailbox.address);
        desk.mailbox.lever("DELETE", &path, &serde_json::Value::Null).await;
        desk.settle().await;
        assert!(matches!(desk.state(id).await, State::Sent { .. }));
        assert_eq!(desk.copies().await, 1);
        // A draft whose sending was never asked for.
        desk.fault("/send$", json!({ "status": 401, "times": 2 })).await;
        let id = desk.queued().await;
        desk.leave().await;
        let draft = desk.app().database.texts(known).await.remove(0);
        desk.as_if("step = 'drafted'").await;
        let path = format!("mailboxes/{}/messages/{draft}", desk.mailbox.address);
        desk.mailbox.lever("DELETE", &path, &serde_json::Value::Null).await;
        desk.settle().await;
        assert!(matches!(desk.state(id).await, State::Sent { .. }), "{:?}", desk.state(id).await);
        assert_eq!(desk.copies().await, 2);
    })
    .await;
}
