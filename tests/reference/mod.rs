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
mod compose;
mod expression;
mod function;
mod label;
mod load;
mod nested;
mod path;
mod pattern;
mod procedure;
mod projection;
mod text;
mod types;
mod view;
mod world;
mod write;

pub(crate) use world::World;

use dossier::syntax::ast::{
    Clause, ClauseKind, Connection, Counting, EndPattern, Expression, Name, PatternPart,
    Projection, Query, StatementBody,
};
use dossier::value::{ErrorClass, Map, Value};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// The query is wrong, or fails, with an error of this class.
    Error(ErrorClass, String),
    /// The reference does not know this part of the language.
    Unsupported(String),
    /// The search grew too large to go on.
    TooMuch,
}

pub(crate) type Evaluated<T = Value> = Result<T, Failure>;

pub(crate) fn error<T>(class: ErrorClass, message: impl Into<String>) -> Evaluated<T> {
    Err(Failure::Error(class, message.into()))
}

/// A value has a type that is not accepted.
pub(crate) fn wrong_type<T>(message: impl Into<String>) -> Evaluated<T> {
    error(ErrorClass::TypeError, message)
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
    /// The world as commits left it, each with the number of the commit, if that is known.
    pub(crate) past: Option<Rc<Vec<(u64, World)>>>,
    /// Names and contents of the files that a query may read.
    pub(crate) files: &'static [(&'static str, &'static str)],
    /// What the last statement saw of the world, if that was not all.
    pub(crate) seen: Option<World>,
    steps: Cell<usize>,
    /// While a clause writes: the graph before it, at which its subqueries look, and the
    /// variables that the clause itself makes.
    before: Option<(Rc<Machine>, Vec<Arc<str>>)>,
}

impl Machine {
    pub(crate) fn new(world: World, parameters: Map) -> Self {
        Machine {
            world,
            parameters,
            past: None,
            files: &[],
            seen: None,
            steps: Cell::new(0),
            before: None,
        }
    }

    /// Runs a statement. Its changes stay in the world, unless it fails.
    pub(crate) fn run(&mut self, text: &str) -> Evaluated<Table> {
        let statement = dossier::syntax::parse(text)
            .map_err(|diagnostic| Failure::Error(diagnostic.class, diagnostic.message.clone()))?;
        if statement.why.is_some() {
            return unsupported("a question why");
        }
        let StatementBody::Query(query) = &statement.body else {
            return unsupported("a statement that is no query");
        };
        self.steps.set(0);
        self.seen = None;
        if !statement.views.is_empty() {
            return self.look(&statement, query);
        }
        let before = self.world.clone();
        let done = self.query(query, Table { names: Vec::new(), rows: vec![Row::new()] }, None);
        self.before = None;
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

    /// The rows of a subquery, which may only read.
    pub(crate) fn subquery(&self, query: &Query, outer: &Row) -> Evaluated<Table> {
        let mut machine = self.clone();
        let names = outer.keys().cloned().collect();
        let input = Table { names, rows: vec![outer.clone()] };
        let done = machine.query(query, input, Some(outer));
        self.steps.set(machine.steps.get());
        done
    }

    pub(crate) fn clause(
        &mut self,
        clause: &Clause,
        table: Table,
        outer: Option<&Row>,
    ) -> Evaluated<Table> {
        match &clause.kind {
            ClauseKind::Match { optional, mode, pattern, predicate, hints: _ } => {
                let mut out = Table { names: table.names.clone(), rows: Vec::new() };
                let introduced = pattern_names(pattern);
                introduced.iter().for_each(|name| out.add_name(name));
                for row in &table.rows {
                    let found = self.matches(pattern, *mode, predicate.as_ref(), row)?;
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
                let items = |value| match value {
                    Value::Null => Ok(Vec::new()),
                    Value::List(items) => Ok(items.to_vec()),
                    other => Ok(vec![other]),
                };
                self.unwind(list, &variable.text, None, table, items)
            }
            ClauseKind::For { variable, list, position } => {
                let items = |value| match value {
                    Value::Null => Ok(Vec::new()),
                    Value::List(items) => Ok(items.to_vec()),
                    _ => wrong_type("FOR goes over a list"),
                };
                let position = position.as_ref().map(|(counting, name)| (*counting, &name.text));
                self.unwind(list, &variable.text, position, table, items)
            }
            ClauseKind::LoadCsv { headers, location, variable, terminator } => {
                let read = (*headers, terminator.unwrap_or(','));
                self.load(read, location, &variable.text, table)
            }
            ClauseKind::Call { optional, name, arguments, yields, predicate } => {
                let name: Vec<&str> = name.iter().map(|part| &*part.text).collect();
                if arguments.as_ref().is_none_or(|arguments| !arguments.is_empty()) {
                    return unsupported("arguments of a procedure");
                }
                self.call_procedure(*optional, &name.join("."), yields, predicate.as_ref(), table)
            }
            ClauseKind::Filter(predicate) => {
                let mut out = Table { names: table.names, rows: Vec::new() };
                for row in table.rows {
                    if self.holds(Some(predicate), &row)? {
                        out.rows.push(row);
                    }
                }
                Ok(out)
            }
            ClauseKind::Let(items) => {
                let mut out = Table { names: table.names, rows: Vec::new() };
                items.iter().for_each(|(name, _)| out.add_name(&name.text));
                for row in table.rows {
                    // No item sees another one of the same LET.
                    let mut extended = row.clone();
                    for (name, value) in items {
                        extended.insert(name.text.clone(), self.value(value, &row)?);
                    }
                    out.rows.push(extended);
                }
                Ok(out)
            }
            ClauseKind::Page { order, skip, limit } => {
                let page = Projection {
                    distinct: false,
                    star: true,
                    items: Vec::new(),
                    group: None,
                    order: order.clone(),
                    skip: skip.clone(),
                    limit: limit.clone(),
                    span: clause.span,
                };
                self.project(&page, None, table, outer)
            }
            ClauseKind::Finish => Ok(Table::default()),
            ClauseKind::Subquery { optional, scope, query } => {
                self.call_query(*optional, scope, query, table)
            }
            ClauseKind::Foreach { variable, list, clauses } => {
                self.foreach(&variable.text, list, clauses, &table)?;
                Ok(table)
            }
            ClauseKind::With { projection, predicate } => {
                self.project(projection, predicate.as_ref(), table, outer)
            }
            ClauseKind::Return(projection) => {
                let mut table = table;
                // What is outside of a subquery is not among what it returns.
                table.names.retain(|name| outer.is_none_or(|outer| !outer.contains_key(name)));
                self.project(projection, None, table, None)
            }
            _ => self.write(clause, table),
        }
    }

    /// A row for each element of a list, with its place where that is wanted.
    fn unwind(
        &self,
        list: &Expression,
        variable: &Arc<str>,
        position: Option<(Counting, &Arc<str>)>,
        table: Table,
        items: impl Fn(Value) -> Evaluated<Vec<Value>>,
    ) -> Evaluated<Table> {
        let mut out = Table { names: table.names, rows: Vec::new() };
        out.add_name(variable);
        position.iter().for_each(|(_, name)| out.add_name(name));
        for row in &table.rows {
            for (place, item) in items(self.value(list, row)?)?.into_iter().enumerate() {
                self.step()?;
                let mut row = row.clone();
                row.insert(variable.clone(), item);
                if let Some((counting, name)) = position {
                    let first = i64::from(counting == Counting::Ordinality);
                    row.insert(name.clone(), Value::Integer(place as i64 + first));
                }
                out.rows.push(row);
            }
        }
        Ok(out)
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
