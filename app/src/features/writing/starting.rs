//! `/write`: finds or begins the draft that is asked for, and goes there. Where no mailbox may send, it says what it takes.

use super::{Started, Wanted, senders::NobodyMaySend, server::start_writing};
use crate::{
    address::query_value,
    language::{say, use_language},
    time::browser_zone,
    ui::{GoTo, Load, Skeleton},
};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use std::sync::Arc;

impl Wanted {
    /// Reads the address; what makes no sense there is left out.
    pub fn parse(query: &ParamsMap) -> Self {
        Self {
            reply: query.get_str("reply").and_then(|id| id.parse().ok()),
            all: query.get_str("all").is_some_and(|all| all == "1"),
            forward: query.get_str("forward").and_then(|id| id.parse().ok()),
            to: query.get("to").filter(|to| !to.trim().is_empty()),
            from: query.get_str("from").and_then(|id| id.parse().ok()),
        }
    }

    /// The address that asks for it.
    pub fn address(&self) -> String {
        let pairs = [
            self.reply.map(|id| format!("reply={id}")),
            self.all.then(|| "all=1".to_owned()),
            self.forward.map(|id| format!("forward={id}")),
            self.to.as_deref().map(|to| format!("to={}", query_value(to))),
            self.from.map(|id| format!("from={id}")),
        ];
        let query = pairs.into_iter().flatten().collect::<Vec<_>>().join("&");
        if query.is_empty() { "/write".into() } else { format!("/write?{query}") }
    }
}

#[component]
pub fn Starting(wanted: Wanted) -> impl IntoView {
    let language = use_language();
    let back = StoredValue::new(wanted.address());
    let zone = browser_zone();
    let started = Resource::new(|| (), move |()| start_writing(wanted.clone(), zone()));
    view! {
        <Load
            from=started
            heading=say!(language, writing.nothing_to_write)
            fallback=|| view! { <Skeleton lines=8 class="card" /> }
            render=Arc::new(move |found| match found {
                Started::Draft(id) => view! { <GoTo path=format!("/write/{id}") /> }.into_any(),
                Started::NobodyMaySend(senders) => {
                    let again = Callback::new(move |()| started.refetch());
                    view! {
                        <h1 tabindex="-1">{say!(language, writing.write_mail)}</h1>
                        <NobodyMaySend senders back=back.get_value() again />
                    }
                    .into_any()
                }
            })
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn parse(pairs: &[(&str, &str)]) -> Wanted {
        Wanted::parse(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn the_address_says_what_is_wanted() {
        let message = Uuid::from_u128(1);
        let wanted = parse(&[("reply", &message.to_string()), ("all", "1")]);
        assert_eq!(wanted, Wanted { reply: Some(message), all: true, ..Wanted::default() });
        assert_eq!(wanted.address(), format!("/write?reply={message}&all=1"));
        assert_eq!(parse(&[("to", "a b@x.example")]).address(), "/write?to=a%20b%40x.example");
    }

    #[test]
    fn nonsense_in_the_address_is_a_new_mail() {
        assert_eq!(parse(&[("reply", "x"), ("all", "yes"), ("to", " ")]), Wanted::default());
        assert_eq!(Wanted::default().address(), "/write");
    }
}
