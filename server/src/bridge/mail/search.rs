//! What was found, as the screen shows it.

use super::{Mail, place_for_screen, refusal};
use app::{
    error::AppError,
    features::{
        mail::{Hint, Part, Piece, SearchHit, SearchPage, SoughtPage, Unreached, WhyUnreached},
        users::Viewer,
    },
};
use domain::{
    mail::{self, Marked, Search},
    reading::ReadError,
};
use uuid::Uuid;

impl Mail {
    /// Dates are read in the zone of the person's profile, or else in that of their browser.
    pub(super) async fn find(
        &self,
        viewer: &Viewer,
        connection: Option<Uuid>,
        text: &str,
        after: Option<&str>,
        zone: Option<&str>,
    ) -> Result<SearchPage, AppError> {
        let only = self.only(viewer, connection).await?;
        let zone = viewer.zone.as_deref().or(zone);
        let now = self.domain.clock().now();
        let search = Search { user: viewer.user_id, connection, text, after, zone, now };
        let found = self.domain.mail().search(search).await.map_err(|error| refusal(&self.reports, error))?;
        Ok(SearchPage {
            hits: found.hits.into_iter().map(hit).collect(),
            next: found.next,
            only,
            hints: found.hints.into_iter().map(hint).collect(),
        })
    }
}

impl Mail {
    /// The same at the providers.
    pub(super) async fn seek(
        &self,
        viewer: &Viewer,
        connection: Option<Uuid>,
        text: &str,
        zone: Option<&str>,
    ) -> Result<SoughtPage, AppError> {
        let only = self.only(viewer, connection).await?;
        let zone = viewer.zone.as_deref().or(zone);
        let now = self.domain.clock().now();
        let search = Search { user: viewer.user_id, connection, text, after: None, zone, now };
        let sought = self.domain.reading().seek(search).await;
        let sought = sought.map_err(|error| super::super::reading::refusal(&self.reports, error))?;
        let own = if sought.unreached.is_empty() { Vec::new() } else { self.connections(viewer).await? };
        let unreached = sought.unreached.into_iter().filter_map(|(id, why)| {
            let connection = own.iter().find(|connection| connection.id == id)?;
            Some(Unreached { mailbox: connection.address.clone(), why: why_unreached(&why) })
        });
        Ok(SoughtPage {
            hits: sought.hits.into_iter().map(hit).collect(),
            fetching: sought.fetching,
            left_out: sought.left_out,
            failed: sought.failed,
            unreached: unreached.collect(),
            only,
            hints: sought.hints.into_iter().map(hint).collect(),
        })
    }

    /// The address of the only mailbox that is searched, which has to be the viewer's.
    async fn only(&self, viewer: &Viewer, connection: Option<Uuid>) -> Result<Option<String>, AppError> {
        let Some(connection) = connection else { return Ok(None) };
        let own = self.domain.connections().find(viewer.user_id, connection).await;
        let own = own.map_err(|error| self.reports.unexpected(&error))?.ok_or(AppError::NotFound)?;
        Ok(Some(own.address))
    }
}

fn why_unreached(why: &ReadError) -> WhyUnreached {
    match why {
        ReadError::NeedsReconnect => WhyUnreached::NeedsReconnect,
        ReadError::NotAllowed => WhyUnreached::NotAllowed,
        _ => WhyUnreached::Unavailable,
    }
}

fn hit(hit: mail::Hit) -> SearchHit {
    SearchHit {
        id: hit.id,
        sender: pieces(&hit.sender),
        subject: pieces(&hit.subject),
        excerpt: pieces(&hit.excerpt),
        from: match hit.from {
            mail::Part::Text => Part::Text,
            mail::Part::Files => Part::Files,
            mail::Part::Recipients => Part::Recipients,
        },
        received_at: hit.received_at,
        unread: hit.unread,
        starred: hit.starred,
        has_attachments: hit.has_attachments,
        place: place_for_screen(hit.place),
    }
}

/// The text cut where a mark begins and ends.
fn pieces(marked: &Marked) -> Vec<Piece> {
    let (mut pieces, mut at) = (Vec::new(), 0);
    let mut push = |text: Option<&str>, marked| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            pieces.push(Piece { text: text.to_owned(), marked });
        }
    };
    for mark in &marked.marks {
        push(marked.text.get(at..mark.start), false);
        push(marked.text.get(mark.clone()), true);
        at = mark.end;
    }
    push(marked.text.get(at..), false);
    pieces
}

fn hint(hint: mail::Hint) -> Hint {
    match hint {
        mail::Hint::UnknownOperator(name) => Hint::UnknownOperator(name),
        mail::Hint::Empty(name) => Hint::Empty(name),
        mail::Hint::NotADay(text) => Hint::NotADay(text),
        mail::Hint::NotASpan(text) => Hint::NotASpan(text),
        mail::Hint::UnknownIs(text) => Hint::UnknownIs(text),
        mail::Hint::UnknownHas(text) => Hint::UnknownHas(text),
        mail::Hint::UnknownPlace(name) => Hint::UnknownPlace(name),
        mail::Hint::NoAlternatives => Hint::NoAlternatives,
        mail::Hint::OnlyNot => Hint::OnlyNot,
        mail::Hint::NothingToLookFor => Hint::NothingToLookFor,
        mail::Hint::TooLong => Hint::TooLong,
        mail::Hint::StillReading => Hint::StillReading,
    }
}
