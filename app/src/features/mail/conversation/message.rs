//! One mail of a conversation.

use super::{about::About, files::Files, formatted::Formatted};
use crate::{
    features::{
        connections::Provider,
        mail::{
            Managing, MessageView,
            acting::{MailActs, Marks},
        },
        writing::Answers,
    },
    language::{say, use_language},
    time::{Moment, Shown},
};
use leptos::prelude::*;
use uuid::Uuid;

/// What all mails of a conversation have in common.
#[derive(Clone, Copy)]
pub struct InMailbox {
    /// The mail the page was opened at.
    pub opened: Uuid,
    pub managing: Managing,
    pub provider: Provider,
    /// Whether plain text comes first.
    pub plain_text: bool,
}

/// One mail; closed it shows who, when and how it begins.
#[component]
pub fn Mail(mail: MessageView, around: InMailbox) -> impl IntoView {
    let language = use_language();
    let InMailbox { opened, managing, provider, .. } = around;
    let MessageView { id, starred, place, received_at, .. } = mail;
    let sender = if mail.sender_name.is_empty() { mail.sender_address.clone() } else { mail.sender_name.clone() };
    view! {
        <details class="mail" id=format!("mail-{id}") open=id == opened>
            <summary>
                <span class="mail-sender">{sender.clone()}</span>
                <span class="mail-snippet">{mail.snippet.clone()}</span>
                <Moment at=received_at shown=Shown::Minute />
            </summary>
            <p class="mail-people">
                <span>{say!(language, mail.from_space)} {mail.sender_address.clone()}</span>
                <span>{say!(language, mail.to_space)} {mail.recipients.clone()}</span>
            </p>
            <About mail=mail.clone() provider />
            {(managing == Managing::On)
                .then(|| {
                    // Opened, it is read: whatever it was a moment ago.
                    let marks = Marks { unread: false, starred, place };
                    view! { <MailActs id marks opened /> }
                })}
            {match mail.frame.clone() {
                Some(frame) => view! { <Formatted mail=mail.clone() frame sender around /> }.into_any(),
                None => view! { <Plain text=mail.text.clone() quoted=mail.quoted.clone() /> }.into_any(),
            }}
            <Files files=mail.attachments />
            <Answers message=id />
        </details>
    }
    .into_any()
}

/// A mail as plain text, with what it quotes folded.
#[component]
pub fn Plain(text: String, quoted: Option<String>) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="mail-plain">
            <div class="mail-text">{text}</div>
            {quoted
                .map(|quoted| {
                    view! {
                        <details class="mail-quoted">
                            <summary>
                                <span>{say!(language, mail.show_quoted)}</span>
                                <span>{say!(language, mail.hide_quoted)}</span>
                            </summary>
                            <div class="mail-text">{quoted}</div>
                        </details>
                    }
                })}
        </div>
    }
    .into_any()
}
