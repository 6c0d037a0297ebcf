//! A fresh database for each test. On PostgreSQL it is copied from a template that was migrated once.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use std::path::Path;
use url::Url;
use uuid::Uuid;

/// Names the PostgreSQL server to test on.
const POSTGRES: &str = "GATEPOST_TEST_POSTGRES";
/// Any number, the same for everybody who makes the template.
const TEMPLATE_LOCK: i64 = 7_203_441;

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// One database, and a connection of the test's own.
pub struct TestDatabase {
    pub url: String,
    pub connection: DatabaseConnection,
    name: Option<String>,
}

impl TestDatabase {
    /// Makes one; an SQLite file lies in `folder`.
    pub async fn create(backend: Backend, folder: &Path) -> Self {
        let (url, name) = match backend {
            Backend::Sqlite => (format!("sqlite://{}/gatepost.db?mode=rwc", folder.display()), None),
            Backend::Postgres => {
                let name = format!("api_{}", Uuid::new_v4().simple());
                let admin = admin().await;
                let template = template(&admin).await;
                admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
                admin.close().await.unwrap();
                (address_of(&name), Some(name))
            }
        };
        let connection = Database::connect(url.as_str()).await.unwrap();
        Self { url, connection, name }
    }

    /// Number of rows of `from`: a table, with a condition if need be.
    pub async fn count(&self, from: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM {from}")).await
    }

    /// The first number of the first row.
    pub async fn number(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.backend(), sql);
        self.connection.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    /// The first text of every row.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let statement = Statement::from_string(self.backend(), sql);
        let rows = self.connection.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// The first bytes of every row.
    pub async fn bytes(&self, sql: &str) -> Vec<Vec<u8>> {
        let statement = Statement::from_string(self.backend(), sql);
        let rows = self.connection.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// Changes something behind the server's back.
    pub async fn execute(&self, sql: &str) {
        self.connection.execute_unprepared(sql).await.unwrap();
    }

    pub fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// Every table of ours.
    pub async fn tables(&self) -> Vec<String> {
        self.texts(match self.backend() {
            DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            _ => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
        })
        .await
    }

    /// Takes it away.
    pub async fn drop(self) {
        self.connection.close().await.unwrap();
        if let Some(name) = self.name {
            let admin = admin().await;
            admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
            admin.close().await.unwrap();
        }
    }
}

fn server_address() -> String {
    std::env::var(POSTGRES).unwrap_or_else(|_| {
        panic!(
            "{POSTGRES} is not set: give the postgres:// address of a server on which this may create databases \
             (`make test` starts one and sets it; scripts/with-databases.sh COMMAND does so for one command)"
        )
    })
}

/// One connection, so that a lock and what it guards are in one session.
async fn admin() -> DatabaseConnection {
    let mut options = ConnectOptions::new(server_address());
    options.max_connections(1);
    Database::connect(options).await.unwrap_or_else(|error| panic!("{POSTGRES} does not answer: {error}"))
}

fn address_of(database: &str) -> String {
    let mut url = Url::parse(&server_address()).unwrap();
    url.set_path(database);
    url.into()
}

/// The migrated template's name; whoever needs it first makes it. Another set of migrations has another template.
async fn template(admin: &DatabaseConnection) -> String {
    let newest = Migrator::migrations().last().map(|migration| migration.name().to_owned()).unwrap();
    let name = format!("template_{newest}");
    admin.execute_unprepared(&format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await.unwrap();
    let known = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT 1 FROM pg_database WHERE datname = $1",
        [name.clone().into()],
    );
    if admin.query_one_raw(known).await.unwrap().is_none() {
        // Renamed when it is whole, so that a test that was killed leaves nothing half made.
        let draft = format!("draft_{}", Uuid::new_v4().simple());
        admin.execute_unprepared(&format!("CREATE DATABASE {draft}")).await.unwrap();
        let database = Database::connect(address_of(&draft)).await.unwrap();
        Migrator::up(&database, None).await.unwrap();
        database.close().await.unwrap();
        admin.execute_unprepared(&format!("ALTER DATABASE {draft} RENAME TO {name}")).await.unwrap();
    }
    admin.execute_unprepared(&format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).await.unwrap();
    name
}
