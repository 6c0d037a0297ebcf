//! Which issuers are accepted: one, or every tenant of an authority.

use uuid::Uuid;

/// Stands for the tenant in the issuer of Microsoft's shared documents and keys.
pub(super) const TENANT: &str = "{tenantid}";

/// Which issuers a server may sign as.
#[derive(Clone, Debug)]
pub enum IssuerRule {
    /// Exactly this one.
    One(String),
    /// `{authority}/{tid}/v2.0` for the tenant that the token names.
    Tenants {
        /// Scheme and host, without a slash at the end.
        authority: String,
    },
}

impl IssuerRule {
    /// Whether a discovery document of this issuer is the one that was asked for.
    pub(in crate::providers) fn accepts_document(&self, issuer: &str) -> bool {
        match self {
            Self::One(one) => issuer.trim_end_matches('/') == one.trim_end_matches('/'),
            Self::Tenants { .. } => self.tenant_of(issuer).is_some_and(|tenant| tenant == TENANT || is_guid(tenant)),
        }
    }

    /// Whether an issuer kept with an identity or a connection is one of these.
    pub(in crate::providers) fn vouches(&self, issuer: &str) -> bool {
        match self {
            Self::One(one) => issuer == one,
            Self::Tenants { .. } => self.tenant_of(issuer).is_some_and(is_guid),
        }
    }

    fn tenant_of<'i>(&self, issuer: &'i str) -> Option<&'i str> {
        let Self::Tenants { authority } = self else { return None };
        issuer.strip_prefix(authority.as_str())?.strip_prefix('/')?.strip_suffix("/v2.0")
    }
}

/// Whether this is how Microsoft writes a tenant or an account.
pub(super) fn is_guid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHORITY: &str = "https://login.microsoftonline.com";

    #[test]
    fn a_document_of_another_authority_is_not_accepted() {
        let rule = IssuerRule::Tenants { authority: AUTHORITY.into() };
        for issuer in
            ["https://login.evil.example/{tenantid}/v2.0", "https://login.microsoftonline.com/common/v2.0", ""]
        {
            assert!(!rule.accepts_document(issuer), "{issuer}");
        }
        assert!(!rule.vouches(&format!("{AUTHORITY}/{TENANT}/v2.0")), "a template vouches for nobody");
    }
}
