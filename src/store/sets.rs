//! What describes elements and is the same for many of them: their labels, their property keys.
//!
//! ```text
//! nodes            7        8        9                10
//! sets             [Person] [City]   [Person, Judge]
//! places           0        1        2                0
//! ```

use super::graph::place;
use super::{Bitmap, Graph, KeyId, LabelId, Segment};
use hashbrown::HashMap;

/// Sets of elements, each set once.
#[derive(Debug)]
pub struct Sets<T> {
    /// The sets, in the order in which they come. What is in a set is in the order of ids.
    pub sets: Vec<Vec<T>>,
    /// For each element which of them it has.
    pub places: Vec<u32>,
}

impl Graph {
    /// The labels of nodes; `None` where one of them is not there.
    ///
    /// # Complexity
    /// O(n l) for n nodes and l labels that occur around a node.
    pub fn label_sets(&self, nodes: &[u32]) -> Option<Sets<LabelId>> {
        let chunk = |chunk| self.nodes.get(chunk, &self.faults);
        gather(nodes, chunk, |chunk, row, labels| {
            labels.extend(chunk.labels(row));
            chunk.live().contains(row)
        })
    }

    /// The property keys of nodes; `None` where one of them is not there.
    ///
    /// # Complexity
    /// O(n k) for n nodes and k keys that occur around a node.
    pub fn key_sets_of_nodes(&self, nodes: &[u32]) -> Option<Sets<KeyId>> {
        let find = |chunk| {
            let chunk = self.nodes.get(chunk, &self.faults)?;
            Some((chunk.live(), columns(chunk.segments.iter(&self.faults))))
        };
        gather(nodes, find, add_keys)
    }

    /// The property keys of relationships, as [`Graph::key_sets_of_nodes`].
    pub fn key_sets_of_relationships(&self, relationships: &[u32]) -> Option<Sets<KeyId>> {
        let find = |chunk| {
            let chunk = self.relationships.get(chunk, &self.faults)?;
            Some((chunk.live(), columns(chunk.segments.iter(&self.faults))))
        };
        gather(relationships, find, add_keys)
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

/// The sets that `describe` makes of the rows of elements; it tells whether a row is there.
fn gather<C, T: Clone + Eq + std::hash::Hash>(
    ids: &[u32],
    find: impl Fn(usize) -> Option<C>,
    describe: impl Fn(&C, usize, &mut Vec<T>) -> bool,
) -> Option<Sets<T>> {
    let mut sets: Vec<Vec<T>> = Vec::new();
    let mut places = Vec::with_capacity(ids.len());
    let mut known: HashMap<Vec<T>, u32, foldhash::fast::FixedState> = HashMap::default();
    let mut set = Vec::new();
    let mut last: Option<(usize, C)> = None;
    for &id in ids {
        let (number, row) = place(id);
        let chunk = match &last {
            Some((other, chunk)) if *other == number => chunk,
            _ => &last.insert((number, find(number)?)).1,
        };
        set.clear();
        if !describe(chunk, row, &mut set) {
            return None;
        }
        // Elements that follow each other most often have the same.
        let before = places.last().filter(|&&before: &&u32| sets[before as usize] == set);
        let found = before.or_else(|| known.get(&set)).copied().unwrap_or_else(|| {
            let next = sets.len() as u32;
            known.insert(set.clone(), next);
            sets.push(set.clone());
            next
        });
        places.push(found);
    }
    Some(Sets { sets, places })
}
