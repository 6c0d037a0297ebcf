//! The list of settings: what `.env.example` says about each.

use std::fmt::Write;

/// One environment variable.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    /// Shown as its value; what holds when the variable is left out, or a sample where nothing does.
    pub shown: &'static str,
    /// What it is for, in one sentence.
    pub sentence: &'static str,
}

const fn setting(name: &'static str, shown: &'static str, sentence: &'static str) -> Setting {
    Setting { name, shown, sentence }
}

/// Every variable [`super::Settings::read`] asks for.
pub const SETTINGS: &[Setting] = &[
    setting(
        "DEMO",
        "false",
        "With true the provider sandbox plays Google and Microsoft, and keys are made by themselves; only on localhost.",
    ),
    setting("DATA_DIR", "data", "Folder of everything kept in files: the demo's keys and the SQLite database."),
    setting(
        "DATABASE_URL",
        "sqlite://data/gatepost.db?mode=rwc",
        "The database; use postgres://user:password@host/name for many processes.",
    ),
    setting(
        "REDIS_URL",
        "",
        "Cache and bus shared by all processes, such as redis://127.0.0.1:6379; left out, they live in the one process.",
    ),
    setting(
        "PUBLIC_URL",
        "http://localhost:3000",
        "The address people type; callbacks, cookies and links are built from it, and it must be https unless it is localhost.",
    ),
    setting("LISTEN_ADDR", "127.0.0.1:3000", "Address and port the server listens on."),
    setting(
        "TRUSTED_PROXIES",
        "",
        "Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by commas.",
    ),
    setting(
        "CORS_ORIGINS",
        "",
        "Origins whose pages may ask the routes for programs (/api/v1, /auth/refresh-token, /auth/logout), separated by commas; left out, none.",
    ),
    setting("ROLE", "all", "Which work this process does: all, web (pages) or worker (background work)."),
    setting(
        "TOKEN_ENCRYPTION_KEYS",
        "",
        "Keys that seal tokens, as id:base64 of 32 bytes, separated by commas; the first seals, all open; required unless DEMO is true.",
    ),
    setting(
        "SIGN_UP",
        "open",
        "Whether strangers may make an account: open, verify (a link by mail first; what holds when SMTP_URL is set) or closed.",
    ),
    setting(
        "SMTP_URL",
        "",
        "Server that takes our mails, such as smtps://user:password@host; left out, they are written to DATA_DIR/outbox.",
    ),
    setting(
        "MAIL_FROM",
        "Gatepost <gatepost@localhost>",
        "Whom our mails are from; left out, gatepost at the host of PUBLIC_URL.",
    ),
    setting(
        "GOOGLE_CLIENT_ID",
        "",
        "OAuth client id from the Google Cloud console; left out, Gmail is shown as not set up.",
    ),
    setting("GOOGLE_CLIENT_SECRET", "", "OAuth client secret that belongs to GOOGLE_CLIENT_ID."),
    setting(
        "GOOGLE_ISSUER",
        "https://accounts.google.com",
        "Whose discovery document names the endpoints; the demo uses http://127.0.0.1:4010.",
    ),
    setting("GOOGLE_API_URL", "", "One base address for all Google APIs; left out, Google's own hosts."),
    setting(
        "GOOGLE_QUOTA",
        "new",
        "Gmail's limit per person: new (6,000 units a minute), legacy (15,000), or units a minute and cost of a mail, such as 15000:5.",
    ),
    setting(
        "GOOGLE_PROJECT_QUOTA",
        "1200000:80000000",
        "What everybody of your Google Cloud project may spend together: units a minute and units a day, as its quota page says.",
    ),
    setting(
        "GOOGLE_PUBSUB_TOPIC",
        "",
        "Where Gmail leaves word of new mail, as projects/NAME/topics/NAME of the project of GOOGLE_CLIENT_ID; left out, it is asked every few minutes.",
    ),
    setting(
        "GOOGLE_PUBSUB_SUBSCRIPTION",
        "",
        "Where this server pulls what GOOGLE_PUBSUB_TOPIC is told, as projects/NAME/subscriptions/NAME.",
    ),
    setting(
        "GOOGLE_PUBSUB_KEY_FILE",
        "",
        "The JSON key file of the service account that pulls from GOOGLE_PUBSUB_SUBSCRIPTION; a secret, like every key.",
    ),
    setting(
        "MICROSOFT_CLIENT_ID",
        "",
        "Application id from the Entra admin center; left out, Outlook is shown as not set up.",
    ),
    setting("MICROSOFT_CLIENT_SECRET", "", "Client secret that belongs to MICROSOFT_CLIENT_ID; it expires there."),
    setting(
        "MICROSOFT_AUTHORITY",
        "https://login.microsoftonline.com",
        "Where the identity platform is; the demo uses http://127.0.0.1:4020.",
    ),
    setting(
        "MICROSOFT_TENANT",
        "common",
        "Whose accounts may be used: common (all), organizations, consumers (personal), or one tenant's id or domain.",
    ),
    setting("MICROSOFT_GRAPH_URL", "https://graph.microsoft.com", "Where Graph is, without its version."),
    setting(
        "MICROSOFT_NOTIFICATIONS",
        "false",
        "With true Graph posts word of new mail to PUBLIC_URL/hooks/microsoft, which must be reachable from the internet by https.",
    ),
    setting("RUST_LOG", "info", "Which events are logged, such as info,domain=debug."),
    setting(
        "LOG_FORMAT",
        "",
        "How they are written: pretty or json; left out, pretty on a terminal and json otherwise.",
    ),
];

/// The text of `.env.example`.
pub fn env_example() -> String {
    let mut text =
        String::from("# Every setting of Gatepost. Copy to .env and take the # away from what you change.\n");
    for Setting { name, shown, sentence } in SETTINGS {
        let _ = write!(text, "\n# {sentence}\n# {name}={shown}\n");
    }
    text
}
