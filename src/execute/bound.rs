//! How far a sort has come of which only the first rows are wanted: what the scan before it is
//! told, so that it passes over what stands behind them.
//!
//! ```text
//! Scan ─► Filter ─► Extend ─► TopK born DESC (first 3)
//!   ▲                           │
//!   └──────── born 1988 ◄───────┘   the last of three rows that are known
//! ```

use crate::value::Value;
use std::sync::{Arc, Mutex, PoisonError};

/// The value by which the last row stands that is wanted of those so far, once so many are known.
/// A scan and a sort of one chain share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Bound(Arc<Mutex<Option<Value>>>);

impl Bound {
    pub(super) fn set(&self, last: Option<Value>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = last;
    }

    pub(super) fn get(&self) -> Option<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
