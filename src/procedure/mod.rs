//! The built-in procedures: what a query can CALL, each with its signature, a sentence for
//! people, and the rows that it gives.
//!
//! A procedure reads one version of the graph. One that reads much asks now and then
//! whether the statement has been stopped, and gives what it has: nobody will see it.
//!
//! Columns are added at the end and keep their names: saved queries rest on them.

mod algorithm;
mod catalog;
mod contradiction;
mod dispute;
mod entity;
mod index;
mod merge;
mod perspective;
mod schema;
mod server;
mod shape;
mod unmerge;

use crate::function::TypeSet;
use crate::store::{Contradiction, Graph, Writer};
use crate::threads::Threads;
use crate::value::{EvaluationError, NameKind, Value};
use crate::vector::Vector;
use std::sync::Arc;

/// What a procedure is called with.
pub struct Call<'a> {
    /// The arguments, of the types that the signature names.
    pub arguments: &'a [Value],
    /// The version that the statement reads.
    pub graph: &'a Graph,
    /// Whether the statement has to stop.
    pub stopped: &'a dyn Fn() -> bool,
    /// Every procedure that can be called, for those that list them.
    pub procedures: &'a [Description],
    /// The database that is open.
    pub database: &'a DatabaseName,
    /// Accounts for so many bytes that the procedure keeps until it is done.
    pub keep: &'a dyn Fn(usize) -> Result<(), EvaluationError>,
    /// How many threads may work on it, and who helps.
    pub threads: Threads<'a>,
    /// What a contradiction finds in the version: a row for each match of its pattern, with
    /// the statements that cannot hold together.
    pub contradictory: &'a dyn Fn(&Contradiction) -> Rows,
}

/// What a database is called, and whether it may be written.
#[derive(Clone, Debug)]
pub struct DatabaseName {
    /// The name of its file, without what stands behind the point.
    pub name: Arc<str>,
    /// Whether it is only read.
    pub read_only: bool,
}

impl Default for DatabaseName {
    /// That of a graph in memory.
    fn default() -> Self {
        DatabaseName { name: "memory".into(), read_only: false }
    }
}

/// Elements between two looks at whether the statement has to stop.
const STRIDE: u32 = 4096;

/// The rows of a procedure, each with the values of its columns.
pub type Rows = Result<Vec<Vec<Value>>, EvaluationError>;

/// The columns of what a procedure gives, all of the same length.
pub type Columns = Result<Vec<Vector>, EvaluationError>;

/// What a procedure that changes the graph is called with.
pub struct WritingCall<'a> {
    /// The arguments, of the types that the signature names.
    pub arguments: &'a [Value],
    /// The version in the making.
    pub writer: &'a mut Writer,
    /// Whether the statement has to stop. Then nobody will see what is left undone.
    pub stopped: &'a dyn Fn() -> bool,
    /// Accounts for so many bytes that the procedure keeps until it is done.
    pub keep: &'a dyn Fn(usize) -> Result<(), EvaluationError>,
}

/// What a procedure does when it is called.
#[derive(Clone, Copy)]
pub enum Run {
    /// It reads a version, and gives rows.
    Reads(fn(&Call<'_>) -> Rows),
    /// It reads a version, and gives a row for each of many elements, column by column.
    Computes(fn(&Call<'_>) -> Columns),
    /// It changes the graph.
    Writes(fn(&mut WritingCall<'_>) -> Rows),
}

/// An argument or a column.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The types of its values.
    pub types: TypeSet,
    /// The same as a query writes it.
    pub type_name: &'static str,
    /// Whether a call may leave it out, with all that follow it: it is null then.
    pub optional: bool,
}

/// A built-in procedure.
#[derive(Clone, Copy)]
pub struct Procedure {
    /// Its dotted name.
    pub name: &'static str,
    /// The arguments.
    pub inputs: &'static [Field],
    /// The columns.
    pub outputs: &'static [Field],
    /// One sentence for people.
    pub description: &'static str,
    /// What it does.
    pub run: Run,
}

/// A procedure as it is listed.
#[derive(Clone, Debug)]
pub struct Description {
    /// Its dotted name.
    pub name: String,
    /// How it is called and what it gives: `db.labels() :: (label :: STRING)`.
    pub signature: String,
    /// One sentence for people; empty where none was given.
    pub description: String,
    /// Whether it changes the graph.
    pub writes: bool,
}

/// Every built-in procedure, in alphabetical order.
pub const BUILTINS: &[Procedure] = &[
    algorithm::PAGE_RANK,
    algorithm::WCC,
    index::AWAIT_INDEX,
    index::AWAIT_INDEXES,
    schema::CONSTRAINTS,
    contradiction::CONTRADICTIONS,
    schema::EDGE_TYPES,
    schema::INDEXES,
    catalog::LABELS,
    server::PING,
    catalog::PROPERTY_KEYS,
    catalog::RELATIONSHIP_TYPES,
    shape::NODE_TYPE_PROPERTIES,
    shape::REL_TYPE_PROPERTIES,
    shape::VISUALIZATION,
    server::COMPONENTS,
    server::DATABASES,
    server::FUNCTIONS,
    server::PROCEDURES,
    dispute::DISPUTES,
    merge::MERGE,
    entity::NAMED,
    perspective::PERSPECTIVES,
    unmerge::UNMERGE,
];

impl Procedure {
    /// The places of arguments that search for names of the graph, and of which kind.
    pub fn searches(&self) -> &'static [(usize, NameKind)] {
        if self.name.starts_with(algorithm::PREFIX) { algorithm::SEARCHES } else { &[] }
    }

    /// The procedure as it is listed.
    pub fn describe(&self) -> Description {
        let fields = |fields: &'static [Field]| {
            fields.iter().map(|one| (one.name, one.type_name, one.optional))
        };
        Description {
            name: self.name.to_owned(),
            signature: signature(self.name, fields(self.inputs), fields(self.outputs)),
            description: self.description.to_owned(),
            writes: matches!(self.run, Run::Writes(_)),
        }
    }
}

/// How a procedure is called and what it gives.
pub fn signature<'n>(
    name: &str,
    inputs: impl Iterator<Item = (&'n str, &'n str, bool)>,
    outputs: impl Iterator<Item = (&'n str, &'n str, bool)>,
) -> String {
    let field = |(name, of, optional): (&str, &str, bool)| {
        let default = if optional { " = null" } else { "" };
        format!("{name}{default} :: {of}")
    };
    let inputs: Vec<String> = inputs.map(field).collect();
    let outputs: Vec<String> = outputs.map(field).collect();
    format!("{name}({}) :: ({})", inputs.join(", "), outputs.join(", "))
}

const fn text(name: &'static str) -> Field {
    Field { name, types: TypeSet::STRING, type_name: "STRING", optional: false }
}

const fn integer(name: &'static str) -> Field {
    Field { name, types: TypeSet::INTEGER, type_name: "INTEGER", optional: false }
}

const fn boolean(name: &'static str) -> Field {
    Field { name, types: TypeSet::BOOLEAN, type_name: "BOOLEAN", optional: false }
}

const fn texts(name: &'static str) -> Field {
    Field { name, types: TypeSet::LIST, type_name: "LIST<STRING>", optional: false }
}

const fn maps(name: &'static str) -> Field {
    Field { name, types: TypeSet::LIST, type_name: "LIST<MAP>", optional: false }
}

/// A list of strings.
fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::from(items.into_iter().map(|item| Value::from(item.as_ref())).collect::<Vec<_>>())
}

fn count(number: u64) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn procedures_are_listed_in_order_and_described() {
        let names: Vec<&str> = BUILTINS.iter().map(|one| one.name).collect();
        assert!(names.is_sorted_by_key(|name| name.to_lowercase()), "{names:?}");
        for procedure in BUILTINS {
            assert!(procedure.description.ends_with('.'), "{}", procedure.name);
            let names: Vec<&str> = procedure
                .searches()
                .iter()
                .map(|(place, _)| procedure.inputs[*place].name)
                .collect();
            let expected: &[_] = match procedure.run {
                Run::Computes(_) => &["labels", "types"],
                Run::Reads(_) | Run::Writes(_) => &[],
            };
            assert_eq!(names, expected, "{}", procedure.name);
        }
        let labels = catalog::LABELS.describe();
        assert_eq!(labels.signature, "db.labels() :: (label :: STRING)");
    }

    #[test]
    fn rows_have_a_value_for_every_column() {
        let graph = Graph::new();
        let procedures: Vec<Description> = BUILTINS.iter().map(Procedure::describe).collect();
        let helpers = crate::threads::Helpers::default();
        for procedure in BUILTINS {
            let database = DatabaseName::default();
            let call = Call {
                database: &database,
                arguments: &[],
                graph: &graph,
                stopped: &|| false,
                procedures: &procedures,
                keep: &|_| Ok(()),
                threads: Threads::of(&helpers, Some(2)),
                contradictory: &|_| Ok(Vec::new()),
            };
            let arguments = vec![Value::from("anybody"); procedure.inputs.len()];
            let run = match procedure.run {
                Run::Reads(run) => run,
                Run::Computes(run) => {
                    // Names are the first two arguments, and options nobody needs.
                    let call = Call { arguments: &arguments[..2], ..call };
                    let columns = run(&call).expect("columns");
                    assert!([0, procedure.outputs.len()].contains(&columns.len()));
                    continue;
                }
                Run::Writes(_) => continue,
            };
            let call = Call { arguments: &arguments, ..call };
            if procedure.name == index::AWAIT_INDEX.name {
                assert!(run(&call).is_err(), "there is no index to wait for");
                continue;
            }
            for row in run(&call).expect("rows") {
                assert_eq!(row.len(), procedure.outputs.len(), "{}", procedure.name);
            }
        }
    }
}
