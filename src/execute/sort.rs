//! Sort: orders rows, stably; with a limit only the first rows are kept, and as soon as
//! so many are known, a row is not even taken whose keys stand behind all of theirs.
//!
//! ```text
//! first key of a chunk   62 18 40 62 …       compared with that of the last row needed, all at once
//! rows that it lets pass  0        3 …       taken out of the columns, and told apart by all keys
//! ```
//!
//! What is known of the last row needed outlives what is given away: a thread that sorts one
//! stretch of rows after the other begins each with what the stretches before have come to.

use super::bound::Bound;
use super::context::Context;
use super::expression::Physical;
use super::filter::pick_columns;
use super::limit::chunk_bytes;
use super::pipeline::{Flow, Next, PushOperator, Taken};
use super::sort_keys::{Column, Keys, Pair, comparable};
use super::vectorised::{Rows, evaluate};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{CHUNK_ROWS, DataChunk, Vector};
use std::cmp::Ordering;

/// Sorts all its input.
pub(super) struct Sort {
    /// Each with whether largest comes first.
    keys: Vec<(Physical, bool)>,
    /// Only so many rows are needed.
    limit: Option<usize>,
    /// The columns that are still read.
    keep: Vec<usize>,
    /// Rows, with the keys as further columns.
    held: Vec<DataChunk>,
    rows: usize,
    bytes: usize,
    /// The keys of the last row that is needed, of those ordered so far, each a vector of one.
    bound: Option<Vec<Vector>>,
    /// Where the scan learns of one of these, by its number among the keys.
    told: Option<(Bound, usize)>,
    /// What is being handed on, and how much of it has been.
    sorted: Option<(DataChunk, usize)>,
    /// What is held lies in order for long stretches.
    in_runs: bool,
}

impl Sort {
    /// A sort by these keys, of which only some columns are handed on.
    pub(super) fn new(keys: Vec<(Physical, bool)>, limit: Option<u64>, keep: Vec<usize>) -> Self {
        let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let held = Vec::new();
        let (rows, bytes, bound, told, sorted, in_runs) = (0, 0, None, None, None, false);
        Sort { keys, limit, keep, held, rows, bytes, bound, told, sorted, in_runs }
    }

    /// Tells a scan of the value that the last row that is needed has of a key, by its number.
    pub(super) fn tell_scan(&mut self, bound: Bound, key: usize) {
        self.told = Some((bound, key));
    }

    /// Rows that are held before those past the limit are dropped: so many that sorting them
    /// costs little for each row, and so few that the last row that is needed is soon known.
    fn most(&self) -> usize {
        self.limit.map_or(usize::MAX, |limit| limit.saturating_mul(2).saturating_add(FEW))
    }

    /// The rows with these keys whose first key does not stand behind that of all rows that
    /// are needed; `None` where they need not be told apart.
    fn passing(&self, keys: &[Vector]) -> Option<Vec<u32>> {
        let (first, descending) = (keys.first()?, self.keys.first()?.1);
        let Some(bound) = &self.bound else { return self.first_of_chunk(first, descending) };
        let (own, bound) = comparable(first, bound.first()?)?;
        if let (Some(own), Some(bound)) = (own.integers(), bound.integers()) {
            return Some(not_behind(own, bound[0], descending));
        }
        Some(own.not_behind(&bound, descending))
    }

    /// The rows of a chunk, of which nothing is known yet, whose first key does not stand behind
    /// that of so many of its rows as are needed; `None` where that would be most of them.
    fn first_of_chunk(&self, first: &Vector, descending: bool) -> Option<Vec<u32>> {
        let limit =
            self.limit.filter(|&limit| limit > 0 && limit.saturating_mul(FEW_OF) < first.len())?;
        let column = Column::of(first);
        let own = column.integers()?;
        let mut values = own.to_vec();
        let place = if descending { values.len() - limit } else { limit - 1 };
        let (_, &mut bound, _) = values.select_nth_unstable(place);
        Some(not_behind(own, bound, descending))
    }

    /// Of the rows with these keys those that stand before the last row that is needed by all
    /// of their keys. One that stands beside it comes after it.
    fn before_the_last(&self, keys: &[Vector]) -> Option<Vec<u32>> {
        let pairs = keys.iter().zip(self.bound.as_ref()?).zip(&self.keys);
        let columns: Vec<_> = pairs
            .map_while(|((own, bound), (_, descending))| {
                Some((comparable(own, bound)?, *descending))
            })
            .collect();
        let all = columns.len() == self.keys.len();
        let stands_before = |row: &u32| {
            for ((own, bound), descending) in &columns {
                match own.compare(*row as usize, bound, 0) {
                    Ordering::Equal => {}
                    Ordering::Less => return !descending,
                    Ordering::Greater => return *descending,
                }
            }
            !all
        };
        Some((0..keys.first()?.len() as u32).filter(stands_before).collect())
    }

    /// Holds no rows any more. What is known of the last one that is needed remains.
    fn forget_rows(&mut self) {
        self.held.clear();
        (self.rows, self.bytes, self.sorted, self.in_runs) = (0, 0, None, false);
    }

    /// Holds rows with their keys, and drops those past the limit when there are many.
    fn hold(&mut self, context: &Context<'_>, chunk: DataChunk) -> Result<Flow, Diagnostic> {
        let bytes = chunk_bytes(&chunk);
        context.guard.keep(bytes)?;
        self.bytes += bytes;
        self.rows += chunk.len;
        self.held.push(chunk);
        // The sooner it is known which row is the last, the fewer have to be held.
        let unknown = self.bound.is_none() && self.limit.is_some_and(|limit| self.rows >= limit);
        if self.rows > self.most() || unknown {
            let mut first = self.ordered(context)?;
            first.flatten();
            context.guard.release(std::mem::take(&mut self.bytes));
            self.bytes = chunk_bytes(&first);
            context.guard.keep(self.bytes)?;
            self.rows = first.len;
            self.held.push(first);
        }
        Ok(Flow::Continue)
    }

    /// Puts what is held in order, up to the limit, as one chunk.
    fn ordered(&mut self, context: &Context<'_>) -> Result<DataChunk, Diagnostic> {
        let mut all = DataChunk::concat(std::mem::take(&mut self.held));
        let width = self.keep.len();
        let keys = all.columns.get(width..).unwrap_or_default().iter();
        let keys = keys.zip(&self.keys).map(|(key, (_, descending))| (key, *descending));
        let (keys, mut rows) = Keys::new(keys, all.len);
        let by = |a: &Pair, b: &Pair| keys.order(a, b);
        context.guard.check()?;
        match self.limit {
            Some(limit) if limit <= rows.len() => {
                if limit > 0 {
                    rows.select_nth_unstable_by(limit - 1, by);
                }
                rows.truncate(limit);
                keys.sort(&mut rows);
                if let (Some(&(_, last)), Some(keys)) = (rows.last(), all.columns.get(width..)) {
                    self.bound = Some(keys.iter().map(|key| key.gather(&[last])).collect());
                    if let Some((bound, key)) = &self.told {
                        bound.set(keys.get(*key).map(|key| key.get(last as usize)));
                    }
                }
            }
            // The stable sort finds the runs and merges them.
            _ if self.in_runs => rows.sort_by(by),
            _ => keys.sort(&mut rows),
        }
        context.guard.check()?;
        all.select(rows.into_iter().map(|(_, row)| row).collect());
        Ok(all)
    }
}

/// Rows beyond twice the limit that are held before some are dropped.
const FEW: usize = 256;

/// A limit is small where a chunk has so many times its rows.
const FEW_OF: usize = 4;

/// The places of values that do not stand behind another one.
fn not_behind(values: &[i64], bound: i64, descending: bool) -> Vec<u32> {
    let passes = |value: i64| if descending { value >= bound } else { value <= bound };
    // All of a chunk stand behind most often, which is found out for many at once.
    if !values.iter().fold(false, |any, &value| any | passes(value)) {
        return Vec::new();
    }
    let places = (0..).zip(values).filter(|(_, value)| passes(**value));
    places.map(|(place, _)| place).collect()
}

impl PushOperator for Sort {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        _: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let rows = Rows::of(&chunk);
        let keys = self
            .keys
            .iter()
            .map(|(key, _)| evaluate(context, key, &rows))
            .collect::<Result<Vec<_>, Diagnostic>>()?;
        let passing = self.passing(&keys);
        let mut chunk = pick_columns(&chunk, &self.keep);
        chunk.columns.extend(keys);
        if let Some(passing) = passing {
            if passing.is_empty() {
                return Ok(Flow::Continue);
            }
            chunk.select(passing);
            chunk.flatten();
            if let Some(rows) = self.before_the_last(&chunk.columns[self.keep.len()..]) {
                if rows.is_empty() {
                    return Ok(Flow::Continue);
                }
                chunk.select(rows);
                chunk.flatten();
            }
        }
        self.hold(context, chunk)
    }

    fn finish(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        let mut all = self.ordered(context)?;
        all.columns.truncate(self.keep.len());
        context.guard.release(std::mem::take(&mut self.bytes));
        self.sorted = Some((all, 0));
        self.resume(context, next)
    }

    fn resume(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        while let Some((all, offset)) = &mut self.sorted
            && *offset < all.rows()
        {
            let mut some = all.slice(*offset, CHUNK_ROWS);
            *offset += CHUNK_ROWS;
            some.flatten();
            let flow = next.push(context, some)?;
            if flow != Flow::Continue {
                return Ok(flow);
            }
        }
        self.sorted = None;
        Ok(Flow::Continue)
    }

    fn reset(&mut self) {
        self.forget_rows();
        self.bound = None;
        if let Some((bound, _)) = &self.told {
            bound.set(None);
        }
    }

    fn give(&mut self, context: &Context<'_>) -> Result<Option<Taken>, Diagnostic> {
        if self.held.is_empty() {
            return Ok(None);
        }
        let mut all = self.ordered(context)?;
        all.flatten();
        context.guard.release(self.bytes);
        self.forget_rows();
        context.guard.keep(chunk_bytes(&all))?;
        Ok(Some(Taken::Sorted(all)))
    }

    fn take(&mut self, context: &Context<'_>, taken: Taken) -> Result<(), Diagnostic> {
        if let Taken::Sorted(rows) = taken {
            self.in_runs = true;
            self.hold(context, rows)?;
        }
        Ok(())
    }
}
