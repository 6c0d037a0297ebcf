//! Mail folders at Graph.

use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::microsoft::text;
use crate::outlook::{IMMUTABLE, Outlook, code, ids};

fn names(folders: &[Value]) -> Vec<&str> {
    folders.iter().map(|folder| folder["displayName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn folders_come_ten_at_a_time_without_the_hidden_and_the_nested() {
    let outlook = Outlook::start().await;
    let (folders, pages, _) = outlook.pages("me/mailFolders", IMMUTABLE).await;
    assert_eq!(pages, [10, 6]);
    let names = names(&folders);
    assert!(names.starts_with(&["Inbox", "Drafts", "Sent Items", "Deleted Items", "Junk Email", "Archive"]));
    assert!(!names.contains(&"Clutter") && !names.contains(&"Atlas") && names.contains(&"Projects"));
    let (all, pages, _) = outlook.pages("me/mailFolders?includeHiddenFolders=true&$top=100", IMMUTABLE).await;
    assert_eq!(pages, [17]);
    assert!(all.iter().any(|folder| folder["displayName"] == "Clutter" && folder["isHidden"] == true));
    let projects = folders.iter().find(|folder| folder["displayName"] == "Projects").unwrap();
    assert_eq!(projects["childFolderCount"], 1);
    let inner = outlook.get(&format!("me/mailFolders/{}/childFolders", text(projects, "id"))).await;
    assert_eq!(inner["value"][0]["displayName"], "Atlas");
    assert_eq!(inner["value"][0]["parentFolderId"], projects["id"]);
}

#[tokio::test]
async fn well_known_names_stand_for_ids_and_counts_are_true() {
    let outlook = Outlook::start().await;
    for name in ["inbox", "sentitems", "drafts", "deleteditems", "junkemail", "archive", "SentItems"] {
        let folder = outlook.get(&format!("me/mailFolders/{name}")).await;
        let same = outlook.get(&format!("me/mailFolders('{}')", text(&folder, "id"))).await;
        assert_eq!(folder["id"], same["id"]);
        let mails = outlook.within(&name.to_lowercase()).await;
        assert_eq!(folder["totalItemCount"], mails.len(), "{name}");
        let unread = mails.iter().filter(|mail| mail["labels"].as_array().unwrap().contains(&json!("UNREAD")));
        assert_eq!(folder["unreadItemCount"], unread.count(), "{name}");
    }
    let id = text(&outlook.get("me/mailFolders/inbox").await, "id");
    let lower = outlook.call(Method::GET, &format!("me/mailFolders/{}", id.to_lowercase()), "", None).await;
    assert_eq!(code(&lower), (StatusCode::NOT_FOUND, "ErrorItemNotFound".into()), "ids are case-sensitive");
    let unknown = outlook.call(Method::GET, "me/mailFolders/nowhere", "", None).await;
    assert_eq!(code(&unknown), (StatusCode::BAD_REQUEST, "ErrorInvalidIdMalformed".into()));
    let some = outlook.get("me/mailFolders/inbox?$select=displayName").await;
    let keys: Vec<&String> = some.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["@odata.context", "displayName", "id"]);
}

#[tokio::test]
async fn counts_follow_what_is_read_moved_and_deleted() {
    let outlook = Outlook::start().await;
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(outlook.deliver("Subject: x\r\n\r\ny", "inbox,UNREAD").await);
    }
    outlook.patch(&format!("me/messages/{}", all[0]), &json!({"isRead": true})).await;
    outlook.post(&format!("me/messages/{}/move", all[1]), &json!({"destinationId": "archive"})).await;
    outlook.call(Method::DELETE, &format!("me/messages/{}", all[2]), IMMUTABLE, None).await;
    for name in ["inbox", "archive"] {
        let folder = outlook.get(&format!("me/mailFolders/{name}")).await;
        let mails = outlook.within(name).await;
        let unread = mails.iter().filter(|mail| mail["labels"].as_array().unwrap().contains(&json!("UNREAD"))).count();
        assert_eq!(
            (&folder["totalItemCount"], &folder["unreadItemCount"]),
            (&json!(mails.len()), &json!(unread)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn folders_are_made_renamed_moved_and_deleted_twice() {
    let outlook = Outlook::start().await;
    let made = outlook.post("me/mailFolders", &json!({"displayName": "Taxes"})).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let id = text(&made.json(), "id");
    let again = outlook.post("me/mailFolders", &json!({"displayName": "taxes"})).await;
    assert_eq!(code(&again), (StatusCode::CONFLICT, "ErrorFolderExists".into()));
    let renamed = outlook.patch(&format!("me/mailFolders/{id}"), &json!({"displayName": "Taxes 2026"})).await.json();
    assert_eq!((&renamed["displayName"], &renamed["id"]), (&json!("Taxes 2026"), &json!(id)));
    let moved = outlook.post(&format!("me/mailFolders/{id}/move"), &json!({"destinationId": "archive"})).await.json();
    assert_eq!(moved["parentFolderId"], outlook.get("me/mailFolders/archive").await["id"]);
    for (parent, status) in [(Some("deleteditems"), StatusCode::OK), (None, StatusCode::NOT_FOUND)] {
        let gone = outlook.call(Method::DELETE, &format!("me/mailFolders/{id}"), "", None).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        let after = outlook.call(Method::GET, &format!("me/mailFolders/{id}"), "", None).await;
        assert_eq!(after.status, status);
        if let Some(parent) = parent {
            assert_eq!(after.json()["parentFolderId"], outlook.get(&format!("me/mailFolders/{parent}")).await["id"]);
        }
    }
    let inbox = outlook.call(Method::DELETE, "me/mailFolders/inbox", "", None).await;
    assert_eq!(inbox.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_list_of_folders_has_changes_of_its_own() {
    let outlook = Outlook::start().await;
    let (all, link) = outlook.round("me/mailFolders/delta?includeHiddenFolders=true", "odata.maxpagesize=5").await;
    let path = format!("mailboxes/{}/folders", outlook.microsoft.address(0));
    let told = outlook.microsoft.control(Method::GET, &path, None).await.json();
    assert_eq!(ids(&all), ids(told.as_array().unwrap()), "nested and hidden ones as well");
    let (none, link) = outlook.round(&link, "").await;
    assert_eq!(none, [] as [Value; 0]);
    let made = outlook.post("me/mailFolders/inbox/childFolders", &json!({"displayName": "Later"})).await.json();
    let (some, link) = outlook.round(&link, "").await;
    assert_eq!(names(&some), ["Later"]);
    outlook.deliver("Subject: x\r\n\r\ny", "inbox,UNREAD").await;
    let (some, link) = outlook.round(&link, "").await;
    assert_eq!(names(&some), ["Inbox"], "its counts changed");
    for _ in 0..2 {
        outlook.call(Method::DELETE, &format!("me/mailFolders/{}", text(&made, "id")), "", None).await;
    }
    let (some, _) = outlook.round(&link, "").await;
    assert_eq!(some, [json!({"id": made["id"], "@removed": {"reason": "deleted"}})]);
}
