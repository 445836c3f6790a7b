//! Queries that are prepared once and run many times.
//!
//! What is kept is the parsed statement and its last plan. A plan names labels, types and
//! keys, so that it stays right while the graph changes; it is made anew where another one
//! may be better or the names mean something else by now: when a name, an index or a
//! procedure comes or goes, and when the graph has doubled.

use super::procedure::Procedures;
use super::query::{Query, QuerySettings, Target};
use super::statement::{Prepared, prepare};
use super::{Database, Error, Transaction};
use crate::plan::optimise::RULES;
use crate::store::{Graph, KeyId, SchemaTarget};
use crate::syntax;
use crate::syntax::ast::Statement;
use crate::syntax::diagnostic::Diagnostics;
use std::sync::{Arc, Mutex, PoisonError};

/// A query that has been parsed and planned. It may be run any number of times, with other
/// parameters each time, by several threads at once, and in any database.
///
/// ```
/// let db = dossier::Database::in_memory();
/// let create = db.prepare("CREATE (:City {name: $name})")?;
/// for name in ["Lund", "Malmö"] {
///     db.prepared(&create).param("name", name).run()?;
/// }
/// let find = db.prepare("MATCH (c:City {name: $name}) RETURN c.name")?;
/// assert_eq!(db.prepared(&find).param("name", "Lund").run()?.rows.len(), 1);
/// assert_eq!(db.prepared(&find).param("name", "Oslo").run()?.rows.len(), 0);
/// # Ok::<(), dossier::Error>(())
/// ```
pub struct PreparedQuery {
    text: String,
    pub(super) statement: Statement,
    plans: Arc<PlanSlot>,
}

impl PreparedQuery {
    /// The text that it was prepared from.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn query<'a>(&'a self, target: Target<'a>) -> Query<'a> {
        let settings =
            QuerySettings { plans: Some(self.plans.clone()), ..QuerySettings::default() };
        Query { target, text: &self.text, prepared: Some(self), settings }
    }
}

impl Database {
    /// Parses and plans a query, to be run by [`Database::prepared`] and
    /// [`Transaction::prepared`].
    ///
    /// # Errors
    /// [`Error::Query`] for what is wrong with the text itself. What parameters and data
    /// bring shows when it runs.
    pub fn prepare(&self, text: &str) -> Result<PreparedQuery, Error> {
        let statement = syntax::parse_all(text)?;
        let plans = Arc::new(PlanSlot::default());
        let snapshot = self.inner.latest()?;
        let procedures = self.inner.procedures();
        super::stack::with_stack(statement.height(), || {
            Ok(plans.plan(&statement, &snapshot, &procedures)?)
        })?;
        Ok(PreparedQuery { text: text.to_owned(), statement, plans })
    }

    /// A query that was prepared; add parameters and limits, then [`run`](Query::run) it.
    pub fn prepared<'a>(&'a self, query: &'a PreparedQuery) -> Query<'a> {
        query.query(Target::Database(self))
    }
}

impl Transaction {
    /// A query that was prepared, inside the transaction.
    pub fn prepared<'a>(&'a mut self, query: &'a PreparedQuery) -> Query<'a> {
        query.query(Target::Transaction(self))
    }
}

/// Binds, plans and optimises a statement, unless it was prepared and its plan still serves.
pub(super) fn planned(
    statement: &Statement,
    graph: &Graph,
    procedures: &Procedures,
    settings: &QuerySettings,
) -> Result<Arc<Prepared>, Diagnostics> {
    match &settings.plans {
        Some(plans) => plans.plan(statement, graph, procedures),
        None => prepare(statement, graph, procedures, &settings.rules).map(Arc::new),
    }
}

/// The last plan of a statement.
#[derive(Default)]
pub(super) struct PlanSlot(Mutex<Option<(Basis, Arc<Prepared>)>>);

impl PlanSlot {
    /// The plan for this graph: the last one, where it rests on the same.
    pub(super) fn plan(
        &self,
        statement: &Statement,
        graph: &Graph,
        procedures: &Procedures,
    ) -> Result<Arc<Prepared>, Diagnostics> {
        let basis = Basis::of(graph, procedures);
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, plan)) = known
            && of == basis
        {
            return Ok(plan);
        }
        let plan = Arc::new(prepare(statement, graph, procedures, RULES)?);
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = Some((basis, plan.clone()));
        Ok(plan)
    }
}

/// What a plan rests on, besides the text.
#[derive(Clone, PartialEq)]
struct Basis {
    /// Labels, types and keys that there are.
    names: [usize; 3],
    indexes: Vec<(Arc<str>, SchemaTarget, Vec<KeyId>)>,
    /// Binary orders of magnitude of the nodes and relationships.
    sizes: [u32; 2],
    procedures: usize,
}

impl Basis {
    fn of(graph: &Graph, procedures: &Procedures) -> Self {
        let catalog = graph.catalog();
        let indexes = graph.indexes().iter();
        Basis {
            names: [catalog.label_count(), catalog.type_count(), catalog.key_count()],
            indexes: indexes
                .map(|index| (index.name().clone(), index.target(), index.keys().to_vec()))
                .collect(),
            sizes: [graph.node_count().leading_zeros(), graph.relationship_count().leading_zeros()],
            procedures: procedures.len(),
        }
    }
}
