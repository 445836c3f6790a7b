//! A bitmap over the rows of one chunk.

use crate::vector::{BooleanBuffer, Buffer, CHUNK_ROWS, NullBuffer};

const WORDS: usize = CHUNK_ROWS / 64;

/// One bit for each of the 2048 rows of a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitmap {
    words: [u64; WORDS],
}

impl Default for Bitmap {
    fn default() -> Self {
        Bitmap { words: [0; WORDS] }
    }
}

impl Bitmap {
    /// Whether a row is in; rows past the end are not.
    pub fn contains(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Puts a row in or takes it out; returns whether that changed anything.
    /// Rows past the end are ignored.
    pub fn set(&mut self, row: usize, present: bool) -> bool {
        let Some(word) = self.words.get_mut(row / 64) else { return false };
        let bit = 1u64 << (row % 64);
        let changed = (*word & bit != 0) != present;
        if present {
            *word |= bit;
        } else {
            *word &= !bit;
        }
        changed
    }

    /// Number of rows that are in.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether no row is in.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// Whether all of the first `len` rows are in.
    pub fn is_full(&self, len: usize) -> bool {
        let len = len.min(CHUNK_ROWS);
        let whole = len / 64;
        self.words[..whole].iter().all(|&word| word == u64::MAX)
            && (len.is_multiple_of(64) || self.words[whole] | (u64::MAX << (len % 64)) == u64::MAX)
    }

    /// Keeps the rows that are in `other` too.
    pub fn retain(&mut self, other: &Bitmap) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    /// Adds the rows that are in `other`.
    pub fn extend(&mut self, other: &Bitmap) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    /// Takes out the rows that are in `other`.
    pub fn subtract(&mut self, other: &Bitmap) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    /// The 64-bit words, row 0 in the lowest bit of the first.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The rows that are in, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    index as u32 * 64 + bit
                })
            })
        })
    }

    /// The rows whose bits these words hold; words past the end are ignored.
    pub(crate) fn from_words(from: &[u64]) -> Self {
        let mut bitmap = Bitmap::default();
        bitmap.words.iter_mut().zip(from).for_each(|(word, from)| *word = *from);
        bitmap
    }

    /// The first `len` rows as Arrow's validity; `None` where all are in.
    pub(crate) fn validity(&self, len: usize) -> Option<NullBuffer> {
        if self.is_full(len) {
            return None;
        }
        let words: Vec<u64> = self.words[..len.min(CHUNK_ROWS).div_ceil(64)]
            .iter()
            .map(|word| word.to_le())
            .collect();
        Some(NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(words), 0, len.min(CHUNK_ROWS))))
    }

    /// The bitmap of a validity of `len` rows; absent means that all are in.
    pub(crate) fn from_validity(validity: Option<&NullBuffer>, len: usize) -> Self {
        let mut bitmap = Bitmap::default();
        match validity {
            None => (0..len).for_each(|row| {
                bitmap.set(row, true);
            }),
            Some(validity) => validity.valid_indices().for_each(|row| {
                bitmap.set(row, true);
            }),
        }
        bitmap
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_through_validity() {
        let mut bitmap = Bitmap::default();
        for row in [0, 1, 63, 64, 100, 2047] {
            assert!(bitmap.set(row, true));
            assert!(!bitmap.set(row, true));
        }
        assert!(!bitmap.set(2048, true));
        assert_eq!(bitmap.iter().collect::<Vec<_>>(), [0, 1, 63, 64, 100, 2047]);
        assert_eq!(Bitmap::from_validity(bitmap.validity(2048).as_ref(), 2048), bitmap);
        assert!(!bitmap.is_full(3) && bitmap.is_full(2));
        let full = Bitmap::from_validity(None, 70);
        assert!(full.is_full(70) && !full.is_full(71) && full.validity(70).is_none());
    }
}
