//! CALL of the procedures that name what is there.

use super::{Evaluated, Machine, Table, unsupported};
use dossier::syntax::ast::{Expression, Yield};
use dossier::value::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Machine {
    /// The only column of a procedure without arguments, and its values.
    fn procedure(&self, name: &str) -> Evaluated<(&'static str, Vec<Value>)> {
        let (column, names): (_, BTreeSet<Arc<str>>) = match name {
            "db.labels" => {
                let nodes = self.world.nodes.values();
                ("label", nodes.flat_map(|node| node.labels.iter().cloned()).collect())
            }
            "db.relationshipTypes" => {
                let kinds = self.world.relationships.values().map(|one| one.kind.clone());
                ("relationshipType", kinds.collect())
            }
            other => return unsupported(format!("the procedure {other}")),
        };
        Ok((column, names.into_iter().map(Value::String).collect()))
    }

    /// The rows of a procedure for each row.
    pub(super) fn call_procedure(
        &self,
        optional: bool,
        name: &str,
        yields: &Yield,
        predicate: Option<&Expression>,
        table: Table,
    ) -> Evaluated<Table> {
        let (column, values) = self.procedure(name)?;
        let variable: Arc<str> = match yields {
            Yield::All => column.into(),
            Yield::Items(items) => match items.as_slice() {
                [(own, alias)] if *own.text == *column => {
                    alias.as_ref().map_or(own.text.clone(), |alias| alias.text.clone())
                }
                _ => return unsupported("these columns of a procedure"),
            },
            Yield::Absent => return unsupported("a procedure without YIELD"),
        };
        let mut out = Table { names: table.names, rows: Vec::new() };
        out.add_name(&variable);
        for row in table.rows {
            self.step()?;
            let mut found = Vec::new();
            for value in &values {
                let mut row = row.clone();
                row.insert(variable.clone(), value.clone());
                if self.holds(predicate, &row)? {
                    found.push(row);
                }
            }
            if found.is_empty() && optional {
                let mut row = row;
                row.insert(variable.clone(), Value::Null);
                found.push(row);
            }
            out.rows.append(&mut found);
        }
        Ok(out)
    }
}
