//! What hangs on a mail.

use crate::{
    features::mail::AttachmentRow,
    quantity::size_words,
    ui::{Icon, Picture},
};
use leptos::prelude::*;

/// Each file with its name, what it is and how large, as a link that saves it.
#[component]
pub fn Files(files: Vec<AttachmentRow>) -> impl IntoView {
    (!files.is_empty()).then(|| {
        view! {
            <section class="attachments" aria-label="Attachments">
                <ul role="list">
                    {files
                        .into_iter()
                        .map(|file| {
                            let about = format!("{}, {}", kind(&file), size_words(file.size));
                            let name = if file.filename.is_empty() { "Unnamed file".to_owned() } else { file.filename };
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
fn kind(file: &AttachmentRow) -> String {
    let ending = file.filename.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
    if (1..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric()) {
        return ending.to_uppercase();
    }
    match file.mime_type.split_once('/') {
        Some(("message", _)) => "Mail".to_owned(),
        Some(("image", _)) => "Picture".to_owned(),
        Some(("audio", _)) => "Sound".to_owned(),
        Some(("video", _)) => "Video".to_owned(),
        Some(("text", _)) => "Text".to_owned(),
        _ => "File".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_name_ends_in_else_what_was_said_of_it() {
        let kind = |name: &str, said: &str| {
            let (filename, mime_type) = (name.to_owned(), said.to_owned());
            kind(&AttachmentRow { filename, mime_type, size: 1, path: String::new() })
        };
        assert_eq!(kind("bill.pdf", "image/png"), "PDF");
        assert_eq!(kind("", "message/rfc822"), "Mail");
        assert_eq!(kind("no ending", "image/png"), "Picture");
        assert_eq!(kind("odd.<script>", "x"), "File");
    }
}
