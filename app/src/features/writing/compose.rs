//! The form of a draft. It is posted as a whole to `/write/{id}`, so that it works without scripts; with them it is saved while
//! it is typed, and sent without a load.

use super::{
    Draft, Opened, Sender, Sending, Typed,
    addresses::AddressLine,
    files::{FileLines, Files},
    foot::{Discard, Foot},
    saving::{Saving, Status},
    senders::{MayNotSend, SenderLine},
    server::{SaveDraft, SendDraft, discard_draft, open_draft, send_draft},
    toast::Followed,
};
use crate::{
    browser,
    error::AppError,
    language::{say, use_language},
    live::on_change_of_connections,
    popup::Attempts,
    ui::FormProblem,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use uuid::Uuid;
use wasm_bindgen::JsCast;

/// Id of the form.
pub const FORM: &str = "write";

/// What stands in the form.
fn typed_into_form() -> Option<Typed> {
    let form = browser::form_data(FORM)?;
    let text = |name: &str| form.get(name).as_string();
    Some(Typed {
        connection: text("connection")?.parse().ok()?,
        to: text("to")?,
        cc: text("cc")?,
        bcc: text("bcc")?,
        subject: text("subject")?,
        body: text("body")?,
    })
}

/// What a form that was posted without scripts was refused for.
fn refused() -> Option<AppError> {
    let told = use_query_map().with_untracked(|query| query.get_str("__err").is_some());
    let send = ServerAction::<SendDraft>::new().value().get_untracked().and_then(Result::err);
    let save = ServerAction::<SaveDraft>::new().value().get_untracked().and_then(Result::err);
    send.or(save).filter(|_| told)
}

/// Everything that the form does by scripts.
#[derive(Clone, Copy)]
pub struct Form {
    pub draft: Uuid,
    pub saving: Saving,
    files: Files,
    followed: Followed,
    attempts: Attempts,
    pub problem: RwSignal<Option<AppError>>,
    pub sending: RwSignal<bool>,
    /// Where somebody goes on who is done here.
    back: StoredValue<String>,
}

impl Form {
    fn changed(self) {
        // Whoever types has read what went well.
        self.attempts.let_go_of_successes();
        if let Some(typed) = typed_into_form() {
            self.saving.typed(typed);
        }
    }

    /// A button was pressed.
    fn submitted(self, event: &web_sys::SubmitEvent, navigate: impl Fn(&str) + 'static) {
        event.prevent_default();
        let button = event.submitter().and_then(|button| button.dyn_into::<web_sys::HtmlButtonElement>().ok());
        let Some(button) = button else { return };
        match (button.name().as_str(), button.value().as_str()) {
            ("detach", file) => {
                if let Ok(file) = file.parse() {
                    self.files.detach(file);
                }
            }
            (_, "send") => self.send(navigate),
            (_, "discard") => self.discard(navigate),
            _ => self.changed(),
        }
    }

    /// Saves what is typed, waits for the files, and sends.
    fn send(self, navigate: impl Fn(&str) + 'static) {
        if self.sending.get_untracked() {
            return;
        }
        self.sending.set(true);
        self.problem.set(None);
        self.changed();
        spawn_local(async move {
            let answer = self.save_and_send().await;
            if self.sending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    self.followed.follow(self.draft);
                    navigate(&self.back.get_value());
                }
                Err(error) => self.problem.set(Some(error)),
            }
        });
    }

    async fn save_and_send(self) -> Result<(), AppError> {
        self.files.arrive().await;
        // A file that did not arrive is not left out in silence.
        if let Some(Some(problem)) = self.problem.try_get_untracked() {
            return Err(problem);
        }
        let version = self.saving.save().await?;
        send_draft(self.draft, version).await
    }

    fn discard(self, navigate: impl Fn(&str) + 'static) {
        self.saving.forget();
        spawn_local(async move {
            match discard_draft(self.draft).await {
                Ok(()) => navigate(&self.back.try_get_value().unwrap_or_else(|| "/inbox".to_owned())),
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
        });
    }
}

/// A draft that can be typed into.
#[component]
pub fn Compose(opened: Opened) -> impl IntoView {
    let language = use_language();
    let Opened { draft, senders, .. } = opened;
    let problem = RwSignal::new(refused());
    let back = draft.about.map_or_else(|| "/inbox".to_owned(), |message| format!("/inbox/{message}"));
    let saving = Saving::new(draft.id, draft.version);
    // A form that was saved without scripts leads here.
    if use_query_map().with_untracked(|query| query.get_str("saved").is_some()) {
        saving.status.set(Status::Saved);
    }
    let form = Form {
        draft: draft.id,
        saving,
        files: Files::new(&draft, problem),
        followed: Followed::take(),
        attempts: expect_context(),
        problem,
        sending: RwSignal::new(false),
        back: StoredValue::new(back),
    };
    let lacking = view! { <Lacking draft=draft.id chosen=draft.typed.connection senders=senders.clone() /> };
    let first = if draft.typed.to.trim().is_empty() { "#to" } else { "#body" };
    Effect::new(move |_| {
        // What is wrong with it has the focus already.
        if problem.with_untracked(Option::is_none) {
            request_animation_frame(move || browser::focus(first));
        }
    });
    let navigate = use_navigate();
    let on_submit = move |event: web_sys::SubmitEvent| {
        let navigate = navigate.clone();
        form.submitted(&event, move |path| navigate(path, NavigateOptions::default()));
    };
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            browser::press("#write button[value=send]");
        }
    };
    let on_input = move |event: leptos::ev::Event| {
        // Files are no text; they are saved by themselves.
        let into = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if into.is_none_or(|element| element.id() != super::files::FIELD) {
            form.changed();
        }
    };
    let on_drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        if let Some(dropped) = event.data_transfer().and_then(|data| data.files()) {
            form.files.take(&dropped);
        }
    };
    view! {
        {lacking}
        <FormProblem problem=problem.into() />
        <form
            id=FORM
            class="letter"
            method="post"
            action=format!("/write/{}", draft.id)
            enctype="multipart/form-data"
            on:submit=on_submit
            on:keydown=on_keydown
            on:input=on_input
            on:dragover=|event| event.prevent_default()
            on:drop=on_drop
        >
            <input type="hidden" name="version" value=draft.version.to_string() />
            // Enter in a line presses the first button: it must be a harmless one.
            <button hidden name="act" value="save" tabindex="-1">{say!(language, users.save)}</button>
            <Lines draft=draft.clone() senders form />
            <FileLines files=form.files />
            <Foot form=StoredValue::new(form) />
        </form>
        <Discard />
    }
    .into_any()
}

/// What the chosen mailbox lacks that may not send. It changes by itself: what is typed below stays as it is.
#[component]
fn Lacking(draft: Uuid, chosen: Uuid, senders: Vec<Sender>) -> impl IntoView {
    let lacks = move |senders: Vec<Sender>| {
        senders.into_iter().find(|one| one.connection == chosen && one.sending != Sending::On)
    };
    let lacking = RwSignal::new(lacks(senders));
    let again = Callback::new(move |()| {
        spawn_local(async move {
            let Ok(opened) = open_draft(draft).await else { return };
            let now = lacks(opened.senders);
            if lacking.try_with_untracked(|before| *before != now) == Some(true) {
                lacking.set(now);
            }
        });
    });
    if lacking.with_untracked(Option::is_some) {
        on_change_of_connections(again);
    }
    move || lacking.get().map(|sender| view! { <MayNotSend sender back=format!("/write/{draft}") again /> })
}

/// From whom, to whom, about what; and the text.
#[component]
fn Lines(draft: Draft, senders: Vec<Sender>, form: Form) -> impl IntoView {
    let language = use_language();
    let Typed { connection, to, cc, bcc, subject, body } = draft.typed;
    let problem: Signal<Option<AppError>> = form.problem.into();
    let changed = Callback::new(move |()| form.changed());
    let copies = move || {
        let wrong = problem.get().is_some_and(|error| matches!(error.field(), Some("cc" | "bcc")));
        wrong.then_some("")
    };
    let has_copies = !cc.is_empty() || !bcc.is_empty();
    let subject = crate::request::typed("subject").unwrap_or(subject);
    let body = crate::request::typed("body").unwrap_or(body);
    view! {
        <SenderLine senders chosen=connection />
        <AddressLine name="to" label=say!(language, writing.to) value=to problem changed />
        <details class="copies" open=move || has_copies || copies().is_some()>
            <summary>{say!(language, writing.cc_and_bcc)}</summary>
            <AddressLine name="cc" label=say!(language, writing.cc) value=cc problem changed />
            <AddressLine name="bcc" label=say!(language, writing.bcc) value=bcc problem changed />
        </details>
        <div class="line">
            <label for="subject">{say!(language, writing.subject)}</label>
            <input
                id="subject"
                name="subject"
                value=subject
                autocomplete="off"
                aria-invalid=move || wrong(problem, "subject").then_some("true")
                aria-describedby="subject-problem"
            />
            <Wrong problem field="subject" />
        </div>
        <label class="sr-only" for="body">{say!(language, writing.message)}</label>
        <textarea
            id="body"
            name="body"
            rows="16"
            aria-invalid=move || wrong(problem, "body").then_some("true")
            aria-describedby="body-problem"
        >
            {body}
        </textarea>
        <Wrong problem field="body" />
    }
    .into_any()
}

fn wrong(problem: Signal<Option<AppError>>, field: &str) -> bool {
    problem.with(|problem| problem.as_ref().is_some_and(|error| error.field() == Some(field)))
}

/// What is wrong with a line, below it.
#[component]
fn Wrong(problem: Signal<Option<AppError>>, field: &'static str) -> impl IntoView {
    let language = use_language();
    let sentence =
        move || problem.get().filter(|error| error.field() == Some(field)).map(|error| error.sentence(language));
    Effect::new(move |_| {
        if wrong(problem, field) {
            browser::focus(&format!("#{field}"));
        }
    });
    view! {
        <p class="wrong" id=format!("{field}-problem") hidden=move || !wrong(problem, field)>
            {sentence}
        </p>
    }
    .into_any()
}
