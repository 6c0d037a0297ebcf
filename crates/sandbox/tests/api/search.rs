//! The search language, compared with what is really there.

use std::collections::HashSet;

use crate::google::{Google, READONLY};

async fn found(google: &Google, token: &str, query: &str) -> HashSet<String> {
    let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    google.all(&format!("messages?maxResults=500&q={query}"), "messages", token).await.into_iter().collect()
}

async fn labelled(google: &Google, with: &[&str], without: &[&str]) -> HashSet<String> {
    let truth = google.truth(0).await;
    let mails = truth.iter().filter(|mail| {
        let labels: Vec<&str> =
            mail["labels"].as_array().unwrap().iter().map(|label| label.as_str().unwrap()).collect();
        with.iter().all(|label| labels.contains(label)) && !without.iter().any(|label| labels.contains(label))
    });
    mails.map(|mail| mail["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn labels_and_states_find_exactly_what_carries_them() {
    let google = Google::start(|config| config.messages = 1500).await;
    let token = google.token(READONLY).await;
    let bins = ["SPAM", "TRASH"];
    for (query, with, without) in [
        ("is:unread", &["UNREAD"][..], &bins[..]),
        ("in:inbox is:unread", &["INBOX", "UNREAD"], &bins),
        ("in:inbox -is:unread", &["INBOX"], &["UNREAD", "SPAM", "TRASH"]),
        ("is:starred", &["STARRED"], &bins),
        ("in:spam", &["SPAM"], &[]),
        ("in:trash", &["TRASH"], &[]),
        ("in:anywhere", &[], &[]),
        ("in:sent", &["SENT"], &bins),
        ("category:promotions", &["CATEGORY_PROMOTIONS"], &bins),
        ("label:bank", &["Label_5"], &bins),
        ("label:projects-atlas", &["Label_6"], &bins),
    ] {
        assert_eq!(found(&google, &token, query).await, labelled(&google, with, without).await, "{query}");
    }
    let filtered = google.all("messages?maxResults=500&labelIds=INBOX&labelIds=UNREAD", "messages", &token).await;
    assert_eq!(filtered.into_iter().collect::<HashSet<_>>(), labelled(&google, &["INBOX", "UNREAD"], &bins).await);
}

#[tokio::test]
async fn a_mail_is_found_by_everything_it_says() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let raw = "Delivered-To: box@gmail.example\r\nFrom: \"Zoë Quillfeather\" <zoe@quill.example>\r\nTo: Team <team@x.example>\r\n\
        Cc: copy@x.example\r\nSubject: =?utf-8?q?Caf=C3=A9?= plans zebra\r\nList-Id: <zebras.lists.example>\r\n\
        Message-ID: <zebra-1@quill.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThe ocelot sleeps all day.\r\n\
        --b\r\nContent-Type: application/pdf; name=\"okapi.pdf\"\r\nContent-Disposition: attachment; filename=\"okapi.pdf\"\r\n\r\nx\r\n--b--\r\n";
    let id = google.deliver(0, raw).await;
    for query in [
        "zebra",
        "ocelot",
        "\"ocelot sleeps\"",
        "from:quillfeather",
        "from:zoe",
        "from:quill.example",
        "from:zoe@quill.example",
        "to:team@x.example",
        "cc:copy@x.example",
        "deliveredto:box@gmail.example",
        "subject:zebra",
        "subject:(cafe plans)",
        "subject:\"plans zebra\"",
        "list:zebras.lists.example",
        "rfc822msgid:zebra-1@quill.example",
        "rfc822msgid:<zebra-1@quill.example>",
        "filename:okapi.pdf zebra",
        "filename:pdf ocelot",
        "has:attachment ocelot",
        "{ocelot nothingelse}",
        "nothingelse OR ocelot",
        "ocelot -nothingelse",
        "from:(zoe OR nobody)",
        "{from:nobody@x.example from:zoe@quill.example}",
        "ocelot newer_than:1d",
        "ocelot smaller:10K",
        "OCELOT",
    ] {
        assert_eq!(found(&google, &token, query).await, HashSet::from([id.clone()]), "{query}");
    }
    for query in [
        "ocelot -zebra",
        "\"sleeps ocelot\"",
        "from:team@x.example ocelot",
        "ocelot older_than:1d",
        "ocelot larger:10K",
        "subject:ocelot",
        "ocelot in:spam",
        "ocelot -has:attachment",
        "label:nothing ocelot",
        "ocelot before:2020/01/01",
    ] {
        assert_eq!(found(&google, &token, query).await, HashSet::new(), "{query}");
    }
}

#[tokio::test]
async fn epoch_seconds_cut_exactly() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let truth = google.truth(0).await;
    let id = truth[150]["id"].as_str().unwrap();
    let mail = google.get(&format!("messages/{id}?format=minimal"), &token).await.json();
    let second = mail["internalDate"].as_str().unwrap().parse::<i64>().unwrap() / 1000;
    let after = found(&google, &token, &format!("in:anywhere after:{second}")).await;
    let before = found(&google, &token, &format!("in:anywhere before:{second}")).await;
    assert!(after.contains(id) && !before.contains(id));
    assert_eq!(after.len() + before.len(), truth.len());
}
