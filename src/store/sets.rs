//! What describes elements and is the same for many of them: their labels, their property keys,
//! their types.
//!
//! ```text
//! nodes            7        8        9                10
//! sets             [Person] [City]   [Person, Judge]
//! numbers          0        1        2                0
//! ```

use super::graph::place;
use super::slots::Slots;
use super::{Bitmap, Graph, KeyId, LabelId, NodeChunk, RelationshipChunk, Segment, TypeId};
use crate::vector::CHUNK_ROWS;
use hashbrown::HashMap;
use std::hash::Hash;

/// Sets that elements of one version of a graph were found to have, each once.
#[derive(Debug)]
pub struct KnownSets<T> {
    sets: Vec<Vec<T>>,
    numbers: HashMap<Vec<T>, u32, foldhash::fast::FixedState>,
    chunks: Slots<ChunkSets>,
    /// Of how many chunks the set of each row was kept.
    kept: usize,
}

impl<T> Default for KnownSets<T> {
    fn default() -> Self {
        KnownSets {
            sets: Vec::new(),
            numbers: HashMap::default(),
            chunks: Slots::default(),
            kept: 0,
        }
    }
}

/// What is known of the sets of a chunk.
#[derive(Debug)]
enum ChunkSets {
    /// It was come to so many times from another chunk.
    Asked(u32),
    /// The first rows, so many, all have the set of this number, and no other row is there.
    One(u32, usize),
    /// The number of each row, [`NO_SET`] where it is not there.
    Each(Box<[u32]>),
}

impl Default for ChunkSets {
    fn default() -> Self {
        ChunkSets::Asked(0)
    }
}

const NO_SET: u32 = u32::MAX;

/// Of a chunk that is come to so many times it is found out whether all of it has one set.
const AGAIN: u32 = 3;

/// Of one that is come to so many times the set of each row is kept.
const OFTEN: u32 = 128;

/// Of so many chunks the sets of rows are kept, which then take 16 MB; of more they are found
/// whenever they are asked for.
const MOST_KEPT: usize = 2048;

impl<T: Clone + Eq + Hash> KnownSets<T> {
    /// The sets, by their numbers. What is in a set is in the order of ids.
    pub fn sets(&self) -> &[Vec<T>] {
        &self.sets
    }

    fn number(&mut self, set: &[T]) -> u32 {
        if let Some(known) = self.numbers.get(set) {
            return *known;
        }
        let next = self.sets.len() as u32;
        self.numbers.insert(set.to_vec(), next);
        self.sets.push(set.to_vec());
        next
    }

    /// The numbers of the sets that `describe` makes of the rows of elements; it tells whether a
    /// row is there. `whole` tells the one set of all rows that are there, where it knows it, and
    /// how many these are from the first one on.
    fn gather<C>(
        &mut self,
        ids: &[u32],
        find: impl Fn(usize) -> Option<C>,
        describe: impl Fn(&C, usize, &mut Vec<T>) -> bool,
        whole: impl Fn(&C) -> Option<(Vec<T>, usize)>,
    ) -> Option<Vec<u32>> {
        self.chunks.make_room(ids);
        let mut numbers = Vec::with_capacity(ids.len());
        let (mut set, mut before) = (Vec::new(), NO_SET);
        while let Some(&id) = self.append_known(ids, &mut numbers) {
            let number = place(id).0;
            let rest = &ids[numbers.len()..];
            let same = rest.iter().position(|id| place(*id).0 != number);
            let run = &rest[..same.unwrap_or(rest.len())];
            let known = self.chunks.of(number, || Some(ChunkSets::default()))?;
            if let ChunkSets::Asked(times) = known {
                *times += 1;
                let (again, often) = (*times == AGAIN, *times > OFTEN && self.kept < MOST_KEPT);
                let chunk = find(number)?;
                let one = if again || run.len() > OFTEN as usize { whole(&chunk) } else { None };
                let found = match one {
                    Some((set, rows)) => ChunkSets::One(self.number(&set), rows),
                    None if often => {
                        self.kept += 1;
                        self.of_chunk(&chunk, &describe)
                    }
                    None => {
                        // Elements that follow each other most often have the same.
                        for &id in run {
                            set.clear();
                            if !describe(&chunk, place(id).1, &mut set) {
                                return None;
                            }
                            if self.sets.get(before as usize) != Some(&set) {
                                before = self.number(&set);
                            }
                            numbers.push(before);
                        }
                        continue;
                    }
                };
                *self.chunks.of(number, || None)? = found;
            }
            match self.chunks.of(number, || None)? {
                ChunkSets::One(set, rows) => {
                    if run.iter().any(|id| place(*id).1 >= *rows) {
                        return None;
                    }
                    numbers.extend(std::iter::repeat_n(*set, run.len()));
                }
                ChunkSets::Each(sets) => {
                    for &id in run {
                        numbers.push(*sets.get(place(id).1).filter(|set| **set != NO_SET)?);
                    }
                }
                ChunkSets::Asked(_) => return None,
            }
        }
        Some(numbers)
    }

    /// Adds the numbers of the elements that follow, as long as all rows of their chunks are known
    /// to have one; the first element of which that is not known.
    fn append_known<'i>(&self, ids: &'i [u32], numbers: &mut Vec<u32>) -> Option<&'i u32> {
        for id in &ids[numbers.len()..] {
            let (number, row) = place(*id);
            match self.chunks.known(number) {
                Some(ChunkSets::One(set, rows)) if row < *rows => numbers.push(*set),
                _ => return Some(id),
            }
        }
        None
    }

    fn of_chunk<C>(
        &mut self,
        chunk: &C,
        describe: impl Fn(&C, usize, &mut Vec<T>) -> bool,
    ) -> ChunkSets {
        let (mut set, mut before) = (Vec::new(), NO_SET);
        let numbers = (0..CHUNK_ROWS).map(|row| {
            set.clear();
            if !describe(chunk, row, &mut set) {
                return NO_SET;
            }
            if self.sets.get(before as usize) != Some(&set) {
                before = self.number(&set);
            }
            before
        });
        ChunkSets::Each(numbers.collect())
    }
}

/// How many rows there are, if none is missing between them.
fn unbroken(live: &Bitmap) -> Option<usize> {
    let count = live.count();
    live.has_all(0, count).then_some(count)
}

impl Graph {
    /// The labels of nodes, as numbers of sets; `None` where one of them is not there.
    ///
    /// # Complexity
    /// O(n l) for n nodes and l labels that occur around a node.
    pub fn label_sets(&self, nodes: &[u32], known: &mut KnownSets<LabelId>) -> Option<Vec<u32>> {
        let chunk = |chunk| self.nodes.get(chunk, &self.faults);
        let describe = |chunk: &&NodeChunk, row, labels: &mut Vec<LabelId>| {
            labels.extend(chunk.labels(row));
            chunk.live().contains(row)
        };
        known.gather(nodes, chunk, describe, |chunk| {
            let rows = unbroken(chunk.live())?;
            let mut labels = Vec::new();
            for (label, of) in chunk.each_label() {
                match of.count() {
                    0 => {}
                    count if count == rows => labels.push(label),
                    _ => return None,
                }
            }
            Some((labels, rows))
        })
    }

    /// The types of relationships, each as the number of a set of one; as [`Graph::label_sets`].
    pub fn type_sets(
        &self,
        relationships: &[u32],
        known: &mut KnownSets<TypeId>,
    ) -> Option<Vec<u32>> {
        let chunk = |chunk| self.relationships.get(chunk, &self.faults);
        let describe = |chunk: &&RelationshipChunk, row, types: &mut Vec<TypeId>| {
            types.extend(chunk.kind(row));
            !types.is_empty()
        };
        known.gather(relationships, chunk, describe, |chunk| {
            let rows = unbroken(chunk.live())?;
            Some((vec![chunk.only_kind(rows)?], rows))
        })
    }

    /// The property keys of nodes, as [`Graph::label_sets`].
    ///
    /// # Complexity
    /// O(n k) for n nodes and k keys that occur around a node.
    pub fn key_sets_of_nodes(
        &self,
        nodes: &[u32],
        known: &mut KnownSets<KeyId>,
    ) -> Option<Vec<u32>> {
        let find = |chunk| {
            let chunk = self.nodes.get(chunk, &self.faults)?;
            Some((chunk.live(), columns(chunk.segments.iter(&self.faults))))
        };
        known.gather(nodes, find, add_keys, keys_of_all)
    }

    /// The property keys of relationships, as [`Graph::key_sets_of_nodes`].
    pub fn key_sets_of_relationships(
        &self,
        relationships: &[u32],
        known: &mut KnownSets<KeyId>,
    ) -> Option<Vec<u32>> {
        let find = |chunk| {
            let chunk = self.relationships.get(chunk, &self.faults)?;
            Some((chunk.live(), columns(chunk.segments.iter(&self.faults))))
        };
        known.gather(relationships, find, add_keys, keys_of_all)
    }
}

/// The rows of a chunk that live, and its columns.
type Columns<'a> = (&'a Bitmap, Vec<Column<'a>>);

/// A column, and of how many rows, from the first on, it is known that they have a value.
type Column<'a> = (KeyId, usize, &'a Segment);

fn columns<'a>(segments: impl Iterator<Item = (KeyId, &'a Segment)>) -> Vec<Column<'a>> {
    segments.map(|(key, segment)| (key, segment.whole_rows(), segment)).collect()
}

/// Adds the keys that have a value in a row.
fn add_keys((live, columns): &Columns<'_>, row: usize, keys: &mut Vec<KeyId>) -> bool {
    for (key, whole, column) in columns {
        if row < *whole || column.holds(row) {
            keys.push(*key);
        }
    }
    live.contains(row)
}

/// The keys that all rows of a chunk have, if no row has another one.
fn keys_of_all((live, columns): &Columns<'_>) -> Option<(Vec<KeyId>, usize)> {
    let rows = unbroken(live)?;
    let whole = columns.iter().all(|(_, whole, _)| *whole >= rows);
    whole.then(|| (columns.iter().map(|(key, ..)| *key).collect(), rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Writer;
    use crate::value::{Endpoint, NodeId, RelationshipId, Value};
    use std::sync::Arc;

    /// A chunk of nodes of one kind, one of two kinds, one with gaps, and the same of
    /// relationships.
    fn graph() -> Arc<Graph> {
        let mut writer = Writer::new(Arc::new(Graph::new()));
        let rows = CHUNK_ROWS as u32;
        for id in 0..rows * 3 + 7 {
            let labels: &[&str] = match id {
                id if id < rows => &["Person"],
                id if id < rows * 2 && id % 3 == 0 => &["Person", "Judge"],
                _ => &[],
            };
            let score = if id % 2 == 0 { Value::Integer(1) } else { Value::Null };
            writer.create_node(labels, [("id", Value::Integer(1)), ("score", score)]).expect("it");
        }
        for id in 0..rows * 3 + 7 {
            let kind = if id < rows || id % 5 > 0 { "KNOWS" } else { "JUDGES" };
            let since = if id % 7 == 0 { Value::Integer(1) } else { Value::Null };
            let ends = (Endpoint::Node(NodeId(id)), Endpoint::Node(NodeId(id / 2)));
            writer.create_relationship(kind, ends.0, ends.1, [("since", since)]).expect("it");
        }
        for id in [rows * 2 + 5, rows * 3] {
            writer.delete_relationship(RelationshipId(id)).expect("nothing points at it");
        }
        writer.finish().0
    }

    /// Asks for these elements again and again, two by two from different chunks, and compares
    /// what is told with what is told of each alone.
    fn compare<T: Clone + Eq + Hash + std::fmt::Debug>(
        bound: u32,
        of: impl Fn(&[u32], &mut KnownSets<T>) -> Option<Vec<u32>>,
        alone: impl Fn(u32) -> Option<Vec<T>>,
    ) {
        let mut known = KnownSets::default();
        for round in 0..200 {
            for step in [1, 37] {
                let ids: Vec<u32> = (0..40)
                    .flat_map(|at| [at * step + round, bound - 1 - at * step])
                    .map(|id| (id * 11) % bound)
                    .collect();
                let expected: Option<Vec<Vec<T>>> = ids.iter().map(|id| alone(*id)).collect();
                let found = of(&ids, &mut known);
                let found = found.map(|numbers| {
                    numbers.iter().map(|it| known.sets()[*it as usize].clone()).collect::<Vec<_>>()
                });
                assert_eq!(found, expected);
            }
        }
        let ids: Vec<u32> = (0..bound / 3).collect();
        let found = of(&ids, &mut known).expect("all are there");
        for (id, number) in ids.iter().zip(found) {
            assert_eq!(Some(&known.sets()[number as usize]), alone(*id).as_ref());
        }
        let distinct: std::collections::HashSet<_> = known.sets().iter().collect();
        assert_eq!(distinct.len(), known.sets().len());
    }

    #[test]
    fn sets_are_those_of_each_element_however_often_they_are_asked_for() {
        let graph = graph();
        let there = |node| graph.contains(Endpoint::Node(node)).then_some(node);
        compare(
            graph.node_bound(),
            |ids, known| graph.label_sets(ids, known),
            |id| there(NodeId(id)).map(|node| graph.labels(node)),
        );
        compare(
            graph.relationship_bound(),
            |ids, known| graph.type_sets(ids, known),
            |id| Some(vec![graph.relationship(RelationshipId(id))?.kind]),
        );
        let keys = |element: Endpoint| {
            let has = |(key, _): &(KeyId, _)| !graph.property(element, *key).is_null();
            let keys = graph.catalog().keys().filter(has).map(|(key, _)| key);
            graph.contains(element).then(|| keys.collect::<Vec<KeyId>>())
        };
        compare(
            graph.node_bound(),
            |ids, known| graph.key_sets_of_nodes(ids, known),
            |id| keys(Endpoint::Node(NodeId(id))),
        );
        compare(
            graph.relationship_bound(),
            |ids, known| graph.key_sets_of_relationships(ids, known),
            |id| keys(Endpoint::Relationship(RelationshipId(id))),
        );
    }
}
