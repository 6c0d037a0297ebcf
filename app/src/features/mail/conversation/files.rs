//! What hangs on a mail.

use crate::{
    features::mail::AttachmentRow,
    language::{Language, say, use_language},
    quantity::size_words,
    ui::{Icon, Picture},
};
use leptos::prelude::*;

/// Each file with its name, what it is and how large, as a link that saves it.
#[component]
pub fn Files(files: Vec<AttachmentRow>) -> impl IntoView {
    let language = use_language();
    (!files.is_empty()).then(|| {
        view! {
            <section class="attachments" aria-label=say!(language, mail.attachments)>
                <ul role="list">
                    {files
                        .into_iter()
                        .map(|file| {
                            let about = format!("{}, {}", kind(language, &file), size_words(language, file.size));
                            let name = if file.filename.is_empty() { say!(language, mail.unnamed_file).to_owned() } else { file.filename };
                            view! {
                                <li>
                                    // The server answers it, not a page of ours.
                                    <a href=file.path rel="external">
                                        <Picture icon=Icon::Clip />
                                        <span>{name}</span>
                                        <span class="quiet">{about}</span>
                                    </a>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </section>
        }
    })
}

/// What a file is: by the end of its name, which the person's own programs go by, else by what was said of it.
fn kind(language: Language, file: &AttachmentRow) -> String {
    let ending = file.filename.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
    if (1..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric()) {
        return ending.to_uppercase();
    }
    match file.mime_type.split_once('/') {
        Some(("message", _)) => say!(language, mail.t_mail),
        Some(("image", _)) => say!(language, mail.t_picture),
        Some(("audio", _)) => say!(language, mail.t_sound),
        Some(("video", _)) => say!(language, mail.t_video),
        Some(("text", _)) => say!(language, mail.t_text),
        _ => say!(language, mail.t_file),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_name_ends_in_else_what_was_said_of_it() {
        let kind = |name: &str, said: &str| {
            let (filename, mime_type) = (name.to_owned(), said.to_owned());
            kind(Language::en, &AttachmentRow { filename, mime_type, size: 1, path: String::new() })
        };
        assert_eq!(kind("bill.pdf", "image/png"), "PDF");
        assert_eq!(kind("", "message/rfc822"), "Mail");
        assert_eq!(kind("no ending", "image/png"), "Picture");
        assert_eq!(kind("odd.<script>", "x"), "File");
    }
}
