//! The rows of a program's token pair.

use super::{USER, instant};
use entity::{refresh_tokens, token_families};
use sea_orm::prelude::Uuid;

pub const FAMILY: Uuid = Uuid::from_u128(30);
pub const REFRESH_TOKEN: Uuid = Uuid::from_u128(31);

pub fn token_families() -> token_families::Model {
    token_families::Model {
        id: FAMILY,
        user_id: USER,
        name: "backup script".to_owned(),
        address: "address".to_owned(),
        created_at: instant(201),
        last_used_at: instant(202),
        expires_at: instant(203),
        ended_at: Some(instant(204)),
        end_reason: Some("reused".to_owned()),
    }
}

pub fn refresh_tokens() -> refresh_tokens::Model {
    refresh_tokens::Model {
        id: REFRESH_TOKEN,
        family_id: FAMILY,
        token_hash: vec![0, 41, 255],
        created_at: instant(211),
        expires_at: instant(212),
        used_at: Some(instant(213)),
        replays: 3,
        sealed_successor: Some(vec![0, 42, 255]),
    }
}
