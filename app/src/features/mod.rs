//! A folder per noun of the product.

pub mod activity;
pub mod connections;
pub mod home;
pub mod mail;
pub mod tokens;
pub mod users;
pub mod writing;
