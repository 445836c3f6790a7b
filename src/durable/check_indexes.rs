//! Whether the indexes of a version say of its elements what these say themselves.
//!
//! An index is held against the columns leaf by leaf. Its entries must ascend, each must be what
//! its element has, and there must be as many as there are elements that belong into it: so
//! none is missing, none is too many, and none stands twice.

use super::check::{expect, spare};
use crate::store::ordered::{Entry, Piece, order};
use crate::store::{Graph, Index, KeyId, SchemaTarget};
use crate::value::order::total_order;
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use std::sync::Arc;

/// Faults that are told of an index one by one.
const TOLD: usize = 3;

/// Adds what contradicts the columns in the indexes of a version. An index that was made of
/// the columns says what they say.
pub(super) fn check(graph: &mut Graph, found: &mut Vec<String>) {
    let stored = graph.indexes().iter().filter(|index| !Graph::is_gathered(index));
    let names: Vec<Arc<str>> = stored.map(|index| index.name().clone()).collect();
    for name in names {
        let Some(index) = graph.index(&name) else { continue };
        let (len, distinct) = graph.index_totals(index);
        let mut seen = Seen::of(index);
        for part in parts(graph, index) {
            spare(graph);
            match &part {
                Part::Held(entries) => seen.look_at(graph, entries),
                Part::Stored(number, low) => {
                    let set = graph.index(&name).and_then(|index| graph.index_set(index));
                    match set.map(|set| set.leaf(*number)) {
                        Some(Ok(entries)) => {
                            if entries.first().is_none_or(|first| order(first, low).is_ne()) {
                                seen.tell(format!("leaf {number} does not begin as it should"));
                            }
                            seen.look_at(graph, entries);
                        }
                        Some(Err(damage)) => graph.faults.note(damage),
                        None => {}
                    }
                }
            }
        }
        found.append(&mut seen.faults);
        let wanted = seen.keys.first().map_or(0, |key| elements(graph, seen.target, *key));
        expect(found, &format!("entries of index `{name}`"), len as u64, seen.entries);
        expect(found, &format!("values in index `{name}`"), distinct as u64, seen.distinct);
        expect(found, &format!("entries of index `{name}`"), wanted, seen.entries);
    }
}

/// Entries that follow each other, to be read when their turn comes.
enum Part {
    Held(Vec<Entry>),
    Stored(u32, Entry),
}

fn parts(graph: &Graph, index: &Index) -> Vec<Part> {
    let pieces = graph.index_set(index).into_iter().flat_map(|set| set.pieces());
    let part = |piece| match piece {
        Piece::Held(entries) => Part::Held(entries.to_vec()),
        Piece::Stored(number, low) => Part::Stored(number, low.clone()),
    };
    pieces.map(part).collect()
}

/// How many elements have the first key of an index.
fn elements(graph: &mut Graph, target: SchemaTarget, key: KeyId) -> u64 {
    let chunks = match target {
        SchemaTarget::Label(_) => graph.node_chunk_count(),
        SchemaTarget::Type(_) => graph.relationship_chunk_count(),
    };
    let mut count = 0;
    for number in 0..chunks {
        spare(graph);
        let having = |element: &&Endpoint| !graph.property(**element, key).is_null();
        count += graph.targets_in(number, target).iter().filter(having).count() as u64;
    }
    count
}

/// What was seen of an index so far.
struct Seen {
    name: Arc<str>,
    target: SchemaTarget,
    keys: Vec<KeyId>,
    last: Option<Entry>,
    entries: u64,
    distinct: u64,
    faults: Vec<String>,
}

impl Seen {
    fn of(index: &Index) -> Self {
        Seen {
            name: index.name().clone(),
            target: index.target(),
            keys: index.keys().to_vec(),
            last: None,
            entries: 0,
            distinct: 0,
            faults: Vec::new(),
        }
    }

    fn tell(&mut self, what: String) {
        if self.faults.len() < TOLD {
            self.faults.push(format!("in index `{}` {what}", self.name));
        }
    }

    fn look_at(&mut self, graph: &Graph, entries: &[Entry]) {
        for entry in entries {
            let (value, id) = entry;
            let element = match self.target {
                SchemaTarget::Label(_) => Endpoint::Node(NodeId(*id)),
                SchemaTarget::Type(_) => Endpoint::Relationship(RelationshipId(*id)),
            };
            let has = |found: &Value| total_order(found, value).is_eq();
            let fits = graph.is_target(element, self.target)
                && graph.index_entry(element, &self.keys).as_ref().is_some_and(has);
            if !fits {
                self.tell(format!("{element:?} has {value:?}, which it has not"));
            }
            let (ascends, is_new) = match &self.last {
                None => (true, true),
                Some(last) => (order(last, entry).is_lt(), total_order(&last.0, value).is_ne()),
            };
            if !ascends {
                self.tell(format!("{element:?} stands after what is greater"));
            }
            self.entries += 1;
            self.distinct += u64::from(is_new);
            self.last = Some(entry.clone());
        }
    }
}
