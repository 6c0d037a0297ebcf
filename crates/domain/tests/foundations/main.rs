//! What everything else stands on, against real parts: the queue on SQLite and PostgreSQL, the cache and the bus in
//! process and over Redis.

#[cfg(test)]
mod caching;
#[cfg(test)]
mod database;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod places;
#[cfg(test)]
mod queue;
#[cfg(test)]
mod spending;
