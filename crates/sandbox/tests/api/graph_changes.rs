//! Changing mails at Graph, and their ids.

use http::StatusCode;
use reqwest::Method;
use serde_json::json;

use crate::microsoft::text;
use crate::outlook::{IMMUTABLE, Outlook, code};

#[tokio::test]
async fn read_flag_and_categories_are_written() {
    let outlook = Outlook::start().await;
    let id = outlook.deliver("Subject: x\r\n\r\ny", "inbox,UNREAD").await;
    let path = format!("me/messages/{id}");
    let before = outlook.get(&path).await;
    let change =
        json!({"isRead": true, "flag": {"flagStatus": "flagged"}, "categories": ["Red", "Blue"], "importance": "low"});
    let after = outlook.patch(&path, &change).await.json();
    for (name, value) in change.as_object().unwrap() {
        assert_eq!(&after[name], value, "{name}");
    }
    assert_ne!(after["changeKey"], before["changeKey"]);
    let told = outlook.truth().await.remove(0);
    assert_eq!((&told["labels"], &told["categories"]), (&json!(["inbox", "FLAGGED"]), &json!(["Red", "Blue"])));
    let done = outlook.patch(&path, &json!({"flag": {"flagStatus": "complete"}})).await.json();
    assert_eq!((&done["flag"]["flagStatus"], &done["isRead"]), (&json!("complete"), &json!(true)));
    for (wrong, word) in [
        (json!({"subject": "another"}), "ErrorInvalidPropertySet"),
        (json!({"shoeSize": 4}), "RequestBroker--ParseUri"),
    ] {
        assert_eq!(code(&outlook.patch(&path, &wrong).await), (StatusCode::BAD_REQUEST, word.to_owned()));
    }
}

#[tokio::test]
async fn a_change_may_insist_on_the_state_it_saw() {
    let outlook = Outlook::start().await;
    let id = outlook.deliver("Subject: x\r\n\r\ny", "inbox,UNREAD").await;
    let seen = text(&outlook.get(&format!("me/messages/{id}")).await, "@odata.etag");
    outlook.patch(&format!("me/messages/{id}"), &json!({"isRead": true})).await;
    let url = outlook.microsoft.url(&format!("/v1.0/me/messages/{id}"));
    let late = outlook.microsoft.http.patch(url).bearer_auth(&outlook.token).header("if-match", seen);
    let late = late.json(&json!({"isRead": false})).send().await.unwrap();
    assert_eq!(late.status(), StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn a_mutable_id_dies_with_a_move_and_an_immutable_one_does_not() {
    let outlook = Outlook::start().await;
    let mail = outlook.within("inbox").await.remove(0);
    let (mutable, immutable) = (text(&mail, "mutable_id"), text(&mail, "id"));
    let plain = outlook.call(Method::GET, &format!("me/messages/{immutable}"), "", None).await;
    assert_eq!(plain.json()["id"], mutable, "without the preference ids are mutable ones");
    assert_eq!(plain.header("preference-applied"), "");
    let moved = outlook
        .call(Method::POST, &format!("me/messages/{mutable}/move"), "", Some(&json!({"destinationId": "archive"})))
        .await;
    assert_eq!(moved.status, StatusCode::CREATED);
    let new = text(&moved.json(), "id");
    assert_ne!(new, mutable);
    let gone = outlook.call(Method::GET, &format!("me/messages/{mutable}"), "", None).await;
    assert_eq!(code(&gone), (StatusCode::NOT_FOUND, "ErrorItemNotFound".into()));
    assert_eq!(outlook.get(&format!("me/messages/{immutable}")).await["id"], immutable);
    let lower = outlook.call(Method::GET, &format!("me/messages/{}", immutable.to_lowercase()), IMMUTABLE, None).await;
    assert_eq!(lower.status, StatusCode::NOT_FOUND, "case matters");
    let nonsense = outlook.call(Method::GET, "me/messages/nonsense", "", None).await;
    assert_eq!(code(&nonsense), (StatusCode::BAD_REQUEST, "ErrorInvalidIdMalformed".into()));
    let ask = json!({"inputIds": [new, mutable], "sourceIdType": "restId", "targetIdType": "restImmutableEntryId"});
    let told = outlook.post("me/translateExchangeIds", &ask).await.json();
    assert_eq!(told["value"][0], json!({"sourceId": new, "targetId": immutable}));
    assert_eq!(told["value"][1]["errorDetails"]["code"], "ErrorItemNotFound");
    let back = json!({"inputIds": [immutable], "sourceIdType": "restImmutableEntryId", "targetIdType": "restId"});
    assert_eq!(outlook.post("me/translateExchangeIds", &back).await.json()["value"][0]["targetId"], new);
    let many = json!({"inputIds": vec!["x"; 1_001], "sourceIdType": "restId", "targetIdType": "restImmutableEntryId"});
    assert_eq!(outlook.post("me/translateExchangeIds", &many).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_deleted_mail_is_nowhere_and_a_copied_one_twice() {
    let outlook = Outlook::start().await;
    let id = outlook.deliver("Message-ID: <a@b>\r\nSubject: x\r\n\r\ny", "inbox").await;
    let copy = outlook.post(&format!("me/messages/{id}/copy"), &json!({"destinationId": "drafts"})).await;
    assert_eq!(copy.status, StatusCode::CREATED);
    assert_eq!(copy.json()["internetMessageId"], "<a@b>");
    let found = outlook.get("me/messages?$filter=internetMessageId%20eq%20'%3Ca@b%3E'&$select=id").await;
    assert_eq!(found["value"].as_array().unwrap().len(), 2);
    let gone = outlook.call(Method::DELETE, &format!("me/messages/{id}"), IMMUTABLE, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(outlook.call(Method::GET, &format!("me/messages/{id}"), "", None).await.status, StatusCode::NOT_FOUND);
    assert!(outlook.truth().await.iter().all(|mail| mail["id"] != id));
}

#[tokio::test]
async fn each_scope_reaches_as_far_as_it_says() {
    let mut outlook = Outlook::start().await;
    let id = text(&outlook.truth().await[0], "id");
    let path = format!("me/messages/{id}");
    for (scope, reads, texts, writes) in [
        ("User.Read", StatusCode::FORBIDDEN, StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
        ("Mail.ReadBasic", StatusCode::OK, StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
        ("Mail.Read", StatusCode::OK, StatusCode::OK, StatusCode::FORBIDDEN),
        ("Mail.ReadWrite", StatusCode::OK, StatusCode::OK, StatusCode::OK),
    ] {
        outlook.token = text(&outlook.microsoft.grant(1, scope).await, "access_token");
        let own = outlook.call(Method::GET, "me/messages?$top=1", "", None).await;
        assert_eq!(own.status, reads, "{scope}");
        assert_eq!(outlook.call(Method::GET, "me/mailFolders", "", None).await.status, reads, "{scope}");
        if reads == StatusCode::OK {
            assert_eq!(own.json()["value"][0].get("body").is_some(), texts == StatusCode::OK, "{scope}");
            let path = format!("me/messages/{}", text(&own.json()["value"][0], "id"));
            assert_eq!(outlook.call(Method::GET, &format!("{path}/$value"), "", None).await.status, texts, "{scope}");
            assert_eq!(outlook.patch(&path, &json!({"isRead": true})).await.status, writes, "{scope}");
        }
        assert_eq!(outlook.post("me/sendMail", &json!({})).await.status, StatusCode::FORBIDDEN, "{scope}");
    }
    assert_eq!(outlook.call(Method::GET, &path, "", None).await.status, StatusCode::NOT_FOUND, "of another person");
}
