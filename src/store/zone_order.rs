//! Zones where the first rows by a property are wanted: which chunks are too far behind.
//!
//! ```text
//! ORDER BY born DESC LIMIT 3         three are known, the last of them born 1988
//! chunk  1900…1931    passed over
//! chunk  1932…1988    looked at, since further keys may decide
//! chunk  1985…2004    looked at
//! ```

use super::bitmap::Bitmap;
use super::zone::{Bounds, Zone};
use crate::value::Value;
use crate::value::order::total_order;
use std::cmp::Ordering;

/// How rows are ordered by a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneOrder {
    /// Largest first.
    pub descending: bool,
    /// Elements without the property come first, and not last.
    pub nulls_first: bool,
    /// Elements without the property may be wanted at all.
    pub nulls: bool,
}

impl ZoneOrder {
    /// How two values stand to each other.
    pub fn compare(self, a: &Value, b: &Value) -> Ordering {
        match (a.is_null(), b.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) if self.nulls_first => Ordering::Less,
            (false, true) if !self.nulls_first => Ordering::Less,
            (true, false) | (false, true) => Ordering::Greater,
            (false, false) if self.descending => total_order(b, a),
            (false, false) => total_order(a, b),
        }
    }

    /// Whether elements without the property may be wanted, where the last one that is wanted so
    /// far has this value.
    pub fn takes_absent(self, last: &Value) -> bool {
        self.nulls && self.reaches(&Value::Null, last)
    }

    fn reaches(self, value: &Value, last: &Value) -> bool {
        self.compare(value, last) != Ordering::Greater
    }
}

impl Zone {
    /// Whether some of these rows may be without a value.
    pub(crate) fn may_be_absent(&self, live: &Bitmap) -> bool {
        self.nulls > 0 || live.reaches(self.rows)
    }

    /// Whether a value, of those that are not missing, may stand in an order where the last one
    /// does that is wanted so far, or before it.
    pub(crate) fn may_reach(&self, order: ZoneOrder, last: &Value) -> bool {
        // `NaN` is the largest value.
        let nan = self.nan.then_some(&Value::Float(f64::NAN));
        let first = match &self.bounds {
            Bounds::Unknown => return true,
            Bounds::Nothing => nan,
            Bounds::Between(low, _) if !order.descending => Some(low),
            Bounds::Between(_, high) => nan.or(Some(high)),
        };
        first.is_some_and(|first| order.reaches(first, last))
    }
}

#[cfg(test)]
#[path = "zone_order_tests.rs"]
mod tests;
