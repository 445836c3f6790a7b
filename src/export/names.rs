//! What elements are called in a text: by what they hold and not by their ids.
//!
//! A name is taken from the best naming property or, of a relationship, from what it connects;
//! where several elements want one, they get numbers. Elements come in the order of what they
//! say, so that names and lines change when the element does, and not when another one comes or
//! goes.

use super::dump::described;
use crate::store::Graph;
use crate::value::naming::naming_text;
use crate::value::{ElementReader, Endpoint, NodeId, RelationshipId, Value};
use hashbrown::{HashMap, HashSet};
use std::io;
use std::sync::Arc;

/// A text of a graph with gaps must not pass for one of the whole graph.
pub(super) fn all_read(graph: &Graph) -> io::Result<()> {
    match graph.damage() {
        None => Ok(()),
        Some(damage) => Err(io::Error::other(format!("the graph cannot be read: {damage}"))),
    }
}

/// The most characters of a name that come from a property.
const NAME_LENGTH: usize = 60;

/// One line of at most [`NAME_LENGTH`] characters.
pub(super) fn shortened(name: &str) -> String {
    let words = name.split(|c: char| c.is_whitespace() || c.is_control());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().take(NAME_LENGTH).collect()
}

/// The names: each given once.
pub(super) struct Names {
    by_element: HashMap<Endpoint, Arc<str>>,
    /// As they are spelled.
    taken: HashSet<Arc<str>>,
    /// The last number given to a name that several elements want.
    last: HashMap<String, usize>,
    spell: fn(&str) -> String,
}

impl Names {
    /// No names yet; those to come differ when they are spelled.
    pub(super) fn spelled_as(spell: fn(&str) -> String) -> Self {
        Names {
            by_element: HashMap::default(),
            taken: HashSet::default(),
            last: HashMap::default(),
            spell,
        }
    }

    /// The name of an element; nothing where it has none.
    pub(super) fn of(&self, element: Endpoint) -> &str {
        self.get(element).unwrap_or_default()
    }

    /// The name of an element.
    pub(super) fn get(&self, element: Endpoint) -> Option<&str> {
        self.by_element.get(&element).map(|name| &**name)
    }

    /// Gives an element the wanted name, or that name with a number.
    fn give(&mut self, element: Endpoint, wanted: String) {
        let mut name: Arc<str> = wanted.as_str().into();
        let mut spelled = (self.spell)(&name);
        if self.taken.contains(spelled.as_str()) {
            let last = self.last.entry(spelled.clone()).or_insert(1);
            while self.taken.contains(spelled.as_str()) {
                *last += 1;
                name = format!("{wanted} {last}").into();
                spelled = (self.spell)(&name);
            }
        }
        self.taken.insert(spelled.into());
        self.by_element.insert(element, name);
    }
}

/// The nodes in the order of their lines, with labels and properties as text.
pub(super) fn name_nodes(graph: &Graph, names: &mut Names) -> Vec<(String, NodeId)> {
    let ids: Vec<NodeId> = graph
        .node_chunks(None)
        .flat_map(|selection| selection.ids().map(NodeId).collect::<Vec<_>>())
        .collect();
    let mut nodes: Vec<(String, String, NodeId)> = ids
        .into_iter()
        .map(|node| {
            let mut labels = graph.node_labels(node);
            labels.sort_unstable();
            let properties = ElementReader::properties(graph, Endpoint::Node(node));
            let name = naming_text(|key| properties.get(key).cloned().unwrap_or(Value::Null));
            let name = name.or_else(|| labels.first().map(ToString::to_string));
            let name = shortened(name.as_deref().unwrap_or("node"));
            (described(&labels, properties), name, node)
        })
        .collect();
    nodes.sort();
    nodes
        .into_iter()
        .map(|(text, name, node)| {
            names.give(Endpoint::Node(node), name);
            (text, node)
        })
        .collect()
}

/// The relationships by what they point at: nodes only, then those, and so on.
pub(super) fn relationship_levels(graph: &Graph) -> Vec<Vec<RelationshipId>> {
    let mut level_of: HashMap<RelationshipId, usize> = HashMap::new();
    let mut levels: Vec<Vec<RelationshipId>> = Vec::new();
    for selection in graph.relationship_chunks(None) {
        for relationship in selection.ids().map(RelationshipId) {
            let Some(record) = graph.relationship(relationship) else { continue };
            // What a relationship points at is older than itself.
            let above = |end| match end {
                Endpoint::Node(_) => 0,
                Endpoint::Relationship(id) => level_of.get(&id).map_or(1, |level| level + 1),
            };
            let level = above(record.start).max(above(record.end));
            level_of.insert(relationship, level);
            levels.resize_with(levels.len().max(level + 1), Vec::new);
            levels[level].push(relationship);
        }
    }
    levels
}

/// The relationships of one level in the order of their lines, with type and properties as
/// text; those that want one get a name.
pub(super) fn name_relationships(
    graph: &Graph,
    level: &[RelationshipId],
    wanted: &dyn Fn(Endpoint) -> bool,
    names: &mut Names,
) -> Vec<(RelationshipId, String)> {
    let mut lines: Vec<([String; 3], RelationshipId)> = Vec::with_capacity(level.len());
    for &relationship in level {
        let Some(record) = graph.relationship(relationship) else { continue };
        let kind = graph.relationship_type(relationship).unwrap_or_default();
        let end = |end| names.of(end).to_owned();
        let properties = ElementReader::properties(graph, Endpoint::Relationship(relationship));
        let text = described(&[kind], properties);
        lines.push(([end(record.start), text, end(record.end)], relationship));
    }
    lines.sort();
    lines
        .into_iter()
        .map(|([start, text, end], relationship)| {
            let element = Endpoint::Relationship(relationship);
            if wanted(element) {
                let kind = graph.relationship_type(relationship).unwrap_or_default();
                names.give(element, format!("{start} {kind} {end}"));
            }
            (relationship, text)
        })
        .collect()
}

/// Whether relationships point at an element, or start there.
pub(super) fn is_pointed_at(graph: &Graph, element: Endpoint) -> bool {
    use crate::store::Direction::{Incoming, Outgoing};
    graph.degree(element, Incoming) + graph.degree(element, Outgoing) > 0
}
