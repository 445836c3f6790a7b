//! The adjacency of many relationships at once.
//!
//! ```text
//! records ─ deal by chunk of the key ─► 10 bytes each ─ chunk by chunk: count, place, sort ─► rows
//! ```
//!
//! Placing at once what arrives in any order would wait for memory at every relationship. What is
//! dealt goes to as many places as there are chunks, one behind the other, and a chunk fits the
//! caches. Both directions are built side by side.

use super::adjacency::{Csr, EndpointKind, TypeAdjacency, table_slot};
use super::graph::{Direction, place};
use super::{Graph, TypeId};
use crate::vector::CHUNK_ROWS;
use std::ops::Range;
use std::thread;

/// Enters the relationships of a type that connect nodes and lie in a range of ids.
pub(super) fn connect_all(graph: &mut Graph, kind: TypeId, ids: &Range<u32>) {
    let (outgoing, incoming) = thread::scope(|scope| {
        let graph = &*graph;
        let rows = |direction| rows(Dealt::of(graph, kind, ids, direction), graph.next_node);
        let other = scope.spawn(move || rows(Direction::Incoming));
        let outgoing = rows(Direction::Outgoing);
        match other.join() {
            Ok(incoming) => (outgoing, incoming),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    let count: usize = outgoing.iter().map(|(_, rows)| rows.neighbours.len()).sum();
    let adjacency = graph.types.resident_or_insert_with(kind.0 as usize, TypeAdjacency::default);
    adjacency.count += count as u64;
    for (direction, chunks) in [(Direction::Outgoing, outgoing), (Direction::Incoming, incoming)] {
        let slot = table_slot(direction, EndpointKind::Node, EndpointKind::Node);
        for (number, rows) in chunks {
            if let Some(chunk) = graph.nodes.get(number, &graph.faults) {
                for (label, members) in chunk.each_label() {
                    let degree = |row: u32| rows.range(row as usize).len() as i64;
                    let by = members.iter().map(degree).sum();
                    if by > 0 {
                        adjacency.adjust_degree(label.0, direction, by);
                    }
                }
            }
            let table = adjacency.table_mut(slot);
            let chunk = table.get_or_insert_with(number, &graph.faults, Default::default);
            *chunk = chunk.joined(rows);
        }
    }
}

/// Relationships by the chunk that their key lies in, in the order of their ids.
struct Dealt {
    /// Neighbour and relationship.
    pairs: Vec<u64>,
    /// The rows of the keys in their chunks.
    keys: Vec<u16>,
    /// Where the relationships of each chunk end.
    ends: Vec<usize>,
}

impl Dealt {
    fn of(graph: &Graph, kind: TypeId, ids: &Range<u32>, direction: Direction) -> Self {
        let chunks = (graph.next_node as usize).div_ceil(CHUNK_ROWS);
        let mut ends = vec![0; chunks];
        each_pair(graph, kind, ids, direction, |key, _, _| ends[place(key).0] += 1);
        let mut total = 0;
        for end in &mut ends {
            total += std::mem::replace(end, total);
        }
        let (mut pairs, mut keys) = (vec![0; total], vec![0; total]);
        // Each start moves to its end as the chunk is filled.
        each_pair(graph, kind, ids, direction, |key, neighbour, id| {
            let (chunk, row) = place(key);
            let at = &mut ends[chunk];
            pairs[*at] = u64::from(neighbour) << 32 | u64::from(id);
            keys[*at] = row as u16;
            *at += 1;
        });
        Dealt { pairs, keys, ends }
    }
}

/// The new rows of a type and direction by chunk, each sorted by neighbour, then
/// relationship; chunks without any are left out.
fn rows(dealt: Dealt, nodes: u32) -> Vec<(usize, Csr)> {
    let Dealt { pairs, keys, ends } = dealt;
    let mut placed = Vec::new();
    let mut chunks = Vec::new();
    let mut from = 0;
    for (number, &end) in ends.iter().enumerate() {
        let (pairs, keys) = (&pairs[from..end], &keys[from..end]);
        from = end;
        if pairs.is_empty() {
            continue;
        }
        let rows = CHUNK_ROWS.min(nodes as usize - number * CHUNK_ROWS);
        let mut offsets = vec![0; rows + 1];
        keys.iter().for_each(|&key| offsets[key as usize] += 1);
        let mut total = 0;
        for offset in &mut offsets {
            total += std::mem::replace(offset, total);
        }
        // What is behind the rows of another chunk is written over, all of it.
        placed.resize(pairs.len().max(placed.len()), 0);
        let mut at = offsets.clone();
        for (pair, &key) in pairs.iter().zip(keys) {
            let place = &mut at[key as usize];
            placed[*place as usize] = *pair;
            *place += 1;
        }
        let placed = &mut placed[..pairs.len()];
        for ends in offsets.windows(2) {
            placed[ends[0] as usize..ends[1] as usize].sort_unstable();
        }
        let neighbours = placed.iter().map(|pair| (pair >> 32) as u32).collect();
        let relationships = placed.iter().map(|&pair| pair as u32).collect();
        chunks.push((number, Csr { offsets, neighbours, relationships }));
    }
    chunks
}

/// Calls `act` with key, neighbour and id of each relationship of a type between nodes.
fn each_pair(
    graph: &Graph,
    kind: TypeId,
    ids: &Range<u32>,
    direction: Direction,
    mut act: impl FnMut(u32, u32, u32),
) {
    let (first, last) = (place(ids.start), place(ids.end));
    for number in first.0..=last.0 {
        let Some(chunk) = graph.relationships.get(number, &graph.faults) else { continue };
        let from = if number == first.0 { first.1 } else { 0 };
        let to = if number == last.0 { last.1 } else { CHUNK_ROWS };
        let (types, starts, ends) = (chunk.types(), chunk.starts(), chunk.ends());
        let plain =
            chunk.starts_at_relationship().is_empty() && chunk.ends_at_relationship().is_empty();
        for row in from..to.min(types.len()) {
            let of_nodes = plain
                || !(chunk.starts_at_relationship().contains(row)
                    || chunk.ends_at_relationship().contains(row));
            if types[row] == kind.0 && of_nodes {
                let id = (number * CHUNK_ROWS + row) as u32;
                match direction {
                    Direction::Outgoing => act(starts[row], ends[row], id),
                    Direction::Incoming => act(ends[row], starts[row], id),
                }
            }
        }
    }
}
