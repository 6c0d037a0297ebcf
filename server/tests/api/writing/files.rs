//! Attached files: to the limit, in every size a provider takes differently, and those of mails that are passed on.

use super::desk::{Desk, on_all};
use domain::writing::{Beginning, Fault, Field, NewFile, State, Why, WriteError};
use uuid::Uuid;

fn file(name: &str, bytes: usize) -> NewFile {
    // Nothing that packs well, and all 256 bytes.
    let bytes = (0..bytes).map(|at| u8::try_from((at * 7 + at / 251) % 256).unwrap()).collect();
    NewFile { name: name.to_owned(), mime_type: "application/pdf".to_owned(), bytes }
}

impl Desk<'_> {
    /// Names and sizes of the files of the mail that was sent, as it was synced.
    async fn files_of_sent(&self, id: Uuid) -> Vec<(String, u64)> {
        self.settle().await;
        let message = self.outbox(id).await.message.expect("it was synced");
        let opened = self.app().domain.mail().conversation(self.user, message).await.unwrap();
        let view = opened.messages.into_iter().find(|one| one.id == message).unwrap();
        let mut files: Vec<_> = view.attachments.into_iter().map(|file| (file.filename, file.size)).collect();
        files.sort();
        files
    }
}

#[tokio::test]
async fn files_of_every_size_arrive_whole() {
    on_all(async |desk: Desk<'_>| {
        for sizes in [&[3_usize, 700_000][..], &[10, 1_000_000, 3_500_000]] {
            let (id, version) = desk.draft(desk.text()).await;
            for (at, size) in sizes.iter().enumerate() {
                let kept = desk.writing().attach(desk.user, id, file(&format!("C:\\ä {at}.pdf"), *size)).await.unwrap();
                assert_eq!((kept.name, kept.size), (format!("ä {at}.pdf"), u64::try_from(*size).unwrap()));
            }
            assert_eq!(desk.writing().draft(desk.user, id).await.unwrap().files.len(), sizes.len());
            let copies = desk.copies().await;
            desk.writing().send(desk.user, id, version).await.unwrap();
            desk.leave().await;
            assert!(matches!(desk.state(id).await, State::Sent { .. }), "{:?}", desk.state(id).await);
            assert_eq!(desk.copies().await, copies + 1);
            let expected = sizes.iter().enumerate().map(|(at, size)| (format!("ä {at}.pdf"), *size as u64));
            assert_eq!(desk.files_of_sent(id).await, expected.collect::<Vec<_>>());
            assert_eq!(desk.app().database.count("written_files").await, 0, "they are at the provider now");
        }
    })
    .await;
}

#[tokio::test]
async fn more_than_the_limit_is_refused_and_what_is_attached_stays() {
    on_all(async |desk: Desk<'_>| {
        let (id, version) = desk.draft(desk.text()).await;
        let most = desk.writing().draft(desk.user, id).await.unwrap().most_bytes;
        let first = desk.writing().attach(desk.user, id, file("a.pdf", 26_000_000)).await.unwrap();
        let refused = desk.writing().attach(desk.user, id, file("b.pdf", 1_000_000)).await;
        let Err(WriteError::Refused(faults)) = refused else { panic!("{refused:?}") };
        assert_eq!(faults, [Fault::TooLong { field: Field::Files, length: 27_000_000, most }]);
        assert_eq!(desk.writing().draft(desk.user, id).await.unwrap().files, std::slice::from_ref(&first));
        desk.writing().detach(desk.user, id, first.id).await.unwrap();
        assert!(matches!(desk.writing().detach(desk.user, id, first.id).await, Err(WriteError::NotFound)));
        desk.writing().attach(desk.user, id, file("b.pdf", 70)).await.unwrap();
        desk.writing().send(desk.user, id, version).await.unwrap();
        let late = desk.writing().attach(desk.user, id, file("c.pdf", 7)).await;
        assert!(matches!(late, Err(WriteError::NotADraft)), "{late:?}");
        desk.leave().await;
        assert_eq!(desk.files_of_sent(id).await, [("b.pdf".to_owned(), 70)]);
    })
    .await;
}

#[tokio::test]
async fn the_files_of_a_mail_that_is_passed_on_go_with_it() {
    on_all(async |desk: Desk<'_>| {
        let raw = format!(
            "From: Ana <ana@far.example>\r\nTo: {}\r\nSubject: The offer\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee below\r\n\
             --b\r\nContent-Type: application/pdf; name=offer.pdf\r\nContent-Disposition: attachment; \
             filename=offer.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8gd29ybGQ=\r\n--b--\r\n",
            desk.mailbox.address
        );
        desk.mailbox.deliver(&raw).await;
        desk.mailbox.hear().await;
        let message: Uuid = desk.mailbox.id_by_subject("The offer").await.parse().unwrap();
        for gone in [false, true] {
            let mut draft = desk.writing().start(desk.user, Beginning::Forward { message }, None).await.unwrap();
            assert_eq!((draft.text.to.as_str(), draft.text.subject.as_str()), ("", "Fwd: The offer"));
            assert!(draft.text.body.contains("From: Ana <ana@far.example>\n"), "{}", draft.text.body);
            assert!(draft.text.body.ends_with("\n\nsee below\n"), "{}", draft.text.body);
            let files: Vec<_> = draft.files.iter().map(|file| file.name.as_str()).collect();
            assert_eq!(files, ["offer.pdf"]);
            draft.text.to.clone_from(&desk.other);
            let saved = desk.writing().save(desk.user, draft.id, draft.version, draft.text).await.unwrap();
            if gone {
                let original = desk.app().database.texts("SELECT remote_id FROM messages WHERE subject = 'The offer'");
                let path = format!("mailboxes/{}/messages/{}", desk.mailbox.address, original.await.pop().unwrap());
                desk.mailbox.lever("DELETE", &path, &serde_json::Value::Null).await;
            }
            desk.writing().send(desk.user, draft.id, saved.version).await.unwrap();
            desk.leave().await;
            let state = desk.state(draft.id).await;
            if gone {
                assert!(matches!(state, State::Failed { why: Why::FileGone, .. }), "{state:?}");
                // Without the file it can be sent.
                let draft = desk.writing().edit(desk.user, draft.id).await.unwrap();
                desk.writing().detach(desk.user, draft.id, draft.files[0].id).await.unwrap();
                desk.writing().send(desk.user, draft.id, draft.version).await.unwrap();
                desk.leave().await;
                assert_eq!(desk.copies().await, 2);
            } else {
                assert!(matches!(state, State::Sent { .. }), "{state:?}");
                assert_eq!(desk.files_of_sent(draft.id).await, [("offer.pdf".to_owned(), 11)]);
            }
        }
    })
    .await;
}
