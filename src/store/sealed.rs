//! The sealed form of a segment: a vector that scans hand out as it is.
//!
//! ```text
//! row      0   1   2   3   …           rows     3    700
//! values   5   9   │   7   …           values  'a'   'b'
//! most rows have a value               few have: they are listed
//! ```
//!
//! Where a graph has thousands of property keys, a chunk of 2048 rows has a value of most of them
//! in a few rows: a place for each row would take a hundred times what there is.

use super::csr::place;
use super::segment::{Cell, other_cell};
use super::zone::Zone;
use crate::vector::{NO_ROW, Vector};
use std::sync::OnceLock;

/// Of so many rows one has a value, or fewer do, where these are listed.
const ONE_OF: usize = 16;

/// Rows that are not worth a list.
const SMALL: usize = 64;

/// An immutable segment.
#[derive(Clone, Debug)]
pub struct SealedSegment {
    /// The value of each row, or of those that are listed.
    vector: Vector,
    listed: Option<Box<Listed>>,
    /// Between which values they lie, found when first asked for.
    zone: OnceLock<Box<Zone>>,
}

/// The rows that have a value, where there are few.
#[derive(Clone, Debug)]
struct Listed {
    /// How many rows there are, those without a value among them.
    len: usize,
    /// Ascending.
    rows: Vec<u16>,
}

impl SealedSegment {
    /// These values, one for each row.
    pub(super) fn new(vector: Vector) -> Self {
        let zone = OnceLock::new();
        let len = vector.len();
        if len < SMALL || len > usize::from(u16::MAX) || vector.count_present() > len / ONE_OF {
            return SealedSegment { vector, listed: None, zone };
        }
        let places: Vec<u32> = match vector.validity() {
            Some(validity) => validity.valid_indices().map(|row| row as u32).collect(),
            None => (0..len as u32).filter(|row| !vector.is_null(*row as usize)).collect(),
        };
        let rows = places.iter().map(|row| *row as u16).collect();
        let listed = Some(Box::new(Listed { len, rows }));
        SealedSegment { vector: vector.gather(&places), listed, zone }
    }

    /// The place of the value of a row.
    fn place(&self, row: usize) -> Option<usize> {
        match &self.listed {
            Some(listed) => place(&listed.rows, row),
            None => Some(row),
        }
    }

    /// The value of a row, borrowed; null past the end.
    pub(super) fn cell(&self, row: usize) -> Cell<'_> {
        let Some(row) = self.place(row).filter(|row| !self.vector.is_null(*row)) else {
            return Cell::Null;
        };
        match &self.vector {
            Vector::Boolean { values, .. } => Cell::Boolean(values.value(row)),
            Vector::Integer { values, .. } => Cell::Integer(values[row]),
            Vector::Float { values, .. } => Cell::Float(values[row]),
            Vector::Date { values, .. } => Cell::Date(values[row]),
            Vector::String(strings) => Cell::String(strings.str(row)),
            Vector::Dynamic(values) => other_cell(&values[row]),
            Vector::Dictionary { values, places } => other_cell(&values[places[row] as usize]),
            Vector::Constant(value, _) => other_cell(value),
            // Properties hold no elements.
            Vector::Node { .. } | Vector::Relationship { .. } => Cell::Null,
        }
    }

    /// Whether a row has a value that is not null.
    pub(super) fn holds(&self, row: usize) -> bool {
        self.place(row).is_some_and(|row| !self.vector.is_null(row))
    }

    /// Whether the rows that have a value are listed, so that each is found sooner by itself.
    pub(super) fn is_listed(&self) -> bool {
        self.listed.is_some()
    }

    /// Of how many rows, from the first on, it is known without a look at them that they have
    /// a value.
    pub(super) fn whole_rows(&self) -> usize {
        match &self.vector {
            Vector::Dynamic(_) | Vector::Dictionary { .. } => 0,
            vector if self.listed.is_none() && vector.count_present() == vector.len() => {
                vector.len()
            }
            _ => 0,
        }
    }

    /// The values, one for each row. Costs no copy where the rows are not listed.
    pub(super) fn vector(&self) -> Vector {
        let Some(listed) = &self.listed else { return self.vector.clone() };
        let mut places = vec![NO_ROW; listed.len];
        (0..).zip(&listed.rows).for_each(|(place, &row)| places[usize::from(row)] = place);
        self.vector.gather_or_null(&places)
    }

    /// The same, for who needs nothing else.
    pub(super) fn into_vector(self) -> Vector {
        if self.listed.is_some() { self.vector() } else { self.vector }
    }

    /// Between which values they lie. Values of rows deleted since may widen it.
    pub(super) fn zone(&self) -> &Zone {
        self.zone.get_or_init(|| Box::new(Zone::of(&self.vector())))
    }

    /// Bytes that the values take in memory, roughly.
    pub(super) fn bytes(&self) -> usize {
        self.vector.bytes() + self.listed.as_ref().map_or(0, |listed| listed.rows.len() * 2 + 32)
    }

    /// Bytes that the values take once they are written to, roughly; the text of strings is not
    /// copied.
    pub(super) fn bytes_to_open(&self) -> usize {
        let len = self.listed.as_ref().map_or(self.vector.len(), |listed| listed.len);
        let each = match &self.vector {
            Vector::String(_) => 16,
            Vector::Boolean { .. } => 1,
            Vector::Dynamic(_) => 48,
            _ => 8,
        };
        len * each
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;
    use crate::value::proptests::any_value;
    use proptest::prelude::*;

    proptest! {
        /// Values are the same whether their rows are listed or not.
        #[test]
        fn listed_rows_have_their_values(
            values in prop::collection::vec((0u8..20, any_value()), 0..200),
            typed in prop::option::of(0u8..3),
        ) {
            let rare = |(place, (rare, value)): (usize, (u8, Value))| match typed {
                _ if rare > 0 => Value::Null,
                None => value,
                Some(0) => Value::Integer(place as i64),
                Some(1) => Value::from(format!("a string of some length, {place}").as_str()),
                Some(_) => Value::Float(place as f64 / 2.0),
            };
            let values: Vec<Value> = values.into_iter().enumerate().map(rare).collect();
            let dense = SealedSegment {
                vector: Vector::from_values(values.clone()), listed: None, zone: OnceLock::new(),
            };
            let sealed = SealedSegment::new(Vector::from_values(values.clone()));
            for row in 0..values.len() + 3 {
                let told = |segment: &SealedSegment| format!("{:?}", segment.cell(row));
                prop_assert_eq!(told(&sealed), told(&dense), "row {}", row);
                prop_assert_eq!(sealed.holds(row), dense.holds(row));
            }
            prop_assert_eq!(sealed.vector().len(), values.len());
            let (some, all) = (sealed.vector(), dense.vector());
            prop_assert_eq!(std::mem::discriminant(&some), std::mem::discriminant(&all));
            let told = |vector: &Vector| format!("{:?}", vector.iter().collect::<Vec<_>>());
            prop_assert_eq!(told(&some), told(&all));
            prop_assert_eq!(format!("{:?}", sealed.zone()), format!("{:?}", dense.zone()));
            prop_assert!(!sealed.is_listed() || sealed.whole_rows() == 0);
        }
    }

    #[test]
    fn what_takes_less_is_listed() {
        let values = |with: usize| {
            (0..2048).map(move |row| if row < with { Value::Integer(5) } else { Value::Null })
        };
        let segment = |with| SealedSegment::new(Vector::from_values(values(with)));
        assert!(segment(3).is_listed() && segment(3).bytes() < 100);
        assert!(segment(128).is_listed() && segment(128).bytes() < 1500);
        assert!(!segment(129).is_listed());
        let few = SealedSegment::new(Vector::from_values([Value::Null, Value::Integer(1)]));
        assert!(!few.is_listed());
    }
}
