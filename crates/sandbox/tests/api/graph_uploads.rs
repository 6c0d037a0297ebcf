//! Large files come in pieces, to an address that takes no token; a draft keeps its headers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use reqwest::header::{AUTHORIZATION, CONTENT_RANGE};
use serde_json::{Value, json};

use crate::microsoft::text;
use crate::outlook::{Outlook, code};
use crate::reply::Reply;

impl Outlook {
    /// A draft with headers that only its MIME form can have; its path.
    async fn threaded_draft(&self) -> String {
        let raw = "To: a@x.example\r\nSubject: S\r\nMessage-ID: <own@x>\r\nReferences: <one@x>\r\n <two@x>\r\n\
                   Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nh=C3=A9\r\n";
        let request = self.microsoft.http.post(self.microsoft.url("/v1.0/me/messages")).bearer_auth(&self.token);
        let request = request.header("content-type", "text/plain").header("prefer", "IdType=\"ImmutableId\"");
        let made = Reply::of(request.body(STANDARD.encode(raw)).send().await.unwrap()).await;
        format!("me/messages/{}", text(&made.json(), "id"))
    }

    async fn session(&self, draft: &str, size: usize) -> String {
        let item =
            json!({"AttachmentItem": {"attachmentType": "file", "name": "a.bin", "size": size, "contentType": "x/y"}});
        let opened = self.post(&format!("{draft}/attachments/createUploadSession"), &item).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text);
        text(&opened.json(), "uploadUrl")
    }

    async fn piece(&self, url: &str, range: &str, bytes: Vec<u8>) -> Reply {
        let request = self.microsoft.http.put(url).header(CONTENT_RANGE, range).body(bytes);
        Reply::of(request.send().await.unwrap()).await
    }
}

#[tokio::test]
async fn a_file_in_pieces_is_one_file_and_the_draft_keeps_its_headers() {
    let outlook = Outlook::start().await;
    let draft = outlook.threaded_draft().await;
    let url = outlook.session(&draft, 700_000).await;
    let first = outlook.piece(&url, "bytes 0-327679/700000", vec![7; 327_680]).await;
    assert_eq!((first.status, &first.json()["nextExpectedRanges"]), (StatusCode::OK, &json!(["327680-"])));
    let gap = outlook.piece(&url, "bytes 327681-699999/700000", vec![7; 372_319]).await;
    assert_eq!(gap.status, StatusCode::BAD_REQUEST, "nothing may be left out");
    let last = outlook.piece(&url, "bytes 327680-699999/700000", vec![8; 372_320]).await;
    assert_eq!(last.status, StatusCode::CREATED);
    assert_eq!(outlook.piece(&url, "bytes 0-1/700000", vec![1; 2]).await.status, StatusCode::NOT_FOUND, "it is over");
    let small = json!({"@odata.type": "#microsoft.graph.fileAttachment", "name": "b.txt", "contentType": "text/plain", "contentBytes": "aGVsbG8="});
    assert_eq!(outlook.post(&format!("{draft}/attachments"), &small).await.status, StatusCode::CREATED);
    let files = outlook.get(&format!("{draft}/attachments?$select=name,size")).await;
    let files: Vec<_> =
        files["value"].as_array().unwrap().iter().map(|file| (text(file, "name"), file["size"].clone())).collect();
    assert_eq!(files, [("a.bin".to_owned(), json!(700_000)), ("b.txt".to_owned(), json!(5))]);
    let whole = outlook.get(&format!("{draft}?$select=internetMessageId,internetMessageHeaders,body")).await;
    assert_eq!(whole["internetMessageId"], "<own@x>");
    let references = whole["internetMessageHeaders"].as_array().unwrap().iter().find(|one| one["name"] == "References");
    assert_eq!(references.map(|one| &one["value"]), Some(&json!("<one@x> <two@x>")));
    assert!(whole["body"]["content"].as_str().unwrap().contains("hé"), "{}", whole["body"]);
}

#[tokio::test]
async fn a_token_is_refused_where_the_address_is_the_permission_and_so_is_too_much_at_once() {
    let outlook = Outlook::start().await;
    let draft = outlook.threaded_draft().await;
    let url = outlook.session(&draft, 10).await;
    let request = outlook.microsoft.http.put(&url).header(CONTENT_RANGE, "bytes 0-9/10");
    let request = request.header(AUTHORIZATION, format!("Bearer {}", outlook.token)).body(vec![1; 10]);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let large: Value =
        json!({"@odata.type": "#microsoft.graph.fileAttachment", "name": "b", "contentBytes": "A".repeat(4_300_000)});
    let refused = outlook.post(&format!("{draft}/attachments"), &large).await;
    assert_eq!(code(&refused), (StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge".to_owned()));
    assert_eq!(outlook.post(&format!("{draft}/send"), &json!({})).await.status, StatusCode::ACCEPTED);
    let item = json!({"AttachmentItem": {"attachmentType": "file", "name": "a", "size": 10}});
    let late = outlook.post(&format!("{draft}/attachments/createUploadSession"), &item).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST, "it is no draft any more");
}
