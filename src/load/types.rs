//! Of what types the fields of columns are that do not tell it: what all of their fields are.
//!
//! Such a file is read once more before it is loaded. Of plain lines the thread that reads them sees
//! the fields as they stand there.

use super::lines::PlainLines;
use super::rows::{Field, TableRow};
use crate::import::Inference;
use crate::vector::Vector;

/// Rows that are seen together at most.
const ROWS: usize = 1 << 14;

/// The types of columns as far as their fields were seen.
#[derive(Clone, Debug)]
pub(super) struct Types {
    /// What is known of the columns whose type is open.
    columns: Vec<Option<Inference>>,
}

impl Types {
    /// Nothing was seen yet of columns, of which these are open.
    pub(super) fn new(open: impl Iterator<Item = bool>) -> Self {
        Types { columns: open.map(|open| open.then(Inference::default)).collect() }
    }

    /// Takes a row into account.
    pub(super) fn see(&mut self, row: TableRow<'_>) {
        for (place, column) in self.columns.iter_mut().enumerate() {
            if let (Some(column), Some(Field::Text(field))) = (column, row.field(place)) {
                column.see(field);
            }
        }
    }

    /// Whether a column is open, and may still turn out to be something else than text.
    pub(super) fn is_open(&self, place: usize) -> bool {
        let column = self.columns.get(place).and_then(Option::as_ref);
        column.is_some_and(|column| !column.is_text())
    }

    /// Takes the texts of columns into account.
    pub(super) fn see_columns(&mut self, columns: &[Vector]) {
        for (column, values) in self.columns.iter_mut().zip(columns) {
            if let (Some(column), Vector::String(strings)) = (column, values) {
                (0..strings.len()).filter_map(|row| strings.get(row)).for_each(|text| {
                    if !column.is_text() {
                        column.see(text);
                    }
                });
            }
        }
    }

    /// Takes the first lines into account, and tells how many and how many bytes those are.
    pub(super) fn see_lines(&mut self, lines: &[u8], delimiter: u8) -> (usize, usize) {
        let mut lines = PlainLines::new(lines, delimiter);
        let last = self.columns.len().saturating_sub(1);
        let mut fields: Vec<&str> = Vec::with_capacity(self.columns.len());
        let (mut rows, mut bytes) = (0, 0);
        while rows < ROWS {
            fields.clear();
            fields.extend((0..=last).map_while(|place| lines.text(place == last)));
            if fields.len() != self.columns.len() {
                break;
            }
            for (column, field) in self.columns.iter_mut().zip(&fields) {
                if let (Some(column), false) = (column, field.is_empty()) {
                    column.see(field);
                }
            }
            (rows, bytes) = (rows + 1, lines.taken());
        }
        (rows, bytes)
    }

    /// Takes into account what another has seen of the same columns.
    pub(super) fn add(&mut self, other: &Types) {
        for (column, other) in self.columns.iter_mut().zip(&other.columns) {
            if let (Some(column), Some(other)) = (column, other) {
                column.add(other);
            }
        }
    }

    /// What the columns are that are open, in order.
    pub(super) fn columns(&self) -> impl Iterator<Item = Option<&Inference>> {
        self.columns.iter().map(Option::as_ref)
    }
}
