//! Which relationships of a pattern could be the same one, and how they are kept apart.
//!
//! Relationships of one MATCH are different, save where a match mode, a path mode or
//! `shortestPath` says otherwise. Only those whose types overlap can be the same, directly or
//! by way of a third: these form a family. In a small family each is compared with those
//! before it. In a large one each row carries the set of what it has met
//! ([`OperatorKind::Trail`]), so that neither the plan nor the rows grow with the square of
//! the pattern. Connections are counted through: the relationships first, then the paths,
//! whose relationships may be of any type.

use super::operator::OperatorKind;
use crate::bind::expression::{Labels, VariableId};
use crate::bind::query::{Distinctness, QueryGraph, QueryPath};
use std::collections::HashMap;
use std::sync::Arc;

/// Connections up to which a family is small.
const SMALL: usize = 16;

/// The families of a pattern.
pub(super) struct Uniqueness {
    /// The family of each connection.
    family: Vec<usize>,
    /// The members of each family, in the order of the pattern.
    members: HashMap<usize, Vec<usize>>,
    /// Whether a set keeps the members of a family apart: there are many, and any two differ.
    by_set: HashMap<usize, bool>,
    /// The variable of the set of each large family so far.
    sets: HashMap<usize, VariableId>,
}

impl Uniqueness {
    /// The families of the connections of a pattern.
    pub(super) fn of(graph: &QueryGraph) -> Self {
        let count = graph.relationships.len() + graph.paths.len();
        let mut leader: Vec<usize> = (0..count).collect();
        // What differs within its part only has nothing to do with other parts.
        let scope = |of: Distinctness| if of.across { None } else { Some(of.part) };
        let mut first_of: HashMap<(Option<usize>, &Arc<str>), usize> = HashMap::new();
        let mut open: HashMap<Option<usize>, usize> = HashMap::new();
        for index in 0..count {
            let unique = distinctness(graph, index);
            if !unique.within && !unique.across {
                continue;
            }
            match alternatives(graph, index) {
                Some(names) => {
                    for name in names {
                        let first = *first_of.entry((scope(unique), name)).or_insert(index);
                        join(&mut leader, first, index);
                    }
                }
                None => join(&mut leader, *open.entry(scope(unique)).or_insert(index), index),
            }
        }
        // One of any type may be one of each type.
        for index in 0..count {
            let unique = distinctness(graph, index);
            if let Some(open) = open.get(&scope(unique))
                && (unique.within || unique.across)
            {
                join(&mut leader, *open, index);
            }
        }
        let family: Vec<usize> = (0..count).map(|index| find(&mut leader, index)).collect();
        let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, &of) in family.iter().enumerate() {
            members.entry(of).or_default().push(index);
        }
        let by_set = members.iter().map(|(of, members)| {
            let differ = || members.iter().all(|&index| distinctness(graph, index).within);
            (*of, members.len() > SMALL && differ())
        });
        let by_set = by_set.collect();
        Uniqueness { family, members, by_set, sets: HashMap::new() }
    }

    fn family(&self, index: usize) -> &[usize] {
        self.family.get(index).and_then(|of| self.members.get(of)).map_or(&[], Vec::as_slice)
    }

    fn has_set(&self, index: usize) -> bool {
        self.family.get(index).and_then(|of| self.by_set.get(of)).is_some_and(|set| *set)
    }

    /// The variables of relationships, or of lists of them, with which those of a connection
    /// are compared: of what is already `done` and has types that overlap with its own.
    pub(super) fn distinct_from(
        &self,
        graph: &QueryGraph,
        index: usize,
        done: &[bool],
    ) -> Vec<VariableId> {
        if self.has_set(index) {
            return Vec::new();
        }
        let (own, unique) = (alternatives(graph, index), distinctness(graph, index));
        let overlaps = |other: usize| match (&own, alternatives(graph, other)) {
            (Some(own), Some(theirs)) => own.iter().any(|kind| theirs.contains(kind)),
            _ => true,
        };
        let others = self.family(index).iter().copied();
        others
            .filter(|&other| other != index && done[other])
            .filter(|&other| unique.separates(distinctness(graph, other)) && overlaps(other))
            .filter_map(|other| variable(graph, other))
            .collect()
    }

    /// What is done once a connection of a large family is bound; `invent` makes a new
    /// variable.
    pub(super) fn trail(
        &mut self,
        graph: &QueryGraph,
        index: usize,
        invent: &dyn Fn() -> VariableId,
    ) -> Option<OperatorKind> {
        let relationship = variable(graph, index).filter(|_| self.has_set(index))?;
        let after = invent();
        let before = self.sets.insert(self.family[index], after);
        Some(OperatorKind::Trail { relationship, before, after })
    }
}

/// The path of a connection, if it is none of the relationships.
fn path_of(graph: &QueryGraph, index: usize) -> Option<&QueryPath> {
    index.checked_sub(graph.relationships.len()).and_then(|index| graph.paths.get(index))
}

/// From which others the relationships of a connection differ.
fn distinctness(graph: &QueryGraph, index: usize) -> Distinctness {
    match (graph.relationships.get(index), path_of(graph, index)) {
        (Some(relationship), _) => relationship.unique,
        (None, Some(path)) => path.unique,
        (None, None) => Distinctness::DIFFERENT,
    }
}

/// The variable of a connection's relationship, or of the list of them.
fn variable(graph: &QueryGraph, index: usize) -> Option<VariableId> {
    let relationship = graph.relationships.get(index).map(|relationship| relationship.variable);
    relationship.or_else(|| path_of(graph, index).map(|path| path.trail))
}

/// The types that a relationship may have, where they are listed.
fn alternatives(graph: &QueryGraph, index: usize) -> Option<Vec<&Arc<str>>> {
    graph.relationships.get(index)?.types.as_ref().and_then(Labels::alternatives)
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
