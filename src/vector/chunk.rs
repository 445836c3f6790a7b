//! The data chunk: the batch of rows that flows through a pipeline.

use super::Vector;
use super::base::Base;
use crate::value::Value;

/// Columns of equal length, and which of their rows live.
///
/// `len` counts the rows of the columns; a selection, where there is one, names
/// the rows that live, in the order in which they are to be read. The rows may go on
/// from those of another chunk, whose columns are not copied ([`DataChunk::onward`]).
#[derive(Clone, Debug, Default)]
pub struct DataChunk {
    /// The columns, each `len` rows long.
    pub columns: Vec<Vector>,
    /// Rows in each column; kept apart because a chunk may have no columns.
    pub len: usize,
    /// The rows that live; `None` means all.
    pub selection: Option<Vec<u32>>,
    /// The chunk whose rows these go on from.
    pub(super) base: Option<Base>,
}

impl DataChunk {
    /// A chunk of these columns, all rows living. The length is that of the
    /// first column, and `len` where there is none.
    pub fn new(columns: Vec<Vector>, len: usize) -> Self {
        let len = columns.first().map_or(len, Vector::len);
        DataChunk { columns, len, selection: None, base: None }
    }

    /// Number of rows that live.
    pub fn rows(&self) -> usize {
        self.selection.as_ref().map_or(self.len, Vec::len)
    }

    /// Whether no row lives.
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// The number, within the columns, of the `index`-th living row.
    pub fn row(&self, index: usize) -> usize {
        match &self.selection {
            Some(selection) => selection.get(index).map_or(self.len, |&row| row as usize),
            None => index,
        }
    }

    /// The numbers of the living rows within the columns.
    pub fn live_rows(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.rows()).map(|index| self.row(index))
    }

    /// The value of a column in the `index`-th living row, `Null` where either does not exist.
    pub fn value(&self, column: usize, index: usize) -> Value {
        self.columns.get(column).map_or(Value::Null, |vector| vector.get(self.row(index)))
    }

    /// Keeps of the living rows those with these numbers within the columns.
    pub fn select(&mut self, rows: Vec<u32>) {
        self.selection = Some(rows);
    }

    /// Applies the selection, so that all rows live, and lets go of the chunks below. Costs
    /// nothing where there is neither.
    pub fn flatten(&mut self) {
        self.detach();
        if let Some(rows) = self.selection.take() {
            if rows.len() == self.len
                && rows.iter().enumerate().all(|(index, &row)| index == row as usize)
            {
                return;
            }
            for column in &mut self.columns {
                *column = column.gather(&rows);
            }
            self.len = rows.len();
        }
    }

    /// Lets of the living rows only those from `offset` on live, `len` of them, clamped to
    /// what is there.
    pub fn narrow(&mut self, offset: usize, len: usize) {
        let offset = offset.min(self.rows());
        let end = offset + len.min(self.rows() - offset);
        if end - offset < self.rows() {
            self.selection = Some((offset..end).map(|index| self.row(index) as u32).collect());
        }
    }

    /// The living rows from `offset` on, `len` of them, clamped to what is there, without
    /// the chunks below.
    pub fn slice(&self, offset: usize, len: usize) -> DataChunk {
        let offset = offset.min(self.rows());
        let len = len.min(self.rows() - offset);
        match &self.selection {
            Some(rows) => DataChunk {
                columns: self.columns.clone(),
                len: self.len,
                selection: Some(rows[offset..offset + len].to_vec()),
                base: None,
            },
            None => DataChunk {
                columns: self.columns.iter().map(|column| column.slice(offset, len)).collect(),
                len,
                selection: None,
                base: None,
            },
        }
    }

    /// The living rows of all these chunks as one chunk without a selection.
    /// All must have the same number of columns; missing ones are null.
    pub fn concat(chunks: Vec<DataChunk>) -> DataChunk {
        let mut flat = chunks;
        flat.iter_mut().for_each(DataChunk::flatten);
        let len = flat.iter().map(|chunk| chunk.len).sum();
        let width = flat.iter().map(|chunk| chunk.columns.len()).max().unwrap_or(0);
        let columns = (0..width)
            .map(|column| {
                let parts: Vec<Vector> = flat
                    .iter()
                    .map(|chunk| {
                        chunk
                            .columns
                            .get(column)
                            .cloned()
                            .unwrap_or_else(|| Vector::nulls(chunk.len))
                    })
                    .collect();
                Vector::concat(&parts)
            })
            .collect();
        DataChunk { columns, len, selection: None, base: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selects_flattens_and_slices() {
        let mut chunk = DataChunk::new(vec![Vector::integers(vec![10, 11, 12, 13])], 0);
        chunk.select(vec![3, 1, 0]);
        assert_eq!(chunk.rows(), 3);
        assert!(matches!(chunk.value(0, 0), Value::Integer(13)));
        let tail = chunk.slice(1, 9);
        assert_eq!(tail.live_rows().collect::<Vec<_>>(), [1, 0]);
        chunk.flatten();
        assert_eq!((chunk.len, chunk.rows()), (3, 3));
        let both = DataChunk::concat(vec![chunk, tail]);
        let values: Vec<_> = (0..5).map(|row| both.value(0, row)).collect();
        assert!(matches!(
            values[..],
            [
                Value::Integer(13),
                Value::Integer(11),
                Value::Integer(10),
                Value::Integer(11),
                Value::Integer(10)
            ]
        ));
    }
}
