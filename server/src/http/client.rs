//! Which client the server hands out.
//!
//! A browser keeps a page for days and fetches further parts of its client when they are needed. A part fits only the client
//! it was built with, so a page asks first whether the server still has that one.

use super::site::Site;
use app::server::Client;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use leptos::config::LeptosOptions;
use ring::digest::{Context, SHA256};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Where cargo-leptos lists the files of every part, without their ending.
const PARTS: &str = "__wasm_split_manifest.json";
/// What fetches them.
const LOADER: &str = "__wasm_split.______________________.js";

/// The client as it lies on the disk. One that was not built, or not in parts, is one as well.
pub fn built(options: &LeptosOptions) -> Client {
    let folder = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    let listed: BTreeMap<String, Vec<String>> =
        fs::read(folder.join(PARTS)).ok().and_then(|list| serde_json::from_slice(&list).ok()).unwrap_or_default();
    let address = |file: &str| format!("/{}/{file}", options.site_pkg_dir);
    let addresses = |files: Vec<String>| files.into_iter().map(|file| address(&format!("{file}.wasm"))).collect();
    let parts = listed.into_iter().map(|(part, files)| (part, addresses(files))).collect();
    Client { name: name_of(&folder), loader: address(LOADER), parts }
}

/// The SHA-256 of its files' names and contents as base64url without padding.
fn name_of(folder: &Path) -> String {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path()).collect();
    files.retain(|file| file.extension().is_some_and(|kind| kind == "wasm" || kind == "js"));
    files.sort();
    let mut context = Context::new(&SHA256);
    for file in files {
        context.update(file.file_name().unwrap_or_default().as_encoded_bytes());
        context.update(&fs::read(&file).unwrap_or_default());
    }
    URL_SAFE_NO_PAD.encode(context.finish())
}

/// `GET /client`: the name of the client as it is now.
pub async fn told(State(site): State<Site>) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], site.client.name.clone()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(root: &Path, files: &[(&str, &str)]) -> LeptosOptions {
        fs::create_dir_all(root.join("pkg")).unwrap();
        for (file, text) in files {
            fs::write(root.join("pkg").join(file), text).unwrap();
        }
        LeptosOptions::builder().output_name("gatepost").site_root(root.to_str().unwrap()).build()
    }

    #[test]
    fn another_part_makes_another_client() {
        let root = tempfile::tempdir().unwrap();
        let options =
            site(root.path(), &[("gatepost.wasm", "main"), ("split_mail.wasm", "one"), ("style.css", "blue")]);
        let first = built(&options).name;
        assert_eq!(first, built(&options).name);
        site(root.path(), &[("style.css", "green")]);
        assert_eq!(first, built(&options).name, "a style fits every client");
        site(root.path(), &[("split_mail.wasm", "two")]);
        assert_ne!(first, built(&options).name);
    }

    #[test]
    fn the_files_of_a_part_have_addresses() {
        let root = tempfile::tempdir().unwrap();
        let options = site(root.path(), &[(PARTS, r#"{"mail":["chunk_5","split_mail"]}"#)]);
        let client = built(&options);
        assert_eq!(client.parts["mail"], ["/pkg/chunk_5.wasm", "/pkg/split_mail.wasm"]);
        assert_eq!(built(&site(&root.path().join("nothing"), &[])).parts, BTreeMap::new());
    }
}
