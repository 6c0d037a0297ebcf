//! Starts the client in the browser, and nothing more.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page once the WASM is loaded: takes over the HTML that the server rendered.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::app::App);
}
