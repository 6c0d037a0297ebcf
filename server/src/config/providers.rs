//! How this server is known to Google and to Microsoft. In the demo the sandbox plays both, on this machine; otherwise
//! only https will do.

use super::{
    Google, Microsoft,
    reader::Reader,
    values::{is_loopback, parse_flag, parse_project_quota, parse_quota, parse_tenant, parse_url},
};
use secrecy::SecretString;
use url::Url;

const SANDBOX_GOOGLE: &str = "http://127.0.0.1:4010";
const SANDBOX_MICROSOFT: &str = "http://127.0.0.1:4020";

impl Reader<'_> {
    pub fn google(&mut self, demo: bool) -> Option<Google> {
        let default_issuer = if demo { SANDBOX_GOOGLE } else { "https://accounts.google.com" };
        let quota_remedy = "Write new, legacy, or units a minute and the cost of reading a mail, such as 15000:5";
        let quota = self.parse("GOOGLE_QUOTA", "new", parse_quota, quota_remedy);
        let project_remedy = "Write units a minute and units a day, such as 1200000:80000000";
        let project_quota = self.parse("GOOGLE_PROJECT_QUOTA", "1200000:80000000", parse_project_quota, project_remedy);
        let issuer = self.parse("GOOGLE_ISSUER", default_issuer, parse_url, "Leave it out for Google itself");
        let api_url = match self.optional("GOOGLE_API_URL", parse_url, "Leave it out for Google itself") {
            None if demo => Url::parse(SANDBOX_GOOGLE).ok(),
            given => given,
        };
        self.check_place("GOOGLE_ISSUER", issuer.as_ref(), demo);
        self.check_place("GOOGLE_API_URL", api_url.as_ref(), demo);
        let pubsub = self.pubsub(demo);
        let (client_id, client_secret) = self.credentials("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", demo)?;
        Some(Google {
            client_id,
            client_secret,
            issuer: issuer?,
            api_url,
            quota: quota?,
            project_quota: project_quota?,
            pubsub,
        })
    }

    pub fn microsoft(&mut self, demo: bool, public_url: Option<&Url>) -> Option<Microsoft> {
        let (default_authority, default_graph) = if demo {
            (SANDBOX_MICROSOFT, SANDBOX_MICROSOFT)
        } else {
            ("https://login.microsoftonline.com", "https://graph.microsoft.com")
        };
        let remedy = "Leave it out for Microsoft itself";
        let authority = self.parse("MICROSOFT_AUTHORITY", default_authority, parse_url, remedy);
        let graph_url = self.parse("MICROSOFT_GRAPH_URL", default_graph, parse_url, remedy);
        let tenant_remedy = "Write common, organizations, consumers, or the id or domain of one tenant";
        let tenant = self.parse("MICROSOFT_TENANT", "common", parse_tenant, tenant_remedy);
        self.check_place("MICROSOFT_AUTHORITY", authority.as_ref(), demo);
        self.check_place("MICROSOFT_GRAPH_URL", graph_url.as_ref(), demo);
        let notifications = self.notifications(demo, public_url);
        let (client_id, client_secret) = self.credentials("MICROSOFT_CLIENT_ID", "MICROSOFT_CLIENT_SECRET", demo)?;
        Some(Microsoft {
            client_id,
            client_secret,
            authority: authority?,
            tenant: tenant?,
            graph_url: graph_url?,
            notifications,
        })
    }

    /// Graph posts to https only; the sandbox posts on this machine.
    fn notifications(&mut self, demo: bool, public_url: Option<&Url>) -> bool {
        const NAME: &str = "MICROSOFT_NOTIFICATIONS";
        let on = self.parse(NAME, "false", parse_flag, "Write true or false").unwrap_or(false);
        if on && !demo && public_url.is_some_and(|url| url.scheme() != "https" || is_loopback(url)) {
            let remedy = "Leave it out: mail comes by looking every few minutes";
            self.problem(NAME, "PUBLIC_URL is no https address that Graph can reach", remedy);
        }
        on
    }

    /// The demo stays on this machine, and everything else is https.
    pub(super) fn check_place(&mut self, name: &'static str, url: Option<&Url>, demo: bool) {
        match url {
            Some(url) if demo && !is_loopback(url) => {
                let remedy = "Set DEMO=false to use real accounts";
                self.problem(name, "it is not on this machine while DEMO is true", remedy);
            }
            Some(url) if !demo && url.scheme() != "https" => {
                let remedy = "Leave it out for the provider itself; the sandbox needs DEMO=true";
                self.problem(name, "it is not https", remedy);
            }
            _ => {}
        }
    }

    /// Both or none.
    fn credentials(
        &mut self,
        id_name: &'static str,
        secret_name: &'static str,
        demo: bool,
    ) -> Option<(String, SecretString)> {
        let id = self.text(id_name).or_else(|| demo.then(|| "gatepost-demo".into()));
        let secret = self.text(secret_name).or_else(|| demo.then(|| "gatepost-demo-secret".into()));
        match (id, secret) {
            (Some(id), Some(secret)) => Some((id, secret.into())),
            (None, None) => None,
            (Some(_), None) => {
                self.problem(secret_name, "it is missing", format!("Copy it from the same page as {id_name}"));
                None
            }
            (None, Some(_)) => {
                self.problem(id_name, "it is missing", format!("Copy it from the same page as {secret_name}"));
                None
            }
        }
    }
}
