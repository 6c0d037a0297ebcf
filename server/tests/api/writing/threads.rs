//! Answers: to whom they go, what they repeat, and that they lie in their conversation, here and there.

use super::desk::{Desk, on_all};
use domain::writing::{Beginning, Draft, DraftText, Kind, State};
use std::time::Duration;
use uuid::Uuid;

const FIRST: &str = "<first@far.example>";
const SECOND: &str = "<second@far.example>";

impl Desk<'_> {
    /// A mail in the inbox with these headers; our id of it.
    async fn incoming(&self, subject: &str, headers: &str) -> Uuid {
        let own = &self.mailbox.address;
        let headers = headers.replace("OWN", own);
        let raw = format!(
            "Subject: {subject}\r\nDate: Sat, 21 Nov 2026 14:03:00 +0000\r\n{headers}\r\n\r\nCan you come?\r\n> No.\r\n"
        );
        self.mailbox.deliver(&raw).await;
        self.mailbox.hear().await;
        self.mailbox.id_by_subject(subject).await.parse().unwrap()
    }

    async fn start(&self, beginning: Beginning) -> Draft {
        self.writing().start(self.user, beginning, None).await.unwrap()
    }

    /// Sends a draft as it is; our id of what was sent, and its header lines.
    async fn sent(&self, draft: &Draft) -> (Uuid, Vec<(String, String)>) {
        self.writing().send(self.user, draft.id, draft.version).await.unwrap();
        self.leave().await;
        assert!(matches!(self.state(draft.id).await, State::Sent { .. }), "{:?}", self.state(draft.id).await);
        self.settle().await;
        let id = self.outbox(draft.id).await.message.expect("it was synced");
        (id, self.app().domain.reading().headers(self.user, id).await.unwrap())
    }

    async fn conversation(&self, message: Uuid) -> Vec<Uuid> {
        let opened = self.app().domain.mail().conversation(self.user, message).await.unwrap();
        opened.messages.iter().map(|one| one.id).collect()
    }
}

fn header<'a>(lines: &'a [(String, String)], name: &str) -> &'a str {
    lines.iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
}

#[tokio::test]
async fn an_answer_goes_to_its_sender_repeats_the_mail_and_joins_the_conversation() {
    on_all(async |desk: Desk<'_>| {
        let headers = format!(
            "From: \"Far, Ana\" <ana@far.example>\r\nTo: OWN\r\nCc: bob@far.example\r\nMessage-ID: {SECOND}\r\n\
             In-Reply-To: {FIRST}\r\nReferences: {FIRST}"
        );
        let message = desk.incoming("Lunch on Friday", &headers).await;
        let draft = desk.start(Beginning::Reply { message, all: false }).await;
        assert_eq!((draft.kind, draft.about, draft.version), (Kind::Reply, Some(message), 0));
        assert_eq!(draft.text.to, "\"Far, Ana\" <ana@far.example>");
        assert_eq!((draft.text.cc.as_str(), draft.text.subject.as_str()), ("", "Re: Lunch on Friday"));
        assert!(draft.text.body.contains("Far, Ana <ana@far.example> wrote:\n"), "{}", draft.text.body);
        assert!(
            draft.text.body.contains("\n> Can you come?\n") && draft.text.body.contains("\n>> No.\n"),
            "{}",
            draft.text.body
        );
        let (sent, lines) = desk.sent(&draft).await;
        assert_eq!(header(&lines, "In-Reply-To"), SECOND);
        let references: Vec<&str> = header(&lines, "References").split_whitespace().collect();
        assert_eq!(references, [FIRST, SECOND]);
        assert_eq!(header(&lines, "Message-ID"), desk.message_id(draft.id).await);
        assert!(desk.conversation(message).await.contains(&sent), "one conversation");
    })
    .await;
}

#[tokio::test]
async fn an_answer_tells_when_the_mail_came_where_its_writer_lives() {
    on_all(async |desk: Desk<'_>| {
        let message = desk.incoming("When", &format!("From: ana@far.example\r\nTo: OWN\r\nMessage-ID: {FIRST}")).await;
        let opened = desk.app().domain.mail().conversation(desk.user, message).await.unwrap();
        let came = opened.messages.last().unwrap().received_at;
        let clock = |minutes: u64| (came + Duration::from_secs(minutes * 60)).format("at %H:%M, ").to_string();
        let told = async |zone| {
            let reply = Beginning::Reply { message, all: false };
            desk.writing().start(desk.user, reply, zone).await.unwrap().text.body
        };
        for (zone, ahead) in [(Some("Asia/Kathmandu"), 345), (Some("No/Where"), 0), (None, 0)] {
            let body = told(zone).await;
            assert!(body.contains(&clock(ahead)), "{zone:?}: {body}");
        }
        desk.app().database.execute("UPDATE users SET zone = 'Asia/Tokyo'").await;
        let body = told(Some("Asia/Kathmandu")).await;
        assert!(body.contains(&clock(540)), "the zone of the account counts: {body}");
    })
    .await;
}

#[tokio::test]
async fn an_answer_somebody_began_to_write_is_gone_on_with() {
    on_all(async |desk: Desk<'_>| {
        let message =
            desk.incoming("Twice", "From: ana@far.example\r\nTo: OWN\r\nMessage-ID: <twice@far.example>").await;
        let reply = Beginning::Reply { message, all: false };
        let draft = desk.start(reply.clone()).await;
        let text = DraftText { body: "half a sent".to_owned(), ..draft.text.clone() };
        desk.writing().save(desk.user, draft.id, draft.version, text).await.unwrap();
        let again = desk.start(reply.clone()).await;
        assert_eq!((again.id, again.text.body.as_str()), (draft.id, "half a sent"));
        for other in [Beginning::Reply { message, all: true }, Beginning::Forward { message }] {
            assert_ne!(desk.start(other).await.id, draft.id, "another kind of answer");
        }
        desk.sent(&again).await;
        assert_ne!(desk.start(reply).await.id, draft.id, "that one is sent");
    })
    .await;
}

#[tokio::test]
async fn an_answer_to_all_goes_to_everybody_once_and_never_to_its_writer() {
    on_all(async |desk: Desk<'_>| {
        let headers = format!(
            "From: ana@far.example\r\nReply-To: Team <team@far.example>\r\nTo: OWN, Bob <bob@far.example>\r\n\
             Cc: BOB@far.example, carl@far.example\r\nMessage-ID: {FIRST}"
        );
        let message = desk.incoming("Re: Plans for all", &headers).await;
        let draft = desk.start(Beginning::Reply { message, all: true }).await;
        assert_eq!(draft.text.to, "Team <team@far.example>");
        assert_eq!(draft.text.cc, "Bob <bob@far.example>, carl@far.example");
        assert_eq!(draft.text.subject, "Re: Plans for all", "one Re: is enough");
    })
    .await;
}

#[tokio::test]
async fn what_one_wrote_oneself_is_answered_to_those_it_went_to() {
    on_all(async |desk: Desk<'_>| {
        let (id, version) = desk.draft(desk.text()).await;
        desk.writing().send(desk.user, id, version).await.unwrap();
        desk.leave().await;
        desk.settle().await;
        let own = desk.outbox(id).await.message.expect("it was synced");
        let draft = desk.start(Beginning::Reply { message: own, all: true }).await;
        assert_eq!((draft.text.to, draft.text.cc), (desk.text().to, String::new()));
    })
    .await;
}

#[tokio::test]
async fn an_answer_from_another_mailbox_begins_a_conversation_there() {
    on_all(async |desk: Desk<'_>| {
        let headers = format!("From: ana@far.example\r\nTo: OWN\r\nMessage-ID: {FIRST}");
        let message = desk.incoming("Two mailboxes", &headers).await;
        let draft = desk.start(Beginning::Reply { message, all: false }).await;
        let threads = "written_mails WHERE thread_remote_id IS NOT NULL";
        assert_eq!(desk.app().database.count(threads).await, 1);
        let provider = match desk.mailbox.at {
            crate::acting::mailbox::At::Gmail => "google",
            crate::acting::mailbox::At::Outlook => "microsoft",
        };
        let second = desk.app().person(2).to_owned();
        let answer = crate::harness::consent::Answer::Allow;
        desk.mailbox.browser.travel(provider, "purpose=connect&features=mail,send", &second, answer).await;
        let cards = desk.mailbox.browser.connections().await.cards;
        let other = cards.iter().find(|card| card.address == second).unwrap().id;
        let mut text = draft.text.clone();
        text.connection = other;
        let saved = desk.writing().save(desk.user, draft.id, draft.version, text).await.unwrap();
        assert_eq!(desk.app().database.count(threads).await, 0);
        // And back.
        desk.writing().save(desk.user, draft.id, saved.version, draft.text.clone()).await.unwrap();
        assert_eq!(desk.app().database.count(threads).await, 1);
        desk.writing().discard(desk.user, draft.id).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_conversation_that_was_deleted_there_does_not_hold_its_answer_up() {
    on_all(async |desk: Desk<'_>| {
        let headers = format!("From: ana@far.example\r\nTo: OWN\r\nMessage-ID: {FIRST}");
        let message = desk.incoming("Soon gone", &headers).await;
        let mut draft = desk.start(Beginning::Reply { message, all: false }).await;
        desk.app().database.execute("UPDATE written_mails SET thread_remote_id = '1999999999999999'").await;
        draft.text.to = desk.other.clone();
        let saved = desk.writing().save(desk.user, draft.id, draft.version, draft.text.clone()).await.unwrap();
        desk.writing().send(desk.user, draft.id, saved.version).await.unwrap();
        desk.leave().await;
        desk.settle().await;
        assert!(matches!(desk.state(draft.id).await, State::Sent { .. }), "{:?}", desk.state(draft.id).await);
        assert_eq!(desk.copies().await, 1);
    })
    .await;
}
