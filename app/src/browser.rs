//! What the screens ask of the browser beyond Leptos. Only called from effects and handlers, which the server never runs.

use js_sys::{Function, Promise};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

/// Milliseconds since 1970 by the browser's clock.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Resolves after `ms` milliseconds, or as soon as the function handed to `on_start` is called.
pub async fn pause_or(ms: i32, on_start: impl FnOnce(Function)) {
    let mut on_start = Some(on_start);
    let promise = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        if let Some(on_start) = on_start.take() {
            on_start(resolve);
        }
    });
    let _ = promise.await;
}

/// Resolves after `ms` milliseconds.
pub async fn pause(ms: i32) {
    pause_or(ms, |_| ()).await;
}

/// Sends a request without a body to our own server: status and body of its answer.
pub async fn ask(method: &str, path: &str) -> Result<(u16, String), JsValue> {
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    let response: web_sys::Response = window().fetch_with_str_and_init(path, &init).await?.unchecked_into();
    let body = response.text()?.await?;
    Ok((response.status(), body.as_string().unwrap_or_default()))
}

/// Moves the focus to the first element that `selector` finds, without scrolling.
pub fn focus(selector: &str) {
    let found = window().document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}

fn input(id: &str) -> Option<web_sys::HtmlInputElement> {
    window().document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// What stands in an input.
pub fn value_of(id: &str) -> Option<String> {
    Some(input(id)?.value())
}

/// Puts a text into an input, unless it stands there already.
pub fn set_value(id: &str, text: &str) {
    if let Some(input) = input(id).filter(|input| input.value() != text) {
        input.set_value(text);
    }
}

/// Whether what is typed goes into this element.
pub fn has_focus(id: &str) -> bool {
    let active = window().document().and_then(|document| document.active_element());
    active.is_some_and(|element| element.id() == id)
}

/// How far the document is scrolled, in CSS pixels.
pub fn scrolled() -> f64 {
    window().scroll_y().unwrap_or_default()
}

/// How high the window is, in CSS pixels.
pub fn window_height() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default()
}

/// Goes to another page by a full load, forgetting everything this page holds in memory.
pub fn load(path: &str) {
    let _ = window().location().assign(path);
}

/// What stands in a form, by the names of its fields.
pub fn form_data(id: &str) -> Option<web_sys::FormData> {
    let form: web_sys::HtmlFormElement = window().document()?.get_element_by_id(id)?.dyn_into().ok()?;
    web_sys::FormData::new_with_form(&form).ok()
}

/// Posts fields and files to our own server: status and body of its answer.
pub async fn post(path: &str, body: &web_sys::FormData) -> Result<(u16, String), JsValue> {
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(body);
    let response: web_sys::Response = window().fetch_with_str_and_init(path, &init).await?.unchecked_into();
    let text = response.text()?.await?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}

/// Posts fields from a page that is being left, and waits for no answer. Browsers take 64 KB.
pub fn post_and_go(path: &str, fields: &[(&str, &str)]) {
    let Ok(pairs) = web_sys::UrlSearchParams::new() else { return };
    for (name, value) in fields {
        pairs.append(name, value);
    }
    let _ = window().navigator().send_beacon_with_opt_url_search_params(path, Some(&pairs));
}

/// Presses a button of the page.
pub fn press(selector: &str) {
    let found = window().document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(button) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        button.click();
    }
}
