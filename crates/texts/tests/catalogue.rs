//! The files of texts, held against each other and against the screens. That no language lacks a text is the build's
//! business.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Every text of a language by its name, such as `mail.archive`.
fn texts(language: &str) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for file in fs::read_dir(Path::new("locales").join(language)).unwrap() {
        let path = file.unwrap().path();
        let mut place = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for line in fs::read_to_string(&path).unwrap().lines().filter(|line| !line.is_empty()) {
            if let Some(table) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                place = format!("{}.{table}", path.file_stem().unwrap().to_str().unwrap());
                continue;
            }
            let (name, text) = line.split_once(" = ").unwrap_or_else(|| panic!("{}: {line}", path.display()));
            texts.insert(format!("{place}.{name}"), text.trim_matches('"').to_owned());
        }
    }
    texts
}

/// The values a text is told.
fn values(text: &str) -> BTreeSet<&str> {
    text.split("{{ ").skip(1).filter_map(|part| part.split_once(" }}")).map(|(name, _)| name).collect()
}

fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["../../app/src", "../../server/src"] {
        sources(Path::new(folder), &mut found);
    }
    found
}

#[test]
fn every_text_is_told_the_same_values_in_every_language() {
    let (english, spanish) = (texts("en"), texts("es"));
    assert_eq!(english.keys().collect::<Vec<_>>(), spanish.keys().collect::<Vec<_>>());
    for (name, text) in &english {
        assert_eq!(values(text), values(&spanish[name]), "{name}");
    }
}

#[test]
fn blanks_at_the_ends_are_the_same_in_every_language() {
    let spanish = texts("es");
    for (name, text) in texts("en") {
        let ends = |text: &str| (text.starts_with(' '), text.ends_with(' '));
        assert_eq!(ends(&text), ends(&spanish[&name]), "{name}");
    }
}

#[test]
fn spanish_is_spanish() {
    // Names, units and punctuation are the same in both.
    const SAME: usize = 4;
    let spanish = texts("es");
    for (name, text) in texts("en") {
        let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
        let told = ["time.", "ui.bytes"].iter().any(|part| name.starts_with(part)) || text.starts_with("{{");
        assert!(told || letters <= SAME || text != spanish[&name], "{name} is not translated: {text}");
        // Quotation marks, and signs that open what they close.
        let translated = &spanish[&name];
        assert!(!translated.contains(['\u{201c}', '\u{201d}']), "{name}: {translated}");
        assert_eq!(translated.matches('¿').count(), translated.matches('?').count(), "{name}: {translated}");
        assert_eq!(translated.matches('¡').count(), translated.matches('!').count(), "{name}: {translated}");
    }
}

#[test]
fn no_text_is_left_that_nobody_says() {
    let said: String = all_sources().into_iter().map(|(_, text)| text).collect();
    for name in texts("en").into_keys() {
        let name = name.strip_suffix(".one").or_else(|| name.strip_suffix(".many")).unwrap_or(&name);
        let ends = |after: &str| !after.starts_with(|next: char| next.is_alphanumeric() || next == '_');
        assert!(said.split(name).skip(1).any(ends), "{name} is said nowhere");
    }
}

/// Whether somebody could read it: it begins like a sentence or a label, and holds a word.
fn is_for_people(text: &str) -> bool {
    let begins = text.trim_start().starts_with(char::is_uppercase);
    begins && text.split(|letter: char| !letter.is_alphabetic()).any(|word| word.len() > 2)
}

/// Between elements, in attributes that people read, and wherever several words stand together.
#[test]
fn no_screen_speaks_by_itself() {
    const ALLOWED: [&str; 5] = ["Gatepost", "DMARC", "SPF", "DKIM", "Control+Enter Meta+Enter"];
    const READ: [&str; 7] = [">", "title=", "label=", "placeholder=", "alt=", "heading=", "hint="];
    let mut found = Vec::new();
    for (path, text) in all_sources().into_iter().filter(|(path, _)| path.starts_with("../../app")) {
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for line in text.lines().map(str::trim_start).filter(|line| !line.starts_with("//") && !line.starts_with("#["))
        {
            let parts: Vec<&str> = line.split('"').collect();
            for at in (1..parts.len()).step_by(2) {
                let (before, words) = (parts[at - 1], parts[at]);
                let stands = READ.iter().any(|end| before.ends_with(end)) || words.trim().contains(' ');
                if stands && is_for_people(words) && !ALLOWED.contains(&words) && !line.starts_with("const ") {
                    found.push(format!("{}: {words}", path.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "say these by their names in locales/: {found:#?}");
}

/// Without braces a view prints the name of the macro and not the text.
#[test]
fn no_view_prints_the_name_of_a_text() {
    let mut found = Vec::new();
    for (path, text) in all_sources() {
        for (at, _) in text.match_indices("say!(") {
            let before = text[..at].trim_end();
            let after_element = before.ends_with('>') && !before.ends_with("=>");
            if after_element || before.ends_with('"') || before.ends_with("view! {") {
                found.push(format!("{}:{}", path.display(), before.lines().count()));
            }
        }
    }
    assert!(found.is_empty(), "these need braces around them: {found:#?}");
}
