//! Pictures in mails: those that came with them, and those on other servers. What they are is told by their first bytes
//! and by nothing that somebody says about them.

use super::{Permit, ReadError, Reading};
use crate::providers::file::Pieces;
use entity::messages;
use futures::{StreamExt, stream};
use sea_orm::EntityTrait;
use url::Url;
use uuid::Uuid;

/// Bytes after which the kind of every picture is told.
const ENOUGH: usize = 12;

/// Kinds of pictures that are shown: none that could hold anything but a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
}

impl Kind {
    /// By the first bytes.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    /// Its media type.
    pub fn mime_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }
}

/// A picture on its way.
pub struct Picture {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub pieces: Pieces,
}

impl Reading {
    /// A picture that came with a mail, for whoever holds the permit.
    pub async fn inline_picture(&self, message: Uuid, file: Uuid, permit: &Permit) -> Result<Picture, ReadError> {
        let message = self.permitted(message, &file.to_string(), permit).await?;
        let file = self.attached(&message, file).await?;
        looked_at(self.bytes(&message, &file).await?).await
    }

    /// A picture on another server, for whoever holds the permit.
    pub async fn remote_picture(&self, message: Uuid, address: &str, permit: &Permit) -> Result<Picture, ReadError> {
        self.permitted(message, address, permit).await?;
        let address = Url::parse(address).map_err(|_| ReadError::NotFound)?;
        looked_at(self.window.look(address).await?).await
    }

    async fn permitted(&self, message: Uuid, picture: &str, permit: &Permit) -> Result<messages::Model, ReadError> {
        let connections = self.connections();
        if !self.signer.allows(permit, message, picture, connections.clock.now()) {
            return Err(ReadError::NotFound);
        }
        messages::Entity::find_by_id(message).one(&connections.db).await?.ok_or(ReadError::NotFound)
    }
}

/// Waits for enough of it to see what it is.
async fn looked_at(mut pieces: Pieces) -> Result<Picture, ReadError> {
    let mut head = Vec::new();
    while head.len() < ENOUGH {
        match pieces.next().await {
            Some(piece) => head.extend(piece?),
            None => break,
        }
    }
    let kind = Kind::of(&head).ok_or(ReadError::NoPicture)?;
    Ok(Picture { kind, pieces: Box::pin(stream::iter([Ok(head)]).chain(pieces)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::file::at_hand;

    #[test]
    fn only_pictures_are_pictures() {
        for (head, kind) in [
            (&b"\x89PNG\r\n\x1a\n0000"[..], Some(Kind::Png)),
            (b"\xff\xd8\xff\xe0", Some(Kind::Jpeg)),
            (b"GIF89a", Some(Kind::Gif)),
            (b"RIFF1234WEBPVP8 ", Some(Kind::Webp)),
            (b"RIFF1234WAVEfmt ", None),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
            (b"<!doctype html>", None),
            (b" GIF89a", None),
            (b"%PDF-1.7", None),
            (b"", None),
        ] {
            assert_eq!(Kind::of(head), kind, "{head:?}");
        }
    }

    #[tokio::test]
    async fn a_picture_comes_whole_however_it_is_cut() {
        let pieces = [&b"GIF"[..], b"", b"89a", b"the rest", b" of it"].map(|piece| Ok(piece.to_vec()));
        let picture = looked_at(Box::pin(stream::iter(pieces))).await.unwrap();
        let whole: Vec<Vec<u8>> = picture.pieces.map(Result::unwrap).collect().await;
        assert_eq!((picture.kind, whole.concat()), (Kind::Gif, b"GIF89athe rest of it".to_vec()));
        assert!(looked_at(at_hand(b"<svg/>".to_vec())).await.is_err());
    }
}
