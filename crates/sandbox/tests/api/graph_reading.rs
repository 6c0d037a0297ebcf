//! Mails at Graph: lists, one mail, its texts, its files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::microsoft::text;
use crate::outlook::{IMMUTABLE, Outlook, code, ids};

const MAIL: &str = "From: \"Weber, Jonas\" <jonas@x.example>\r\nTo: ana.lindqvist@gmail.example, bob@y.example\r\n\
    Cc: c@z.example\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nMessage-ID: <one@x.example>\r\nImportance: high\r\n\
    Date: Tue, 03 Nov 2026 10:00:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee <you> there\r\n";

#[tokio::test]
async fn the_list_of_all_mails_goes_through_every_folder_newest_first() {
    let outlook = Outlook::start().await;
    let (mails, pages, _) = outlook.pages("me/messages?$select=receivedDateTime,parentFolderId", IMMUTABLE).await;
    assert_eq!(pages.len(), 30, "ten on a page when nothing is said");
    let truth = outlook.truth().await;
    assert_eq!(truth.len(), 300);
    let same = mails
        .iter()
        .zip(&truth)
        .all(|(mail, told)| mail["id"] == told["id"] && mail["parentFolderId"] == told["folder_id"]);
    assert!(same);
    assert!(mails.windows(2).all(|pair| pair[0]["receivedDateTime"].as_str() >= pair[1]["receivedDateTime"].as_str()));
    let (again, pages, _) = outlook.pages("me/messages?$top=1000&$select=id", IMMUTABLE).await;
    assert_eq!((pages.as_slice(), ids(&again)), ([300].as_slice(), ids(&mails)));
    let (rising, _, _) =
        outlook.pages("me/messages?$top=70&$orderby=receivedDateTime%20asc&$select=id", IMMUTABLE).await;
    assert!(rising.iter().rev().zip(&mails).all(|(one, other)| one["id"] == other["id"]));
    for wrong in ["$top=1001", "$top=0", "$select=shoeSize", "$orderby=subject"] {
        let refused = outlook.call(Method::GET, &format!("me/messages?{wrong}"), "", None).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn a_filter_must_begin_with_what_is_ordered_by() {
    let outlook = Outlook::start().await;
    let (all, _, _) = outlook.pages("me/mailFolders/inbox/messages?$top=200&$select=receivedDateTime,isRead", "").await;
    let since = text(&all[all.len() / 2], "receivedDateTime");
    let path = format!("me/mailFolders/inbox/messages?$top=20&$filter=receivedDateTime%20ge%20{since}");
    let (some, _, _) = outlook.pages(&path, "").await;
    assert_eq!(some.len(), all.iter().filter(|mail| mail["receivedDateTime"].as_str() >= Some(&since)).count());
    let unread = "me/mailFolders/inbox/messages?$top=20&$filter=isRead%20eq%20false";
    let (some, _, _) = outlook.pages(unread, "").await;
    assert_eq!(some.len(), all.iter().filter(|mail| mail["isRead"] == false).count());
    let order = "&$orderby=receivedDateTime%20desc";
    let refused = outlook.call(Method::GET, &format!("{unread}{order}"), "", None).await;
    assert_eq!(code(&refused), (StatusCode::BAD_REQUEST, "InefficientFilter".into()));
    let both = format!("me/messages?$filter=receivedDateTime%20ge%20{since}%20and%20isRead%20eq%20false{order}");
    assert!(!outlook.get(&both).await["value"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_mail_shows_what_it_says() {
    let outlook = Outlook::start().await;
    let id = outlook.deliver(MAIL, "archive,UNREAD").await;
    let mail = outlook.get(&format!("me/messages/{id}")).await;
    let expected = json!({
        "id": id, "subject": "Café", "internetMessageId": "<one@x.example>", "importance": "high", "isRead": false,
        "isDraft": false, "hasAttachments": false, "categories": [], "flag": {"flagStatus": "notFlagged"},
        "from": {"emailAddress": {"name": "Weber, Jonas", "address": "jonas@x.example"}},
        "sender": {"emailAddress": {"name": "Weber, Jonas", "address": "jonas@x.example"}},
        "ccRecipients": [{"emailAddress": {"name": "c@z.example", "address": "c@z.example"}}],
        "bccRecipients": [], "sentDateTime": "2026-11-03T09:00:00Z", "bodyPreview": "See <you> there",
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&mail[name], value, "{name}");
    }
    assert_eq!(mail["toRecipients"].as_array().unwrap().len(), 2);
    assert_eq!(mail["parentFolderId"], outlook.get("me/mailFolders/archive").await["id"]);
    assert_eq!(mail["@odata.etag"], format!("W/\"{}\"", text(&mail, "changeKey")));
    assert!(text(&mail, "@odata.context").contains("/v1.0/$metadata#users('"));
    assert!(text(&mail, "webLink").starts_with("https://outlook.live.com/"));
    assert!(text(&mail["body"], "content").contains("See &lt;you&gt; there") && mail["body"]["contentType"] == "html");
    assert!(mail.get("internetMessageHeaders").is_none(), "only when it is selected");
    let headers = outlook.get(&format!("me/messages/{id}?$select=internetMessageHeaders")).await;
    assert!(
        headers["internetMessageHeaders"].as_array().unwrap().contains(&json!({"name": "Importance", "value": "high"}))
    );
    let raw = outlook.call(Method::GET, &format!("me/messages/{id}/$value"), "", None).await;
    assert_eq!(raw.text, MAIL, "byte for byte");
}

#[tokio::test]
async fn texts_come_as_html_or_plain_as_preferred_and_agree_with_the_mail_itself() {
    let outlook = Outlook::start().await;
    for mail in outlook.truth().await.iter().step_by(9) {
        let path = format!("me/messages/{}", text(mail, "id"));
        let plain =
            outlook.call(Method::GET, &path, &format!("{IMMUTABLE}, outlook.body-content-type=\"text\""), None).await;
        let applied = "IdType=\"ImmutableId\", outlook.body-content-type=\"text\"";
        assert_eq!(plain.header("preference-applied"), applied);
        let (plain, html) = (plain.json(), outlook.get(&path).await);
        assert_eq!((&plain["body"]["contentType"], &html["body"]["contentType"]), (&json!("text"), &json!("html")));
        assert!(text(&plain, "bodyPreview").chars().count() <= 255);
        let few =
            outlook.get(&format!("{path}?$select=subject,from,toRecipients,sentDateTime,internetMessageId")).await;
        for name in ["subject", "from", "toRecipients", "sentDateTime", "internetMessageId", "@odata.type"] {
            assert_eq!(few.get(name), html.get(name), "the headers alone say the same: {name}");
        }
        let raw = outlook.call(Method::GET, &format!("{path}/$value"), "", None).await;
        assert_eq!(raw.status, StatusCode::OK);
        if let Some(id) = html["internetMessageId"].as_str() {
            assert!(raw.text.contains(id), "{id}");
        }
    }
}

#[tokio::test]
async fn files_are_listed_and_fetched() {
    let outlook = Outlook::start().await;
    let (mails, _, _) =
        outlook.pages("me/messages?$top=100&$filter=hasAttachments%20eq%20true&$select=id", IMMUTABLE).await;
    assert!(!mails.is_empty());
    let path = format!("me/messages/{}/attachments", text(&mails[0], "id"));
    let files = outlook.get(&path).await;
    let file = &files["value"][0];
    assert_eq!(file["@odata.type"], "#microsoft.graph.fileAttachment");
    let bytes = STANDARD.decode(text(file, "contentBytes")).unwrap();
    assert_eq!(file["size"], bytes.len());
    let one = format!("{path}/{}", text(file, "id"));
    assert_eq!(outlook.get(&one).await["name"], file["name"]);
    let raw =
        outlook.microsoft.http.get(outlook.microsoft.url(&format!("/v1.0/{one}/$value"))).bearer_auth(&outlook.token);
    assert_eq!(raw.send().await.unwrap().bytes().await.unwrap(), bytes);
    let brief = outlook.get(&format!("{path}?$select=name,size")).await;
    assert!(brief["value"][0].get("contentBytes").is_none());
    let named = outlook.get(&format!("{path}?$select=id,microsoft.graph.fileAttachment/contentId")).await;
    let named = named["value"][0].as_object().unwrap().clone();
    assert!(named.contains_key("contentId") && !named.contains_key("contentBytes") && !named.contains_key("name"));
    let bare = outlook.call(Method::GET, &format!("{path}?$select=contentId"), "", None).await;
    assert_eq!(bare.status, StatusCode::BAD_REQUEST, "not every attachment is a file");
    let expanded = outlook.get(&format!("me/messages/{}?$expand=attachments", text(&mails[0], "id"))).await;
    assert_eq!(expanded["attachments"][0]["id"], file["id"]);
}

#[tokio::test]
async fn a_search_finds_words_and_takes_no_filter() {
    let outlook = Outlook::start().await;
    let id = outlook.deliver(MAIL, "inbox").await;
    let found = outlook.get("me/messages?$search=%22subject:caf%C3%A9%22&$select=id").await;
    assert!(ids(found["value"].as_array().unwrap()).contains(&id));
    let both = outlook.call(Method::GET, "me/messages?$search=%22x%22&$filter=isRead%20eq%20true", "", None).await;
    assert_eq!(both.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn no_folder_is_empty_of_what_it_is_for_and_two_starts_agree() {
    let outlook = Outlook::start_with(|config| config.messages = 1_000).await;
    let truth = outlook.truth().await;
    for folder in
        ["inbox", "sentitems", "drafts", "deleteditems", "junkemail", "archive", "clutter", "Bank", "Projects/Atlas"]
    {
        assert!(truth.iter().any(|mail| mail["labels"][0] == folder), "{folder}");
    }
    let google =
        format!("{}/_sandbox/mailboxes/{}/ids", outlook.microsoft.running.google_url, outlook.microsoft.address(0));
    let google: Value = outlook.microsoft.http.get(google).send().await.unwrap().json().await.unwrap();
    assert_eq!(google.as_array().unwrap().len(), 1_000);
    let again = Outlook::start_with(|config| config.messages = 1_000).await;
    assert_eq!(again.truth().await, truth);
}
