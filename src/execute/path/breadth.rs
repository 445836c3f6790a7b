//! All nodes that single relationships lead to from one, by their distance, with the last hops of
//! the shortest ways to each.
//!
//! ```text
//! nodes      a │ b c │ d e f │ …      in the order in which they are found, level by level
//! arrivals   – │ a a │ b b c │ …      the node before, by its place in that order, and the relationship
//! places     node → its place
//! ```
//!
//! The way back from a node goes through places that lie before its own. What is asked of each
//! relationship is whether the node behind it has a place, so the places lie close together once
//! many nodes have been found; who finds few does not pay for all that there are. Where nobody asks
//! for ways, it is enough to know which nodes have been found, a bit each.

use super::super::context::Context;
use super::super::hops::{Hop, Hops};
use crate::store::Visited;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, NodeId};
use hashbrown::HashMap;

/// No place, no arrival.
const NONE: u32 = u32::MAX;

/// A relationship of a way, and the node that it leads to.
pub(super) type Step = (u32, u32);

/// There is a place for each node of the graph once one in so many has been found.
const DENSE: usize = 16;

/// A hop to a node.
#[derive(Clone, Copy)]
pub(super) struct Arrival {
    /// The place of the node before.
    pub(super) parent: u32,
    /// The relationship.
    pub(super) relationship: u32,
    /// Another hop to the same node at the same distance, or [`NONE`].
    other: u32,
}

impl Arrival {
    /// By a relationship from the node at a place, and no other.
    pub(super) fn of(parent: usize, relationship: u32) -> Self {
        Arrival { parent: parent as u32, relationship, other: NONE }
    }
}

/// Where nodes are in the order in which they are found.
enum Places {
    /// Of few.
    Few(HashMap<u32, u32, foldhash::fast::FixedState>),
    /// Of all that there are.
    Many(Vec<u32>),
    /// Nobody asks for the places, but for which nodes have one.
    Found(Visited),
}

/// What is kept of how nodes are come to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Nothing.
    Nodes,
    /// A shortest way, the last one that was found.
    Last,
    /// All shortest ways.
    All,
}

impl Places {
    fn get(&self, node: u32) -> u32 {
        match self {
            Places::Few(places) => places.get(&node).copied().unwrap_or(NONE),
            Places::Many(places) => places.get(node as usize).copied().unwrap_or(NONE),
            Places::Found(_) => NONE,
        }
    }

    fn set(&mut self, node: u32, place: u32) {
        match self {
            Places::Few(places) => _ = places.insert(node, place),
            Places::Many(places) => {
                if let Some(known) = places.get_mut(node as usize) {
                    *known = place;
                }
            }
            Places::Found(found) => _ = found.insert(node),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Places::Few(places) => places.capacity() * 10,
            Places::Many(places) => places.capacity() * 4,
            Places::Found(found) => found.bytes(),
        }
    }
}

/// A search in breadth from one node.
pub(super) struct Breadth {
    /// The nodes that were found; the first is the start, which may come once more.
    nodes: Vec<u32>,
    /// Where each level begins among them.
    levels: Vec<usize>,
    /// The last arrival of each node, by its place; or all of them; or none.
    arrivals: Vec<Arrival>,
    /// The last arrival of each node, where all are kept.
    last: Vec<u32>,
    places: Places,
    keep: Keep,
    /// Whether it is of interest how the start is come back to.
    closes: bool,
    /// The place at which the start was come back to.
    closing: u32,
    /// What it takes of the memory account.
    bytes: usize,
}

impl Default for Breadth {
    fn default() -> Self {
        Breadth {
            nodes: Vec::new(),
            levels: Vec::new(),
            arrivals: Vec::new(),
            last: Vec::new(),
            places: Places::Few(HashMap::default()),
            keep: Keep::Nodes,
            closes: false,
            closing: NONE,
            bytes: 0,
        }
    }
}

impl Breadth {
    /// Begins anew, at a node, with the ways back to it or without.
    pub(super) fn begin(
        &mut self,
        context: &Context<'_>,
        start: u32,
        keep: Keep,
        closes: bool,
    ) -> Result<(), Diagnostic> {
        match &mut self.places {
            Places::Few(places) => places.clear(),
            // Other nodes may have come since, and what was looked for may be another thing.
            Places::Many(places)
                if keep != Keep::Nodes && places.len() >= context.graph.node_bound() as usize =>
            {
                self.nodes.iter().for_each(|&node| places[node as usize] = NONE);
            }
            Places::Found(found) if keep == Keep::Nodes => {
                self.nodes.iter().for_each(|&node| _ = found.remove(node));
            }
            _ => self.places = Places::Few(HashMap::default()),
        }
        self.nodes.clear();
        self.levels.clear();
        self.arrivals.clear();
        self.last.clear();
        (self.keep, self.closes, self.closing) = (keep, closes, NONE);
        self.nodes.push(start);
        self.levels.push(0);
        self.places.set(start, 0);
        match keep {
            Keep::Nodes => {}
            Keep::Last => {
                self.arrivals.push(Arrival { parent: NONE, relationship: NONE, other: NONE });
            }
            Keep::All => self.last.push(NONE),
        }
        self.account(context)
    }

    /// Gives back everything.
    pub(super) fn release(&mut self, context: &Context<'_>) {
        let bytes = self.bytes;
        *self = Breadth::default();
        context.guard.release(bytes);
    }

    /// Whether it is kept how nodes are come to.
    pub(super) fn keeps_ways(&self) -> bool {
        self.keep != Keep::Nodes
    }

    /// The nodes found so far, with the start once more where it was come back to.
    pub(super) fn nodes(&self) -> &[u32] {
        &self.nodes
    }

    /// The places of the nodes at a distance.
    pub(super) fn level(&self, distance: usize) -> std::ops::Range<usize> {
        let bound = |level: usize| self.levels.get(level).copied().unwrap_or(self.nodes.len());
        bound(distance)..bound(distance + 1)
    }

    /// The distance of those found last.
    pub(super) fn depth(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }

    /// The place at which the start was come back to.
    pub(super) fn closing(&self) -> Option<usize> {
        (self.closing != NONE).then_some(self.closing as usize)
    }

    /// The place of a node that was found.
    pub(super) fn place(&self, node: u32) -> Option<usize> {
        let place = self.places.get(node);
        (place != NONE).then_some(place as usize)
    }

    /// Goes over one more relationship from those found last; tells whether there were any.
    pub(super) fn grow(
        &mut self,
        context: &Context<'_>,
        hops: &Hops<'_>,
    ) -> Result<bool, Diagnostic> {
        let last = self.level(self.depth());
        if last.is_empty() {
            return Ok(false);
        }
        self.levels.push(self.nodes.len());
        for place in last {
            if place == self.closing as usize {
                continue;
            }
            self.widen(context)?;
            let node = Endpoint::Node(NodeId(self.nodes[place]));
            if let Places::Found(found) = &mut self.places {
                let (start, closes) = (self.nodes[0], self.closes);
                let (nodes, closing) = (&mut self.nodes, &mut self.closing);
                hops.each(context, node, |hop| {
                    if found.insert(hop.id) {
                        nodes.push(hop.id);
                    } else if hop.id == start && closes && *closing == NONE {
                        *closing = nodes.len() as u32;
                        nodes.push(start);
                    }
                    true
                })?;
            } else {
                hops.each(context, node, |hop| {
                    self.arrive(place as u32, hop);
                    true
                })?;
            }
            self.account(context)?;
        }
        Ok(true)
    }

    /// Makes a place for every node that there is, once many have been found.
    fn widen(&mut self, context: &Context<'_>) -> Result<(), Diagnostic> {
        let bound = context.graph.node_bound() as usize;
        if !matches!(self.places, Places::Few(_)) || self.nodes.len() < bound / DENSE {
            return Ok(());
        }
        if self.keep == Keep::Nodes {
            let mut found = Visited::default();
            self.nodes.iter().for_each(|&node| _ = found.insert(node));
            self.places = Places::Found(found);
            return Ok(());
        }
        context.guard.has_room(bound * 4)?;
        let mut places = vec![NONE; bound];
        for (&node, place) in self.nodes.iter().zip(0..) {
            if place != self.closing {
                places[node as usize] = place;
            }
        }
        self.places = Places::Many(places);
        Ok(())
    }

    #[inline]
    fn arrive(&mut self, parent: u32, hop: Hop) {
        let first = self.levels.last().copied().unwrap_or(0);
        let place = match self.places.get(hop.id) {
            NONE => {
                self.places.set(hop.id, self.nodes.len() as u32);
                return self.find(parent, hop);
            }
            // The start lies before every level that is found.
            0 if self.closes => {
                if self.closing == NONE {
                    self.closing = self.nodes.len() as u32;
                    return self.find(parent, hop);
                }
                self.closing as usize
            }
            place => place as usize,
        };
        if place < first {
            return;
        }
        let relationship = hop.relationship;
        match self.keep {
            Keep::Nodes => {}
            Keep::Last => self.arrivals[place] = Arrival { parent, relationship, other: NONE },
            Keep::All => {
                let other = std::mem::replace(&mut self.last[place], self.arrivals.len() as u32);
                self.arrivals.push(Arrival { parent, relationship, other });
            }
        }
    }

    fn find(&mut self, parent: u32, hop: Hop) {
        self.nodes.push(hop.id);
        if self.keep == Keep::All {
            self.last.push(self.arrivals.len() as u32);
        }
        if self.keep != Keep::Nodes {
            self.arrivals.push(Arrival { parent, relationship: hop.relationship, other: NONE });
        }
    }

    /// The hops by which the node at a place is come to, the last one that was found first.
    pub(super) fn arrivals(&self, place: usize) -> impl Iterator<Item = Arrival> + '_ {
        let mut next = match place {
            0 => NONE,
            place if self.keep == Keep::All => self.last[place],
            place => place as u32,
        };
        std::iter::from_fn(move || {
            let arrival = *self.arrivals.get(next as usize)?;
            next = arrival.other;
            Some(arrival)
        })
    }

    /// Calls `act` with the shortest ways to the node at a place, which are put together in `way`:
    /// the relationships, and the nodes that they lead to. It tells whether to go on.
    pub(super) fn ways<E>(
        &self,
        place: usize,
        way: &mut Vec<Step>,
        mut act: impl FnMut(&[Step]) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let distance = self.distance(place);
        way.clear();
        way.resize(distance, (NONE, NONE));
        let all = self.keep == Keep::All;
        if !all {
            let mut at = place;
            for step in way.iter_mut().rev() {
                let arrival = self.arrivals[at];
                *step = (arrival.relationship, self.nodes[at]);
                at = arrival.parent as usize;
            }
        }
        if !all || distance == 0 {
            return act(way);
        }
        // For each node from the last one on the arrivals that are still to be tried.
        let mut open = vec![(self.nodes[place], self.arrivals(place))];
        while let Some((node, arrivals)) = open.last_mut() {
            let node = *node;
            let Some(arrival) = arrivals.next() else {
                open.pop();
                continue;
            };
            way[distance - open.len()] = (arrival.relationship, node);
            let before = arrival.parent as usize;
            if before > 0 {
                open.push((self.nodes[before], self.arrivals(before)));
            } else if !act(way)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The distance of the node at a place.
    pub(super) fn distance(&self, place: usize) -> usize {
        self.levels.partition_point(|&level| level <= place).saturating_sub(1)
    }

    fn account(&mut self, context: &Context<'_>) -> Result<(), Diagnostic> {
        let bytes = self.nodes.capacity() * 4
            + self.arrivals.capacity() * std::mem::size_of::<Arrival>()
            + self.last.capacity() * 4
            + self.levels.capacity() * std::mem::size_of::<usize>()
            + self.places.bytes();
        let before = std::mem::replace(&mut self.bytes, bytes);
        if bytes > before {
            context.guard.keep(bytes - before)
        } else {
            context.guard.release(before - bytes);
            Ok(())
        }
    }
}
