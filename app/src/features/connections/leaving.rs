//! Disconnecting: a press, a question, and a receipt.

use super::{ConnectionCard, Provider, Receipt, Revocation, server::Disconnect};
use crate::{
    quantity::counted,
    time::{Moment, Shown},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::{components::A, hooks::use_query_map};

/// `Disconnect`, and after it the question. The question is in the address, so that it works without scripts.
#[component]
pub fn DisconnectControl(card: ConnectionCard, disconnect: ServerAction<Disconnect>) -> impl IntoView {
    let id = card.id.to_string();
    let query = use_query_map();
    let asked = {
        let id = id.clone();
        Memo::new(move |_| query.with(|query| query.get("disconnect").is_some_and(|asked| asked == id)))
    };
    move || {
        let id = id.clone();
        if !asked.get() {
            let href = format!("/settings/connections?disconnect={id}");
            return view! {
                <A href attr:class="button" attr:role="button" attr:aria-describedby=format!("connection-{}", card.id) scroll=false>
                    "Disconnect"
                </A>
            }
            .into_any();
        }
        let address = card.address.clone();
        view! {
            <div class="question" role="group" aria-labelledby=format!("leaving-{}", card.id)>
                <p id=format!("leaving-{}", card.id)>
                    {format!("Disconnect {address}? Its tokens are deleted at once and its mail here after that. Nothing is deleted at {}.", card.provider.name())}
                </p>
                <ActionForm action=disconnect>
                    <input type="hidden" name="connection" value=id />
                    <button class="button danger" aria-describedby=format!("connection-{}", card.id)>"Disconnect"</button>
                    <A href="/settings/connections" attr:class="button" scroll=false>"Keep it"</A>
                </ActionForm>
            </div>
        }
        .into_any()
    }
}

/// What was disconnected here.
#[component]
pub fn Receipts(receipts: Vec<Receipt>) -> impl IntoView {
    let any = !receipts.is_empty();
    any.then(|| {
        view! {
            <section class="receipts" aria-labelledby="receipts">
                <h2 id="receipts">"Disconnected"</h2>
                <ul role="list">
                    {receipts.into_iter().map(|receipt| view! { <ReceiptLine receipt /> }).collect_view()}
                </ul>
            </section>
        }
    })
    .into_any()
}

#[component]
fn ReceiptLine(receipt: Receipt) -> impl IntoView {
    let mails = counted(receipt.messages, "mail");
    let deleted = match receipt.finished_at {
        Some(_) => format!("The tokens and {mails} were deleted here."),
        None => format!("The tokens were deleted; {mails} are being deleted."),
    };
    let (sentence, link) = told(receipt.revocation, receipt.provider);
    view! {
        <li>
            <strong>{receipt.address}</strong>
            " "
            <Moment at=receipt.finished_at.unwrap_or(receipt.started_at) shown=Shown::Minute />
            <p>
                {deleted} " " {sentence} " "
                {link
                    .then(|| {
                        view! {
                            <a href=access_page(receipt.provider) rel="noreferrer">
                                {format!("Access at {}", receipt.provider.name())}
                            </a>
                        }
                    })}
            </p>
        </li>
    }
    .into_any()
}

/// What became of the access, and whether the person should look there.
fn told(revocation: Revocation, provider: Provider) -> (String, bool) {
    let name = provider.name();
    match revocation {
        Revocation::Pending => (format!("{name} is being asked to take the access back."), false),
        Revocation::Revoked => (format!("{name} took the access back."), false),
        Revocation::Kept => (
            format!(
                "The access at {name} stays, because something else here uses the same account. End it there if you like."
            ),
            true,
        ),
        Revocation::Unsupported => (
            format!(
                "{name} takes access back only in the account's own settings: of a work account at myapps.microsoft.com, of a personal one here."
            ),
            true,
        ),
        Revocation::Failed => (format!("{name} could not be told. Take the access back there."), true),
        Revocation::Nothing => (format!("The access at {name} was over before."), false),
    }
}

/// Where a person sees and ends what they allowed.
fn access_page(provider: Provider) -> &'static str {
    match provider {
        Provider::Google => "https://myaccount.google.com/connections",
        Provider::Microsoft => "https://account.live.com/consent/Manage",
    }
}
