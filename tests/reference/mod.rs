//! A naive evaluator of queries, to hold the engine against.
//!
//! It shares the parser, the syntax tree and [`Value`] with the engine and nothing
//! else: clauses run one after the other over a table of rows, patterns are nested
//! loops over all elements, grouping is a linear search. It is slow, plain, and
//! written apart, so that a difference means that one of the two is wrong.
//!
//! What it does not know it refuses with [`Failure::Unsupported`]; a search that
//! grows too large ends with [`Failure::TooMuch`]. Neither is ever an answer.

mod aggregate;
mod arithmetic;
mod compare;
mod expression;
mod function;
mod pattern;
mod projection;
mod text;
mod world;
mod write;

pub(crate) use world::World;

use dossier::syntax::ast::{
    Clause, ClauseKind, Connection, EndPattern, MatchMode, Name, PatternPart, Query, SetOperator,
    SingleQuery, StatementBody,
};
use dossier::value::{Map, Value};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// The query is wrong, or fails.
    Error(String),
    /// The reference does not know this part of the language.
    Unsupported(String),
    /// The search grew too large to go on.
    TooMuch,
}

pub(crate) type Evaluated<T = Value> = Result<T, Failure>;

pub(crate) fn error<T>(message: impl Into<String>) -> Evaluated<T> {
    Err(Failure::Error(message.into()))
}

pub(crate) fn unsupported<T>(what: impl Into<String>) -> Evaluated<T> {
    Err(Failure::Unsupported(what.into()))
}

/// The variables of a row.
pub(crate) type Row = BTreeMap<Arc<str>, Value>;

/// Rows with the names that each of them has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) names: Vec<Arc<str>>,
    pub(crate) rows: Vec<Row>,
}

impl Table {
    fn add_name(&mut self, name: &Arc<str>) {
        if !self.names.contains(name) {
            self.names.push(name.clone());
        }
    }
}

/// Steps after which a search is too large: far more than a case of the lanes needs.
const STEPS: usize = 60_000;

/// The evaluator: a graph and the parameters.
#[derive(Clone)]
pub(crate) struct Machine {
    pub(crate) world: World,
    pub(crate) parameters: Map,
    steps: Cell<usize>,
}

impl Machine {
    pub(crate) fn new(world: World, parameters: Map) -> Self {
        Machine { world, parameters, steps: Cell::new(0) }
    }

    /// Runs a statement. Its changes stay in the world, unless it fails.
    pub(crate) fn run(&mut self, text: &str) -> Evaluated<Table> {
        let statement = dossier::syntax::parse(text)
            .map_err(|diagnostic| Failure::Error(diagnostic.message.clone()))?;
        let StatementBody::Query(query) = &statement.body else {
            return unsupported("a statement that is no query");
        };
        let before = self.world.clone();
        self.steps.set(0);
        let done = self.query(query, None);
        if done.is_err() {
            self.world = before;
        }
        done
    }

    /// Counts a step of work.
    pub(crate) fn step(&self) -> Evaluated<()> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > STEPS { Err(Failure::TooMuch) } else { Ok(()) }
    }

    /// The rows of a whole query; `outer` is the row around a subquery.
    fn query(&mut self, query: &Query, outer: Option<&Row>) -> Evaluated<Table> {
        // What NEXT, EXCEPT and the like do it does not know.
        let [query] = query.parts.as_slice() else { return unsupported("NEXT") };
        let mut result = self.single(&query.first, outer)?;
        for part in &query.rest {
            if part.operator != SetOperator::Union {
                return unsupported("an operator between queries other than UNION");
            }
            let next = self.single(&part.query, outer)?;
            let same = next.names.len() == result.names.len()
                && next.names.iter().all(|name| result.names.contains(name));
            if !same {
                return error("the arms of UNION have different columns");
            }
            result.rows.extend(next.rows);
            if !part.all {
                let rows = std::mem::take(&mut result.rows);
                result.rows = projection::distinct(rows, &result.names);
            }
        }
        Ok(result)
    }

    /// The rows of a subquery, which may only read.
    pub(crate) fn subquery(&self, query: &Query, outer: &Row) -> Evaluated<Table> {
        let mut machine = self.clone();
        let done = machine.query(query, Some(outer));
        self.steps.set(machine.steps.get());
        done
    }

    fn single(&mut self, query: &SingleQuery, outer: Option<&Row>) -> Evaluated<Table> {
        let row = outer.cloned().unwrap_or_default();
        let mut table = Table { names: row.keys().cloned().collect(), rows: vec![row] };
        for clause in &query.clauses {
            table = self.clause(clause, table, outer)?;
        }
        let returns =
            matches!(query.clauses.last(), Some(Clause { kind: ClauseKind::Return(_), .. }));
        // Without RETURN a statement has no rows; a subquery has those of its last clause.
        Ok(if returns || outer.is_some() { table } else { Table::default() })
    }

    fn clause(&mut self, clause: &Clause, table: Table, outer: Option<&Row>) -> Evaluated<Table> {
        match &clause.kind {
            ClauseKind::Match { mode: Some(MatchMode::RepeatableElements), .. } => {
                unsupported("repeatable elements")
            }
            ClauseKind::Match { optional, mode: _, pattern, predicate } => {
                let mut out = Table { names: table.names.clone(), rows: Vec::new() };
                let introduced = pattern_names(pattern);
                introduced.iter().for_each(|name| out.add_name(name));
                for row in &table.rows {
                    let found = self.matches(pattern, predicate.as_ref(), row)?;
                    if found.is_empty() && *optional {
                        let mut kept = row.clone();
                        for name in &introduced {
                            kept.entry(name.clone()).or_default();
                        }
                        out.rows.push(kept);
                    }
                    out.rows.extend(found);
                }
                Ok(out)
            }
            ClauseKind::Unwind { list, variable } => {
                let mut out = Table { names: table.names.clone(), rows: Vec::new() };
                out.add_name(&variable.text);
                for row in &table.rows {
                    let items = match self.value(list, row)? {
                        Value::Null => Vec::new(),
                        Value::List(items) => items.to_vec(),
                        other => vec![other],
                    };
                    for item in items {
                        self.step()?;
                        let mut row = row.clone();
                        row.insert(variable.text.clone(), item);
                        out.rows.push(row);
                    }
                }
                Ok(out)
            }
            ClauseKind::With { projection, predicate } => {
                self.project(projection, predicate.as_ref(), table, outer)
            }
            ClauseKind::Return(projection) => self.project(projection, None, table, None),
            _ => self.write(clause, table),
        }
    }
}

/// The names that a pattern binds, each once.
pub(crate) fn pattern_names(parts: &[PatternPart]) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = Vec::new();
    for part in parts {
        let mut all = Vec::new();
        chain_names(&part.start, &part.steps, &mut all);
        for name in all.into_iter().chain(&part.variable) {
            if !names.contains(&name.text) {
                names.push(name.text.clone());
            }
        }
    }
    names
}

fn chain_names<'p>(
    start: &'p EndPattern,
    steps: &'p [(Connection, EndPattern)],
    names: &mut Vec<&'p Name>,
) {
    names.extend(&start.variable);
    for (connection, end) in steps {
        match connection {
            Connection::Relationship(step) => names.extend(&step.variable),
            Connection::Group(group) => chain_names(&group.start, &group.steps, names),
        }
        names.extend(&end.variable);
    }
}
