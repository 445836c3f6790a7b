//! The procedures of a database: the built-in ones, and tables that were registered.

use super::contradiction;
use crate::bind::{Environment, ProcedureSignature};
use crate::execute::{Answer, ProcedureChange, ProcedureInput, ProcedureRegistry};
use crate::function::TypeSet;
use crate::procedure::{
    self, BUILTINS, Call, DatabaseName, Description, Procedure, Run, WritingCall,
};
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

/// The procedures of a database; a table hides a built-in procedure of its name.
#[derive(Clone, Debug, Default)]
pub(super) struct Procedures {
    tables: Arc<HashMap<Arc<str>, TableProcedure>>,
    database: DatabaseName,
}

/// A procedure that was found.
enum Found<'a> {
    Table(&'a TableProcedure),
    Builtin(&'static Procedure),
}

impl Procedures {
    /// The built-in ones of a database.
    pub(super) fn of(database: DatabaseName) -> Self {
        Procedures { tables: Arc::default(), database }
    }

    /// The same with one more.
    pub(super) fn with(&self, procedure: TableProcedure) -> Self {
        let mut tables = HashMap::clone(&self.tables);
        tables.insert(procedure.name.clone(), procedure);
        Procedures { tables: Arc::new(tables), database: self.database.clone() }
    }

    /// How many tables were registered; none is ever taken away.
    pub(super) fn len(&self) -> usize {
        self.tables.len()
    }

    fn find(&self, name: &str) -> Option<Found<'_>> {
        let builtin = || BUILTINS.iter().find(|procedure| procedure.name == name);
        let table = self.tables.get(name).map(Found::Table);
        table.or_else(|| builtin().map(Found::Builtin))
    }

    /// The procedure of a name that takes these arguments.
    fn accepting(&self, name: &str, arguments: &[Value]) -> Result<Found<'_>, EvaluationError> {
        let found = self.find(name).ok_or_else(|| not_found(name))?;
        for ((input, wanted), argument) in found.signature().inputs.iter().zip(arguments) {
            if !wanted.accepts(TypeSet::of(argument)) {
                let message = format!(
                    "`{input}` of `{name}` takes {wanted}, not {}",
                    argument.to_cypher_literal()
                );
                return Err(EvaluationError::wrong_type(message));
            }
        }
        Ok(found)
    }

    /// All procedures in alphabetical order.
    fn describe(&self) -> Vec<Description> {
        let hidden = |one: &&Procedure| self.tables.contains_key(one.name);
        let builtins = BUILTINS.iter().filter(|one| !hidden(one)).map(Procedure::describe);
        let mut all: Vec<Description> =
            self.tables.values().map(TableProcedure::describe).chain(builtins).collect();
        all.sort_by_key(|one| one.name.to_lowercase());
        all
    }
}

impl TableProcedure {
    fn describe(&self) -> Description {
        let names: Vec<String> = self.inputs.iter().map(|(_, types)| types.to_string()).collect();
        let inputs =
            self.inputs.iter().zip(&names).map(|((name, _), of)| (&**name, of.as_str(), false));
        let outputs = self.outputs.iter().map(|name| (&**name, "ANY", false));
        Description {
            name: self.name.to_string(),
            signature: procedure::signature(&self.name, inputs, outputs),
            description: String::new(),
            writes: false,
        }
    }

    /// The outputs of the rows whose inputs are the arguments.
    fn rows(&self, arguments: &[Value]) -> Vec<Vec<Value>> {
        if self.outputs.is_empty() {
            return vec![Vec::new()];
        }
        let fits = |row: &&Vec<Value>| {
            let same = |(given, known): (&Value, &Value)| {
                (given.is_null() && known.is_null()) || equals(given, known) == Some(true)
            };
            arguments.iter().zip(row.iter()).all(same)
        };
        let rows = self.rows.iter().filter(fits);
        rows.map(|row| row.iter().skip(arguments.len()).cloned().collect()).collect()
    }
}

impl Found<'_> {
    fn signature(&self) -> ProcedureSignature {
        match self {
            Found::Table(table) => ProcedureSignature {
                name: table.name.clone(),
                inputs: table.inputs.clone(),
                optional: 0,
                searches: Vec::new(),
                outputs: table.outputs.iter().map(|name| (name.clone(), TypeSet::ANY)).collect(),
                writes: false,
            },
            Found::Builtin(builtin) => {
                let inputs = builtin.inputs.iter().map(|one| (one.name.into(), one.types));
                // A column may be null.
                let outputs = builtin
                    .outputs
                    .iter()
                    .map(|one| (one.name.into(), one.types.union(TypeSet::NULL)));
                ProcedureSignature {
                    name: builtin.name.into(),
                    inputs: inputs.collect(),
                    optional: builtin.inputs.iter().filter(|one| one.optional).count(),
                    searches: builtin.searches().to_vec(),
                    outputs: outputs.collect(),
                    writes: matches!(builtin.run, Run::Writes(_)),
                }
            }
        }
    }
}

impl Environment for Procedures {
    fn procedure(&self, name: &str) -> Option<ProcedureSignature> {
        self.find(name).map(|found| found.signature())
    }

    fn procedures(&self) -> Vec<Arc<str>> {
        self.describe().into_iter().map(|one| one.name.into()).collect()
    }
}

impl ProcedureRegistry for Procedures {
    fn call(&self, name: &str, input: &ProcedureInput<'_>) -> Result<Answer, EvaluationError> {
        let run = match self.accepting(name, input.arguments)? {
            Found::Table(table) => return Ok(Answer::Rows(table.rows(input.arguments))),
            Found::Builtin(procedure) => procedure.run,
        };
        let procedures = self.describe();
        let call = Call {
            arguments: input.arguments,
            graph: input.graph,
            stopped: input.stopped,
            procedures: &procedures,
            database: &self.database,
            keep: input.keep,
            threads: input.options.threads,
            contradictory: &|rule| contradiction::matches(rule, input, self),
        };
        match run {
            Run::Reads(run) => run(&call).map(Answer::Rows),
            Run::Computes(run) => run(&call).map(Answer::Columns),
            Run::Writes(_) => Err(not_found(name)),
        }
    }

    fn change(
        &self,
        name: &str,
        change: &mut ProcedureChange<'_>,
    ) -> Result<Vec<Vec<Value>>, EvaluationError> {
        match self.accepting(name, change.arguments)? {
            Found::Builtin(Procedure { run: Run::Writes(run), .. }) => run(&mut WritingCall {
                arguments: change.arguments,
                writer: &mut *change.writer,
                stopped: change.stopped,
                keep: change.keep,
            }),
            Found::Table(_) | Found::Builtin(_) => Err(not_found(name)),
        }
    }
}

fn not_found(name: &str) -> EvaluationError {
    EvaluationError::new(
        ErrorClass::ProcedureError,
        ErrorCode::ProcedureNotFound,
        format!("there is no procedure `{name}`"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::SHOWN;

    #[test]
    fn what_is_shown_are_the_columns_of_a_procedure() {
        for shown in SHOWN {
            let name = shown.procedure.join(".");
            let procedure = BUILTINS.iter().find(|one| one.name == name).expect("it is there");
            let columns: Vec<&str> = procedure.outputs.iter().map(|one| one.name).collect();
            assert_eq!(columns, shown.columns, "{name}");
            assert!(shown.most <= columns.len(), "{name}");
        }
    }

    #[test]
    fn a_table_hides_a_builtin_procedure() {
        let table = TableProcedure {
            name: "db.labels".into(),
            inputs: Vec::new(),
            outputs: vec!["mine".into()],
            rows: vec![vec![Value::from(1)]],
        };
        let procedures = Procedures::default().with(table);
        let described = procedures.describe();
        assert_eq!(described.len(), BUILTINS.len());
        let signature = procedures.procedure("db.labels").expect("it is there");
        assert_eq!(&*signature.outputs[0].0, "mine");
        let names = described.iter().map(|one| one.name.to_lowercase());
        assert!(names.is_sorted());
    }
}
