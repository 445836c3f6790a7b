//! LOAD CSV: a file read letter by letter.

use super::{Evaluated, Machine, Row, Table, error, wrong_type};
use dossier::syntax::ast::Expression;
use dossier::value::{ErrorClass, Map, Value};
use std::sync::Arc;

/// The fields of a file, line by line; `None` is an empty field.
fn fields(text: &str, terminator: char) -> Vec<Vec<Option<String>>> {
    let mut lines = Vec::new();
    let mut line: Vec<Option<String>> = Vec::new();
    let mut field = String::new();
    let (mut quoted, mut was_quoted) = (false, false);
    let mut letters = text.replace("\r\n", "\n").chars().collect::<Vec<_>>().into_iter().peekable();
    while let Some(letter) = letters.next() {
        if quoted {
            match letter {
                '"' if letters.peek() == Some(&'"') => field.extend(letters.next()),
                '"' => quoted = false,
                other => field.push(other),
            }
            continue;
        }
        if letter == '"' {
            (quoted, was_quoted) = (true, true);
        } else if letter == terminator || letter == '\n' {
            let empty = field.is_empty() && !was_quoted;
            line.push((!empty).then(|| std::mem::take(&mut field)));
            was_quoted = false;
            if letter == '\n' {
                lines.push(std::mem::take(&mut line));
            }
        } else {
            field.push(letter);
        }
    }
    lines.retain(|line| line.as_slice() != [None]);
    lines
}

fn value(field: Option<&String>) -> Value {
    field.map_or(Value::Null, |text| Value::String(text.as_str().into()))
}

impl Machine {
    /// A row for each line of a file, which may depend on the row before.
    pub(super) fn load(
        &self,
        (headers, terminator): (bool, char),
        location: &Expression,
        variable: &Arc<str>,
        table: Table,
    ) -> Evaluated<Table> {
        let mut out = Table { names: table.names, rows: Vec::new() };
        out.add_name(variable);
        for row in &table.rows {
            let Value::String(name) = self.value(location, row)? else {
                return wrong_type("the place of a file is a string");
            };
            let Some((_, text)) = self.files.iter().find(|(known, _)| *known == &*name) else {
                return error(ErrorClass::ExternalResourceError, "no such file");
            };
            let mut lines = fields(text, terminator).into_iter();
            let header = if headers { lines.next().unwrap_or_default() } else { Vec::new() };
            for line in lines {
                self.step()?;
                let mut row: Row = row.clone();
                let item = if headers {
                    let named = header.iter().enumerate().filter_map(|(place, name)| {
                        let name = name.as_ref()?;
                        Some((
                            name.as_str().into(),
                            value(line.get(place).and_then(Option::as_ref)),
                        ))
                    });
                    Value::Map(Arc::new(named.collect::<Map>()))
                } else {
                    Value::List(Arc::new(line.iter().map(|field| value(field.as_ref())).collect()))
                };
                row.insert(variable.clone(), item);
                out.rows.push(row);
            }
        }
        Ok(out)
    }
}
