//! The session: runs a statement part by part, on the graph as it then is.
//!
//! ```text
//! Scan Filter │ Create │ Expand Project │ Set │ Project
//!   chain       write      chain          write  chain ─► sink
//! ```
//!
//! At every bar the rows are collected. A chain reads one version of the graph; a
//! writing operator lets go of that version before it writes, so that the writer
//! need not copy what it changes.

use super::bindings::Bindings;
use super::context::{Context, Deleted, internal};
use super::create::Ends;
use super::hash_join::Tables;
use super::idle::{Idle, Mapped};
use super::layout::Layout;
use super::limit::Guard;
use super::liveness::Liveness;
use super::outcome::Failures;
use super::result::{FinalSink, Kept, RowSink};
use super::set_operation::{Combination, combine};
use super::{Counters, ExecuteOptions, ExecutionResult, Source};
use crate::bind::expression::VariableId;
use crate::function::PatternCache;
use crate::plan::explain::Measured;
use crate::plan::operator::{
    CreateItem, Operator, OperatorKind, Plan, RemoveItem, SetItem, StatementPlan,
};
use crate::store::{Graph, StoreError, Writer};
use crate::syntax::ast::SetOperator;
use crate::syntax::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::threads::Threads;
use crate::vector::DataChunk;
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

/// A statement under way.
pub(super) struct Session<'s> {
    pub(super) statement: &'s StatementPlan,
    pub(super) options: &'s ExecuteOptions<'s>,
    pub(super) source: Source<'s>,
    pub(super) guard: Guard,
    patterns: PatternCache,
    pub(super) tables: Tables,
    pub(super) deleted: Deleted,
    failures: Failures,
    pub(super) counters: Counters,
    pub(super) profile: Vec<Measured>,
    /// The version that the clause under way began with, where it looks at that.
    pub(super) before: Option<Arc<Graph>>,
    /// What the view of a statement that asserts left of the graph after so many changes.
    pub(super) seen: Option<(usize, Arc<Graph>)>,
    /// What an earlier run has left of the statement's own plan, and this one leaves.
    pub(super) mapped: Option<Mapped>,
    idle: Option<&'s Idle>,
}

/// Rows between two parts of a plan.
pub(super) struct Rows {
    /// Runs of a chain share it.
    pub(super) layout: Arc<Layout>,
    pub(super) chunks: Vec<DataChunk>,
}

impl<'s> Session<'s> {
    /// A session that has done nothing yet.
    pub(super) fn new(
        statement: &'s StatementPlan,
        idle: Option<&'s Idle>,
        source: Source<'s>,
        options: &'s ExecuteOptions<'s>,
    ) -> Self {
        // What is measured has meters between its operators.
        let idle = idle.filter(|_| !options.profile);
        let mut guard = Guard::new(options);
        if let Source::Read(graph) = &source
            && let Some(part) = graph.part_bytes()
        {
            let now = part.now();
            guard.count_part(Some(part), now);
        }
        Session {
            statement,
            options,
            source,
            guard,
            patterns: PatternCache::new(),
            tables: Tables::default(),
            deleted: Deleted::default(),
            failures: Failures::default(),
            counters: Counters::default(),
            profile: Vec::new(),
            before: None,
            seen: None,
            mapped: idle.map(Idle::take),
            idle,
        }
    }

    /// Runs the whole statement.
    pub(super) fn run(mut self) -> Result<ExecutionResult, Diagnostics> {
        if let Source::Write(writer) = &mut self.source {
            let stop = self.guard.stop();
            if stop.may_come() {
                writer.stop_when(move || stop.check().is_err());
            }
        }
        let result = self.run_to_its_end();
        if let Source::Write(writer) = &mut self.source {
            writer.never_stop();
        }
        let RowSink { rows, supports, .. } = match result {
            Ok(sink) => sink,
            Err(failure) => {
                let warnings = self.failures.into_warnings();
                return Err(Diagnostics::from(failure).with_warnings(warnings));
            }
        };
        if let (Some(idle), Some(mapped)) = (self.idle, self.mapped.take()) {
            idle.leave(mapped, self.guard.most_kept());
        }
        let profile = self.options.profile.then_some(self.profile);
        let warnings = self.failures.into_warnings();
        Ok(ExecutionResult { rows, supports, counters: self.counters, warnings, profile })
    }

    /// Runs the whole statement, and gives its rows.
    fn run_to_its_end(&mut self) -> Result<RowSink, Diagnostic> {
        let statement = self.statement;
        let columns = statement.columns.iter().map(|(_, variable)| *variable);
        let support = statement.support;
        let outputs: Vec<VariableId> = columns.clone().chain(support).collect();
        let mut sink = RowSink::new(columns.collect(), support);
        let argument = Rows { layout: Layout::none(), chunks: vec![DataChunk::new(Vec::new(), 1)] };
        if self.options.profile {
            self.profile = vec![Measured::default(); self.statement.root.operators.len()];
        }
        self.look()?;
        self.run_plan(&statement.root, argument, &outputs, &mut sink)?;
        if let Source::Write(writer) = &mut self.source {
            match writer.check() {
                Ok(()) => {}
                Err(StoreError::Stopped) => return Err(self.stopped()),
                Err(violation) => return Err(Diagnostic::runtime(violation.into(), None)),
            }
        }
        if statement.columns.is_empty() {
            sink.rows.clear();
        }
        Ok(sink)
    }

    /// Why the store was made to stop.
    pub(super) fn stopped(&self) -> Diagnostic {
        let why = self.guard.check().err();
        why.unwrap_or_else(|| Diagnostic::runtime(StoreError::Stopped.into(), None))
    }

    /// The surroundings of a part that begins now.
    pub(super) fn context(&self) -> Context<'_> {
        self.context_with(None)
    }

    /// The surroundings of a part that may run again with other bindings.
    pub(super) fn context_with<'c>(&'c self, bindings: Option<&'c Bindings>) -> Context<'c> {
        Context {
            bindings,
            statement: self.statement,
            options: self.options,
            guard: &self.guard,
            patterns: &self.patterns,
            tables: &self.tables,
            deleted: &self.deleted,
            failures: &self.failures,
            threads: self.threads(),
            graph: match &self.source {
                Source::Read(graph) => graph.clone(),
                Source::Write(writer) => match &self.seen {
                    Some((_, seen)) => seen.clone(),
                    None => writer.graph(),
                },
            },
            known: RefCell::default(),
            described: RefCell::default(),
            before: self.before.clone(),
        }
    }

    /// How many threads may work on a part, and who helps.
    pub(super) fn threads(&self) -> Threads<'_> {
        match &self.source {
            Source::Read(_) => self.options.threads,
            Source::Write(_) => Threads::ONE,
        }
    }

    /// The graph as it is now.
    pub(super) fn graph(&self) -> &Graph {
        match &self.source {
            Source::Read(graph) => graph,
            Source::Write(writer) => writer.view(),
        }
    }

    /// The writer. No context may be alive.
    pub(super) fn writer(&mut self, span: Option<Span>) -> Result<&mut Writer, Diagnostic> {
        self.tables.clear(&self.guard);
        match &mut self.source {
            Source::Write(writer) => Ok(writer),
            Source::Read(_) => {
                Err(internal("something is written in a statement that only reads", span))
            }
        }
    }

    /// Runs a plan; `outputs` are the variables that are read of its rows.
    pub(super) fn run_plan(
        &mut self,
        plan: &Plan,
        argument: Rows,
        outputs: &[VariableId],
        sink: &mut dyn FinalSink,
    ) -> Result<(), Diagnostic> {
        let liveness = self.liveness(plan, &argument.layout, outputs);
        let mut rows = argument;
        let mut place = 0;
        while let Some(operator) = plan.operators.get(place) {
            if operator.kind.writes() {
                let begin = self.options.profile.then(|| (Instant::now(), self.guard.kept()));
                let before = looks_before(&operator.kind).then(|| self.context().graph);
                let outer = std::mem::replace(&mut self.before, before);
                let next = plan.operators.get(place + 1);
                let last = next.is_some_and(|next| self.drops_all(plan, next));
                rows = self.write((operator, last), place, &liveness, rows)?;
                self.before = outer;
                if last {
                    return Ok(());
                }
                if let Some(begin) = begin {
                    self.measure_write(plan, place, &rows, begin);
                }
                place += 1;
                continue;
            }
            let end = place + chain_length(&plan.operators[place..]);
            let last = end == plan.operators.len();
            if self.drops_all(plan, operator) {
                return Ok(());
            }
            rows = self.run_part(plan, place..end, &liveness, rows, last.then_some(&mut *sink))?;
            if last {
                return Ok(());
            }
            place = end;
        }
        sink.open(&rows.layout);
        let context = self.context();
        for chunk in rows.chunks {
            if !chunk.is_empty() && sink.push(&context, chunk)? == super::pipeline::Flow::Stop {
                break;
            }
        }
        Ok(())
    }

    /// Whether the statement ends with an operator that drops all that a writing one has left.
    fn drops_all(&self, plan: &Plan, operator: &Operator) -> bool {
        matches!(operator.kind, OperatorKind::Discard) && self.is_own(plan) && !self.options.profile
    }

    /// Whether a plan is that of the statement, and not one within it.
    pub(super) fn is_own(&self, plan: &Plan) -> bool {
        std::ptr::eq(plan, &raw const self.statement.root)
    }

    fn liveness(
        &mut self,
        plan: &Plan,
        arguments: &Layout,
        outputs: &[VariableId],
    ) -> Arc<Liveness> {
        let own = self.is_own(plan);
        let find = || Arc::new(Liveness::of(self.statement, plan, arguments, outputs));
        match &mut self.mapped {
            Some(mapped) if own => mapped.liveness.get_or_insert_with(find).clone(),
            _ => find(),
        }
    }

    fn measure_write(
        &mut self,
        plan: &Plan,
        place: usize,
        rows: &Rows,
        (started, kept): (Instant, usize),
    ) {
        let memory = self.guard.kept().saturating_sub(kept);
        if self.is_own(plan)
            && let Some(figure) = self.profile.get_mut(place)
        {
            let rows = rows.chunks.iter().map(|chunk| chunk.rows() as u64).sum();
            *figure = Measured { rows, time: started.elapsed(), memory, zones: (0, 0) };
        }
    }

    /// Runs a writing operator on all its rows; of the last one nobody takes any.
    fn write(
        &mut self,
        (operator, last): (&Operator, bool),
        place: usize,
        liveness: &Liveness,
        mut rows: Rows,
    ) -> Result<Rows, Diagnostic> {
        rows.chunks.iter_mut().for_each(DataChunk::flatten);
        let read = |variable: VariableId| liveness.is_read_after(variable, place);
        match &operator.kind {
            OperatorKind::Create(items) => {
                let ends = if last { Ends::All } else { Ends::of(liveness, place) };
                self.create(items, rows, operator.span, (&read, ends))
            }
            OperatorKind::Merge { .. } => self.merge(operator, rows, &read),
            OperatorKind::ProcedureCall { .. } => self.call(operator, rows, &read),
            OperatorKind::Set(items) => {
                self.set(items, &rows, operator.span)?;
                Ok(rows)
            }
            OperatorKind::Remove(items) => {
                self.remove(items, &rows, operator.span)?;
                Ok(rows)
            }
            OperatorKind::Delete { detach, targets } => {
                self.delete(targets, *detach, &rows, operator.span)?;
                Ok(rows)
            }
            OperatorKind::CopyFrom(copy) => self.copy_from(copy, rows),
            OperatorKind::Define(definition) => {
                self.define(definition)?;
                Ok(rows)
            }
            OperatorKind::Apply { plan, introduced, kind } => {
                self.apply((plan, introduced, *kind), &rows, &read)
            }
            OperatorKind::Union { arms, columns, operator, all, supported } => {
                let way = Combination { operator: *operator, all: *all, supported: *supported };
                self.union(arms, columns, way, &rows)
            }
            _ => Err(internal("this operator does not write", operator.span)),
        }
    }

    /// A union of which an arm writes: the arms run one after the other.
    fn union(
        &mut self,
        arms: &[(Plan, Vec<VariableId>)],
        columns: &[VariableId],
        way: Combination,
        rows: &Rows,
    ) -> Result<Rows, Diagnostic> {
        let mut results = Vec::with_capacity(arms.len());
        for (plan, variables) in arms {
            let argument = Rows { layout: rows.layout.clone(), chunks: rows.chunks.clone() };
            let mut kept = Kept::default();
            self.run_plan(plan, argument, variables, &mut kept)?;
            let slots: Vec<_> =
                variables.iter().map(|&variable| kept.layout.slot(variable)).collect();
            let mut chunks = Vec::with_capacity(kept.collector.chunks.len());
            for chunk in kept.collector.chunks {
                let column = |slot: &Option<usize>| {
                    let column = slot.and_then(|slot| chunk.columns.get(slot).cloned());
                    column.unwrap_or_else(|| crate::vector::Vector::nulls(chunk.len))
                };
                let columns = slots.iter().map(column).collect();
                chunks.push(DataChunk::new(columns, chunk.len));
            }
            let found = !chunks.is_empty();
            results.push(chunks);
            if way.operator == SetOperator::Otherwise && found {
                break;
            }
        }
        let chunks = combine(&self.context(), way, results)?;
        Ok(Rows { layout: Arc::new(Layout::new(columns.to_vec())), chunks })
    }
}

/// How many operators from the first on form one chain.
fn chain_length(operators: &[Operator]) -> usize {
    operators.iter().take_while(|operator| !operator.kind.writes()).count()
}

/// Whether a clause looks at the graph before it while it writes. It then copies what it
/// changes, since that version is still in use.
fn looks_before(kind: &OperatorKind) -> bool {
    match kind {
        OperatorKind::Create(items) => items.iter().any(CreateItem::looks_before),
        OperatorKind::Set(items) => items.iter().any(SetItem::looks_before),
        OperatorKind::Remove(items) => items.iter().any(RemoveItem::looks_before),
        _ => false,
    }
}

/// A version's names, counted: it changes when a new name comes up.
pub(super) fn catalog_size(graph: &Arc<Graph>) -> usize {
    let catalog = graph.catalog();
    catalog.label_count() + catalog.type_count() + catalog.key_count()
}
