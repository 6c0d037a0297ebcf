//! What is attached to a draft. With scripts a file goes to the server as soon as it is chosen; without them it goes along
//! with the form.

use super::{Draft, DraftFile, server::detach_file};
use crate::{
    browser,
    error::{AppError, Problem},
    language::{say, use_language},
    quantity::size_words,
    ui::{Icon, Picture},
};
use leptos::{prelude::*, task::spawn_local};
use uuid::Uuid;
use wasm_bindgen::JsCast;

/// Id and name of the field that files are chosen in.
pub const FIELD: &str = "files";

/// The files of the draft that is open.
#[derive(Clone, Copy)]
pub struct Files {
    draft: Uuid,
    most: u64,
    list: RwSignal<Vec<DraftFile>>,
    /// Names of those that are on their way to the server.
    coming: RwSignal<Vec<String>>,
    problem: RwSignal<Option<AppError>>,
}

impl Files {
    pub fn new(draft: &Draft, problem: RwSignal<Option<AppError>>) -> Self {
        Self {
            draft: draft.id,
            most: draft.most_bytes,
            list: RwSignal::new(draft.files.clone()),
            coming: RwSignal::new(Vec::new()),
            problem,
        }
    }

    /// Waits until all that were chosen are there.
    pub async fn arrive(self) {
        while self.coming.try_with_untracked(|coming| !coming.is_empty()) == Some(true) {
            browser::pause(100).await;
        }
    }

    /// Each goes to the server, one after the other.
    pub fn take(self, files: &web_sys::FileList) {
        let files: Vec<web_sys::File> = (0..files.length()).filter_map(|at| files.get(at)).collect();
        if files.is_empty() {
            return;
        }
        self.problem.set(None);
        self.coming.update(|coming| coming.extend(files.iter().map(web_sys::File::name)));
        spawn_local(async move {
            for file in files {
                let answer = self.bring(&file).await;
                if self.list.is_disposed() {
                    return;
                }
                let name = file.name();
                self.coming.update(|coming| {
                    if let Some(at) = coming.iter().position(|one| *one == name) {
                        coming.remove(at);
                    }
                });
                match answer {
                    Ok(kept) => self.list.update(|list| list.extend(kept)),
                    Err(error) => self.problem.set(Some(error)),
                }
            }
        });
    }

    async fn bring(self, file: &web_sys::File) -> Result<Vec<DraftFile>, AppError> {
        let there: u64 = self.list.with_untracked(|list| list.iter().map(|file| file.size).sum());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size, in whole bytes")]
        let size = file.size() as u64;
        if there + size > self.most {
            return Err(too_large(file.name(), self.most));
        }
        let form = web_sys::FormData::new().map_err(|_| AppError::Unreachable)?;
        form.append_with_str("act", "attach").map_err(|_| AppError::Unreachable)?;
        form.append_with_blob_and_filename(FIELD, file, &file.name()).map_err(|_| AppError::Unreachable)?;
        let answer = browser::post(&format!("/write/{}", self.draft), &form).await;
        let (status, body) = answer.map_err(|_| AppError::Unreachable)?;
        if status == 200 {
            return serde_json::from_slice(body.as_bytes()).map_err(|_| AppError::Unreachable);
        }
        Err(serde_json::from_slice(body.as_bytes()).unwrap_or(AppError::Unreachable))
    }

    /// Takes one off.
    pub fn detach(self, file: Uuid) {
        self.problem.set(None);
        spawn_local(async move {
            let answer = detach_file(self.draft, file).await;
            if self.list.is_disposed() {
                return;
            }
            match answer {
                Ok(()) => {
                    self.list.update(|list| list.retain(|one| one.id != file));
                    browser::focus(&format!("#{FIELD}"));
                }
                Err(error) => self.problem.set(Some(error)),
            }
        });
    }
}

/// What is said of a file that does not fit any more.
pub fn too_large(name: String, most: u64) -> AppError {
    AppError::Invalid { field: FIELD.to_owned(), problem: Problem::NoRoom { name, most } }
}

/// The list of files, and the field to choose more.
#[component]
pub fn FileLines(files: Files) -> impl IntoView {
    let language = use_language();
    let problem = files.problem;
    let sentence = Memo::new(move |_| {
        problem.get().filter(|error| error.field() == Some(FIELD)).map(|error| error.sentence(language))
    });
    let wrong = move || sentence.with(Option::is_some);
    let scripts = RwSignal::new(false);
    Effect::new(move |_| scripts.set(true));
    let chosen = move |event: leptos::ev::Event| {
        if let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) {
            if let Some(chosen) = input.files() {
                files.take(&chosen);
            }
            // The same file may be chosen once more.
            input.set_value("");
        }
    };
    let told = move || {
        files.list.with(|list| match list.iter().map(|file| file.size).sum::<u64>() {
            0 => say!(language, writing.up_to, most = size_words(language, files.most)),
            sum => say!(
                language,
                writing.size_of,
                sum = size_words(language, sum),
                most = size_words(language, files.most)
            ),
        })
    };
    view! {
        <div class="files">
            <ul role="list" aria-label=say!(language, writing.attached_files)>
                <For each=move || files.list.get() key=|file| file.id let:file>
                    <FileLine file />
                </For>
                {move || files.coming.get().into_iter().map(|name| view! {
                    <li class="file" aria-busy="true"><Picture icon=Icon::Clip /> <span>{name}</span> <span class="quiet">{say!(language, writing.on_its_way)}</span></li>
                }).collect_view()}
            </ul>
            <div class="choose-files" class:scripts=scripts>
                <label for=FIELD><Picture icon=Icon::Clip />{say!(language, writing.attach_files)}</label>
                <input
                    id=FIELD
                    name=FIELD
                    type="file"
                    multiple=true
                    aria-describedby="files-most files-problem"
                    on:change=chosen
                />
                <button class="button small" name="act" value="attach" hidden=scripts>{say!(language, writing.attach)}</button>
                <span id="files-most" class="quiet">{told}</span>
            </div>
            <p class="wrong" id="files-problem" role="alert" hidden=move || !wrong()>{sentence}</p>
        </div>
    }
    .into_any()
}

#[component]
fn FileLine(file: DraftFile) -> impl IntoView {
    let language = use_language();
    let label = say!(language, writing.take_off, name = &file.name);
    view! {
        <li class="file">
            <Picture icon=Icon::Clip />
            <span>{file.name}</span>
            <span class="quiet">{size_words(language, file.size)}</span>
            <button class="button bare icon" name="detach" value=file.id.to_string() title=label.clone() aria-label=label>
                <Picture icon=Icon::Close />
            </button>
        </li>
    }
    .into_any()
}
