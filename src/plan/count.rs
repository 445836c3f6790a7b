//! Counting the matches of a pattern without making them.
//!
//! Of a pattern without cycles it is enough to know how many matches lie behind each node:
//! these numbers are propagated along the relationships, so that the cost grows with them and
//! not with the matches.
//!
//! ```text
//! (a)-->(b)-->(c)      matches at b = relationships into b · relationships out of b
//! ```
//!
//! Relationships of one MATCH are different, and the product above counts the matches in which
//! they are the same too. They are taken out by inclusion and exclusion: if two hops are over the
//! same relationship, their ends are the same, and what is left is a smaller pattern
//! ([`Term`]). A pattern is counted this way if none of its terms has a cycle of three nodes or
//! more; self-loops, and several relationships between the same two nodes, are no hindrance.

use super::zone::ZoneCondition;
use crate::bind::expression::{Expression, Labels, VariableId};
use crate::syntax::ast::Direction;
use std::collections::BTreeMap;

/// Pairs of hops that are kept apart, at most: each doubles the combinations to be thought of.
const MOST_PAIRS: usize = 6;

/// The matches of a pattern, counted.
#[derive(Clone, Debug)]
pub struct PathCount {
    /// Where the first end comes from.
    pub start: CountStart,
    /// The nodes of the pattern.
    pub ends: Vec<CountedEnd>,
    /// Its relationships; each leads to the end of its place and one.
    pub hops: Vec<CountedHop>,
    /// The patterns whose numbers of matches add up to the result.
    pub terms: Vec<Term>,
    /// The end for each of whose nodes there is a row; without it there is one row in all.
    pub root: Option<usize>,
    /// The columns: matches, or those in which a value of an end is not null.
    pub counts: Vec<(VariableId, Option<(usize, Expression)>)>,
    /// A column of the name of a hop's type: matches are counted for each type.
    pub by_type: Option<(VariableId, usize)>,
}

/// Where the first end of a counted pattern comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountStart {
    /// From the rows: a match for each of them.
    Rows,
    /// From the graph, for each row anew.
    Graph,
}

/// A node of a counted pattern.
#[derive(Clone, Debug)]
pub struct CountedEnd {
    /// Its variable.
    pub variable: VariableId,
    /// What must hold of its labels.
    pub labels: Option<Labels>,
    /// What else must hold of it; these expressions read nothing else and cannot fail.
    pub filters: Vec<Expression>,
    /// What chunks may be passed over for, where all nodes are looked for that can stand here.
    pub zones: Vec<ZoneCondition>,
}

/// A relationship of a counted pattern, between nodes.
#[derive(Clone, Debug)]
pub struct CountedHop {
    /// Its variable.
    pub relationship: VariableId,
    /// The place of the end that it comes from.
    pub from: usize,
    /// As seen from there.
    pub direction: Direction,
    /// What must hold of its type.
    pub types: Option<Labels>,
}

impl CountedHop {
    /// The places of the ends at which it starts and ends.
    fn start_and_end(&self, to: usize) -> (usize, usize) {
        match self.direction {
            Direction::Incoming => (to, self.from),
            Direction::Outgoing | Direction::Either => (self.from, to),
        }
    }
}

/// A pattern in which some hops are over the same relationship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// How often its matches count.
    pub coefficient: i64,
    /// For each end the first one that is the same node.
    pub ends: Vec<usize>,
    /// The hops by relationship, each group over the same one.
    pub groups: Vec<Vec<usize>>,
}

/// The terms of a pattern of so many hops as a tree, of which these pairs are over different
/// relationships; `None` where they cannot be counted.
pub fn terms(hops: &[CountedHop], pairs: &[(usize, usize)]) -> Option<Vec<Term>> {
    let undirected = |hop: &usize| hops[*hop].direction == Direction::Either;
    if pairs.len() > MOST_PAIRS || pairs.iter().any(|(a, b)| undirected(a) || undirected(b)) {
        return None;
    }
    let mut coefficients: BTreeMap<Vec<usize>, i64> = BTreeMap::new();
    for chosen in 0..1u32 << pairs.len() {
        let mut leaders: Vec<usize> = (0..hops.len()).collect();
        for (index, &(a, b)) in pairs.iter().enumerate() {
            if chosen >> index & 1 == 1 {
                unite(&mut leaders, a, b);
            }
        }
        let sign = if chosen.count_ones() % 2 == 0 { 1 } else { -1 };
        *coefficients.entry(leaders).or_insert(0) += sign;
    }
    let needed = coefficients.into_iter().filter(|(_, coefficient)| *coefficient != 0);
    needed.map(|(leaders, coefficient)| term(hops, &leaders, coefficient)).collect()
}

/// Makes two the same; each leader is the first of its group.
fn unite(leaders: &mut [usize], a: usize, b: usize) {
    let (first, second) = (leaders[a].min(leaders[b]), leaders[a].max(leaders[b]));
    leaders.iter_mut().filter(|leader| **leader == second).for_each(|leader| *leader = first);
}

/// The pattern in which hops with the same leader are over the same relationship.
fn term(hops: &[CountedHop], leaders: &[usize], coefficient: i64) -> Option<Term> {
    let mut ends: Vec<usize> = (0..=hops.len()).collect();
    for (hop, &leader) in leaders.iter().enumerate() {
        let (start, end) = hops[hop].start_and_end(hop + 1);
        let (same_start, same_end) = hops[leader].start_and_end(leader + 1);
        unite(&mut ends, start, same_start);
        unite(&mut ends, end, same_end);
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (hop, &leader) in leaders.iter().enumerate() {
        groups.entry(leader).or_default().push(hop);
    }
    let term = Term { coefficient, ends, groups: groups.into_values().collect() };
    term.is_tree(hops).then_some(term)
}

impl Term {
    /// The nodes that a group of hops connects.
    pub fn nodes(&self, hops: &[CountedHop], group: &[usize]) -> (usize, usize) {
        let first = group.first().copied().unwrap_or_default();
        let from = hops.get(first).map_or(0, |hop| hop.from);
        (self.ends[from], self.ends[first + 1])
    }

    /// Whether there is no cycle of three nodes or more: of what is connected, there is one
    /// connection less than there are nodes.
    fn is_tree(&self, hops: &[CountedHop]) -> bool {
        let mut nodes = self.ends.clone();
        nodes.sort_unstable();
        nodes.dedup();
        let mut connections: Vec<(usize, usize)> = self
            .groups
            .iter()
            .map(|group| self.nodes(hops, group))
            .filter(|(a, b)| a != b)
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect();
        connections.sort_unstable();
        connections.dedup();
        connections.len() + 1 == nodes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(from: usize, direction: Direction) -> CountedHop {
        CountedHop { relationship: VariableId(9), from, direction, types: None }
    }

    fn coefficients(hops: &[CountedHop], pairs: &[(usize, usize)]) -> Option<Vec<i64>> {
        let terms = terms(hops, pairs)?;
        Some(terms.iter().map(|term| term.coefficient).collect())
    }

    #[test]
    fn a_chain_of_three_leaves_out_what_meets_a_relationship_again() {
        let out = Direction::Outgoing;
        let hops = [hop(0, out), hop(1, out), hop(2, out)];
        let found = terms(&hops, &[(0, 1), (0, 2), (1, 2)]).unwrap_or_default();
        let parts: Vec<_> =
            found.iter().map(|term| (term.groups.len(), term.coefficient)).collect();
        assert_eq!(parts, [(1, 2), (2, -1), (2, -1), (2, -1), (3, 1)]);
        let back_and_forth = found.iter().find(|term| term.groups == [vec![0, 2], vec![1]]);
        assert_eq!(back_and_forth.map(|term| term.ends.clone()), Some(vec![0, 1, 0, 1]));
    }

    #[test]
    fn a_star_has_no_cycles_and_a_long_chain_has() {
        let (out, back) = (Direction::Outgoing, Direction::Incoming);
        let pairs = [(0, 1), (0, 2), (1, 2)];
        assert_eq!(
            coefficients(&[hop(0, back), hop(0, back), hop(0, back)], &pairs).map(|c| c.len()),
            Some(5)
        );
        let chain = [hop(0, out), hop(1, out), hop(2, out), hop(3, out)];
        assert_eq!(coefficients(&chain, &[(0, 1)]).map(|c| c.len()), Some(2));
        assert_eq!(coefficients(&chain, &[(0, 3)]), None);
        assert_eq!(coefficients(&[hop(0, Direction::Either), hop(1, out)], &[(0, 1)]), None);
    }
}
