//! Drafts and sent mail at Graph.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::microsoft::text;
use crate::outlook::{EVERYTHING, IMMUTABLE, Outlook, code};

fn to(address: &str) -> Value {
    json!([{"emailAddress": {"address": address}}])
}

#[tokio::test]
async fn a_draft_keeps_its_immutable_id_on_its_way_to_sent_items() {
    let outlook = Outlook::start().await;
    let other = outlook.microsoft.address(1).to_owned();
    let draft =
        json!({"subject": "Grüße", "toRecipients": to(&other), "body": {"contentType": "text", "content": "one\ntwo"}});
    let made = outlook.post("me/messages", &draft).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let made = made.json();
    assert_eq!((&made["isDraft"], &made["subject"]), (&json!(true), &json!("Grüße")));
    let path = format!("me/messages/{}", text(&made, "id"));
    let changed = outlook.patch(&path, &json!({"subject": "Viele Grüße"})).await.json();
    assert_eq!((&changed["subject"], &changed["toRecipients"]), (&json!("Viele Grüße"), &made["toRecipients"]));
    assert_eq!(changed["internetMessageId"], made["internetMessageId"]);
    let file = json!({"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentType": "text/plain", "contentBytes": "aGVsbG8="});
    assert_eq!(outlook.post(&format!("{path}/attachments"), &file).await.status, StatusCode::CREATED);
    let sent = outlook.call(Method::POST, &format!("{path}/send"), IMMUTABLE, None).await;
    assert_eq!((sent.status, sent.text.as_str()), (StatusCode::ACCEPTED, ""));
    let after = outlook.get(&path).await;
    assert_eq!(after["isDraft"], false);
    assert_eq!(after["parentFolderId"], outlook.get("me/mailFolders/sentitems").await["id"]);
    let again = outlook.call(Method::POST, &format!("{path}/send"), IMMUTABLE, None).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    let other = Outlook { token: text(&outlook.microsoft.grant(1, EVERYTHING).await, "access_token"), ..outlook };
    let arrived = other.get("me/mailFolders/inbox/messages?$top=1&$expand=attachments").await["value"][0].clone();
    assert_eq!((&arrived["subject"], &arrived["isRead"]), (&json!("Viele Grüße"), &json!(false)));
    assert_eq!(arrived["internetMessageId"], made["internetMessageId"]);
    assert_eq!(arrived["attachments"][0]["contentBytes"], "aGVsbG8=");
}

#[tokio::test]
async fn send_mail_answers_202_and_tells_no_id() {
    let outlook = Outlook::start().await;
    let other = outlook.microsoft.address(1).to_owned();
    for (save, more) in [(true, 1), (false, 0)] {
        let before = outlook.within("sentitems").await.len();
        let mail = json!({"message": {"subject": "x", "toRecipients": to(&other), "body": {"contentType": "html", "content": "<p>x"}}, "saveToSentItems": save});
        let sent = outlook.post("me/sendMail", &mail).await;
        assert_eq!((sent.status, sent.text.as_str()), (StatusCode::ACCEPTED, ""));
        assert_eq!(outlook.within("sentitems").await.len(), before + more);
    }
    let nobody = outlook.post("me/sendMail", &json!({"message": {"subject": "x"}})).await;
    assert_eq!(code(&nobody), (StatusCode::BAD_REQUEST, "ErrorInvalidRecipients".into()));
}

#[tokio::test]
async fn a_mail_can_be_sent_in_its_mime_form() {
    let outlook = Outlook::start().await;
    let raw = format!("To: {}\r\nBcc: hidden@x.example\r\nSubject: raw\r\n\r\nbody", outlook.microsoft.address(1));
    let url = outlook.microsoft.url("/v1.0/me/sendMail");
    let send = |body: String| {
        let request =
            outlook.microsoft.http.post(&url).bearer_auth(&outlook.token).header("content-type", "text/plain");
        request.body(body).send()
    };
    assert_eq!(send(STANDARD.encode(&raw)).await.unwrap().status(), StatusCode::ACCEPTED);
    assert_eq!(send("no base64!".to_owned()).await.unwrap().status(), StatusCode::BAD_REQUEST);
    let own = outlook.get("me/mailFolders/sentitems/messages?$top=1&$select=bccRecipients").await;
    assert_eq!(own["value"][0]["bccRecipients"].as_array().unwrap().len(), 1);
    let other = Outlook { token: text(&outlook.microsoft.grant(1, EVERYTHING).await, "access_token"), ..outlook };
    let arrived = other.get("me/mailFolders/inbox/messages?$top=1").await["value"][0].clone();
    assert_eq!((&arrived["subject"], &arrived["bccRecipients"]), (&json!("raw"), &json!([])));
}
