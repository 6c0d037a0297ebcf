//! The schema on both databases: it goes up and down, agrees with the entities, refuses what it should refuse and forgets what
//! it should forget.

// `cfg(test)` is always true here; it tells clippy that these modules are tests, where `unwrap` is fine.
#[cfg(test)]
mod agreement;
#[cfg(test)]
mod constraints;
#[cfg(test)]
mod database;
#[cfg(test)]
mod migrations;
#[cfg(test)]
mod specimens;
