//! What a test asks of the pretend providers: what they were asked, and to fail.

use super::{App, browser::client};
use serde_json::{Value, json};

impl App {
    /// How often a token endpoint was asked to renew something.
    pub async fn refresh_calls(&self) -> usize {
        let requests = self.control("GET", "requests", &Value::Null).await;
        requests.as_array().unwrap().iter().filter(|line| line["grant"] == "refresh_token").count()
    }

    /// Asks something of the sandbox's own routes.
    pub async fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        control_of(&self.sandbox.google_url, method, path, body).await
    }

    /// Makes the next `times` calls to paths like `path` fail at the provider.
    pub async fn fail_at_provider(&self, path: &str, status: u16, times: u32) {
        let fault = json!({ "path": path, "status": status, "body": "", "times": times });
        self.control("PUT", "faults", &fault).await;
    }

    /// The provider's next answer on a path takes this long, in milliseconds.
    pub async fn slow_at_provider(&self, path: &str, delay_ms: u32) {
        let fault = json!({ "path": path, "delay_ms": delay_ms, "times": 1 });
        self.control("PUT", "faults", &fault).await;
    }
}

/// Asks something of the own routes of the pretend provider at `url`.
pub async fn control_of(url: &str, method: &str, path: &str, body: &Value) -> Value {
    let request = client().request(method.parse().unwrap(), format!("{url}/_sandbox/{path}"));
    let request = if method == "GET" { request } else { request.json(body) };
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{method} {path}: {}", answer.status());
    answer.json().await.unwrap_or_default()
}
