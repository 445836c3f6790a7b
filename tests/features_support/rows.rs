//! The rows of a result against the table that a scenario expects.

use super::cell::{self, Cell};
use super::show::show;
use dossier::value::{ElementReader, Value};

/// A result.
pub(crate) struct Given<'a> {
    pub(crate) columns: &'a [String],
    pub(crate) rows: &'a [Vec<Value>],
    /// Reads the elements in the rows.
    pub(crate) reader: &'a dyn ElementReader,
}

impl Given<'_> {
    /// # Errors
    /// How the rows differ.
    pub(crate) fn check(
        &self,
        table: &[Vec<String>],
        in_order: bool,
        lists_unordered: bool,
        empty: bool,
    ) -> Result<(), String> {
        if empty {
            return if self.rows.is_empty() {
                Ok(())
            } else {
                Err(format!("{} rows where none are expected", self.rows.len()))
            };
        }
        let (header, body) = table.split_first().ok_or("an expected table needs a header")?;
        let canonical = |value: &Cell| value.canonical(lists_unordered);
        let mut wanted = Vec::with_capacity(body.len());
        for row in body {
            let cells = row
                .iter()
                .map(|text| Ok(canonical(&cell::parse(text)?)))
                .collect::<Result<Vec<_>, String>>()?;
            wanted.push(cells.join(" | "));
        }
        if header.len() != self.columns.len()
            || !header.iter().all(|name| self.columns.contains(name))
        {
            return Err(format!("columns are {:?}, expected {header:?}", self.columns));
        }
        let order: Vec<usize> = header
            .iter()
            .map(|name| self.columns.iter().position(|column| column == name).unwrap_or(0))
            .collect();
        let shown = |row: &Vec<Value>| {
            let cells = order.iter().map(|&index| canonical(&show(&row[index], self.reader)));
            cells.collect::<Vec<_>>().join(" | ")
        };
        let mut got: Vec<String> = self.rows.iter().map(shown).collect();
        if !in_order {
            wanted.sort();
            got.sort();
        }
        if got == wanted {
            Ok(())
        } else {
            Err(format!(
                "rows differ\nexpected:\n  {}\ngot:\n  {}",
                wanted.join("\n  "),
                got.join("\n  ")
            ))
        }
    }
}
