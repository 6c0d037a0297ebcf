//! Where a mail is on its way, in words; and how long it can still be taken back.

use super::{Kind, Stage, WhyNotSent};
use crate::{
    browser,
    features::connections::Provider,
    language::{Language, say, use_language},
    time::{Moment, Shown},
};
use leptos::{prelude::*, task::spawn_local};

impl Stage {
    /// The word in a list.
    pub fn word(self, language: Language) -> &'static str {
        match self {
            Self::Writing => say!(language, writing.s_draft),
            Self::Queued { .. } => say!(language, writing.s_queued),
            Self::Sending { .. } => say!(language, writing.s_sending),
            Self::Sent { .. } => say!(language, writing.s_sent),
            Self::Failed { .. } => say!(language, writing.s_not_sent),
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
    pub fn sentence(self, language: Language, provider: Provider, mailbox: &str) -> String {
        let name = provider.name();
        match self {
            Self::NeedsReconnect => {
                say!(language, writing.w_reconnect, name = name, mailbox = mailbox)
            }
            Self::SwitchedOff => say!(language, writing.w_off, mailbox = mailbox),
            Self::NotAllowed => say!(language, writing.w_not_allowed, name = name, mailbox = mailbox),
            Self::NotAccepted => {
                say!(language, writing.w_not_accepted, name = name)
            }
            Self::TooLarge => say!(language, writing.w_too_large, name = name),
            Self::FileGone => say!(language, writing.w_file_gone, name = name),
            Self::LimitReached => {
                say!(language, writing.w_limit, mailbox = mailbox, name = name)
            }
            Self::Unreachable => say!(language, writing.w_unreachable, name = name),
            Self::Unknown => say!(language, writing.w_unknown, name = name, mailbox = mailbox),
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
    let language = use_language();
    match stage {
        Stage::Writing => ().into_any(),
        Stage::Queued { seconds } => view! { <Countdown seconds over /> }.into_any(),
        Stage::Sending { again: None } => view! { {being_sent(language, kind)} }.into_any(),
        Stage::Sending { again: Some(at) } => view! {
            {say!(language, writing.asked_again, name = provider.name())}
            <Moment at shown=Shown::Second />
            {say!(language, writing.goes_once)}
        }
        .into_any(),
        Stage::Sent { at } => {
            view! { {say!(language, writing.sent_at)} <Moment at shown=Shown::Minute /> "." }.into_any()
        }
        Stage::Failed { why, .. } => view! {
            {not_sent(language, kind, &why.sentence(language, provider, &mailbox))}
        }
        .into_any(),
    }
}

fn being_sent(language: Language, kind: Kind) -> &'static str {
    match kind {
        Kind::New | Kind::Forward => say!(language, writing.mail_being_sent),
        Kind::Reply | Kind::ReplyAll => say!(language, writing.reply_being_sent),
    }
}

fn not_sent(language: Language, kind: Kind, why: &str) -> String {
    match kind {
        Kind::New | Kind::Forward => say!(language, writing.mail_not_sent, why = why),
        Kind::Reply | Kind::ReplyAll => say!(language, writing.reply_not_sent, why = why),
    }
}

/// `Sending in 10 seconds.`, counted down in the browser.
#[component]
fn Countdown(seconds: u32, over: Option<Callback<()>>) -> impl IntoView {
    let language = use_language();
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
        <span class="sr-only">{counting(language, seconds)}</span>
        <span class="countdown" aria-hidden="true">{move || counting(language, left.get())}</span>
    }
    .into_any()
}

fn counting(language: Language, seconds: u32) -> String {
    match seconds {
        0 => say!(language, writing.counting_0).to_owned(),
        1 => say!(language, writing.counting_1).to_owned(),
        more => say!(language, writing.counting, more = more),
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
            let said = why.sentence(Language::en, Provider::Google, "ada@example.org");
            assert!(said.to_lowercase().contains("send") && said.ends_with('.'), "{said}");
            assert!(why.may_send_again() || why.may_change(), "{why:?} leads nowhere");
        }
    }

    #[test]
    fn seconds_are_counted_in_words() {
        assert_eq!(counting(Language::en, 10), "Sending in 10 seconds.");
        assert_eq!(counting(Language::en, 1), "Sending in 1 second.");
        assert_eq!(counting(Language::en, 0), "Sending.");
    }
}
