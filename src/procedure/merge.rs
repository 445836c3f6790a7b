//! `dossier.merge(kept, merged)`: two nodes become one, such that it can be undone.
//!
//! ```text
//!  (a:Person)◄─KNOWS─(x)                (a:Person:Official)◄─KNOWS─(x)
//!  (b:Official)◄─KNOWS─(y)       ─►        ▲   ▲────────────KNOWS──(y)
//!                                          │                 ▲
//!                              (b:Merged)──┴─MERGED_INTO     │
//!                                               └────MOVED───┘
//! ```
//!
//! Labels, properties that were missing, relationships and names go to the node that is
//! kept; relationships stay the same ones, with all that is claimed about them. The other
//! node stays as a name for it: without labels of its own and without relationships, but
//! with its properties, and with a relationship `MERGED_INTO`. That is a statement like any
//! other: somebody may assert that the two are the same, or deny it. What the merger has
//! changed it records in its properties and by relationships MOVED, so that the record goes
//! wherever the graph goes: into dumps, into logs, into the past.

use super::dispute::ELEMENT_BYTES;
use super::entity::node;
use super::{Field, Procedure, Rows, Run, WritingCall, count, integer, list};
use crate::function::TypeSet;
use crate::store::{Direction, Graph, Writer};
use crate::value::naming::{ALIASES, naming_text};
use crate::value::{
    ElementReader, Endpoint, ErrorClass, ErrorCode, EvaluationError, MERGED, MERGED_INTO, MOVED,
    Map, NodeId, RelationshipId, Value,
};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) const MERGE: Procedure = Procedure {
    name: "dossier.merge",
    inputs: &[node("kept"), node("merged")],
    outputs: &[
        Field {
            name: "merger",
            types: TypeSet::RELATIONSHIP,
            type_name: "RELATIONSHIP",
            optional: false,
        },
        integer("moved"),
    ],
    description: "Makes two nodes one: gives the first the labels, missing properties, names and relationships of the second, which stays as a name for it.",
    run: Run::Writes(merge),
};

/// What a merger records: the labels that the merged node had.
pub(super) const LABELS: &str = "labels";
/// The labels that the kept node did not have.
pub(super) const ADDED_LABELS: &str = "added_labels";
/// The keys of the properties that the kept node did not have.
pub(super) const ADDED_PROPERTIES: &str = "added_properties";
/// The names that the kept node did not have.
pub(super) const ADDED_ALIASES: &str = "added_aliases";
/// The `aliases` that it had before.
pub(super) const ALIASES_BEFORE: &str = "aliases_before";
/// Of MOVED: which ends were moved.
pub(super) const ENDS: &str = "ends";

fn merge(call: &mut WritingCall<'_>) -> Rows {
    let (Some(Value::Node(kept)), Some(Value::Node(merged))) =
        (call.arguments.first(), call.arguments.get(1))
    else {
        return Err(EvaluationError::wrong_type("two nodes can be merged"));
    };
    let (kept, merged) = (*kept, *merged);
    refuse(call.writer.view(), kept, merged)?;
    let attached = attached(call.writer.view(), merged);
    (call.keep)(attached.len() * ELEMENT_BYTES)?;
    let gain = Gain::of(call.writer.view(), kept, merged);
    let (to, from) = (Endpoint::Node(kept), Endpoint::Node(merged));
    let merger = call.writer.create_relationship(MERGED_INTO, from, to, gain.record())?;
    for relationship in &attached {
        if (call.stopped)() {
            return Ok(Vec::new());
        }
        if let Some(ends) = move_ends(call.writer, *relationship, (from, to), |_| true)? {
            let (start, end) = (merger, *relationship);
            let (start, end) = (Endpoint::Relationship(start), Endpoint::Relationship(end));
            call.writer.create_relationship(MOVED, start, end, [(ENDS, Value::from(ends))])?;
        }
    }
    gain.give(call.writer, kept, merged)?;
    Ok(vec![vec![Value::Relationship(merger), count(attached.len() as u64)]])
}

/// Refuses what cannot be merged.
fn refuse(graph: &Graph, kept: NodeId, merged: NodeId) -> Result<(), EvaluationError> {
    for node in [kept, merged] {
        if !graph.contains_node(node) {
            return Err(crate::store::StoreError::NotFound(Endpoint::Node(node)).into());
        }
    }
    if kept == merged {
        return Err(unacceptable(format!("{} is one node already", told(graph, kept))));
    }
    for (node, advice) in [(kept, "merge into that one"), (merged, "unmerge it first")] {
        let into = graph.merged_into(node);
        if into != node {
            let (node, into) = (told(graph, node), told(graph, into));
            let message = format!("{node} has been merged into {into} already; {advice}");
            return Err(unacceptable(message));
        }
    }
    Ok(())
}

pub(super) fn unacceptable(message: String) -> EvaluationError {
    EvaluationError::new(ErrorClass::ArgumentError, ErrorCode::InvalidArgumentValue, message)
}

/// A node for a message: `node 7 (President Xi)`.
pub(super) fn told(graph: &Graph, node: NodeId) -> String {
    match name_of(graph, node) {
        Some(name) => format!("node {} ({name})", node.0),
        None => format!("node {}", node.0),
    }
}

pub(super) fn name_of(graph: &Graph, node: NodeId) -> Option<String> {
    naming_text(|key| ElementReader::property(graph, Endpoint::Node(node), key))
}

/// The relationships at a node, each once.
fn attached(graph: &Graph, node: NodeId) -> BTreeSet<RelationshipId> {
    [Direction::Outgoing, Direction::Incoming]
        .into_iter()
        .flat_map(|direction| graph.relationships_at(Endpoint::Node(node), direction))
        .map(|(_, relationship)| relationship)
        .collect()
}

/// Moves the ends of a relationship that are at one node to another one; `wanted` may leave
/// out an end by its name. Gives the name of what was moved.
pub(super) fn move_ends(
    writer: &mut Writer,
    relationship: RelationshipId,
    (from, to): (Endpoint, Endpoint),
    wanted: impl Fn(&str) -> bool,
) -> Result<Option<&'static str>, EvaluationError> {
    let Some(record) = writer.view().relationship(relationship) else { return Ok(None) };
    let starts = record.start == from && wanted("start");
    let ends = record.end == from && wanted("end");
    let start = if starts { to } else { record.start };
    let end = if ends { to } else { record.end };
    writer.move_relationship(relationship, start, end)?;
    Ok(match (starts, ends) {
        (true, true) => Some("both"),
        (true, false) => Some("start"),
        (false, true) => Some("end"),
        (false, false) => None,
    })
}

/// What the kept node gets.
struct Gain {
    /// All labels of the merged node.
    labels: Vec<Arc<str>>,
    added_labels: Vec<Arc<str>>,
    added_properties: Map,
    added_aliases: Vec<Value>,
    aliases_before: Value,
}

impl Gain {
    fn of(graph: &Graph, kept: NodeId, merged: NodeId) -> Self {
        let labels = graph.node_labels(merged);
        let own = graph.node_labels(kept);
        let added_labels = labels.iter().filter(|label| !own.contains(label)).cloned().collect();
        let mut properties = ElementReader::properties(graph, Endpoint::Node(kept));
        let mut added_properties = Map::default();
        for (key, value) in ElementReader::properties(graph, Endpoint::Node(merged)) {
            if &*key != ALIASES && !properties.contains_key(&key) {
                properties.insert(key.clone(), value.clone());
                added_properties.insert(key, value);
            }
        }
        let aliases_before = properties.get(ALIASES).cloned().unwrap_or_default();
        let own = naming_text(|key| properties.get(key).cloned().unwrap_or_default());
        let known: Vec<Value> = alias_values(&aliases_before);
        let mut added_aliases: Vec<Value> = Vec::new();
        let brought = ElementReader::property(graph, Endpoint::Node(merged), ALIASES);
        let name = name_of(graph, merged).map(|name| Value::from(name.as_str()));
        for name in name.into_iter().chain(alias_values(&brought)) {
            let Some(text) = name.as_str() else { continue };
            let same = |other: &Value| other.as_str() == Some(text);
            if own.as_deref() != Some(text) && !known.iter().chain(&added_aliases).any(same) {
                added_aliases.push(name);
            }
        }
        Gain { labels, added_labels, added_properties, added_aliases, aliases_before }
    }

    /// The properties of the merger.
    fn record(&self) -> Vec<(&'static str, Value)> {
        vec![
            (LABELS, list(&self.labels)),
            (ADDED_LABELS, list(&self.added_labels)),
            (ADDED_PROPERTIES, list(self.added_properties.keys())),
            (ADDED_ALIASES, Value::from(self.added_aliases.clone())),
            (ALIASES_BEFORE, self.aliases_before.clone()),
        ]
    }

    fn give(
        &self,
        writer: &mut Writer,
        kept: NodeId,
        merged: NodeId,
    ) -> Result<(), EvaluationError> {
        for label in &self.labels {
            writer.remove_label(merged, label)?;
        }
        writer.add_label(merged, MERGED)?;
        for label in &self.added_labels {
            writer.add_label(kept, label)?;
        }
        for (key, value) in &self.added_properties {
            writer.set_property(Endpoint::Node(kept), key, value.clone())?;
        }
        if !self.added_aliases.is_empty() {
            let all = aliases_after(&self.aliases_before, &self.added_aliases);
            writer.set_property(Endpoint::Node(kept), ALIASES, all)?;
        }
        Ok(())
    }
}

/// The aliases in a list, or the only one.
fn alias_values(aliases: &Value) -> Vec<Value> {
    match aliases {
        Value::List(aliases) => aliases.to_vec(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// Aliases with more behind them.
pub(super) fn aliases_after(before: &Value, added: &[Value]) -> Value {
    let mut all = alias_values(before);
    all.extend_from_slice(added);
    Value::from(all)
}
