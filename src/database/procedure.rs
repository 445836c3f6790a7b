//! Procedures: tables that a query can CALL.

use crate::bind::{Environment, ProcedureSignature};
use crate::execute::ProcedureRegistry;
use crate::function::TypeSet;
use crate::store::Graph;
use crate::value::order::equals;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// A procedure whose rows are given: every row holds the inputs that it answers to,
/// then the outputs.
#[derive(Clone, Debug)]
pub struct TableProcedure {
    /// Its dotted name.
    pub name: Arc<str>,
    /// The arguments, each with the types that it accepts.
    pub inputs: Vec<(Arc<str>, TypeSet)>,
    /// The result's columns.
    pub outputs: Vec<Arc<str>>,
    /// The rows, inputs first.
    pub rows: Vec<Vec<Value>>,
}

/// The procedures of a database.
#[derive(Clone, Debug, Default)]
pub(super) struct Procedures {
    tables: Arc<HashMap<Arc<str>, TableProcedure>>,
}

impl Procedures {
    /// The same with one more.
    pub(super) fn with(&self, procedure: TableProcedure) -> Self {
        let mut tables = HashMap::clone(&self.tables);
        tables.insert(procedure.name.clone(), procedure);
        Procedures { tables: Arc::new(tables) }
    }
}

impl Environment for Procedures {
    fn procedure(&self, name: &str) -> Option<ProcedureSignature> {
        let table = self.tables.get(name)?;
        Some(ProcedureSignature {
            name: table.name.clone(),
            inputs: table.inputs.clone(),
            outputs: table.outputs.clone(),
        })
    }

    fn procedures(&self) -> Vec<Arc<str>> {
        let mut names: Vec<_> = self.tables.keys().cloned().collect();
        names.sort();
        names
    }
}

impl ProcedureRegistry for Procedures {
    fn call(
        &self,
        name: &str,
        arguments: &[Value],
        _: &Graph,
    ) -> Result<Vec<Vec<Value>>, EvaluationError> {
        let Some(table) = self.tables.get(name) else {
            let message = format!("there is no procedure `{name}`");
            return Err(EvaluationError::new(
                ErrorClass::ProcedureError,
                ErrorCode::ProcedureNotFound,
                message,
            ));
        };
        for ((input, wanted), argument) in table.inputs.iter().zip(arguments) {
            if !wanted.accepts(TypeSet::of(argument)) {
                let message = format!(
                    "`{input}` of `{name}` takes {wanted}, not {}",
                    argument.to_cypher_literal()
                );
                return Err(EvaluationError::wrong_type(message));
            }
        }
        if table.outputs.is_empty() {
            return Ok(vec![Vec::new()]);
        }
        let fits = |row: &&Vec<Value>| {
            let same = |(given, known): (&Value, &Value)| {
                (given.is_null() && known.is_null()) || equals(given, known) == Some(true)
            };
            arguments.iter().zip(row.iter()).all(same)
        };
        Ok(table
            .rows
            .iter()
            .filter(fits)
            .map(|row| row.iter().skip(arguments.len()).cloned().collect())
            .collect())
    }
}
