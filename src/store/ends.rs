//! What the relationships of a chunk are and connect, in columns.

use super::bitmap::Bitmap;
use std::borrow::Cow;

/// Types and ends of the rows; only ever appended to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ends {
    pub(crate) types: Vec<u32>,
    pub(crate) starts: Vec<u32>,
    pub(crate) ends: Vec<u32>,
    /// The rows that start at a relationship.
    pub(crate) start_kinds: Bitmap,
    /// The rows that end at a relationship.
    pub(crate) end_kinds: Bitmap,
}

impl Ends {
    /// The same without what the rows hold that are not live: such a row repeats the one
    /// before it, which packs best, and there is none after the last live one.
    pub(crate) fn of_live(&self, live: &Bitmap) -> Cow<'_, Ends> {
        if live.is_full(self.types.len()) {
            return Cow::Borrowed(self);
        }
        let rows = live.iter().last().map_or(0, |row| row as usize + 1);
        let repeated = |column: &[u32]| {
            let mut before = 0;
            let value = |(row, &id): (usize, &u32)| {
                if live.contains(row) {
                    before = id;
                }
                before
            };
            column.iter().take(rows).enumerate().map(value).collect()
        };
        let (mut start_kinds, mut end_kinds) = (self.start_kinds.clone(), self.end_kinds.clone());
        start_kinds.retain(live);
        end_kinds.retain(live);
        let (types, starts) = (repeated(&self.types), repeated(&self.starts));
        Cow::Owned(Ends { types, starts, ends: repeated(&self.ends), start_kinds, end_kinds })
    }
}
