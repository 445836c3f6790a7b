//! The least or the greatest string of each group.
//!
//! Most strings are told apart by how they begin, and these bytes of what is kept lie side by
//! side for all groups: a row that takes no one's place costs one look at them.

use crate::vector::{NO_ROW, StringVector};
use std::cmp::Ordering;
use std::sync::Arc;

/// What is kept, by group. Of several that are equal, the first.
pub(super) struct Extremes {
    /// How a string must compare with the kept one to take its place.
    replaces: Ordering,
    kept: Vec<Option<Arc<str>>>,
    /// How these begin; where nothing is kept, what every string passes.
    begins: Vec<u32>,
    /// For each group the row of a column that takes the place of what is kept, while the column
    /// is looked at.
    rows: Vec<u32>,
}

impl Extremes {
    /// Keeps what compares so with all others.
    pub(super) fn new(replaces: Ordering) -> Self {
        Extremes { replaces, kept: Vec::new(), begins: Vec::new(), rows: Vec::new() }
    }

    /// Makes room for so many groups.
    pub(super) fn grow(&mut self, groups: usize) {
        let passes = if self.replaces == Ordering::Less { u32::MAX } else { 0 };
        self.kept.resize(groups, None);
        self.begins.resize(groups, passes);
        self.rows.resize(groups, NO_ROW);
    }

    /// Takes a column, of which each row belongs to a group.
    pub(super) fn add(&mut self, strings: &StringVector, group: impl Fn(usize) -> usize) {
        let validity = strings.validity();
        let mut changed: Vec<usize> = Vec::new();
        for row in 0..strings.len() {
            let (group, begin) = (group(row), strings.first_bytes(row));
            let order = begin.cmp(&self.begins[group]);
            if (order != self.replaces && order.is_ne())
                || validity.is_some_and(|validity| validity.is_null(row))
            {
                continue;
            }
            let candidate = self.rows[group];
            if order.is_eq() {
                // Bytes are in the order of the characters that they stand for.
                let known = match &self.kept[group] {
                    _ if candidate != NO_ROW => Some(strings.bytes(candidate as usize)),
                    Some(kept) => Some(kept.as_bytes()),
                    None => None,
                };
                if known.is_some_and(|known| strings.bytes(row).cmp(known) != self.replaces) {
                    continue;
                }
            }
            if candidate == NO_ROW {
                changed.push(group);
            }
            (self.rows[group], self.begins[group]) = (row as u32, begin);
        }
        for group in changed {
            let row = std::mem::replace(&mut self.rows[group], NO_ROW) as usize;
            self.kept[group] = Some(strings.str(row).into());
        }
    }

    /// Takes what others have kept, of rows behind its own; their groups are these.
    pub(super) fn merge(&mut self, other: Extremes, groups: &[u32]) {
        let replaces = self.replaces;
        for ((&group, theirs), begin) in groups.iter().zip(other.kept).zip(other.begins) {
            let (group, Some(theirs)) = (group as usize, theirs) else { continue };
            let own = &mut self.kept[group];
            if own.as_ref().is_none_or(|own| theirs.as_bytes().cmp(own.as_bytes()) == replaces) {
                (*own, self.begins[group]) = (Some(theirs), begin);
            }
        }
    }

    /// What is kept of each group, `None` where nothing was taken.
    pub(super) fn into_kept(self) -> Vec<Option<Arc<str>>> {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;
    use crate::vector::Vector;
    use proptest::prelude::*;

    proptest! {
        /// In one column or in several, with nulls, and strings that begin alike.
        #[test]
        fn each_group_keeps_its_least_and_its_greatest(
            rows in prop::collection::vec((prop::option::of("[ab\0]{0,6}(tail of the string)?"), 0usize..4), 0..60),
            cut in 0usize..60,
        ) {
            let cut = cut.min(rows.len());
            for (replaces, greatest) in [(Ordering::Less, false), (Ordering::Greater, true)] {
                let mut extremes = Extremes::new(replaces);
                extremes.grow(4);
                for part in [&rows[..cut], &rows[cut..]] {
                    let values = part.iter().map(|(text, _)| text.as_deref().map_or(Value::Null, Value::from));
                    if let Vector::String(strings) = Vector::from_values(values) {
                        extremes.add(&strings, |row| part[row].1);
                    }
                }
                // What was taken apart comes to the same.
                let (mut merged, mut other) = (Extremes::new(replaces), Extremes::new(replaces));
                merged.grow(4);
                other.grow(4);
                for (part, to) in [(&rows[..cut], &mut merged), (&rows[cut..], &mut other)] {
                    let values = part.iter().map(|(text, _)| text.as_deref().map_or(Value::Null, Value::from));
                    if let Vector::String(strings) = Vector::from_values(values) {
                        to.add(&strings, |row| part[row].1);
                    }
                }
                merged.merge(other, &[0, 1, 2, 3]);
                let kept = extremes.into_kept();
                prop_assert_eq!(&kept, &merged.into_kept());
                for (group, kept) in kept.iter().enumerate() {
                    let texts = rows.iter().filter(|row| row.1 == group).filter_map(|row| row.0.as_deref());
                    let expected = if greatest { texts.max() } else { texts.min() };
                    prop_assert_eq!(kept.as_deref(), expected);
                }
            }
        }
    }
}
