//! Values of a result as cells, and what changed between two graph versions.

use super::cell::Cell;
use dossier::store::Graph;
use dossier::value::{ElementReader, Endpoint, Map, NodeId, RelationshipId, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The value as a scenario would write it.
pub(crate) fn show(value: &Value, graph: &dyn ElementReader) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Boolean(value) => Cell::Boolean(*value),
        Value::Integer(value) => Cell::Integer(*value),
        Value::Float(value) => Cell::Float(*value),
        Value::String(value) => Cell::String(value.to_string()),
        Value::List(items) => Cell::List(items.iter().map(|item| show(item, graph)).collect()),
        Value::Map(map) => Cell::Map(entries(map, graph)),
        Value::Node(node) => node_cell(*node, graph),
        Value::Relationship(relationship) => relationship_cell(*relationship, graph),
        Value::Path(path) => {
            let end = |endpoint: &Endpoint| match endpoint {
                Endpoint::Node(node) => node_cell(*node, graph),
                Endpoint::Relationship(relationship) => relationship_cell(*relationship, graph),
            };
            let steps = path.relationships.iter().zip(path.elements.windows(2)).map(
                |(relationship, ends)| {
                    let forward = graph
                        .relationship_endpoints(*relationship)
                        .is_some_and(|(start, _)| start == ends[0]);
                    (relationship_cell(*relationship, graph), forward, end(&ends[1]))
                },
            );
            Cell::Path(Box::new(end(&path.elements[0])), steps.collect())
        }
        temporal => {
            let text = temporal.to_cypher_literal();
            let inner = text
                .split_once('\'')
                .and_then(|(_, rest)| rest.rsplit_once('\''))
                .map(|(inner, _)| inner.to_owned());
            Cell::String(inner.unwrap_or(text))
        }
    }
}

fn entries(map: &Map, graph: &dyn ElementReader) -> BTreeMap<String, Cell> {
    map.iter().map(|(key, value)| (key.to_string(), show(value, graph))).collect()
}

fn node_cell(node: NodeId, graph: &dyn ElementReader) -> Cell {
    let labels = graph.node_labels(node).iter().map(ToString::to_string).collect();
    Cell::Node {
        labels,
        properties: entries(&ElementReader::properties(graph, Endpoint::Node(node)), graph),
    }
}

fn relationship_cell(relationship: RelationshipId, graph: &dyn ElementReader) -> Cell {
    let kind = ElementReader::relationship_type(graph, relationship)
        .map_or(String::new(), |kind| kind.to_string());
    let properties =
        entries(&ElementReader::properties(graph, Endpoint::Relationship(relationship)), graph);
    Cell::Relationship { kind, properties }
}

/// Everything that a side effect can be about.
#[derive(Default)]
pub(crate) struct Snapshot {
    nodes: BTreeSet<u32>,
    relationships: BTreeSet<u32>,
    labels: BTreeSet<String>,
    properties: BTreeSet<String>,
    /// Indexes that no constraint owns.
    indexes: BTreeSet<String>,
    constraints: BTreeSet<String>,
    edge_types: BTreeSet<String>,
    contradictions: BTreeSet<String>,
}

impl Snapshot {
    /// Reads a whole version.
    pub(crate) fn of(graph: &Graph) -> Self {
        let owned = |name: &str| graph.constraints().iter().any(|other| &*other.name == name);
        let indexes = graph.indexes().iter().filter(|index| !owned(index.name()));
        let constraints = graph.constraints().iter();
        let edge_types = graph.edge_types().iter();
        let contradictions = graph.contradictions().iter();
        Snapshot {
            indexes: indexes.map(|index| graph.index_statement(index)).collect(),
            constraints: constraints.map(|one| graph.constraint_statement(one)).collect(),
            edge_types: edge_types.map(|edge| graph.edge_type_statement(edge)).collect(),
            contradictions: contradictions.map(|one| graph.contradiction_statement(one)).collect(),
            ..Self::of_elements(graph, graph.node_bound(), graph.relationship_bound())
        }
    }

    /// Reads what is there below these ids.
    pub(crate) fn of_elements(
        graph: &dyn ElementReader,
        node_bound: u32,
        relationship_bound: u32,
    ) -> Self {
        let mut snapshot = Snapshot::default();
        for id in 0..node_bound {
            let endpoint = Endpoint::Node(NodeId(id));
            if ElementReader::contains(graph, endpoint) {
                snapshot.nodes.insert(id);
                snapshot
                    .labels
                    .extend(graph.node_labels(NodeId(id)).iter().map(ToString::to_string));
                snapshot.add_properties(&format!("n{id}"), endpoint, graph);
            }
        }
        for id in 0..relationship_bound {
            let endpoint = Endpoint::Relationship(RelationshipId(id));
            if ElementReader::contains(graph, endpoint) {
                snapshot.relationships.insert(id);
                snapshot.add_properties(&format!("r{id}"), endpoint, graph);
            }
        }
        snapshot
    }

    fn add_properties(&mut self, element: &str, endpoint: Endpoint, graph: &dyn ElementReader) {
        for (key, value) in &ElementReader::properties(graph, endpoint) {
            self.properties
                .insert(format!("{element}.{key} = {}", show(value, graph).canonical(false)));
        }
    }

    /// The side effects that lead from this version to a later one, without zeros.
    pub(crate) fn difference(&self, after: &Snapshot) -> Vec<(String, i64)> {
        fn count<T: Ord>(
            what: &str,
            before: &BTreeSet<T>,
            after: &BTreeSet<T>,
            out: &mut Vec<(String, i64)>,
        ) {
            for (sign, number) in
                [("+", after.difference(before).count()), ("-", before.difference(after).count())]
            {
                if number > 0 {
                    out.push((format!("{sign}{what}"), number as i64));
                }
            }
        }
        let mut out = Vec::new();
        count("nodes", &self.nodes, &after.nodes, &mut out);
        count("relationships", &self.relationships, &after.relationships, &mut out);
        count("labels", &self.labels, &after.labels, &mut out);
        count("properties", &self.properties, &after.properties, &mut out);
        count("indexes", &self.indexes, &after.indexes, &mut out);
        count("constraints", &self.constraints, &after.constraints, &mut out);
        count("edge types", &self.edge_types, &after.edge_types, &mut out);
        count("contradictions", &self.contradictions, &after.contradictions, &mut out);
        out
    }
}
