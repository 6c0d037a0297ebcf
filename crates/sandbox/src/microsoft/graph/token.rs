//! The opaque tokens in delta links. All that a round needs to go on stands in them, so that nothing is kept for them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::visit::Visit;
use crate::dice::Dice;
use crate::world::Outlook;
use crate::world::outlook::folders::Expiry;

/// Where a round stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Token {
    /// Which life of which mailbox it is of.
    pub life: String,
    /// The mailbox's epoch when it was given.
    pub epoch: u64,
    /// The folder.
    pub folder: usize,
    /// Changes up to here are known, or will be when the mails were all listed.
    pub stamp: u64,
    /// For a list of folders: the stamp its round begins after, if it is not the first.
    pub since: Option<u64>,
    /// While the mails are listed: the sort key of the last one given. (The position, for folders.)
    pub listing: Option<u64>,
    /// Mails listed so far.
    pub listed: usize,
    /// Pages of this round so far.
    pub pages: u64,
    /// `$select`.
    pub select: String,
    /// `$expand`.
    pub expand: String,
    /// `$filter`.
    pub filter: String,
    /// `changeType`.
    pub change: String,
    /// `$top`.
    pub top: Option<usize>,
}

impl Token {
    /// As it stands in a link.
    pub fn text(&self) -> String {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        let mut mask = Dice::of(&[0x746F_6B65]);
        let sum = bytes.iter().fold(0x5A_u8, |sum, byte| sum.rotate_left(3) ^ byte);
        bytes.push(sum);
        for byte in &mut bytes {
            *byte ^= mask.bits().to_be_bytes()[0];
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads one.
    fn parse(text: &str) -> Option<Self> {
        let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let mut mask = Dice::of(&[0x746F_6B65]);
        for byte in &mut bytes {
            *byte ^= mask.bits().to_be_bytes()[0];
        }
        let sum = bytes.pop()?;
        let same = bytes.iter().fold(0x5A_u8, |sum, byte| sum.rotate_left(3) ^ byte) == sum;
        serde_json::from_slice(&bytes).ok().filter(|_| same)
    }

    /// The token of a link to this folder, if it is still good; `fresh` is where to begin anew.
    pub fn read(outlook: &Outlook, folder: usize, text: &str, fresh: &str) -> Result<Self, Failure> {
        let invalid = || refusal(Expiry::SyncStateInvalid, fresh);
        let token = Self::parse(text).filter(|token| token.folder == folder).ok_or_else(invalid)?;
        if token.life != outlook.life {
            return Err(refusal(Expiry::SyncStateNotFound, fresh));
        }
        match outlook.folders[folder].expired {
            Some((epoch, how)) if token.epoch < epoch => Err(refusal(how, fresh)),
            _ => Ok(token),
        }
    }

    /// A link that goes on from here at a path such as `me/mailFolders('…')/messages/delta`.
    pub fn link(&self, visit: &Visit<'_>, path: &str, kind: &str) -> String {
        format!("{}/v1.0/{path}?${kind}={}", visit.origin(), self.text())
    }
}

/// How a link is refused whose token is good no more (provider facts 6.1).
fn refusal(how: Expiry, fresh: &str) -> Failure {
    let (status, code) = match how {
        Expiry::Gone => (StatusCode::GONE, "syncStateNotFound"),
        Expiry::SyncStateNotFound => (StatusCode::NOT_FOUND, "syncStateNotFound"),
        Expiry::SyncStateInvalid => (StatusCode::BAD_REQUEST, "syncStateInvalid"),
        Expiry::ResyncRequired => (StatusCode::GONE, "resyncRequired"),
    };
    let text = match how {
        Expiry::SyncStateInvalid => "The sync state is invalid, or of another folder.",
        _ => "The sync state generation is not found. Perform a full synchronization.",
    };
    let failure = Failure::new(status, code, text);
    if how == Expiry::Gone { failure.at(fresh.to_owned()) } else { failure }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_token_survives_its_link_and_nothing_else() {
        let token = Token { life: "x".into(), listing: Some(7), select: "subject".into(), ..Token::default() };
        let text = token.text();
        assert_eq!(Token::parse(&text), Some(token));
        assert!(!text.contains("subject") && Token::parse(&text[1..]).is_none() && Token::parse("").is_none());
    }
}
