//! Several threads work on one chain of operators.
//!
//! ```text
//! ids      0 … 6143 │ 6144 … 12287 │ 12288 …            morsels
//!             │             │           │               whoever is free takes the next
//! threads  Scan Filter   Scan Filter   …                copies of the first operators
//!          Aggregate     Aggregate                      and of the one that takes all, if there is one
//!             └──────┬──────┘                           in the order of the morsels
//!                Aggregate Extend TopK ─► sink          what follows, on the thread that began
//! ```
//!
//! A chain that begins with a scan is cut where rows no longer go on one by one. The part
//! before is what the threads do. What they come to is handed on in the order of the morsels,
//! so that rows, groups and failures are those of one thread, whatever the morsels are and
//! whoever has done them; sums of floats are exact, so that they do not depend on it either.
//!
//! Where a chain begins with few nodes, or with a count, what is shared out are rows that it
//! comes to, or the relationships that lead on from a few: see [`stage`].
//!
//! Threads are started for a chain and end with it: that costs less than a tenth of a
//! millisecond, and a chain with little to do runs on its caller's thread alone.

mod exchange;
mod share;
mod stage;

use super::context::Context;
use super::folding::Folding;
use super::pipeline::MAX_PART;
use super::session::Rows;
use crate::bind::expression::{Expression, ExpressionKind, Labels, VariableId};
use crate::function::{AggregateKind, aggregate};
use crate::plan::operator::{AggregateCall, Operator, OperatorKind};
use crate::store::LabelId;
use crate::syntax::ast::LabelExpression;
use crate::vector::{CHUNK_ROWS, DataChunk};
use std::ops::Range;

pub(super) use exchange::Exchange;
pub(super) use share::{share, share_with};
pub(super) use stage::is_staged;

/// Rows that operators hand on, by estimate, from which on several threads are worth it: those of
/// a scan or a filter, which takes a few nanoseconds for one.
const MUCH: f64 = 250_000.0;

/// How many of those a row is worth that a relationship leads to, or a plan of its own.
const FOLLOWED: f64 = 4.0;

/// How many of those a row is worth for which something is computed.
const COMPUTED: f64 = 4.0;

/// Morsels for each thread: so many that all end at about the same time.
const MORSELS: u32 = 8;

/// Morsels instead of one where they have fewer ids than a chunk, at most.
const FINER: u32 = 4;

/// What a morsel is worth at least, in rows of a scan: what comes of each has to be put together.
const LEAST: f64 = 60_000.0;

/// Most elements of a morsel.
const MOST: u32 = 65_536;

/// How a chain is shared out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    /// How many threads do it.
    pub(super) threads: usize,
    /// The first operators, which hand rows on one by one.
    pub(super) streaming: usize,
    /// Whether the operator behind them takes all, and can take what another has taken.
    pub(super) merges: bool,
    /// Whether what it makes of one part of the rows has nothing to do with the others.
    apart: bool,
    /// What is shared out.
    of: Shared,
    /// How many of these are a morsel.
    morsel: u32,
    /// The ids of them all, or the numbers of the rows or relationships that there are.
    start: u32,
    end: u32,
    /// The last morsel comes first.
    backward: bool,
}

/// What is shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shared {
    /// Ids of what is scanned.
    Ids,
    /// Rows that are there already.
    Rows,
    /// The relationships that lead on from the rows that are there.
    Hops,
}

impl Split {
    /// How to share out a chain of these operators over these rows, if that is worth it.
    pub(super) fn of(context: &Context<'_>, operators: &[Operator], rows: &Rows) -> Option<Self> {
        let alone = matches!(rows.chunks.as_slice(), [chunk] if chunk.rows() == 1);
        if !context.threads.may_be_several() || !alone {
            return None;
        }
        let (first, labels, scanned) = match &operators.first()?.kind {
            OperatorKind::NodeScan { variable, first, labels, .. } => {
                (first, Some(labels.as_ref()), *variable)
            }
            OperatorKind::RelationshipScan { variable, first, .. } => (first, None, *variable),
            _ => return None,
        };
        let all = || match labels {
            Some(labels) => span(context, labels),
            None => 0..context.graph.relationship_bound(),
        };
        let backward = first.as_ref().is_some_and(|first| first.backward);
        let (streaming, merges) = shape(operators)?;
        let apart = merges && groups_by(&operators[streaming].kind, scanned);
        let split = |all: Range<u32>, morsel| {
            let threads = context.threads.number().min(all.len().div_ceil(morsel as usize));
            let (of, Range { start, end }) = (Shared::Ids, all);
            let split =
                Split { threads, streaming, merges, apart, of, morsel, start, end, backward };
            (threads > 1).then_some(split)
        };
        if let Some(morsel) = context.options.morsel {
            return split(all(), morsel.max(1));
        }
        let mut work: f64 = operators[..streaming].iter().map(weight).sum();
        if merges {
            work += operators[streaming - 1].estimate * taking(&operators[streaming].kind);
        }
        if work < MUCH {
            return None;
        }
        let all = all();
        let ids = all.len() as u32;
        let even = ids / (context.threads.number() as u32).saturating_mul(MORSELS).max(1);
        split(all, morsel_of(ids, even, work))
    }

    /// How many morsels there are.
    fn morsels(&self) -> u32 {
        (self.end - self.start).div_ceil(self.morsel)
    }

    /// The ids of a morsel, or the numbers of its rows.
    fn range(&self, number: u32) -> Range<u32> {
        let place = if self.backward { self.morsels() - 1 - number } else { number };
        let from = self.start + place * self.morsel;
        from..from.saturating_add(self.morsel).min(self.end)
    }
}

/// A label that so many nodes to one do not have is looked for: its nodes may lie close together.
const RARE: u64 = 4;

/// The ids among which a scan finds its nodes.
fn span(context: &Context<'_>, labels: Option<&Labels>) -> Range<u32> {
    let (graph, bound) = (&context.graph, context.graph.node_bound());
    let Some(LabelExpression::Name(name)) = labels else { return 0..bound };
    let statistics = graph.statistics();
    let rare = |label: &LabelId| statistics.nodes_with_label(*label) * RARE < statistics.nodes();
    let Some(label) = graph.catalog().label_id(name).filter(rare) else { return 0..bound };
    let mut chunks = 0..graph.node_chunk_count();
    let found = |chunk: &usize| graph.node_chunk(*chunk, Some(label)).is_some();
    let Some(first) = chunks.find(found) else { return 0..0 };
    let last = chunks.rfind(found).unwrap_or(first);
    let end = (last as u32 + 1).saturating_mul(CHUNK_ROWS as u32);
    first as u32 * CHUNK_ROWS as u32..end.min(bound)
}

/// How many ids a morsel has, which are `even` ones by number alone. Where these are fewer than a
/// chunk, and each has much to do, they are shared out more finely.
fn morsel_of(ids: u32, even: u32, work: f64) -> u32 {
    let chunk = CHUNK_ROWS as u32;
    let least = (f64::from(ids) * LEAST / work) as u32;
    if even >= chunk {
        return even.max(least).next_multiple_of(chunk).min(MOST);
    }
    (even / FINER).max(least).next_multiple_of(64).clamp(64, MOST)
}

/// The work that an operator has, in rows of a scan.
fn weight(operator: &Operator) -> f64 {
    operator.estimate
        * match &operator.kind {
            OperatorKind::Filter(predicates) => 1.0 + computing(predicates),
            OperatorKind::Extend(items) => 1.0 + computing(items.iter().map(|(_, item)| item)),
            OperatorKind::NodeScan { .. }
            | OperatorKind::RelationshipScan { .. }
            | OperatorKind::Project(_)
            | OperatorKind::Unwind { .. } => 1.0,
            _ => FOLLOWED,
        }
}

/// What an operator computes of each row that it takes, in rows of a scan. To order or to group
/// them is no work that several share well if it is little: what each has done is put together.
fn taking(kind: &OperatorKind) -> f64 {
    let OperatorKind::Aggregate { keys, aggregates, .. } = kind else { return 0.0 };
    let keeps_all = |call: &AggregateCall| {
        use AggregateKind::{Collect, ContinuousPercentile, DiscretePercentile};
        let kind = aggregate(call.function).map(|function| function.kind);
        !call.distinct && matches!(kind, Some(Collect | ContinuousPercentile | DiscretePercentile))
    };
    let kept = aggregates.iter().filter(|(_, call)| keeps_all(call)).count();
    let arguments = aggregates.iter().flat_map(|(_, call)| &call.arguments);
    kept as f64 * COMPUTED + computing(keys.iter().map(|(_, key)| key).chain(arguments))
}

/// The work of expressions in which functions are called, strings are looked into, or cases told
/// apart.
fn computing<'e>(expressions: impl IntoIterator<Item = &'e Expression>) -> f64 {
    let mut left: Vec<&Expression> = expressions.into_iter().collect();
    let mut work = 0.0;
    while let Some(expression) = left.pop() {
        work += match &expression.kind {
            ExpressionKind::Function(..)
            | ExpressionKind::Case { .. }
            | ExpressionKind::Predicate(..)
            | ExpressionKind::ListComprehension { .. } => COMPUTED,
            _ => 0.0,
        };
        left.extend(expression.children());
    }
    work
}

/// How many of the first operators hand rows on one by one, and whether the one behind them can
/// take what others of its kind have taken; `None` where one thread does a chain best.
fn shape(operators: &[Operator]) -> Option<(usize, bool)> {
    let streaming = operators.iter().take_while(|operator| operator.kind.is_row_wise()).count();
    let merges = operators.get(streaming).is_some_and(|operator| can_merge(&operator.kind));
    // Whoever stops early is best served by one thread, as is a scan with nothing behind.
    let alone = streaming * 2 + 2 > MAX_PART
        || (!merges && (streaming < 2 || stops(&operators[streaming..])));
    (!alone).then_some((streaming, merges))
}

/// Whether an operator can take what others of its kind have taken of parts of the rows.
fn can_merge(kind: &OperatorKind) -> bool {
    match kind {
        OperatorKind::Sort { .. } => true,
        OperatorKind::Aggregate { aggregates, support: None, .. } => {
            aggregates.iter().all(|(_, call)| {
                aggregate(call.function).is_some_and(|function| {
                    Folding { function, distinct: call.distinct, span: call.span }.can_merge()
                })
            })
        }
        _ => false,
    }
}

/// Whether rows are grouped by a variable, and by more perhaps.
fn groups_by(kind: &OperatorKind, variable: VariableId) -> bool {
    let is_it =
        |key: &Expression| matches!(key.kind, ExpressionKind::Variable(it) if it == variable);
    match kind {
        OperatorKind::Aggregate { keys, .. } => keys.iter().any(|(_, key)| is_it(key)),
        _ => false,
    }
}

/// Whether operators may want no more rows before all have come.
fn stops(operators: &[Operator]) -> bool {
    let takes_all = |operator: &&Operator| {
        matches!(operator.kind, OperatorKind::Sort { .. } | OperatorKind::Aggregate { .. })
    };
    let mut before = operators.iter().take_while(|operator| !takes_all(operator));
    before.any(|operator| matches!(operator.kind, OperatorKind::Limit(_)))
}

/// Of rows in several chunks those of a range.
fn part(chunks: &[DataChunk], rows: Range<usize>) -> Vec<DataChunk> {
    let mut first = 0;
    let mut found = Vec::new();
    for chunk in chunks {
        let end = first + chunk.rows();
        let (from, to) = (rows.start.max(first), rows.end.min(end));
        if from < to {
            found.push(chunk.slice(from - first, to - from));
        }
        first = end;
    }
    found
}
