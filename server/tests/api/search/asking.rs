//! What is asked besides words: where, when, what like; and what makes no sense.

use super::{deliver, look, mail, reader, standing, subjects, sync};
use crate::harness::{Wishes, on_both_with};
use app::{
    error::AppError,
    features::mail::{Hint, SearchPage},
    language::Language,
};
use std::collections::BTreeSet;

#[tokio::test]
async fn spam_and_bin_are_left_out_until_they_are_asked_for() {
    on_both_with(standing(), async |app| {
        let browser = app.signed_up("ada").await;
        browser
            .travel(
                "google",
                "purpose=connect&features=mail,manage",
                app.person(0),
                crate::harness::consent::Answer::Allow,
            )
            .await;
        app.work_off_queue().await;
        deliver(app, &browser, &mail("b@example.com", "Kept quokka", "x")).await;
        deliver(app, &browser, &mail("b@example.com", "Binned quokka", "x")).await;
        let id = look(&browser, "subject:binned ").await.hits[0].id.to_string();
        browser
            .call::<app::features::mail::Done>("mail/act_on_mail", &[("messages[0]", &id), ("act", "bin")])
            .await
            .unwrap();
        // Before the provider has heard of it, and after it has told it back.
        for _ in 0..2 {
            assert_eq!(subjects(&browser, "quokka ").await, ["Kept quokka"]);
            assert_eq!(subjects(&browser, "quokka in:bin ").await, ["Binned quokka"]);
            assert_eq!(subjects(&browser, "quokka in:spam ").await, [""; 0]);
            assert_eq!(subjects(&browser, "quokka in:anywhere ").await, ["Binned quokka", "Kept quokka"]);
            assert_eq!(subjects(&browser, "quokka in:inbox ").await, ["Kept quokka"]);
            assert_eq!(subjects(&browser, "quokka in:archive ").await, [""; 0]);
            app.work_off_queue().await;
            sync(app, &browser).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_is_found_by_what_its_mails_are_like_as_the_database_counts_it() {
    let wishes = Wishes { messages: Some(200), ..standing() };
    on_both_with(wishes, async |app| {
        let browser = reader(app, "ada", 0).await;
        let labelled = |remote_id: &str| {
            format!("messages m WHERE NOT hidden AND EXISTS (SELECT 1 FROM message_labels ml JOIN labels l ON l.id = ml.label_id \
                     WHERE ml.message_id = m.id AND l.remote_id = '{remote_id}')")
        };
        let user = app.database.texts("SELECT l.name FROM labels l JOIN message_labels ml ON ml.label_id = l.id WHERE l.kind = 'user' LIMIT 1").await;
        let mut asked = vec![
            ("is:unread", "messages WHERE NOT hidden AND unread".to_owned()),
            ("is:read", "messages WHERE NOT hidden AND NOT unread".to_owned()),
            ("is:starred", "messages WHERE NOT hidden AND starred".to_owned()),
            ("has:attachment", "messages WHERE NOT hidden AND has_attachments".to_owned()),
            ("in:inbox", "messages WHERE in_inbox".to_owned()),
            ("in:all", "messages WHERE NOT hidden".to_owned()),
            ("in:anywhere", "messages".to_owned()),
            ("in:sent", labelled("SENT")),
            ("in:spam", labelled("SPAM").replace("NOT hidden AND", "hidden AND")),
            ("in:bin", labelled("TRASH").replace("NOT hidden AND", "hidden AND")),
            ("in:all -has:attachment", "messages WHERE NOT hidden AND NOT has_attachments".to_owned()),
            ("newer_than:1y", "messages WHERE NOT hidden AND received_at > '2025-12-01'".to_owned()),
        ];
        asked.truncate(11);
        let label = user.first().map(|name| format!("in:\"{}\"", name.to_uppercase()));
        let of_label = user.first().map(|name| {
            format!("messages m WHERE NOT hidden AND EXISTS (SELECT 1 FROM message_labels ml JOIN labels l ON l.id = ml.label_id \
                     WHERE ml.message_id = m.id AND l.name = '{name}')")
        });
        if let (Some(label), Some(of_label)) = (&label, of_label) {
            asked.push((label, of_label));
        }
        let mut found_some = 0;
        for (search, counted) in asked {
            let mut ids = BTreeSet::new();
            let mut after: Option<String> = None;
            loop {
                let mut arguments = vec![("text", search)];
                arguments.extend(after.as_deref().map(|after| ("after", after)));
                let page: SearchPage = browser.call("mail/search_mail", &arguments).await.unwrap();
                assert_eq!(page.hints, [], "{search}");
                let before = ids.len();
                ids.extend(page.hits.iter().map(|hit| hit.id));
                assert_eq!(ids.len(), before + page.hits.len(), "{search}: nothing twice");
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            found_some += usize::from(!ids.is_empty());
            assert_eq!(i64::try_from(ids.len()).unwrap(), app.database.count(&counted).await, "{search}");
        }
        assert!(found_some > 7, "the sandbox's mails are of every kind");
    })
    .await;
}

#[tokio::test]
async fn days_begin_where_the_reader_lives() {
    on_both_with(standing(), async |app| {
        let browser = reader(app, "ada", 0).await;
        deliver(app, &browser, &mail("b@example.com", "Now", "numbat")).await;
        let at = look(&browser, "numbat ").await.hits[0].received_at;
        // In the zone where this moment is ten minutes past midnight, as near as whole hours go, it is of that day.
        let zone = format!("Etc/GMT{:+}", at.format("%H").to_string().parse::<i32>().unwrap().min(12));
        let day = at.format("%Y-%m-%d").to_string();
        let search = format!("numbat after:{day} ");
        let found: SearchPage = browser.call("mail/search_mail", &[("text", &search), ("zone", &zone)]).await.unwrap();
        assert_eq!(found.hits.len(), 1, "{zone}");
        assert_eq!(subjects(&browser, &format!("numbat after:{day} ")).await, ["Now"]);
        assert_eq!(subjects(&browser, &format!("numbat before:{day} ")).await, [""; 0]);
        let east: SearchPage = browser
            .call("mail/search_mail", &[("text", &format!("numbat before:{day} ")), ("zone", "Etc/GMT+12")])
            .await
            .unwrap();
        // Twelve hours behind, this day begins at noon in London.
        assert_eq!(east.hits.len(), usize::from(at.format("%H").to_string().parse::<u32>().unwrap() < 12));
        assert_eq!(subjects(&browser, "numbat newer_than:1d ").await, ["Now"]);
        assert_eq!(subjects(&browser, "numbat older_than:1d ").await, [""; 0]);
        app.advance(2 * 24 * 3_600).await;
        app.work_off_queue().await;
        assert_eq!(subjects(&browser, "numbat newer_than:1d ").await, [""; 0]);
        assert_eq!(subjects(&browser, "numbat older_than:1d ").await, ["Now"]);
        assert_eq!(subjects(&browser, "numbat -newer_than:1d ").await, ["Now"]);
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_gets_a_hint_beside_what_was_found() {
    on_both_with(standing(), async |app| {
        let browser = reader(app, "ada", 0).await;
        deliver(app, &browser, &mail("b@example.com", "An axolotl", "x")).await;
        for (search, hint) in [
            ("axolotl before:yesterday ", Hint::NotADay("yesterday".into())),
            ("axolotl newer_than:long ", Hint::NotASpan("long".into())),
            ("axolotl is:blue ", Hint::UnknownIs("blue".into())),
            ("axolotl has:wings ", Hint::UnknownHas("wings".into())),
            ("axolotl in:\"No Such Place\"", Hint::UnknownPlace("No Such Place".into())),
            ("from: axolotl to:", Hint::Empty("to".into())),
            ("axolotl OR axolotl", Hint::NoAlternatives),
        ] {
            let page = look(&browser, search).await;
            assert_eq!(page.hints, std::slice::from_ref(&hint), "{search}");
            let expected = usize::from(!search.starts_with("from:"));
            assert_eq!(page.hits.len(), expected, "{search}");
            let screen = browser.open(&format!("/inbox?q={}", app::address::query_value(search))).await;
            assert_eq!(screen.status, 200);
            let words = hint.sentence(Language::en).replace('&', "&amp;");
            assert!(screen.body.contains(words.split('\u{201c}').next().unwrap()), "{search}: {}", screen.body);
        }
        for (search, hint) in
            [("-axolotl ", Hint::OnlyNot), ("...", Hint::NothingToLookFor), ("-in:spam", Hint::OnlyNot)]
        {
            let page = look(&browser, search).await;
            assert_eq!((page.hints.as_slice(), page.hits.len()), (&[hint][..], 0), "{search}");
        }
        let refused = browser.call::<SearchPage>("mail/search_mail", &[("text", "axolotl"), ("after", "x")]).await;
        assert_eq!(refused.unwrap_err(), AppError::NotFound);
    })
    .await;
}
