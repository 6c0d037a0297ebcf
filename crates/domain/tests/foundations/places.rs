//! Processes over one Redis share the four places that Graph has at a mailbox.

use crate::database::setting;
use domain::{
    cache::Cache,
    clock::{Clock, SystemClock},
    providers::{Caller, budget::Urgency, http::Http, microsoft::mail::OutlookMail},
};
use futures::future::join_all;
use secrecy::SecretString;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use url::Url;
use uuid::Uuid;

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{\"id\": \"one\"}";

/// A Graph that answers a request when it is told to.
#[derive(Clone)]
struct Graph {
    inside: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    answers: Arc<Semaphore>,
}

impl Graph {
    async fn start() -> (Self, Url) {
        let graph = Self { inside: Arc::default(), most: Arc::default(), answers: Arc::new(Semaphore::new(0)) };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let serving = graph.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        (graph, url)
    }

    /// Requests of one connection, none of which has a body.
    async fn serve(self, mut stream: TcpStream) {
        let mut head = Vec::new();
        while stream.read_buf(&mut head).await.is_ok_and(|read| read > 0) {
            if !head.ends_with(b"\r\n\r\n") {
                continue;
            }
            head.clear();
            let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(inside, Ordering::SeqCst);
            self.answers.acquire().await.unwrap().forget();
            self.inside.fetch_sub(1, Ordering::SeqCst);
            if stream.write_all(ANSWER).await.is_err() {
                return;
            }
        }
    }

    /// Answers one request after the other, each when as many are inside as can be.
    async fn answer(&self, all: usize, places: usize) {
        for answered in 0..all {
            while self.inside.load(Ordering::SeqCst) < places.min(all - answered) {
                tokio::task::yield_now().await;
            }
            self.answers.add_permits(1);
            while self.answers.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
        }
    }
}

async fn process(graph: &Url) -> OutlookMail {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let cache = Cache::redis(&setting("GATEPOST_TEST_REDIS"), clock.clone()).await.unwrap();
    OutlookMail::new(Http::new().unwrap(), graph, clock, cache).unwrap()
}

#[tokio::test]
async fn two_processes_never_ask_more_than_four_questions_of_a_mailbox_at_once() {
    let (graph, url) = Graph::start().await;
    let (web, worker) = (process(&url).await, process(&url).await);
    let (person, token) = (Uuid::new_v4().to_string(), SecretString::from("token"));
    let ask = |process: &OutlookMail, urgency| {
        let (process, person, token) = (process.clone(), person.clone(), token.clone());
        async move {
            let caller = Caller { person: &person, token: &token, urgency };
            process.folder_id(caller, "inbox").await
        }
    };
    let both = [&web, &worker];
    let everybody = both.into_iter().flat_map(|process| {
        let background = (0..6).map(|_| ask(process, Urgency::Background));
        background.chain((0..6).map(|_| ask(process, Urgency::Interactive))).collect::<Vec<_>>()
    });
    let (answers, ()) = tokio::join!(join_all(everybody), graph.answer(24, 1));
    assert!(answers.iter().all(Result::is_ok));
    assert!(graph.most.load(Ordering::SeqCst) <= 4, "{} at once", graph.most.load(Ordering::SeqCst));
    // Work that nobody waits for leaves a place free, whichever process it is in.
    graph.most.store(0, Ordering::SeqCst);
    let background = both.into_iter().flat_map(|process| (0..3).map(|_| ask(process, Urgency::Background)));
    let (answers, ()) = tokio::join!(join_all(background), graph.answer(6, 3));
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(graph.most.load(Ordering::SeqCst), 3);
}
