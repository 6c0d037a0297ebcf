//! What the provider found out about a mail's sender, from the `Authentication-Results` (RFC 8601) that it wrote on top.
//!
//! Whoever sends a mail can write such lines into it, too. Only the provider's own counts: at Gmail the topmost that
//! begins with its name, at Outlook the topmost of all, which bears no name (Exchange renames those that came with the
//! mail).

use crate::providers::Provider;

/// Gmail's name in these lines.
const GMAIL: &str = "mx.google.com";

/// How one check ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing was found that could be checked, or the check could not be made.
    #[default]
    None,
    /// It is not so.
    Fail,
    /// It is so.
    Pass,
}

/// One check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// How it ended.
    pub verdict: Verdict,
    /// The domain it was about, lower-cased; empty when none is told.
    pub domain: String,
}

/// What the provider found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Whether the server it came from may send for the domain of its envelope (RFC 7208).
    pub spf: Finding,
    /// Whether a signature of the domain fits the mail (RFC 6376).
    pub dkim: Finding,
    /// Whether one of the two is of the domain in `From` (RFC 7489).
    pub dmarc: Finding,
}

impl Judged {
    /// Whether the address in `From` is the sender's own: nobody else could have sent this in its name. Domains without
    /// a rule of their own for that count when they signed the mail themselves.
    pub fn vouches_for(&self, sender: &str) -> bool {
        let Some((_, domain)) = sender.rsplit_once('@') else { return false };
        let domain = domain.to_lowercase();
        match self.dmarc.verdict {
            Verdict::Pass => self.dmarc.domain.is_empty() || aligned(&domain, &self.dmarc.domain),
            Verdict::None => self.dkim.verdict == Verdict::Pass && aligned(&domain, &self.dkim.domain),
            Verdict::Fail => false,
        }
    }
}

/// Whether two domains are one, or one lies below the other.
fn aligned(one: &str, other: &str) -> bool {
    let below = |inner: &str, outer: &str| {
        // A single label is nobody's domain.
        outer.contains('.') && inner.strip_suffix(outer).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    below(one, other) || below(other, one)
}

/// Reads the provider's own line among all headers, names and values from the top; `None` when it wrote none.
pub(super) fn judged(provider: Provider, headers: &[(String, String)]) -> Option<Judged> {
    let mut lines = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Authentication-Results"));
    match provider {
        Provider::Google => lines.map(|(_, value)| pieces(value)).find(|pieces| {
            pieces.first().and_then(|name| name.split_whitespace().next()).is_some_and(|name| name == GMAIL)
        }),
        // A name of a server there would be somebody else's.
        Provider::Microsoft => lines
            .next()
            .map(|(_, value)| pieces(value))
            .filter(|pieces| pieces.first().is_some_and(|first| first.contains('='))),
    }
    .map(|pieces| read(&pieces))
}

fn read(pieces: &[String]) -> Judged {
    let mut judged = Judged::default();
    for piece in pieces {
        let mut words = piece.split_whitespace();
        let Some((method, result)) = words.next().and_then(|first| first.split_once('=')) else { continue };
        let property = |names: &[&str]| {
            let mut found = words.clone().filter_map(|word| word.split_once('='));
            found.find(|(name, _)| names.contains(name)).map(|(_, value)| domain_of(value)).unwrap_or_default()
        };
        let verdict = match result.to_ascii_lowercase().as_str() {
            "pass" => Verdict::Pass,
            "fail" | "softfail" | "hardfail" | "permerror" | "policy" => Verdict::Fail,
            _ => Verdict::None,
        };
        let method = method.split('/').next().unwrap_or_default().to_ascii_lowercase();
        let (slot, domain) = match method.as_str() {
            "spf" => (&mut judged.spf, property(&["smtp.mailfrom", "smtp.mail", "smtp.helo"])),
            "dkim" => (&mut judged.dkim, property(&["header.d", "header.i"])),
            "dmarc" => (&mut judged.dmarc, property(&["header.from"])),
            _ => continue,
        };
        // Of several signatures one that fits is enough.
        if slot.domain.is_empty() || verdict > slot.verdict {
            *slot = Finding { verdict, domain };
        }
    }
    judged
}

/// `@bank.example`, `bounce@bank.example` and `bank.example` are all `bank.example`.
fn domain_of(value: &str) -> String {
    let value = value.trim_matches(['"', '<', '>']);
    value.rsplit_once('@').map_or(value, |(_, domain)| domain).trim_end_matches('.').to_lowercase()
}

/// The pieces between semicolons, without comments in brackets and without quotes around words.
fn pieces(value: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for letter in value.chars() {
        let last = pieces.len() - 1;
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted || depth > 0 => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            ';' if !quoted => pieces.push(String::new()),
            _ => pieces[last].push(letter),
        }
    }
    pieces.iter().map(|piece| piece.trim().to_owned()).filter(|piece| !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(value: &str) -> (String, String) {
        ("authentication-results".to_owned(), value.to_owned())
    }

    const GENUINE: &str = "mx.google.com;\r\n       dkim=pass header.i=@bank.example header.s=s1 header.b=x;\r\n       \
        spf=pass (google.com: domain of b@bank.example; designates (1.2.3.4) as sender) smtp.mailfrom=b@mail.bank.example;\r\n       \
        dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=bank.example";

    #[test]
    fn gmails_own_line_is_read_and_those_that_came_with_the_mail_are_not() {
        let forged = "mx.google.com; dmarc=pass header.from=bank.example";
        let other = "mx.evil.example; dmarc=pass header.from=bank.example";
        let failed = GENUINE.replace("=pass", "=fail");
        let read = judged(Provider::Google, &[line(other), line(&failed), line(forged)]).unwrap();
        assert_eq!(
            (read.spf.verdict, read.dkim.verdict, read.dmarc.verdict),
            (Verdict::Fail, Verdict::Fail, Verdict::Fail)
        );
        assert!(!read.vouches_for("info@bank.example"));
        assert_eq!(judged(Provider::Google, &[line(other)]), None);
        assert_eq!(judged(Provider::Google, &[line("mx.google.com.evil.example; dmarc=pass")]), None);
        assert_eq!(judged(Provider::Google, &[]), None);
    }

    #[test]
    fn a_genuine_mail_is_told_with_its_domains() {
        let read = judged(Provider::Google, &[line(GENUINE)]).unwrap();
        let domains = [&read.spf, &read.dkim, &read.dmarc].map(|one| (one.verdict, one.domain.as_str()));
        assert_eq!(
            domains,
            [(Verdict::Pass, "mail.bank.example"), (Verdict::Pass, "bank.example"), (Verdict::Pass, "bank.example")]
        );
        assert!(read.vouches_for("info@bank.example") && read.vouches_for("a@News.Bank.example"));
        assert!(!read.vouches_for("info@bank.example.evil.example") && !read.vouches_for("x@evilbank.example"));
        assert!(!read.vouches_for("nobody"));
    }

    #[test]
    fn outlooks_line_bears_no_name() {
        let own = "spf=softfail (sender IP is 1.2.3.4) smtp.mailfrom=x.example; dkim=none (message not signed) \
                   header.d=none;dmarc=fail action=oreject header.from=x.example;compauth=fail reason=000";
        let read = judged(Provider::Microsoft, &[line(own), line("dmarc=pass header.from=x.example")]).unwrap();
        assert_eq!(
            (read.spf.verdict, read.dkim.verdict, read.dmarc.verdict),
            (Verdict::Fail, Verdict::None, Verdict::Fail)
        );
        assert_eq!(judged(Provider::Microsoft, &[line("mx.evil.example; dmarc=pass header.from=x.example")]), None);
    }

    #[test]
    fn a_domain_without_a_rule_is_believed_when_it_signed_the_mail_itself() {
        let of = |text: &str| judged(Provider::Google, &[line(text)]).unwrap();
        let signed = of("mx.google.com; dkim=fail header.d=other.example; dkim=pass header.d=shop.example; dmarc=none");
        assert!(signed.vouches_for("a@shop.example") && !signed.vouches_for("a@example"));
        assert!(!of("mx.google.com; dkim=pass header.d=list.example").vouches_for("a@shop.example"));
        assert!(!of("mx.google.com; spf=pass smtp.mailfrom=shop.example").vouches_for("a@shop.example"));
        assert!(!of("mx.google.com; dkim=pass header.d=com").vouches_for("a@shop.com"), "nobody owns all of them");
    }

    #[test]
    fn nonsense_is_nothing() {
        for text in ["mx.google.com", "mx.google.com;;;=;dkim;spf=", "mx.google.com; dkim=(((", "mx.google.com \"; x"] {
            assert_eq!(judged(Provider::Google, &[line(text)]).unwrap().dkim.verdict, Verdict::None, "{text}");
        }
    }
}
