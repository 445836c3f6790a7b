//! DELETE: all rows first, then the deletion: relationships before nodes.

use super::compile::Compiler;
use super::expression::type_name;
use super::session::{Rows, Session};
use super::vectorised::{self, evaluate};
use crate::bind::expression::Expression;
use crate::store::{Direction, StoreError};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{Endpoint, EvaluationError, NodeId, RelationshipId, Value};
use std::collections::BTreeSet;

/// What is to be deleted.
#[derive(Default)]
struct Doomed {
    nodes: BTreeSet<NodeId>,
    relationships: BTreeSet<RelationshipId>,
}

impl Doomed {
    /// Takes a value in; null is passed over.
    fn add(&mut self, value: &Value) -> Result<(), EvaluationError> {
        match value {
            Value::Null => {}
            Value::Node(node) => {
                self.nodes.insert(*node);
            }
            Value::Relationship(relationship) => {
                self.relationships.insert(*relationship);
            }
            Value::Path(path) => {
                self.relationships.extend(path.relationships.iter().copied());
                for element in &path.elements {
                    match element {
                        Endpoint::Node(node) => self.nodes.insert(*node),
                        Endpoint::Relationship(relationship) => {
                            self.relationships.insert(*relationship)
                        }
                    };
                }
            }
            other => {
                return Err(EvaluationError::wrong_type(format!(
                    "only Nodes, Relationships and Paths can be deleted, but got {}",
                    type_name(other)
                )));
            }
        }
        Ok(())
    }
}

impl Session<'_> {
    /// Deletes what the targets are in all rows.
    pub(super) fn delete(
        &mut self,
        targets: &[Expression],
        detach: bool,
        rows: &Rows,
        span: Option<Span>,
    ) -> Result<(), Diagnostic> {
        let mut doomed = Doomed::default();
        {
            let context = self.context();
            let targets = Compiler::new(&context, &rows.layout).all(targets)?;
            for chunk in &rows.chunks {
                for target in &targets {
                    let values = evaluate(&context, target, &vectorised::Rows::of(chunk))?;
                    for value in values.iter() {
                        context.guard.step()?;
                        doomed.add(&value).map_err(|error| target.failure(error))?;
                    }
                }
            }
        }
        // What points at a relationship is younger than it, so it goes first.
        for &relationship in doomed.relationships.iter().rev() {
            self.guard.step()?;
            self.delete_relationship(relationship, detach, span)?;
        }
        for &node in &doomed.nodes {
            self.guard.step()?;
            self.delete_node(node, detach, span)?;
        }
        Ok(())
    }

    fn delete_relationship(
        &mut self,
        relationship: RelationshipId,
        detach: bool,
        span: Option<Span>,
    ) -> Result<(), Diagnostic> {
        if !self.graph().contains_relationship(relationship) {
            return Ok(());
        }
        let failure = |error: StoreError| Diagnostic::runtime(error.into(), span);
        self.remember_type(relationship);
        if detach {
            self.remember_attached(Endpoint::Relationship(relationship));
            let others =
                self.writer(span)?.detach_delete_relationship(relationship).map_err(failure)?;
            self.counters.relationships_deleted += others.len() as u64;
        } else {
            self.writer(span)?.delete_relationship(relationship).map_err(failure)?;
        }
        self.counters.relationships_deleted += 1;
        Ok(())
    }

    fn delete_node(
        &mut self,
        node: NodeId,
        detach: bool,
        span: Option<Span>,
    ) -> Result<(), Diagnostic> {
        if !self.graph().contains_node(node) {
            return Ok(());
        }
        let failure = |error: StoreError| Diagnostic::runtime(error.into(), span);
        self.deleted.any = true;
        if detach {
            self.remember_attached(Endpoint::Node(node));
            let relationships = self.writer(span)?.detach_delete_node(node).map_err(failure)?;
            self.counters.relationships_deleted += relationships.len() as u64;
        } else {
            self.writer(span)?.delete_node(node).map_err(failure)?;
        }
        self.counters.nodes_deleted += 1;
        Ok(())
    }

    /// The type of a relationship outlives it.
    fn remember_type(&mut self, relationship: RelationshipId) {
        self.deleted.any = true;
        let graph = self.graph();
        if let Some(record) = graph.relationship(relationship) {
            let name = graph.catalog().type_name(record.kind).clone();
            self.deleted.types.insert(relationship, name);
        }
    }

    fn remember_attached(&mut self, element: Endpoint) {
        let attached: Vec<RelationshipId> = [Direction::Outgoing, Direction::Incoming]
            .into_iter()
            .flat_map(|direction| self.graph().relationships_at(element, direction))
            .map(|(_, relationship)| relationship)
            .collect();
        attached.into_iter().for_each(|relationship| self.remember_type(relationship));
    }
}
