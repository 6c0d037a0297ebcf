//! A fresh, migrated database for each test on both kinds.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;
use url::Url;
use uuid::Uuid;

/// Runs `check` on a migrated database of each kind. A database of a failed check stays on the throw-away server.
pub async fn on_both<Fut: Future<Output = ()>>(check: impl Fn(DatabaseConnection) -> Fut) {
    let folder = TempDir::new().unwrap();
    let sqlite = Database::connect(format!("sqlite://{}/test.db?mode=rwc", folder.path().display())).await.unwrap();
    Migrator::up(&sqlite, None).await.unwrap();
    check(sqlite.clone()).await;
    sqlite.close().await.unwrap();

    let server = setting("GATEPOST_TEST_POSTGRES");
    let name = format!("d_{}", Uuid::new_v4().simple());
    let admin = Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let mut address = Url::parse(&server).unwrap();
    address.set_path(&name);
    let postgres = Database::connect(address.as_str()).await.unwrap();
    Migrator::up(&postgres, None).await.unwrap();
    check(postgres.clone()).await;
    postgres.close().await.unwrap();
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
}

/// A setting that `make test` always gives; a test without it fails rather than passes unseen.
pub fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with `make test`, which sets it"))
}
