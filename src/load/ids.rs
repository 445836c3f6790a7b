//! What identifies rows, and the elements that they have become.
//!
//! Ids are texts, or numbers, which are the texts that they are written as. Most are numbers that
//! count up from somewhere near zero; these are looked up in an array, other numbers and texts in
//! hash tables. `7` and `07` are two ids.

use crate::store::{Graph, SchemaTarget};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use crate::vector::Vector;
use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The key by which nodes are found that were in the database before.
pub(super) const KEY: &str = "id";

/// The ids by space.
#[derive(Clone, Default)]
pub(super) struct Ids {
    spaces: IndexMap<SpaceName, Space, RandomState>,
}

/// A space that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SpaceId(usize);

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

/// What identifies a row.
#[derive(Clone, Debug)]
pub(super) enum Id<'a> {
    /// A number, or a text that is written as one.
    Number(u64),
    /// Any other text.
    Text(Cow<'a, str>),
}

impl<'a> Id<'a> {
    /// The id that a text is.
    pub(super) fn of(text: &'a str) -> Self {
        number(text).map_or(Id::Text(Cow::Borrowed(text)), Id::Number)
    }

    /// The id that a value is; only integers and strings are any.
    pub(super) fn of_value(value: &'a Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Id::of(text)),
            Value::Integer(integer) => Some(Id::of_integer(*integer)),
            _ => None,
        }
    }

    /// The id that an integer is.
    pub(super) fn of_integer(integer: i64) -> Self {
        match u64::try_from(integer) {
            Ok(number) => Id::Number(number),
            Err(_) => Id::Text(Cow::Owned(integer.to_string())),
        }
    }
}

impl fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Id::Number(number) => write!(f, "{number}"),
            Id::Text(text) => f.write_str(text),
        }
    }
}

/// The ids of one space.
#[derive(Clone, Default)]
struct Space {
    /// For numbers that are not much larger than there are ids; `NONE` where there is none.
    dense: Vec<u32>,
    numbers: HashMap<u64, u32, RandomState>,
    texts: HashMap<Box<str>, u32, RandomState>,
    /// Those that several elements of the database have, so that none of these is found.
    shared: HashSet<Box<str>, RandomState>,
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
    pub(super) fn is_empty(&self, space: SpaceId) -> bool {
        self.spaces.get_index(space.0).is_none_or(|(_, space)| space.count == 0)
    }

    /// What a space is called.
    pub(super) fn text(&self, space: SpaceId) -> String {
        self.spaces.get_index(space.0).map_or(String::new(), |(name, _)| name.text())
    }

    /// The names of the spaces.
    pub(super) fn names(&self) -> impl Iterator<Item = &SpaceName> {
        self.spaces.keys()
    }

    /// The space with a name, made where it is not there.
    pub(super) fn add_space(&mut self, space: SpaceName) -> SpaceId {
        let entry = self.spaces.entry(space);
        let place = entry.index();
        entry.or_default();
        SpaceId(place)
    }

    /// Enters an element; `false` where there is one with this id.
    pub(super) fn insert(&mut self, space: SpaceId, id: &Id<'_>, element: u32) -> bool {
        self.spaces.get_index_mut(space.0).is_some_and(|(_, space)| space.insert(id, element))
    }

    /// Enters elements whose ids count up from one on, for the rows of a column up to the first
    /// that is no id or is there before; tells for how many.
    pub(super) fn insert_all(&mut self, space: SpaceId, ids: &Vector, first: u32) -> usize {
        let Some((_, space)) = self.spaces.get_index_mut(space.0) else { return 0 };
        let most = present(ids);
        let elements = first..=u32::MAX;
        match ids {
            Vector::Integer { values, .. } => {
                let mut rows = values.iter().take(most).zip(elements);
                let refused =
                    rows.position(|(id, element)| !space.insert(&Id::of_integer(*id), element));
                refused.unwrap_or(most)
            }
            Vector::String(strings) => {
                let mut rows = (0..most).zip(elements);
                let refused = rows
                    .position(|(row, element)| !space.insert(&Id::of(strings.str(row)), element));
                refused.unwrap_or(most)
            }
            _ => 0,
        }
    }

    /// Enters the nodes of a label, or the relationships of a type, that are in the graph and have an id, and are not there
    /// yet; of several with the same id none, since nobody could tell which is meant.
    pub(super) fn add_known(&mut self, name: SpaceName, graph: &Graph) -> SpaceId {
        let space = self.add_space(name.clone());
        let catalog = graph.catalog();
        let target = match &name {
            SpaceName::Nodes(label) => catalog.label_id(label).map(SchemaTarget::Label),
            SpaceName::Relationships(kind) => catalog.type_id(kind).map(SchemaTarget::Type),
        };
        let (Some(target), Some(key)) = (target, catalog.key_id(KEY)) else { return space };
        let mut twins: Vec<Value> = Vec::new();
        for element in graph.targets(target) {
            let (Endpoint::Node(NodeId(id)) | Endpoint::Relationship(RelationshipId(id))) = element;
            let value = graph.property(element, key);
            if Id::of_value(&value).is_some_and(|own| !self.insert(space, &own, id)) {
                twins.push(value);
            }
        }
        if let Some((_, space)) = self.spaces.get_index_mut(space.0) {
            for twin in twins.iter().filter_map(Id::of_value) {
                space.remove(&twin);
                space.shared.insert(twin.to_string().into());
            }
        }
        space
    }

    /// Whether the elements of a space are nodes.
    pub(super) fn are_nodes(&self, space: SpaceId) -> bool {
        let found = self.spaces.get_index(space.0);
        found.is_some_and(|(name, _)| matches!(name, SpaceName::Nodes(_)))
    }

    /// What finds the element with a number in a space.
    pub(super) fn finder(&self, space: SpaceId) -> impl Fn(u64) -> Option<u32> + '_ {
        let space = self.spaces.get_index(space.0).map(|(_, space)| space);
        move |number| space?.find_number(number)
    }

    /// Whether several elements of the database have an id.
    pub(super) fn is_shared(&self, space: SpaceId, id: &Id<'_>) -> bool {
        let found = self.spaces.get_index(space.0);
        found.is_some_and(|(_, space)| space.shared.contains(&*id.to_string()))
    }

    /// The element with an id.
    pub(super) fn find(&self, space: SpaceId, id: &Id<'_>) -> Option<Endpoint> {
        let (name, space) = self.spaces.get_index(space.0)?;
        space.find(id).map(|found| name.element(found))
    }
}

impl Space {
    fn insert(&mut self, id: &Id<'_>, element: u32) -> bool {
        if self.find(id).is_some() {
            return false;
        }
        self.count += 1;
        match id {
            Id::Number(number) => match usize::try_from(*number) {
                Ok(place) if place < (self.count * SPARSENESS).max(SMALL) => {
                    if self.dense.len() <= place {
                        self.dense.resize(place + 1, NONE);
                    }
                    self.dense[place] = element;
                }
                _ => drop(self.numbers.insert(*number, element)),
            },
            Id::Text(text) => drop(self.texts.insert((&**text).into(), element)),
        }
        true
    }

    fn find(&self, id: &Id<'_>) -> Option<u32> {
        match id {
            Id::Number(number) => self.find_number(*number),
            Id::Text(text) => self.texts.get(&**text).copied(),
        }
    }

    fn find_number(&self, number: u64) -> Option<u32> {
        let dense = usize::try_from(number).ok().and_then(|place| self.dense.get(place));
        match dense {
            Some(&element) if element != NONE => Some(element),
            _ => self.numbers.get(&number).copied(),
        }
    }

    fn remove(&mut self, id: &Id<'_>) {
        match id {
            Id::Number(number) => {
                let place = usize::try_from(*number).ok();
                if let Some(element) = place.and_then(|place| self.dense.get_mut(place)) {
                    *element = NONE;
                }
                self.numbers.remove(number);
            }
            Id::Text(text) => drop(self.texts.remove(&**text)),
        }
    }
}

/// Rows of a column up to the first that holds nothing.
pub(super) fn present(ids: &Vector) -> usize {
    match (ids, ids.validity()) {
        (Vector::Integer { .. } | Vector::String(_), None) => ids.len(),
        _ => (0..ids.len()).find(|row| ids.is_null(*row)).unwrap_or(ids.len()),
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
        let mut ids = Ids::default();
        let space = ids.add_space(SpaceName::Nodes("Person".into()));
        let other = ids.add_space(SpaceName::Relationships("Person".into()));
        let texts = ["0", "7", "07", "18446744073709551615", "99999999999999999999", "", "x", "-1"];
        for (element, text) in texts.iter().enumerate() {
            assert!(ids.insert(space, &Id::of(text), element as u32), "{text}");
            assert!(!ids.insert(space, &Id::of(text), 99), "{text}");
        }
        for number in (100_000..200_000).rev() {
            assert!(ids.insert(space, &Id::of(&number.to_string()), number));
        }
        for (element, text) in texts.iter().enumerate() {
            let expected = Endpoint::Node(NodeId(element as u32));
            assert_eq!(ids.find(space, &Id::of(text)), Some(expected), "{text}");
        }
        for number in 100_000..200_000 {
            let expected = Endpoint::Node(NodeId(number));
            assert_eq!(ids.find(space, &Id::of(&number.to_string())), Some(expected));
        }
        assert_eq!(ids.find(space, &Id::of("8")), None);
        assert_eq!(ids.find(other, &Id::of("7")), None);
    }
}
