//! Starts the client in the browser, and nothing more.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page once the WASM is loaded: takes over the HTML that the server rendered, as soon as the part of the client
/// that belongs to it is there, too.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        if app::pages::fetch_first().await {
            leptos::mount::hydrate_body(app::app::App);
        }
    });
}
