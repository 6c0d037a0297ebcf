//! Where a mail is on its way, in words; and how long it can still be taken back.

use super::{Kind, Stage, WhyNotSent};
use crate::{
    browser,
    features::connections::Provider,
    time::{Moment, Shown},
};
use leptos::{prelude::*, task::spawn_local};

impl Stage {
    /// The word in a list.
    pub fn word(self) -> &'static str {
        match self {
            Self::Writing => "Draft",
            Self::Queued { .. } => "Queued",
            Self::Sending { .. } => "Sending",
            Self::Sent { .. } => "Sent",
            Self::Failed { .. } => "Not sent",
        }
    }

    /// How its word looks.
    pub fn class(self) -> &'static str {
        match self {
            Self::Writing | Self::Queued { .. } => "state",
            Self::Sending { .. } => "state busy",
            Self::Sent { .. } => "state good",
            Self::Failed { .. } => "state bad",
        }
    }
}

impl WhyNotSent {
    /// Why it was not sent, and what to do.
    pub fn sentence(self, provider: Provider, mailbox: &str) -> String {
        let name = provider.name();
        match self {
            Self::NeedsReconnect => {
                format!("{name} ended the access to {mailbox}. Connect it again under Connections, then send again.")
            }
            Self::SwitchedOff => format!(
                "\u{201c}Send mail\u{201d} is off for {mailbox}. Switch it on under Connections, then send again."
            ),
            Self::NotAllowed => format!(
                "{name}, or who administers {mailbox} there, does not allow sending from here. Allow \u{201c}Send mail\u{201d} under Connections, then send again."
            ),
            Self::NotAccepted => {
                format!(
                    "{name} does not take this mail as it is. Change it, most likely its recipients, and send it again."
                )
            }
            Self::TooLarge => format!("It is larger than {name} takes. Change it: take files off, then send it again."),
            Self::FileGone => format!(
                "A file of the mail that is passed on is not at {name} any more. Change it: take the file off, then send it again."
            ),
            Self::LimitReached => {
                format!("{mailbox} has sent as many mails as {name} allows in a day. Send again tomorrow.")
            }
            Self::Unreachable => format!("{name} did not answer for a day. It was not sent; send it again."),
            Self::Unknown => format!(
                "{name} did not answer for a day, and did not say whether it has the mail. Look among the sent mail of {mailbox} before you send it again."
            ),
        }
    }

    /// Whether sending it as it is could go well.
    pub fn may_send_again(self) -> bool {
        !matches!(self, Self::NotAccepted | Self::TooLarge | Self::FileGone)
    }

    /// Whether it can be changed: not while it may have arrived.
    pub fn may_change(self) -> bool {
        self != Self::Unknown
    }
}

/// Where a mail is, as one sentence that counts while it can be taken back. `over` is called when that time is over.
#[component]
pub fn StageLine(
    stage: Stage,
    kind: Kind,
    provider: Provider,
    mailbox: String,
    #[prop(optional)] over: Option<Callback<()>>,
) -> impl IntoView {
    match stage {
        Stage::Writing => ().into_any(),
        Stage::Queued { seconds } => view! { <Countdown seconds over /> }.into_any(),
        Stage::Sending { again: None } => view! { {format!("{} is being sent.", what(kind))} }.into_any(),
        Stage::Sending { again: Some(at) } => view! {
            {format!("{} did not answer. It is asked again at ", provider.name())}
            <Moment at shown=Shown::Second />
            "; nothing is lost, and it goes out once."
        }
        .into_any(),
        Stage::Sent { at } => view! { "Sent " <Moment at shown=Shown::Minute /> "." }.into_any(),
        Stage::Failed { why, .. } => view! {
            {format!("{} was not sent. {}", what(kind), why.sentence(provider, &mailbox))}
        }
        .into_any(),
    }
}

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::New | Kind::Forward => "Your mail",
        Kind::Reply | Kind::ReplyAll => "Your reply",
    }
}

/// `Sending in 10 seconds.`, counted down in the browser.
#[component]
fn Countdown(seconds: u32, over: Option<Callback<()>>) -> impl IntoView {
    let left = RwSignal::new(seconds);
    Effect::new(move |_| {
        spawn_local(async move {
            let ends = browser::now_ms() + f64::from(seconds) * 1_000.0;
            while left.try_get_untracked().is_some_and(|left| left > 0) {
                browser::pause(250).await;
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ten seconds at most")]
                let now = ((ends - browser::now_ms()) / 1_000.0).ceil().max(0.0) as u32;
                if left.try_get_untracked().is_some_and(|left| left != now) {
                    left.set(now);
                }
            }
            if let Some(over) = over
                && !left.is_disposed()
            {
                over.run(());
            }
        });
    });
    // Read out once as it begins, and not with every second.
    view! {
        <span class="sr-only">{counting(seconds)}</span>
        <span class="countdown" aria-hidden="true">{move || counting(left.get())}</span>
    }
    .into_any()
}

fn counting(seconds: u32) -> String {
    match seconds {
        0 => "Sending.".to_owned(),
        1 => "Sending in 1 second.".to_owned(),
        more => format!("Sending in {more} seconds."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_not_sent_says_why_and_what_to_do() {
        for why in [
            WhyNotSent::NeedsReconnect,
            WhyNotSent::SwitchedOff,
            WhyNotSent::NotAllowed,
            WhyNotSent::NotAccepted,
            WhyNotSent::TooLarge,
            WhyNotSent::FileGone,
            WhyNotSent::LimitReached,
            WhyNotSent::Unreachable,
            WhyNotSent::Unknown,
        ] {
            let said = why.sentence(Provider::Google, "ada@example.org");
            assert!(said.to_lowercase().contains("send") && said.ends_with('.'), "{said}");
            assert!(why.may_send_again() || why.may_change(), "{why:?} leads nowhere");
        }
    }

    #[test]
    fn seconds_are_counted_in_words() {
        assert_eq!(counting(10), "Sending in 10 seconds.");
        assert_eq!(counting(1), "Sending in 1 second.");
        assert_eq!(counting(0), "Sending.");
    }
}
