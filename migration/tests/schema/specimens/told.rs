//! What a person has to prove, and was told.

use super::{NOTIFICATION, PROOF, USER, instant};
use entity::{notifications, proofs};

pub fn proofs() -> proofs::Model {
    proofs::Model {
        id: PROOF,
        kind: "entry".to_owned(),
        user_id: Some(USER),
        email: "ada@example.test".to_owned(),
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        password_hash: Some("password hash".to_owned()),
        identity_kind: Some("google".to_owned()),
        issuer: Some("issuer".to_owned()),
        subject: Some("subject".to_owned()),
        pairwise_subject: Some("pairwise subject".to_owned()),
        browser_hash: Some(vec![0, 172, 255]),
        token_hash: Some(vec![0, 173, 255]),
        created_at: instant(174),
        expires_at: instant(175),
    }
}

pub fn notifications() -> notifications::Model {
    notifications::Model {
        id: NOTIFICATION,
        kind: "identity_added".to_owned(),
        user_id: Some(USER),
        proof_id: Some(PROOF),
        detail: Some("google".to_owned()),
        created_at: instant(176),
        sent_at: Some(instant(177)),
        read_at: Some(instant(178)),
    }
}
