use super::{LogFormat, Network, Problems, Role, SETTINGS, Settings, env_example};
use domain::{providers::budget::GmailQuota, users::SignUp};
use secrecy::ExposeSecret;
use std::{cell::RefCell, collections::BTreeSet, net::IpAddr, os::unix::fs::PermissionsExt};

const KEY: &str = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn read(pairs: &[(&str, &str)]) -> Result<Settings, Problems> {
    Settings::read(&|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
}

fn problem_names(pairs: &[(&str, &str)]) -> Vec<&'static str> {
    read(pairs).unwrap_err().0.iter().map(|problem| problem.name).collect()
}

#[test]
fn the_example_file_lists_every_setting_as_the_code_does() {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../.env.example")).unwrap();
    assert_eq!(file, env_example(), "write the expected text to .env.example");
}

#[test]
fn every_variable_that_is_read_is_listed_and_every_listed_one_is_read() {
    let asked = RefCell::new(BTreeSet::new());
    let _ = Settings::read(&|name| {
        asked.borrow_mut().insert(name.to_owned());
        None
    });
    let listed: BTreeSet<_> = SETTINGS.iter().map(|setting| setting.name.to_owned()).collect();
    assert_eq!(asked.into_inner(), listed);
}

#[test]
fn a_key_is_all_that_production_on_localhost_needs() {
    let settings = read(&[("TOKEN_ENCRYPTION_KEYS", KEY)]).unwrap();
    assert_eq!(settings.public_url.as_str(), "http://localhost:3000/");
    assert_eq!(settings.database_url.expose_secret(), "sqlite://data/gatepost.db?mode=rwc");
    assert_eq!((settings.role, settings.sign_up), (Role::All, SignUp::Open));
    assert!(settings.google.is_none(), "a provider without credentials is not set up");
    assert!(!settings.demo);
}

#[test]
fn all_problems_are_told_at_once_with_what_to_do() {
    let pairs = [
        ("DEMO", "yes"),
        ("PUBLIC_URL", "mail.example"),
        ("LISTEN_ADDR", "3000"),
        ("SIGN_UP", "maybe"),
        ("ROLE", "boss"),
    ];
    let problems = read(&pairs).unwrap_err();
    let names: BTreeSet<_> = problems.0.iter().map(|problem| problem.name).collect();
    assert_eq!(
        names,
        BTreeSet::from(["DEMO", "LISTEN_ADDR", "PUBLIC_URL", "ROLE", "SIGN_UP", "TOKEN_ENCRYPTION_KEYS"])
    );
    let text = problems.to_string();
    assert!(text.starts_with("6 settings cannot be used:"), "{text}");
    assert!(problems.0.iter().all(|problem| text.contains(&problem.remedy)), "{text}");
}

#[test]
fn the_demo_runs_on_this_machine_only() {
    assert!(
        problem_names(&[
            ("DEMO", "true"),
            ("PUBLIC_URL", "https://mail.example.org"),
            ("TRUSTED_PROXIES", "127.0.0.1")
        ])
        .contains(&"DEMO")
    );
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = [
        ("DEMO", "true"),
        ("DATA_DIR", folder.path().to_str().unwrap()),
        ("GOOGLE_ISSUER", "https://accounts.google.com"),
    ];
    assert_eq!(problem_names(&elsewhere), ["GOOGLE_ISSUER"]);
}

#[test]
fn the_sandbox_is_never_used_outside_the_demo() {
    let pairs = [
        ("TOKEN_ENCRYPTION_KEYS", KEY),
        ("GOOGLE_ISSUER", "http://127.0.0.1:4010"),
        ("GOOGLE_API_URL", "http://127.0.0.1:4010"),
    ];
    assert_eq!(problem_names(&pairs), ["GOOGLE_ISSUER", "GOOGLE_API_URL"]);
}

#[test]
fn the_demo_makes_its_key_once_and_only_the_owner_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let pairs = [("DEMO", "true"), ("DATA_DIR", data.to_str().unwrap())];
    let first = read(&pairs).unwrap();
    let second = read(&pairs).unwrap();
    assert_eq!(first.keys[0].bytes, second.keys[0].bytes);
    assert_eq!(std::fs::metadata(data.join("keys")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1, "no draft is left");
    let google = first.google.unwrap();
    assert_eq!((google.client_id.as_str(), google.issuer.as_str()), ("gatepost-demo", "http://127.0.0.1:4010/"));
}

#[test]
fn plain_http_is_refused_beyond_localhost_and_https_needs_its_proxy() {
    let key = ("TOKEN_ENCRYPTION_KEYS", KEY);
    assert_eq!(problem_names(&[key, ("PUBLIC_URL", "http://mail.example.org")]), ["PUBLIC_URL"]);
    assert_eq!(problem_names(&[key, ("PUBLIC_URL", "https://mail.example.org")]), ["TRUSTED_PROXIES"]);
    assert!(
        read(&[key, ("PUBLIC_URL", "https://mail.example.org"), ("TRUSTED_PROXIES", "127.0.0.1")]).unwrap().is_https()
    );
    assert_eq!(problem_names(&[key, ("PUBLIC_URL", "http://localhost:3000/mail")]), ["PUBLIC_URL"]);
}

#[test]
fn with_a_mail_server_strangers_prove_their_address_first() {
    let key = ("TOKEN_ENCRYPTION_KEYS", KEY);
    let plain = read(&[key]).unwrap();
    assert_eq!(plain.sign_up, SignUp::Open);
    assert_eq!(plain.mail.from, "Gatepost <gatepost@localhost>");
    assert_eq!(plain.mail.outbox, std::path::Path::new("data/outbox"));
    let smtp = ("SMTP_URL", "smtps://post:hunter5@mail.example.org");
    let with_server = read(&[key, smtp]).unwrap();
    assert_eq!(with_server.sign_up, SignUp::Verify);
    assert!(!format!("{with_server:?}").contains("hunter5"));
    assert_eq!(read(&[key, smtp, ("SIGN_UP", "open")]).unwrap().sign_up, SignUp::Open);
    assert_eq!(read(&[key, ("SIGN_UP", "verify")]).unwrap().sign_up, SignUp::Verify);
    let wrong = [key, ("SMTP_URL", "post:hunter5@mail"), ("MAIL_FROM", "the post office")];
    let problems = read(&wrong).unwrap_err();
    assert_eq!(problems.0.iter().map(|problem| problem.name).collect::<Vec<_>>(), ["SMTP_URL", "MAIL_FROM"]);
    assert!(!problems.to_string().contains("hunter5"), "{problems}");
}

#[test]
fn half_of_the_credentials_is_a_problem() {
    assert_eq!(problem_names(&[("TOKEN_ENCRYPTION_KEYS", KEY), ("GOOGLE_CLIENT_ID", "id")]), ["GOOGLE_CLIENT_SECRET"]);
    assert_eq!(problem_names(&[("TOKEN_ENCRYPTION_KEYS", KEY), ("GOOGLE_CLIENT_SECRET", "s")]), ["GOOGLE_CLIENT_ID"]);
}

#[test]
fn what_gmail_leaves_word_in_is_named_whole_or_not_at_all() {
    let key = ("TOKEN_ENCRYPTION_KEYS", KEY);
    let topic = ("GOOGLE_PUBSUB_TOPIC", "projects/mail/topics/gmail");
    let subscription = ("GOOGLE_PUBSUB_SUBSCRIPTION", "projects/mail/subscriptions/gatepost");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.json");
    std::fs::write(&file, r#"{"private_key": "hunter6"}"#).unwrap();
    let key_file = ("GOOGLE_PUBSUB_KEY_FILE", file.to_str().unwrap());
    assert_eq!(problem_names(&[key, topic]), ["GOOGLE_PUBSUB_SUBSCRIPTION", "GOOGLE_PUBSUB_KEY_FILE"]);
    assert_eq!(problem_names(&[key, subscription]), ["GOOGLE_PUBSUB_TOPIC", "GOOGLE_PUBSUB_KEY_FILE"]);
    let problems = read(&[key, topic, subscription, key_file]).unwrap_err();
    assert_eq!(problems.0.iter().map(|problem| problem.name).collect::<Vec<_>>(), ["GOOGLE_PUBSUB_KEY_FILE"]);
    assert!(!problems.to_string().contains("hunter6"), "{problems}");
    for wrong in ["gmail", "projects/mail/subscriptions/gmail", "projects//topics/gmail", "projects/mail/topics/a b"] {
        let names = problem_names(&[key, ("GOOGLE_PUBSUB_TOPIC", wrong), subscription, key_file]);
        assert_eq!(names, ["GOOGLE_PUBSUB_TOPIC", "GOOGLE_PUBSUB_KEY_FILE"], "{wrong}");
    }
    let nowhere = ("GOOGLE_PUBSUB_KEY_FILE", "/nowhere/key.json");
    assert_eq!(problem_names(&[key, topic, subscription, nowhere]), ["GOOGLE_PUBSUB_KEY_FILE"]);
}

#[test]
fn graph_is_asked_to_post_only_to_an_address_that_it_can_reach() {
    let base = [("TOKEN_ENCRYPTION_KEYS", KEY), ("MICROSOFT_CLIENT_ID", "i"), ("MICROSOFT_CLIENT_SECRET", "s")];
    let with = |more: &[(&'static str, &'static str)]| read(&[&base[..], more].concat());
    let (on, https) = (("MICROSOFT_NOTIFICATIONS", "true"), ("PUBLIC_URL", "https://mail.example.org"));
    let proxy = ("TRUSTED_PROXIES", "127.0.0.1");
    assert!(!with(&[https, proxy]).unwrap().microsoft.unwrap().notifications, "not unless it is said");
    assert!(with(&[on, https, proxy]).unwrap().microsoft.unwrap().notifications);
    for wrong in
        [vec![on], vec![on, ("PUBLIC_URL", "https://localhost"), proxy], vec![("MICROSOFT_NOTIFICATIONS", "yes")]]
    {
        assert_eq!(with(&wrong).unwrap_err().0[0].name, "MICROSOFT_NOTIFICATIONS", "{wrong:?}");
    }
}

#[test]
fn keys_are_checked_without_being_quoted() {
    for keys in ["AAECAwQF", "1:AAECAwQF", ":AAECAwQF", &format!("{KEY},{KEY}"), "1:not base64!"] {
        let problems = read(&[("TOKEN_ENCRYPTION_KEYS", keys)]).unwrap_err();
        assert_eq!(problems.0[0].name, "TOKEN_ENCRYPTION_KEYS");
        assert!(!problems.to_string().contains("AAECAwQF"), "{problems}");
    }
    let two = format!("{KEY}, old:{}", &KEY[2..]);
    assert_eq!(read(&[("TOKEN_ENCRYPTION_KEYS", &two)]).unwrap().keys.len(), 2);
}

#[test]
fn secrets_do_not_show_when_settings_are_printed() {
    let pairs = [
        ("TOKEN_ENCRYPTION_KEYS", KEY),
        ("DATABASE_URL", "postgres://gatepost:hunter2@db/gatepost"),
        ("REDIS_URL", "redis://:hunter3@cache"),
        ("GOOGLE_CLIENT_ID", "id"),
        ("GOOGLE_CLIENT_SECRET", "hunter4"),
    ];
    let text = format!("{:?}", read(&pairs).unwrap());
    for secret in ["hunter2", "hunter3", "hunter4", "AAECAwQF"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn quotas_networks_and_formats_are_read() {
    let demo = |quota| {
        read(&[
            ("TOKEN_ENCRYPTION_KEYS", KEY),
            ("GOOGLE_CLIENT_ID", "i"),
            ("GOOGLE_CLIENT_SECRET", "s"),
            ("GOOGLE_QUOTA", quota),
        ])
    };
    assert_eq!(demo("15000:5").unwrap().google.unwrap().quota, GmailQuota { per_minute: 15_000, get: 5 });
    assert_eq!(demo("much").unwrap_err().0[0].name, "GOOGLE_QUOTA");
    assert_eq!("json".parse(), Ok(LogFormat::Json));
    let address = |text: &str| text.parse::<IpAddr>().unwrap();
    let ten: Network = "10.0.0.0/8".parse().unwrap();
    assert!(ten.contains(address("10.255.1.2")) && ten.contains(address("::ffff:10.1.1.1")));
    assert!(!ten.contains(address("11.0.0.1")) && !ten.contains(address("::1")));
    assert!("0.0.0.0/0".parse::<Network>().unwrap().contains(address("203.0.113.9")));
    assert!("10.0.0.0/33".parse::<Network>().is_err());
}
