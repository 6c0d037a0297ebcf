//! Search: the same mails are found by the same words on both databases, and nobody else's.

mod asking;
mod beyond;
mod going;
mod words;

use crate::harness::{App, Wishes, browser::Browser, consent::Answer};
use app::features::mail::{Piece, SearchHit, SearchPage};

/// Somebody with a mailbox of few mails, which the test adds to.
async fn reader(app: &App, name: &str, person: usize) -> Browser {
    let browser = app.signed_up(name).await;
    browser.connect(app.person(person), Answer::Allow).await;
    app.work_off_queue().await;
    browser
}

/// A mail arrives and is stored.
async fn deliver(app: &App, browser: &Browser, raw: &str) {
    let before = app.database.count("messages").await;
    app.deliver(app.person(0), raw).await;
    sync(app, browser).await;
    assert_eq!(app.database.count("messages").await, before + 1, "{}", crate::harness::log::last_words());
}

async fn sync(app: &App, browser: &Browser) {
    for card in browser.connections().await.cards {
        browser.call::<()>("connections/sync_now", &[("connection", &card.id.to_string())]).await.unwrap();
    }
    app.advance(60).await;
    app.work_off_queue().await;
}

/// Time goes by when the test says so, and a look at the provider with it.
fn standing() -> Wishes {
    Wishes { standing_clock: true, ..Wishes::default() }
}

/// A mail of plain text.
fn mail(from: &str, subject: &str, text: &str) -> String {
    format!(
        "From: {from}\r\nTo: me@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    )
}

async fn look(browser: &Browser, text: &str) -> SearchPage {
    browser.call("mail/search_mail", &[("text", text)]).await.unwrap()
}

/// The subjects of what is found, newest first.
async fn subjects(browser: &Browser, text: &str) -> Vec<String> {
    let page = look(browser, text).await;
    assert_eq!(page.hints, [], "{text}");
    page.hits.iter().map(|hit| whole(&hit.subject)).collect()
}

fn whole(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// What is marked of a mail: sender, subject, excerpt.
fn marked(hit: &SearchHit) -> [Vec<&str>; 3] {
    let marks = |pieces: &'_ [Piece]| -> Vec<usize> {
        pieces.iter().enumerate().filter(|(_, piece)| piece.marked).map(|(at, _)| at).collect()
    };
    [&hit.sender, &hit.subject, &hit.excerpt]
        .map(|pieces| marks(pieces).into_iter().map(|at| pieces[at].text.as_str()).collect())
}
