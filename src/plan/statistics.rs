//! What the planner asks of a graph version: how many.
//!
//! Only counts come in here, never data, so that planning cannot touch the graph.

use crate::bind::expression::Labels;
use crate::syntax::ast::{Direction, EndKind, LabelExpression};
use std::sync::Arc;

/// An index that a search may use.
#[derive(Clone, Debug)]
pub struct IndexInfo {
    /// Its name.
    pub name: Arc<str>,
    /// The property keys that it orders by.
    pub keys: Vec<Arc<str>>,
    /// Whether no two elements have the same values of all keys.
    pub unique: bool,
}

/// How much an index holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct IndexCounts {
    /// Elements.
    pub entries: f64,
    /// Different values, or lists of the values of all keys.
    pub distinct: f64,
}

/// Counts of a graph version.
pub trait Statistics {
    /// Nodes in all.
    fn nodes(&self) -> f64;
    /// Nodes with a label; 0 for a label that does not exist.
    fn nodes_with(&self, label: &str) -> f64;
    /// Relationships in all.
    fn relationships(&self) -> f64;
    /// Types that relationships have.
    fn types(&self) -> usize {
        0
    }
    /// Relationships of a type; 0 for a type that does not exist.
    fn relationships_of(&self, kind: &str) -> f64;
    /// Relationships of a type that begin (`Outgoing`) or end (`Incoming`) at nodes with a label,
    /// or both added up (`Either`); `None` where nobody has counted.
    fn relationships_at(&self, _label: &str, _kind: &str, _direction: Direction) -> Option<f64> {
        None
    }
    /// The labels of the nodes at which relationships of a type begin (`Outgoing`) or end
    /// (`Incoming`), or both (`Either`), each with how many of them do.
    fn labels_at(&self, _kind: &str, _direction: Direction) -> Vec<(Arc<str>, f64)> {
        Vec::new()
    }
    /// The indexes of nodes with a label, or of relationships of a type.
    fn indexes(&self, _kind: EndKind, _label: &str) -> Vec<IndexInfo> {
        Vec::new()
    }
    /// Whether each node with a label has a value of the property that no other of them has.
    /// The plan is then right only as long as this is so.
    fn identifies(&self, _label: &str, _key: &str) -> bool {
        false
    }
    /// How much the index of that name holds.
    fn index_counts(&self, _name: &str) -> IndexCounts {
        IndexCounts::default()
    }
}

/// The nodes for which the condition on labels holds, as far as counts of single labels tell.
pub(super) fn scan_rows(statistics: &dyn Statistics, labels: Option<&Labels>) -> f64 {
    let nodes = statistics.nodes();
    labels.map_or(nodes, |labels| rows(labels, nodes, &|label| statistics.nodes_with(label)))
}

/// The relationships for whose type the condition holds.
pub(super) fn relationship_rows(statistics: &dyn Statistics, types: Option<&Labels>) -> f64 {
    let all = statistics.relationships();
    types.map_or(all, |types| rows(types, all, &|kind| statistics.relationships_of(kind)))
}

/// The rarest term bounds a conjunction, all terms together an alternative.
fn rows(labels: &Labels, all: f64, count: &dyn Fn(&str) -> f64) -> f64 {
    match labels {
        LabelExpression::Name(name) => count(name).min(all),
        LabelExpression::Any => all,
        LabelExpression::Not(times, inner) => {
            let inner = rows(inner, all, count);
            if times % 2 == 1 { (all - inner).max(0.0) } else { inner }
        }
        LabelExpression::And(terms) => {
            terms.iter().map(|term| rows(term, all, count)).fold(all, f64::min)
        }
        LabelExpression::Or(terms) => {
            terms.iter().map(|term| rows(term, all, count)).sum::<f64>().min(all)
        }
    }
}

/// The share of nodes for which the condition holds.
pub(super) fn label_selectivity(statistics: &dyn Statistics, labels: Option<&Labels>) -> f64 {
    (scan_rows(statistics, labels) / statistics.nodes().max(1.0)).clamp(1e-9, 1.0)
}

/// What is known of a node.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known<'k> {
    /// What holds of its labels.
    pub(super) labels: Option<&'k Labels>,
    /// The types of the relationship that has led to it, and the direction in which it was
    /// followed.
    pub(super) by: Option<(&'k Labels, Direction)>,
}

/// How many relationships of these types, seen from there in this direction, such a node has.
pub(super) fn degree(
    statistics: &dyn Statistics,
    from: Known<'_>,
    types: Option<&Labels>,
    direction: Direction,
) -> f64 {
    let of_label = |label: &str| {
        let all = at_label(statistics, label, types?, direction)?;
        Some(all / statistics.nodes_with(label).max(1.0))
    };
    let labelled = from.labels.and_then(|labels| of_label(rarest(statistics, labels)?));
    let reached = || {
        // A node has these labels as often as those have that relationships like this lead to.
        let (by, followed) = from.by?;
        let there: Vec<_> = by
            .names()
            .into_iter()
            .flat_map(|kind| statistics.labels_at(kind, back(followed)))
            .collect();
        let all: f64 = there.iter().map(|(_, count)| count).sum();
        let of = |(label, count): &(Arc<str>, f64)| Some(of_label(label)? * count / all);
        if there.is_empty() || there.len() > MOST_LABELS {
            None
        } else {
            there.iter().map(of).sum()
        }
    };
    labelled.or_else(reached).unwrap_or_else(|| {
        let ends = if direction == Direction::Either { 2.0 } else { 1.0 };
        ends * relationship_rows(statistics, types) / statistics.nodes().max(1.0)
    })
}

/// Labels that are looked at where none is asked for, at most.
const MOST_LABELS: usize = 64;

/// The direction from the other end.
fn back(direction: Direction) -> Direction {
    match direction {
        Direction::Outgoing => Direction::Incoming,
        Direction::Incoming => Direction::Outgoing,
        Direction::Either => Direction::Either,
    }
}

/// The share of the relationships of these types that lead, followed in this direction, to nodes
/// for which the condition on labels holds.
pub(super) fn share_to(
    statistics: &dyn Statistics,
    types: Option<&Labels>,
    direction: Direction,
    labels: Option<&Labels>,
) -> f64 {
    let ends = if direction == Direction::Either { 2.0 } else { 1.0 };
    let known = labels.and_then(|labels| {
        let all = ends * relationship_rows(statistics, types);
        let there = at_label(statistics, rarest(statistics, labels)?, types?, back(direction))?;
        Some((there / all.max(1.0)).clamp(1e-9, 1.0))
    });
    known.unwrap_or_else(|| label_selectivity(statistics, labels))
}

/// The label that has to be there of which there are the fewest nodes.
fn rarest<'l>(statistics: &dyn Statistics, labels: &'l Labels) -> Option<&'l str> {
    let fewest = |one: &&str, other: &&str| {
        statistics.nodes_with(one).total_cmp(&statistics.nodes_with(other))
    };
    match labels {
        LabelExpression::Name(name) => Some(name),
        LabelExpression::And(terms) => {
            terms.iter().filter_map(|term| rarest(statistics, term)).min_by(fewest)
        }
        _ => None,
    }
}

/// Relationships of these types at nodes with a label.
fn at_label(
    statistics: &dyn Statistics,
    label: &str,
    types: &Labels,
    direction: Direction,
) -> Option<f64> {
    match types {
        LabelExpression::Name(kind) => statistics.relationships_at(label, kind, direction),
        LabelExpression::Or(terms) => {
            terms.iter().map(|term| at_label(statistics, label, term, direction)).sum()
        }
        _ => None,
    }
}
