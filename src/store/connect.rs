//! The adjacency of many relationships at once.
//!
//! ```text
//! records ─ deal by chunk of the key ─► 10 bytes each ─ chunk by chunk: count, place, sort ─► rows
//! ```
//!
//! Placing at once what arrives in any order would wait for memory at every relationship. What is
//! dealt goes to as many places as there are chunks, one behind the other, and a chunk fits the
//! caches. Both directions are built side by side.

use super::adjacency::{Csr, EndpointKind, table_slot};
use super::graph::{Direction, place};
use super::mutate::Dirty;
use super::room::Room;
use super::{Graph, StoreError, TypeId};
use crate::vector::CHUNK_ROWS;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::thread;

/// Bytes that a relationship takes in each direction while it is dealt and sorted.
const PAIR_BYTES: usize = 18;

const DIRECTIONS: [Direction; 2] = [Direction::Outgoing, Direction::Incoming];

/// Enters the relationships that connect nodes, given the ids between which those of each type lie.
/// Where there is no room for all at a time, the chunks of keys are gone through in parts.
pub(super) fn connect_each(
    graph: &mut Graph,
    dirty: &mut Dirty,
    ranges: BTreeMap<u32, Range<u32>>,
    room: Option<&mut Room>,
    goes_on: &mut dyn FnMut(u64) -> bool,
) -> Result<(), StoreError> {
    // Of a type there may be less in its range, and then of another one.
    let all = ranges.values().map(|ids| ids.len() * 2 * PAIR_BYTES).sum();
    let most = match &room {
        Some(room) if room.is_exceeded(dirty.bytes, all) => room.limit() / 2 / PAIR_BYTES,
        _ => usize::MAX,
    };
    let mut entered = Entered { room, dirty, bytes: 0, tables: BTreeSet::new() };
    // In both directions.
    let mut connected = 0;
    for (kind, ids) in ranges {
        let kind = TypeId(kind);
        let counts = both(|direction| counted(graph, kind, &ids, direction));
        if graph.damage().is_some() {
            // What was not counted must not be met now. The version is not published.
            return Ok(());
        }
        for (part, pairs) in parts(&counts, most) {
            if !goes_on(connected / 2) {
                return Err(StoreError::Stopped);
            }
            entered.make_room(graph, pairs * PAIR_BYTES)?;
            let rows = both(|direction| {
                let counts = &counts[usize::from(direction == Direction::Incoming)];
                rows(&Dealt::of(graph, (kind, &ids), direction, (counts, &part)), graph.next_node)
            });
            for (direction, rows) in DIRECTIONS.into_iter().zip(rows) {
                entered.enter(graph, kind, direction, rows)?;
            }
            connected += pairs as u64;
        }
    }
    Ok(())
}

/// Adjacency that was entered.
struct Entered<'a> {
    room: Option<&'a mut Room>,
    dirty: &'a mut Dirty,
    /// Bytes of it that are only in memory.
    bytes: usize,
    /// The types and tables that they are in.
    tables: BTreeSet<(usize, usize)>,
}

impl Entered<'_> {
    /// Puts all out of memory where so many bytes more would be too many.
    fn make_room(&mut self, graph: &mut Graph, more: usize) -> Result<(), StoreError> {
        let Some(room) = &mut self.room else { return Ok(()) };
        if room.is_exceeded(self.dirty.bytes, self.bytes.saturating_add(more)) {
            // Adjacency leaves its neighbours to relationships that lie in a file.
            room.put_out(graph, self.dirty, false)?;
            for (kind, slot) in std::mem::take(&mut self.tables) {
                room.put_adjacency_out(graph, kind, slot)?;
            }
            self.bytes = 0;
        }
        Ok(())
    }

    /// Enters rows of a direction by chunk.
    fn enter(
        &mut self,
        graph: &mut Graph,
        kind: TypeId,
        direction: Direction,
        chunks: Vec<(usize, Csr)>,
    ) -> Result<(), StoreError> {
        let slot = table_slot(direction, EndpointKind::Node, EndpointKind::Node);
        // As much as the rows that are not entered yet may take.
        let waiting = self.room.as_ref().map_or(0, |room| room.limit() / 2);
        for (number, rows) in chunks {
            let types = &mut graph.types;
            let adjacency = types.resident_or_insert_with(kind.0 as usize, Default::default);
            if direction == Direction::Outgoing {
                adjacency.count += rows.neighbours.len() as u64;
            }
            if let Some(chunk) = graph.nodes.peek(number, &graph.faults) {
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
            self.bytes += chunk.bytes_to_change();
            self.tables.insert((kind.0 as usize, slot));
            self.make_room(graph, waiting)?;
        }
        Ok(())
    }
}

/// What is made of both directions, side by side.
fn both<T: Send>(make: impl Fn(Direction) -> T + Sync) -> [T; 2] {
    let make = &make;
    thread::scope(|scope| {
        let other = scope.spawn(move || make(Direction::Incoming));
        let outgoing = make(Direction::Outgoing);
        match other.join() {
            Ok(incoming) => [outgoing, incoming],
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The chunks of keys in parts of at most so many relationships of both directions, or of one
/// chunk; and how many there are in each.
fn parts(counts: &[Vec<usize>; 2], most: usize) -> Vec<(Range<usize>, usize)> {
    let (mut parts, mut from, mut held) = (Vec::new(), 0, 0_usize);
    let [outgoing, incoming] = counts;
    for (chunk, (outgoing, incoming)) in outgoing.iter().zip(incoming).enumerate() {
        let count = outgoing + incoming;
        if held > 0 && held.saturating_add(count) > most {
            parts.push((from..chunk, held));
            (from, held) = (chunk, 0);
        }
        held += count;
    }
    parts.push((from..outgoing.len(), held));
    parts
}

/// How many relationships of a type that lie in a range of ids have their key in each chunk.
fn counted(graph: &Graph, kind: TypeId, ids: &Range<u32>, direction: Direction) -> Vec<usize> {
    let mut counts = vec![0; (graph.next_node as usize).div_ceil(CHUNK_ROWS)];
    each_pair(graph, kind, ids, direction, |key, _, _| counts[place(key).0] += 1);
    counts
}

/// Relationships by the chunk that their key lies in, in the order of their ids.
struct Dealt {
    /// The first chunk.
    from: usize,
    /// Neighbour and relationship.
    pairs: Vec<u64>,
    /// The rows of the keys in their chunks.
    keys: Vec<u16>,
    /// Where the relationships of each chunk end.
    ends: Vec<usize>,
}

impl Dealt {
    /// Deals those whose key lies in a part of the chunks, given how many there are in each.
    fn of(
        graph: &Graph,
        (kind, ids): (TypeId, &Range<u32>),
        direction: Direction,
        (counts, part): (&[usize], &Range<usize>),
    ) -> Self {
        let mut ends = counts[part.clone()].to_vec();
        let mut total = 0;
        for end in &mut ends {
            total += std::mem::replace(end, total);
        }
        let (mut pairs, mut keys) = (vec![0; total], vec![0; total]);
        // Each start moves to its end as the chunk is filled.
        each_pair(graph, kind, ids, direction, |key, neighbour, id| {
            let (chunk, row) = place(key);
            if let Some(at) = ends.get_mut(chunk.wrapping_sub(part.start)) {
                pairs[*at] = u64::from(neighbour) << 32 | u64::from(id);
                keys[*at] = row as u16;
                *at += 1;
            }
        });
        Dealt { from: part.start, pairs, keys, ends }
    }
}

/// The new rows of a type and direction by chunk, each sorted by neighbour, then
/// relationship; chunks without any are left out.
fn rows(dealt: &Dealt, nodes: u32) -> Vec<(usize, Csr)> {
    let Dealt { from: first, pairs, keys, ends } = dealt;
    let mut placed = Vec::new();
    let mut chunks = Vec::new();
    let mut from = 0;
    for (number, &end) in (*first..).zip(ends) {
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
        chunks.push((number, Csr::new(offsets, neighbours, relationships)));
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
        let Some(chunk) = graph.relationships.peek(number, &graph.faults) else { continue };
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
