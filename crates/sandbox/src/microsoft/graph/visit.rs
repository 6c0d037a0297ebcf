//! A call of Graph that passed the gate, and how its head is read.

use chrono::{DateTime, Utc};
use http::StatusCode;
use http::header::HeaderName;
use serde_json::{Value, json};

use super::failure::Failure;
use super::settings::Settings;
use crate::exchange::{Answer, Call, Params};
use crate::state::Sandbox;
use crate::world::{Outlook, Resident};

/// What a method answers.
pub type Outcome = Result<Answer, Failure>;

/// The `Prefer` header (provider facts 6.1). Each request says it anew; links do not carry it on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Prefer {
    /// Ids that survive moves.
    pub immutable: bool,
    /// Bodies as plain text.
    pub text: bool,
    /// Mails on a delta page.
    pub page: Option<usize>,
}

impl Prefer {
    /// Reads all headers of that name, each with one preference or several.
    pub fn read(call: &Call) -> Self {
        let mut prefer = Self::default();
        let lines = call.headers.get_all("prefer").iter().filter_map(|line| line.to_str().ok());
        for one in lines.flat_map(|line| line.split([',', ';'])) {
            let (name, value) = one.split_once('=').unwrap_or((one, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "idtype" => prefer.immutable = value.eq_ignore_ascii_case("ImmutableId"),
                "outlook.body-content-type" => prefer.text = value.eq_ignore_ascii_case("text"),
                "odata.maxpagesize" => prefer.page = value.parse().ok().filter(|page| *page > 0),
                _ => {}
            }
        }
        prefer
    }

    /// What `Preference-Applied` says, if there is anything to say.
    pub fn applied(self) -> Option<String> {
        let said = [
            self.immutable.then(|| "IdType=\"ImmutableId\"".to_owned()),
            self.text.then(|| "outlook.body-content-type=\"text\"".to_owned()),
            self.page.map(|page| format!("odata.maxpagesize={page}")),
        ];
        let said: Vec<String> = said.into_iter().flatten().collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

/// A call that passed the gate.
pub struct Visit<'a> {
    /// The sandbox.
    pub sandbox: &'a Sandbox,
    /// Whose token it carries.
    pub resident: &'a Resident,
    /// The call.
    pub call: &'a Call,
    /// Its parameters.
    pub params: Params,
    /// What its token may do.
    pub scopes: Vec<String>,
    /// Its preferences.
    pub prefer: Prefer,
    /// How Graph behaves today.
    pub settings: Settings,
    /// The time.
    pub now: DateTime<Utc>,
}

impl Visit<'_> {
    /// A query option, with or without its dollar sign.
    pub fn option(&self, name: &str) -> Option<&str> {
        let value = self.params.get(&format!("${name}")).or_else(|| self.params.get(name));
        value.filter(|value| !value.trim().is_empty())
    }

    /// A whole number among the options.
    pub fn number(&self, name: &str) -> Result<Option<usize>, Failure> {
        let read = |text: &str| {
            let wrong = || Failure::query(format!("Invalid value '{text}' for ${name} query option found."));
            text.parse::<usize>().map_err(|_| wrong())
        };
        self.option(name).map(read).transpose()
    }

    /// The names of `$select`.
    pub fn select(&self) -> Vec<String> {
        names(self.option("select").unwrap_or_default())
    }

    /// The JSON body.
    pub fn body(&self) -> Result<Value, Failure> {
        let bad = || {
            Failure::bad(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
            )
        };
        serde_json::from_slice(&self.call.body).ok().filter(Value::is_object).ok_or_else(bad)
    }

    /// Whether the token has a scope.
    pub fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| own == scope)
    }

    /// Where links lead.
    pub fn origin(&self) -> &str {
        self.settings.links.as_deref().unwrap_or(&self.sandbox.microsoft.url)
    }

    /// The context of an answer: where its type is described.
    pub fn context(&self, tail: &str) -> String {
        format!("{}/v1.0/$metadata#{tail}", self.sandbox.microsoft.url)
    }

    /// The same for what is the person's, `users('…')/` before it.
    pub fn own_context(&self, tail: &str) -> String {
        self.context(&format!("users('{}')/{tail}", self.resident.person.graph_id()))
    }

    /// The link to the same list with other values for some options.
    pub fn link(&self, more: &[(&str, String)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = url::form_urlencoded::parse(self.call.query.as_bytes());
        query.extend_pairs(pairs.filter(|(name, _)| !more.iter().any(|(other, _)| other == name)));
        query.extend_pairs(more.iter());
        format!("{}{}?{}", self.origin(), self.call.path, query.finish())
    }
}

/// The mail behind an id of a path: 400 for what is no id, 404 for what is gone.
pub fn mail_at(outlook: &Outlook, id: &str) -> Result<u32, Failure> {
    outlook.find(id).ok_or_else(|| nothing(id))
}

/// The folder behind an id or a well-known name of a path.
pub fn folder_at(outlook: &Outlook, id: &str) -> Result<usize, Failure> {
    outlook.find_folder(id).ok_or_else(|| nothing(id))
}

fn nothing(id: &str) -> Failure {
    let like = id.len() > 60 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte));
    if like { Failure::not_found() } else { Failure::malformed() }
}

/// Names with commas between them.
pub fn names(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// 200 with JSON.
pub fn ok(body: &Value) -> Answer {
    json_answer(StatusCode::OK, body)
}

/// JSON as Graph labels it.
pub fn json_answer(status: StatusCode, body: &Value) -> Answer {
    let media_type =
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
    Answer::new(status, media_type, body.to_string()).with(HeaderName::from_static("odata-version"), "4.0")
}

/// A page of a list: its context, its items, and what else it says.
pub fn page(context: String, items: Vec<Value>, more: Option<(&str, String)>) -> Value {
    let mut page = json!({"@odata.context": context, "value": items});
    if let Some((name, link)) = more {
        page[name] = json!(link);
    }
    page
}
