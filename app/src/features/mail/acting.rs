//! What can be done to a mail: the buttons of a row, those of an opened mail, and what a mailbox lacks where there are none.

use super::{
    Act, Conversation, Managing, Place,
    server::{ActOnConversations, ActOnMail},
};
use crate::{
    features::connections::{ConsentLink, Feature},
    language::{Language, say, use_language},
    live::on_change_of_connections,
    popup::{Purpose, Trip},
    ui::{FormProblem, Icon, Picture},
};
use leptos::{form::ActionForm, prelude::*};
use uuid::Uuid;

impl Act {
    /// The word in forms.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Unread => "unread",
            Self::Star => "star",
            Self::Unstar => "unstar",
            Self::Inbox => "inbox",
            Self::Archive => "archive",
            Self::Bin => "bin",
        }
    }

    /// What its button says for a mail that is in `place`.
    pub fn label(self, language: Language, place: Place) -> &'static str {
        match (self, place) {
            (Self::Read, _) => say!(language, mail.mark_read),
            (Self::Unread, _) => say!(language, mail.mark_unread),
            (Self::Star, _) => say!(language, mail.star),
            (Self::Unstar, _) => say!(language, mail.unstar),
            (Self::Inbox, Place::Spam) => say!(language, mail.not_spam),
            (Self::Inbox, Place::Bin) => say!(language, mail.restore),
            (Self::Inbox, _) => say!(language, mail.to_inbox),
            (Self::Archive, _) => say!(language, mail.archive),
            (Self::Bin, _) => say!(language, mail.to_bin),
        }
    }

    /// The key that presses its button.
    pub fn key(self) -> &'static str {
        match self {
            Self::Read => "I",
            Self::Unread => "U",
            Self::Star | Self::Unstar => "s",
            Self::Inbox => "i",
            Self::Archive => "e",
            Self::Bin => "#",
        }
    }

    pub fn icon(self) -> Icon {
        match self {
            Self::Read => Icon::LetterOpen,
            Self::Unread => Icon::Letter,
            Self::Star | Self::Unstar => Icon::Star,
            Self::Inbox => Icon::Inbox,
            Self::Archive => Icon::Archive,
            Self::Bin => Icon::Bin,
        }
    }
}

/// How a mail is, as far as buttons care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    pub unread: bool,
    pub starred: bool,
    pub place: Place,
}

impl Marks {
    /// As many things can be done to one mail at most.
    const MOST_ACTS: usize = 4;

    /// What can be done to it, in the order of the buttons: an act and its opposite take the same place.
    pub fn acts(self) -> Vec<Act> {
        let read = if self.unread { Act::Read } else { Act::Unread };
        let star = if self.starred { Act::Unstar } else { Act::Star };
        let moves: &[Act] = match self.place {
            Place::Inbox => &[Act::Archive, Act::Bin],
            Place::Elsewhere | Place::Spam => &[Act::Inbox, Act::Bin],
            Place::Bin => &[Act::Inbox],
        };
        [star, read].into_iter().chain(moves.iter().copied()).collect()
    }

    /// How it is afterwards.
    #[must_use]
    pub fn after(self, act: Act) -> Self {
        match act {
            Act::Read | Act::Unread => Self { unread: act == Act::Unread, ..self },
            Act::Star | Act::Unstar => Self { starred: act == Act::Star, ..self },
            Act::Inbox => Self { place: Place::Inbox, ..self },
            Act::Archive => Self { place: Place::Elsewhere, ..self },
            Act::Bin => Self { place: Place::Bin, ..self },
        }
    }
}

/// The small buttons of a row. They show when the row is pointed at or has the focus.
#[component]
pub fn RowActs(
    id: Uuid,
    marks: Signal<Marks>,
    back: String,
    action: ServerAction<ActOnConversations>,
) -> impl IntoView {
    let language = use_language();
    let button = move |act: Signal<Act>| {
        let label = move || act.get().label(language, marks.get().place);
        view! {
            <button
                class="button bare icon"
                class:on=move || act.get() == Act::Unstar
                name="act"
                value=move || act.get().slug()
                data-key=move || act.get().key()
                title=label
                aria-label=label
                aria-describedby=format!("row-{id}")
            >
                {move || view! { <Picture icon=act.get().icon() /> }}
            </button>
        }
        .into_any()
    };
    view! {
        <ActionForm action attr:class="row-acts">
            <input type="hidden" name="conversations[]" value=id.to_string() />
            <input type="hidden" name="back" value=back />
            {buttons(marks, button)}
        </ActionForm>
    }
    .into_any()
}

/// The buttons of an opened mail. After a press they show what can be done next.
#[component]
pub fn MailActs(id: Uuid, marks: Marks, opened: Uuid) -> impl IntoView {
    let language = use_language();
    let action = ServerAction::<ActOnMail>::new();
    let marks = RwSignal::new(marks);
    let failed = Signal::derive(move || action.value().get().and_then(Result::err));
    let sent = StoredValue::new(None::<Act>);
    Effect::new(move |_| {
        if let Some(sending) = action.input().get() {
            sent.set_value(Some(sending.act));
        }
    });
    Effect::new(move |_| {
        if let (Some(Ok(_)), Some(act)) = (action.value().get(), sent.get_value()) {
            marks.update(|marks| *marks = marks.after(act));
        }
    });
    let button = move |act: Signal<Act>| {
        // Opening it would mark it as read again.
        let back = move || if act.get() == Act::Unread { "/inbox".to_owned() } else { format!("/inbox/{opened}") };
        view! {
            <ActionForm action>
                <input type="hidden" name="messages[0]" value=id.to_string() />
                <input type="hidden" name="back" value=back />
                <input type="hidden" name="act" value=move || act.get().slug() />
                <button
                    class="button small"
                    class:on=move || act.get() == Act::Unstar
                    data-key=move || act.get().key()
                >
                    {move || view! { <Picture icon=act.get().icon() /> }}
                    {move || act.get().label(language, marks.get().place)}
                </button>
            </ActionForm>
        }
        .into_any()
    };
    let told = move || match marks.get().place {
        Place::Bin => Some(say!(language, mail.in_bin)),
        Place::Spam => Some(say!(language, mail.in_spam)),
        Place::Inbox | Place::Elsewhere => None,
    };
    view! {
        <div class="mail-acts" role="group" aria-label=say!(language, mail.this_mail)>
            {buttons(marks.into(), button)}
            <span class="quiet" role="status">{told}</span>
        </div>
        <FormProblem problem=failed id="act-problem" />
    }
    .into_any()
}

/// One button for each thing that can be done to a mail as it is now. Where that changes, the button stays and says another
/// thing, so that the focus stays on it.
fn buttons(marks: Signal<Marks>, button: impl Fn(Signal<Act>) -> AnyView + Copy + Send + Sync + 'static) -> AnyView {
    (0..Marks::MOST_ACTS)
        .map(|at| {
            let act = Memo::new(move |_| marks.with(|marks| marks.acts().get(at).copied()));
            let there = Memo::new(move |_| act.with(Option::is_some));
            move || {
                let first = act.get_untracked().filter(|_| there.get())?;
                Some(button(Signal::derive(move || act.get().unwrap_or(first))))
            }
        })
        .collect_view()
        .into_any()
}

/// What it would take to change mail here, where the mailbox may only be read.
#[component]
pub fn ReadOnly(conversation: Conversation, again: Callback<()>) -> impl IntoView {
    let language = use_language();
    let Conversation { connection, provider, managing, .. } = conversation;
    if managing == Managing::On {
        return ().into_any();
    }
    // The popup, or another page, may change that.
    on_change_of_connections(again);
    let trip = Trip { provider, purpose: Purpose::Grant { connection, feature: Feature::Manage } };
    let name = provider.name();
    let way = match managing {
        Managing::NotGranted => view! {
            <ConsentLink trip class="button small" label=say!(language, connections.allow_at, name = name) about="read-only" />
        }
        .into_any(),
        _ => view! {
            <a class="button small" href="/settings/connections" aria-describedby="read-only">{say!(language, connections.switch_on)}</a>
        }
        .into_any(),
    };
    view! {
        <div class="notice read-only">
            <p id="read-only">
                {say!(language, mail.only_read)}
                {name} {say!(language, mail.follows)}
            </p>
            {way}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: Marks = Marks { unread: true, starred: false, place: Place::Inbox };

    #[test]
    fn a_mail_offers_what_would_change_it() {
        assert_eq!(NEW.acts(), [Act::Star, Act::Read, Act::Archive, Act::Bin]);
        for place in [Place::Inbox, Place::Elsewhere, Place::Spam, Place::Bin] {
            for unread in [true, false] {
                let marks = Marks { unread, starred: unread, place };
                for act in marks.acts() {
                    assert_ne!(marks.after(act), marks, "{act:?} changes nothing");
                }
            }
        }
    }

    #[test]
    fn out_of_spam_and_bin_is_said_in_their_words() {
        assert_eq!(Act::Inbox.label(Language::en, Place::Spam), "Not spam");
        assert_eq!(Act::Inbox.label(Language::en, Place::Bin), "Restore");
        assert_eq!(Act::Inbox.label(Language::en, Place::Elsewhere), "Move to inbox");
    }
}
