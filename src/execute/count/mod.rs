//! `PathCount`: the matches of a pattern without cycles, counted and not made.
//!
//! ```text
//! sets      which nodes can stand at an end, by its labels and filters    (sets)
//! reached   where nothing but nodes at the last end is asked for    (reached)
//! weights   from the leaves to the root, for each node the matches behind it    (tree, source)
//! rows      the nodes at the root that have any, with their numbers
//! ```
//!
//! The numbers of all terms of the pattern (see [`crate::plan::count`]) add up. They are kept in
//! 64 bits; where they do not fit, the query fails as an addition would.

mod adjacent;
mod check;
mod factor;
mod ids;
mod mutual;
mod push;
mod reached;
mod root;
mod sets;
mod source;
mod tree;
mod weights;

use super::compile::Compiler;
use super::context::Context;
use super::filter::Filter;
use super::layout::Layout;
use super::mapper::Mapper;
use super::pipeline::{Chain, Flow, Next, Pipeline, PushOperator};
use super::scan::NodeScan;
use super::zones::Zones;
use crate::bind::expression::{Expression, ExpressionKind, Labels, VariableId};
use crate::plan::count as logical;
use crate::plan::count::{CountStart, Term};
use crate::syntax::ast::{EndKind, LabelExpression};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use crate::vector::{CHUNK_ROWS, DataChunk, Vector};
use adjacent::Hop;
use check::{Check, append_elements};
pub(super) use check::{kept, scanned};
use reached::Reached;
use root::Numbered;
use sets::Sets;
pub(super) use sets::leads_only_to;
use tree::Tree;

/// Counts the matches of a pattern.
pub(super) struct PathCount {
    /// The column of the first end, where the rows bring it along.
    slot: Option<usize>,
    ends: Vec<End>,
    hops: Vec<Hop>,
    terms: Vec<Term>,
    root: Option<usize>,
    /// Whether the node at the root is read.
    produce_root: bool,
    counts: Vec<Count>,
    /// The hop for each of whose types matches are counted, and whether the type is read.
    by_type: Option<(usize, bool)>,
    /// What finds the rows where they are nothing but nodes.
    reached: Option<Reached>,
    /// The first end in each row, where the rows bring it along.
    given: Vec<u32>,
    /// Rows that came in.
    rows: usize,
}

/// An end, with the operators that tell which nodes can stand there.
struct End {
    /// The only label that is asked for.
    label: Option<std::sync::Arc<str>>,
    /// Whether anything is asked of its labels.
    labelled: bool,
    filtered: bool,
    /// Whether no hop leads on from here.
    leaf: bool,
    /// What it is in the plan.
    logical: logical::CountedEnd,
    /// Every node that can stand here.
    scan: Pipeline,
    /// Of given nodes those that can stand here; absent where all can.
    check: Option<Check>,
    /// The same, for nodes whose labels are known to be as they should be.
    filter: Option<Check>,
}

/// A column of numbers.
struct Count {
    /// The end of which a value must not be null, and how to find out.
    present: Option<(usize, Check)>,
    read: bool,
}

/// Nodes at the root with their numbers, ascending, in pieces; or one number in all.
enum Numbers {
    Each(Vec<Numbered>),
    All(i64),
}

/// Columns, and how many rows they have.
type Columns = (Vec<Vector>, usize);

impl PathCount {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        count: &logical::PathCount,
    ) -> Result<Self, Diagnostic> {
        let slot = match (count.start, count.ends.first()) {
            (CountStart::Rows, Some(first)) => Some(mapper.slot(first.variable)?),
            _ => None,
        };
        let is_leaf = |place| count.hops.iter().all(|hop| hop.from != place);
        let ends = (0..).zip(&count.ends);
        let ends = ends
            .map(|(place, end)| End::map(mapper.context, end, is_leaf(place)))
            .collect::<Result<Vec<_>, _>>()?;
        let hops = count.hops.iter().map(|hop| Hop {
            from: hop.from,
            direction: hop.direction,
            types: mapper.types(hop.types.as_ref()),
        });
        let hops: Vec<Hop> = hops.collect();
        let reached = Reached::of(count, &hops);
        mapper.set_layout(Layout::default());
        let root = count.root.and_then(|root| count.ends.get(root));
        let produce_root = root.is_some_and(|root| mapper.add_if_read(root.variable));
        let mut counts = Vec::with_capacity(count.counts.len());
        for (variable, value) in &count.counts {
            let present = match value {
                None => None,
                Some((place, value)) => {
                    let present = ExpressionKind::IsNull(Box::new(value.clone()), true);
                    let present = Expression::new(present, value.span);
                    let variable = count.ends[*place].variable;
                    let check = Check::of(mapper.context, variable, vec![present])?;
                    check.map(|check| (*place, check))
                }
            };
            counts.push(Count { present, read: mapper.add_if_read(*variable) });
        }
        let by_type = count.by_type.map(|(variable, hop)| (hop, mapper.add_if_read(variable)));
        let (terms, root) = (count.terms.clone(), count.root);
        let (given, rows) = (Vec::new(), 0);
        Ok(PathCount {
            slot,
            ends,
            hops,
            terms,
            root,
            produce_root,
            counts,
            by_type,
            reached,
            given,
            rows,
        })
    }

    /// The columns of the result, in pieces.
    fn count(&mut self, context: &Context<'_>) -> Result<Vec<Columns>, Diagnostic> {
        let given = self.slot.map(|_| std::mem::take(&mut self.given));
        let Some((hop, read)) = self.by_type else { return self.count_all(context, given) };
        let graph = &context.graph;
        let types = self.hops[hop].types.clone();
        let mut pieces = Vec::new();
        for kind in types.clone().unwrap_or_else(|| graph.types_in_use().collect()) {
            self.hops[hop].types = Some(vec![kind]);
            let found = self.count_all(context, given.clone());
            self.hops[hop].types.clone_from(&types);
            let name = Value::String(graph.catalog().type_name(kind).clone());
            for (mut columns, len) in found? {
                columns.extend(read.then(|| Vector::Constant(name.clone(), len)));
                pieces.push((columns, len));
            }
        }
        Ok(pieces)
    }

    /// The same, the types being as they are.
    fn count_all(
        &mut self,
        context: &Context<'_>,
        mut given: Option<Vec<u32>>,
    ) -> Result<Vec<Columns>, Diagnostic> {
        if let Some(reached) = &mut self.reached
            && let Some(ids) = reached.find(
                context,
                &mut self.ends,
                &self.hops,
                given.as_deref().unwrap_or_default(),
            )?
        {
            let len = ids.len();
            let nodes = self.produce_root.then(|| Vector::nodes(ids));
            return Ok(vec![(nodes.into_iter().collect(), len)]);
        }
        let wanted = (self.counts.iter().filter_map(|count| count.present.as_ref()))
            .map(|(place, _)| *place)
            .chain(self.root)
            .collect();
        given.iter_mut().for_each(|given| given.sort_unstable());
        let sets = Sets::find(context, &mut self.ends, &self.hops, given, wanted)?;
        let times = if self.slot.is_some() { 1 } else { self.rows };
        let number =
            |sets: &Sets| numbers(context, (&self.hops, &self.terms), sets, self.root, times);
        let all = number(&sets)?;
        if let (Numbers::All(0), Some(_)) = (&all, self.by_type) {
            // Of types without matches there is no row.
            return Ok(Vec::new());
        }
        // The numbers of the counts that leave some matches out.
        let mut counts = Vec::new();
        for count in self.counts.iter_mut().filter(|count| count.read) {
            let other = match &mut count.present {
                Some((place, present)) => {
                    sets.narrowed(context, &mut self.ends, *place, present)?
                }
                None => None,
            };
            counts.push(match other {
                None => None,
                Some(sets) => Some(number(&sets)?.columns(&all)),
            });
        }
        let mut pieces: Vec<Columns> = Vec::new();
        let all = match all {
            Numbers::All(number) => vec![(None, 1, Vector::integers(vec![number]))],
            Numbers::Each(each) => each
                .into_iter()
                .map(|(ids, numbers)| (Some(ids), numbers.len(), Vector::integers(numbers)))
                .collect(),
        };
        for (piece, (ids, len, numbers)) in all.into_iter().enumerate() {
            let nodes = ids.filter(|_| self.produce_root).map(Vector::nodes);
            let counts = counts.iter().map(|count| match count {
                Some(pieces) => pieces[piece].clone(),
                None => numbers.clone(),
            });
            pieces.push((nodes.into_iter().chain(counts).collect(), len));
        }
        Ok(pieces)
    }
}

impl End {
    fn map(
        context: &Context<'_>,
        end: &logical::CountedEnd,
        leaf: bool,
    ) -> Result<Self, Diagnostic> {
        let span = end.filters.first().map(|filter| filter.span).unwrap_or_default();
        let variable = Box::new(Expression::new(ExpressionKind::Variable(end.variable), span));
        let labels = end
            .labels
            .clone()
            .map(|labels| Expression::new(ExpressionKind::HasLabels(variable, labels), span));
        let all: Vec<Expression> = labels.into_iter().chain(end.filters.iter().cloned()).collect();
        let label = match &end.labels {
            Some(LabelExpression::Name(name)) => Some(name.clone()),
            _ => None,
        };
        Ok(End {
            logical: end.clone(),
            label,
            labelled: end.labels.is_some(),
            filtered: !end.filters.is_empty(),
            leaf,
            scan: Pipeline::new(scan(context, end)?),
            check: Check::of(context, end.variable, all)?,
            filter: Check::of(context, end.variable, end.filters.clone())?,
        })
    }

    /// What is asked of a node, of which the labels may be known to be as they should be.
    fn asks(&mut self, implied: bool) -> Option<&mut Check> {
        if implied { self.filter.as_mut() } else { self.check.as_mut() }
    }
}

/// A chain that finds every node that can stand at an end.
fn scan(context: &Context<'_>, end: &logical::CountedEnd) -> Result<Chain, Diagnostic> {
    // What is compared with are no variables.
    let zones = Compiler::new(context, &Layout::default()).zones(&end.zones)?;
    let mut scan: Chain = vec![Box::new(node_scan(context, end.labels.as_ref(), zones))];
    scan.extend(filter(context, end.variable, &end.filters)?);
    Ok(scan)
}

/// A scan of the nodes for whose labels a condition holds.
pub(super) fn node_scan(context: &Context<'_>, labels: Option<&Labels>, zones: Zones) -> NodeScan {
    let catalog = context.graph.catalog();
    let labels = labels.map(|labels| labels.map(&|label| catalog.label_id(label)));
    NodeScan::new(labels, true, zones)
}

/// A chain that keeps of the nodes in the only column those for which all predicates are true.
pub(super) fn filter(
    context: &Context<'_>,
    variable: VariableId,
    predicates: &[Expression],
) -> Result<Chain, Diagnostic> {
    if predicates.is_empty() {
        return Ok(Chain::new());
    }
    let layout = Layout::new(vec![variable]);
    let predicates = Compiler::new(context, &layout).all(predicates)?;
    Ok(vec![Box::new(Filter::new(predicates))])
}

/// The numbers of all terms added up, so many times.
fn numbers(
    context: &Context<'_>,
    (hops, terms): (&[Hop], &[Term]),
    sets: &Sets,
    root: Option<usize>,
    times: usize,
) -> Result<Numbers, Diagnostic> {
    let at = root.unwrap_or_else(|| sets.cheapest_root(context, hops));
    if let ([term @ Term { coefficient: 1, .. }], Some(_), 1) = (terms, root, times) {
        // Nothing is to be added up.
        return Ok(Numbers::Each(Tree::of(hops, term).each(context, sets, term.ends[at])?));
    }
    let factor = |term: &Term| i128::from(term.coefficient) * times as i128;
    let trees = terms.iter().map(|term| (Tree::of(hops, term), term.ends[at]));
    let trees: Vec<(Tree<'_>, usize)> = trees.collect();
    if root.is_none() {
        let totals = tree::totals(context, sets, &trees)?;
        let all = terms.iter().zip(totals).map(|(term, total)| factor(term) * i128::from(total));
        return Ok(Numbers::All(narrow(all.sum())?));
    }
    let mut each: Vec<(u32, i128)> = Vec::new();
    for (term, (tree, at)) in terms.iter().zip(&trees) {
        let factor = factor(term);
        let found = tree.each(context, sets, *at)?;
        let found = found.iter().flat_map(|(ids, numbers)| ids.iter().zip(numbers));
        let found = found.map(|(id, number)| (*id, factor * i128::from(*number))).collect();
        each = if each.is_empty() { found } else { merged(&each, &found) };
    }
    let (mut ids, mut numbers) = (Vec::new(), Vec::new());
    for (id, number) in each.into_iter().filter(|(_, number)| *number > 0) {
        ids.push(id);
        numbers.push(narrow(number)?);
    }
    Ok(Numbers::Each(vec![(ids, numbers)]))
}

/// Two lists with ascending ids as one, in which the numbers of the same id are added up.
fn merged(one: &[(u32, i128)], other: &[(u32, i128)]) -> Vec<(u32, i128)> {
    let mut all = Vec::with_capacity(one.len().max(other.len()));
    let mut other = other.iter().copied().peekable();
    for &(id, number) in one {
        while let Some(before) = other.next_if(|(next, _)| *next < id) {
            all.push(before);
        }
        let same = other.next_if(|(next, _)| *next == id).map_or(0, |(_, number)| number);
        all.push((id, number + same));
    }
    all.extend(other);
    all
}

fn narrow(number: i128) -> Result<i64, Diagnostic> {
    i64::try_from(number).map_err(|_| too_many())
}

/// There are more matches than a number can tell.
pub(super) fn too_many() -> Diagnostic {
    let message = "the number of matches is outside the range of 64-bit integers";
    let code = ErrorCode::IntegerOverflow;
    Diagnostic::runtime(EvaluationError::new(ErrorClass::ArithmeticError, code, message), None)
}

impl Numbers {
    /// The numbers of the nodes of `rows`, piece by piece, 0 for those that have none here.
    fn columns(&self, rows: &Numbers) -> Vec<Vector> {
        let (own, rows) = match (self, rows) {
            (Numbers::All(number), _) => return vec![Vector::integers(vec![*number])],
            (Numbers::Each(_), Numbers::All(_)) => return vec![Vector::integers(Vec::new())],
            (Numbers::Each(own), Numbers::Each(rows)) => (own, rows),
        };
        let mut own = own.iter().flat_map(|(ids, numbers)| ids.iter().zip(numbers)).peekable();
        let pieces = rows.iter().map(|(ids, _)| {
            let numbers = ids.iter().map(|id| {
                while own.next_if(|(other, _)| *other < id).is_some() {}
                own.next_if(|(other, _)| *other == id).map_or(0, |(_, number)| *number)
            });
            Vector::integers(numbers.collect())
        });
        pieces.collect()
    }
}

impl PushOperator for PathCount {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        _: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        self.rows += chunk.rows();
        if let Some(slot) = self.slot {
            let known = self.given.len();
            append_elements(&chunk, slot, EndKind::Node, &mut self.given);
            context.guard.keep((self.given.len() - known) * 4)?;
        }
        Ok(Flow::Continue)
    }

    fn finish(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        let before = context.guard.kept();
        let pieces = self.count(context)?;
        let bytes = pieces.iter().map(|(columns, len)| len * columns.len() * 8).sum();
        context.guard.release(context.guard.kept().saturating_sub(before));
        context.guard.keep(bytes)?;
        for (columns, len) in pieces {
            let mut from = 0;
            while from < len {
                let rows = (len - from).min(CHUNK_ROWS);
                let columns = columns.iter().map(|column| column.slice(from, rows)).collect();
                from += rows;
                if next.insist(context, DataChunk::new(columns, rows))? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
        }
        context.guard.release(bytes);
        Ok(Flow::Continue)
    }

    fn reset(&mut self) {
        self.given.clear();
        self.rows = 0;
        self.reached.iter_mut().for_each(Reached::reset);
    }
}
