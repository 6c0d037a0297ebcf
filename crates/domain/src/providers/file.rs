//! A file on its way from a provider to a person: piece by piece, never whole in memory, and given up when nobody takes
//! the pieces.

use super::{error::ProviderError, http::Opened};
use futures::{Stream, StreamExt, stream::BoxStream};
use std::time::Duration;
use tokio::sync::mpsc;

/// Pieces that wait for the person: a few hundred kilobytes.
const PIECES: usize = 8;
/// Whoever takes nothing for so long has gone away.
const UNTAKEN: Duration = Duration::from_mins(2);
/// Bytes of one file. Gmail's largest message is 50 MB, Exchange's 150 MB.
const LARGEST_FILE: usize = 160 * 1024 * 1024;

/// The bytes of a file. An error in the middle means that the rest will not come.
pub type Pieces = BoxStream<'static, Result<Vec<u8>, ProviderError>>;

/// What a provider's answer is turned into before it goes on.
pub(crate) trait Unpack: Send + 'static {
    /// A piece of the answer becomes a piece of the file.
    fn unpack(&mut self, piece: Vec<u8>) -> Result<Vec<u8>, ProviderError>;
    /// What is left at the end of the answer.
    fn finish(&mut self) -> Result<Vec<u8>, ProviderError>;
}

/// The answer is the file.
pub(crate) struct AsItIs;

impl Unpack for AsItIs {
    fn unpack(&mut self, piece: Vec<u8>) -> Result<Vec<u8>, ProviderError> {
        Ok(piece)
    }

    fn finish(&mut self) -> Result<Vec<u8>, ProviderError> {
        Ok(Vec::new())
    }
}

/// A file that is here already.
pub(crate) fn at_hand(bytes: Vec<u8>) -> Pieces {
    Box::pin(futures::stream::iter([Ok(bytes)]))
}

/// Sends the body of an answer on. `held` is given back when the last piece came, or nobody wants it any more.
pub(crate) fn pieces(opened: Opened, unpack: impl Unpack, held: impl Send + 'static) -> Pieces {
    let (out, taken) = mpsc::channel(PIECES);
    tokio::spawn(async move {
        let ended = pump(opened, unpack, &out).await;
        drop(held);
        if let Err(error) = ended {
            // Fails only when nobody listens any more.
            let _ = out.send(Err(error)).await;
        }
    });
    // Whoever writes an answer asks once more at its end.
    Box::pin(received(taken).fuse())
}

fn received<T: Send + 'static>(taken: mpsc::Receiver<T>) -> impl Stream<Item = T> + Send {
    futures::stream::unfold(taken, |mut taken| async move { taken.recv().await.map(|one| (one, taken)) })
}

async fn pump(
    mut opened: Opened,
    mut unpack: impl Unpack,
    out: &mpsc::Sender<Result<Vec<u8>, ProviderError>>,
) -> Result<(), ProviderError> {
    let mut bytes = 0;
    loop {
        let piece = opened.piece().await?;
        let last = piece.is_none();
        let piece = match piece {
            Some(piece) => unpack.unpack(piece)?,
            None => unpack.finish()?,
        };
        bytes += piece.len();
        if bytes > LARGEST_FILE {
            return Err(ProviderError::nonsense("a file larger than 160 MB"));
        }
        if !piece.is_empty() {
            match tokio::time::timeout(UNTAKEN, out.send(Ok(piece))).await {
                Ok(Ok(())) => {}
                // Gone, or as good as gone.
                Ok(Err(_)) | Err(_) => return Ok(()),
            }
        }
        if last {
            return Ok(());
        }
    }
}
