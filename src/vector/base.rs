//! What the rows of a chunk go on from: the rows of another chunk, untouched.
//!
//! An operator that makes several rows of one, or drops some, copies nothing of them. It
//! makes a chunk of its new columns alone and notes for each row which row of the chunk
//! below it goes on from. Who needs a column from below [brings](DataChunk::bring) it up.
//!
//! ```text
//! chunk below      rows      chunk
//!  0  a  'x'        0         r1
//!  1  b  'y'        0         r2
//!                   1         r3
//! ```
//! So a row of many columns passes many operators at the cost of what they add to it.

use super::{DataChunk, Vector};
use std::sync::Arc;

/// Which row each row of a chunk goes on from.
#[derive(Clone, Debug)]
pub enum Parents {
    /// The row of the same number.
    Same,
    /// All from one row.
    One(u32),
    /// A row each; its number within the columns below.
    Rows(Arc<[u32]>),
}

impl Parents {
    /// The rows below the rows below these.
    fn through(&self, below: &Parents) -> Parents {
        match (self, below) {
            (Parents::Same, other) | (other, Parents::Same) => other.clone(),
            (_, Parents::One(row)) => Parents::One(*row),
            (Parents::One(row), Parents::Rows(rows)) => {
                Parents::One(rows.get(*row as usize).copied().unwrap_or(super::NO_ROW))
            }
            (Parents::Rows(rows), Parents::Rows(below)) => Parents::Rows(
                rows.iter()
                    .map(|&row| below.get(row as usize).copied().unwrap_or(super::NO_ROW))
                    .collect(),
            ),
        }
    }

    /// The values that so many rows find in a column below.
    fn of(&self, column: &Vector, len: usize) -> Vector {
        match self {
            Parents::Same => column.clone(),
            Parents::One(row) => Vector::Constant(column.get(*row as usize), len),
            Parents::Rows(rows) => column.gather(rows),
        }
    }
}

/// The chunk below, and how its rows go on.
#[derive(Clone, Debug)]
pub(super) struct Base {
    pub(super) chunk: Arc<DataChunk>,
    pub(super) rows: Parents,
}

impl DataChunk {
    /// So many rows without columns that go on from rows of this chunk, which may be
    /// brought up as long as they live.
    pub fn onward(self: &Arc<Self>, rows: Parents, len: usize) -> DataChunk {
        let rows = match rows {
            Parents::Rows(rows) if self.each_once(&rows) => Parents::Same,
            rows => rows,
        };
        let base = Some(Base { chunk: self.clone(), rows });
        DataChunk { columns: Vec::new(), len, selection: None, base }
    }

    /// Whether these are all rows in order.
    fn each_once(&self, rows: &[u32]) -> bool {
        rows.len() == self.len && rows.iter().enumerate().all(|(at, &row)| at == row as usize)
    }

    /// The living rows as rows that go on from this chunk, all of them living.
    pub fn living(mut self) -> DataChunk {
        let (rows, len) = match self.selection.take() {
            None => (Parents::Same, self.len),
            Some(rows) => {
                let len = rows.len();
                (Parents::Rows(rows.into()), len)
            }
        };
        Arc::new(self).onward(rows, len)
    }

    /// The living rows with these columns alone of this chunk and those below, given as to
    /// [`DataChunk::bring`] from a chunk above this one: as [`DataChunk::living`], brought up and
    /// [detached](DataChunk::detach).
    pub fn apart(self, wanted: &[(usize, usize)]) -> DataChunk {
        if self.selection.is_some() {
            let mut chunk = self.living();
            chunk.bring(wanted);
            chunk.detach();
            return chunk;
        }
        let columns = self.below(1, wanted);
        DataChunk { columns, len: self.len, selection: None, base: None }
    }

    /// Adds columns of the chunks below, each given by how far below and its number there;
    /// the nearest come first.
    pub fn bring(&mut self, wanted: &[(usize, usize)]) {
        let found = self.below(0, wanted);
        self.columns.extend(found);
    }

    /// Replaces this chunk and those below it, so many in all, by one of the columns that
    /// are wanted of them; given as to [`DataChunk::bring`].
    pub fn fold(&mut self, levels: usize, wanted: &[(usize, usize)]) {
        self.columns = self.below(0, wanted);
        let mut rows = Parents::Same;
        let mut base = self.base.take();
        for _ in 1..levels {
            let Some(below) = &base else { break };
            rows = rows.through(&below.rows);
            let deeper = below.chunk.base.clone();
            base = deeper;
        }
        self.base = base.map(|below| Base { rows: rows.through(&below.rows), ..below });
    }

    /// Lets go of the chunks below.
    pub fn detach(&mut self) {
        self.base = None;
    }

    /// Columns of this chunk, which is so far below where they are wanted, and those below it.
    fn below(&self, mut depth: usize, wanted: &[(usize, usize)]) -> Vec<Vector> {
        let mut columns = Vec::with_capacity(wanted.len());
        let (mut chunk, mut rows) = (self, Parents::Same);
        for &(below, column) in wanted {
            while depth < below {
                let Some(base) = &chunk.base else { break };
                rows = rows.through(&base.rows);
                chunk = &base.chunk;
                depth += 1;
            }
            let found = chunk.columns.get(column).filter(|_| depth == below);
            columns.push(
                found.map_or_else(|| Vector::nulls(self.len), |column| rows.of(column, self.len)),
            );
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn integers(values: Vec<i64>) -> DataChunk {
        DataChunk::new(vec![Vector::integers(values)], 0)
    }

    fn shown(chunk: &DataChunk, column: usize) -> Vec<i64> {
        let value = |row| chunk.value(column, row).as_integer().unwrap_or(-1);
        (0..chunk.rows()).map(value).collect()
    }

    /// Three chunks above each other: 10 20 30, then rows 0 0 2, then rows 2 1 of these.
    fn tower() -> DataChunk {
        let ground = Arc::new(integers(vec![10, 20, 30]));
        let mut first = ground.onward(Parents::Rows(vec![0, 0, 2].into()), 3);
        first.columns.push(Vector::integers(vec![1, 2, 3]));
        let mut second = Arc::new(first).onward(Parents::Rows(vec![2, 1].into()), 2);
        second.columns.push(Vector::integers(vec![7, 8]));
        second
    }

    #[test]
    fn columns_are_brought_up_by_the_rows_between() {
        let mut chunk = tower();
        chunk.bring(&[(1, 0), (2, 0), (2, 9), (5, 0)]);
        assert_eq!([shown(&chunk, 0), shown(&chunk, 1)], [vec![7, 8], vec![3, 2]]);
        assert_eq!(shown(&chunk, 2), [30, 10]);
        assert!(matches!(chunk.value(3, 0), Value::Null));
        assert!(matches!(chunk.value(4, 0), Value::Null));
    }

    #[test]
    fn living_rows_go_on_and_folded_ones_find_the_ground() {
        let mut chunk = tower();
        chunk.select(vec![1]);
        let mut chunk = chunk.living();
        chunk.columns.push(Vector::integers(vec![5]));
        chunk.fold(2, &[(0, 0), (1, 0)]);
        assert_eq!([shown(&chunk, 0), shown(&chunk, 1)], [vec![5], vec![8]]);
        chunk.bring(&[(1, 0), (2, 0)]);
        assert_eq!([shown(&chunk, 2), shown(&chunk, 3)], [vec![2], vec![10]]);
        chunk.fold(9, &[(0, 3)]);
        assert_eq!(shown(&chunk, 0), [10]);
        chunk.bring(&[(1, 0)]);
        assert!(matches!(chunk.value(1, 0), Value::Null));
    }

    #[test]
    fn what_stands_apart_is_what_lives_and_is_brought_up() {
        for rows in [None, Some(vec![1]), Some(vec![1, 0])] {
            let mut chunk = tower();
            chunk.selection = rows;
            let wanted = [(1, 0), (2, 0), (3, 0), (3, 7)];
            let mut above = chunk.clone().living();
            above.bring(&wanted);
            let apart = chunk.apart(&wanted);
            assert_eq!(apart.rows(), above.rows());
            for column in 0..3 {
                assert_eq!(shown(&apart, column), shown(&above, column));
            }
            assert!(matches!(apart.value(3, 0), Value::Null));
            assert!(apart.base.is_none());
        }
    }

    #[test]
    fn one_row_stays_one_row() {
        let ground = Arc::new(integers(vec![10, 20]));
        let first = Arc::new(ground.onward(Parents::One(1), 3));
        let mut second = first.onward(Parents::Rows(vec![0, 2].into()), 2);
        second.bring(&[(2, 0)]);
        assert_eq!(shown(&second, 0), [20, 20]);
        let same = Arc::new(second).onward(Parents::Rows(vec![0, 1].into()), 2);
        assert!(matches!(same.base, Some(Base { rows: Parents::Same, .. })));
    }
}
