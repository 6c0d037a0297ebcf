//! What the provider found out about the sender of a mail, and the way to its headers.

use crate::features::{
    connections::Provider,
    mail::{Finding, MessageView, Verdict},
};
use crate::language::{Language, say, use_language};
use leptos::prelude::*;

/// Folded, it says whether the sender is who the mail says; opened, why.
#[component]
pub fn About(mail: MessageView, provider: Provider) -> impl IntoView {
    let language = use_language();
    let MessageView { id, judged, proven, has_headers, sender_address, .. } = mail;
    let name = provider.name();
    let failed = judged.as_ref().is_some_and(|judged| judged.dmarc.verdict == Verdict::Fail);
    let summary = match &judged {
        Some(_) if proven => say!(language, mail.a_confirmed, name = name),
        Some(_) if failed => say!(language, mail.a_failed, name = name),
        Some(_) => say!(language, mail.a_not_confirmed).to_owned(),
        None => say!(language, mail.a_not_checked).to_owned(),
    };
    let rows = judged.map(|judged| {
        [
            ("DMARC", dmarc(language, &judged.dmarc), judged.dmarc.verdict),
            ("SPF", spf(language, &judged.spf), judged.spf.verdict),
            ("DKIM", dkim(language, &judged.dkim), judged.dkim.verdict),
        ]
    });
    let nothing = match (rows.is_some(), has_headers) {
        (true, _) => None,
        (false, true) => Some(say!(language, mail.a_nothing, name = name)),
        (false, false) => Some(say!(language, mail.a_not_asked, name = name)),
    };
    view! {
        <details class="mail-about" class:warning=failed>
            <summary>{summary}</summary>
            <dl>
                <dt>{say!(language, mail.from)}</dt>
                <dd>{sender_address}</dd>
                {rows
                    .into_iter()
                    .flatten()
                    .map(|(check, sentence, verdict)| {
                        view! {
                            <dt>{check}</dt>
                            <dd>
                                <b>{word(language, verdict)}</b>
                                ". "
                                {sentence}
                            </dd>
                        }
                    })
                    .collect_view()}
            </dl>
            {nothing.map(|nothing| view! { <p>{nothing}</p> })}
            <p>
                <a href=format!("/inbox/{id}/headers") rel="external">{say!(language, mail.all_headers)}</a>
            </p>
        </details>
    }
    .into_any()
}

fn word(language: Language, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => say!(language, mail.pass),
        Verdict::Fail => say!(language, mail.fail),
        Verdict::None => say!(language, mail.none),
    }
}

fn dmarc(language: Language, finding: &Finding) -> String {
    let domain = whose(finding, say!(language, mail.dmarc_whose));
    match finding.verdict {
        Verdict::Pass => say!(language, mail.dmarc_pass, domain = domain),
        Verdict::Fail => say!(language, mail.dmarc_fail, domain = domain),
        Verdict::None => {
            say!(language, mail.dmarc_none, domain = whose(finding, say!(language, mail.dmarc_whose_first)))
        }
    }
}

fn spf(language: Language, finding: &Finding) -> String {
    let domain = whose(finding, say!(language, mail.spf_whose));
    match finding.verdict {
        Verdict::Pass => say!(language, mail.spf_pass, domain = domain),
        Verdict::Fail => say!(language, mail.spf_fail, domain = domain),
        Verdict::None => say!(language, mail.spf_none).to_owned(),
    }
}

fn dkim(language: Language, finding: &Finding) -> String {
    let domain = whose(finding, say!(language, mail.dkim_whose));
    match finding.verdict {
        Verdict::Pass => say!(language, mail.dkim_pass, domain = domain),
        Verdict::Fail => say!(language, mail.dkim_fail, domain = domain),
        Verdict::None => say!(language, mail.dkim_none).to_owned(),
    }
}

fn whose(finding: &Finding, otherwise: &str) -> String {
    if finding.domain.is_empty() { otherwise.to_owned() } else { finding.domain.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_sentence_with_the_domain_in_it() {
        let finding = |verdict, domain: &str| Finding { verdict, domain: domain.to_owned() };
        assert!(spf(Language::en, &finding(Verdict::Pass, "bank.example")).contains("may send for bank.example"));
        assert!(dkim(Language::en, &finding(Verdict::Fail, "bank.example")).contains("bank.example does not fit"));
        assert!(dmarc(Language::en, &finding(Verdict::None, "")).starts_with("The sender's domain has no rule"));
        assert!(dmarc(Language::en, &finding(Verdict::None, "bank.example")).starts_with("bank.example has"));
    }
}
