//! What is attached.

use super::{Fault, Field, WriteError, Writing};
use crate::{database::begin_write, mail};
use entity::{
    written_files::{self, Column as C, Entity as Files},
    written_mails,
};
use lettre::message::header::ContentType;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

/// Most files of one mail.
pub const MOST_FILES: usize = 100;
/// Most bytes of all files of a mail: what both providers tell their people (25 MB), and in base64 just below the
/// 36,700,160 bytes that Gmail takes as one upload.
pub(super) const MOST_BYTES: u64 = 25 * 1024 * 1024;
/// Longest name in letters.
const LONGEST_NAME: usize = 150;
const OCTETS: &str = "application/octet-stream";

/// An attached file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name here.
    pub id: Uuid,
    /// File name.
    pub name: String,
    /// Media type.
    pub mime_type: String,
    /// Bytes.
    pub size: u64,
}

/// A file that somebody attaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// File name as the browser says it; only its last part is kept.
    pub name: String,
    /// Media type as the browser says it; `application/octet-stream` when that is none.
    pub mime_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Writing {
    /// Attaches a file to a draft. `Refused` with `TooLong { field: Files, … }` when all files together would be more
    /// than [`super::Draft::most_bytes`], or more than [`MOST_FILES`].
    pub async fn attach(&self, user: Uuid, draft: Uuid, file: NewFile) -> Result<File, WriteError> {
        let (tx, now) = (begin_write(&self.connections().db).await?, self.connections().clock.now());
        touch(&tx, user, draft, now).await?;
        let sizes = sizes(&tx, draft).await?;
        let (number, size) = (sizes.len() + 1, size(file.bytes.len()));
        if number > MOST_FILES {
            return Err(WriteError::Refused(vec![Fault::too_long(Field::Files, number, MOST_FILES)]));
        }
        check_together(sizes.iter().sum::<u64>() + size).map_err(|fault| WriteError::Refused(vec![fault]))?;
        let row = written_files::ActiveModel {
            id: Set(self.connections().randomness.uuid(now)),
            mail_id: Set(draft),
            name: Set(sound_name(&file.name)),
            mime_type: Set(sound_type(&file.mime_type)),
            size: Set(i64::try_from(size).unwrap_or(i64::MAX)),
            content: Set(Some(file.bytes)),
            source_message: Set(None),
            source_part: Set(None),
            created_at: Set(now),
        };
        let row = row.insert(&tx).await?;
        tx.commit().await?;
        Ok(File { id: row.id, name: row.name, mime_type: row.mime_type, size })
    }

    /// Takes a file off a draft.
    pub async fn detach(&self, user: Uuid, draft: Uuid, file: Uuid) -> Result<(), WriteError> {
        let tx = begin_write(&self.connections().db).await?;
        touch(&tx, user, draft, self.connections().clock.now()).await?;
        let gone = Files::delete_many().filter(C::Id.eq(file)).filter(C::MailId.eq(draft)).exec(&tx).await?;
        if gone.rows_affected == 0 {
            return Err(WriteError::NotFound);
        }
        tx.commit().await?;
        Ok(())
    }

    /// What is attached to a mail, in the order it was; without its content.
    pub(super) async fn files(&self, mail: Uuid) -> Result<Vec<File>, DbErr> {
        let rows: Vec<(Uuid, String, String, i64)> = Files::find()
            .select_only()
            .columns([C::Id, C::Name, C::MimeType, C::Size])
            .filter(C::MailId.eq(mail))
            .order_by_asc(C::CreatedAt)
            .order_by_asc(C::Id)
            .into_tuple()
            .all(&self.connections().db)
            .await?;
        let file = |(id, name, mime_type, size): (_, _, _, i64)| File {
            id,
            name,
            mime_type,
            size: u64::try_from(size).unwrap_or_default(),
        };
        Ok(rows.into_iter().map(file).collect())
    }
}

/// Whether so many bytes of files may be sent in one mail.
pub(super) fn check_together(bytes: u64) -> Result<(), Fault> {
    if bytes > MOST_BYTES {
        return Err(Fault::TooLong { field: Field::Files, length: bytes, most: MOST_BYTES });
    }
    Ok(())
}

/// A name that is no path, in one line, and not endless.
pub(super) fn sound_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let letters: Vec<char> = mail::plain(last).chars().collect();
    // The end tells what kind of file it is.
    let kept = letters[letters.len().saturating_sub(LONGEST_NAME)..].iter().collect::<String>();
    if kept.is_empty() { "file".to_owned() } else { kept }
}

/// A media type that a part of a mail may have: no mail and no multipart, which would have to be written unencoded.
pub(super) fn sound_type(mime_type: &str) -> String {
    let mime_type = mime_type.trim().to_lowercase();
    let composite = mime_type.starts_with("multipart/") || mime_type.starts_with("message/");
    let plain = mime_type.is_ascii() && !mime_type.contains(|c: char| c.is_control());
    if plain && !composite && ContentType::parse(&mime_type).is_ok() { mime_type } else { OCTETS.to_owned() }
}

/// The draft is changed by this transaction, and by nobody else meanwhile.
async fn touch(
    tx: &DatabaseTransaction,
    user: Uuid,
    draft: Uuid,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), WriteError> {
    use written_mails::{Column, Entity};
    let of_user = || Column::Id.eq(draft).and(Column::UserId.eq(user));
    let touched = Entity::update_many()
        .col_expr(Column::Touched, Expr::value(true))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(of_user())
        .filter(Column::State.eq("writing"))
        .exec(tx)
        .await?;
    if touched.rows_affected > 0 {
        return Ok(());
    }
    let known = Entity::find().select_only().column(Column::Id).filter(of_user()).into_tuple::<Uuid>().one(tx).await?;
    Err(if known.is_some() { WriteError::NotADraft } else { WriteError::NotFound })
}

async fn sizes(db: &impl ConnectionTrait, mail: Uuid) -> Result<Vec<u64>, DbErr> {
    let all: Vec<i64> =
        Files::find().select_only().column(C::Size).filter(C::MailId.eq(mail)).into_tuple().all(db).await?;
    Ok(all.into_iter().map(|size| u64::try_from(size).unwrap_or_default()).collect())
}

fn size(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_paths_and_types_are_types() {
        assert_eq!(sound_name("C:\\fakepath\\año 2026.pdf"), "año 2026.pdf");
        assert_eq!(sound_name("../../etc/passwd"), "passwd");
        assert_eq!(sound_name("a\r\nX: y\u{202e}.txt"), "a X: y.txt");
        assert_eq!(sound_name("folder/"), "file");
        assert!(sound_name(&format!("{}.pdf", "x".repeat(500))).ends_with("x.pdf"));
        assert_eq!(sound_type("Application/PDF"), "application/pdf");
        for wrong in ["", "nonsense", "text/plain\r\nX: y", "message/rfc822", "multipart/mixed; boundary=x", "ä/b"] {
            assert_eq!(sound_type(wrong), OCTETS, "{wrong}");
        }
    }
}
