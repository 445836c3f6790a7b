//! Groups: numbers for distinct combinations of values.
//!
//! Each value has a code, and a combination is looked up by its codes: that of the first key
//! gives a number, this one and the code of the second key the next, and so on.
//!
//! ```text
//! code ──► number ─┐
//!          code ───┴─► number ─┐
//!                      code ───┴─► group
//! ```
//!
//! As long as no code of the first key comes twice, it tells the groups apart by itself, and the
//! other keys have no codes yet: who groups by an identifier and what belongs to it pays for the
//! identifier alone.

use super::codes::Codes;
use super::context::Context;
use super::limit::vector_bytes;
use super::numbers::{Numbers, Pairs};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::Vector;

/// Bytes that a group takes besides its values, roughly.
const GROUP_BYTES: usize = 80;

/// The groups seen so far, numbered from 0 in the order of first appearance.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The key columns in the order in which they are looked at.
    order: Vec<usize>,
    codes: Vec<Codes>,
    /// The codes of the first key.
    first: Numbers,
    /// Combinations of the first and the second key, of these and a third, and so on.
    pairs: Vec<Pairs>,
    /// The other keys of all rows so far, chunk by chunk, as long as they have no codes.
    waiting: Option<Vec<Vec<Vector>>>,
    /// What these take of the memory account.
    waiting_bytes: usize,
    count: usize,
    /// What the dictionaries take of the memory account.
    bytes: usize,
}

/// Whether the values of a column are as good as their codes.
fn is_plain(column: &Vector) -> bool {
    matches!(column, Vector::Integer { .. } | Vector::Node { .. } | Vector::Relationship { .. })
}

impl Groups {
    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The group of each row of the key columns, of which there is at least one.
    /// Groups from `len()` as it was before on are new.
    pub(super) fn assign(
        &mut self,
        context: &Context<'_>,
        keys: &[Vector],
    ) -> Result<Vec<u32>, Diagnostic> {
        if self.order.is_empty() {
            self.order = (0..keys.len()).collect();
            self.order.sort_by_key(|&key| !is_plain(&keys[key]));
            self.codes.resize_with(keys.len(), Codes::default);
            self.pairs.resize_with(keys.len().saturating_sub(1), Pairs::default);
            self.waiting = (keys.len() > 1).then(Vec::new);
        }
        let mut columns = self.order.iter().map(|&key| &keys[key]);
        let (mut groups, mut codes) = (Vec::new(), Vec::new());
        if let (Some(column), Some(own)) = (columns.next(), self.codes.first_mut()) {
            own.of(column, &mut codes);
            groups.extend(codes.iter().map(|&code| self.first.of(code)));
        }
        let rest: Vec<&Vector> = columns.collect();
        context.guard.steps_taken(groups.len())?;
        let alone = self.waiting.is_some() && self.first.len() == self.count + groups.len();
        if let (true, Some(waiting)) = (alone, &mut self.waiting) {
            let bytes = rest.iter().map(|column| vector_bytes(column)).sum();
            waiting.push(rest.into_iter().cloned().collect());
            self.waiting_bytes += bytes;
            context.guard.keep(bytes)?;
        } else {
            self.code_waiting(context)?;
            for ((column, own), pairs) in
                rest.into_iter().zip(&mut self.codes[1..]).zip(&mut self.pairs)
            {
                own.of(column, &mut codes);
                for (group, &code) in groups.iter_mut().zip(&codes) {
                    *group = pairs.of(*group, code);
                }
            }
        }
        let count = match self.pairs.last() {
            Some(pairs) if self.waiting.is_none() => pairs.len(),
            _ => self.first.len(),
        };
        let bytes = self.codes.iter().map(Codes::bytes).sum();
        let new = count - std::mem::replace(&mut self.count, count);
        let grown = bytes - std::mem::replace(&mut self.bytes, bytes);
        if new > 0 {
            context.guard.keep(grown + new * (GROUP_BYTES + keys.len() * 24))?;
        }
        Ok(groups)
    }

    /// Gives the other keys of the rows so far their codes: each of these rows is a group.
    fn code_waiting(&mut self, context: &Context<'_>) -> Result<(), Diagnostic> {
        let Some(waiting) = self.waiting.take() else { return Ok(()) };
        let mut codes = Vec::new();
        let mut first = 0;
        for chunk in waiting {
            let rows = chunk.first().map_or(0, Vector::len);
            for ((column, own), pairs) in
                chunk.iter().zip(&mut self.codes[1..]).zip(&mut self.pairs)
            {
                own.of(column, &mut codes);
                for (group, &code) in (first..).zip(&codes) {
                    pairs.of(group, code);
                }
            }
            context.guard.steps_taken(rows)?;
            first += rows as u32;
        }
        context.guard.release(std::mem::take(&mut self.waiting_bytes));
        Ok(())
    }
}
