//! A bitmap over the rows of one chunk.

use crate::vector::{BooleanBuffer, Buffer, CHUNK_ROWS, NullBuffer};

const WORDS: usize = CHUNK_ROWS / 64;

/// One bit for each of the 2048 rows of a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitmap {
    words: [u64; WORDS],
}

/// The bits of the word of a number that stand for rows from one on up to, and without, another.
fn word_between(index: usize, from: usize, to: usize) -> u64 {
    let start = index * 64;
    let below = |row: usize| match row.saturating_sub(start) {
        rows @ 0..64 => !(u64::MAX << rows),
        _ => u64::MAX,
    };
    below(to) & !below(from)
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

    /// The rows whose bits are set in words.
    pub(crate) fn of_words(words: [u64; WORDS]) -> Self {
        Bitmap { words }
    }

    /// Puts the rows from one on up to, and without, another in.
    pub(crate) fn fill(&mut self, from: usize, to: usize) {
        for (index, word) in self.words.iter_mut().enumerate() {
            *word |= word_between(index, from, to);
        }
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

    /// Whether a row from one on is in.
    pub(crate) fn reaches(&self, from: usize) -> bool {
        (from / 64..CHUNK_ROWS / 64)
            .any(|index| self.words[index] & word_between(index, from, CHUNK_ROWS) != 0)
    }

    /// Whether all of so many rows from one on are in.
    pub fn has_all(&self, from: usize, len: usize) -> bool {
        let to = from + len;
        if to > CHUNK_ROWS {
            return false;
        }
        (from / 64..to.div_ceil(64)).all(|index| {
            let wanted = word_between(index, from, to);
            self.words[index] & wanted == wanted
        })
    }

    /// Keeps of the rows only those from one on up to, and without, another.
    pub fn narrow(&mut self, from: usize, to: usize) {
        for (index, word) in self.words.iter_mut().enumerate() {
            *word &= word_between(index, from, to);
        }
    }

    /// Appends the rows that are in, ascending, each added to `first`.
    pub fn append_to(&self, first: u32, ids: &mut Vec<u32>) {
        for (index, &word) in self.words.iter().enumerate() {
            let base = first + index as u32 * 64;
            if word == u64::MAX {
                ids.extend(base..base + 64);
                continue;
            }
            let mut rest = word;
            while rest != 0 {
                ids.push(base + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
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
    fn knows_ranges_of_rows() {
        let mut bitmap = Bitmap::default();
        (60..200).for_each(|row| _ = bitmap.set(row, true));
        bitmap.set(100, false);
        for (from, len) in [(60, 40), (101, 99), (64, 36), (128, 64), (70, 0)] {
            assert!(bitmap.has_all(from, len), "{from} {len}");
        }
        for (from, len) in [(59, 2), (60, 41), (101, 100), (0, 1), (2040, 9)] {
            assert!(!bitmap.has_all(from, len), "{from} {len}");
        }
        let mut ids = Vec::new();
        bitmap.append_to(1000, &mut ids);
        assert_eq!(ids, bitmap.iter().map(|row| row + 1000).collect::<Vec<_>>());
        for (from, to) in [(0, 2048), (61, 64), (64, 128), (99, 102), (150, 150), (199, 4000)] {
            let mut some = bitmap.clone();
            some.narrow(from, to);
            let rows = bitmap.iter().filter(|&row| (from..to).contains(&(row as usize)));
            assert_eq!(some.iter().collect::<Vec<_>>(), rows.collect::<Vec<_>>(), "{from} {to}");
        }
    }

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
