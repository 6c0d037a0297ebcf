//! The real program in processes of its own, killed and started again at will, over one database and one pretend provider.

use super::{
    Wishes,
    browser::{Browser, client},
    consent::Answer,
    database::{Backend, TestDatabase},
    program::Program,
    start_sandbox, variables,
};
use std::{collections::BTreeMap, net::TcpListener};
use uuid::Uuid;

/// Processes over one database.
pub struct Site {
    pub sandbox: sandbox::Running,
    pub database: TestDatabase,
    pub browser: Browser,
    pub data: tempfile::TempDir,
    processes: Vec<Process>,
}

struct Process {
    url: String,
    variables: BTreeMap<&'static str, String>,
    program: Option<Program>,
}

impl Site {
    /// So many processes on PostgreSQL, one on SQLite; nobody is signed up yet.
    pub async fn start(backend: Backend, many: usize, mut wishes: Wishes) -> Self {
        wishes.worker = true;
        wishes.settings.extend([("RUST_LOG", "off".to_owned())]);
        let many = if backend == Backend::Sqlite { 1 } else { many };
        // Held all together first, so that no two are the same.
        let listeners: Vec<_> = (0..many).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports: Vec<u16> = listeners.iter().map(|one| one.local_addr().unwrap().port()).collect();
        drop(listeners);
        let url = format!("http://localhost:{}", ports[0]);
        let (sandbox, data) = (start_sandbox(&wishes, &url).await, tempfile::tempdir().unwrap());
        let database = TestDatabase::create(backend, data.path()).await;
        let folder = data.path().to_str().unwrap();
        let mut processes = Vec::new();
        for port in ports {
            let mut variables = variables(&wishes, &url, &sandbox, &database.url, folder);
            variables.insert("LISTEN_ADDR", format!("127.0.0.1:{port}"));
            processes.push(Process { url: format!("http://localhost:{port}"), variables, program: None });
        }
        let browser = Browser::new(&url, &sandbox.google_url);
        let mut site = Self { sandbox, database, browser, data, processes };
        for at in 0..site.processes.len() {
            site.revive(at).await;
        }
        site
    }

    /// How many processes there are.
    pub fn processes(&self) -> usize {
        self.processes.len()
    }

    /// The first process's number.
    pub fn process(&self) -> u32 {
        self.processes[0].program.as_ref().expect("it runs").id()
    }

    /// The first process's settings.
    pub fn variables(&self) -> &BTreeMap<&'static str, String> {
        &self.processes[0].variables
    }

    /// kill -9.
    pub fn kill(&mut self, at: usize) {
        if let Some(program) = self.processes[at].program.take() {
            program.kill_9();
        }
    }

    /// Starts a process that was killed, and waits until it answers.
    pub async fn revive(&mut self, at: usize) {
        let process = &mut self.processes[at];
        process.program = Some(Program::start(&process.variables, self.data.path(), &process.url).await);
    }

    /// A person who signed up connects a mailbox.
    pub async fn connect(&self, provider: &str, person: &str) -> Uuid {
        let (_, page) = self.browser.travel(provider, "purpose=connect&features=mail", person, Answer::Allow).await;
        assert!(page.body.contains("_AUTH_SUCCESS"), "{}", page.body);
        let cards = self.browser.connections().await.cards;
        cards.iter().find(|card| card.address == person).unwrap().id
    }

    /// Presses `Sync now`.
    pub async fn sync_now(&self, connection: Uuid) {
        let connection = connection.to_string();
        self.browser.call::<()>("connections/sync_now", &[("connection", connection.as_str())]).await.unwrap();
    }

    /// A lever of the sandbox at one provider's port.
    pub async fn lever(&self, provider: &str, method: &str, path: &str, body: &serde_json::Value) -> serde_json::Value {
        let base = if provider == "google" { &self.sandbox.google_url } else { &self.sandbox.microsoft_url };
        let request = client().request(method.parse().unwrap(), format!("{base}/_sandbox/{path}"));
        let request = if method == "GET" { request } else { request.json(body) };
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{method} {path}: {}", answer.status());
        answer.json().await.unwrap_or_default()
    }

    /// Ends everything.
    pub async fn end(mut self) {
        self.processes.clear();
        self.sandbox.stop().await;
        self.database.drop().await;
    }
}
