//! What a person wanted done and a provider did not do, above the list until they have read it.

use super::{Act, NotDone, WhyNot, server::DismissNotDone};
use crate::language::{Language, counted, say, use_language};
use leptos::{form::ActionForm, prelude::*};

impl NotDone {
    /// What was wanted, why it was not done, and what is shown now.
    pub fn sentence(&self, language: Language) -> String {
        let (provider, mailbox) = (self.provider.name(), &self.mailbox);
        let why = match self.why {
            WhyNot::NotAllowed => say!(language, mail.why_not_allowed, provider = provider, mailbox = mailbox),
            WhyNot::SwitchedOff => say!(language, mail.why_switched_off, mailbox = mailbox, provider = provider),
            WhyNot::Gone if self.messages == 1 => say!(language, mail.why_gone_one, mailbox = mailbox),
            WhyNot::Gone => say!(language, mail.why_gone_many, mailbox = mailbox),
            WhyNot::NotAccepted => {
                say!(language, mail.why_not_accepted, provider = provider, mailbox = mailbox)
            }
        };
        match self.act {
            Act::Read => counted!(language, self.messages, mail.not_read, why = why),
            Act::Unread => counted!(language, self.messages, mail.not_unread, why = why),
            Act::Star => counted!(language, self.messages, mail.not_starred, why = why),
            Act::Unstar => counted!(language, self.messages, mail.not_unstarred, why = why),
            Act::Inbox => counted!(language, self.messages, mail.not_inbox, why = why),
            Act::Archive => counted!(language, self.messages, mail.not_archived, why = why),
            Act::Bin => counted!(language, self.messages, mail.not_binned, why = why),
        }
    }
}

/// The sentences, and a button that takes them away.
#[component]
pub fn Refusals(#[prop(into)] not_done: Signal<Vec<NotDone>>, back: String, read: Callback<()>) -> impl IntoView {
    let language = use_language();
    let dismiss = ServerAction::<DismissNotDone>::new();
    let back = StoredValue::new(back);
    Effect::new(move |_| {
        if dismiss.value().get().is_some_and(|done| done.is_ok()) {
            read.run(());
        }
    });
    view! {
        <div role="status">
            <Show when=move || not_done.with(|told| !told.is_empty())>
                <div class="notice bad not-done">
                    <ul role="list">
                        {move || not_done.get().iter().map(|told| view! { <li>{told.sentence(language)}</li> }).collect_view()}
                    </ul>
                    <ActionForm action=dismiss>
                        <input type="hidden" name="back" value=back.get_value() />
                        <button class="button small">{say!(language, ui.dismiss)}</button>
                    </ActionForm>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::connections::Provider;

    #[test]
    fn what_was_not_done_is_told_whole() {
        let told = NotDone {
            provider: Provider::Google,
            mailbox: "ada@example.org".into(),
            act: Act::Archive,
            why: WhyNot::NotAllowed,
            messages: 3,
        };
        assert_eq!(
            told.sentence(Language::en),
            "3 mails were not archived: Google does not allow changing ada@example.org. What you see is as Google has it; \
             allow \u{201c}Manage mail\u{201d} under Connections to try again."
        );
        let gone = NotDone { act: Act::Star, why: WhyNot::Gone, messages: 1, ..told };
        assert_eq!(
            gone.sentence(Language::en),
            "1 mail was not starred: it is not in ada@example.org any more, and goes here, too."
        );
    }
}
