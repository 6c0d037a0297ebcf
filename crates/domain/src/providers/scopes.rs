//! Which scopes a trip asks for, and which granted ones satisfy which features: the walk that both providers' tables share.

use super::{Feature, Features, auth::Wants};
use std::collections::BTreeSet;

/// A provider's table of scopes.
pub(super) struct Table {
    /// What every connection asks for, whatever its features: who this is, and under which address.
    pub always: &'static [&'static str],
    /// What stands before a feature's scope when it is asked for.
    pub prefix: &'static str,
    /// The scopes a feature needs, in the short spelling; `None` when the provider has no such thing.
    pub needed: fn(Feature) -> Option<&'static [&'static str]>,
    /// Scopes that satisfy a narrower need.
    pub broader: fn(&str) -> &'static [&'static str],
}

impl Table {
    /// What a trip asks for: nothing more than the table says.
    pub fn asked(&self, wants: Wants<'_>) -> Vec<String> {
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        match wants {
            Wants::Identity => named(&["openid", "email", "profile"]),
            Wants::Features(features) => {
                let needs = self.needs(features).into_iter().map(|scope| format!("{}{scope}", self.prefix));
                named(self.always).into_iter().chain(needs).collect()
            }
        }
    }

    /// Every scope these features need, once each.
    fn needs(&self, features: &Features) -> BTreeSet<&'static str> {
        features.0.iter().filter_map(|feature| (self.needed)(*feature)).flatten().copied().collect()
    }

    /// The features that exist at the provider.
    pub fn offered(&self) -> Features {
        Features(Feature::ALL.into_iter().filter(|feature| (self.needed)(*feature).is_some()).collect())
    }

    /// Which of the wanted features the granted scopes allow.
    pub fn allowed(&self, wanted: &Features, granted: &BTreeSet<String>) -> Features {
        let has = |scope: &&'static str| {
            granted.contains(*scope) || (self.broader)(scope).iter().any(|one| granted.contains(*one))
        };
        let allows = |feature: &Feature| (self.needed)(*feature).is_some_and(|scopes| scopes.iter().all(has));
        Features(wanted.0.iter().copied().filter(allows).collect())
    }
}
