//! Handing out what undoes a commit, as its bytes in a volume or in the log tell it.

use super::codec;
use super::error::DurableError;
use super::history::Rewind;
use super::source::Refusal;
use super::volume::{Piece, Volume};

/// Why changes could not be handed out.
pub(super) enum Fed {
    Damaged(String),
    Refused(Refusal),
}

impl Fed {
    /// The failure at a place of a file.
    pub(super) fn at(self, path: &std::path::Path, offset: u64) -> DurableError {
        match self {
            Fed::Damaged(what) => DurableError::damaged(path, offset, what),
            Fed::Refused(Refusal(what)) => {
                DurableError::Refused { file: path.to_path_buf(), offset, what }
            }
        }
    }
}

/// Hands out the pieces of a commit from a place on.
pub(super) fn feed_pieces(
    volume: &Volume,
    from: usize,
    number: u64,
    sink: &mut dyn Rewind,
) -> Result<(), Fed> {
    for piece in volume.pieces.get(from..).unwrap_or_default() {
        match piece {
            Piece::Undoes { number: of, items, bytes } if *of == number => {
                feed(volume.slice(bytes), *items, sink)?;
            }
            _ => break,
        }
    }
    Ok(())
}

/// Decodes changes that fill some bytes exactly and hands them out.
pub(super) fn feed(bytes: &[u8], items: u64, sink: &mut dyn Rewind) -> Result<(), Fed> {
    let mut rest = bytes;
    for _ in 0..items {
        let (change, used) = codec::decode_change(rest).map_err(Fed::Damaged)?;
        rest = rest.get(used..).unwrap_or_default();
        sink.undo(change).map_err(Fed::Refused)?;
    }
    if rest.is_empty() {
        Ok(())
    } else {
        Err(Fed::Damaged("there are more bytes than changes".to_owned()))
    }
}
