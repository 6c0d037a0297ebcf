//! E-mail addresses, parsed once at the edge.

/// A normalised address: trimmed, lower case. Two spellings of one address are one user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Accepts what can be delivered to; the real proof is a mail that arrives. At most 254 bytes (RFC 5321 section
    /// 4.5.3.1.3, less the angle brackets).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@')?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
        let labels_fit = domain.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
        let fits = text.len() <= 254
            && !local.is_empty()
            && local.len() <= 64
            && !local.contains('@')
            && !local.chars().any(odd)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && labels_fit;
        fits.then_some(Self(text))
    }

    /// Stands in for an address that cannot exist, so that refusing it costs the same work.
    pub(super) fn nobody() -> Self {
        Self("nobody@invalid".to_owned())
    }

    /// The normalised text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::EmailAddress;

    #[test]
    fn spellings_of_one_address_are_one() {
        let address = EmailAddress::parse(" Ana.Mora+x@Example.COM ").unwrap();
        assert_eq!(address.as_str(), "ana.mora+x@example.com");
        assert!(EmailAddress::parse("zoë@bücher.example").is_some());
        assert!(EmailAddress::parse("root@localhost").is_some());
    }

    #[test]
    fn what_cannot_be_delivered_to_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        for text in ["", "@", "a@", "@b.c", "a b@c.d", "a@b@c.d", "a@-b.c", "a@b..c", ".a@b.c", "a@b.c\nx", &long] {
            assert!(EmailAddress::parse(text).is_none(), "{text:?}");
        }
    }
}
