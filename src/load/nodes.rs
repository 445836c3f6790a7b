//! Nodes of which a file says nothing but their ids and properties: their columns become columns of
//! the store as they are.
//!
//! ```text
//! columns ─(types that were declared or found)─► ids, properties by key ─► rows of chunks
//! ```
//!
//! The thread that reads the file makes values of texts where that is asked for; the other enters the
//! ids and appends the columns. What is taken here needs no care. It ends before the first row that
//! does: a text that is no value of its column, a row without an id or with one that is there before.
//! That row goes the way of rows by themselves, which tells what is wrong with it, if anything is.

use super::lines::PlainLines;
use super::source::Part;
use crate::import::FieldType;
use crate::store::KeyId;
use crate::value::Value;
use crate::vector::{Vector, VectorBuilder};

/// Rows that are split together at most.
const BLOCK_ROWS: usize = 1 << 14;

/// What the columns of such a file become.
pub(super) struct Nodes {
    columns: Vec<Part>,
    list_delimiter: char,
}

/// The first rows of some columns.
pub(super) struct NodeBlock {
    pub(super) rows: usize,
    /// What identifies them, where something does.
    pub(super) ids: Option<Vector>,
    /// Columns of so many rows or more.
    pub(super) properties: Vec<(KeyId, Vector)>,
}

impl Nodes {
    /// The nodes that rows of these columns are; `None` where they say more, or say a property
    /// twice.
    pub(super) fn of(columns: &[Part], list_delimiter: char) -> Option<Self> {
        let mut keys = Vec::new();
        let mut ids = 0;
        for column in columns {
            match column {
                Part::Id(property) => {
                    ids += 1;
                    keys.extend(property.map(|(key, _)| key));
                }
                Part::Property(key, _) | Part::List(key, _) => keys.push(*key),
                Part::Ignored => {}
                Part::Start(_) | Part::End(_) | Part::Label | Part::Type => return None,
            }
        }
        keys.sort_unstable();
        let distinct = keys.windows(2).all(|keys| keys[0] != keys[1]);
        (distinct && ids < 2).then(|| Nodes { columns: columns.to_vec(), list_delimiter })
    }

    /// The fields of the first lines as columns of values; how many lines and how many bytes those
    /// are.
    pub(super) fn split(&self, lines: &[u8], delimiter: u8) -> (Vec<Vector>, usize, usize) {
        let mut lines = PlainLines::new(lines, delimiter);
        let mut columns: Vec<VectorBuilder> = Vec::new();
        columns.resize_with(self.columns.len(), VectorBuilder::new);
        let (mut rows, mut bytes) = (0, 0);
        while rows < BLOCK_ROWS && self.split_line(&mut lines, &mut columns).is_some() {
            (rows, bytes) = (rows + 1, lines.taken());
        }
        // The last line may have been given up half way.
        let columns = columns.into_iter().map(|column| column.finish().slice(0, rows));
        (columns.collect(), rows, bytes)
    }

    /// Appends the fields of the line that comes next, if it is plain and they are values.
    fn split_line(&self, lines: &mut PlainLines<'_>, columns: &mut [VectorBuilder]) -> Option<()> {
        let last = self.columns.len().checked_sub(1)?;
        for (place, (part, column)) in self.columns.iter().zip(columns).enumerate() {
            let is_last = place == last;
            let kind = match part {
                Part::Id(Some((_, kind))) | Part::Property(_, kind) => *kind,
                _ => FieldType::String,
            };
            if kind == FieldType::Integer
                && let Some(number) = lines.number(is_last)
            {
                column.push(Value::Integer(number as i64));
                continue;
            }
            let text = lines.text(is_last)?;
            match part {
                // A line with nothing on it is no row.
                _ if text.is_empty() && last == 0 => return None,
                _ if text.is_empty() => column.push_null(),
                Part::List(_, kind) => column.push(kind.list(text, self.list_delimiter).ok()?),
                // `07` identifies another row than `7`.
                Part::Id(Some(_)) if kind == FieldType::Integer => return None,
                Part::Property(..) if kind != FieldType::String => {
                    column.push(kind.value(text).ok()?);
                }
                Part::Ignored => column.push_null(),
                _ => column.push_str(text),
            }
        }
        Some(())
    }

    /// The nodes that the first rows of columns are; `None` where the first one needs care.
    pub(super) fn of_columns(&self, columns: &[Vector]) -> Option<NodeBlock> {
        if columns.len() != self.columns.len() {
            return None;
        }
        let rows = columns.first().map_or(0, Vector::len);
        let mut block = NodeBlock { rows, ids: None, properties: Vec::new() };
        for (part, column) in self.columns.iter().zip(columns) {
            let (key, values) = match part {
                Part::Property(key, kind) => (key, typed(column, *kind)),
                Part::List(key, kind) => (key, self.lists(column, *kind)),
                Part::Id(property) => {
                    block.ids = Some(column.clone());
                    let Some((key, kind)) = property else { continue };
                    (key, typed(column, *kind))
                }
                _ => continue,
            };
            block.rows = block.rows.min(values.len());
            block.properties.push((*key, values));
        }
        (block.rows > 0).then_some(block)
    }

    /// The lists of a column, up to the first text that is none.
    fn lists(&self, column: &Vector, kind: FieldType) -> Vector {
        let list = |value: Value| match value {
            Value::String(text) => kind.list(&text, self.list_delimiter).ok(),
            value @ (Value::List(_) | Value::Null) => Some(value),
            value => Some(Value::List(vec![value].into())),
        };
        Vector::from_values(column.iter().map_while(list))
    }
}

/// The values of a column, of a type where that is not told by themselves, up to the first text
/// that is none.
fn typed(column: &Vector, kind: FieldType) -> Vector {
    let Vector::String(strings) = column else { return column.clone() };
    if kind == FieldType::String {
        return column.clone();
    }
    let mut values = VectorBuilder::new();
    for row in 0..strings.len() {
        match strings.get(row).map(|text| kind.value(text)) {
            None => values.push_null(),
            Some(Ok(value)) => values.push(value),
            Some(Err(_)) => break,
        }
    }
    values.finish()
}
