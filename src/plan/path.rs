//! The search for a path as a whole: what is repeated under a condition, and what a
//! selector chooses.
//!
//! Each segment is walked in *hops*: steps along the adjacency where nothing else is
//! said, and otherwise the rows of a small correlated plan, whose argument is the element
//! that the path has come to.

use super::operator::{End, Plan};
use super::order::order;
use super::predicates::free_variables;
use super::statistics::{Statistics, label_selectivity, relationship_rows};
use super::zone::ZoneCondition;
use crate::bind::expression::{Expression, ExpressionKind, Labels, SubqueryId, VariableId};
use crate::bind::query::{QueryPath, QuerySegment};
pub use crate::bind::query::{QuerySelector, SegmentOutput, SegmentPlace};
use crate::syntax::ast::{ComparisonOperator, Direction, EndKind, PathMode};
use std::collections::HashSet;
use std::sync::Arc;

/// A search for paths.
#[derive(Clone, Debug)]
pub struct PathSearch {
    /// The bound end.
    pub from: End,
    /// The other end.
    pub to: End,
    /// Whether `to` is bound: then only paths that end there.
    pub into: bool,
    /// The pattern was written from `to` to `from`: lists are reversed.
    pub reversed: bool,
    /// The segments in the order of the search; one where there is no selector.
    pub segments: Vec<PathSegment>,
    /// What must hold of a whole path, before the selector chooses.
    pub filter: Vec<Expression>,
    /// The path variable with its expression, for `filter`.
    pub path: Option<(VariableId, Expression)>,
    /// What is asked of `to` and of nothing else, if that is a value.
    pub targets: Option<PathTargets>,
    /// Which paths between the same two ends are kept; all where absent.
    pub selector: Option<QuerySelector>,
    /// What it may meet twice.
    pub mode: PathMode,
    /// Whether it meets no relationship twice, also where the mode speaks of nodes only.
    pub distinct: bool,
    /// The new variable for the list of all relationships, in the order of the pattern as written.
    pub trail: VariableId,
    /// The new variable for the whole path, from the end where the pattern as written begins.
    pub whole: VariableId,
    /// The new variable for the number of relationships.
    pub length: VariableId,
    /// Relationships (or lists of them) from which all must differ.
    pub distinct_from: Vec<VariableId>,
}

impl PathSearch {
    /// The variables that it adds.
    pub fn introduced(&self) -> impl Iterator<Item = VariableId> + '_ {
        let outputs = self.segments.iter().flat_map(|segment| &segment.outputs);
        let to = (!self.into).then_some(self.to.variable);
        outputs.map(|output| output.variable).chain([self.trail, self.whole, self.length]).chain(to)
    }

    /// The expressions that are evaluated on its input rows or on whole paths.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let properties = self.segments.iter().flat_map(|segment| match &segment.hops {
            HopSource::Adjacent { properties, .. } => properties.as_slice(),
            HopSource::Here | HopSource::Plans(_) => &[],
        });
        let count = self.selector.iter().map(|selector| &selector.count);
        let path = self.path.iter().map(|(_, path)| path);
        properties.map(|(_, value)| value).chain(&self.filter).chain(count).chain(path)
    }

    /// The plans of its hops.
    pub fn plans(&self) -> impl Iterator<Item = &Plan> {
        let plans = self.segments.iter().flat_map(|segment| match &segment.hops {
            HopSource::Plans(plans) => plans.as_slice(),
            HopSource::Here | HopSource::Adjacent { .. } => &[],
        });
        plans.map(|hop| &hop.plan)
    }

    /// The plans of its hops.
    pub fn plans_mut(&mut self) -> impl Iterator<Item = &mut Plan> {
        let plans = self.segments.iter_mut().flat_map(|segment| match &mut segment.hops {
            HopSource::Plans(plans) => plans.as_mut_slice(),
            HopSource::Here | HopSource::Adjacent { .. } => &mut [],
        });
        plans.map(|hop| &mut hop.plan)
    }
}

/// Nodes at which paths may end. Whoever searches may find others as well.
#[derive(Clone, Debug)]
pub struct PathTargets {
    /// What must hold of their labels.
    pub labels: Option<Labels>,
    /// What else must hold of them; these expressions read nothing else and cannot fail.
    pub filters: Vec<Expression>,
    /// What chunks may be passed over for while they are looked for.
    pub zones: Vec<ZoneCondition>,
}

/// A segment in the order of the search.
#[derive(Clone, Debug)]
pub struct PathSegment {
    /// Where its hops come from.
    pub hops: HopSource,
    /// The ends of one hop, one more than there are relationships.
    pub ends: Vec<(VariableId, EndKind)>,
    /// The relationships of one hop.
    pub relationships: Vec<VariableId>,
    /// Least hops.
    pub min: u64,
    /// Most hops.
    pub max: Option<u64>,
    /// The variables that it binds; their places are in the order of the search.
    pub outputs: Vec<SegmentOutput>,
}

/// Where the hops of a segment come from.
#[derive(Clone, Debug)]
pub enum HopSource {
    /// The element that the path has come to, of which nothing is said.
    Here,
    /// Single relationships from an element.
    Adjacent {
        /// As seen in the order of the search.
        direction: Direction,
        /// What must hold of their types.
        types: Option<Labels>,
        /// What their properties must equal, evaluated on the input row.
        properties: Vec<(Arc<str>, Expression)>,
    },
    /// The rows of plans, one for each kind of element that a hop may begin and end at.
    Plans(Vec<HopPlan>),
}

/// The plan of a hop between elements of some kind. Its argument is the first of the
/// segment's ends.
#[derive(Clone, Debug)]
pub struct HopPlan {
    /// What the hop begins at.
    pub from: EndKind,
    /// What it ends at.
    pub to: EndKind,
    /// Its rows are the hops.
    pub plan: Plan,
}

/// What planning a path has to know of its surroundings.
pub(super) struct Surroundings<'a> {
    /// Whether a variable has a value where the search begins.
    pub(super) bound: &'a dyn Fn(VariableId) -> bool,
    pub(super) statistics: &'a dyn Statistics,
    pub(super) outer: &'a dyn Fn(SubqueryId) -> Vec<VariableId>,
    pub(super) invent: &'a dyn Fn() -> VariableId,
}

/// How many paths there may be from an element, as far as counts tell.
pub(super) fn path_rows(statistics: &dyn Statistics, path: &QueryPath) -> f64 {
    let nodes = statistics.nodes().max(1.0);
    let segment_rows = |segment: &QuerySegment| {
        let degrees = segment.graph.relationships.iter().map(|relationship| {
            let degree = relationship_rows(statistics, relationship.types.as_ref()) / nodes;
            if relationship.direction == Direction::Either { degree * 2.0 } else { degree }
        });
        let ends = segment.graph.ends.iter().filter(|end| end.kind == EndKind::Node);
        let kept = ends.map(|end| label_selectivity(statistics, end.labels.as_ref()));
        let each: f64 = degrees.chain(kept).product();
        let hops = segment.max.unwrap_or(segment.min.max(3)).min(8) as i32;
        if segment.max == Some(1) { each } else { each.max(0.5).powi(hops.max(1)) + 1.0 }
    };
    path.segments.iter().map(segment_rows).product()
}

/// Plans the segments of a path, from the left end or from the right one.
pub(super) fn segments(
    path: &QueryPath,
    from_left: bool,
    around: &Surroundings<'_>,
) -> Vec<PathSegment> {
    let mut planned: Vec<PathSegment> =
        path.segments.iter().map(|segment| plan(segment, from_left, around)).collect();
    if !from_left {
        planned.reverse();
    }
    planned
}

fn plan(segment: &QuerySegment, from_left: bool, around: &Surroundings<'_>) -> PathSegment {
    let graph = &segment.graph;
    let mut ends = segment.ends.clone();
    let mut relationships: Vec<VariableId> =
        graph.relationships.iter().map(|one| one.variable).collect();
    let mut outputs = segment.outputs.clone();
    if !from_left {
        let (last_end, last) = (ends.len() - 1, relationships.len().saturating_sub(1));
        ends.reverse();
        relationships.reverse();
        for output in &mut outputs {
            output.place = match output.place {
                SegmentPlace::End(index) => SegmentPlace::End(last_end - index),
                SegmentPlace::Relationship(index) => SegmentPlace::Relationship(last - index),
            };
        }
    }
    let bare = graph.ends.iter().all(|end| end.labels.is_none()) && segment.predicates.is_empty();
    let hops = if relationships.is_empty() && bare {
        HopSource::Here
    } else if let Some(hops) = adjacent(segment, &ends, from_left, around) {
        hops
    } else {
        HopSource::Plans(bodies(segment, &ends, around))
    };
    let (min, max) = (segment.min, segment.max);
    PathSegment { hops, ends, relationships, min, max, outputs }
}

/// The plans of one hop, which begins with the first of the ends. Between two repetitions
/// there are only nodes, whatever the path begins and ends with.
fn bodies(
    segment: &QuerySegment,
    ends: &[(VariableId, EndKind)],
    around: &Surroundings<'_>,
) -> Vec<HopPlan> {
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else { return Vec::new() };
    let once = segment.max.is_some_and(|max| max <= 1);
    let kinds = |outermost: EndKind| match outermost {
        EndKind::Relationship if !once => vec![EndKind::Node, EndKind::Relationship],
        only => vec![only],
    };
    let (begins, comes_to) = (kinds(first.1), kinds(last.1));
    let pairs = begins.iter().flat_map(|&from| comes_to.iter().map(move |&to| (from, to)));
    let plan =
        |(from, to)| HopPlan { from, to, plan: body(segment, [*first, *last], (from, to), around) };
    pairs.map(plan).collect()
}

/// The plan of one hop between elements of these kinds. Of what is known around it, it is told
/// what it reads, so that many repeated parts are planned in a time that grows with them.
fn body(
    segment: &QuerySegment,
    [first, last]: [(VariableId, EndKind); 2],
    (from, to): (EndKind, EndKind),
    around: &Surroundings<'_>,
) -> Plan {
    let (mut graph, predicates) = (segment.graph.clone(), &segment.predicates);
    for end in &mut graph.ends {
        end.kind = match end.variable {
            variable if variable == first.0 => from,
            variable if variable == last.0 => to,
            _ => end.kind,
        };
    }
    let read = predicates.iter().flat_map(|predicate| free_variables(predicate, around.outer));
    let mut bound: HashSet<VariableId> = read.filter(|id| (around.bound)(*id)).collect();
    bound.insert(first.0);
    let (operators, _) =
        order(&graph, predicates, &bound, 1.0, around.statistics, around.outer, around.invent);
    Plan { operators }
}

/// A hop over one relationship of which no more is said than what adjacency can tell.
fn adjacent(
    segment: &QuerySegment,
    ends: &[(VariableId, EndKind)],
    from_left: bool,
    around: &Surroundings<'_>,
) -> Option<HopSource> {
    let graph = &segment.graph;
    let ([relationship], [first, last]) = (graph.relationships.as_slice(), ends) else {
        return None;
    };
    if first.0 == last.0 || graph.ends.iter().any(|end| end.labels.is_some()) {
        return None;
    }
    let own = [first.0, last.0, relationship.variable];
    let properties = segment
        .predicates
        .iter()
        .map(|predicate| property_equality(predicate, relationship.variable, &own, around))
        .collect::<Option<Vec<_>>>()?;
    let direction = match (relationship.direction, from_left) {
        (Direction::Outgoing, false) => Direction::Incoming,
        (Direction::Incoming, false) => Direction::Outgoing,
        (direction, _) => direction,
    };
    Some(HopSource::Adjacent { direction, types: relationship.types.clone(), properties })
}

/// The key and the value of `relationship.key = value`, where the value is the same for each hop.
fn property_equality(
    predicate: &Expression,
    relationship: VariableId,
    own: &[VariableId],
    around: &Surroundings<'_>,
) -> Option<(Arc<str>, Expression)> {
    let ExpressionKind::Comparison(ComparisonOperator::Equal, left, right) = &predicate.kind else {
        return None;
    };
    let ExpressionKind::Property(base, key) = &left.kind else { return None };
    let of_it = matches!(base.kind, ExpressionKind::Variable(id) if id == relationship);
    let read = free_variables(right, around.outer);
    (of_it && !own.iter().any(|id| read.contains(id))).then(|| (key.clone(), (**right).clone()))
}
