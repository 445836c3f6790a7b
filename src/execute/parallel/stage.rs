//! Stages: a few nodes at first, from which many are come to, or a count.
//!
//! ```text
//! Scan Filter │ Expand Filter │ Expand Filter Expand Aggregate │ TopK
//!   1 country      50 states      shared out by states
//!
//! Scan Filter │ Expand Filter Aggregate │ TopK
//!   1 topic       shared out by the relationships that lead on
//!
//! PathCount │ Project Extend TopK │ Limit
//!   1M nodes     shared out by rows
//! ```
//!
//! What such a chain scans, or finds in an index, is not worth to be shared out. It is run stage by stage instead, each
//! up to the next expansion, until there are enough rows; these are the morsels of the rest. A
//! stage is small for sure: its rows are those of a scan of few nodes, or as many as the
//! relationships that lead on, which are counted before. Where few rows lead on to very many,
//! the relationships are the morsels. A count makes all its rows at once, whatever follows.

use super::super::adjacent::{directions, each_neighbours, element_id, endpoint, endpoint_kind};
use super::super::context::Context;
use super::super::liveness::Liveness;
use super::super::mapper::types;
use super::super::result::FinalSink;
use super::super::session::{Rows, Session};
use super::{MORSELS, MUCH as MANY_ROWS, Shared, Split, shape, weight};
use crate::bind::expression::Labels;
use crate::plan::operator::{Operator, OperatorKind, Plan};
use crate::store::TypeId;
use crate::syntax::ast::LabelExpression;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{CHUNK_ROWS, DataChunk};
use std::ops::Range;

/// Most rows of a stage.
const SMALL: usize = 4096;

/// A scan of few nodes: one of so many that there are.
const FEW: u64 = 4;

/// Rows from which on they are shared out.
const ENOUGH: usize = 32;

/// Relationships that are followed, by estimate, from which on several threads are worth it.
const MUCH: f64 = 20_000.0;

/// Nodes of the graph from which on the rows of a count may be many.
const MANY_NODES: u32 = 1 << 18;

/// Whether a chain of these operators over these rows begins with few nodes and may come to many,
/// or with a count.
pub(in super::super) fn is_staged(
    context: &Context<'_>,
    operators: &[Operator],
    rows: &Rows,
) -> bool {
    let alone = matches!(rows.chunks.as_slice(), [chunk] if chunk.rows() == 1);
    if !context.threads.may_be_several() || !alone {
        return false;
    }
    let Some(first) = operators.first() else { return false };
    let set = context.options.morsel.is_some();
    if let OperatorKind::PathCount(count) = &first.kind {
        let many = set || context.graph.node_bound() >= MANY_NODES;
        return count.root.is_some() && many && shape(&operators[1..]).is_some();
    }
    let few = match &first.kind {
        OperatorKind::NodeScan { labels: Some(LabelExpression::Name(label)), .. } => {
            let statistics = context.graph.statistics();
            let label = context.graph.catalog().label_id(label);
            let nodes = label.map_or(0, |label| statistics.nodes_with_label(label));
            nodes > 0 && nodes <= SMALL as u64 && nodes * FEW <= statistics.nodes()
        }
        OperatorKind::IndexSeek { .. } | OperatorKind::IdSeek { .. } => {
            first.estimate <= SMALL as f64
                && (set || operators.iter().map(weight).sum::<f64>() >= MANY_ROWS)
        }
        _ => false,
    };
    let streaming = if few { shape(operators) } else { None };
    let Some((streaming, _)) = streaming else { return false };
    let mut followed = operators[..streaming].iter().filter_map(Followed::by).peekable();
    followed.peek().is_some() && (set || followed.any(|it| it.all(context) >= MUCH))
}

/// How many of the operators are the next stage over these rows, if there is one more.
///
/// # Errors
/// The statement has to stop.
fn next_stage(
    context: &Context<'_>,
    operators: &[Operator],
    rows: &Rows,
) -> Result<Option<usize>, Diagnostic> {
    if let Some(OperatorKind::PathCount(_)) = operators.first().map(|first| &first.kind) {
        return Ok(Some(1));
    }
    let Some((streaming, _)) = shape(operators) else { return Ok(None) };
    let mut behind = operators[..streaming].iter().skip(1);
    let Some(next) = behind.position(|operator| Followed::by(operator).is_some()) else {
        return Ok(None);
    };
    let Some(followed) = Followed::by(&operators[0]) else {
        let first = matches!(
            operators[0].kind,
            OperatorKind::NodeScan { .. }
                | OperatorKind::IndexSeek { .. }
                | OperatorKind::IdSeek { .. }
        );
        return Ok(first.then_some(next + 1));
    };
    let enough = context.options.morsel.map_or(ENOUGH, |morsel| morsel as usize);
    let few = (1..enough).contains(&count(rows));
    Ok((few && followed.from(context, rows, SMALL)? <= SMALL).then_some(next + 1))
}

impl Session<'_> {
    /// Runs a chain of reading operators that begins with few nodes: stage by stage, until there
    /// are rows to be shared out.
    pub(in super::super) fn run_stages(
        &mut self,
        (plan, part): (&Plan, Range<usize>),
        liveness: &Liveness,
        mut rows: Rows,
        sink: Option<&mut dyn FinalSink>,
    ) -> Result<Rows, Diagnostic> {
        let mut place = part.start;
        while let Some(stage) =
            next_stage(&self.context(), &plan.operators[place..part.end], &rows)?
        {
            rows = self.run_chain((plan, place..place + stage), liveness, rows, None, None)?;
            place += stage;
        }
        let rest = place..part.end;
        let split = Split::of_rows(&self.context(), &plan.operators[rest.clone()], &rows)?;
        self.run_chain((plan, rest), liveness, rows, sink, split)
    }
}

impl Split {
    /// How to share out rows that are there, or the relationships that lead on from them, to a
    /// chain of these operators, if that is worth it.
    ///
    /// # Errors
    /// The statement has to stop.
    fn of_rows(
        context: &Context<'_>,
        operators: &[Operator],
        rows: &Rows,
    ) -> Result<Option<Self>, Diagnostic> {
        let Some((streaming, merges)) = shape(operators) else { return Ok(None) };
        let count = count(rows);
        let split = |of: Shared, bound: usize, morsel: usize| {
            let threads = context.threads.number().min(bound.div_ceil(morsel));
            let (morsel, bound) = (morsel as u32, u32::try_from(bound).ok()?);
            let (start, end, backward) = (0, bound, false);
            let apart = false;
            let split =
                Split { threads, streaming, merges, apart, of, morsel, start, end, backward };
            (threads > 1).then_some(split)
        };
        let set = context.options.morsel.map(|morsel| morsel.max(1) as usize);
        let leads = matches!(&operators[0].kind, OperatorKind::Expand { into: false, .. });
        let of_hops = leads && count < set.unwrap_or(ENOUGH);
        let many = count * (streaming + usize::from(merges)) >= MANY_ROWS as usize;
        // All relationships that lead on from few rows are counted, of many only whether they are.
        let most = if of_hops { usize::MAX } else { MUCH as usize };
        let mut followed = operators[..streaming].iter().filter_map(Followed::by);
        let first = followed.next().filter(|_| of_hops || !many);
        let own = first.as_ref().map_or(Ok(0), |it| it.from(context, rows, most))?;
        // Those behind are taken to lead to the same part of all that there are.
        let all = first.as_ref().map_or(1.0, |it| it.all(context).max(1.0));
        let behind: f64 = followed.map(|it| it.all(context)).sum();
        if set.is_none() && !many && (own as f64) * (1.0 + behind / all) < MUCH {
            return Ok(None);
        }
        let even = |bound: usize| bound / (context.threads.number() * MORSELS as usize).max(1);
        if of_hops {
            let even = even(own).clamp(CHUNK_ROWS / 4, 4 * CHUNK_ROWS);
            return Ok(split(Shared::Hops, own, set.unwrap_or(even)));
        }
        let even = match even(count) {
            // Whole chunks, as they come.
            even if even >= CHUNK_ROWS => even.next_multiple_of(CHUNK_ROWS),
            even => even.max(1),
        };
        Ok(split(Shared::Rows, count, set.unwrap_or(even)))
    }
}

/// How many rows there are.
fn count(rows: &Rows) -> usize {
    rows.chunks.iter().map(DataChunk::rows).sum()
}

/// An expansion.
struct Followed<'o> {
    kind: &'o OperatorKind,
    types: Option<&'o Labels>,
}

impl<'o> Followed<'o> {
    fn by(operator: &'o Operator) -> Option<Self> {
        match &operator.kind {
            kind @ OperatorKind::Expand { types, .. } => {
                Some(Followed { kind, types: types.as_ref() })
            }
            _ => None,
        }
    }

    fn types(&self, context: &Context<'_>) -> Option<Vec<TypeId>> {
        types(&context.graph, self.types)
    }

    /// How many relationships of its types there are, as often as it may follow each.
    fn all(&self, context: &Context<'_>) -> f64 {
        let statistics = context.graph.statistics();
        let all: u64 = match self.types(context) {
            None => statistics.relationships(),
            Some(types) => types.iter().map(|kind| statistics.relationships_of_type(*kind)).sum(),
        };
        let OperatorKind::Expand { direction, .. } = self.kind else { return 0.0 };
        all as f64 * directions(*direction).len() as f64
    }

    /// How many relationships lead on from rows; where there are more than so many, it is not
    /// told how many more.
    fn from(&self, context: &Context<'_>, rows: &Rows, most: usize) -> Result<usize, Diagnostic> {
        let OperatorKind::Expand { from, to, direction, .. } = self.kind else { return Ok(0) };
        let Some(slot) = rows.layout.slot(from.variable) else { return Ok(usize::MAX) };
        let types = self.types(context);
        let mut followed = 0;
        for chunk in &rows.chunks {
            let Some(column) = chunk.columns.get(slot) else { continue };
            for id in chunk.live_rows().filter_map(|row| element_id(column, from.kind, row)) {
                context.guard.step()?;
                let (types, kind) = (types.as_deref(), endpoint_kind(to.kind));
                let own = endpoint(from.kind, id);
                each_neighbours(&context.graph, own, types, *direction, kind, |found, _| {
                    followed += found.degree();
                    Ok::<_, Diagnostic>(followed <= most)
                })?;
                if followed > most {
                    return Ok(followed);
                }
            }
        }
        Ok(followed)
    }
}
