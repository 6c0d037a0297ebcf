//! Turns `locales/` into code. A text that one language lacks, or has too many of, ends the build.

use leptos_i18n_parser::parse_locales::{
    options::{Config, FileFormat, ParseOptions},
    parse_locales,
};
use std::{env, error::Error, fs, path::Path};

/// One file for each in every language.
const FEATURES: [&str; 12] = [
    "activity",
    "connections",
    "errors",
    "home",
    "mail",
    "post",
    "time",
    "tokens",
    "trouble",
    "ui",
    "users",
    "writing",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    // Texts with values in them are wanted as strings, too.
    let options = ParseOptions::default().file_format(FileFormat::Toml).interpolate_display(true);
    let config = Config::new("en")?.add_locale("es")?.add_namespaces(FEATURES)?.parse_options(options);
    let parsed = parse_locales(None, config)?;
    let wrong: Vec<String> = parsed.diag.warnings().iter().map(ToString::to_string).collect();
    if !wrong.is_empty() {
        return Err(wrong.join("\n").into());
    }
    let code = leptos_i18n_codegen::gen_code(&parsed, None, true, None, false)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("i18n.rs"), code.to_string())?;
    Ok(())
}
