//! Hops: what can be reached from an element in one step of a trail.

use super::adjacent::{Excluded, each_neighbours, endpoint_kind};
use super::context::Context;
use crate::store::{EndpointKind, KeyId, TypeId};
use crate::syntax::ast::{Direction, EndKind};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, NodeId, RelationshipId, Value, order};
use std::sync::Arc;

/// One step: a relationship and the element at its other end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hop {
    /// The relationship's id.
    pub(super) relationship: u32,
    /// The id of the other end.
    pub(super) id: u32,
    /// What the other end is.
    pub(super) kind: EndKind,
}

/// Which steps are allowed.
pub(super) struct Hops<'h> {
    types: Option<&'h [TypeId]>,
    direction: Direction,
    /// What the trail ends at; in between there are only nodes.
    last: EndKind,
    /// What properties must equal; `None` where no relationship can.
    properties: Option<Vec<(KeyId, Value)>>,
    excluded: &'h Excluded,
}

impl<'h> Hops<'h> {
    /// Steps over relationships of the types, with the properties, and not excluded.
    pub(super) fn new(
        types: Option<&'h [TypeId]>,
        direction: Direction,
        last: EndKind,
        properties: Vec<(Arc<str>, Value)>,
        excluded: &'h Excluded,
        context: &Context<'_>,
    ) -> Self {
        let properties = properties
            .into_iter()
            .map(|(key, value)| Some((context.graph.catalog().key_id(&key)?, value)))
            .collect::<Option<Vec<_>>>();
        Hops { types, direction, last, properties, excluded }
    }

    /// The same steps walked the other way round.
    pub(super) fn reversed(&self) -> Hops<'_> {
        Hops {
            types: self.types,
            direction: match self.direction {
                Direction::Outgoing => Direction::Incoming,
                Direction::Incoming => Direction::Outgoing,
                Direction::Either => Direction::Either,
            },
            last: EndKind::Node,
            properties: self.properties.clone(),
            excluded: self.excluded,
        }
    }

    /// Appends every step from an element.
    pub(super) fn collect(
        &self,
        context: &Context<'_>,
        from: Endpoint,
        hops: &mut Vec<Hop>,
    ) -> Result<(), Diagnostic> {
        self.each(context, from, |hop| {
            hops.push(hop);
            true
        })?;
        Ok(())
    }

    /// Calls `act` with every step from an element, until it says that it has enough; tells
    /// whether it never did.
    pub(super) fn each(
        &self,
        context: &Context<'_>,
        from: Endpoint,
        mut act: impl FnMut(Hop) -> bool,
    ) -> Result<bool, Diagnostic> {
        let Some(properties) = &self.properties else { return Ok(true) };
        let kinds: &[EndKind] = match self.last {
            EndKind::Node => &[EndKind::Node],
            EndKind::Relationship => &[EndKind::Node, EndKind::Relationship],
        };
        for &kind in kinds {
            let own = match (from, endpoint_kind(kind)) {
                (Endpoint::Node(node), EndpointKind::Node) => Some(node.0),
                (Endpoint::Relationship(relationship), EndpointKind::Relationship) => {
                    Some(relationship.0)
                }
                _ => None,
            };
            let graph = &context.graph;
            let (types, towards) = (self.types, self.direction);
            let open = each_neighbours(
                graph,
                from,
                types,
                towards,
                endpoint_kind(kind),
                |found, again| {
                    context.guard.steps_taken(found.degree())?;
                    if !again
                        && properties.is_empty()
                        && self.excluded.is_empty()
                        && let Some((ids, relationships)) = found.as_slices()
                    {
                        let mut pairs = ids.iter().zip(relationships);
                        return Ok(
                            pairs.all(|(&id, &relationship)| act(Hop { relationship, id, kind }))
                        );
                    }
                    for (id, relationship) in found {
                        let met = again && own == Some(id);
                        if !met
                            && !self.excluded.contains(relationship.0)
                            && Self::fits(context, relationship, properties)
                            && !act(Hop { relationship: relationship.0, id, kind })
                        {
                            return Ok(false);
                        }
                    }
                    Ok::<_, Diagnostic>(true)
                },
            )?;
            if !open {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// About how many steps there are from some nodes; where there are more than so many, it
    /// is not told how many more.
    pub(super) fn count(&self, context: &Context<'_>, from: &[u32], most: usize) -> usize {
        let mut count = 0;
        for &node in from {
            if count > most {
                break;
            }
            let added = each_neighbours(
                &context.graph,
                Endpoint::Node(NodeId(node)),
                self.types,
                self.direction,
                EndpointKind::Node,
                |found, _| {
                    count += found.degree();
                    Ok::<_, std::convert::Infallible>(true)
                },
            );
            match added {
                Ok(_) => {}
                Err(never) => match never {},
            }
        }
        count
    }

    fn fits(
        context: &Context<'_>,
        relationship: RelationshipId,
        properties: &[(KeyId, Value)],
    ) -> bool {
        properties.iter().all(|(key, wanted)| {
            let there = context.graph.property(Endpoint::Relationship(relationship), *key);
            order::equals(&there, wanted) == Some(true)
        })
    }
}
