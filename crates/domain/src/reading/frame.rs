//! The document in the frame of a mail.

use super::{ReadError, Reading, signed::Signer};
use crate::mail::{self, FoldWords, Pictures};
use chrono::{DateTime, Utc};
use entity::{attachments, message_bodies};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use url::form_urlencoded::Serializer;
use uuid::Uuid;

/// Pictures of one mail that get an address.
const MOST_PICTURES: usize = 300;
/// Longest address of a picture elsewhere.
const LONGEST_ADDRESS: usize = 4_096;

/// The document, and where its pictures are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// HTML, whole.
    pub document: String,
    /// The path below which all its pictures are, and nothing else is.
    pub pictures: String,
}

impl Reading {
    /// The cleaned HTML of a mail, its quotes folded under `words`; with pictures of other servers when `images`. [`ReadError::NotFound`] also when it has
    /// no HTML.
    pub async fn frame(&self, user: Uuid, message: Uuid, images: bool, words: FoldWords) -> Result<Frame, ReadError> {
        let db = &self.connections().db;
        let message = mail::find(db, user, message).await?;
        let body = message_bodies::Entity::find_by_id(message.id).one(db).await?;
        let html = body.and_then(|body| body.html).ok_or(ReadError::NotFound)?;
        let named = attachments::Entity::find()
            .filter(attachments::Column::MessageId.eq(message.id))
            .filter(attachments::Column::ContentId.is_not_null())
            .all(db)
            .await?;
        let gallery = Gallery {
            message: message.id,
            signer: self.signer.clone(),
            now: self.connections().clock.now(),
            files: named
                .into_iter()
                .filter_map(|file| Some((mail::name_in_text(file.content_id.as_deref()?), file.id)))
                .collect(),
            images,
            left: AtomicUsize::new(MOST_PICTURES),
        };
        let pictures = gallery.path();
        let subject = message.subject;
        let pictures_of: Pictures = Arc::new(move |address| gallery.address(address));
        // A long mail takes a while, and would hold up everything else on this thread.
        let document = tokio::task::spawn_blocking(move || mail::cleaned(&html, &subject, words, pictures_of)).await;
        Ok(Frame { document: document.map_err(|_| ReadError::Unavailable)?, pictures })
    }
}

/// Gives the pictures of one mail their addresses.
struct Gallery {
    message: Uuid,
    signer: Arc<Signer>,
    now: DateTime<Utc>,
    /// By their names in the text.
    files: HashMap<String, Uuid>,
    images: bool,
    left: AtomicUsize,
}

impl Gallery {
    fn path(&self) -> String {
        format!("/pictures/{}/", self.message)
    }

    fn address(&self, named: &str) -> Option<String> {
        let start = |word: &str| named.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if start("cid:") {
            let file = self.files.get(&mail::name_in_text(&named[4..]))?.to_string();
            return Some(format!("{}{file}?{}", self.path(), self.permit(&file, None)?));
        }
        let remote = self.images && (start("https://") || start("http://")) && named.len() <= LONGEST_ADDRESS;
        remote.then(|| self.permit(named, Some(named)).map(|permit| format!("{}remote?{permit}", self.path())))?
    }

    /// As a query.
    fn permit(&self, picture: &str, from: Option<&str>) -> Option<String> {
        let less = |left: usize| left.checked_sub(1);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).ok()?;
        let permit = self.signer.permit(self.message, picture, self.now);
        let mut query = Serializer::new(String::new());
        query.append_pair("until", &permit.until.to_string()).append_pair("proof", &permit.proof);
        if let Some(from) = from {
            query.append_pair("from", from);
        }
        Some(query.finish())
    }
}
