//! A column of strings while it is written.

use super::bitmap::Bitmap;
use crate::vector::{Buffer, NullBuffer, StringVector, string_bytes, view_of};

/// Sealing puts the strings into one heap when there would be more than this.
pub(super) const MAX_HEAPS: usize = 8;

/// Strings while they are written: `shared` heaps of the sealed form this one
/// was opened from, then the heap that new strings are appended to.
#[derive(Clone, Debug, Default)]
pub(super) struct OpenStrings {
    views: Vec<u128>,
    shared: Vec<Buffer>,
    heap: Vec<u8>,
}

impl OpenStrings {
    /// The strings of a sealed column, to be written to.
    pub(super) fn of(strings: &StringVector) -> Self {
        OpenStrings {
            views: strings.views().to_vec(),
            shared: strings.heaps().to_vec(),
            heap: Vec::new(),
        }
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.views.len()
    }

    /// Gives it so many rows.
    pub(super) fn resize(&mut self, rows: usize) {
        self.views.resize(rows, 0);
    }

    /// The bytes of the string of a row.
    pub(super) fn bytes(&self, row: usize) -> &[u8] {
        string_bytes(&self.views, row, |heap| {
            self.shared.get(heap as usize).map_or(&self.heap[..], Buffer::as_slice)
        })
    }

    /// Writes the string of a row that there is.
    pub(super) fn set(&mut self, row: usize, bytes: &[u8]) {
        if bytes.len() > 12 {
            if self.heap.len() + bytes.len() > u32::MAX as usize {
                self.shared.push(Buffer::from_vec(std::mem::take(&mut self.heap)));
            }
            self.views[row] = view_of(bytes, self.shared.len() as u32, self.heap.len() as u32);
            self.heap.extend_from_slice(bytes);
        } else {
            self.views[row] = view_of(bytes, 0, 0);
        }
    }

    /// Puts strings into the rows from one on, behind all that there are.
    pub(super) fn append(&mut self, row: usize, strings: &StringVector) {
        self.resize(row);
        self.views.reserve(strings.len());
        for place in 0..strings.len() {
            self.views.push(0);
            self.set(row + place, strings.bytes(place));
        }
    }

    /// Bytes that the strings at the present rows take in heaps.
    fn used(&self, present: &Bitmap) -> usize {
        present.iter().map(|row| self.bytes(row as usize).len()).filter(|&len| len > 12).sum()
    }

    /// The column, without most of what rows hold that are not present.
    pub(super) fn seal(mut self, present: &Bitmap, validity: Option<NullBuffer>) -> StringVector {
        let size = self.heap.len() + self.shared.iter().map(Buffer::len).sum::<usize>();
        let too_many = self.shared.len() + usize::from(!self.heap.is_empty()) > MAX_HEAPS;
        if size > 0 && (too_many || self.used(present) * 2 < size) {
            let mut compact =
                OpenStrings { views: vec![0; self.views.len()], ..OpenStrings::default() };
            present.iter().for_each(|row| compact.set(row as usize, self.bytes(row as usize)));
            self = compact;
        }
        let mut heaps = self.shared;
        if !self.heap.is_empty() {
            heaps.push(Buffer::from_vec(self.heap));
        }
        StringVector::new(self.views.into(), heaps.into(), validity)
    }
}
