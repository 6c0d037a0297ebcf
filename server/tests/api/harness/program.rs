//! The real program, in a process of its own.

use super::browser::client;
use std::{
    collections::BTreeMap,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Longer than a debug build takes to start on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server in a process of its own; killed when the test ends.
pub struct Program(Child);

impl Program {
    /// Starts it with these settings and waits until it answers at `url`.
    pub async fn start(variables: &BTreeMap<&'static str, String>, folder: &Path, url: &str) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_gatepost"))
            .current_dir(folder)
            .envs(variables)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let program = Self(child);
        until("the server answers", async || {
            client().get(format!("{url}/healthz")).send().await.is_ok_and(|answer| answer.status().is_success())
        })
        .await;
        program
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    pub fn kill_9(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for a state, for as long as a debug build may take on a busy machine.
pub async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let wait = async {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        while !is_so().await {
            look.tick().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "not in time: {what}");
}
