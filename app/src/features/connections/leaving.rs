//! Disconnecting: a press, a question, and a receipt.

use super::{Provider, Receipt, Revocation, server::Disconnect};
use crate::{
    language::{Language, say, use_language},
    quantity::mails,
    time::{Moment, Shown},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::{components::A, hooks::use_query_map};
use uuid::Uuid;

/// `Disconnect`, and after it the question. The question is in the address, so that it works without scripts.
#[component]
pub fn DisconnectControl(
    connection: Uuid,
    provider: Provider,
    address: String,
    disconnect: ServerAction<Disconnect>,
) -> impl IntoView {
    let language = use_language();
    let id = connection.to_string();
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
                <A href attr:class="button" attr:role="button" attr:aria-describedby=format!("connection-{connection}") scroll=false>
                    {say!(language, connections.disconnect)}
                </A>
            }
            .into_any();
        }
        view! {
            <div class="question" role="group" aria-labelledby=format!("leaving-{connection}")>
                <p id=format!("leaving-{connection}")>
                    {say!(language, connections.disconnect_question, address = &address, name = provider.name())}
                </p>
                <ActionForm action=disconnect>
                    <input type="hidden" name="connection" value=id />
                    <button class="button danger" aria-describedby=format!("connection-{connection}")>{say!(language, connections.disconnect)}</button>
                    <A href="/settings/connections" attr:class="button" scroll=false>{say!(language, connections.keep_it)}</A>
                </ActionForm>
            </div>
        }
        .into_any()
    }
}

/// What was disconnected here.
#[component]
pub fn Receipts(receipts: Vec<Receipt>) -> impl IntoView {
    let language = use_language();
    let any = !receipts.is_empty();
    any.then(|| {
        view! {
            <section class="receipts" aria-labelledby="receipts">
                <h2 id="receipts">{say!(language, connections.disconnected)}</h2>
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
    let language = use_language();
    let mails = mails(language, receipt.messages);
    let deleted = if receipt.finished_at.is_some() {
        say!(language, connections.deleted_here, mails = mails)
    } else {
        say!(language, connections.being_deleted, mails = mails)
    };
    let (sentence, link) = told(language, receipt.revocation, receipt.provider);
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
                                {say!(language, connections.access_at, name = receipt.provider.name())}
                            </a>
                        }
                    })}
            </p>
        </li>
    }
    .into_any()
}

/// What became of the access, and whether the person should look there.
fn told(language: Language, revocation: Revocation, provider: Provider) -> (String, bool) {
    let name = provider.name();
    match revocation {
        Revocation::Pending => (say!(language, connections.revoke_pending, name = name), false),
        Revocation::Revoked => (say!(language, connections.revoked, name = name), false),
        Revocation::Kept => (say!(language, connections.revoke_kept, name = name), true),
        Revocation::Unsupported => (say!(language, connections.revoke_unsupported, name = name), true),
        Revocation::Failed => (say!(language, connections.revoke_failed, name = name), true),
        Revocation::Nothing => (say!(language, connections.revoke_nothing, name = name), false),
    }
}

/// Where a person sees and ends what they allowed.
fn access_page(provider: Provider) -> &'static str {
    match provider {
        Provider::Google => "https://myaccount.google.com/connections",
        Provider::Microsoft => "https://account.live.com/consent/Manage",
    }
}
