//! The names of a graph: labels, relationship types, property keys.

use super::{Call, Procedure, Rows, Run, text};
use crate::value::Value;
use std::sync::Arc;

pub(super) const LABELS: Procedure = Procedure {
    name: "db.labels",
    inputs: &[],
    outputs: &[text("label")],
    description: "The labels that nodes have.",
    run: Run::Reads(labels),
};

pub(super) const RELATIONSHIP_TYPES: Procedure = Procedure {
    name: "db.relationshipTypes",
    inputs: &[],
    outputs: &[text("relationshipType")],
    description: "The types that relationships have.",
    run: Run::Reads(relationship_types),
};

pub(super) const PROPERTY_KEYS: Procedure = Procedure {
    name: "db.propertyKeys",
    inputs: &[],
    outputs: &[text("propertyKey")],
    description: "The property keys that were ever used.",
    run: Run::Reads(property_keys),
};

fn labels(call: &Call<'_>) -> Rows {
    let statistics = call.graph.statistics();
    let all = call.graph.catalog().labels();
    Ok(sorted(all.filter(|(id, _)| statistics.nodes_with_label(*id) > 0).map(|(_, name)| name)))
}

fn relationship_types(call: &Call<'_>) -> Rows {
    let statistics = call.graph.statistics();
    let all = call.graph.catalog().types();
    let used = all.filter(|(id, _)| statistics.relationships_of_type(*id) > 0);
    Ok(sorted(used.map(|(_, name)| name)))
}

fn property_keys(call: &Call<'_>) -> Rows {
    Ok(sorted(call.graph.catalog().keys().map(|(_, name)| name)))
}

/// Names in alphabetical order, each in a row.
fn sorted<'n>(names: impl Iterator<Item = &'n Arc<str>>) -> Vec<Vec<Value>> {
    let mut names: Vec<&Arc<str>> = names.collect();
    names.sort();
    names.into_iter().map(|name| vec![Value::String(name.clone())]).collect()
}
