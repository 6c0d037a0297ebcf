//! Through Outlook: a draft is made, its name is written down, and it is sent. A draft can be sent once, and its immutable
//! id stays its own: whoever asks for it learns whether it still is a draft.

use super::{Errand, SETTLES, Step, Stop};
use crate::{
    providers::{
        microsoft::mail::{OutlookMail, Standing},
        sending::Unsent,
    },
    writing::{Why, Writing, letter::Enclosure},
};

/// Files and text up to this size together travel inside the draft: base64 of base64 of them is below the 4 MB that Graph
/// takes as one request.
const INSIDE: usize = 2_000_000;

impl Writing {
    /// Outlook's id of the sent mail.
    pub(super) async fn through_outlook(&self, outlook: &OutlookMail, errand: &mut Errand<'_>) -> Result<String, Stop> {
        let before = Step::of(&errand.mail);
        let draft = match (before, errand.mail.remote_id.clone()) {
            (Step::Asked, Some(draft)) => {
                self.let_settle(errand).await?;
                match outlook.standing(errand.caller(), &draft).await? {
                    Standing::Draft => draft,
                    // A draft that is gone was sent: nobody else was asked to do anything to it.
                    Standing::Sent | Standing::Gone => return Ok(draft),
                }
            }
            (before, known) => {
                if before == Step::Drafting
                    && let Some(sent) = self.clear_away(outlook, errand).await?
                {
                    return Ok(sent);
                }
                let files = self.enclosures(errand).await?;
                let bytes = errand.mail.body.len() + files.iter().map(|file| file.bytes.len()).sum::<usize>();
                let inside = bytes <= INSIDE;
                match known {
                    // It was whole when its name was written down.
                    Some(draft) if before == Step::Drafted && inside => draft,
                    known => {
                        if let Some(unfinished) = known {
                            outlook.throw_away(errand.caller(), &unfinished).await?;
                        }
                        self.make_draft(outlook, errand, files, inside).await?
                    }
                }
            }
        };
        self.still_ours(errand).await?;
        self.note(errand, Step::Asked, None, Some(draft.clone())).await?;
        match outlook.send_draft(errand.caller(), &draft).await {
            Ok(()) => Ok(draft),
            Err(unsent) => self.not_by_outlook(outlook, errand, (before, draft), unsent).await,
        }
    }

    /// A draft was asked for and its name never heard: what came of it. The id of the mail, should it have been sent.
    async fn clear_away(&self, outlook: &OutlookMail, errand: &mut Errand<'_>) -> Result<Option<String>, Stop> {
        self.let_settle(errand).await?;
        for (id, is_draft) in outlook.find_by_message_id(errand.caller(), errand.message_id()).await? {
            if !is_draft {
                return Ok(Some(id));
            }
            outlook.throw_away(errand.caller(), &id).await?;
        }
        self.note(errand, Step::None, None, None).await?;
        Ok(None)
    }

    /// A draft that is whole.
    async fn make_draft(
        &self,
        outlook: &OutlookMail,
        errand: &mut Errand<'_>,
        mut files: Vec<Enclosure>,
        inside: bool,
    ) -> Result<String, Stop> {
        let apart = if inside { Vec::new() } else { std::mem::take(&mut files) };
        let letter = self.letter(errand, files)?;
        self.note(errand, Step::Drafting, None, None).await?;
        let draft = match outlook.draft(errand.caller(), &letter).await {
            Ok(draft) => draft,
            Err(unsent) => return Err(self.no_draft(errand, unsent).await?),
        };
        self.note(errand, Step::Drafted, None, Some(draft.clone())).await?;
        for file in apart {
            let added = outlook.add_file(errand.caller(), &draft, (&file.name, &file.mime_type), &file.bytes).await;
            // The next try begins with a draft of its own.
            added.map_err(|unsent| stop(unsent, "a file was not added"))?;
            self.still_ours(errand).await?;
        }
        Ok(draft)
    }

    async fn no_draft(&self, errand: &mut Errand<'_>, unsent: Unsent) -> Result<Stop, Stop> {
        if let Unsent::Unknown(error) = unsent {
            let settled = self.connections().clock.now() + SETTLES;
            self.note(errand, Step::Drafting, Some(settled), None).await?;
            return Ok(Stop::Later(Box::new(error)));
        }
        self.note(errand, Step::None, None, None).await?;
        Ok(stop(unsent, "the draft was not made"))
    }

    /// What is known about a draft that was not sent at once. Its id, should it have been sent.
    async fn not_by_outlook(
        &self,
        outlook: &OutlookMail,
        errand: &mut Errand<'_>,
        (before, draft): (Step, String),
        unsent: Unsent,
    ) -> Result<String, Stop> {
        let now = self.connections().clock.now();
        match unsent {
            Unsent::Unknown(error) => {
                self.note(errand, Step::Asked, Some(now + SETTLES), Some(draft)).await?;
                Err(Stop::Later(Box::new(error)))
            }
            unsent @ (Unsent::Throttled { .. } | Unsent::Expired(_) | Unsent::ScopeMissing(_)) => {
                // Answered, and not done: there is nothing to wait for.
                self.note(errand, Step::Asked, Some(now), Some(draft)).await?;
                Err(stop(unsent, "not sent"))
            }
            unsent => match outlook.standing(errand.caller(), &draft).await? {
                // An earlier call was still at work.
                Standing::Sent => Ok(draft),
                Standing::Gone if before == Step::Asked => Ok(draft),
                Standing::Gone => {
                    // Somebody threw it away before it was ever asked for.
                    self.note(errand, Step::None, None, None).await?;
                    Err(Stop::Again)
                }
                Standing::Draft => {
                    self.note(errand, Step::None, None, None).await?;
                    if let Err(error) = outlook.throw_away(errand.caller(), &draft).await {
                        tracing::debug!(mail = %errand.mail.id, %error, "written.draft_left");
                    }
                    Err(stop(unsent, "not sent"))
                }
            },
        }
    }
}

fn stop(unsent: Unsent, what: &'static str) -> Stop {
    match unsent {
        Unsent::Throttled { until } => Stop::Throttled(until),
        Unsent::Expired(error) | Unsent::ScopeMissing(error) => Stop::Renew(error),
        Unsent::Unknown(error) => Stop::Later(Box::new(error)),
        Unsent::NotAllowed => Stop::Failed(Why::NotAllowed),
        Unsent::TooLarge => Stop::Failed(Why::TooLarge),
        Unsent::NotAccepted => Stop::Failed(Why::NotAccepted),
        Unsent::Gone => Stop::Later(what.into()),
    }
}
