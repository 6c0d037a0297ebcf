//! Which properties of a mail are asked for.

use serde_json::Value;

use super::failure::Failure;
use super::visit::{Visit, names};

/// What a mail shows when nothing is selected.
const USUAL: [&str; 28] = [
    "id",
    "createdDateTime",
    "lastModifiedDateTime",
    "changeKey",
    "categories",
    "receivedDateTime",
    "sentDateTime",
    "hasAttachments",
    "internetMessageId",
    "subject",
    "bodyPreview",
    "importance",
    "parentFolderId",
    "conversationId",
    "conversationIndex",
    "isDeliveryReceiptRequested",
    "isReadReceiptRequested",
    "isRead",
    "isDraft",
    "webLink",
    "inferenceClassification",
    "body",
    "sender",
    "from",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "replyTo",
];
/// What it shows besides.
const FLAG: &str = "flag";
/// What it shows only when it is selected.
const ON_DEMAND: [&str; 2] = ["internetMessageHeaders", "uniqueBody"];
/// What `Mail.ReadBasic` does not reach.
const NOT_BASIC: [&str; 3] = ["body", "bodyPreview", "uniqueBody"];
/// What can be told without reading the mail itself.
const OUTSIDE: [&str; 16] = [
    "id",
    "createdDateTime",
    "lastModifiedDateTime",
    "changeKey",
    "categories",
    "receivedDateTime",
    "hasAttachments",
    "parentFolderId",
    "conversationId",
    "conversationIndex",
    "isRead",
    "isDraft",
    "webLink",
    "inferenceClassification",
    "flag",
    "isDeliveryReceiptRequested",
];

/// The properties to show.
#[derive(Clone, Debug)]
pub struct Chosen {
    names: Vec<&'static str>,
    /// Whether they were selected, rather than the usual ones.
    selected: bool,
    /// What is shown of the files with the mail (`$expand=attachments($select=…)`); everything when that names nothing.
    pub attachments: Option<Vec<String>>,
}

impl Chosen {
    /// Those of a request.
    pub fn read(visit: &Visit<'_>) -> Result<Self, Failure> {
        Self::parse(visit, visit.option("select").unwrap_or_default(), visit.option("expand").unwrap_or_default())
    }

    /// Those that `$select` and `$expand` name.
    pub fn parse(visit: &Visit<'_>, select: &str, expand: &str) -> Result<Self, Failure> {
        let known = || USUAL.iter().chain([&FLAG]).chain(&ON_DEMAND);
        let mut chosen: Vec<&'static str> = Vec::new();
        for name in names(select) {
            let found = known().find(|known| known.eq_ignore_ascii_case(&name));
            chosen.push(found.ok_or_else(|| Failure::unknown_property(&name, "message"))?);
        }
        let selected = !chosen.is_empty();
        if !selected {
            chosen = USUAL.into_iter().chain([FLAG]).collect();
        }
        if !visit.may("Mail.Read") && !visit.may("Mail.ReadWrite") {
            chosen.retain(|name| !NOT_BASIC.contains(name));
        }
        let attachments = if expand.trim().is_empty() { None } else { Some(files(expand)?) };
        Ok(Self { names: chosen, selected, attachments })
    }

    /// A file with what is shown of it.
    pub fn file(&self, mut file: Value) -> Value {
        let chosen = self.attachments.as_deref().unwrap_or_default();
        if let Some(file) = file.as_object_mut().filter(|_| !chosen.is_empty()) {
            file.retain(|name, _| name == "id" || name.starts_with('@') || chosen.contains(name));
        }
        file
    }

    /// Whether a property is shown.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(&name)
    }

    /// Whether the mail itself must be read for them.
    pub fn inside(&self) -> bool {
        self.names.iter().any(|name| !OUTSIDE.contains(name))
    }

    /// Whether texts are shown, whose size limits a page.
    pub fn heavy(&self) -> bool {
        self.has("body") || self.has("uniqueBody")
    }

    /// The names as a context lists them: `(subject,from)`, or nothing for the usual ones.
    pub fn context(&self) -> String {
        if self.selected { format!("({})", self.names.join(",")) } else { String::new() }
    }
}

/// What `attachments` or `attachments($select=id,name)` asks of files.
fn files(expand: &str) -> Result<Vec<String>, Failure> {
    let (name, inside) = expand.trim().split_once('(').unwrap_or((expand.trim(), ""));
    let select = inside.trim_end_matches(')').trim();
    let select = select.strip_prefix("$select=").or(select.is_empty().then_some(""));
    match select {
        Some(select) if name == "attachments" => super::attachments::selected(select),
        _ => Err(Failure::unknown_property(expand, "message")),
    }
}
