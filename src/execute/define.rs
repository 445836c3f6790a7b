//! Statements about the schema: they go to the writer by name.
//!
//! The writer answers with what stands in the way. A statement that says IF EXISTS or IF
//! NOT EXISTS takes some of these answers for success: that there is already what it
//! asks for, by its name or by what it says. That something else has the name, or that the
//! graph breaks a rule, stays a failure.

use super::expression::type_name;
use super::session::Session;
use crate::bind::schema::{
    BoundDemand, BoundEnd, Definition, DefinitionKind, DefinitionName, Elements,
};
use crate::store::{ConstraintKind, EndRule, KeyId, SchemaTarget, StoreError, Writer};
use crate::syntax::ast::EndKind;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::syntax::{closest, print_name};
use crate::value::{EvaluationError, Value};
use std::sync::Arc;

impl Session<'_> {
    /// Changes the schema.
    pub(super) fn define(&mut self, definition: &Definition) -> Result<(), Diagnostic> {
        let mut counters = self.counters;
        let name = definition.kind.name().map(|name| self.name(name, definition.span));
        let name = name.transpose()?;
        let writer = self.writer(Some(definition.span))?;
        let before = writer.savepoint();
        let done = apply(writer, &definition.kind, name.as_deref());
        match done {
            Ok(replaced) => {
                match &definition.kind {
                    DefinitionKind::CreateIndex { .. } => counters.indexes_added += 1,
                    DefinitionKind::DropIndex(_) => counters.indexes_removed += 1,
                    DefinitionKind::CreateConstraint { .. } => counters.constraints_added += 1,
                    DefinitionKind::DropConstraint(_) => counters.constraints_removed += 1,
                    DefinitionKind::CreateEdgeType { .. } => {
                        counters.edge_types_added += 1;
                        counters.edge_types_removed += u64::from(replaced);
                    }
                    DefinitionKind::DropEdgeType(_) => counters.edge_types_removed += 1,
                    DefinitionKind::CreateContradiction { .. } => {
                        counters.contradictions_added += 1;
                    }
                    DefinitionKind::DropContradiction(_) => counters.contradictions_removed += 1,
                }
                self.counters = counters;
                Ok(())
            }
            Err(error) if definition.lenient && is_done_already(&definition.kind, &error) => {
                writer.rollback_to(&before);
                Ok(())
            }
            Err(StoreError::Stopped) => Err(self.stopped()),
            Err(error) => Err(explained(error, definition, writer)),
        }
    }

    /// The name of an index, a constraint or a contradiction.
    fn name(&self, name: &DefinitionName, span: Span) -> Result<Arc<str>, Diagnostic> {
        let parameter = match name {
            DefinitionName::Written(name) => return Ok(name.clone()),
            DefinitionName::Parameter(parameter) => parameter,
        };
        match self.options.parameter(parameter, span)? {
            Value::String(name) => Ok(name),
            other => {
                let message =
                    format!("a name is a String, but ${parameter} is {}", type_name(&other));
                Err(Diagnostic::runtime(EvaluationError::wrong_type(message), Some(span)))
            }
        }
    }
}

/// Does it; whether something was replaced.
fn apply(
    writer: &mut Writer,
    kind: &DefinitionKind,
    name: Option<&str>,
) -> Result<bool, StoreError> {
    match kind {
        DefinitionKind::CreateIndex { on, .. } => {
            let (target, keys) = elements(writer, on)?;
            writer.create_index(name, target, keys)?;
        }
        DefinitionKind::DropIndex(_) => writer.drop_index(name.unwrap_or_default())?,
        DefinitionKind::CreateConstraint { on, demand, .. } => {
            let (target, keys) = elements(writer, on)?;
            let kind = match demand {
                BoundDemand::Unique => ConstraintKind::Unique,
                BoundDemand::Key => ConstraintKind::Key,
                BoundDemand::Exists => ConstraintKind::Exists,
                BoundDemand::Type(types) => ConstraintKind::Type(types.clone()),
            };
            writer.create_constraint(name, target, keys, kind)?;
        }
        DefinitionKind::DropConstraint(_) => writer.drop_constraint(name.unwrap_or_default())?,
        DefinitionKind::CreateEdgeType { label, alternatives, replace } => {
            let kind = writer.relationship_type(label)?;
            let replaced = writer.view().edge_types().iter().any(|edge| edge.kind == kind);
            let mut rules = Vec::with_capacity(alternatives.len());
            for (start, end) in alternatives {
                rules.push((rule(writer, start)?, rule(writer, end)?));
            }
            writer.create_edge_type(kind, rules, *replace)?;
            return Ok(replaced);
        }
        DefinitionKind::DropEdgeType(name) => writer.drop_edge_type(name)?,
        DefinitionKind::CreateContradiction { pattern, .. } => {
            writer.create_contradiction(name, pattern)?;
        }
        DefinitionKind::DropContradiction(_) => {
            writer.drop_contradiction(name.unwrap_or_default())?;
        }
    }
    Ok(false)
}

fn elements(writer: &mut Writer, on: &Elements) -> Result<(SchemaTarget, Vec<KeyId>), StoreError> {
    let target = match on.kind {
        EndKind::Node => SchemaTarget::Label(writer.label(&on.label)?),
        EndKind::Relationship => SchemaTarget::Type(writer.relationship_type(&on.label)?),
    };
    let keys = on.keys.iter().map(|key| writer.key(key)).collect::<Result<_, _>>()?;
    Ok((target, keys))
}

fn rule(writer: &mut Writer, end: &BoundEnd) -> Result<EndRule, StoreError> {
    let names = end.names.iter();
    Ok(match end.kind {
        EndKind::Node => {
            EndRule::Node(names.map(|name| writer.label(name)).collect::<Result<_, _>>()?)
        }
        EndKind::Relationship => EndRule::Relationship(
            names.map(|name| writer.relationship_type(name)).collect::<Result<_, _>>()?,
        ),
    })
}

/// Whether the answer says that there is already what is asked for, or that what should go
/// is not there.
fn is_done_already(kind: &DefinitionKind, error: &StoreError) -> bool {
    matches!(
        (kind, error),
        (DefinitionKind::CreateIndex { .. }, StoreError::IndexExists(_))
            | (DefinitionKind::CreateConstraint { .. }, StoreError::ConstraintExists(_))
            | (DefinitionKind::CreateEdgeType { .. }, StoreError::EdgeTypeExists(_))
            | (DefinitionKind::DropIndex(_), StoreError::NoSuchIndex(_))
            | (DefinitionKind::DropConstraint(_), StoreError::NoSuchConstraint(_))
            | (DefinitionKind::DropEdgeType(_), StoreError::NoSuchEdgeType(_))
            | (DefinitionKind::CreateContradiction { .. }, StoreError::ContradictionExists(_))
            | (DefinitionKind::DropContradiction(_), StoreError::NoSuchContradiction(_))
    )
}

/// The failure at its place, with what to do.
fn explained(error: StoreError, definition: &Definition, writer: &Writer) -> Diagnostic {
    let graph = writer.view();
    let near = |name: &str, names: Vec<Arc<str>>| {
        closest(name, names.iter().map(|name| &**name))
            .map(|near| format!("did you mean `{}`?", print_name(near)))
    };
    let constraint = |name: &str| graph.constraints().iter().find(|other| &*other.name == name);
    let help = match &error {
        StoreError::IndexExists(name) => match (constraint(name), graph.index(name)) {
            (Some(owner), _) => {
                Some(format!("it belongs to a constraint: {}", graph.constraint_statement(owner)))
            }
            (None, Some(index)) => Some(format!("it is there: {}", graph.index_statement(index))),
            (None, None) => None,
        },
        StoreError::ConstraintExists(name) => constraint(name)
            .map(|owner| format!("it is there: {}", graph.constraint_statement(owner))),
        StoreError::EdgeTypeExists(_) => {
            Some("write `CREATE OR REPLACE EDGE TYPE` to replace it".to_owned())
        }
        StoreError::IndexOwned(name) => {
            Some(format!("write `DROP CONSTRAINT {}`", print_name(name)))
        }
        StoreError::NoSuchIndex(name) if constraint(name).is_some() => {
            Some(format!("it is a constraint: write `DROP CONSTRAINT {}`", print_name(name)))
        }
        StoreError::NoSuchConstraint(name) if graph.index(name).is_some() => {
            Some(format!("it is an index: write `DROP INDEX {}`", print_name(name)))
        }
        StoreError::NoSuchConstraint(name) | StoreError::NoSuchIndex(name)
            if graph.contradiction(name).is_some() =>
        {
            Some(format!("it is a contradiction: write `DROP CONTRADICTION {}`", print_name(name)))
        }
        StoreError::ContradictionExists(name) => graph
            .contradiction(name)
            .map(|other| format!("it is there: {}", graph.contradiction_statement(other))),
        StoreError::NoSuchContradiction(name) if constraint(name).is_some() => {
            Some(format!("it is a constraint: write `DROP CONSTRAINT {}`", print_name(name)))
        }
        StoreError::NoSuchContradiction(name) if graph.index(name).is_some() => {
            Some(format!("it is an index: write `DROP INDEX {}`", print_name(name)))
        }
        StoreError::NoSuchContradiction(name) => {
            near(name, graph.contradictions().iter().map(|other| other.name.clone()).collect())
        }
        StoreError::NoSuchIndex(name) => {
            near(name, graph.indexes().iter().map(|index| index.name().clone()).collect())
        }
        StoreError::NoSuchConstraint(name) => {
            near(name, graph.constraints().iter().map(|other| other.name.clone()).collect())
        }
        StoreError::NoSuchEdgeType(name) => {
            let catalog = graph.catalog();
            let types = graph.edge_types().iter();
            near(name, types.map(|edge| catalog.type_name(edge.kind).clone()).collect())
        }
        _ => None,
    };
    let diagnostic = Diagnostic::runtime(error.into(), Some(definition.span));
    match help {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}
