//! Makes much mail of little: every mail again, at other times and under other names.

use crate::harness::database::TestDatabase;
use sea_orm::DbBackend;

/// Letters of a text: so that half of them have 1.5 KB or less.
const LETTERS: usize = 3_000;
/// Columns of a mail that are its own.
const OWN: [&str; 6] = ["id", "remote_id", "thread_remote_id", "rfc_message_id", "received_at", "search_key"];

/// Every mail `times` over. The copies lie between the mails there were, and have no words yet.
pub async fn mails(database: &TestDatabase, times: i64) {
    let sqlite = database.backend() == DbBackend::Sqlite;
    database
        .execute(&format!(
            "UPDATE message_bodies SET text = substr(coalesce(nullif(text, ''), 'No text.'), 1, {LETTERS}), html = NULL, headers = '[]'"
        ))
        .await;
    let (id, later) = if sqlite {
        // A blob of sixteen bytes.
        ("randomblob(16)", "strftime('%Y-%m-%dT%H:%M:%S+00:00', received_at, '-' || (copies.copy * 37) || ' minutes')")
    } else {
        ("gen_random_uuid()", "received_at - copies.copy * interval '37 minutes'")
    };
    let series = format!(
        "WITH RECURSIVE numbers(copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM numbers WHERE copy < {times} - 1)"
    );
    database
        .execute(&format!(
            "CREATE TABLE bench_copies AS {series} SELECT messages.id AS old, {id} AS new, numbers.copy AS copy FROM messages, numbers"
        ))
        .await;
    database.execute("CREATE INDEX bench_copies_old ON bench_copies (old)").await;
    let columns = columns(database, "messages").await;
    let rest: Vec<&str> = columns.iter().map(String::as_str).filter(|column| !OWN.contains(column)).collect();
    let (kept, read) =
        (rest.join(", "), rest.iter().map(|column| format!("messages.{column}")).collect::<Vec<_>>().join(", "));
    database
        .execute(&format!(
            "INSERT INTO messages (id, remote_id, thread_remote_id, rfc_message_id, received_at, search_key, {kept}) \
             SELECT copies.new, remote_id || '-' || copies.copy, thread_remote_id || '-' || copies.copy, \
             '<' || remote_id || '-' || copies.copy || '@bench.example>', {later}, NULL, {read} \
             FROM bench_copies copies JOIN messages ON messages.id = copies.old"
        ))
        .await;
    for table in ["message_bodies", "message_labels"] {
        let rest: Vec<String> =
            self::columns(database, table).await.into_iter().filter(|column| column != "message_id").collect();
        let kept = rest.join(", ");
        database
            .execute(&format!(
                "INSERT INTO {table} (message_id, {kept}) SELECT copies.new, {kept} \
                 FROM bench_copies copies JOIN {table} ON {table}.message_id = copies.old"
            ))
            .await;
    }
    database.execute("DROP TABLE bench_copies").await;
    forget_words(database).await;
}

/// Takes the words of every mail out of the index.
pub async fn forget_words(database: &TestDatabase) {
    database.execute("DELETE FROM search_index").await;
    database.execute("UPDATE messages SET search_key = NULL").await;
}

async fn columns(database: &TestDatabase, table: &str) -> Vec<String> {
    let sql = match database.backend() {
        DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        _ => format!(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}' AND is_generated = 'NEVER'"
        ),
    };
    database.texts(&sql).await
}
