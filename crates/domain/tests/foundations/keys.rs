//! The encryption keys can be changed while everything works, and a value moved elsewhere opens nowhere.

use crate::database::on_both;
use chrono::{DateTime, Utc};
use domain::{
    clock::{FixedClock, Randomness},
    database::Database,
    keys::{self, Rotated, SEALED_COLUMNS},
    vault::{Place, Vault, VaultError, VaultKey},
};
use entity::{audit_events, connected_accounts, installation, oauth_grants, users};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement,
    sea_query::{Expr, ExprTrait},
};
use secrecy::ExposeSecret;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use uuid::Uuid;

/// Connections of the large test.
const MANY: u128 = 10_000;
const USER: Uuid = Uuid::from_u128(1);

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn vault(ids: &[&str]) -> Vault {
    let key = |id: &str| VaultKey { id: id.to_owned(), key: [id.as_bytes()[0]; 32] };
    Vault::new(ids.iter().map(|id| key(id)).collect(), Randomness::system()).unwrap()
}

fn refresh(connection: u128) -> Place<'static> {
    Place { table: "oauth_grants", row: Uuid::from_u128(connection), purpose: "refresh_token" }
}

fn secret(connection: u128) -> Vec<u8> {
    format!("1//{connection}").into_bytes()
}

/// Connections numbered from 1, their refresh tokens sealed by `vault`.
async fn grants(db: &Database, vault: &Vault, count: u128) {
    let user = users::ActiveModel {
        id: Set(USER),
        email: Set("ada@example.org".to_owned()),
        first_name: Set("Ada".to_owned()),
        last_name: Set(String::new()),
        language: Set("en".to_owned()),
        theme: Set("auto".to_owned()),
        created_at: Set(noon()),
        updated_at: Set(noon()),
        ..Default::default()
    };
    users::Entity::insert(user).exec_without_returning(db).await.unwrap();
    let numbers: Vec<u128> = (1..=count).collect();
    for chunk in numbers.chunks(500) {
        let accounts = chunk.iter().map(|n| connected_accounts::ActiveModel {
            id: Set(Uuid::from_u128(*n)),
            user_id: Set(USER),
            provider: Set("google".to_owned()),
            issuer: Set("https://accounts.example".to_owned()),
            subject: Set(n.to_string()),
            address: Set(format!("{n}@example.org")),
            display_name: Set(String::new()),
            features: Set("mail".to_owned()),
            refused_features: Set(String::new()),
            state: Set("active".to_owned()),
            state_reason: Set(None),
            state_since: Set(noon()),
            connected_at: Set(noon()),
            created_at: Set(noon()),
            updated_at: Set(noon()),
        });
        connected_accounts::Entity::insert_many(accounts).exec_without_returning(db).await.unwrap();
        let grants = chunk.iter().map(|n| oauth_grants::ActiveModel {
            id: Set(Uuid::from_u128(*n)),
            connection_id: Set(Uuid::from_u128(*n)),
            sealed_access_token: Set(None),
            sealed_refresh_token: Set(Some(vault.seal(&refresh(*n), &secret(*n)).unwrap())),
            access_expires_at: Set(None),
            scopes: Set(String::new()),
            consented_at: Set(noon()),
            refreshed_at: Set(noon()),
            refresh_expires_at: Set(None),
            used_at: Set(noon()),
            version: Set(1),
            lease_owner: Set(None),
            lease_until: Set(None),
            created_at: Set(noon()),
            updated_at: Set(noon()),
        });
        oauth_grants::Entity::insert_many(grants).exec_without_returning(db).await.unwrap();
    }
}

async fn sealed(db: &Database, connection: u128) -> Vec<u8> {
    let row = oauth_grants::Entity::find_by_id(Uuid::from_u128(connection)).one(db).await.unwrap().unwrap();
    row.sealed_refresh_token.unwrap()
}

async fn rotate(db: &Database, vault: &Vault) -> Rotated {
    keys::rotate(db, vault, &FixedClock::at(noon()), &Randomness::system(), |_| {}).await.unwrap()
}

#[tokio::test]
async fn every_sealed_column_of_the_schema_is_known() {
    on_both(|db| async move {
        let sql = match db.get_database_backend() {
            DbBackend::Sqlite => {
                "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c \
                 WHERE m.type = 'table' AND c.name LIKE 'sealed%'"
            }
            _ => {
                "SELECT table_name || '.' || column_name FROM information_schema.columns \
                 WHERE table_schema = 'public' AND column_name LIKE 'sealed%'"
            }
        };
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        let schema: BTreeSet<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        let known: BTreeSet<String> = SEALED_COLUMNS
            .iter()
            .filter(|column| column.column != "key_check")
            .map(|column| format!("{}.{}", column.table, column.column))
            .collect();
        assert_eq!(schema, known, "a sealed column that is not listed would be lost with its key");
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_grants_are_sealed_anew_and_readable_at_every_moment() {
    on_both(|db| async move {
        grants(&db, &vault(&["old"]), MANY).await;
        let server = Arc::new(vault(&["new", "old"]));
        let over = Arc::new(AtomicBool::new(false));
        let mut others = Vec::new();
        for worker in 0..3u128 {
            let (db, vault, over) = (db.clone(), server.clone(), over.clone());
            others.push(tokio::spawn(async move {
                let (mut reads, mut unreadable, mut at) = (0u64, 0u64, worker * 37);
                while !over.load(Ordering::Relaxed) {
                    at = (at + 7_919) % MANY;
                    let opened = vault.open(&refresh(at + 1), &sealed(&db, at + 1).await);
                    unreadable += u64::from(opened.is_err());
                    reads += 1;
                    if worker == 0 {
                        // A refresh, as the server writes it: with the version it read.
                        oauth_grants::Entity::update_many()
                            .col_expr(
                                oauth_grants::Column::SealedRefreshToken,
                                Expr::value(Some(vault.seal(&refresh(at + 1), b"refreshed").unwrap())),
                            )
                            .col_expr(oauth_grants::Column::Version, Expr::col(oauth_grants::Column::Version).add(1))
                            .filter(oauth_grants::Column::Id.eq(Uuid::from_u128(at + 1)))
                            .exec(&db)
                            .await
                            .unwrap();
                    }
                }
                (reads, unreadable)
            }));
        }
        let rotated = rotate(&db, &server).await;
        over.store(true, Ordering::Relaxed);
        let mut reads = 0;
        for other in others {
            let (read, unreadable) = other.await.unwrap();
            assert_eq!(unreadable, 0);
            reads += read;
        }
        assert!(reads > 0 && rotated.in_use.is_empty() && rotated.unreadable.is_empty(), "{reads} {rotated:?}");
        eprintln!("{} resealed while {reads} reads opened", rotated.resealed);
        let alone = vault(&["new"]);
        for row in oauth_grants::Entity::find().all(&db).await.unwrap() {
            let opened = alone.open(&refresh(row.connection_id.as_u128()), &row.sealed_refresh_token.unwrap()).unwrap();
            let kept = opened.expose_secret();
            assert!(*kept == secret(row.connection_id.as_u128()) || kept == b"refreshed", "the newest value is kept");
        }
    })
    .await;
}

#[tokio::test]
async fn a_rotation_that_was_interrupted_goes_on_and_an_unreadable_value_stays_and_is_named() {
    on_both(|db| async move {
        grants(&db, &vault(&["old"]), 350).await;
        let both = Arc::new(vault(&["new", "old"]));
        let started = {
            let (db, both) = (db.clone(), both.clone());
            let mut batches = 0;
            tokio::spawn(async move {
                let clock = FixedClock::at(noon());
                let tell = |_| {
                    batches += 1;
                    assert!(batches < 2, "killed here");
                };
                keys::rotate(&db, &both, &clock, &Randomness::system(), tell).await.unwrap();
            })
        };
        assert!(started.await.is_err());
        let uses = keys::survey(&db, &both).await.unwrap();
        let values: Vec<_> = uses.iter().map(|one| (one.key.as_deref().unwrap(), one.values)).collect();
        assert_eq!(BTreeSet::from_iter(values), BTreeSet::from([("new", 200), ("old", 150)]));

        let lost = vault(&["lost"]).seal(&refresh(300), b"1//x").unwrap();
        oauth_grants::Entity::update_many()
            .col_expr(oauth_grants::Column::SealedRefreshToken, Expr::value(Some(lost.clone())))
            .filter(oauth_grants::Column::Id.eq(Uuid::from_u128(300)))
            .exec(&db)
            .await
            .unwrap();
        let rotated = rotate(&db, &both).await;
        assert_eq!(rotated.resealed, 149);
        assert_eq!(rotated.unreadable, [("oauth_grants", "sealed_refresh_token", Uuid::from_u128(300))]);
        assert_eq!(rotated.in_use, BTreeSet::from(["lost".to_owned()]), "a lost key is in use, and not the old one");
        let told = audit_events::Entity::find().all(&db).await.unwrap();
        let told: Vec<_> = told.iter().map(|event| (event.action.as_str(), event.outcome.as_str())).collect();
        assert_eq!(told, [("keys.rotated", "failed")], "the one that came to its end is in the record");
        assert_eq!(sealed(&db, 300).await, lost, "it stays as it is: the key may be found again");
        let broken: Vec<_> =
            keys::survey(&db, &both).await.unwrap().into_iter().filter(|one| one.opens.is_err()).collect();
        assert_eq!((broken.len(), broken[0].values, broken[0].row), (1, 1, Uuid::from_u128(300)));
        assert_eq!(broken[0].opens, Err(VaultError::KeyMissing("lost".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn a_value_moved_to_another_row_or_column_opens_nowhere() {
    on_both(|db| async move {
        let vault = vault(&["old"]);
        grants(&db, &vault, 2).await;
        let moves = [
            "UPDATE oauth_grants SET sealed_access_token = sealed_refresh_token",
            "UPDATE oauth_grants SET sealed_refresh_token = (SELECT sealed_access_token FROM oauth_grants \
             ORDER BY id LIMIT 1)",
        ];
        for sql in moves {
            db.execute_unprepared(sql).await.unwrap();
        }
        let second = oauth_grants::Entity::find_by_id(Uuid::from_u128(2)).one(&db).await.unwrap().unwrap();
        let moved_row = second.sealed_refresh_token.unwrap();
        assert!(vault.open(&refresh(1), &moved_row).is_ok(), "it is the first row's");
        assert_eq!(vault.open(&refresh(2), &moved_row).unwrap_err(), VaultError::Unreadable);
        let access = Place { purpose: "access_token", ..refresh(2) };
        assert_eq!(vault.open(&access, &second.sealed_access_token.unwrap()).unwrap_err(), VaultError::Unreadable);
        let broken: BTreeSet<_> = keys::survey(&db, &vault)
            .await
            .unwrap()
            .into_iter()
            .filter(|one| one.opens.is_err())
            .map(|one| one.column)
            .collect();
        assert_eq!(broken, BTreeSet::from(["sealed_access_token"]), "the first row of the other column still opens");
        assert_eq!(rotate(&db, &domain_of_both()).await.unreadable.len(), 3);
        assert!(installation::Entity::find().one(&db).await.unwrap().is_none());
    })
    .await;
}

fn domain_of_both() -> Vault {
    vault(&["new", "old"])
}
