//! A fresh, migrated database for each test on both kinds.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tempfile::TempDir;
use url::Url;
use uuid::Uuid;

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A migrated database of its own.
pub struct Database {
    pub connection: DatabaseConnection,
    /// On PostgreSQL.
    name: Option<String>,
    _folder: TempDir,
}

impl Database {
    pub async fn create(kind: Kind) -> Self {
        let folder = TempDir::new().unwrap();
        let (address, name) = match kind {
            Kind::Sqlite => (format!("sqlite://{}/test.db?mode=rwc", folder.path().display()), None),
            Kind::Postgres => {
                let server = setting("GATEPOST_TEST_POSTGRES");
                let name = format!("d_{}", Uuid::new_v4().simple());
                let admin = sea_orm::Database::connect(&server).await.unwrap();
                admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
                let mut address = Url::parse(&server).unwrap();
                address.set_path(&name);
                (address.to_string(), Some(name))
            }
        };
        let connection = sea_orm::Database::connect(address).await.unwrap();
        Migrator::up(&connection, None).await.unwrap();
        Self { connection, name, _folder: folder }
    }

    pub async fn drop(self) {
        self.connection.close().await.unwrap();
        if let Some(name) = self.name {
            let admin = sea_orm::Database::connect(setting("GATEPOST_TEST_POSTGRES")).await.unwrap();
            admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
        }
    }
}

/// Runs `check` on a migrated database of each kind. A database of a failed check stays on the throw-away server.
pub async fn on_both<Fut: Future<Output = ()>>(check: impl Fn(domain::database::Database) -> Fut) {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let database = Database::create(kind).await;
        check(database.connection.clone().into()).await;
        database.drop().await;
    }
}

/// A setting that `make test` always gives; a test without it fails rather than passes unseen.
pub fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with `make test`, which sets it"))
}
