//! Through Gmail, where sending is one call that has no name: the mail is looked for by its own `Message-ID` before a call
//! without an answer is made again.

use super::{Errand, SETTLES, Step, Stop};
use crate::{
    providers::{google::gmail::Gmail, sending::Unsent},
    writing::{Why, Writing},
};

impl Writing {
    /// Gmail's id of the sent mail.
    pub(super) async fn through_gmail(&self, gmail: &Gmail, errand: &mut Errand<'_>) -> Result<String, Stop> {
        if Step::of(&errand.mail) == Step::Asked {
            self.let_settle(errand).await?;
            if let Some(id) = gmail.find_by_message_id(errand.caller(), errand.message_id()).await? {
                return Ok(id);
            }
            self.note(errand, Step::None, None, None).await?;
        }
        let files = self.enclosures(errand).await?;
        let letter = self.letter(errand, files)?;
        self.still_ours(errand).await?;
        self.note(errand, Step::Asked, None, None).await?;
        let thread = errand.mail.thread_remote_id.clone();
        match gmail.send(errand.caller(), &letter, thread.as_deref()).await {
            Ok(id) => Ok(id),
            Err(unsent) => Err(self.not_by_gmail(errand, unsent).await?),
        }
    }

    /// What is known about a call that did not end well.
    async fn not_by_gmail(&self, errand: &mut Errand<'_>, unsent: Unsent) -> Result<Stop, Stop> {
        if let Unsent::Unknown(error) = unsent {
            let settled = self.connections().clock.now() + SETTLES;
            self.note(errand, Step::Asked, Some(settled), None).await?;
            return Ok(Stop::Later(Box::new(error)));
        }
        // Anything else is an answer, and says that it was not done.
        self.note(errand, Step::None, None, None).await?;
        Ok(match unsent {
            Unsent::Throttled { until } => Stop::Throttled(until),
            Unsent::Expired(error) | Unsent::ScopeMissing(error) => Stop::Renew(error),
            Unsent::Gone if errand.mail.thread_remote_id.is_some() => {
                // The conversation was deleted there: its mail begins one of its own.
                self.leave_conversation(errand).await?;
                Stop::Again
            }
            Unsent::NotAllowed => Stop::Failed(Why::NotAllowed),
            Unsent::TooLarge => Stop::Failed(Why::TooLarge),
            Unsent::Gone | Unsent::NotAccepted | Unsent::Unknown(_) => Stop::Failed(Why::NotAccepted),
        })
    }

    async fn leave_conversation(&self, errand: &mut Errand<'_>) -> Result<(), Stop> {
        use entity::written_mails::{Column, Entity};
        use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
        Entity::update_many()
            .col_expr(Column::ThreadRemoteId, Expr::value(None::<String>))
            .filter(Column::Id.eq(errand.mail.id))
            .exec(&self.connections().db)
            .await?;
        errand.mail.thread_remote_id = None;
        Ok(())
    }
}
