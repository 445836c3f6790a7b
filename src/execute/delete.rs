//! DELETE: all rows first, then the deletion: relationships before nodes.

use super::compile::Compiler;
use super::expression::type_name;
use super::session::{Rows, Session};
use super::vectorised::{self, evaluate};
use crate::bind::expression::Expression;
use crate::store::{Change, StoreError};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{Endpoint, EvaluationError, NodeId, RelationshipId, Value};

/// What is to be deleted.
#[derive(Default)]
struct Doomed {
    nodes: Vec<NodeId>,
    relationships: Vec<RelationshipId>,
}

impl Doomed {
    /// Takes a value in; null is passed over.
    fn add(&mut self, value: &Value) -> Result<(), EvaluationError> {
        match value {
            Value::Null => {}
            Value::Node(node) => self.nodes.push(*node),
            Value::Relationship(relationship) => self.relationships.push(*relationship),
            Value::Path(path) => {
                self.relationships.extend(path.relationships.iter().copied());
                for element in &path.elements {
                    match element {
                        Endpoint::Node(node) => self.nodes.push(*node),
                        Endpoint::Relationship(relationship) => {
                            self.relationships.push(*relationship);
                        }
                    }
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
        let Doomed { nodes, relationships } = self.present(doomed);
        let failure = |error: StoreError| Diagnostic::runtime(error.into(), span);
        let writer = self.writer(span)?;
        let relationships = if detach {
            let elements = relationships.iter().map(|id| Endpoint::Relationship(*id));
            let elements = elements.chain(nodes.iter().map(|id| Endpoint::Node(*id)));
            let mut all = writer.attached(elements).map_err(failure)?;
            all.extend(relationships);
            all.sort_unstable();
            all.dedup();
            all
        } else {
            relationships
        };
        // What is deleted is told to the log, each by itself.
        self.guard.keep(relationships.len() * size_of::<Change>())?;
        self.writer(span)?.delete_relationships(&relationships).map_err(failure)?;
        self.deleted.any |= !relationships.is_empty() || !nodes.is_empty();
        self.counters.relationships_deleted += relationships.len() as u64;
        self.counters.nodes_deleted += nodes.len() as u64;
        for &node in &nodes {
            self.guard.step()?;
            self.writer(span)?.delete_node(node).map_err(failure)?;
        }
        Ok(())
    }

    /// What there still is of these, ascending, each once.
    fn present(&self, mut doomed: Doomed) -> Doomed {
        doomed.nodes.sort_unstable();
        doomed.nodes.dedup();
        doomed.relationships.sort_unstable();
        doomed.relationships.dedup();
        let graph = self.graph();
        doomed.nodes.retain(|node| graph.contains_node(*node));
        doomed.relationships.retain(|id| graph.contains_relationship(*id));
        doomed
    }
}
