//! What identifies rows, and the elements that they have become.
//!
//! Ids are texts. Most are numbers that count up from somewhere near zero; these are looked
//! up in an array, other numbers and texts in hash tables. `7` and `07` are two ids.

use crate::store::{Graph, SchemaTarget};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use std::sync::Arc;

/// The key by which nodes are found that were in the database before.
pub(super) const KEY: &str = "id";

/// The ids by space.
#[derive(Default)]
pub(super) struct Ids {
    spaces: HashMap<SpaceName, Space, RandomState>,
}

/// Ids of nodes and of relationships are kept apart, even where a type is called as a label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum SpaceName {
    Nodes(Arc<str>),
    Relationships(Arc<str>),
}

impl SpaceName {
    pub(super) fn text(&self) -> String {
        match self {
            SpaceName::Nodes(name) if name.is_empty() => "the nodes without a space".to_owned(),
            SpaceName::Relationships(name) if name.is_empty() => {
                "the relationships without a space".to_owned()
            }
            SpaceName::Nodes(name) | SpaceName::Relationships(name) => format!("`{name}`"),
        }
    }

    fn element(&self, id: u32) -> Endpoint {
        match self {
            SpaceName::Nodes(_) => Endpoint::Node(NodeId(id)),
            SpaceName::Relationships(_) => Endpoint::Relationship(RelationshipId(id)),
        }
    }
}

/// The ids of one space.
#[derive(Default)]
struct Space {
    /// For numbers that are not much larger than there are ids; `NONE` where there is none.
    dense: Vec<u32>,
    numbers: HashMap<u64, u32, RandomState>,
    texts: HashMap<Box<str>, u32, RandomState>,
    count: usize,
}

const NONE: u32 = u32::MAX;
/// The array may be so much larger than the number of ids.
const SPARSENESS: usize = 4;
/// And it may always be as large as this.
const SMALL: usize = 1 << 16;

impl Ids {
    /// Whether there is a space with a name.
    pub(super) fn has(&self, space: &SpaceName) -> bool {
        self.spaces.contains_key(space)
    }

    /// Whether a space has no ids.
    pub(super) fn is_empty(&self, space: &SpaceName) -> bool {
        self.spaces.get(space).is_none_or(|space| space.count == 0)
    }

    /// The names of the spaces.
    pub(super) fn names(&self) -> impl Iterator<Item = &SpaceName> {
        self.spaces.keys()
    }

    /// Makes sure that there is a space.
    pub(super) fn add_space(&mut self, space: SpaceName) {
        self.spaces.entry(space).or_default();
    }

    /// Enters an element; `false` where there is one with this id.
    pub(super) fn insert(&mut self, space: &SpaceName, id: &str, element: u32) -> bool {
        self.spaces.entry_ref(space).or_default().insert(id, element)
    }

    /// Enters the nodes of a label that are in the graph and have an id, and are not there
    /// yet; of several with the same id none, since nobody could tell which is meant.
    pub(super) fn add_known(&mut self, space: &SpaceName, graph: &Graph) {
        self.add_space(space.clone());
        let SpaceName::Nodes(label) = space else { return };
        let catalog = graph.catalog();
        let (Some(label), Some(key)) = (catalog.label_id(label), catalog.key_id(KEY)) else {
            return;
        };
        let mut twins: Vec<String> = Vec::new();
        for element in graph.targets(SchemaTarget::Label(label)) {
            let Endpoint::Node(node) = element else { continue };
            let text = match graph.property(element, key) {
                Value::String(text) => text.to_string(),
                value @ Value::Integer(_) => value.to_string(),
                _ => continue,
            };
            if !self.insert(space, &text, node.0) {
                twins.push(text);
            }
        }
        if let Some(space) = self.spaces.get_mut(space) {
            twins.iter().for_each(|twin| space.remove(twin));
        }
    }

    /// The element with an id.
    pub(super) fn find(&self, space: &SpaceName, id: &str) -> Option<Endpoint> {
        self.spaces.get(space)?.find(id).map(|found| space.element(found))
    }
}

impl Space {
    fn insert(&mut self, id: &str, element: u32) -> bool {
        if self.find(id).is_some() {
            return false;
        }
        self.count += 1;
        match number(id) {
            Some(number) => match usize::try_from(number) {
                Ok(place) if place < (self.count * SPARSENESS).max(SMALL) => {
                    if self.dense.len() <= place {
                        self.dense.resize(place + 1, NONE);
                    }
                    self.dense[place] = element;
                }
                _ => drop(self.numbers.insert(number, element)),
            },
            None => drop(self.texts.insert(id.into(), element)),
        }
        true
    }

    fn find(&self, id: &str) -> Option<u32> {
        let Some(number) = number(id) else { return self.texts.get(id).copied() };
        let dense = usize::try_from(number).ok().and_then(|place| self.dense.get(place));
        match dense {
            Some(&element) if element != NONE => Some(element),
            _ => self.numbers.get(&number).copied(),
        }
    }

    fn remove(&mut self, id: &str) {
        match number(id) {
            Some(number) => {
                let place = usize::try_from(number).ok();
                if let Some(element) = place.and_then(|place| self.dense.get_mut(place)) {
                    *element = NONE;
                }
                self.numbers.remove(&number);
            }
            None => drop(self.texts.remove(id)),
        }
    }
}

/// A number that is written in the one way in which numbers are written.
fn number(id: &str) -> Option<u64> {
    let bytes = id.as_bytes();
    let plain = matches!(bytes, [b'0'] | [b'1'..=b'9', ..]) && bytes.len() < 20;
    if !plain {
        return None;
    }
    bytes.iter().try_fold(0u64, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then_some(())?;
        number.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_as_they_are_written() {
        let space = SpaceName::Nodes("Person".into());
        let mut ids = Ids::default();
        let texts = ["0", "7", "07", "18446744073709551615", "99999999999999999999", "", "x", "-1"];
        for (element, text) in texts.iter().enumerate() {
            assert!(ids.insert(&space, text, element as u32), "{text}");
            assert!(!ids.insert(&space, text, 99), "{text}");
        }
        for number in (100_000..200_000).rev() {
            assert!(ids.insert(&space, &number.to_string(), number));
        }
        for (element, text) in texts.iter().enumerate() {
            let expected = Endpoint::Node(NodeId(element as u32));
            assert_eq!(ids.find(&space, text), Some(expected), "{text}");
        }
        for number in 100_000..200_000 {
            let expected = Endpoint::Node(NodeId(number));
            assert_eq!(ids.find(&space, &number.to_string()), Some(expected));
        }
        assert_eq!(ids.find(&space, "8"), None);
        assert_eq!(ids.find(&SpaceName::Relationships("Person".into()), "7"), None);
    }
}
