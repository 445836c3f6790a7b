//! Strings of which each is kept once, in the order in which they came.

use crate::vector::{StringBuilder, StringVector};

/// Strings, one after the other.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) bytes: Vec<u8>,
    /// Where each ends, and its hash: so a table that grows reads no string.
    pub(super) ends: Vec<(usize, u64)>,
}

impl Texts {
    pub(super) fn get(&self, place: usize) -> Option<&[u8]> {
        let &(end, _) = self.ends.get(place)?;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before].0);
        self.bytes.get(start..end)
    }

    /// The strings as a column.
    pub(super) fn column(&self) -> StringVector {
        let mut builder = StringBuilder::with_capacity(self.ends.len());
        for place in 0..self.ends.len() {
            builder.push(text(self.get(place).unwrap_or_default()));
        }
        builder.finish()
    }
}

/// Bytes that were those of a string.
pub(super) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
