//! Trail: which relationships a row has met, for patterns of many relationships.
//!
//! Comparing each new relationship with all before it takes time that grows with the
//! square of the pattern, and carries every one of them along in the rows. Instead a row
//! carries one set of ids, which it shares with the rows that branch off before and after:
//!
//! ```text
//! List ─┬─ List ─┬─ Integer   64 ids, a bit each
//!       │        └─ Integer
//!       └─ List ─── Integer   16 children a node; what is empty is null or left out
//! ```
//! Adding an id copies the nodes on the way to it where they are shared. The set is put
//! together from ordinary values, and no variable of a query ever holds it.

use super::context::{Context, internal};
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use crate::plan::operator::OperatorKind;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Value;
use crate::vector::{DataChunk, Parents, Vector};
use std::sync::Arc;

/// Bits of an id that are told apart in a leaf, and in a node of each level above.
const LEAF_BITS: u32 = 6;
const NODE_BITS: u32 = 4;

/// Levels above the leaves: enough for ids of 32 bits.
const LEVELS: u32 = (u32::BITS - LEAF_BITS).div_ceil(NODE_BITS);

/// Drops rows that meet a relationship again, and notes what the others have met.
pub(super) struct Trail {
    relationship: usize,
    /// The set so far; the first of a pattern has none.
    before: Option<usize>,
    /// Whether the set is read later.
    produce: bool,
}

impl Trail {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        kind: &OperatorKind,
    ) -> Result<Self, Diagnostic> {
        let OperatorKind::Trail { relationship, before, after } = kind else {
            return Err(internal("this is no trail", None));
        };
        let relationship = mapper.slot(*relationship)?;
        let before = before.map(|variable| mapper.slot(variable)).transpose()?;
        mapper.go_on();
        let produce = mapper.add_if_read(*after);
        Ok(Trail { relationship, before, produce })
    }
}

impl PushOperator for Trail {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let Some(met) = chunk.columns.get(self.relationship) else { return Ok(Flow::Continue) };
        let before = self.before.and_then(|slot| chunk.columns.get(slot));
        let mut parents = Vec::with_capacity(chunk.rows());
        let mut sets = Vec::with_capacity(chunk.rows());
        for row in chunk.live_rows() {
            context.guard.step()?;
            let mut set = before.map_or(Value::Null, |column| column.get(row));
            let new = match met.relationship(row) {
                Some(relationship) => insert(&mut set, relationship.0, LEVELS),
                None => insert_all(&mut set, &met.get(row)),
            };
            if new {
                parents.push(row as u32);
                sets.push(set);
            }
        }
        let len = parents.len();
        let mut out = Arc::new(chunk).onward(Parents::Rows(parents.into()), len);
        if self.produce {
            out.columns.push(Vector::Dynamic(Arc::new(sets)));
        }
        next.push(context, out)
    }
}

/// Adds the relationships of a list; tells whether all of them are new.
fn insert_all(set: &mut Value, met: &Value) -> bool {
    let insert = |value: &Value| match value {
        Value::Relationship(relationship) => insert(set, relationship.0, LEVELS),
        _ => true,
    };
    match met {
        Value::List(list) => list.iter().all(insert),
        single => std::iter::once(single).all(insert),
    }
}

/// Adds an id to the part of a set that is so many levels above the leaves; tells whether
/// it is new.
fn insert(set: &mut Value, id: u32, level: u32) -> bool {
    let Some(below) = level.checked_sub(1) else {
        let bit = 1_i64 << (id % (1 << LEAF_BITS));
        let bits = if let Value::Integer(bits) = set { *bits } else { 0 };
        *set = Value::Integer(bits | bit);
        return bits & bit == 0;
    };
    if !matches!(set, Value::List(_)) {
        *set = Value::List(Arc::default());
    }
    let Value::List(children) = set else { return true };
    let place = (id >> (LEAF_BITS + NODE_BITS * below)) as usize % (1 << NODE_BITS);
    let children = Arc::make_mut(children);
    if children.len() <= place {
        children.resize(place + 1, Value::Null);
    }
    insert(&mut children[place], id, below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_set_knows_what_was_added_to_it_and_not_to_its_branches() {
        let mut ids: Vec<u32> = (0..2000).map(|i: u32| i.wrapping_mul(2_654_435_761)).collect();
        ids.extend([0, 1, 63, 64, 1023, 1024, u32::MAX, u32::MAX - 1]);
        let (mut set, mut model) = (Value::Null, HashSet::new());
        for &id in &ids {
            let mut branch = set.clone();
            assert!(insert(&mut branch, id ^ 1, LEVELS) != model.contains(&(id ^ 1)));
            assert_eq!(insert(&mut set, id, LEVELS), model.insert(id));
        }
        for id in ids {
            assert!(!insert(&mut set.clone(), id, LEVELS));
        }
    }
}
