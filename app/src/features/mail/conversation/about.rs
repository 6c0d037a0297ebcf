//! What the provider found out about the sender of a mail, and the way to its headers.

use crate::features::{
    connections::Provider,
    mail::{Finding, MessageView, Verdict},
};
use leptos::prelude::*;

/// Folded, it says whether the sender is who the mail says; opened, why.
#[component]
pub fn About(mail: MessageView, provider: Provider) -> impl IntoView {
    let MessageView { id, judged, proven, has_headers, sender_address, .. } = mail;
    let name = provider.name();
    let failed = judged.as_ref().is_some_and(|judged| judged.dmarc.verdict == Verdict::Fail);
    let summary = match &judged {
        Some(_) if proven => format!("Sender confirmed by {name}"),
        Some(_) if failed => format!("{name} could not confirm the sender"),
        Some(_) => "Sender not confirmed".to_owned(),
        None => "Sender not checked".to_owned(),
    };
    let rows = judged.map(|judged| {
        [
            ("DMARC", dmarc(&judged.dmarc), judged.dmarc.verdict),
            ("SPF", spf(&judged.spf), judged.spf.verdict),
            ("DKIM", dkim(&judged.dkim), judged.dkim.verdict),
        ]
    });
    let nothing = match (rows.is_some(), has_headers) {
        (true, _) => None,
        (false, true) => {
            Some(format!("{name} says nothing about the sender of this mail, as of mail you sent yourself."))
        }
        (false, false) => Some(format!("{name} was not asked about this mail yet. Opening its headers asks.")),
    };
    view! {
        <details class="mail-about" class:warning=failed>
            <summary>{summary}</summary>
            <dl>
                <dt>"From"</dt>
                <dd>{sender_address}</dd>
                {rows
                    .into_iter()
                    .flatten()
                    .map(|(check, sentence, verdict)| {
                        view! {
                            <dt>{check}</dt>
                            <dd>
                                <b>{word(verdict)}</b>
                                ". "
                                {sentence}
                            </dd>
                        }
                    })
                    .collect_view()}
            </dl>
            {nothing.map(|nothing| view! { <p>{nothing}</p> })}
            <p>
                <a href=format!("/inbox/{id}/headers") rel="external">"All headers"</a>
            </p>
        </details>
    }
    .into_any()
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "Pass",
        Verdict::Fail => "Fail",
        Verdict::None => "None",
    }
}

fn dmarc(finding: &Finding) -> String {
    let domain = whose(finding, "the sender's domain");
    match finding.verdict {
        Verdict::Pass => format!("The address belongs to {domain}: nobody else could have sent this in its name."),
        Verdict::Fail => format!("The mail breaks the rules of {domain}: somebody else may have sent it."),
        Verdict::None => format!("{} has no rule that could be checked.", capital(&domain)),
    }
}

fn spf(finding: &Finding) -> String {
    let domain = whose(finding, "its domain");
    match finding.verdict {
        Verdict::Pass => format!("The server it came from may send for {domain}."),
        Verdict::Fail => format!("The server it came from may not send for {domain}."),
        Verdict::None => "Nothing is known about the server it came from.".to_owned(),
    }
}

fn dkim(finding: &Finding) -> String {
    let domain = whose(finding, "its sender");
    match finding.verdict {
        Verdict::Pass => format!("Signed by {domain}, and not changed since."),
        Verdict::Fail => format!("The signature of {domain} does not fit the mail."),
        Verdict::None => "It bears no signature that could be checked.".to_owned(),
    }
}

fn whose(finding: &Finding, otherwise: &str) -> String {
    if finding.domain.is_empty() { otherwise.to_owned() } else { finding.domain.clone() }
}

fn capital(text: &str) -> String {
    // A domain is written as it is.
    text.strip_prefix("the ").map_or_else(|| text.to_owned(), |rest| format!("The {rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_sentence_with_the_domain_in_it() {
        let finding = |verdict, domain: &str| Finding { verdict, domain: domain.to_owned() };
        assert!(spf(&finding(Verdict::Pass, "bank.example")).contains("may send for bank.example"));
        assert!(dkim(&finding(Verdict::Fail, "bank.example")).contains("bank.example does not fit"));
        assert!(dmarc(&finding(Verdict::None, "")).starts_with("The sender's domain has no rule"));
        assert!(dmarc(&finding(Verdict::None, "bank.example")).starts_with("bank.example has"));
    }
}
