//! Starting: what the server refuses to start with, and the port it takes.

use server::{
    config::Settings,
    startup::{Application, Overrides},
};
use std::collections::BTreeMap;

fn demo(folder: &std::path::Path) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("DEMO", "true".to_owned()),
        ("DATA_DIR", folder.to_str().unwrap().to_owned()),
        ("LISTEN_ADDR", "127.0.0.1:0".to_owned()),
        ("PUBLIC_URL", "http://localhost:0".to_owned()),
    ])
}

async fn build(variables: &BTreeMap<&'static str, String>) -> anyhow::Result<Application> {
    let settings = Settings::read(&|name| variables.get(name).cloned())?;
    Application::build(settings, Overrides::default()).await
}

#[tokio::test]
async fn a_free_port_is_taken_when_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let application = build(&demo(folder.path())).await.unwrap();
    assert_ne!(application.address().port(), 0);
    assert!(folder.path().join("gatepost.db").exists(), "the database lies in the data folder");
}

#[tokio::test]
async fn a_key_of_another_installation_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut variables = demo(folder.path());
    drop(build(&variables).await.unwrap());
    drop(build(&variables).await.expect("the same key opens it again"));
    variables.insert("TOKEN_ENCRYPTION_KEYS", "demo:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned());
    let refused = build(&variables).await.err().expect("another key is refused");
    let text = format!("{refused:#}");
    assert!(text.contains("TOKEN_ENCRYPTION_KEYS"), "{text}");
    assert!(!text.contains("AAECAwQF"), "{text}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let mut variables = demo(folder.path());
    variables.insert("DATABASE_URL", "postgres://gatepost:hunter2@127.0.0.1:1/gatepost".to_owned());
    let text = format!("{:#}", build(&variables).await.err().unwrap());
    assert!(text.contains("DATABASE_URL") && !text.contains("hunter2"), "{text}");
}
