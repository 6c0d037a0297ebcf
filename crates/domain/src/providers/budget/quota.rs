//! What Gmail's calls cost and how much may be spent, as settings: Google's two price lists, or numbers.

use std::str::FromStr;

/// Gmail's prices in quota units, and how many a person may spend a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GmailQuota {
    /// Units a minute and person.
    pub per_minute: u32,
    /// `messages.get` and `attachments.get`; `threads.get` costs two of it, in both of Google's tables.
    pub get: u32,
}

impl GmailQuota {
    /// Projects made since 1 May 2026.
    pub const NEW: Self = Self { per_minute: 6_000, get: 20 };
    /// Projects that used the API from November 2025 to April 2026.
    pub const LEGACY: Self = Self { per_minute: 15_000, get: 5 };
    /// `users.getProfile`, `labels.list`
    pub const SMALL: u32 = 1;
    /// `history.list`
    pub const HISTORY: u32 = 2;
    /// `messages.list`
    pub const LIST: u32 = 5;

    /// `messages.get` or `threads.get`.
    pub fn price(self, thread: bool) -> u32 {
        if thread { self.get.saturating_mul(2) } else { self.get }
    }
}

/// What everybody of one Google Cloud project may spend together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectQuota {
    /// Units a minute.
    pub per_minute: u32,
    /// Units a day.
    pub per_day: u64,
}

impl ProjectQuota {
    /// Google's numbers for every project: a limit a minute, and the threshold a day from which it may charge.
    pub const USUAL: Self = Self { per_minute: 1_200_000, per_day: 80_000_000 };
}

/// A quota that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(
    "a quota is `new`, `legacy`, or units per minute, optionally `:` and units per message, such as 60000:5; a project's \
     is units per minute and units per day, such as 1200000:80000000"
)]
pub struct UnknownQuota;

impl FromStr for GmailQuota {
    type Err = UnknownQuota;

    /// `new`, `legacy`, `60000` or `60000:5` (units a minute, units a message).
    fn from_str(text: &str) -> Result<Self, UnknownQuota> {
        match text.trim() {
            "new" => Ok(Self::NEW),
            "legacy" => Ok(Self::LEGACY),
            numbers => match numbers.split_once(':') {
                Some((per_minute, get)) => Ok(Self { per_minute: number(per_minute)?, get: number(get)? }),
                None => Ok(Self { per_minute: number(numbers)?, get: Self::NEW.get }),
            },
        }
    }
}

impl FromStr for ProjectQuota {
    type Err = UnknownQuota;

    /// `1200000:80000000` (units a minute, units a day).
    fn from_str(text: &str) -> Result<Self, UnknownQuota> {
        let (per_minute, per_day) = text.trim().split_once(':').ok_or(UnknownQuota)?;
        Ok(Self { per_minute: number(per_minute)?, per_day: number(per_day)? })
    }
}

/// A number above nothing.
fn number<N: FromStr + Default + PartialEq>(text: &str) -> Result<N, UnknownQuota> {
    text.parse().ok().filter(|number| *number != N::default()).ok_or(UnknownQuota)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_are_words_or_numbers() {
        assert_eq!("new".parse::<GmailQuota>().unwrap(), GmailQuota::NEW);
        assert_eq!("legacy".parse::<GmailQuota>().unwrap(), GmailQuota::LEGACY);
        assert_eq!("60000".parse::<GmailQuota>().unwrap(), GmailQuota { per_minute: 60_000, get: 20 });
        assert_eq!("60000:5".parse::<GmailQuota>().unwrap(), GmailQuota { per_minute: 60_000, get: 5 });
        for wrong in ["", "off", "0", "10:", "-5", "10:0"] {
            assert!(wrong.parse::<GmailQuota>().is_err(), "{wrong}");
        }
        assert_eq!("1200000:80000000".parse::<ProjectQuota>().unwrap(), ProjectQuota::USUAL);
        for wrong in ["", "new", "5", "5:", "0:9", "9:0", "9:-1"] {
            assert!(wrong.parse::<ProjectQuota>().is_err(), "{wrong}");
        }
    }
}
