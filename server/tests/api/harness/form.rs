//! Reads the plain forms of the provider's pages.

use regex::Regex;

/// A form, ready to be sent.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    /// Hidden fields and ticked boxes.
    pub fields: Vec<(String, String)>,
    /// Buttons by their value: the name each adds.
    pub buttons: Vec<(String, String)>,
}

impl Form {
    /// The first form of a page.
    pub fn read(page: &str) -> Self {
        let form = Regex::new(r#"(?s)<form method="post" action="([^"]*)">(.*?)</form>"#).unwrap();
        let found = form.captures(page).unwrap_or_else(|| panic!("no form on {page}"));
        let inside = &found[2];
        let tag = Regex::new(r"<(input|button)\b([^>]*)>").unwrap();
        let mut read = Self { action: plain(&found[1]), fields: Vec::new(), buttons: Vec::new() };
        for part in tag.captures_iter(inside) {
            let pair = (attribute(&part[2], "name"), attribute(&part[2], "value"));
            if &part[1] == "button" {
                read.buttons.push(pair);
            } else if attribute(&part[2], "type") != "checkbox" || part[2].contains(" checked") {
                read.fields.push(pair);
            }
        }
        read
    }

    /// Takes the tick from a box.
    pub fn untick(mut self, value_ends_with: &str) -> Self {
        let before = self.fields.len();
        self.fields.retain(|(name, value)| name != "scope" || !value.ends_with(value_ends_with));
        assert_eq!(self.fields.len(), before - 1, "no box ends with {value_ends_with}");
        self
    }

    /// The body that pressing a button sends.
    pub fn press(&self, value: &str) -> String {
        let button = self.buttons.iter().find(|(_, known)| known == value);
        let button = button.unwrap_or_else(|| panic!("no button {value} among {:?}", self.buttons));
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.fields)
            .append_pair(&button.0, &button.1)
            .finish()
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let attribute = Regex::new(&format!(r#"\b{name}="([^"]*)""#)).unwrap();
    attribute.captures(tag).map(|found| plain(&found[1])).unwrap_or_default()
}

fn plain(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
