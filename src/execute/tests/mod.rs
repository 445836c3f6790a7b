//! Tests of the executor: queries as text, on small graphs.

mod basics;
mod expansion;
mod limits;
mod pipelines;
mod vectors;
mod writing;

use super::{ExecuteOptions, ExecutionResult, NoProcedures, Source, execute};
use crate::bind::{Environment, ProcedureSignature, bind};
use crate::plan::operator::StatementPlan;
use crate::plan::optimise::{RULES, optimise};
use crate::plan::plan;
use crate::plan::statistics::Statistics;
use crate::store::{Graph, Writer};
use crate::syntax::ast::StatementBody;
use crate::syntax::diagnostic::{Diagnostic, Diagnostics};
use crate::value::ErrorCode;
use crate::value::{Map, Value};
use std::sync::Arc;

/// Knows no procedures.
struct Nothing;

impl Environment for Nothing {
    fn procedure(&self, _: &str) -> Option<ProcedureSignature> {
        None
    }
}

/// Knows no counts.
struct Unknown;

impl Statistics for Unknown {
    fn nodes(&self) -> f64 {
        100.0
    }

    fn nodes_with(&self, _: &str) -> f64 {
        10.0
    }

    fn relationships(&self) -> f64 {
        100.0
    }

    fn relationships_of(&self, _: &str) -> f64 {
        10.0
    }
}

/// A graph to run statements on.
pub(super) struct Bench {
    pub(super) graph: Arc<Graph>,
    pub(super) parameters: Map,
}

/// The plan of a query.
pub(super) fn planned(text: &str) -> Result<StatementPlan, Diagnostic> {
    let statement = crate::syntax::parse(text)?;
    let StatementBody::Query(query) = &statement.body else { panic!("{text} is no query") };
    let bound = bind(query, statement.mode, &Nothing).map_err(|all| Diagnostic::clone(&all))?;
    let mut planned = plan(&bound, RULES, &Unknown);
    optimise(&mut planned, RULES, &Unknown);
    Ok(planned)
}

impl Bench {
    /// A graph made by these statements.
    pub(super) fn new(statements: &[&str]) -> Self {
        let mut bench = Bench { graph: Arc::new(Graph::new()), parameters: Map::default() };
        statements.iter().for_each(|statement| {
            bench.run(statement);
        });
        bench
    }

    /// Options without limits.
    pub(super) fn options(&self) -> ExecuteOptions<'_> {
        ExecuteOptions {
            view: None,
            whole: None,
            parameters: &self.parameters,
            interrupt: Arc::default(),
            deadline: None,
            memory_limit: None,
            kept: 0,
            row_limit: None,
            statement_time: (0, 0),
            procedures: &NoProcedures,
            files: &crate::import::NoFiles,
            rooms: None,
            profile: false,
            threads: crate::threads::Threads::ONE,
            morsel: None,
        }
    }

    /// Runs a statement and keeps what it changed.
    pub(super) fn try_run(&mut self, text: &str) -> Result<ExecutionResult, Diagnostics> {
        let plan = planned(text)?;
        if !plan.writes {
            return execute(&plan, None, Source::Read(self.graph.clone()), &self.options());
        }
        let mut writer = Writer::new(self.graph.clone());
        let result = execute(&plan, None, Source::Write(&mut writer), &self.options())?;
        self.graph = writer.finish().0;
        Ok(result)
    }

    pub(super) fn run(&mut self, text: &str) -> ExecutionResult {
        match self.try_run(text) {
            Ok(result) => result,
            Err(error) => panic!("{text}: {error:?}"),
        }
    }

    /// The rows as text, each value as it is displayed.
    pub(super) fn rows(&mut self, text: &str) -> Vec<String> {
        let result = self.run(text);
        result.rows.iter().map(|row| row.iter().map(shown).collect::<Vec<_>>().join(" ")).collect()
    }

    /// The code of the error.
    pub(super) fn fails(&mut self, text: &str) -> ErrorCode {
        match self.try_run(text) {
            Ok(result) => panic!("{text} gives {:?}", result.rows),
            Err(error) => error.code,
        }
    }
}

/// A value as short text.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Boolean(v) => v.to_string(),
        Value::Integer(v) => v.to_string(),
        Value::Float(v) => format!("{v:?}"),
        Value::String(v) => v.to_string(),
        Value::Node(v) => format!("n{}", v.0),
        Value::Relationship(v) => format!("r{}", v.0),
        Value::List(list) => format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(",")),
        Value::Map(map) => {
            let entries = map.iter().map(|(key, value)| format!("{key}:{}", shown(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
        Value::Path(path) => format!(
            "<{}>",
            path.relationships.iter().map(|r| format!("r{}", r.0)).collect::<Vec<_>>().join(",")
        ),
        other => format!("{other:?}"),
    }
}
