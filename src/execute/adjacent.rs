//! What operators that follow relationships share: ends, directions, types, and
//! which relationships must not be met again.

use crate::store::{self, EndpointKind, Graph, Neighbours, TypeId};
use crate::syntax::ast::{Direction, EndKind};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use crate::vector::{DataChunk, Vector};

/// The store's name for the kind of an end.
pub(super) fn endpoint_kind(kind: EndKind) -> EndpointKind {
    match kind {
        EndKind::Node => EndpointKind::Node,
        EndKind::Relationship => EndpointKind::Relationship,
    }
}

/// The element of a kind with an id.
pub(super) fn endpoint(kind: EndKind, id: u32) -> Endpoint {
    match kind {
        EndKind::Node => Endpoint::Node(NodeId(id)),
        EndKind::Relationship => Endpoint::Relationship(RelationshipId(id)),
    }
}

/// A vector of elements of a kind.
pub(super) fn elements(kind: EndKind, ids: Vec<u32>) -> Vector {
    match kind {
        EndKind::Node => Vector::nodes(ids),
        EndKind::Relationship => Vector::relationships(ids),
    }
}

/// The id of the element in a row, `None` where it is null or of another kind.
pub(super) fn element_id(column: &Vector, kind: EndKind, row: usize) -> Option<u32> {
    match kind {
        EndKind::Node => column.node(row).map(|node| node.0),
        EndKind::Relationship => column.relationship(row).map(|relationship| relationship.0),
    }
}

/// The directions in which a pattern follows relationships.
pub(super) fn directions(direction: Direction) -> &'static [store::Direction] {
    match direction {
        Direction::Outgoing => &[store::Direction::Outgoing],
        Direction::Incoming => &[store::Direction::Incoming],
        Direction::Either => &[store::Direction::Outgoing, store::Direction::Incoming],
    }
}

/// Calls `visit` with the neighbours of an element, of a kind, for each type and
/// direction. The flag tells that relationships from the element to itself were
/// met before and are to be passed over. `visit` returns whether to go on.
pub(super) fn each_neighbours<'g, E>(
    graph: &'g Graph,
    from: Endpoint,
    types: Option<&[TypeId]>,
    direction: Direction,
    kind: EndpointKind,
    visit: impl FnMut(Neighbours<'g>, bool) -> Result<bool, E>,
) -> Result<bool, E> {
    let find = |of, towards| graph.neighbours(from, of, towards, kind);
    each_found(graph, types, direction, find, visit)
}

/// As [`each_neighbours`], for who does not mind the order of neighbours.
pub(super) fn each_unordered<'g, E>(
    graph: &'g Graph,
    from: Endpoint,
    types: Option<&[TypeId]>,
    direction: Direction,
    kind: EndpointKind,
    visit: impl FnMut(Neighbours<'g>, bool) -> Result<bool, E>,
) -> Result<bool, E> {
    let find = |of, towards| graph.unordered_neighbours(from, of, towards, kind);
    each_found(graph, types, direction, find, visit)
}

fn each_found<'g, E>(
    graph: &'g Graph,
    types: Option<&[TypeId]>,
    direction: Direction,
    find: impl Fn(TypeId, store::Direction) -> Neighbours<'g>,
    mut visit: impl FnMut(Neighbours<'g>, bool) -> Result<bool, E>,
) -> Result<bool, E> {
    for (turn, &towards) in directions(direction).iter().enumerate() {
        if let Some(types) = types {
            for &of in types {
                if !visit(find(of, towards), turn > 0)? {
                    return Ok(false);
                }
            }
            continue;
        }
        let found = graph.types_in_use().map(|of| find(of, towards));
        for neighbours in found.filter(|neighbours| !neighbours.is_empty()) {
            if !visit(neighbours, turn > 0)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The relationships of one row that must not be met again.
#[derive(Debug, Default)]
pub(super) struct Excluded {
    ids: Vec<u32>,
}

impl Excluded {
    /// Those in these columns of a row: single relationships or lists of them.
    pub(super) fn read(&mut self, chunk: &DataChunk, slots: &[usize], row: usize) {
        self.ids.clear();
        for column in slots.iter().filter_map(|&slot| chunk.columns.get(slot)) {
            if let Vector::Relationship { .. } = column {
                self.ids.extend(column.relationship(row).map(|relationship| relationship.0));
                continue;
            }
            match column.get(row) {
                Value::Relationship(relationship) => self.ids.push(relationship.0),
                Value::List(list) => self.ids.extend(list.iter().filter_map(|value| match value {
                    Value::Relationship(relationship) => Some(relationship.0),
                    _ => None,
                })),
                _ => {}
            }
        }
    }

    /// Whether a relationship is among them.
    pub(super) fn contains(&self, relationship: u32) -> bool {
        self.ids.contains(&relationship)
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}
