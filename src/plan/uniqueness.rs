//! Which relationships of a pattern could be the same one, and how they are kept apart.
//!
//! Relationships of one MATCH are different. Only those whose types overlap can be the
//! same, directly or by way of a third: these form a family. In a small family each is
//! compared with those before it. In a large one each row carries the set of what it has
//! met ([`OperatorKind::Trail`]), so that neither the plan nor the rows grow with the
//! square of the pattern.

use super::operator::OperatorKind;
use crate::bind::expression::{Labels, VariableId};
use crate::bind::query::{QueryGraph, QueryRelationship};
use std::collections::HashMap;
use std::sync::Arc;

/// Relationships up to which a family is small.
const SMALL: usize = 16;

/// The families of a pattern.
pub(super) struct Uniqueness {
    /// The family of each relationship.
    family: Vec<usize>,
    /// The members of each family, in the order of the pattern.
    members: HashMap<usize, Vec<usize>>,
    /// The variable of the set of each large family so far.
    sets: HashMap<usize, VariableId>,
}

impl Uniqueness {
    /// The families of the relationships of a pattern.
    pub(super) fn of(graph: &QueryGraph) -> Self {
        let mut leader: Vec<usize> = (0..graph.relationships.len()).collect();
        let mut first_of: HashMap<&Arc<str>, usize> = HashMap::new();
        let mut open = None;
        for (index, relationship) in graph.relationships.iter().enumerate() {
            match alternatives(relationship) {
                Some(names) => {
                    for name in names {
                        let first = *first_of.entry(name).or_insert(index);
                        join(&mut leader, first, index);
                    }
                }
                None => join(&mut leader, *open.get_or_insert(index), index),
            }
        }
        // One of any type may be one of each type.
        if let Some(open) = open {
            (0..leader.len()).for_each(|index| join(&mut leader, open, index));
        }
        let family: Vec<usize> = (0..leader.len()).map(|index| find(&mut leader, index)).collect();
        let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, &of) in family.iter().enumerate() {
            members.entry(of).or_default().push(index);
        }
        Uniqueness { family, members, sets: HashMap::new() }
    }

    fn family(&self, index: usize) -> &[usize] {
        self.family.get(index).and_then(|of| self.members.get(of)).map_or(&[], Vec::as_slice)
    }

    /// Whether a set keeps a relationship apart from others. A shortest path is searched
    /// among those that do not meet the others, so it has to know them all.
    fn has_set(&self, graph: &QueryGraph, index: usize) -> bool {
        self.family(index).len() > SMALL && graph.relationships[index].shortest.is_none()
    }

    /// The relationships with which one is compared: those already `done` whose types
    /// overlap with its own.
    pub(super) fn distinct_from(
        &self,
        graph: &QueryGraph,
        index: usize,
        done: &[bool],
    ) -> Vec<VariableId> {
        if self.has_set(graph, index) {
            return Vec::new();
        }
        let own = alternatives(&graph.relationships[index]);
        let overlaps = |other: &QueryRelationship| match (&own, alternatives(other)) {
            (Some(own), Some(theirs)) => own.iter().any(|kind| theirs.contains(kind)),
            _ => true,
        };
        let others = self.family(index).iter().filter(|&&other| other != index && done[other]);
        let others = others.map(|&other| &graph.relationships[other]);
        others.filter(|other| overlaps(other)).map(|other| other.variable).collect()
    }

    /// What is done once a relationship of a large family is bound; `invent` makes a new
    /// variable.
    pub(super) fn trail(
        &mut self,
        graph: &QueryGraph,
        index: usize,
        invent: &dyn Fn() -> VariableId,
    ) -> Option<OperatorKind> {
        // What a shortest path has met is noted, although its search knows what to avoid.
        (self.family(index).len() > SMALL).then(|| {
            let after = invent();
            let before = self.sets.insert(self.family[index], after);
            let relationship = graph.relationships[index].variable;
            OperatorKind::Trail { relationship, before, after }
        })
    }
}

/// The types that a relationship may have, where they are listed.
fn alternatives(relationship: &QueryRelationship) -> Option<Vec<&Arc<str>>> {
    relationship.types.as_ref().and_then(Labels::alternatives)
}

fn find(leader: &mut [usize], mut index: usize) -> usize {
    while leader[index] != index {
        leader[index] = leader[leader[index]];
        index = leader[index];
    }
    index
}

fn join(leader: &mut [usize], one: usize, other: usize) {
    let (one, other) = (find(leader, one), find(leader, other));
    leader[one.max(other)] = one.min(other);
}
