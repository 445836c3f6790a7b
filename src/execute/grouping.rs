//! Groups: numbers for distinct combinations of values.
//!
//! Nodes, relationships, integers and pairs of nodes are looked up by their ids;
//! everything else as a row of values. Whichever way a combination comes, it must
//! find the same number: a float that is a whole number is looked up as an integer.

use super::context::Context;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Value, group::GroupRow};
use crate::vector::Vector;
use hashbrown::HashMap;

type Table<K> = HashMap<K, u32, foldhash::fast::FixedState>;

/// Bytes that a group takes besides its values, roughly.
const GROUP_BYTES: usize = 80;

/// The groups seen so far, numbered from 0 in the order of first appearance.
#[derive(Debug, Default)]
pub(super) struct Groups {
    nodes: Table<u32>,
    relationships: Table<u32>,
    integers: Table<i64>,
    pairs: Table<(u32, u32)>,
    others: Table<GroupRow>,
    count: u32,
}

impl Groups {
    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    /// The group of each row of the key columns, of which there is at least one.
    /// Groups from `len()` as it was before on are new.
    pub(super) fn assign(
        &mut self,
        context: &Context<'_>,
        keys: &[Vector],
        rows: usize,
    ) -> Result<Vec<u32>, Diagnostic> {
        let before = self.count;
        let groups = match keys {
            [Vector::Node { values, validity: None }] => {
                let (table, count) = (&mut self.nodes, &mut self.count);
                values.iter().map(|&id| number(table, count, id)).collect()
            }
            [Vector::Relationship { values, validity: None }] => {
                let (table, count) = (&mut self.relationships, &mut self.count);
                values.iter().map(|&id| number(table, count, id)).collect()
            }
            [Vector::Integer { values, validity: None }] => {
                let (table, count) = (&mut self.integers, &mut self.count);
                values.iter().map(|&value| number(table, count, value)).collect()
            }
            [
                Vector::Node { values: first, validity: None },
                Vector::Node { values: second, validity: None },
            ] => {
                let (table, count) = (&mut self.pairs, &mut self.count);
                first
                    .iter()
                    .zip(second.iter())
                    .map(|(&a, &b)| number(table, count, (a, b)))
                    .collect()
            }
            _ => self.assign_values(context, keys, rows)?,
        };
        let new = (self.count - before) as usize;
        if new > 0 {
            context.guard.keep(new * (GROUP_BYTES + keys.len() * 24))?;
        }
        Ok(groups)
    }

    fn assign_values(
        &mut self,
        context: &Context<'_>,
        keys: &[Vector],
        rows: usize,
    ) -> Result<Vec<u32>, Diagnostic> {
        let mut groups = Vec::with_capacity(rows);
        let mut row = GroupRow(Vec::with_capacity(keys.len()));
        for index in 0..rows {
            context.guard.step()?;
            row.0.clear();
            row.0.extend(keys.iter().map(|key| key.get(index)));
            groups.push(self.of_row(&row));
        }
        Ok(groups)
    }

    fn of_row(&mut self, row: &GroupRow) -> u32 {
        let count = &mut self.count;
        match row.0.as_slice() {
            [Value::Node(node)] => number(&mut self.nodes, count, node.0),
            [Value::Relationship(relationship)] => {
                number(&mut self.relationships, count, relationship.0)
            }
            [Value::Integer(integer)] => number(&mut self.integers, count, *integer),
            [Value::Float(float)] if whole(*float).is_some() => {
                number(&mut self.integers, count, whole(*float).unwrap_or_default())
            }
            [Value::Node(a), Value::Node(b)] => number(&mut self.pairs, count, (a.0, b.0)),
            _ => match self.others.get(row) {
                Some(&group) => group,
                None => number(&mut self.others, count, row.clone()),
            },
        }
    }
}

/// The number of a key; a new key gets the next one.
fn number<K: Eq + std::hash::Hash>(table: &mut Table<K>, count: &mut u32, key: K) -> u32 {
    *table.entry(key).or_insert_with(|| {
        let number = *count;
        *count += 1;
        number
    })
}

/// The integer that a float is equivalent to, if there is one.
fn whole(float: f64) -> Option<i64> {
    // 2⁶³ itself is no i64; -2⁶³ is.
    let inside = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
    (inside && float.fract() == 0.0).then_some(float as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combination_finds_its_group_whatever_its_form() {
        let mut groups = Groups::default();
        let of = |groups: &mut Groups, value: Value| groups.of_row(&GroupRow(vec![value]));
        assert_eq!(of(&mut groups, Value::Integer(1)), 0);
        assert_eq!(of(&mut groups, Value::Float(1.0)), 0);
        assert_eq!(of(&mut groups, Value::Float(1.5)), 1);
        assert_eq!(of(&mut groups, Value::Null), 2);
        assert_eq!(of(&mut groups, Value::Float(-0.0)), of(&mut groups, Value::Integer(0)));
        assert_eq!(
            of(&mut groups, Value::Float(f64::NAN)),
            of(&mut groups, Value::Float(f64::NAN))
        );
        assert_eq!(whole(9.3e18), None);
        assert_eq!(whole(i64::MIN as f64), Some(i64::MIN));
        assert_eq!(groups.len(), 5);
    }
}
