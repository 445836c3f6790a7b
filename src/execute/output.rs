//! Output of operators that work row by row: rows become chunks again.

use crate::value::Value;
use crate::vector::{CHUNK_ROWS, DataChunk, VectorBuilder};

/// Rows that are done, gathered into chunks of the usual size.
pub(super) struct Output {
    keep: Vec<usize>,
    builders: Vec<VectorBuilder>,
    len: usize,
    chunks: Vec<DataChunk>,
}

impl Output {
    /// An output of these columns of the rows that it is given.
    pub(super) fn new(keep: Vec<usize>) -> Self {
        let builders = keep.iter().map(|_| VectorBuilder::new()).collect();
        Output { keep, builders, len: 0, chunks: Vec::new() }
    }

    /// Adds the rows of a chunk, all of which live.
    pub(super) fn add(&mut self, row: &DataChunk) {
        for index in 0..row.len {
            for (builder, &slot) in self.builders.iter_mut().zip(&self.keep) {
                builder.push(row.columns.get(slot).map_or(Value::Null, |column| column.get(index)));
            }
            self.len += 1;
            if self.len >= CHUNK_ROWS {
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        if self.len > 0 {
            let columns =
                self.builders.iter_mut().map(|builder| std::mem::take(builder).finish()).collect();
            self.chunks.push(DataChunk::new(columns, self.len));
            self.len = 0;
        }
    }

    /// The chunks.
    pub(super) fn finish(mut self) -> Vec<DataChunk> {
        self.flush();
        self.chunks
    }
}
