//! What the open graph is made of: labels, relationship types, property keys.

use dossier::store::Graph;
use dossier::value::{Map, Value};
use std::sync::Arc;

/// Nodes of a graph.
pub(crate) fn node_count(graph: &Graph) -> u64 {
    graph.node_count()
}

/// Relationships of a graph.
pub(crate) fn relationship_count(graph: &Graph) -> u64 {
    graph.relationship_count()
}

/// Labels that nodes have, with how many have them, in alphabetical order.
pub(crate) fn labels(graph: &Graph) -> Vec<(Arc<str>, u64)> {
    let statistics = graph.statistics();
    let all =
        graph.catalog().labels().map(|(id, name)| (name.clone(), statistics.nodes_with_label(id)));
    in_use(all)
}

/// Relationship types in use, with how many relationships have them.
pub(crate) fn types(graph: &Graph) -> Vec<(Arc<str>, u64)> {
    let statistics = graph.statistics();
    let all = graph
        .catalog()
        .types()
        .map(|(id, name)| (name.clone(), statistics.relationships_of_type(id)));
    in_use(all)
}

/// All property keys in alphabetical order.
pub(crate) fn keys(graph: &Graph) -> Vec<Arc<str>> {
    let mut keys: Vec<Arc<str>> = graph.catalog().keys().map(|(_, name)| name.clone()).collect();
    keys.sort();
    keys
}

fn in_use(all: impl Iterator<Item = (Arc<str>, u64)>) -> Vec<(Arc<str>, u64)> {
    let mut used: Vec<(Arc<str>, u64)> = all.filter(|(_, count)| *count > 0).collect();
    used.sort();
    used
}

/// The values that naming properties have, restricted to one key where it is
/// known; sorted, each once, at most `most`.
pub(crate) fn naming_values(graph: &Graph, keys: &[&str], most: usize) -> Vec<Arc<str>> {
    let mut found = hashbrown::HashSet::new();
    let ids: Vec<_> = keys.iter().filter_map(|key| graph.catalog().key_id(key)).collect();
    'nodes: for id in 0..graph.node_bound() {
        let element = dossier::value::Endpoint::Node(dossier::value::NodeId(id));
        for key in &ids {
            if let Value::String(text) = graph.property(element, *key) {
                if text.len() <= 200 && !text.contains('\n') {
                    found.insert(text);
                }
                if found.len() >= most {
                    break 'nodes;
                }
            }
        }
    }
    let mut values: Vec<Arc<str>> = found.into_iter().collect();
    values.sort();
    values
}

/// Parameters as rows: name, type, value.
pub(crate) fn parameter_rows(parameters: &Map) -> (Vec<String>, Vec<Vec<Value>>) {
    let row = |(name, value): (&Arc<str>, &Value)| {
        vec![
            Value::String(name.clone()),
            Value::String(value.type_name().to_lowercase().into()),
            value.clone(),
        ]
    };
    (["name", "type", "value"].map(str::to_owned).to_vec(), parameters.iter().map(row).collect())
}
