//! Microsoft's scopes: which exist, of which resource they are, how requests and answers write them.

/// Signing in.
pub const OPENID: &str = "openid";
/// The address.
pub const EMAIL: &str = "email";
/// Name and object id.
pub const PROFILE: &str = "profile";
/// A refresh token.
pub const OFFLINE: &str = "offline_access";
/// The person's own profile at Graph.
pub const USER_READ: &str = "User.Read";

/// What Graph's scopes begin with when they are written out; short names mean Graph.
const GRAPH: &str = "https://graph.microsoft.com/";
/// The other resource there is: mail by IMAP and SMTP.
const OUTLOOK: &str = "https://outlook.office.com/";

/// Scopes with their sentences on the consent page.
const KNOWN: [(&str, &str); 17] = [
    (OPENID, "Sign you in"),
    (EMAIL, "View your email address"),
    (PROFILE, "View your basic profile"),
    (OFFLINE, "Maintain access to data you have given it access to"),
    (USER_READ, "Sign you in and read your profile"),
    ("Mail.Read", "Read your mail"),
    ("Mail.ReadBasic", "Read your basic mail"),
    ("Mail.ReadWrite", "Read and write access to your mail"),
    ("Mail.Send", "Send mail as you"),
    ("MailboxSettings.Read", "Read your mailbox settings"),
    ("MailboxSettings.ReadWrite", "Read and write to your mailbox settings"),
    ("Calendars.Read", "Read your calendars"),
    ("Calendars.ReadWrite", "Have full access to your calendars"),
    ("Contacts.Read", "Read your contacts"),
    ("Files.Read", "Read your files"),
    ("https://outlook.office.com/IMAP.AccessAsUser.All", "Read and write access to your mail"),
    ("https://outlook.office.com/SMTP.Send", "Send emails from your mailbox"),
];

/// All scopes there are.
pub fn all() -> Vec<String> {
    KNOWN.iter().map(|(scope, _)| (*scope).to_owned()).collect()
}

/// The sentence of a scope on the consent page.
pub fn sentence(scope: &str) -> &'static str {
    KNOWN.iter().find(|(known, _)| *known == scope).map(|(_, sentence)| *sentence).unwrap_or_default()
}

/// Whether a scope is OpenID's own and belongs to no resource.
pub fn is_oidc(scope: &str) -> bool {
    [OPENID, EMAIL, PROFILE, OFFLINE].contains(&scope)
}

/// Whether a scope only serves to sign in: it has no checkbox, and an organisation's policy does not forbid it.
pub fn is_sign_in(scope: &str) -> bool {
    [OPENID, EMAIL, PROFILE].contains(&scope)
}

/// Whether people of an organisation on the managed consent policy may not consent to it themselves.
pub fn needs_admin(scope: &str) -> bool {
    !is_oidc(scope) && scope != USER_READ
}

/// The resource a scope is of.
pub fn resource(scope: &str) -> Option<&'static str> {
    match scope {
        scope if is_oidc(scope) => None,
        scope if scope.starts_with(OUTLOOK) => Some(OUTLOOK),
        _ => Some(GRAPH),
    }
}

/// A space-separated list under the names used here (Graph's without its address), each once. The error is the scope
/// that does not exist.
pub fn read(list: &str) -> Result<Vec<String>, String> {
    let mut scopes: Vec<String> = Vec::new();
    for asked in list.split_whitespace() {
        let short = asked.strip_prefix(GRAPH).unwrap_or(asked);
        let known = KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(short));
        let (name, _) = known.ok_or_else(|| asked.to_owned())?;
        if !scopes.iter().any(|known| known == name) {
            scopes.push((*name).to_owned());
        }
    }
    Ok(scopes)
}

/// Scopes as a token response lists them, without `offline_access`; personal accounts get Graph's written out.
pub fn told(scopes: &[String], personal: bool) -> String {
    let told = scopes.iter().filter(|scope| *scope != OFFLINE).map(|scope| match resource(scope) {
        Some(GRAPH) if personal => format!("{GRAPH}{scope}"),
        _ => scope.clone(),
    });
    told.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{read, told};

    #[test]
    fn graphs_scopes_may_be_written_long_or_short_and_in_any_case() {
        let scopes = read("openid https://graph.microsoft.com/Mail.Read mail.read offline_access").unwrap();
        assert_eq!(scopes, ["openid", "Mail.Read", "offline_access"]);
        assert_eq!(told(&scopes, false), "openid Mail.Read");
        assert_eq!(told(&scopes, true), "openid https://graph.microsoft.com/Mail.Read");
        assert_eq!(read("openid Mail.Eat").unwrap_err(), "Mail.Eat");
    }
}
