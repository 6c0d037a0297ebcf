//! What a person wanted done and a provider did not do, above the list until they have read it.

use super::{Act, NotDone, WhyNot, server::DismissNotDone};
use crate::quantity::counted;
use leptos::{form::ActionForm, prelude::*};

impl NotDone {
    /// What was wanted, why it was not done, and what is shown now.
    pub fn sentence(&self) -> String {
        let what = match self.act {
            Act::Read => "marked as read",
            Act::Unread => "marked as unread",
            Act::Star => "starred",
            Act::Unstar => "freed of its star",
            Act::Inbox => "moved to the inbox",
            Act::Archive => "archived",
            Act::Bin => "moved to the bin",
        };
        let what = if self.messages != 1 && self.act == Act::Unstar { "freed of their stars" } else { what };
        let (provider, mailbox) = (self.provider.name(), &self.mailbox);
        let why = match self.why {
            WhyNot::NotAllowed => format!(
                "{provider} does not allow changing {mailbox}. What you see is as {provider} has it; allow \u{201c}Manage mail\u{201d} under Connections to try again."
            ),
            WhyNot::SwitchedOff => format!(
                "\u{201c}Manage mail\u{201d} was switched off for {mailbox} before {provider} was told. What you see is as {provider} has it."
            ),
            WhyNot::Gone if self.messages == 1 => format!("it is not in {mailbox} any more, and goes here, too."),
            WhyNot::Gone => format!("they are not in {mailbox} any more, and go here, too."),
            WhyNot::NotAccepted => {
                format!("{provider} did not accept this change to {mailbox}. What you see is as {provider} has it.")
            }
        };
        let was = if self.messages == 1 { "was" } else { "were" };
        format!("{} {was} not {what}: {why}", counted(self.messages, "mail"))
    }
}

/// The sentences, and a button that takes them away.
#[component]
pub fn Refusals(#[prop(into)] not_done: Signal<Vec<NotDone>>, back: String, read: Callback<()>) -> impl IntoView {
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
                        {move || not_done.get().iter().map(|told| view! { <li>{told.sentence()}</li> }).collect_view()}
                    </ul>
                    <ActionForm action=dismiss>
                        <input type="hidden" name="back" value=back.get_value() />
                        <button class="button small">"Dismiss"</button>
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
            told.sentence(),
            "3 mails were not archived: Google does not allow changing ada@example.org. What you see is as Google has it; \
             allow \u{201c}Manage mail\u{201d} under Connections to try again."
        );
        let gone = NotDone { act: Act::Star, why: WhyNot::Gone, messages: 1, ..told };
        assert_eq!(
            gone.sentence(),
            "1 mail was not starred: it is not in ada@example.org any more, and goes here, too."
        );
    }
}
