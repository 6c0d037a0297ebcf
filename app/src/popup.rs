//! Opens the provider's consent window and learns its outcome.
//!
//! The server's row is the truth and is read every second; messages from the window only hurry the next reading, so
//! everything works when the provider's COOP has cut them. Whether the window is closed is a hint at most: a window
//! under an enforcing COOP is reported closed while it is open.

mod trip;
mod watch;

pub use trip::{Purpose, Trip};
pub use watch::AttemptStatus;

use crate::{browser, features::connections::Provider, live::Live};
use js_sys::{Function, Reflect};
use leptos::{prelude::*, task::spawn_local};
use std::cell::RefCell;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use watch::{Reading, Watch, after_cancel};
use web_sys::MessageEvent;

/// Name of the broadcast channel the popup's last page speaks on.
const CHANNEL: &str = "gatepost-auth";
/// What the popup's last page may say.
const KINDS: [&str; 4] = ["GMAIL_AUTH_SUCCESS", "GMAIL_AUTH_ERROR", "OUTLOOK_AUTH_SUCCESS", "OUTLOOK_AUTH_ERROR"];
/// A consent page is a narrow form.
const WINDOW: &str = "popup,width=520,height=680";
/// Between two readings of the row.
const READ_EVERY_MS: i32 = 1_000;

/// One attempt on this page.
#[derive(Clone)]
pub struct Attempt {
    pub id: Uuid,
    pub provider: Provider,
    /// Counted, so that it outlives the button that was pressed: the first connection redraws the page it stood on.
    pub status: ArcRwSignal<AttemptStatus>,
}

/// What only the browser's own thread may hold; a page has one of each.
#[derive(Default)]
struct Wiring {
    /// Ends the pause of an attempt's reading.
    hurry: Vec<(Uuid, Function)>,
    windows: Vec<(Uuid, web_sys::Window)>,
    listening: bool,
}

thread_local! {
    static WIRING: RefCell<Wiring> = RefCell::default();
}

/// All attempts of this page, newest last.
#[derive(Clone, Copy)]
pub struct Attempts {
    list: RwSignal<Vec<Attempt>>,
    live: Live,
}

impl Attempts {
    /// Makes the list, and picks up the attempt that a full-page trip left in the address (`?attempt=`).
    pub fn provide(live: Live) -> Self {
        let attempts = Self { list: RwSignal::default(), live };
        provide_context(attempts);
        Effect::new(move |_| attempts.pick_up());
        attempts
    }

    /// The attempts to show. Tracked.
    pub fn shown(self) -> Vec<Attempt> {
        self.list.get()
    }

    /// What went well was said; whoever goes on to another page has read it.
    pub fn let_go_of_successes(self) {
        let is_success =
            |attempt: &Attempt| attempt.status.with_untracked(|status| matches!(status, AttemptStatus::Connected(_)));
        if self.list.with_untracked(|list| list.iter().any(is_success)) {
            self.list.update(|list| list.retain(|attempt| !is_success(attempt)));
        }
    }

    /// Opens the consent window. Must be called inside the click: browsers block windows opened later.
    pub fn open(self, trip: Trip, page: &str) {
        let id = Uuid::new_v4();
        let provider = trip.provider;
        let address = trip.start_address(Some(id), None);
        let opened = window().open_with_url_and_target_and_features(&address, &format!("gatepost-{id}"), WINDOW);
        if let Ok(Some(popup)) = opened {
            WIRING.with_borrow_mut(|wiring| wiring.windows.push((id, popup)));
            self.follow(id, provider, READ_EVERY_MS);
        } else {
            remember(id, provider);
            browser::load(&trip.start_address(Some(id), Some(page)));
        }
    }

    /// Ends an attempt: closes its window if it can be reached, and asks the server until it has said what came of it.
    /// A window that is still open can connect nothing after that.
    pub fn cancel(self, id: Uuid) {
        let Some(Attempt { status, .. }) = self.find(id) else { return };
        if !status.with_untracked(AttemptStatus::is_open) {
            return;
        }
        status.set(AttemptStatus::Cancelling);
        let_go(id);
        spawn_local(async move {
            for try_number in 1.. {
                let answer = browser::ask("DELETE", &attempt_address(id)).await;
                let (code, body) = answer.unwrap_or_default();
                if let Some(end) = after_cancel(code, body.as_bytes(), try_number) {
                    if matches!(end, AttemptStatus::Connected(_)) {
                        self.live.connection_made();
                    }
                    return status.set(end);
                }
                browser::pause(READ_EVERY_MS).await;
            }
        });
    }

    /// Takes the line of an ended attempt off the screen.
    pub fn dismiss(self, id: Uuid) {
        self.list.update(|list| list.retain(|attempt| attempt.id != id));
        let_go(id);
    }

    fn find(self, id: Uuid) -> Option<Attempt> {
        self.list.with_untracked(|list| list.iter().find(|attempt| attempt.id == id).cloned())
    }

    /// Reads the row after `wait` milliseconds, and from then on every second.
    fn follow(self, id: Uuid, provider: Provider, mut wait: i32) {
        let status = ArcRwSignal::new(AttemptStatus::Waiting);
        self.list.update(|list| list.push(Attempt { id, provider, status: status.clone() }));
        listen();
        spawn_local(async move {
            let mut watch = Watch::start(browser::now_ms());
            loop {
                browser::pause_or(wait, |resolve| {
                    WIRING.with_borrow_mut(|wiring| {
                        wiring.hurry.retain(|(of, _)| *of != id);
                        wiring.hurry.push((id, resolve));
                    });
                })
                .await;
                wait = READ_EVERY_MS;
                let reading = read_outcome(id).await;
                // Cancelled or dismissed meanwhile.
                if !status.with_untracked(AttemptStatus::is_open) || self.find(id).is_none() {
                    return;
                }
                let next = watch.judge(browser::now_ms(), looks_closed(id), &reading);
                let (open, connected) = (next.is_open(), matches!(next, AttemptStatus::Connected(_)));
                if status.get_untracked() != next {
                    status.set(next);
                }
                if !open {
                    if connected {
                        self.live.connection_made();
                    }
                    // The window closes itself, after it has shown why.
                    WIRING.with_borrow_mut(|wiring| wiring.windows.retain(|(of, _)| *of != id));
                    return;
                }
            }
        });
    }

    /// After a full-page trip the server sends back to the page with `?attempt=`: show its outcome, clean the address.
    fn pick_up(self) {
        let location = window().location();
        let Ok(search) = location.search() else { return };
        let pairs: Vec<&str> = search.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty()).collect();
        let Some(id) = pairs.iter().find_map(|pair| pair.strip_prefix("attempt=")?.parse().ok()) else { return };
        let rest: Vec<&str> = pairs.into_iter().filter(|pair| !pair.starts_with("attempt=")).collect();
        let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
        if let (Ok(history), Ok(path)) = (window().history(), location.pathname()) {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{path}{query}")));
        }
        self.follow(id, recall(id), 0);
    }
}

/// Closes the window, if it can still be reached, and forgets it.
fn let_go(id: Uuid) {
    let windows = WIRING.with_borrow_mut(|wiring| {
        wiring.hurry.retain(|(of, _)| *of != id);
        wiring.windows.extract_if(.., |(of, _)| *of == id).collect::<Vec<_>>()
    });
    for (_, popup) in windows {
        let _ = popup.close();
    }
}

fn looks_closed(id: Uuid) -> bool {
    WIRING.with_borrow(|wiring| wiring.windows.iter().any(|(of, popup)| *of == id && popup.closed().unwrap_or(true)))
}

/// Hears what popups say, by both ways, from the first attempt on.
fn listen() {
    if WIRING.with_borrow_mut(|wiring| std::mem::replace(&mut wiring.listening, true)) {
        return;
    }
    let on_broadcast = Closure::<dyn Fn(_)>::new(|event: MessageEvent| hurry(&event.data()));
    if let Ok(channel) = web_sys::BroadcastChannel::new(CHANNEL) {
        channel.set_onmessage(Some(on_broadcast.as_ref().unchecked_ref()));
        // Lives as long as the page.
        std::mem::forget(channel);
    }
    on_broadcast.forget();
    let on_message = Closure::<dyn Fn(_)>::new(|event: MessageEvent| {
        if window().location().origin().is_ok_and(|origin| origin == event.origin()) {
            hurry(&event.data());
        }
    });
    let _ = window().add_event_listener_with_callback("message", on_message.as_ref().unchecked_ref());
    on_message.forget();
}

/// A message never decides anything: it ends the pause before the next reading of the row.
fn hurry(data: &JsValue) {
    let Some(id) = attempt_named_in(data) else { return };
    let resolve =
        WIRING.with_borrow(|wiring| wiring.hurry.iter().find(|(of, _)| *of == id).map(|(_, call)| call.clone()));
    if let Some(resolve) = resolve {
        let _ = resolve.call0(&JsValue::NULL);
    }
}

/// The attempt a popup's message speaks of, when the message has the shape ours have.
fn attempt_named_in(data: &JsValue) -> Option<Uuid> {
    let text = |key: &str| Reflect::get(data, &JsValue::from_str(key)).ok().and_then(|value| value.as_string());
    let kind = text("type")?;
    KINDS.contains(&kind.as_str()).then(|| text("attempt"))??.parse().ok()
}

fn attempt_address(id: Uuid) -> String {
    format!("/auth/attempts/{id}")
}

async fn read_outcome(id: Uuid) -> Reading {
    match browser::ask("GET", &attempt_address(id)).await {
        Ok((200, body)) => serde_json::from_slice(body.as_bytes()).map_or(Reading::Unreadable, Reading::Known),
        Ok((404, _)) => Reading::NotStarted,
        _ => Reading::Unreadable,
    }
}

/// A full-page trip forgets this page: its provider is kept for the way back.
fn remember(id: Uuid, provider: Provider) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(&id.to_string(), provider.slug());
    }
}

fn recall(id: Uuid) -> Provider {
    let storage = window().session_storage().ok().flatten();
    let kept = storage.and_then(|storage| storage.get_item(&id.to_string()).ok().flatten());
    if kept.as_deref() == Some(Provider::Microsoft.slug()) { Provider::Microsoft } else { Provider::Google }
}
