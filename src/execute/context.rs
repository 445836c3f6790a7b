//! The surroundings of a pipeline: the graph version that it reads, the plan, the limits.

use super::ExecuteOptions;
use super::bindings::Bindings;
use super::described::Described;
use super::hash_join::Tables;
use super::limit::{Guard, Watch};
use super::outcome::Failures;
use crate::bind::expression::SubqueryId;
use crate::function::{FunctionContext, PatternCache};
use crate::plan::operator::{StatementPlan, SubqueryPlan};
use crate::store::{Graph, KnownColumns};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::threads::Threads;
use crate::value::{
    ElementReader, Endpoint, ErrorClass, ErrorCode, EvaluationError, Map, NodeId, RelationshipId,
    Value,
};
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What a statement has deleted so far.
#[derive(Debug, Default)]
pub(super) struct Deleted {
    /// Whether any element was deleted.
    pub(super) any: bool,
}

/// What operators and expressions of a running pipeline may use.
pub(super) struct Context<'a> {
    /// The statement.
    pub(super) statement: &'a StatementPlan,
    /// Parameters, time and procedures.
    pub(super) options: &'a ExecuteOptions<'a>,
    /// Watches interrupt, deadline and memory.
    pub(super) guard: &'a Guard,
    /// Compiled regular expressions.
    pub(super) patterns: &'a PatternCache,
    /// Tables of its joins.
    pub(super) tables: &'a Tables,
    /// What the statement has deleted.
    pub(super) deleted: &'a Deleted,
    /// What has failed without having to.
    pub(super) failures: &'a Failures,
    /// The graph version that the pipeline reads.
    pub(super) graph: Arc<Graph>,
    /// Columns of it that were asked for.
    pub(super) known: RefCell<KnownColumns>,
    /// What describes elements of it that were asked for, once any were.
    pub(super) described: RefCell<Option<Box<Described>>>,
    /// The version that the clause began with, where it looks at that while it writes.
    pub(super) before: Option<Arc<Graph>>,
    /// How many threads may work on it, and who helps.
    pub(super) threads: Threads<'a>,
    /// What is the same in all rows of this run, where the pipeline may run again.
    pub(super) bindings: Option<&'a Bindings>,
}

/// What the contexts of further threads are made of, for statements that only read.
#[derive(Clone)]
pub(super) struct Shared<'a> {
    statement: &'a StatementPlan,
    options: &'a ExecuteOptions<'a>,
    patterns: &'a PatternCache,
    tables: &'a Tables,
    deleted: &'a Deleted,
    graph: Arc<Graph>,
    watch: Watch,
}

impl Shared<'_> {
    /// Does something in surroundings of a thread's own.
    pub(super) fn with<T>(&self, run: impl FnOnce(&Context<'_>) -> T) -> T {
        let guard = Guard::of(self.watch.clone());
        let failures = Failures::default();
        run(&Context {
            statement: self.statement,
            options: self.options,
            guard: &guard,
            patterns: self.patterns,
            tables: self.tables,
            deleted: self.deleted,
            failures: &failures,
            graph: self.graph.clone(),
            known: RefCell::default(),
            described: RefCell::default(),
            before: None,
            threads: Threads::ONE,
            bindings: None,
        })
    }
}

impl<'a> Context<'a> {
    /// What contexts of further threads are made of; they stop when the flag is set.
    pub(super) fn shared(&self, abandoned: Arc<AtomicBool>) -> Shared<'a> {
        Shared {
            statement: self.statement,
            options: self.options,
            patterns: self.patterns,
            tables: self.tables,
            deleted: self.deleted,
            graph: self.graph.clone(),
            watch: self.guard.watch(abandoned),
        }
    }

    /// The same surroundings over the same version, without most of what was read from
    /// its file, when that takes too much memory; to be asked between two chunks.
    ///
    /// # Errors
    /// A part of the file cannot be read. Whoever began the statement tells which.
    pub(super) fn renewed(&self) -> Result<Option<Context<'a>>, Diagnostic> {
        if self.graph.is_damaged() {
            return Err(internal("a part of the graph cannot be read", None));
        }
        if !self.graph.is_over_budget() {
            return Ok(None);
        }
        Ok(Some(self.over(Arc::new(self.graph.renewed()))))
    }

    /// The same surroundings over the version that the clause began with.
    pub(super) fn before_clause(&self) -> Context<'a> {
        self.over(self.before.as_ref().unwrap_or(&self.graph).clone())
    }

    fn over(&self, graph: Arc<Graph>) -> Context<'a> {
        Context {
            graph,
            known: RefCell::default(),
            described: RefCell::default(),
            before: self.before.clone(),
            ..*self
        }
    }

    /// The bindings, of which something has a slot.
    pub(super) fn bindings(&self, span: Span) -> Result<&'a Bindings, Diagnostic> {
        self.bindings.ok_or_else(|| internal("there is no slot outside of a chain", Some(span)))
    }

    /// What functions may use.
    pub(super) fn functions(&self) -> FunctionContext<'_> {
        FunctionContext {
            reader: self,
            statement_time: self.options.statement_time,
            limits: self.guard.value_limits(),
            patterns: self.patterns,
        }
    }

    /// The plan of a subquery expression.
    pub(super) fn subquery(
        &self,
        id: SubqueryId,
        span: Span,
    ) -> Result<&'a SubqueryPlan, Diagnostic> {
        self.statement
            .subqueries
            .get(id.0 as usize)
            .ok_or_else(|| internal("a subquery has no plan", Some(span)))
    }
}

/// A failure that only a mistake in the planner explains.
pub(super) fn internal(message: &str, span: Option<Span>) -> Diagnostic {
    Diagnostic::runtime(
        EvaluationError::new(ErrorClass::SemanticError, ErrorCode::InternalError, message),
        span,
    )
}

impl ElementReader for Context<'_> {
    fn node_labels(&self, node: NodeId) -> Vec<Arc<str>> {
        self.graph.node_labels(node)
    }

    fn relationship_type(&self, relationship: RelationshipId) -> Option<Arc<str>> {
        let known = self.graph.relationship_type(relationship);
        // The type of a relationship outlives it, until the statement ends.
        known.or_else(|| self.graph.type_of_removed(relationship).filter(|_| self.deleted.any))
    }

    fn relationship_endpoints(&self, relationship: RelationshipId) -> Option<(Endpoint, Endpoint)> {
        self.graph.relationship_endpoints(relationship)
    }

    fn properties(&self, element: Endpoint) -> Map {
        ElementReader::properties(&*self.graph, element)
    }

    fn property(&self, element: Endpoint, key: &str) -> Value {
        ElementReader::property(&*self.graph, element, key)
    }

    fn contains(&self, element: Endpoint) -> bool {
        self.graph.contains(element)
    }

    fn related(
        &self,
        element: Endpoint,
        kind: &str,
        incoming: bool,
    ) -> Vec<(Endpoint, RelationshipId)> {
        self.graph.related(element, kind, incoming)
    }
}
