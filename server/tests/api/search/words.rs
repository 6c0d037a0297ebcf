//! Words: in any script, with and without accents, in order, and never as anything but words.

use super::{deliver, look, mail, marked, reader, standing, subjects, whole};
use crate::harness::on_both_with;
use app::features::mail::{Hint, Part};

#[tokio::test]
async fn a_mail_is_found_by_its_words_in_any_case_and_without_their_accents() {
    on_both_with(standing(), async |app| {
        let browser = reader(app, "ada", 0).await;
        for (subject, text, searches) in [
            (
                "Facturación de año",
                "Señor: le enviamos el camión",
                &["facturacion ANO ", "camion ", "SEÑOR ", "enviam"][..],
            ),
            ("Straße gesperrt", "Die GROẞE Fußgängerzone", &["strasse ", "STRAẞE ", "fussgangerzone ", "große "]),
            ("İSTANBUL'dan", "ısparta ve Iğdır", &["istanbul ", "ISPARTA ", "igdir "]),
            ("Party 🎉", "🇪🇸 👩\u{200d}💻 vamos", &["🎉 ", "💻", "party 🎉", "\"🇪🇸\""]),
            ("請求書のご案内", "東京都でお待ちしております。", &["請求書", "案内 ", "京", "\"東京都で\"", "お待ち"]),
            ("Счёт за ёлку", "Привет, Мир", &["СЧЕТ ", "елку ", "мир "]),
            ("Zero\u{200d}width soft\u{ad}hyphen", "x", &["zerowidth ", "softhyphen "]),
        ] {
            deliver(app, &browser, &mail("Ana Mora <ana@example.com>", subject, text)).await;
            for search in searches {
                assert_eq!(subjects(&browser, search).await.first().map(String::as_str), Some(subject), "{search}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn phrases_are_in_order_and_what_is_not_wanted_stays_away() {
    on_both_with(standing(), async |app| {
        let browser = reader(app, "ada", 0).await;
        deliver(app, &browser, &mail("b@example.com", "One", "zebra crossing ahead")).await;
        deliver(app, &browser, &mail("c@example.com", "Two", "crossing the zebra, zebra")).await;
        assert_eq!(subjects(&browser, "zebra crossing ").await, ["Two", "One"]);
        assert_eq!(subjects(&browser, "\"zebra crossing\"").await, ["One"]);
        assert_eq!(subjects(&browser, "\"crossing the zebra\"").await, ["Two"]);
        assert_eq!(subjects(&browser, "zebra -ahead ").await, ["Two"]);
        assert_eq!(subjects(&browser, "zebra -\"zebra crossing\"").await, ["Two"]);
        assert_eq!(subjects(&browser, "zebra -from:c@example.com ").await, ["One"]);
        assert_eq!(subjects(&browser, "zebr").await, ["Two", "One"], "as it is being typed");
        assert_eq!(subjects(&browser, "zebr ").await, [""; 0], "typed to its end");
        assert_eq!(subjects(&browser, "zeb* ahead ").await, ["One"]);
        // A phrase does not reach from the subject into the text.
        assert_eq!(subjects(&browser, "\"one zebra\"").await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn every_field_can_be_asked_for_alone_and_files_by_their_names() {
    let raw = "From: Ana Mora <ana.mora@mail.example.com>\r\nTo: Luis <luis@example.net>\r\nCc: eva@example.net\r\n\
        Subject: Quarterly walrus\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
        Content-Type: text/html; charset=utf-8\r\n\r\n<style>p{color:ochre}</style><p>Bo<b>ld</b>ness&nbsp;&amp; f&uuml;r</p><td>a</td>\r\n\
        --b\r\nContent-Type: application/pdf; name=\"rapport-2026.pdf\"\r\n\
        Content-Disposition: attachment; filename=\"rapport-2026.pdf\"\r\n\r\nJVBERi0=\r\n--b--\r\n";
    on_both_with(standing(), async |app| {
        let browser = reader(app, "ada", 0).await;
        deliver(app, &browser, raw).await;
        for search in [
            "from:ana walrus ",
            "from:\"Ana Mora\"",
            "from:mail.example.com ",
            "from:ana.mora@mail.example.com",
            "to:luis subject:walrus ",
            "to:eva@example.net",
            "subject:\"quarterly walrus\"",
            "boldness ",
            "fur walrus ",
            "rapport-2026.pdf",
            "rapport has:attachment ",
            "mora luis walrus rapport ",
        ] {
            assert_eq!(subjects(&browser, search).await, ["Quarterly walrus"], "{search}");
        }
        for search in ["from:luis walrus ", "to:ana walrus ", "subject:boldness ", "ochre ", "walrus -has:attachment "]
        {
            assert_eq!(subjects(&browser, search).await, [""; 0], "{search}");
        }
        let found = look(&browser, "rapport ").await;
        assert_eq!((found.hits[0].from, marked(&found.hits[0])[2].as_slice()), (Part::Files, &["rapport"][..]));
        let found = look(&browser, "to:eva walrus ").await;
        assert_eq!((found.hits[0].from, marked(&found.hits[0])[2].as_slice()), (Part::Recipients, &["eva"][..]));
        let found = look(&browser, "from:mail.example.com walrus ").await;
        assert_eq!(whole(&found.hits[0].sender), "Ana Mora <ana.mora@mail.example.com>");
        assert_eq!(marked(&found.hits[0])[0], ["mail.example.com"]);
    })
    .await;
}

#[tokio::test]
async fn what_was_looked_for_is_marked_where_it_stands() {
    on_both_with(standing(), async |app| {
        let browser = reader(app, "ada", 0).await;
        let text = format!("{} el CAMIÓN\r\n\r\n  rojo <b>{}", "antes ".repeat(200), "después ".repeat(200));
        deliver(app, &browser, &mail("Camión <c@example.com>", "camion & camiones", &text)).await;
        let found = look(&browser, "camion ").await;
        assert_eq!(marked(&found.hits[0]), [vec!["Camión"], vec!["camion"], vec!["CAMIÓN"]]);
        let excerpt = whole(&found.hits[0].excerpt);
        assert!(excerpt.starts_with("… antes") && excerpt.contains("el CAMIÓN rojo <b>después"), "{excerpt}");
        assert_eq!(marked(&look(&browser, "camion").await.hits[0])[1], ["camion", "camiones"]);
        let page = browser.open("/inbox?q=camion%20").await.body.replace("<!>", "");
        assert!(page.contains("<mark>CAMIÓN</mark>") && page.contains("&lt;b&gt;"), "{page}");
        assert!(!page.contains("rojo <b>"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn nothing_that_is_typed_is_anything_but_words() {
    on_both_with(standing(), async |app| {
        let browser = reader(app, "ada", 0).await;
        deliver(app, &browser, &mail("b@example.com", "near zygote not and", "or x")).await;
        for search in [
            "zygote' OR 1=1 --",
            "zygote \" ",
            "zygote*",
            "zygote NEAR(x, 2)",
            "^zygote",
            "{subject}:zygote",
            "zygote AND",
            "NOT",
            "zygote \0 x",
            "\\zygote",
            "zygote & | ! <-> :*",
            "$1 ? zygote",
            "zygote'::tsquery",
            "col:zygote",
        ] {
            let page = browser.call::<app::features::mail::SearchPage>("mail/search_mail", &[("text", search)]).await;
            assert!(page.is_ok(), "{search}: {page:?}");
        }
        assert_eq!(subjects(&browser, "NEAR AND NOT zygote ").await, ["near zygote not and"]);
        assert_eq!(subjects(&browser, "^zygote* ").await, ["near zygote not and"]);
        let page = look(&browser, "* \" ( ) : ^ ' \0").await;
        assert!(page.hits.is_empty() && !page.hints.is_empty(), "{page:?}");
        for long in ["zygote ".repeat(1_500), "z".repeat(10_000), "日".repeat(3_400)] {
            let page = look(&browser, &long).await;
            assert!(page.hints.contains(&Hint::TooLong), "{:?}", page.hints);
        }
    })
    .await;
}
