//! The cache shared by all processes.

use fred::{
    clients::{Client, SubscriberClient},
    error::{Error, ErrorKind},
    prelude::{
        Builder, ClientLike, Config, EventInterface, Expiration, KeysInterface, LuaInterface, ReconnectPolicy,
        SetOptions,
    },
    types::config::UnresponsiveConfig,
};
use std::time::Duration;

/// Every key of ours starts with this, so that a Redis may be shared with other programs.
const PREFIX: &str = "gatepost:";
/// A cache that takes longer than this is slower than the database behind it.
const COMMAND_TIMEOUT: Duration = Duration::from_millis(500);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection on which nothing was answered for this long is given up, and made anew.
const SILENT: Duration = Duration::from_secs(2);

/// One connection to Redis that reconnects by itself.
#[derive(Clone)]
pub struct Redis {
    client: Client,
}

pub(super) fn builder(url: &str) -> Result<Builder, Error> {
    let mut builder = Builder::from_config(Config::from_url(url)?);
    builder
        .with_connection_config(|config| {
            config.connection_timeout = CONNECT_TIMEOUT;
            config.internal_command_timeout = CONNECT_TIMEOUT;
            config.unresponsive = UnresponsiveConfig { max_timeout: Some(SILENT), interval: SILENT / 4 };
        })
        .with_performance_config(|config| config.default_command_timeout = COMMAND_TIMEOUT)
        .set_policy(ReconnectPolicy::new_exponential(0, 100, 30_000, 2));
    Ok(builder)
}

pub(super) async fn subscriber(url: &str) -> Result<SubscriberClient, Error> {
    let client = builder(url)?.build_subscriber_client()?;
    client.init().await?;
    Ok(client)
}

fn named(key: &str) -> String {
    format!("{PREFIX}{key}")
}

impl Redis {
    pub(super) async fn connect(url: &str) -> Result<Self, Error> {
        let client = builder(url)?.build()?;
        client.init().await?;
        client.on_error(|(error, _)| async move {
            tracing::warn!(%error, "cache.unreachable: going on without it until it answers again");
            Ok(())
        });
        Ok(Self { client })
    }

    /// The client, while it is connected. Whoever asks it meanwhile would wait as long as a command may take, each time.
    fn client(&self) -> Result<&Client, Error> {
        let connected = self.client.is_connected();
        connected.then_some(&self.client).ok_or_else(|| Error::new(ErrorKind::IO, "there is no connection"))
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        self.client()?.get(named(key)).await
    }

    pub(super) async fn set(&self, key: &str, value: &[u8], ttl: Duration) -> Result<(), Error> {
        self.client()?.set(named(key), value, Some(millis(ttl)), None, false).await
    }

    pub(super) async fn delete(&self, key: &str) -> Result<(), Error> {
        self.client()?.del(named(key)).await
    }

    pub(super) async fn add(&self, key: &str, more: u64, ttl: Duration) -> Result<u64, Error> {
        let pipeline = self.client()?.pipeline();
        let _: () = pipeline.incr_by(named(key), i64::try_from(more).unwrap_or(i64::MAX)).await?;
        let _: () = pipeline.pexpire(named(key), i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX), None).await?;
        let (count, _): (u64, bool) = pipeline.all().await?;
        Ok(count)
    }

    pub(super) async fn decrement(&self, key: &str) -> Result<(), Error> {
        // A count that has ended is not made anew, below nothing and without an end.
        let less = "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end";
        self.client()?.eval(less, named(key), ()).await
    }

    pub(super) async fn claim(&self, key: &str, value: &[u8], ttl: Duration) -> Result<bool, Error> {
        let kept: Option<String> =
            self.client()?.set(named(key), value, Some(millis(ttl)), Some(SetOptions::NX), false).await?;
        Ok(kept.is_some())
    }

    pub(super) async fn ping(&self) -> Result<(), Error> {
        self.client.ping::<()>(None).await
    }
}

/// Whether this only says that there is no connection, which was told when it was lost.
pub(super) fn is_told(error: &Error) -> bool {
    *error.kind() == ErrorKind::IO
}

fn millis(ttl: Duration) -> Expiration {
    Expiration::PX(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX).max(1))
}
