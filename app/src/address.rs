//! Addresses of our own pages: building them and making values safe to stand in a query.

use std::fmt::Write;

/// `value` as it may stand in a query: everything but letters, digits and `-_.~/` is percent-encoded.
pub fn query_value(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Where a signed-out visitor of `page` (path and query) signs in, to come back afterwards.
pub fn sign_in_for(page: &str) -> String {
    format!("/sign-in?return_to={}", query_value(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_value_cannot_end_its_own_value() {
        assert_eq!(query_value("/inbox?in=all&x=a b#c"), "/inbox%3Fin%3Dall%26x%3Da%20b%23c");
        assert_eq!(query_value("é"), "%C3%A9");
    }

    #[test]
    fn signing_in_leads_back_to_the_page() {
        assert_eq!(sign_in_for("/inbox?in=all"), "/sign-in?return_to=/inbox%3Fin%3Dall");
    }
}
