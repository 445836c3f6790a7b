//! Whether a version says the same wherever it says something twice.

use super::check_indexes;
use super::error::DurableError;
use crate::store::adjacency::{EndpointKind, table_slot};
use crate::store::{Direction, Graph, LabelId, TypeId};
use crate::value::{Endpoint, NodeId, RelationshipId};
use crate::vector::CHUNK_ROWS;

/// What contradicts itself in a version, read to its last chunk; nothing in a sound one.
///
/// # Errors
///
/// Where the file cannot be read.
pub(crate) fn contradictions(graph: &Graph) -> Result<Vec<String>, DurableError> {
    let mut graph = graph.watched();
    let mut found = Vec::new();
    check_nodes(&mut graph, &mut found);
    check_relationships(&mut graph, &mut found);
    check_adjacency(&mut graph, &mut found);
    check_indexes::check(&mut graph, &mut found);
    match graph.damage() {
        Some(damage) => Err(damage.into()),
        None => Ok(found),
    }
}

/// Gives memory back where there is too much in use. Damage is not forgotten.
pub(super) fn spare(graph: &mut Graph) {
    if graph.is_over_budget() {
        *graph = graph.renewed();
    }
}

pub(super) fn expect(found: &mut Vec<String>, what: &str, stated: u64, counted: u64) {
    if stated != counted {
        found.push(format!("there are {counted} {what}, where {stated} are stated"));
    }
}

fn check_nodes(graph: &mut Graph, found: &mut Vec<String>) {
    let mut nodes = 0;
    let mut labels = vec![0u64; graph.catalog().label_count()];
    for number in 0..graph.node_chunk_count() {
        spare(graph);
        let Some(selection) = graph.node_chunk(number, None) else { continue };
        nodes += selection.rows.count() as u64;
        for (label, count) in labels.iter_mut().enumerate() {
            let members = selection.chunk.label(LabelId(label as u32));
            *count += members.map_or(0, |rows| rows.count() as u64);
        }
        for id in selection.ids() {
            graph.properties(Endpoint::Node(NodeId(id))).for_each(drop);
        }
    }
    expect(found, "nodes", graph.node_count(), nodes);
    for (label, name) in graph.catalog().labels() {
        let stated = graph.statistics().nodes_with_label(label);
        expect(found, &format!("nodes labelled `{name}`"), stated, labels[label.0 as usize]);
    }
}

fn check_relationships(graph: &mut Graph, found: &mut Vec<String>) {
    let mut counts = vec![0u64; graph.catalog().type_count()];
    let mut total = 0;
    for number in 0..graph.relationship_chunk_count() {
        spare(graph);
        let Some(selection) = graph.relationship_chunk(number, None) else { continue };
        for id in selection.ids() {
            total += 1;
            let id = RelationshipId(id);
            graph.properties(Endpoint::Relationship(id)).for_each(drop);
            let Some(record) = graph.relationship(id) else { continue };
            match counts.get_mut(record.kind.0 as usize) {
                Some(count) => *count += 1,
                None => found.push(format!("relationship {} has a type without a name", id.0)),
            }
            for end in [record.start, record.end] {
                if !graph.contains(end) {
                    found.push(format!(
                        "relationship {} leads to {end:?}, which is not there",
                        id.0
                    ));
                }
            }
        }
    }
    expect(found, "relationships", graph.relationship_count(), total);
    for (kind, name) in graph.catalog().types() {
        let stated = graph.statistics().relationships_of_type(kind);
        expect(found, &format!("relationships of type `{name}`"), stated, counts[kind.0 as usize]);
    }
}

/// Each entry must be a relationship that is there, and there must be as many entries
/// in each direction as relationships.
fn check_adjacency(graph: &mut Graph, found: &mut Vec<String>) {
    let types: Vec<_> = graph.catalog().types().map(|(kind, name)| (kind, name.clone())).collect();
    for (kind, name) in types {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            let mut entries = 0;
            for key in [EndpointKind::Node, EndpointKind::Relationship] {
                for neighbour in [EndpointKind::Node, EndpointKind::Relationship] {
                    entries += check_table(graph, kind, (direction, key, neighbour), found);
                }
            }
            let stated = graph.statistics().relationships_of_type(kind);
            expect(found, &format!("{direction:?} entries of type `{name}`"), stated, entries);
        }
    }
}

/// Checks one table of a type; how many entries it has.
fn check_table(
    graph: &mut Graph,
    kind: TypeId,
    (direction, key_kind, neighbour): (Direction, EndpointKind, EndpointKind),
    found: &mut Vec<String>,
) -> u64 {
    let endpoint = |id, kind| match kind {
        EndpointKind::Node => Endpoint::Node(NodeId(id)),
        EndpointKind::Relationship => Endpoint::Relationship(RelationshipId(id)),
    };
    let slot = table_slot(direction, key_kind, neighbour);
    let table = graph.type_tables().find(|(id, _)| *id == kind);
    let chunks: Vec<u32> = table
        .map(|(_, adjacency)| adjacency.table(slot).entries().map(|(n, _)| n as u32).collect())
        .unwrap_or_default();
    let mut entries = 0;
    for chunk in chunks {
        spare(graph);
        let first = chunk.saturating_mul(CHUNK_ROWS as u32);
        for key in first..first.saturating_add(CHUNK_ROWS as u32) {
            let key = endpoint(key, key_kind);
            for (id, relationship) in graph.neighbours(key, kind, direction, neighbour) {
                entries += 1;
                let fits = graph.relationship(relationship).is_some_and(|record| {
                    record.kind == kind
                        && record.target(direction) == endpoint(id, neighbour)
                        && record.target(direction.reverse()) == key
                });
                if !fits {
                    let id = relationship.0;
                    found.push(format!("{key:?} is said to have relationship {id}"));
                }
            }
        }
    }
    entries
}
