//! What a person writes.

use super::{CONNECTION, MESSAGE, USER, WRITTEN_FILE, WRITTEN_MAIL, instant};
use entity::{written_files, written_mails};

pub fn written_mails() -> written_mails::Model {
    written_mails::Model {
        id: WRITTEN_MAIL,
        user_id: USER,
        connection_id: CONNECTION,
        kind: "reply_all".to_owned(),
        about: Some(MESSAGE),
        thread_remote_id: Some("thread remote id".to_owned()),
        in_reply_to: Some("<in-reply-to@example.test>".to_owned()),
        references_line: "references".to_owned(),
        to_line: "to".to_owned(),
        cc_line: "cc".to_owned(),
        bcc_line: "bcc".to_owned(),
        subject: "Grüße".to_owned(),
        body: "body".to_owned(),
        touched: true,
        version: 180,
        state: "failed".to_owned(),
        state_since: instant(181),
        reason: Some("reason".to_owned()),
        send_at: Some(instant(182)),
        rfc_message_id: Some("<own@example.test>".to_owned()),
        step: "asked".to_owned(),
        again_at: Some(instant(183)),
        remote_id: Some("remote id".to_owned()),
        created_at: instant(184),
        updated_at: instant(185),
    }
}

pub fn written_files() -> written_files::Model {
    written_files::Model {
        id: WRITTEN_FILE,
        mail_id: WRITTEN_MAIL,
        name: "año.pdf".to_owned(),
        mime_type: "application/pdf".to_owned(),
        size: 186,
        content: Some(vec![0, 187, 255]),
        source_message: Some(MESSAGE),
        source_part: Some("source part".to_owned()),
        created_at: instant(188),
    }
}
