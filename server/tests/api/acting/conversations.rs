//! Lists of conversations, and what is done to a whole one.

use super::mailbox::{At, Managed, on_all};
use app::{
    error::AppError,
    features::mail::{ConversationRow, Done, InboxPage, Place},
};

/// A mail of a talk about one thing; each answers the one before.
fn mail(from: &str, number: usize) -> String {
    let answers = match number {
        1 => String::new(),
        number => format!("In-Reply-To: <boat-{0}@example.org>\r\nReferences: <boat-{0}@example.org>\r\n", number - 1),
    };
    format!(
        "From: {from}\r\nTo: crew@example.org\r\nSubject: The boat {number}\r\nMessage-ID: <boat-{number}@example.org>\r\n\
         {answers}Content-Type: text/plain\r\n\r\nNumber {number}.\r\n"
    )
}

/// Lets a talk of three mails arrive and hears of it.
async fn talk(mailbox: &Managed<'_>) -> ConversationRow {
    for (at, from) in
        ["Ana Mora <ana@example.org>", "Luis <luis@example.org>", "Ana Mora <ana@example.org>"].iter().enumerate()
    {
        mailbox.deliver(&mail(from, at + 1)).await;
        mailbox.hear().await;
    }
    boat(&mailbox.list("inbox").await).expect("the talk is in the inbox")
}

fn boat(page: &InboxPage) -> Option<ConversationRow> {
    let mut found = page.rows.iter().filter(|row| row.subject.starts_with("The boat"));
    let row = found.next().cloned();
    assert_eq!(found.next(), None, "a conversation is there once");
    row
}

async fn act(mailbox: &Managed<'_>, act: &str, row: &ConversationRow) -> Done {
    let id = row.id.to_string();
    let fields = [("conversations[]", id.as_str()), ("act", act)];
    mailbox.browser.call("mail/act_on_conversations", &fields).await.unwrap()
}

async fn undo(mailbox: &Managed<'_>, done: &Done) {
    let mut fields = Vec::new();
    for (at, one) in done.undo.iter().enumerate() {
        let act = serde_json::to_value(one.act).unwrap();
        fields.push((format!("undo[{at}][act]"), act.as_str().unwrap().to_owned()));
        for (number, id) in one.messages.iter().enumerate() {
            fields.push((format!("undo[{at}][messages][{number}]"), id.to_string()));
        }
    }
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    mailbox.browser.call::<()>("mail/undo_acts", &fields).await.unwrap();
}

#[tokio::test]
async fn mails_that_answer_each_other_are_one_row_with_its_newest_mail_and_everybody_who_wrote() {
    on_all(async |mailbox| {
        let row = talk(&mailbox).await;
        assert_eq!((row.subject.as_str(), row.messages, row.unread), ("The boat 3", 3, true));
        let writers: Vec<_> = row.writers.iter().map(|writer| writer.name.as_str()).collect();
        assert_eq!(writers, ["Ana Mora", "Luis"]);
        let page = mailbox.list("inbox").await;
        assert_eq!(page.rows[0].id, row.id, "the newest conversation is on top");
        assert!(page.rows.is_sorted_by(|one, next| one.received_at >= next.received_at));
        let one = page.rows.iter().find(|row| row.messages == 1).expect("most conversations have one mail");
        assert_eq!(one.writers.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_rows_of_all_pages_have_every_mail_once() {
    on_all(async |mailbox| {
        talk(&mailbox).await;
        for (folder, which) in [("all", "NOT hidden"), ("hidden", "hidden")] {
            let (mut threads, mut mails, mut after) = (Vec::new(), 0, None::<String>);
            loop {
                let mut fields = vec![("folder", folder)];
                fields.extend(after.as_deref().map(|after| ("after", after)));
                let page: InboxPage = mailbox.browser.call("mail/list_inbox", &fields).await.unwrap();
                mails += page.rows.iter().map(|row| row.messages).sum::<u64>();
                threads.extend(page.rows.into_iter().map(|row| row.thread));
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            let stored = mailbox.app.database.count(&format!("messages WHERE {which} AND {}", mailbox.is_its())).await;
            assert_eq!(i64::try_from(mails).unwrap(), stored, "{folder}");
            let rows = threads.len();
            threads.sort_unstable();
            threads.dedup();
            assert_eq!(threads.len(), rows, "no conversation twice in {folder}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_done_to_a_conversation_is_done_to_all_of_it_and_can_be_taken_back() {
    on_all(async |mailbox| {
        let row = talk(&mailbox).await;
        let done = act(&mailbox, "read", &row).await;
        assert_eq!(done.messages, 3);
        assert!(!boat(&mailbox.list("inbox").await).unwrap().unread);
        undo(&mailbox, &done).await;
        assert!(boat(&mailbox.list("inbox").await).unwrap().unread);

        for (what, gone_to) in [("archive", "all"), ("bin", "hidden")] {
            let done = act(&mailbox, what, &row).await;
            assert_eq!(done.messages, 3, "{what}");
            assert_eq!(boat(&mailbox.list("inbox").await), None, "{what}");
            let there = boat(&mailbox.list(gone_to).await).expect("somewhere else");
            assert_eq!((there.messages, there.place == Place::Bin), (3, what == "bin"));
            undo(&mailbox, &done).await;
            assert_eq!(boat(&mailbox.list("inbox").await).map(|row| row.messages), Some(3), "{what} taken back");
        }
        mailbox.assert_equal().await;
    })
    .await;
}

#[tokio::test]
async fn taking_back_returns_every_mail_to_where_it_was() {
    on_all(async |mailbox| {
        let row = talk(&mailbox).await;
        let (first, all) = (mailbox.id_by_subject("The boat 1").await, mailbox.list("inbox").await);
        assert_eq!(boat(&all).unwrap().id, row.id);
        let archive = [("messages[0]", first.as_str()), ("act", "archive")];
        mailbox.browser.call::<Done>("mail/act_on_mail", &archive).await.unwrap();
        let done = act(&mailbox, "bin", &row).await;
        assert_eq!(done.undo.len(), 2, "two were in the inbox, one was not: {:?}", done.undo);
        mailbox.settle().await;
        undo(&mailbox, &done).await;
        let its = mailbox.is_its();
        let sql =
            format!("SELECT subject FROM messages WHERE in_inbox AND subject LIKE 'The boat%' AND {its} ORDER BY 1");
        assert_eq!(mailbox.app.database.texts(&sql).await, ["The boat 2", "The boat 3"]);
        mailbox.assert_equal().await;
    })
    .await;
}

#[tokio::test]
async fn somebody_elses_conversations_are_not_touched() {
    on_all(async |mailbox| {
        let row = talk(&mailbox).await;
        let stranger = mailbox.app.signed_up(if mailbox.at == At::Gmail { "eve" } else { "mallory" }).await;
        let id = row.id.to_string();
        let fields = [("conversations[]", id.as_str()), ("act", "bin")];
        let refused: Result<Done, _> = stranger.call("mail/act_on_conversations", &fields).await;
        assert_eq!(refused, Err(AppError::NotFound));
        let undo = [("undo[0][act]", "bin"), ("undo[0][messages][0]", id.as_str())];
        assert_eq!(stranger.call::<()>("mail/undo_acts", &undo).await, Err(AppError::NotFound));
        assert!(boat(&mailbox.list("inbox").await).is_some());
    })
    .await;
}
