//! Strings in Arrow's view layout.
//!
//! ```text
//! view, 16 bytes, little endian
//!   up to 12 bytes:  length u32 │ the bytes, padded with zeros
//!   longer:          length u32 │ first 4 bytes │ heap number u32 │ offset u32
//! ```
//!
//! The bytes of long strings lie in heaps that any number of vectors share.

use arrow_buffer::{BooleanBufferBuilder, Buffer, NullBuffer, ScalarBuffer, ToByteSlice};
use std::sync::Arc;

/// Longest string, in bytes, that a view holds within itself.
pub(crate) const INLINE_BYTES: usize = 12;

/// The view of a string of at most 12 bytes, `None` for a longer one.
pub fn inline_view(bytes: &[u8]) -> Option<u128> {
    if bytes.len() > INLINE_BYTES {
        return None;
    }
    let mut raw = [0u8; 16];
    raw[0] = bytes.len() as u8;
    raw[4..4 + bytes.len()].copy_from_slice(bytes);
    Some(u128::from_le_bytes(raw))
}

/// The view of a string; a long one is taken to lie in a heap at an offset.
pub fn view_of(bytes: &[u8], heap: u32, offset: u32) -> u128 {
    inline_view(bytes).unwrap_or_else(|| {
        let mut raw = [0u8; 16];
        raw[..4].copy_from_slice(&(bytes.len() as u32).to_le_bytes());
        raw[4..8].copy_from_slice(&bytes[..4]);
        raw[8..12].copy_from_slice(&heap.to_le_bytes());
        raw[12..].copy_from_slice(&offset.to_le_bytes());
        u128::from_le_bytes(raw)
    })
}

/// Length in bytes of the string of a view.
pub(crate) fn view_len(view: u128) -> usize {
    view as u32 as usize
}

/// Heap number and offset of the view of a long string.
pub(crate) fn view_place(view: u128) -> (u32, u32) {
    ((view >> 64) as u32, (view >> 96) as u32)
}

/// The bytes of the string at `row` of `views`; `heap` finds a heap by number.
/// Empty where the row, the heap or the range does not exist.
pub fn string_bytes<'a>(
    views: &'a [u128],
    row: usize,
    heap: impl FnOnce(u32) -> &'a [u8],
) -> &'a [u8] {
    let Some(&view) = views.get(row) else { return &[] };
    let len = view_len(view);
    if len <= INLINE_BYTES {
        views[row..=row].to_byte_slice().get(4..4 + len).unwrap_or_default()
    } else {
        let (number, offset) = view_place(view);
        heap(number).get(offset as usize..offset as usize + len).unwrap_or_default()
    }
}

/// A column of strings: views, the heaps they lead to, and which are not null.
#[derive(Clone, Debug)]
pub struct StringVector {
    views: ScalarBuffer<u128>,
    heaps: Arc<[Buffer]>,
    validity: Option<NullBuffer>,
}

impl StringVector {
    /// Puts a column together from its parts.
    pub fn new(
        views: ScalarBuffer<u128>,
        heaps: Arc<[Buffer]>,
        validity: Option<NullBuffer>,
    ) -> Self {
        StringVector { views, heaps, validity }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.views.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.views.is_empty()
    }

    /// The views; of two strings of at most 12 bytes, equal views mean equal strings.
    pub fn views(&self) -> &ScalarBuffer<u128> {
        &self.views
    }

    /// The heaps that the views of long strings lead to.
    pub fn heaps(&self) -> &Arc<[Buffer]> {
        &self.heaps
    }

    /// Which rows are not null; `None` where all are.
    pub fn validity(&self) -> Option<&NullBuffer> {
        self.validity.as_ref()
    }

    /// The bytes at a row, whether null or not; empty past the end.
    pub fn bytes(&self, row: usize) -> &[u8] {
        string_bytes(&self.views, row, |heap| {
            self.heaps.get(heap as usize).map(Buffer::as_slice).unwrap_or_default()
        })
    }

    /// The first four bytes at a row as a number, 0 where there are fewer: of two strings for
    /// which they differ, the one with the smaller comes first.
    pub(crate) fn first_bytes(&self, row: usize) -> u32 {
        self.views.get(row).map_or(0, |view| ((view >> 32) as u32).swap_bytes())
    }

    /// A number for a string that lies within its view, in the order of such strings; `None` for
    /// a longer one.
    pub(crate) fn inline_number(&self, row: usize) -> Option<u128> {
        let view = self.views.get(row).copied().unwrap_or_default();
        // The bytes, and behind them how many there are: one that ends in zeros is no shorter one.
        let bytes = (view >> 32 << 32).swap_bytes() << 32;
        (view_len(view) <= INLINE_BYTES).then_some(bytes | view_len(view) as u128)
    }

    /// The string at a row, whether null or not; empty past the end.
    pub fn str(&self, row: usize) -> &str {
        std::str::from_utf8(self.bytes(row)).unwrap_or_default()
    }

    /// The string at a row, `None` where it is null or past the end.
    pub fn get(&self, row: usize) -> Option<&str> {
        if row >= self.len() || self.validity.as_ref().is_some_and(|validity| validity.is_null(row))
        {
            None
        } else {
            Some(self.str(row))
        }
    }

    /// The view at a row in a column that has `heaps`, to which those of this one are added
    /// where the string lies in one; `first` is the place of the first of them, once they are
    /// there. `None` past the end.
    pub(crate) fn view_among(
        &self,
        row: usize,
        first: &mut Option<u32>,
        heaps: &mut Vec<Buffer>,
    ) -> Option<u128> {
        let view = *self.views.get(row)?;
        if view_len(view) <= INLINE_BYTES {
            return Some(view);
        }
        let first = *first.get_or_insert_with(|| {
            heaps.extend(self.heaps.iter().cloned());
            (heaps.len() - self.heaps.len()) as u32
        });
        Some(view + (u128::from(first) << 64))
    }

    /// The rows from `offset` on, `len` of them, without a copy.
    ///
    /// # Panics
    /// Where the range reaches past the end.
    pub fn slice(&self, offset: usize, len: usize) -> Self {
        StringVector {
            views: self.views.slice(offset, len),
            heaps: self.heaps.clone(),
            validity: self.validity.as_ref().map(|validity| validity.slice(offset, len)),
        }
    }
}

/// Builds a [`StringVector`] row by row.
#[derive(Debug)]
pub struct StringBuilder {
    views: Vec<u128>,
    heaps: Vec<Buffer>,
    heap: Vec<u8>,
    validity: BooleanBufferBuilder,
    nulls: usize,
}

impl Default for StringBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl StringBuilder {
    /// A builder without rows.
    pub fn new() -> Self {
        Self::with_capacity(0)
    }

    /// A builder without rows, with room for so many.
    pub fn with_capacity(rows: usize) -> Self {
        StringBuilder {
            views: Vec::with_capacity(rows),
            heaps: Vec::new(),
            heap: Vec::new(),
            validity: BooleanBufferBuilder::new(rows),
            nulls: 0,
        }
    }

    /// Number of rows so far.
    pub fn len(&self) -> usize {
        self.views.len()
    }

    /// Whether there are no rows yet.
    pub fn is_empty(&self) -> bool {
        self.views.is_empty()
    }

    /// Appends a string (of less than 4 GiB).
    pub fn push(&mut self, string: &str) {
        let bytes = string.as_bytes();
        if bytes.len() > INLINE_BYTES && self.heap.len() + bytes.len() > u32::MAX as usize {
            // An offset is 32 bits wide: a heap that would outgrow it is closed.
            self.heaps.push(Buffer::from_vec(std::mem::take(&mut self.heap)));
        }
        self.views.push(view_of(bytes, self.heaps.len() as u32, self.heap.len() as u32));
        if bytes.len() > INLINE_BYTES {
            self.heap.extend_from_slice(bytes);
        }
        self.validity.append(true);
    }

    /// Appends a null.
    pub fn push_null(&mut self) {
        self.views.push(0);
        self.validity.append(false);
        self.nulls += 1;
    }

    /// The string pushed at a row, `None` where null.
    pub fn get(&self, row: usize) -> Option<&str> {
        if row >= self.len() || !self.validity.get_bit(row) {
            return None;
        }
        let bytes = string_bytes(&self.views, row, |heap| {
            self.heaps.get(heap as usize).map_or(self.heap.as_slice(), Buffer::as_slice)
        });
        std::str::from_utf8(bytes).ok()
    }

    /// The column.
    pub fn finish(mut self) -> StringVector {
        if !self.heap.is_empty() {
            self.heaps.push(Buffer::from_vec(self.heap));
        }
        let validity = (self.nulls > 0).then(|| NullBuffer::new(self.validity.finish()));
        StringVector { views: self.views.into(), heaps: self.heaps.into(), validity }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_short_strings_are_in_their_order() {
        let texts = ["", "\0", "a", "a\0", "a\0\0b", "ab", "abcdefghijk", "abcdefghijkl", "b", "é"];
        let mut builder = StringBuilder::new();
        texts.iter().for_each(|text| builder.push(text));
        builder.push("abcdefghijklm");
        let column = builder.finish();
        let numbers: Vec<u128> =
            (0..texts.len()).map(|row| column.inline_number(row).expect("it is short")).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:x?}");
        assert_eq!(column.inline_number(texts.len()), None);
    }
}
