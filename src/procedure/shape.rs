//! What a graph turns out to hold: which properties of which types its elements have, and
//! what its relationships connect.

use super::{Call, Procedure, Rows, Run, STRIDE, boolean, list, maps, text, texts};
use crate::store::{Graph, KeyId, LabelId, SchemaTarget, TypeId};
use crate::value::display::identifier;
use crate::value::{Endpoint, Map, NodeId, RelationshipId, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) const NODE_TYPE_PROPERTIES: Procedure = Procedure {
    name: "db.schema.nodeTypeProperties",
    inputs: &[],
    outputs: &[
        text("nodeType"),
        texts("nodeLabels"),
        text("propertyName"),
        texts("propertyTypes"),
        boolean("mandatory"),
    ],
    description: "The properties of nodes, for every combination of labels that nodes have.",
    run: Run::Reads(node_type_properties),
};

pub(super) const REL_TYPE_PROPERTIES: Procedure = Procedure {
    name: "db.schema.relTypeProperties",
    inputs: &[],
    outputs: &[text("relType"), text("propertyName"), texts("propertyTypes"), boolean("mandatory")],
    description: "The properties of relationships, for every relationship type.",
    run: Run::Reads(relationship_type_properties),
};

pub(super) const VISUALIZATION: Procedure = Procedure {
    name: "db.schema.visualization",
    inputs: &[],
    outputs: &[maps("nodes"), maps("relationships")],
    description: "The labels with their indexes and constraints, and what relationships of each type connect.",
    run: Run::Reads(visualization),
};

/// The properties of some elements.
#[derive(Default)]
struct Properties {
    /// How many elements there are.
    elements: u64,
    /// How many of them have a property, and the types of its values.
    keys: BTreeMap<KeyId, (u64, BTreeSet<&'static str>)>,
}

impl Properties {
    fn add(&mut self, graph: &Graph, element: Endpoint) {
        self.elements += 1;
        for (key, value) in graph.properties(element) {
            let (count, types) = self.keys.entry(key).or_default();
            *count += 1;
            types.insert(value.type_name());
        }
    }

    /// For each property its name, its types, and whether every element has it; one row of
    /// nulls where there is none.
    fn rows(&self, graph: &Graph) -> Vec<[Value; 3]> {
        let row = |(key, (count, types)): (&KeyId, &(u64, BTreeSet<&'static str>))| {
            let name = Value::String(graph.catalog().key_name(*key).clone());
            [name, list(types), Value::from(*count == self.elements)]
        };
        let mut rows: Vec<[Value; 3]> = self.keys.iter().map(row).collect();
        rows.sort_by(|left, right| left[0].as_str().cmp(&right[0].as_str()));
        if rows.is_empty() {
            rows.push([Value::Null, Value::Null, Value::from(false)]);
        }
        rows
    }
}

/// The nodes of the version, until the statement has to stop.
fn nodes<'c>(call: &'c Call<'_>) -> impl Iterator<Item = NodeId> + 'c {
    let going = move |id: &u32| !id.is_multiple_of(STRIDE) || !(call.stopped)();
    let all = (0..call.graph.node_bound()).take_while(going).map(NodeId);
    all.filter(move |node| call.graph.contains(Endpoint::Node(*node)))
}

/// The relationships of the version, until the statement has to stop.
fn relationships<'c>(call: &'c Call<'_>) -> impl Iterator<Item = RelationshipId> + 'c {
    let going = move |id: &u32| !id.is_multiple_of(STRIDE) || !(call.stopped)();
    (0..call.graph.relationship_bound()).take_while(going).map(RelationshipId)
}

fn node_type_properties(call: &Call<'_>) -> Rows {
    let graph = call.graph;
    let mut found: BTreeMap<Vec<Arc<str>>, Properties> = BTreeMap::new();
    for node in nodes(call) {
        let mut labels: Vec<Arc<str>> = graph
            .labels(node)
            .into_iter()
            .map(|id| graph.catalog().label_name(id).clone())
            .collect();
        labels.sort();
        found.entry(labels).or_default().add(graph, Endpoint::Node(node));
    }
    let mut rows = Vec::new();
    for (labels, properties) in &found {
        let kind: String = labels.iter().map(|label| format!(":{}", identifier(label))).collect();
        for [name, types, mandatory] in properties.rows(graph) {
            rows.push(vec![Value::from(kind.as_str()), list(labels), name, types, mandatory]);
        }
    }
    Ok(rows)
}

fn relationship_type_properties(call: &Call<'_>) -> Rows {
    let graph = call.graph;
    let mut found: BTreeMap<Arc<str>, Properties> = BTreeMap::new();
    for id in relationships(call) {
        let Some(record) = graph.relationship(id) else { continue };
        let name = graph.catalog().type_name(record.kind).clone();
        found.entry(name).or_default().add(graph, Endpoint::Relationship(id));
    }
    let mut rows = Vec::new();
    for (name, properties) in &found {
        let kind = format!(":{}", identifier(name));
        for [name, types, mandatory] in properties.rows(graph) {
            rows.push(vec![Value::from(kind.as_str()), name, types, mandatory]);
        }
    }
    Ok(rows)
}

/// What stands at an end, as it is shown: a label, or a relationship type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Label(LabelId),
    Unlabelled,
    Type(TypeId),
}

fn visualization(call: &Call<'_>) -> Rows {
    let graph = call.graph;
    let statistics = graph.statistics();
    let catalog = graph.catalog();
    let mut labels: Vec<Value> = Vec::new();
    for (id, name) in catalog.labels().filter(|(id, _)| statistics.nodes_with_label(*id) > 0) {
        labels.push(label_map(graph, id, name));
    }
    let mut connections: BTreeMap<(TypeId, End, End), u64> = BTreeMap::new();
    for id in relationships(call) {
        let Some(record) = graph.relationship(id) else { continue };
        for start in ends(graph, record.start) {
            for end in ends(graph, record.end) {
                *connections.entry((record.kind, start, end)).or_default() += 1;
            }
        }
    }
    let text = |end: End| match end {
        End::Label(label) => format!("(:{})", identifier(catalog.label_name(label))),
        End::Unlabelled => "()".to_owned(),
        End::Type(kind) => format!("[:{}]", identifier(catalog.type_name(kind))),
    };
    let connection = |((kind, start, end), count): ((TypeId, End, End), u64)| {
        map([
            ("type", Value::String(catalog.type_name(kind).clone())),
            ("start", Value::from(text(start).as_str())),
            ("end", Value::from(text(end).as_str())),
            ("count", super::count(count)),
        ])
    };
    let connections: Vec<Value> = connections.into_iter().map(connection).collect();
    Ok(vec![vec![Value::from(labels), Value::from(connections)]])
}

/// Each label of a node, or the type of a relationship.
fn ends(graph: &Graph, element: Endpoint) -> Vec<End> {
    match element {
        Endpoint::Node(node) => {
            let labels: Vec<End> = graph.labels(node).into_iter().map(End::Label).collect();
            if labels.is_empty() { vec![End::Unlabelled] } else { labels }
        }
        Endpoint::Relationship(id) => {
            graph.relationship(id).map(|record| End::Type(record.kind)).into_iter().collect()
        }
    }
}

/// A label with how many nodes have it, and what is declared of them.
fn label_map(graph: &Graph, label: LabelId, name: &Arc<str>) -> Value {
    let target = SchemaTarget::Label(label);
    let indexes = graph.indexes().iter().filter(|index| index.target() == target);
    let constraints = graph.constraints().iter().filter(|one| one.target == target);
    map([
        ("name", Value::String(name.clone())),
        ("count", super::count(graph.statistics().nodes_with_label(label))),
        ("indexes", list(indexes.map(|index| index.name().clone()))),
        ("constraints", list(constraints.map(|one| graph.constraint_statement(one)))),
    ])
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let map: Map = entries.into_iter().map(|(key, value)| (Arc::from(key), value)).collect();
    Value::Map(Arc::new(map))
}
