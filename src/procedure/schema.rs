//! What is declared of a graph: indexes, constraints, edge types.

use super::{Call, Field, Procedure, Rows, Run, count, integer, list, text, texts};
use crate::function::TypeSet;
use crate::store::{ConstraintKind, Graph, KeyId, SchemaTarget};
use crate::value::Value;

pub(super) const INDEXES: Procedure = Procedure {
    name: "db.indexes",
    inputs: &[],
    outputs: &[
        text("name"),
        text("type"),
        text("entityType"),
        texts("labelsOrTypes"),
        texts("properties"),
        text("owningConstraint"),
        integer("entries"),
        integer("distinctValues"),
        text("createStatement"),
        text("state"),
        Field {
            name: "populationPercent",
            types: TypeSet::FLOAT,
            type_name: "FLOAT",
            optional: false,
        },
    ],
    description: "The indexes, those that constraints own among them.",
    run: Run::Reads(indexes),
};

pub(super) const CONSTRAINTS: Procedure = Procedure {
    name: "db.constraints",
    inputs: &[],
    outputs: &[
        text("name"),
        text("type"),
        text("entityType"),
        texts("labelsOrTypes"),
        texts("properties"),
        text("ownedIndex"),
        text("propertyType"),
        text("createStatement"),
    ],
    description: "The constraints.",
    run: Run::Reads(constraints),
};

pub(super) const EDGE_TYPES: Procedure = Procedure {
    name: "db.edgeTypes",
    inputs: &[],
    outputs: &[text("relationshipType"), text("start"), text("end"), text("createStatement")],
    description: "What relationships may connect: a row for each alternative.",
    run: Run::Reads(edge_types),
};

/// Columns that say what an index or a constraint is about.
fn about(graph: &Graph, target: SchemaTarget, keys: &[KeyId]) -> [Value; 3] {
    let catalog = graph.catalog();
    let (kind, name) = match target {
        SchemaTarget::Label(label) => ("NODE", catalog.label_name(label)),
        SchemaTarget::Type(kind) => ("RELATIONSHIP", catalog.type_name(kind)),
    };
    [Value::from(kind), list([name]), list(keys.iter().map(|&key| catalog.key_name(key)))]
}

fn indexes(call: &Call<'_>) -> Rows {
    let graph = call.graph;
    let row = |index: &crate::store::Index| {
        let (entries, distinct) = graph.index_counts(index);
        let owner = graph.constraints().iter().find(|one| one.name == *index.name());
        let [entity, labels, properties] = about(graph, index.target(), index.keys());
        let statement = match owner {
            Some(owner) => graph.constraint_statement(owner),
            None => graph.index_statement(index),
        };
        vec![
            Value::String(index.name().clone()),
            Value::from("RANGE"),
            entity,
            labels,
            properties,
            owner.map_or(Value::Null, |owner| Value::String(owner.name.clone())),
            count(entries as u64),
            count(distinct as u64),
            Value::from(statement.as_str()),
            Value::from("ONLINE"),
            Value::Float(100.0),
        ]
    };
    let mut rows: Vec<Vec<Value>> = graph.indexes().iter().map(row).collect();
    by_name(&mut rows);
    Ok(rows)
}

fn constraints(call: &Call<'_>) -> Rows {
    let graph = call.graph;
    let row = |constraint: &crate::store::Constraint| {
        let [entity, labels, properties] = about(graph, constraint.target, &constraint.keys);
        let node = matches!(constraint.target, SchemaTarget::Label(_));
        let name = Value::String(constraint.name.clone());
        let (kind, types) = match &constraint.kind {
            ConstraintKind::Unique if node => ("NODE_PROPERTY_UNIQUENESS", None),
            ConstraintKind::Unique => ("RELATIONSHIP_PROPERTY_UNIQUENESS", None),
            ConstraintKind::Key if node => ("NODE_KEY", None),
            ConstraintKind::Key => ("RELATIONSHIP_KEY", None),
            ConstraintKind::Exists if node => ("NODE_PROPERTY_EXISTENCE", None),
            ConstraintKind::Exists => ("RELATIONSHIP_PROPERTY_EXISTENCE", None),
            ConstraintKind::Type(types) if node => ("NODE_PROPERTY_TYPE", Some(types)),
            ConstraintKind::Type(types) => ("RELATIONSHIP_PROPERTY_TYPE", Some(types)),
        };
        let types = types.map_or(Value::Null, |types| {
            let names: Vec<String> = types.iter().map(ToString::to_string).collect();
            Value::from(names.join(" | ").as_str())
        });
        let owned = if constraint.kind.is_unique() { name.clone() } else { Value::Null };
        let statement = graph.constraint_statement(constraint);
        let kind = Value::from(kind);
        vec![name, kind, entity, labels, properties, owned, types, Value::from(statement.as_str())]
    };
    let mut rows: Vec<Vec<Value>> = graph.constraints().iter().map(row).collect();
    by_name(&mut rows);
    Ok(rows)
}

fn edge_types(call: &Call<'_>) -> Rows {
    let graph = call.graph;
    let mut rows = Vec::new();
    for edge in graph.edge_types() {
        let statement = graph.edge_type_statement(edge);
        for (start, end) in &edge.alternatives {
            rows.push(vec![
                Value::String(graph.catalog().type_name(edge.kind).clone()),
                Value::from(graph.end_rule_text(start).as_str()),
                Value::from(graph.end_rule_text(end).as_str()),
                Value::from(statement.as_str()),
            ]);
        }
    }
    by_name(&mut rows);
    Ok(rows)
}

/// In alphabetical order of the first column.
fn by_name(rows: &mut [Vec<Value>]) {
    rows.sort_by(|left, right| {
        let name =
            |row: &[Value]| row.first().and_then(Value::as_str).unwrap_or_default().to_owned();
        name(left).cmp(&name(right))
    });
}
