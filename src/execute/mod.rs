//! The executor: physical operators, pipelines, and the mapper from logical plans.
//!
//! [`execute`] is the door. A plan is cut into parts: chains of reading operators,
//! through which chunks of rows are pushed, and writing operators, which take all
//! their rows first and then change the graph row by row ([`session`]). Names of
//! labels, types and keys become ids when a part begins, since the part before may
//! have made them.
//!
//! ```text
//! session ─► mapper ─► chain of push operators ─► sink
//!    │  ▲       └► compile ─► evaluate (rows), vectorised (chunks)
//!    │  └─ idle: chains of the last run, with other bindings
//!    └► create, merge, set, delete ─► store::Writer
//! ```

mod adjacent;
mod aggregate;
mod alone;
mod apply;
mod assert;
mod bindings;
mod bound;
mod choose;
mod codes;
mod compile;
mod context;
mod copy_from;
mod copy_to;
mod correlated;
mod count;
mod counters;
mod create;
mod define;
mod delete;
mod described;
mod distinct;
mod elements;
mod evaluate;
mod expand;
mod expand_variable;
mod expression;
mod extremes;
mod filter;
mod folding;
mod found;
mod grouping;
mod hash_join;
mod hashes;
mod hops;
mod id_seek;
mod idle;
mod index_seek;
mod intersect;
mod iterate;
mod label;
mod layout;
mod limit;
mod limited;
mod liveness;
mod load_csv;
mod mapper;
mod memory;
mod merge;
mod numbers;
mod outcome;
mod output;
mod parallel;
mod part;
mod path;
mod pipeline;
mod procedure;
mod procedure_write;
mod profile;
mod project;
mod project_endpoints;
mod raise;
mod reach;
mod repeated;
mod result;
mod scan;
mod session;
mod set;
mod set_operation;
mod shortest;
mod sinks;
mod sort;
mod sort_keys;
mod subquery;
mod support;
mod together;
mod trail;
mod union;
mod unwind;
mod vectorised;
mod zones;

#[cfg(test)]
mod tests;

use crate::import::FileAccess;
use crate::plan::explain::Measured;
use crate::plan::operator::StatementPlan;
use crate::store::{Graph, Rooms, View, Writer};
use crate::syntax::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::threads::Threads;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Map, Value};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

pub use counters::Counters;
pub use idle::Idle;
pub(crate) use limit::uninterrupted;
pub use procedure::{Answer, NoProcedures, ProcedureChange, ProcedureInput, ProcedureRegistry};
pub use support::supporting;

/// What a statement runs on.
#[derive(Debug)]
pub enum Source<'s> {
    /// A published version; writing operators are refused.
    Read(Arc<Graph>),
    /// A version in the making.
    Write(&'s mut Writer),
}

/// What a statement is given besides its plan.
#[derive(Clone)]
pub struct ExecuteOptions<'a> {
    /// The parameters by name.
    pub parameters: &'a Map,
    /// Set from another thread, it stops the statement.
    pub interrupt: Arc<AtomicBool>,
    /// When the statement must be done.
    pub deadline: Option<Instant>,
    /// Bytes that it may keep, roughly.
    pub memory_limit: Option<usize>,
    /// Bytes that are kept for the query already.
    pub kept: usize,
    /// Rows that its result may have.
    pub row_limit: Option<u64>,
    /// When it began: seconds since 1970 UTC, and nanoseconds of the second.
    pub statement_time: (i64, u32),
    /// The procedures that it may call.
    pub procedures: &'a dyn ProcedureRegistry,
    /// Opens the files that it names.
    pub files: &'a dyn FileAccess,
    /// Where it puts what does not fit into memory; `None` where all has to.
    pub rooms: Option<&'a Rooms>,
    /// The version of which the statement sees a part, where it does: there claims are
    /// looked for.
    pub whole: Option<&'a Graph>,
    /// By whose view a writing statement reads; they assert what it creates.
    pub view: Option<&'a View>,
    /// Whether rows and times are measured.
    pub profile: bool,
    /// How many threads may work on it, and who helps.
    pub threads: Threads<'a>,
    /// Elements that a thread takes at once, for tests; threads then share the least work.
    pub morsel: Option<u32>,
}

impl ExecuteOptions<'_> {
    /// The value of a parameter that the statement names at a place.
    pub(crate) fn parameter(&self, name: &str, span: Span) -> Result<Value, Diagnostic> {
        self.parameters.get(name).cloned().ok_or_else(|| {
            let (class, code) = (ErrorClass::ParameterMissing, ErrorCode::MissingParameter);
            let message = format!("the parameter ${name} was not given");
            Diagnostic::runtime(EvaluationError::new(class, code, message), Some(span))
        })
    }
}

/// The result of a statement.
#[derive(Clone, Debug, Default)]
pub struct ExecutionResult {
    /// The rows, each with the values of the plan's columns in order.
    pub rows: Vec<Vec<Value>>,
    /// What each row rests on, to be read by [`supporting`], if the plan tells.
    pub supports: Vec<Value>,
    /// What was changed.
    pub counters: Counters,
    /// What may not do what was meant, as it turned out.
    pub warnings: Vec<Diagnostic>,
    /// Of each operator of the root plan the rows that it handed on and the time
    /// spent in it; only if asked for.
    pub profile: Option<Vec<Measured>>,
}

/// Runs a statement; `idle` is what its runs leave for each other, if they do.
///
/// # Errors
/// Whatever its expressions raise, what the graph refuses, and `ResourceExhausted`
/// with the details `Interrupted`, `Timeout`, `MemoryLimit` and `RowLimit`. A writer then
/// holds a part of the changes: its owner returns to a savepoint.
pub fn execute(
    plan: &StatementPlan,
    idle: Option<&Idle>,
    source: Source<'_>,
    options: &ExecuteOptions<'_>,
) -> Result<ExecutionResult, Diagnostics> {
    session::Session::new(plan, idle, source, options).run()
}
