//! Changes of a folder, round by round.

use std::collections::BTreeMap;

use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::microsoft::text;
use crate::outlook::{IMMUTABLE, Outlook, apply, code, ids};

const INBOX: &str = "me/mailFolders/inbox/messages/delta";

async fn has_all(outlook: &Outlook, kept: &BTreeMap<String, Value>, folder: &str) {
    let truth: BTreeMap<String, Value> = outlook
        .within(folder)
        .await
        .iter()
        .map(|mail| (text(mail, "id"), json!(!mail["labels"].as_array().unwrap().contains(&json!("UNREAD")))))
        .collect();
    assert_eq!(kept, &truth);
}

#[tokio::test]
async fn the_first_round_tells_every_mail_with_empty_pages_and_repetitions_on_the_way() {
    let outlook = Outlook::start().await;
    let (items, pages, last) =
        outlook.pages(&format!("{INBOX}?$select=isRead"), &format!("{IMMUTABLE}, odata.maxpagesize=10")).await;
    assert_eq!(ids(&items), ids(&outlook.within("inbox").await));
    assert!(items.len() > ids(&items).len(), "some twice");
    assert!(pages[..pages.len() - 1].contains(&0), "a page may be empty and not the last: {pages:?}");
    assert!(pages.iter().all(|page| *page <= 10));
    let link = text(&last, "@odata.deltaLink");
    assert!(link.starts_with(&outlook.microsoft.running.microsoft_url) && link.contains("/delta?$deltatoken="));
    assert!(!link.contains("isRead"), "what was asked for hides in the token");
    assert_eq!(outlook.round(&link, IMMUTABLE).await.0, [] as [Value; 0]);
}

#[tokio::test]
async fn with_the_odd_days_switched_off_every_page_is_full() {
    let outlook = Outlook::start().await;
    outlook.dials(&json!({"odd": false})).await;
    let (items, pages, _) = outlook.pages(&format!("{INBOX}?$select=id"), "odata.maxpagesize=10").await;
    assert_eq!(items.len(), ids(&items).len());
    let full = items.len() / 10;
    assert!(pages[..full].iter().all(|page| *page == 10), "{pages:?}");
    outlook.dials(&json!({"odd": false, "page_most": 7})).await;
    let (_, pages, _) = outlook.pages(&format!("{INBOX}?$select=id"), "odata.maxpagesize=10").await;
    assert_eq!(pages[0], 7, "a server may give fewer than it is asked for");
}

#[tokio::test]
async fn later_rounds_tell_what_came_changed_and_left() {
    let outlook = Outlook::start().await;
    let (items, link) = outlook.round(&format!("{INBOX}?$select=isRead"), IMMUTABLE).await;
    let mut kept = BTreeMap::new();
    apply(&mut kept, &items);
    let before: Vec<String> = outlook.within("inbox").await.iter().map(|mail| text(mail, "id")).collect();
    let new = outlook.deliver("Subject: new\r\n\r\nnew", "inbox,UNREAD").await;
    outlook.patch(&format!("me/messages/{}", before[0]), &json!({"isRead": kept[&before[0]] == false})).await;
    outlook.call(Method::DELETE, &format!("me/messages/{}", before[1]), IMMUTABLE, None).await;
    outlook.post(&format!("me/messages/{}/move", before[2]), &json!({"destinationId": "archive"})).await;
    let (items, link) = outlook.round(&link, IMMUTABLE).await;
    let removed = |id: &str, reason: &str| json!({"id": id, "@removed": {"reason": reason}});
    assert!(items.contains(&removed(&before[1], "deleted")) && items.contains(&removed(&before[2], "changed")));
    assert_eq!(items.iter().find(|item| item["id"] == new).unwrap()["isRead"], false);
    apply(&mut kept, &items);
    has_all(&outlook, &kept, "inbox").await;
    // There and back again.
    outlook.post(&format!("me/messages/{}/move", before[2]), &json!({"destinationId": "inbox"})).await;
    let (items, _) = outlook.round(&link, IMMUTABLE).await;
    apply(&mut kept, &items);
    has_all(&outlook, &kept, "inbox").await;
}

#[tokio::test]
async fn a_move_is_gone_here_and_new_there() {
    let outlook = Outlook::start().await;
    let (_, here) = outlook.round(&format!("{INBOX}?$select=subject"), IMMUTABLE).await;
    let (_, there) = outlook.round("me/mailFolders/archive/messages/delta?$select=subject", IMMUTABLE).await;
    let (_, here_mutable) = outlook.round(&format!("{INBOX}?$select=subject"), "").await;
    let mail = outlook.within("inbox").await.remove(0);
    outlook.post(&format!("me/messages/{}/move", text(&mail, "id")), &json!({"destinationId": "archive"})).await;
    let gone = |id: &Value| json!({"id": id, "@removed": {"reason": "changed"}});
    assert_eq!(outlook.round(&here, IMMUTABLE).await.0, [gone(&mail["id"])]);
    assert_eq!(ids(&outlook.round(&there, IMMUTABLE).await.0), [text(&mail, "id")].into());
    assert_eq!(outlook.round(&here_mutable, "").await.0, [gone(&mail["mutable_id"])], "under the id it had here");
    let now = outlook.within("archive").await;
    let now = now.iter().find(|other| other["id"] == mail["id"]).unwrap();
    assert_ne!(now["mutable_id"], mail["mutable_id"]);
    assert_eq!(ids(&outlook.round(&there, "").await.0), [text(now, "mutable_id")].into());
}

#[tokio::test]
async fn what_changes_during_a_round_is_told_by_its_end() {
    let outlook = Outlook::start().await;
    let prefer = format!("{IMMUTABLE}, odata.maxpagesize=8");
    let mut kept = BTreeMap::new();
    let mut next = format!("{INBOX}?$select=isRead");
    let mut turn = 0;
    loop {
        let page = outlook.call(Method::GET, &next, &prefer, None).await.json();
        apply(&mut kept, page["value"].as_array().unwrap());
        let mails = outlook.within("inbox").await;
        let (first, last) = (text(&mails[turn % 3], "id"), text(&mails[mails.len() - 1], "id"));
        if turn < 8 {
            let path = format!("mailboxes/{}/messages/{first}", outlook.microsoft.address(0));
            outlook.lever(Method::PATCH, &path, &json!({"read": turn % 2 == 0})).await;
            outlook.post(&format!("me/messages/{last}/move"), &json!({"destinationId": "Bank"})).await;
            outlook.call(Method::DELETE, &format!("me/messages/{last}"), "", None).await;
            outlook.deliver("Subject: meanwhile\r\n\r\n!", "inbox,UNREAD").await;
        }
        turn += 1;
        match page["@odata.nextLink"].as_str() {
            Some(link) => link.clone_into(&mut next),
            None => break,
        }
    }
    assert!(turn > 8);
    has_all(&outlook, &kept, "inbox").await;
}

#[tokio::test]
async fn a_round_with_a_date_reaches_back_to_it_and_five_thousand_mails_at_most() {
    let outlook = Outlook::start_with(|config| config.messages = 18_000).await;
    outlook.dials(&json!({"odd": false})).await;
    let inbox = outlook.within("inbox").await.len();
    assert!(inbox > 6_000);
    let path = format!("{INBOX}?$select=receivedDateTime&$filter=receivedDateTime%20ge%20");
    let (all, _) = outlook.round(&format!("{path}2000-01-01T00:00:00Z"), "odata.maxpagesize=900").await;
    assert_eq!(all.len(), 5_000);
    let since = text(&all[1_234], "receivedDateTime");
    let (some, link) = outlook.round(&format!("{path}{since}"), "odata.maxpagesize=900").await;
    assert_eq!(some.len(), all.iter().filter(|mail| mail["receivedDateTime"].as_str() >= Some(&since)).count());
    let old = outlook.get(&format!("me/mailFolders/inbox/messages?$skip={}&$select=id", inbox - 1)).await;
    outlook.patch(&format!("me/messages/{}", text(&old["value"][0], "id")), &json!({"categories": ["x"]})).await;
    assert_eq!(outlook.round(&link, "").await.0, [] as [Value; 0], "what is older stays outside");
}

#[tokio::test]
async fn what_a_round_cannot_be_asked_is_refused() {
    let outlook = Outlook::start().await;
    for wrong in [
        "$filter=isRead%20eq%20false",
        "$filter=receivedDateTime%20lt%202026-01-01T00:00:00Z",
        "$orderby=receivedDateTime%20asc",
        "$orderby=subject",
        "$search=%22x%22",
        "$select=shoeSize",
        "changeType=moved",
    ] {
        let refused = outlook.call(Method::GET, &format!("{INBOX}?{wrong}"), "", None).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let everywhere = outlook.call(Method::GET, "me/messages/delta", "", None).await;
    assert_eq!(code(&everywhere), (StatusCode::BAD_REQUEST, "BadRequest".into()));
    let fine = outlook.get(&format!("{INBOX}?$orderby=receivedDateTime%20desc&$top=3&changeType=created")).await;
    assert_eq!(fine["value"].as_array().unwrap().len(), 3);
    assert_eq!(text(&fine, "@odata.context"), outlook.microsoft.url("/v1.0/$metadata#Collection(message)"));
}

#[tokio::test]
async fn a_round_may_be_asked_for_one_kind_of_change_only() {
    let outlook = Outlook::start().await;
    let (none, deleted) = outlook.round(&format!("{INBOX}?changeType=deleted&$select=id"), IMMUTABLE).await;
    assert_eq!(none, [] as [Value; 0]);
    let (_, created) = outlook.round(&format!("{INBOX}?changeType=created&$select=id"), IMMUTABLE).await;
    let new = outlook.deliver("Subject: x\r\n\r\ny", "inbox").await;
    let old = text(&outlook.within("inbox").await[1], "id");
    outlook.call(Method::DELETE, &format!("me/messages/{old}"), "", None).await;
    assert_eq!(ids(&outlook.round(&deleted, IMMUTABLE).await.0), [old].into());
    assert_eq!(ids(&outlook.round(&created, IMMUTABLE).await.0), [new].into());
}
