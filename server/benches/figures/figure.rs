//! One measured number, as it is printed and kept.

use serde::Serialize;
use std::path::Path;

/// A figure.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
    /// What it is compared with, in the same unit, and what that is.
    pub baseline: Option<f64>,
    pub baseline_is: &'static str,
    /// The value over the baseline.
    pub ratio: Option<f64>,
    /// How it was measured.
    pub how: String,
}

impl Figure {
    /// A number beside `baseline`.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str, how: impl Into<String>) -> Self {
        Self { name: name.into(), value, unit, baseline: None, baseline_is: "", ratio: None, how: how.into() }
    }

    /// The same beside another number.
    pub fn beside(mut self, baseline: f64, baseline_is: &'static str) -> Self {
        self.baseline = Some(baseline);
        self.baseline_is = baseline_is;
        self.ratio = Some(self.value / baseline);
        self
    }
}

/// Prints figures and writes `target/bench/NAME.json`.
pub fn keep(name: &str, figures: &[Figure]) {
    for figure in figures {
        print!("{:<60} {:>12.1} {}", figure.name, figure.value, figure.unit);
        match (figure.baseline, figure.ratio) {
            (Some(baseline), Some(ratio)) => println!("   {ratio:.2} x {} ({baseline:.1})", figure.baseline_is),
            _ => println!(),
        }
    }
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().find(|folder| folder.join("Cargo.lock").exists()).expect("a workspace");
    let folder = root.join("target/bench");
    std::fs::create_dir_all(&folder).expect("a folder for the figures");
    let json = serde_json::to_string_pretty(figures).expect("figures are plain numbers");
    std::fs::write(folder.join(format!("{name}.json")), json).expect("the figures are kept");
}
