//! What a scan can ask of the zone of a chunk: between which values those of a property lie.
//!
//! ```text
//! NodeScan (p:Person)  zones: born >= 1990
//! Filter p.born >= 1990
//! ```
//!
//! A chunk none of whose elements can pass is not looked at. The filter that the conditions come
//! from stays behind the scan. Of alternatives, `p.born < 1900 OR p.surname = $name`, each has to
//! ask something: a chunk is passed over that can meet none of them.

use super::condition::{Condition, Test};
use super::seek::{Sought, SoughtRange};
use crate::bind::expression::Expression;
use crate::syntax::ast::NullOrder;
use std::sync::Arc;

/// By which property rows are ordered of which only the first are wanted.
///
/// ```text
/// NodeScan (p:Person)  zones: first by born DESC
/// TopK p.born DESC, p.name, p
/// ```
///
/// As soon as so many rows are known as are wanted, chunks are passed over whose values all stand
/// behind those of these rows. Where the scan begins with the last chunk, what was created last
/// comes first; rows that are alike are then ordered by the element, as any scan finds them.
#[derive(Clone, Debug)]
pub struct ZoneFirst {
    /// The property.
    pub key: Arc<str>,
    /// Largest first.
    pub descending: bool,
    /// Where elements without the property stand.
    pub nulls: NullOrder,
    /// Such elements may be among the rows.
    pub absent: bool,
    /// Which of the keys of the sort it is.
    pub place: usize,
    /// The scan begins with the last chunk.
    pub backward: bool,
}

/// What has to hold of an element for it to pass.
#[derive(Clone, Debug)]
pub enum ZoneCondition {
    /// Of one of its properties.
    Property {
        /// The property.
        key: Arc<str>,
        /// What it has to be.
        wanted: Wanted,
    },
    /// One of these, each of which is conditions that have to hold together.
    AnyOf(Vec<Vec<ZoneCondition>>),
}

/// What a property has to be.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Equal to something.
    Equal(Sought),
    /// Within a range.
    Within(SoughtRange),
    /// Not there.
    Absent,
}

impl ZoneCondition {
    /// What a condition asks of zones.
    pub(super) fn of(condition: &Condition<'_>) -> Self {
        let wanted = match condition.test {
            Test::Equal(value) => Wanted::Equal(Sought::Value(value.clone())),
            Test::AnyOf(list) => Wanted::Equal(Sought::AnyOf(list.clone())),
            Test::Above(bound, included) => Wanted::Within(SoughtRange::Between {
                low: Some((bound.clone(), included)),
                high: None,
            }),
            Test::Below(bound, included) => Wanted::Within(SoughtRange::Between {
                low: None,
                high: Some((bound.clone(), included)),
            }),
            Test::Prefix(prefix) => Wanted::Within(SoughtRange::Prefix(prefix.clone())),
            Test::Present => Wanted::Within(SoughtRange::Present),
            Test::Absent => Wanted::Absent,
        };
        ZoneCondition::Property { key: condition.key.clone(), wanted }
    }

    /// The expressions that it reads, in order.
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            ZoneCondition::Property { wanted, .. } => wanted.expressions(),
            ZoneCondition::AnyOf(ways) => {
                ways.iter().flatten().flat_map(ZoneCondition::expressions).collect()
            }
        }
    }
}

impl Wanted {
    /// The expressions that it reads, in order.
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            Wanted::Equal(sought) => vec![sought.expression()],
            Wanted::Within(range) => range.expressions(),
            Wanted::Absent => Vec::new(),
        }
    }
}
