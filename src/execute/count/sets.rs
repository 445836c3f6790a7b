//! Which nodes can stand at the ends of a counted pattern.
//!
//! What nobody asks about has no set: any node can stand there to which the hops lead. A label
//! that all ends of the relationships there have is not asked about. Where few nodes can stand at
//! an end, those at the next one are their neighbours; otherwise they are found by a scan.

use super::super::context::Context;
use super::super::parallel::share_with;
use super::super::pipeline::Pipeline;
use super::adjacent::Hop;
use super::check::{Check, scanned};
use super::ids::Ids;
use super::{End, tree};
use crate::bind::expression::Labels;
use crate::store::{self, TypeId};
use crate::syntax::ast::{Direction, LabelExpression};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::CHUNK_ROWS;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Nodes that can stand at an end; `None` is any node.
pub(super) type Set = Option<Arc<Ids>>;

/// The numbers of rows that brought nodes along.
#[derive(Clone)]
pub(super) enum Given {
    /// One for each node.
    Once,
    /// By the nodes, ascending.
    Times(Arc<[(u32, u64)]>),
}

/// A label is rare that not one of so many nodes has.
const RARE: u64 = 16;

/// The set of each end.
pub(super) struct Sets {
    pub(super) of: Vec<Set>,
    /// How often rows brought along the nodes that can stand at the first end, if they did.
    pub(super) given: Option<Given>,
    /// The ends of which all labels that are asked for are implied.
    implied: Vec<bool>,
}

impl Sets {
    /// Finds them. `given` are the first ends of the rows, ascending; the nodes of the ends that
    /// are `wanted` are asked for later.
    pub(super) fn find(
        context: &Context<'_>,
        ends: &mut [End],
        hops: &[Hop],
        given: Option<Vec<u32>>,
        wanted: BTreeSet<usize>,
    ) -> Result<Sets, Diagnostic> {
        let implied = (0..ends.len()).map(|place| implies(context, hops, &ends[place], place));
        let implied: Vec<bool> = implied.collect();
        let (mut ids, given) = given.map(counted).unzip();
        let mut sets = Sets { of: Vec::new(), given, implied };
        for place in 0..ends.len() {
            let touches = |(hop, it): (usize, &Hop)| it.from == place || hop + 1 == place;
            let inner = hops.iter().enumerate().filter(|it| touches(*it)).count() > 1;
            let counted = inner || wanted.contains(&place);
            let found = match (place.checked_sub(1).map(|hop| &hops[hop]), ids.take()) {
                (None, Some(ids)) => Some(sets.checked(context, ends, place, ids)?),
                (None, None) => sets.scanned(context, ends, (place, counted))?,
                (Some(hop), _) => match sets.few(context, ends, hop, place) {
                    Some(_)
                        if ends[place].leaf
                            && !sets.asks(ends, place)
                            && !wanted.contains(&place) =>
                    {
                        None
                    }
                    Some(few) => {
                        let ids = neighbours(context, hop, few.list())?;
                        Some(sets.checked(context, ends, place, ids)?)
                    }
                    None => sets.scanned(context, ends, (place, counted))?,
                },
            };
            if let Some(ids) = &found {
                context.guard.keep(ids.len() * 4)?;
            }
            sets.of.push(found.map(Arc::new));
        }
        Ok(sets)
    }

    /// The same sets, but that a value of one end is not null, which `present` tells; `None` where
    /// it never is.
    pub(super) fn narrowed(
        &self,
        context: &Context<'_>,
        ends: &mut [End],
        place: usize,
        present: &mut Check,
    ) -> Result<Option<Sets>, Diagnostic> {
        let all = match &self.of[place] {
            Some(ids) => ids.clone(),
            None => Arc::new(scan_all(context, &mut ends[place])?),
        };
        let left = present.kept(context, all.list())?;
        if left.len() == all.len() {
            return Ok(None);
        }
        context.guard.keep(left.len() * 4)?;
        let (mut of, given, implied) = (self.of.clone(), self.given.clone(), self.implied.clone());
        of[place] = Some(Arc::new(left));
        Ok(Some(Sets { of, given, implied }))
    }

    /// The end at which the pattern is best counted together: relationships that have to be
    /// looked at, where only a number of them is needed from a leaf of which nothing is asked.
    pub(super) fn cheapest_root(&self, context: &Context<'_>, hops: &[Hop]) -> usize {
        let nodes = context.graph.node_count() as f64;
        let size = |end: usize| self.of[end].as_ref().map_or(nodes, |ids| ids.len() as f64);
        let degrees: Vec<f64> =
            hops.iter().map(|hop| hop.side(true).degree_in_general(context) + 1.0).collect();
        let cost = |root: usize| {
            let steps = tree::away_from(root, hops);
            steps.iter().fold(size(root), |cost, &(end, before, hop)| {
                let last = steps.iter().all(|(_, other, _)| *other != end);
                let degree = last && self.of[end].is_none() && !(end == 0 && self.given.is_some());
                cost + size(before) * if degree { 1.0 } else { degrees[hop] }
            })
        };
        let roots = 0..self.of.len();
        roots.min_by(|one, other| cost(*one).total_cmp(&cost(*other))).unwrap_or(0)
    }

    /// Whether anything is asked of an end that does not follow from the relationships there.
    fn asks(&self, ends: &[End], place: usize) -> bool {
        ends[place].filtered || (ends[place].labelled && !self.implied[place])
    }

    /// The nodes before a hop, where there are so few that their neighbours are found sooner
    /// than by a scan.
    fn few(&self, context: &Context<'_>, ends: &[End], hop: &Hop, to: usize) -> Set {
        let before = self.of[hop.from].clone()?;
        let reached =
            before.len() as f64 * (hop.side(true).degree_of(context, before.pieces()) + 1.0);
        let scanned = labelled(context, &ends[to]).unwrap_or(context.graph.node_count());
        (reached * 2.0 < scanned as f64 || before.is_empty()).then_some(before)
    }

    /// Of some nodes those that can stand at an end.
    fn checked(
        &self,
        context: &Context<'_>,
        ends: &mut [End],
        place: usize,
        ids: Vec<u32>,
    ) -> Result<Ids, Diagnostic> {
        match ends[place].asks(self.implied[place]) {
            Some(check) => check.kept(context, &ids),
            None => Ok(ids.into()),
        }
    }

    /// All nodes that can stand at an end, if anything is asked of it, or if they are few and
    /// matches are counted for each.
    fn scanned(
        &self,
        context: &Context<'_>,
        ends: &mut [End],
        (place, counted): (usize, bool),
    ) -> Result<Option<Ids>, Diagnostic> {
        if self.asks(ends, place) || (counted && is_rare(context, &ends[place])) {
            return Ok(Some(scan_all(context, &mut ends[place])?));
        }
        Ok(None)
    }
}

/// Whether few nodes have the label that is asked for, so that a number for each of these is
/// sooner found than for each node that there is.
fn is_rare(context: &Context<'_>, end: &End) -> bool {
    let all = u64::from(context.graph.node_bound());
    labelled(context, end).is_some_and(|nodes| nodes * RARE < all)
}

/// How many nodes have the only label that is asked for.
fn labelled(context: &Context<'_>, end: &End) -> Option<u64> {
    let graph = &context.graph;
    let label = graph.catalog().label_id(end.label.as_ref()?)?;
    Some(graph.statistics().nodes_with_label(label))
}

/// Ids that one thread looks at in a row, where several look at all of them.
const PIECE: usize = 1 << 16;

/// What there is to do, in ids that are looked at, from which on several threads are worth it.
const MUCH: f64 = 2.0 * PIECE as f64;

/// How so many nodes are shared out, with whom there is so much to do: in pieces of this length,
/// to so many threads.
pub(super) fn pieces(context: &Context<'_>, nodes: usize, work: f64) -> (usize, usize) {
    if let Some(morsel) = context.options.morsel {
        return (morsel.max(1) as usize, context.threads.number());
    }
    if work < MUCH || context.threads.number() < 2 {
        return (nodes.clamp(1, PIECE), 1);
    }
    // Whoever is done first takes another piece; a chunk is not cut if there are many.
    let even = nodes / (context.threads.number() * 32);
    let chunks = even.next_multiple_of(CHUNK_ROWS);
    (if even < CHUNK_ROWS { even.max(64) } else { chunks.min(PIECE) }, context.threads.number())
}

/// How many ids that are looked at a node of a scan is worth of which something is asked: its
/// properties lie beside those of the others.
const SCANNED: f64 = 2.0;

/// Every node that can stand at an end.
fn scan_all(context: &Context<'_>, end: &mut End) -> Result<Ids, Diagnostic> {
    let bound = context.graph.node_bound();
    let asked = if end.filtered { SCANNED } else { 1.0 };
    let work = labelled(context, end).unwrap_or(u64::from(bound)) as f64 * asked;
    let (length, threads) = pieces(context, bound as usize, work);
    let count = (bound as usize).div_ceil(length);
    if threads < 2 || count < 2 {
        return Ok(scanned(context, &mut end.scan)?.into());
    }
    let mut found: Vec<Vec<u32>> = vec![Vec::new(); count];
    let make = |context: &Context<'_>| Ok(Pipeline::new(super::scan(context, &end.logical)?));
    let pieces = found.iter_mut().enumerate();
    share_with(context, threads, pieces, make, |pipeline, context, (piece, found)| {
        let range = (piece * length) as u32..((piece + 1) * length).min(bound as usize) as u32;
        pipeline.first_operator().into_iter().for_each(|scan| scan.only(range.clone()));
        *found = scanned(context, pipeline)?;
        Ok(())
    })?;
    Ok(Ids::of(found))
}

/// Whether the relationships at an end lead to no nodes without the label that is asked for.
pub(super) fn implies(context: &Context<'_>, hops: &[Hop], end: &End, place: usize) -> bool {
    let Some(label) = &end.label else { return !end.labelled };
    let label = LabelExpression::Name(label.clone());
    hops.iter().enumerate().any(|(index, hop)| {
        if hop.from != place && index + 1 != place {
            return false;
        }
        let side = hop.side(hop.from != place);
        leads_only_to(context, &label, side.direction, side.types.as_deref())
    })
}

/// Whether relationships lead to no nodes but those with a label, as far as statistics tell.
pub(in super::super) fn leads_only_to(
    context: &Context<'_>,
    labels: &Labels,
    direction: Direction,
    types: Option<&[TypeId]>,
) -> bool {
    let graph = &context.graph;
    let (LabelExpression::Name(label), Some(types)) = (labels, types) else { return false };
    let Some(label) = graph.catalog().label_id(label) else { return false };
    let statistics = graph.statistics();
    // Counts are kept by where a relationship is seen from: here that is the end it leads to.
    let directions: &[store::Direction] = match direction {
        Direction::Outgoing => &[store::Direction::Incoming],
        Direction::Incoming => &[store::Direction::Outgoing],
        Direction::Either => &[store::Direction::Incoming, store::Direction::Outgoing],
    };
    types.iter().all(|&kind| directions.iter().all(|&at| statistics.all_at_label(label, kind, at)))
}

/// Ascending ids, each once, and how often each occurs.
fn counted(ids: Vec<u32>) -> (Vec<u32>, Given) {
    if ids.is_sorted_by(|one, other| one < other) {
        return (ids, Given::Once);
    }
    let same = ids.chunk_by(|one, other| one == other);
    let times: Arc<[(u32, u64)]> = same.map(|same| (same[0], same.len() as u64)).collect();
    (times.iter().map(|(id, _)| *id).collect(), Given::Times(times))
}

/// The nodes to which a hop leads from some, ascending.
fn neighbours(context: &Context<'_>, hop: &Hop, from: &[u32]) -> Result<Vec<u32>, Diagnostic> {
    let side = hop.side(true);
    let mut found = Vec::new();
    for &node in from {
        side.each(context, node, |ids| found.extend_from_slice(ids))?;
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
