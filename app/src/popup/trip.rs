//! A trip to a provider's consent page, and the address it starts at.

use crate::{
    address::query_value,
    features::connections::{Feature, Provider},
};
use uuid::Uuid;

/// What a trip to a provider is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Connect,
    /// One more feature for a connection.
    Grant {
        connection: Uuid,
        feature: Feature,
    },
    Repair {
        connection: Uuid,
    },
}

/// A trip to a provider's consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    pub provider: Provider,
    pub purpose: Purpose,
}

impl Trip {
    /// Where it starts: in a popup, or on this page, to come back to `return_to`.
    pub fn start_address(self, attempt: Option<Uuid>, return_to: Option<&str>) -> String {
        let what = match self.purpose {
            Purpose::Connect => "purpose=connect&features=mail".to_owned(),
            Purpose::Grant { connection, feature } => {
                format!("purpose=grant&connection={connection}&features={}", feature.slug())
            }
            Purpose::Repair { connection } => format!("purpose=repair&connection={connection}"),
        };
        let mut address = format!("/auth/{}/start?{what}", self.provider.slug());
        if let Some(attempt) = attempt {
            address.push_str("&attempt=");
            address.push_str(&attempt.to_string());
        }
        match return_to {
            Some(page) => {
                address.push_str("&return_to=");
                address.push_str(&query_value(page));
            }
            None => address.push_str("&popup=1"),
        }
        address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_popup_and_a_full_page_trip_start_at_the_same_place() {
        let id = Uuid::from_u128(7);
        let gmail = Trip { provider: Provider::Google, purpose: Purpose::Connect };
        assert_eq!(
            gmail.start_address(Some(id), None),
            "/auth/google/start?purpose=connect&features=mail&attempt=00000000-0000-0000-0000-000000000007&popup=1"
        );
        let outlook = Trip { provider: Provider::Microsoft, ..gmail };
        assert_eq!(
            outlook.start_address(None, Some("/inbox?in=all")),
            "/auth/microsoft/start?purpose=connect&features=mail&return_to=/inbox%3Fin%3Dall"
        );
        let send = Purpose::Grant { connection: id, feature: Feature::Send };
        assert_eq!(
            Trip { purpose: send, ..gmail }.start_address(None, Some("/")),
            "/auth/google/start?purpose=grant&connection=00000000-0000-0000-0000-000000000007&features=send&return_to=/"
        );
    }
}
