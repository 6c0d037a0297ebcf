//! Links that are good no more.

use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::outlook::{IMMUTABLE, Outlook, code};

const INBOX: &str = "me/mailFolders/inbox/messages/delta?$select=id";

async fn expire(outlook: &Outlook, body: &Value) {
    let path = format!("mailboxes/{}/expire", outlook.microsoft.address(0));
    assert_eq!(outlook.lever(Method::POST, &path, body).await.status, StatusCode::NO_CONTENT, "{body}");
}

#[tokio::test]
async fn an_expired_link_is_refused_in_each_of_the_documented_ways() {
    let outlook = Outlook::start().await;
    for (how, status, word) in [
        ("gone", StatusCode::GONE, "syncStateNotFound"),
        ("syncStateNotFound", StatusCode::NOT_FOUND, "syncStateNotFound"),
        ("syncStateInvalid", StatusCode::BAD_REQUEST, "syncStateInvalid"),
        ("resyncRequired", StatusCode::GONE, "resyncRequired"),
    ] {
        let (_, link) = outlook.round(INBOX, IMMUTABLE).await;
        let middle = outlook.get(INBOX).await["@odata.nextLink"].as_str().unwrap().to_owned();
        expire(&outlook, &json!({"how": how})).await;
        for old in [link, middle] {
            let refused = outlook.call(Method::GET, &old, IMMUTABLE, None).await;
            assert_eq!(code(&refused), (status, word.to_owned()));
            assert_eq!(refused.header("location").is_empty(), how != "gone");
            if how == "gone" {
                let (all, _) = outlook.round(refused.header("location"), IMMUTABLE).await;
                assert!(all.len() > 20, "it leads to a round from the beginning");
            }
        }
    }
}

#[tokio::test]
async fn links_of_other_folders_live_on_and_new_ones_are_good() {
    let outlook = Outlook::start().await;
    let (_, inbox) = outlook.round(INBOX, "").await;
    let (_, archive) = outlook.round("me/mailFolders/archive/messages/delta", "").await;
    expire(&outlook, &json!({"how": "gone", "folder": "inbox"})).await;
    assert_eq!(outlook.call(Method::GET, &inbox, "", None).await.status, StatusCode::GONE);
    outlook.round(&archive, "").await;
    let (_, inbox) = outlook.round(INBOX, "").await;
    outlook.round(&inbox, "").await;
    let (path, _) = archive.split_once("delta?").unwrap();
    let (_, token) = inbox.split_once('?').unwrap();
    let crossed = outlook.call(Method::GET, &format!("{path}delta?{token}"), "", None).await;
    assert_eq!(code(&crossed), (StatusCode::BAD_REQUEST, "syncStateInvalid".into()), "a link is of its folder");
    let nonsense = outlook.call(Method::GET, &format!("{INBOX}&$deltatoken=nonsense"), "", None).await;
    assert_eq!(code(&nonsense), (StatusCode::BAD_REQUEST, "syncStateInvalid".into()));
}

#[tokio::test]
async fn a_folder_can_be_made_to_go_and_a_list_begun_after_that_does_not_name_it() {
    let outlook = Outlook::start().await;
    let (_, link) = outlook.round("me/mailFolders/delta", "").await;
    let path = format!("mailboxes/{}/folders/archive", outlook.microsoft.address(0));
    assert_eq!(outlook.lever(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    let (told, _) = outlook.round(&link, "").await;
    assert!(told.iter().any(|one| one["@removed"]["reason"] == "deleted"), "the old link tells of its end");
    let (all, _) = outlook.round("me/mailFolders/delta", "").await;
    assert!(all.len() > 5 && all.iter().all(|one| one["displayName"] != "Archive"));
    assert_eq!(outlook.lever(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_link_survives_months_but_not_a_restart() {
    let outlook = Outlook::start().await;
    let (_, link) = outlook.round(INBOX, IMMUTABLE).await;
    outlook.microsoft.advance(60 * 86_400).await;
    let again = Outlook {
        token: crate::microsoft::text(&outlook.microsoft.grant(0, crate::outlook::EVERYTHING).await, "access_token"),
        ..outlook
    };
    assert_eq!(again.round(&link, IMMUTABLE).await.0, [] as [Value; 0]);
    let other = Outlook::start().await;
    let moved = link.replace(&again.microsoft.running.microsoft_url, &other.microsoft.running.microsoft_url);
    let refused = other.call(Method::GET, &moved, IMMUTABLE, None).await;
    assert_eq!(code(&refused), (StatusCode::NOT_FOUND, "syncStateNotFound".into()));
}
