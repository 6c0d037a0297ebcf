//! A provider in which nothing ever happens, in a thread of its own whose time can be told from ours.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    time::Duration,
};

/// What every look is answered: the history has not moved.
const NOTHING_NEW: &str = r#"{"historyId":"1"}"#;
/// Clock ticks a second in `/proc`: 100 on every Linux there is (`getconf CLK_TCK`).
const TICKS: u64 = 100;

/// The provider.
pub struct Provider {
    pub url: String,
    asked: Arc<AtomicU32>,
    thread: String,
}

/// Starts it on a free port.
pub fn start() -> Provider {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its number"));
    let asked = Arc::new(AtomicU32::new(0));
    let (name, named) = mpsc::channel();
    let count = asked.clone();
    std::thread::spawn(move || {
        let thread = std::fs::read_link("/proc/thread-self").expect("a thread");
        name.send(thread.to_string_lossy().into_owned()).expect("somebody waits for the name");
        // One job runs at a time: one connection is asked on at a time.
        for stream in listener.incoming().flatten() {
            answer(stream, &count);
        }
    });
    Provider { url, asked, thread: named.recv().expect("the thread's name") }
}

impl Provider {
    /// Requests so far.
    pub fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }

    /// CPU time of its thread.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.thread)).expect("the thread lives");
        let (_, after_name) = stat.rsplit_once(')').expect("a line of /proc");
        let ticks: u64 =
            after_name.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 1_000 / TICKS)
    }
}

/// Answers a connection until it ends.
fn answer(mut stream: TcpStream, asked: &AtomicU32) {
    let Ok(copy) = stream.try_clone() else { return };
    let mut lines = BufReader::new(copy);
    loop {
        let mut line = String::new();
        loop {
            line.clear();
            if !lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                return;
            }
            if line == "\r\n" {
                break;
            }
        }
        asked.fetch_add(1, Ordering::Relaxed);
        let length = NOTHING_NEW.len();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        if stream.write_all(format!("{head}{NOTHING_NEW}").as_bytes()).is_err() {
            return;
        }
    }
}
