//! Labels and types, written or computed.

use super::{Evaluated, Machine, Row, error, wrong_type};
use dossier::syntax::ast::{LabelExpression, LabelName};
use dossier::value::{Endpoint, ErrorClass, Value};
use std::sync::Arc;

/// Whether a part of the expression has to be computed.
pub(super) fn is_computed(wanted: &LabelExpression) -> bool {
    wanted.names().into_iter().any(|name| name.written().is_none())
}

impl Machine {
    /// The names that a label stands for.
    pub(super) fn label_names(&self, label: &LabelName, row: &Row) -> Evaluated<Vec<Arc<str>>> {
        let value = match label {
            LabelName::Written(name) | LabelName::BehindColon(name) => {
                return Ok(vec![name.text.clone()]);
            }
            LabelName::Dynamic { value, .. } => self.value(value, row)?,
        };
        let name = |value: &Value| match value {
            Value::String(text) if text.is_empty() => {
                error(ErrorClass::ArgumentError, "a name is not empty")
            }
            Value::String(text) => Ok(text.clone()),
            _ => wrong_type("a name is a string"),
        };
        match &value {
            Value::List(items) => items.iter().map(name).collect(),
            one => Ok(vec![name(one)?]),
        }
    }

    /// Whether labels, or the one type of a relationship, are as wanted.
    pub(super) fn labelled(
        &self,
        wanted: &LabelExpression,
        has: &[Arc<str>],
        row: &Row,
    ) -> Evaluated<bool> {
        Ok(match wanted {
            LabelExpression::Name(name) => {
                let names = self.label_names(name, row)?;
                let any = matches!(name, LabelName::Dynamic { any: true, .. });
                let there = |name: &Arc<str>| has.contains(name);
                if any { names.iter().any(there) } else { names.iter().all(there) }
            }
            LabelExpression::Any => !has.is_empty(),
            LabelExpression::Not(count, inner) => {
                (count % 2 == 0) == self.labelled(inner, has, row)?
            }
            LabelExpression::And(terms) => {
                let each = terms.iter().map(|one| self.labelled(one, has, row));
                !each.collect::<Evaluated<Vec<_>>>()?.contains(&false)
            }
            LabelExpression::Or(terms) => {
                let each = terms.iter().map(|one| self.labelled(one, has, row));
                each.collect::<Evaluated<Vec<_>>>()?.contains(&true)
            }
        })
    }

    /// The labels of a node, or the type of a relationship.
    pub(super) fn labels_of(&self, at: Endpoint) -> Vec<Arc<str>> {
        match at {
            Endpoint::Node(id) => {
                self.world.nodes.get(&id).map(|node| node.labels.clone()).unwrap_or_default()
            }
            Endpoint::Relationship(id) => {
                self.world.relationships.get(&id).map(|one| one.kind.clone()).into_iter().collect()
            }
        }
    }
}
