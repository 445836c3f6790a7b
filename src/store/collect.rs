//! Collecting what an index is to hold: from the columns, chunk by chunk, then sorted at once.
//!
//! Integers are compared as such and strings by how they begin, so that few comparisons look
//! at a whole value.

use super::ordered::{Entry, order};
use super::schema::SchemaTarget;
use super::stop::Stop;
use super::{Cell, Graph, KeyId, Segment, StoreError};
use crate::value::Value;
use std::cmp::Ordering;
use std::sync::Arc;

impl Graph {
    /// What an index of these keys holds, or would hold, in order.
    ///
    /// # Errors
    /// [`StoreError::Stopped`].
    ///
    /// # Complexity
    /// O(n log n); O(n) where the values ascend with the ids.
    pub(crate) fn index_entries(
        &self,
        target: SchemaTarget,
        keys: &[KeyId],
        stop: &Stop,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut entries = Vec::new();
        let mut renewed;
        let mut graph = self;
        let chunks = match target {
            SchemaTarget::Label(_) => self.node_chunk_count(),
            SchemaTarget::Type(_) => self.relationship_chunk_count(),
        };
        for number in 0..chunks {
            stop.check()?;
            if graph.is_over_budget() {
                renewed = graph.renewed();
                graph = &renewed;
            }
            match target {
                SchemaTarget::Label(label) => {
                    if let Some(found) = graph.node_chunk(number, Some(label)) {
                        let columns: Vec<_> = keys.iter().map(|key| found.segment(*key)).collect();
                        collect(&columns, found.first, found.rows.iter(), &mut entries);
                    }
                }
                SchemaTarget::Type(kind) => {
                    if let Some(found) = graph.relationship_chunk(number, Some(kind)) {
                        let columns: Vec<_> = keys.iter().map(|key| found.segment(*key)).collect();
                        collect(&columns, found.first, found.rows.iter(), &mut entries);
                    }
                }
            }
        }
        stop.check()?;
        Ok(sorted(entries))
    }
}

/// Adds the entries of rows whose keys stand in these columns, in the order of ids.
fn collect(
    columns: &[Option<&Segment>],
    first: u32,
    rows: impl Iterator<Item = u32>,
    into: &mut Vec<Entry>,
) {
    let Some((Some(leading), others)) = columns.split_first() else { return };
    for row in rows {
        let value = match leading.cell(row as usize) {
            Cell::Null => continue,
            cell => cell.to_value(),
        };
        let value = if others.is_empty() {
            value
        } else {
            let other = |column: Option<&Segment>| {
                column.map_or(Value::Null, |column| column.get(row as usize))
            };
            let values = std::iter::once(value).chain(others.iter().copied().map(other));
            Value::List(Arc::new(values.collect()))
        };
        into.push((value, first + row));
    }
}

/// Entries that stand in the order of ids, in the order of an index.
fn sorted(mut entries: Vec<Entry>) -> Vec<Entry> {
    if entries.iter().all(|(value, _)| matches!(value, Value::Integer(_))) {
        let number = |entry: &Entry| match entry.0 {
            Value::Integer(number) => number,
            _ => 0,
        };
        // Stable: the order of ids stays.
        entries.sort_by_key(number);
        return entries;
    }
    if entries.iter().all(|(value, _)| matches!(value, Value::String(_))) {
        return sorted_strings(entries);
    }
    entries.sort_by(order);
    entries
}

fn text(entry: &Entry) -> &str {
    match &entry.0 {
        Value::String(text) => text,
        _ => "",
    }
}

/// Sorts entries of strings by their first eight bytes, and by the rest only where these are
/// the same.
fn sorted_strings(mut entries: Vec<Entry>) -> Vec<Entry> {
    let beginning = |entry: &Entry| {
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(text(entry).bytes()).for_each(|(place, byte)| *place = byte);
        u64::from_be_bytes(bytes)
    };
    let mut places: Vec<(u64, u32)> =
        entries.iter().zip(0..).map(|(entry, place)| (beginning(entry), place)).collect();
    let whole = |place: u32| entries.get(place as usize).map_or("", text);
    places.sort_unstable_by(|one, other| match one.0.cmp(&other.0) {
        Ordering::Equal => whole(one.1).cmp(whole(other.1)).then(one.1.cmp(&other.1)),
        decided => decided,
    });
    let mut take = |(_, place): (u64, u32)| {
        let entry = entries.get_mut(place as usize)?;
        Some(std::mem::replace(entry, (Value::Null, 0)))
    };
    places.into_iter().filter_map(&mut take).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_every_kind_are_sorted_as_an_index_is() {
        let number = |n: u32| Value::Integer(i64::from(n * 7919 % 101) - 50);
        let string = |n: u32| {
            let text = ["", "a", "longer than eight bytes ", "longer than", "é\0"][n as usize % 5];
            Value::from(format!("{text}{}", n * 31 % 13).as_str())
        };
        let mixed = |n: u32| match n % 4 {
            0 => number(n),
            1 => string(n),
            2 => Value::Float(f64::from(n % 9) - 4.0),
            _ => Value::Boolean(n.is_multiple_of(8)),
        };
        let list = |n: u32| Value::List(Arc::new(vec![mixed(n), Value::Null, number(n)]));
        for of in [&number as &dyn Fn(u32) -> Value, &string, &mixed, &list] {
            let entries: Vec<Entry> = (0..1000).map(|id| (of(id), id)).collect();
            let mut expected = entries.clone();
            expected.sort_by(order);
            let found = sorted(entries);
            assert_eq!(format!("{found:?}"), format!("{expected:?}"));
        }
        assert!(sorted(Vec::new()).is_empty());
    }
}
