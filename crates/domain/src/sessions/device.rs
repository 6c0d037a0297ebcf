//! A browser's own description of itself, in the words a person would use. Descriptions are long, and full of the names of
//! other browsers for old reasons; what is not known for sure is not guessed.

/// Browsers by the mark that only they carry, the ones that carry others' marks first.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Version/", "Safari"),
];
/// Systems by their mark, the more particular first.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
];

/// What a browser says it is; what it does not tell is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its name, such as `Firefox`.
    pub browser: Option<&'static str>,
    /// What it runs on, such as `Linux`.
    pub system: Option<&'static str>,
}

/// Reads a `User-Agent` header.
pub fn device(user_agent: &str) -> Device {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let safari = |name: &&str| *name != "Safari" || user_agent.contains("Safari/");
    Device { browser: find(&BROWSERS).filter(safari), system: find(&SYSTEMS) }
}

#[cfg(test)]
mod tests {
    use super::{Device, device};

    #[test]
    fn browsers_are_named_by_what_they_are_not_by_what_they_claim_to_resemble() {
        for (agent, words) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", Some(("Firefox", "Linux"))),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                Some(("Edge", "Windows")),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                Some(("Safari", "macOS")),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
                Some(("Chrome", "iPhone")),
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
                Some(("Samsung Internet", "Android")),
            ),
            ("curl/8.9.1", None),
            ("", None),
        ] {
            let (browser, system) = words.unzip();
            assert_eq!(device(agent), Device { browser, system }, "{agent}");
        }
    }
}
