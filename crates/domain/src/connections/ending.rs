//! A grant that is over: the connection says so, and only the person can make it work again.

use super::Connections;
use crate::{
    audit,
    cache::{Notice, What},
    database::{begin_write, hold},
    notifications::{Kind, News, tell},
};
use entity::{connected_accounts, oauth_grants};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter,
};
use uuid::Uuid;

impl Connections {
    /// The provider ended the grant: says so on the connection, in the record and on open screens.
    /// Only the person can make it work again. With `version`, only while that is still the version of the grant: a
    /// consent that came meanwhile is not marked ill.
    pub(crate) async fn mark_needs_reconnect(
        &self,
        connection: Uuid,
        reason: &str,
        version: Option<i64>,
    ) -> Result<(), DbErr> {
        let tx = begin_write(&self.db).await?;
        let account = hold(&tx, connected_accounts::Entity::find_by_id(connection)).await?;
        let Some(account) = account.filter(|account| account.state == "active") else { return Ok(()) };
        if let Some(version) = version {
            let same = oauth_grants::Entity::find()
                .filter(oauth_grants::Column::ConnectionId.eq(connection))
                .filter(oauth_grants::Column::Version.eq(version));
            if same.count(&tx).await? == 0 {
                return Ok(());
            }
        }
        let user = account.user_id;
        self.end(&tx, account, reason).await?;
        tx.commit().await?;
        self.forget_cached_token(connection).await;
        self.bus.publish(Notice { user, what: What::Connection { connection } }).await;
        Ok(())
    }

    /// The same in the caller's transaction, which holds the row; the caller tells open screens afterwards.
    pub(super) async fn end(
        &self,
        tx: &DatabaseTransaction,
        account: connected_accounts::Model,
        reason: &str,
    ) -> Result<(), DbErr> {
        let (connection, user, now) = (account.id, account.user_id, self.clock.now());
        let words = format!("{} {}", account.provider, account.address);
        let mut row = account.into_active_model();
        row.state = Set("needs_reconnect".to_owned());
        row.state_reason = Set(Some(reason.to_owned()));
        row.state_since = Set(now);
        row.updated_at = Set(now);
        row.update(tx).await?;
        tracing::warn!(%connection, reason, "connection.needs_reconnect");
        let entry = audit::Entry {
            user: Some(user),
            connection: Some(connection),
            action: "connection.needs_reconnect",
            outcome: "done",
            detail: Some(reason),
            ..audit::Entry::default()
        };
        audit::record(tx, &*self.clock, &self.randomness, entry).await?;
        let news = News { kind: Kind::NeedsReconnect, user: Some(user), proof: None, detail: Some(&words) };
        tell(tx, &*self.clock, &self.randomness, news).await
    }
}
