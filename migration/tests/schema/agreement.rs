//! Entities and schema say the same: the same columns, the same nullability, and a row comes back as it went in.

use std::fmt::Debug;

use entity::{
    acts, attachments, audit_events, channels, check_ids, connected_accounts, disconnections, exclusions, feed_items,
    identities, image_senders, installation, job_runs, jobs, labels, mailbox_checks, message_bodies, message_labels,
    messages, notifications, oauth_attempts, oauth_grants, proofs, provider_units, refresh_tokens, rereads,
    search_shelves, sessions, sought_messages, sync_feeds, token_families, users, written_files, written_mails,
};
use sea_orm::prelude::{DateTimeUtc, Uuid};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityName, EntityTrait, IdenStatic, Iterable, ModelTrait,
    QueryFilter, QueryOrder,
};

use crate::database::{insert, insert_all, on_both, tables, texts};
use crate::specimens;

#[tokio::test]
async fn every_row_comes_back_as_it_went_in() {
    on_both(|db| async move {
        insert_all(&db).await;
        returns(&db, specimens::users()).await;
        returns(&db, specimens::identities()).await;
        returns(&db, specimens::sessions()).await;
        returns(&db, specimens::proofs()).await;
        returns(&db, specimens::notifications()).await;
        returns(&db, specimens::token_families()).await;
        returns(&db, specimens::refresh_tokens()).await;
        returns(&db, specimens::oauth_attempts()).await;
        returns(&db, specimens::connected_accounts()).await;
        returns(&db, specimens::oauth_grants()).await;
        returns(&db, specimens::disconnections()).await;
        returns(&db, specimens::sync_feeds()).await;
        returns(&db, specimens::feed_items()).await;
        returns(&db, specimens::mailbox_checks()).await;
        returns(&db, specimens::acts()).await;
        returns(&db, specimens::rereads()).await;
        returns(&db, specimens::check_ids()).await;
        returns(&db, specimens::channels()).await;
        returns(&db, specimens::exclusions()).await;
        returns(&db, specimens::sought_messages()).await;
        returns(&db, specimens::search_shelves()).await;
        returns(&db, specimens::image_senders()).await;
        returns(&db, specimens::messages()).await;
        returns(&db, specimens::message_bodies()).await;
        returns(&db, specimens::attachments()).await;
        returns(&db, specimens::labels()).await;
        returns(&db, specimens::message_labels()).await;
        returns(&db, specimens::written_mails()).await;
        returns(&db, specimens::written_files()).await;
        returns(&db, specimens::jobs()).await;
        returns(&db, specimens::job_runs()).await;
        returns(&db, specimens::provider_units()).await;
        returns(&db, specimens::audit_events()).await;
        returns(&db, specimens::installation()).await;
    })
    .await;
}

#[tokio::test]
async fn columns_and_nullability_agree() {
    on_both(|db| async move {
        insert_all(&db).await;
        let mut described = vec![
            agrees(&db, users::Entity).await,
            agrees(&db, identities::Entity).await,
            agrees(&db, sessions::Entity).await,
            agrees(&db, proofs::Entity).await,
            agrees(&db, notifications::Entity).await,
            agrees(&db, token_families::Entity).await,
            agrees(&db, refresh_tokens::Entity).await,
            agrees(&db, oauth_attempts::Entity).await,
            agrees(&db, connected_accounts::Entity).await,
            agrees(&db, oauth_grants::Entity).await,
            agrees(&db, disconnections::Entity).await,
            agrees(&db, sync_feeds::Entity).await,
            agrees(&db, feed_items::Entity).await,
            agrees(&db, mailbox_checks::Entity).await,
            agrees(&db, acts::Entity).await,
            agrees(&db, rereads::Entity).await,
            agrees(&db, check_ids::Entity).await,
            agrees(&db, channels::Entity).await,
            agrees(&db, exclusions::Entity).await,
            agrees(&db, sought_messages::Entity).await,
            agrees(&db, search_shelves::Entity).await,
            agrees(&db, image_senders::Entity).await,
            agrees(&db, messages::Entity).await,
            agrees(&db, message_bodies::Entity).await,
            agrees(&db, attachments::Entity).await,
            agrees(&db, labels::Entity).await,
            agrees(&db, message_labels::Entity).await,
            agrees(&db, written_mails::Entity).await,
            agrees(&db, written_files::Entity).await,
            agrees(&db, jobs::Entity).await,
            agrees(&db, job_runs::Entity).await,
            agrees(&db, provider_units::Entity).await,
            agrees(&db, audit_events::Entity).await,
            agrees(&db, installation::Entity).await,
        ];
        // The index of words is each database's own, and has none.
        described.push("search_index");
        described.sort_unstable();
        assert_eq!(described, tables(&db).await, "every table has an entity");
    })
    .await;
}

/// SQLite keeps instants as text, so their order must be the order of the text, whatever number of digits they have.
#[tokio::test]
async fn instants_sort_and_compare_by_time() {
    on_both(|db| async move {
        insert_all(&db).await;
        messages::Entity::delete_many().exec(&db).await.unwrap();
        let second = 1_795_000_000_000_000;
        let micros = [second, second + 1, second + 100_000, second + 100_001, second + 500_000, second + 1_000_000];
        for (number, micros) in micros.into_iter().enumerate().rev() {
            let row = messages::Model {
                id: Uuid::from_u128(100 + number as u128),
                remote_id: number.to_string(),
                received_at: DateTimeUtc::from_timestamp_micros(micros).unwrap(),
                ..specimens::messages()
            };
            insert(row, &db).await.unwrap();
        }
        let sorted = messages::Entity::find().order_by_asc(messages::COLUMN.received_at).all(&db).await.unwrap();
        let sorted: Vec<i64> = sorted.iter().map(|row| row.received_at.timestamp_micros()).collect();
        assert_eq!(sorted, micros);
        for (older, instant) in micros.into_iter().enumerate() {
            let instant = DateTimeUtc::from_timestamp_micros(instant).unwrap();
            let before = messages::Entity::find().filter(messages::COLUMN.received_at.lt(instant));
            assert_eq!(before.all(&db).await.unwrap().len(), older, "before {instant}");
        }
    })
    .await;
}

/// Reads the only row of the model's table.
async fn returns<M>(db: &DatabaseConnection, row: M)
where
    M: ModelTrait + PartialEq + Debug,
    M::Entity: EntityTrait<Model = M>,
{
    assert_eq!(M::Entity::find().all(db).await.unwrap(), [row]);
}

/// Compares the names of the columns, then tries to empty each of them. Gives the name of the table.
async fn agrees<E: EntityTrait>(db: &DatabaseConnection, entity: E) -> &'static str {
    let table = EntityName::table_name(&entity);
    let mut columns: Vec<&str> = E::Column::iter().map(|column| column.as_str()).collect();
    columns.sort_unstable();
    let sqlite = format!("SELECT name FROM pragma_table_info('{table}')");
    let postgres = format!("SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'");
    assert_eq!(texts(db, &sqlite, &postgres).await, columns, "columns of {table}");

    for column in E::Column::iter() {
        let emptied = db.execute_unprepared(&format!("UPDATE {table} SET \"{}\" = NULL", column.as_str())).await;
        assert_eq!(
            emptied.is_ok(),
            column.def().is_null(),
            "whether {table}.{} may be empty: {emptied:?}",
            column.as_str()
        );
        E::find().all(db).await.unwrap();
    }
    table
}
