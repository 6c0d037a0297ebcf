//! The names of attached files, by which their mails are found.

use entity::attachments::{Column as C, Entity as Attachments};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// The names of the files of these mails.
pub(super) async fn names(
    db: &impl ConnectionTrait,
    mails: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<String>>, DbErr> {
    let named: Vec<(Uuid, String)> = Attachments::find()
        .select_only()
        .columns([C::MessageId, C::Filename])
        .filter(C::MessageId.is_in(mails))
        .into_tuple()
        .all(db)
        .await?;
    let mut files: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (mail, name) in named {
        files.entry(mail).or_default().push(name);
    }
    Ok(files)
}
