//! What a connection brings: a feed, its items and its check, a message with all its parts, a label.

use super::{ATTACHMENT, CONNECTION, FEED, LABEL, MESSAGE, USER, instant};
use entity::{
    acts, attachments, channels, check_ids, exclusions, feed_items, image_senders, labels, mailbox_checks,
    message_bodies, message_labels, messages, rereads, search_shelves, sought_messages, sync_feeds,
};
use sea_orm::prelude::Uuid;

pub fn sync_feeds() -> sync_feeds::Model {
    sync_feeds::Model {
        id: FEED,
        connection_id: CONNECTION,
        kind: "mailbox".to_owned(),
        remote_id: "remote id".to_owned(),
        label: Some("label".to_owned()),
        stage: "live".to_owned(),
        resumes_as: Some("fetching".to_owned()),
        cursor: Some("cursor".to_owned()),
        page_token: Some("page token".to_owned()),
        expected: 73,
        listed: 74,
        stored: 75,
        failed: 76,
        excluded: 86,
        work_left: 81,
        started_at: Some(instant(77)),
        completed_at: Some(instant(78)),
        last_synced_at: Some(instant(79)),
        next_run_at: Some(instant(80)),
        last_problem: Some("last problem".to_owned()),
        lease_owner: Some(Uuid::from_u128(82)),
        lease_until: Some(instant(83)),
        created_at: instant(84),
        updated_at: instant(85),
    }
}

pub fn mailbox_checks() -> mailbox_checks::Model {
    mailbox_checks::Model {
        feed_id: FEED,
        listed: 21,
        stored: 15,
        excluded: 1,
        failed: 2,
        pending: 2,
        missing: 1,
        extra: 3,
        sampled: 50,
        labels_agree: 49,
        bodies_agree: 48,
        started_at: instant(90),
        finished_at: Some(instant(91)),
    }
}

pub fn rereads() -> rereads::Model {
    rereads::Model { feed_id: FEED, began_at: instant(95), ended_at: Some(instant(96)), missing: 97, deleted: 98 }
}

pub fn exclusions() -> exclusions::Model {
    exclusions::Model {
        connection_id: CONNECTION,
        kind: "label".to_owned(),
        value: "value".to_owned(),
        created_at: instant(100),
    }
}

pub fn sought_messages() -> sought_messages::Model {
    sought_messages::Model {
        connection_id: CONNECTION,
        remote_id: "remote id".to_owned(),
        thread_remote_id: "thread remote id".to_owned(),
        sought_at: instant(102),
    }
}

pub fn image_senders() -> image_senders::Model {
    image_senders::Model { user_id: USER, address: "shop@example.test".to_owned(), created_at: instant(101) }
}

pub fn check_ids() -> check_ids::Model {
    check_ids::Model {
        check_id: Uuid::from_u128(99),
        feed_id: FEED,
        remote_id: "remote id".to_owned(),
        found: "extra".to_owned(),
    }
}

pub fn feed_items() -> feed_items::Model {
    feed_items::Model {
        feed_id: FEED,
        remote_id: "remote id".to_owned(),
        thread_remote_id: "thread remote id".to_owned(),
        rank: 89,
        state: "stored".to_owned(),
        attempts: 91,
        next_try_at: Some(instant(92)),
        problem: Some("problem".to_owned()),
        reason: Some("reason".to_owned()),
        updated_at: instant(94),
    }
}

pub fn acts() -> acts::Model {
    acts::Model {
        connection_id: CONNECTION,
        remote_id: "remote id".to_owned(),
        aspect: "place".to_owned(),
        act: "archive".to_owned(),
        said: Uuid::from_u128(86),
        state: "refused".to_owned(),
        reason: Some("reason".to_owned()),
        written_at: Some(instant(86)),
        created_at: instant(87),
        updated_at: instant(88),
    }
}

pub fn channels() -> channels::Model {
    channels::Model {
        connection_id: CONNECTION,
        target: "target".to_owned(),
        remote_id: Some("remote id".to_owned()),
        secret_hash: Some(vec![0, 97, 255]),
        expires_at: instant(98),
        renew_at: instant(99),
        created_at: instant(100),
        updated_at: instant(101),
    }
}

pub fn messages() -> messages::Model {
    messages::Model {
        id: MESSAGE,
        connection_id: CONNECTION,
        user_id: USER,
        remote_id: "remote id".to_owned(),
        thread_remote_id: "thread remote id".to_owned(),
        history_id: Some(i64::MAX),
        rfc_message_id: Some("rfc message id".to_owned()),
        sender_name: "sender name".to_owned(),
        sender_address: "sender address".to_owned(),
        recipients: "recipients".to_owned(),
        subject: "Grüße 🎉".to_owned(),
        snippet: "snippet".to_owned(),
        received_at: instant(107),
        size: i64::MAX,
        unread: true,
        starred: false,
        in_inbox: true,
        hidden: false,
        has_attachments: true,
        search_key: Some(i64::MAX),
        created_at: instant(114),
        updated_at: instant(115),
    }
}

pub fn search_shelves() -> search_shelves::Model {
    search_shelves::Model { user_id: USER, number: 118 }
}

pub fn message_bodies() -> message_bodies::Model {
    message_bodies::Model {
        message_id: MESSAGE,
        text: Some("text".to_owned()),
        html: Some("html".to_owned()),
        headers: "[[\"Subject\",\"x\"]]".to_owned(),
        created_at: instant(120),
    }
}

pub fn attachments() -> attachments::Model {
    attachments::Model {
        id: ATTACHMENT,
        message_id: MESSAGE,
        part_id: "part id".to_owned(),
        filename: "filename".to_owned(),
        mime_type: "mime type".to_owned(),
        size: i64::MAX,
        content_id: Some("content id".to_owned()),
        inline: false,
        created_at: instant(129),
    }
}

pub fn labels() -> labels::Model {
    labels::Model {
        id: LABEL,
        connection_id: CONNECTION,
        remote_id: "remote id".to_owned(),
        name: "name".to_owned(),
        kind: "user".to_owned(),
        created_at: instant(135),
        updated_at: instant(136),
    }
}

pub fn message_labels() -> message_labels::Model {
    message_labels::Model { message_id: MESSAGE, label_id: LABEL }
}
