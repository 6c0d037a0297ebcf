//! How Google writes numbers and bytes in JSON: 64-bit numbers as text, bytes as base64url.

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{Deserialize, Deserializer, de::Error};

/// base64url with or without padding.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A number that may come as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Plain(i64),
    Text(String),
}

pub(super) fn number<'de, D: Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    match Number::deserialize(input)? {
        Number::Plain(number) => Ok(number),
        Number::Text(text) => text.parse().map_err(D::Error::custom),
    }
}

pub(super) fn maybe_number<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    number(input).map(Some)
}

pub(super) fn bytes<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(input)?;
    BASE64.decode(text.trim_end()).map_err(D::Error::custom)
}

pub(super) fn maybe_bytes<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Vec<u8>>, D::Error> {
    bytes(input).map(Some)
}
