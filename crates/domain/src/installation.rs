//! A database remembers the installation it belongs to, so that another environment's encryption keys are refused before
//! anything is sealed with them.

use crate::{
    clock::{Clock, Randomness},
    database::Database,
    vault::{Place, Vault, VaultError, key_id_of},
};
use entity::installation;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, sea_query::OnConflict};
use secrecy::ExposeSecret;
use uuid::Uuid;

/// The table has one row.
const ONLY: i32 = 1;

/// Why a server must not start on this database.
#[derive(Debug, thiserror::Error)]
pub enum WrongInstallation {
    /// The keys do not open what this database sealed with its own.
    #[error(
        "this database belongs to the installation {installation}, whose key \"{needed}\" is not among the keys given ({given})"
    )]
    OtherKeys {
        /// `installation.installation_id`
        installation: Uuid,
        /// Id of the key that opens it.
        needed: String,
        /// Ids of the keys that were tried. One may bear the same name and be another.
        given: String,
        /// What the vault said.
        #[source]
        source: VaultError,
    },
    /// The keys cannot seal.
    #[error("the encryption keys cannot be used")]
    Keys(#[source] VaultError),
    /// The database did not answer.
    #[error("the database's installation cannot be read")]
    Database(#[from] DbErr),
}

/// Checks that the keys belong to this database; a new database takes them as its own.
pub async fn check(
    db: &Database,
    vault: &Vault,
    clock: &dyn Clock,
    randomness: &Randomness,
) -> Result<(), WrongInstallation> {
    let row = if let Some(row) = find(db).await? {
        row
    } else {
        make(db, vault, clock, randomness).await?;
        // Two processes may begin at once: the row that was first counts for both.
        find(db).await?.ok_or_else(|| DbErr::RecordNotFound("installation".into()))?
    };
    let wrong = |source| WrongInstallation::OtherKeys {
        installation: row.installation_id,
        needed: key_id_of(&row.key_check).unwrap_or("?").to_owned(),
        given: vault.key_ids().collect::<Vec<_>>().join(", "),
        source,
    };
    let opened = vault.open(&place(row.installation_id), &row.key_check).map_err(wrong)?;
    let same = opened.expose_secret().as_slice() == row.installation_id.as_bytes();
    if same { Ok(()) } else { Err(wrong(VaultError::Unreadable)) }
}

async fn find(db: &Database) -> Result<Option<installation::Model>, DbErr> {
    installation::Entity::find_by_id(ONLY).one(db).await
}

async fn make(
    db: &Database,
    vault: &Vault,
    clock: &dyn Clock,
    randomness: &Randomness,
) -> Result<(), WrongInstallation> {
    let now = clock.now();
    let id = randomness.uuid(now);
    let key_check = vault.seal(&place(id), id.as_bytes()).map_err(WrongInstallation::Keys)?;
    let row = installation::ActiveModel {
        id: Set(ONLY),
        installation_id: Set(id),
        key_check: Set(key_check),
        created_at: Set(now),
    };
    let first_stays = OnConflict::column(installation::Column::Id).do_nothing().to_owned();
    installation::Entity::insert(row).on_conflict(first_stays).exec_without_returning(db).await?;
    Ok(())
}

fn place(installation: Uuid) -> Place<'static> {
    Place { table: "installation", row: installation, purpose: "key_check" }
}
