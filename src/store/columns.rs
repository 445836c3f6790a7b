//! The columns of a chunk, each read from the file when it is first asked for.

use super::KeyId;
use super::bitmap::Bitmap;
use super::segment::Segment;
use super::stored::{ChunkSource, Faults, Origin, Part, Place};
use super::zone::{Glimpse, Zone, ZoneTest};
use super::zone_order::ZoneOrder;
use crate::value::Value;
use crate::vector::{CHUNK_ROWS, Vector};
use std::sync::{Arc, OnceLock};

/// The columns of a chunk, in the order of property key ids. One that is still in
/// the file is read when it is first asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments {
    columns: Vec<(KeyId, Column)>,
    origin: Option<Origin>,
}

#[derive(Clone, Debug, Default)]
struct Column {
    segment: OnceLock<Arc<Segment>>,
    /// Where it lies, as long as it is as it lies there.
    part: Option<Part>,
    /// Its zone as the file tells it, where it was not wanted to be read.
    zone: OnceLock<Box<Zone>>,
}

/// Bytes of a column that is being filled, roughly.
const COLUMN_BYTES: usize = CHUNK_ROWS * 16;

/// Bytes that properties point at, roughly.
fn held_bytes(values: &Vector) -> usize {
    match values {
        Vector::String(strings) => (0..strings.len()).map(|row| strings.bytes(row).len()).sum(),
        Vector::Dynamic(values) => values.iter().map(value_bytes).sum(),
        Vector::Dictionary { .. } => values.iter().map(|value| value_bytes(&value)).sum(),
        _ => 0,
    }
}

/// Bytes that a property points at, roughly.
fn value_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        // The elements of a list that is a property are no lists.
        Value::List(values) => values
            .iter()
            .map(|value| 48 + if let Value::String(text) = value { text.len() } else { 0 })
            .sum(),
        _ => 0,
    }
}

impl Segments {
    /// Columns that all lie in a file; their keys ascend.
    pub(crate) fn stored(origin: Origin, columns: impl Iterator<Item = (KeyId, Part)>) -> Self {
        let column = |part| Column { part: Some(part), ..Column::default() };
        Segments {
            columns: columns.map(|(key, part)| (key, column(part))).collect(),
            origin: Some(origin),
        }
    }

    fn at(&self, place: usize, faults: &Faults) -> Option<&Segment> {
        let (_, column) = self.columns.get(place)?;
        match column.segment.get() {
            Some(segment) => Some(segment),
            None => self.read(column, faults),
        }
    }

    #[cold]
    fn read<'a>(&'a self, column: &'a Column, faults: &Faults) -> Option<&'a Segment> {
        self.glimpse(column, &|_| true, faults)
    }

    /// Reads a column, unless the file tells that its zone is not wanted.
    fn glimpse<'a>(
        &'a self,
        column: &'a Column,
        wanted: &dyn Fn(&Zone) -> bool,
        faults: &Faults,
    ) -> Option<&'a Segment> {
        let (origin, part) = (self.origin.as_ref()?, column.part.as_ref()?);
        match origin.source.segment(origin.offset, part, wanted) {
            Ok(Glimpse::Segment(segment)) => {
                let bytes = segment.bytes();
                Some(column.segment.get_or_init(|| {
                    origin.charge.add(bytes);
                    Arc::new(segment)
                }))
            }
            Ok(Glimpse::Zone(zone)) => {
                let _ = column.zone.set(Box::new(zone));
                None
            }
            Err(damage) => {
                faults.note(damage);
                None
            }
        }
    }

    /// Whether tests of a property may all hold of some of these rows. A column that is still in
    /// the file is read where they may.
    pub(crate) fn may_hold(
        &self,
        key: KeyId,
        tests: &[ZoneTest],
        (live, faults): (&Bitmap, &Faults),
    ) -> bool {
        let Some(column) = self.column(key) else { return ZoneTest::take_absent(tests) };
        let may_hold = |zone: &Zone| tests.iter().all(|test| zone.may_hold(test, live));
        match self.wanted(column, &may_hold, faults) {
            Some(segment) => segment.zone().is_none_or(may_hold),
            None => false,
        }
    }

    /// Whether some of these rows may stand, ordered by a property, where the last one does that
    /// is wanted so far, or before it. A column that is still in the file is read where they may.
    pub(crate) fn may_reach(
        &self,
        key: KeyId,
        (order, last): (ZoneOrder, &Value),
        (rows, live, faults): (&Bitmap, &Bitmap, &Faults),
    ) -> bool {
        let Some(column) = self.column(key) else { return order.takes_absent(last) };
        let absent = |zone: &Zone| order.takes_absent(last) && zone.may_be_absent(live);
        let may_reach = |zone: &Zone| zone.may_reach(order, last) || absent(zone);
        let Some(segment) = self.wanted(column, &may_reach, faults) else { return false };
        // Those that lack a property are mostly elements that the scan does not find.
        let reaches =
            |zone: &Zone| zone.may_reach(order, last) || (absent(zone) && segment.lacks_some(rows));
        segment.zone().is_none_or(reaches)
    }

    fn column(&self, key: KeyId) -> Option<&Column> {
        let place = self.columns.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.columns.get(place).map(|(_, column)| column)
    }

    /// The values of a column; `None` where its zone is known before, and not wanted, or where
    /// there is damage, and nothing counts.
    fn wanted<'a>(
        &'a self,
        column: &'a Column,
        wanted: &dyn Fn(&Zone) -> bool,
        faults: &Faults,
    ) -> Option<&'a Segment> {
        if let Some(segment) = column.segment.get() {
            return Some(segment);
        }
        match column.zone.get() {
            Some(zone) if !wanted(zone) => None,
            _ => self.glimpse(column, wanted, faults),
        }
    }

    pub(crate) fn get(&self, key: KeyId, faults: &Faults) -> Option<&Segment> {
        let place = self.columns.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.at(place, faults)
    }

    pub(crate) fn iter<'a>(
        &'a self,
        faults: &'a Faults,
    ) -> impl Iterator<Item = (KeyId, &'a Segment)> {
        self.columns
            .iter()
            .enumerate()
            .filter_map(|(place, (key, _))| Some((*key, self.at(place, faults)?)))
    }

    /// The properties of a row, without nulls.
    pub(crate) fn row<'a>(
        &'a self,
        row: usize,
        faults: &'a Faults,
    ) -> impl Iterator<Item = (KeyId, Value)> + 'a {
        self.iter(faults)
            .map(move |(key, segment)| (key, segment.get(row)))
            .filter(|(_, value)| !matches!(value, Value::Null))
    }

    /// Sets a value; null removes it. The bytes that were copied or made for it, roughly.
    pub(crate) fn set(&mut self, key: KeyId, row: usize, value: Value, faults: &Faults) -> usize {
        let held = value_bytes(&value);
        match self.columns.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(place) => {
                let Some((segment, copied)) = self.at_mut(place, faults) else { return 0 };
                segment.set(row, value);
                copied + held
            }
            Err(_) if matches!(value, Value::Null) => 0,
            Err(place) => {
                let mut segment = Segment::for_value(&value);
                segment.set(row, value);
                self.insert(place, key, segment);
                COLUMN_BYTES + held
            }
        }
    }

    /// Sets the values of the rows from one on, which have none so far. The bytes that were copied
    /// or made for it, roughly.
    pub(crate) fn append(
        &mut self,
        key: KeyId,
        row: usize,
        values: &Vector,
        faults: &Faults,
    ) -> usize {
        // A column ends with its last value.
        let length = (0..values.len()).rfind(|row| !values.is_null(*row)).map_or(0, |row| row + 1);
        let values = values.slice(0, length);
        if values.is_empty() {
            return 0;
        }
        let held = held_bytes(&values);
        match self.columns.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(place) => {
                let Some((segment, copied)) = self.at_mut(place, faults) else { return 0 };
                segment.append(row, &values);
                copied + held
            }
            Err(place) => {
                let mut segment = Segment::for_vector(&values);
                segment.append(row, &values);
                self.insert(place, key, segment);
                COLUMN_BYTES + held
            }
        }
    }

    /// A column to be written to, and the bytes that are copied for it.
    fn at_mut(&mut self, place: usize, faults: &Faults) -> Option<(&mut Segment, usize)> {
        let _ = self.at(place, faults);
        let (_, column) = self.columns.get_mut(place)?;
        (column.part, column.zone) = (None, OnceLock::new());
        let segment = column.segment.get_mut()?;
        let copied = segment.bytes_to_open();
        Some((Arc::make_mut(segment), copied))
    }

    fn insert(&mut self, place: usize, key: KeyId, segment: Segment) {
        let segment = OnceLock::from(Arc::new(segment));
        self.columns.insert(place, (key, Column { segment, ..Column::default() }));
    }

    /// Removes whatever a row holds: what it was before it was given up. The bytes that were
    /// copied for it, roughly.
    pub(crate) fn clear(&mut self, row: usize, faults: &Faults) -> usize {
        let held: Vec<KeyId> = self.row(row, faults).map(|(key, _)| key).collect();
        held.into_iter().map(|key| self.set(key, row, Value::Null, faults)).sum()
    }

    /// Seals the open columns and drops those without values.
    pub(super) fn seal(&mut self, live: &Bitmap) {
        self.columns.retain_mut(|(_, column)| match column.segment.get_mut() {
            Some(segment) => {
                matches!(**segment, Segment::Sealed(_)) || Arc::make_mut(segment).seal(live)
            }
            None => true,
        });
    }

    /// The columns as they are: where a column lies, if it is as it lies there, and
    /// its values, if they are in memory.
    pub(crate) fn columns(
        &self,
    ) -> impl Iterator<Item = (KeyId, Option<(&Origin, &Part)>, Option<&Segment>)> {
        self.columns.iter().map(|(key, column)| {
            let stored = self.origin.as_ref().zip(column.part.as_ref());
            (*key, stored, column.segment.get().map(|segment| &**segment))
        })
    }

    /// The same after the columns were written to these places, in their order. Its
    /// memory is accounted to the new origin.
    pub(crate) fn written(&self, origin: Origin, parts: Vec<Part>) -> Self {
        let mut written = self.clone();
        for ((_, column), part) in written.columns.iter_mut().zip(parts) {
            column.part = Some(part);
            if let Some(segment) = column.segment.get() {
                origin.charge.add(segment.bytes());
            }
        }
        written.origin = Some(origin);
        written
    }

    /// Bytes that were read from a file for the chunk.
    pub(super) fn bytes(&self) -> u64 {
        self.origin.as_ref().map_or(0, |origin| origin.charge.bytes())
    }

    /// The same where the bytes of the chunk, as they are, lie elsewhere.
    pub(super) fn moved(&self, source: &Arc<dyn ChunkSource>, place: &Place) -> Self {
        let mut moved = self.clone();
        if let Some(origin) = &mut moved.origin {
            origin.source = source.clone();
            origin.offset = place.offset;
        }
        moved
    }
}
