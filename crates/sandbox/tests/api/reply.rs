//! An answer, and what can be read from it.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use reqwest::Response;
use reqwest::header::LOCATION;
use serde_json::Value;
use url::Url;

/// An answer with its body read.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Reply {
    pub async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Where the redirect this is goes to, which is the app.
    pub fn location(&self) -> Url {
        assert_eq!(self.status, StatusCode::FOUND, "{}", self.text);
        let to = Url::parse(self.header(LOCATION.as_str())).unwrap();
        assert!(to.as_str().starts_with("http://localhost:3000/auth/"), "{to}");
        to
    }

    /// The parameters of the redirect this is.
    pub fn redirected(&self) -> HashMap<String, String> {
        self.location().query_pairs().into_owned().collect()
    }

    /// Where the form of the page this is goes.
    pub fn action(&self) -> String {
        self.text.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    /// The value of a hidden field or button of the page this is.
    pub fn field(&self, name: &str) -> String {
        self.fields(name).into_iter().next().unwrap_or_else(|| panic!("no field {name} in {}", self.text))
    }

    pub fn fields(&self, name: &str) -> Vec<String> {
        let mark = format!("name=\"{name}\" value=\"");
        let values = self.text.split(&mark).skip(1).map(|tail| tail.split('"').next().unwrap());
        values.map(|value| value.replace("&quot;", "\"").replace("&amp;", "&")).collect()
    }
}

/// Header and claims of a token that must be signed by one of these keys; with it the key's entry.
pub fn verified(token: &str, keys: &Value) -> (Value, Value, Value) {
    let json = |text: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').map(|(header, claims)| (json(header), json(claims))).unwrap();
    let entry = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    let part = |name: &str| URL_SAFE_NO_PAD.decode(entry[name].as_str().unwrap()).unwrap();
    let key = ring::signature::RsaPublicKeyComponents { n: part("n"), e: part("e") };
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    key.verify(&ring::signature::RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).unwrap();
    (header, claims, entry.clone())
}
