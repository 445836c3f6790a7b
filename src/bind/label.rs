//! Labels and types that are computed: `:$(label)`.
//!
//! In a pattern that is searched, what is written stays a condition that scans and
//! expansions know; what is computed becomes a predicate. `(n:A&$(x))` is `(n:A)` with a
//! predicate, `(n:A|$(x))` a node with a predicate. In what is created or set, each row
//! computes its names.

use super::expression::{Expression, ExpressionKind, Labels};
use super::item::NameSource;
use super::term::describe;
use super::{Binder, Bound, NameKind, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{self, LabelExpression, LabelName, LogicalOperator};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;

/// Whether nothing of a condition is computed.
fn is_written(labels: &LabelExpression) -> bool {
    labels.names().into_iter().all(|name| name.written().is_some())
}

/// A condition of which nothing is computed, without its places in the text.
fn written(labels: &LabelExpression) -> Labels {
    labels.map(&|name| name.written().map(|name| name.text.clone()).unwrap_or_default())
}

/// A condition's part that is written, and the terms of it that have to hold besides.
pub(super) fn split(labels: &LabelExpression) -> (Option<Labels>, Vec<&LabelExpression>) {
    if is_written(labels) {
        return (Some(written(labels)), Vec::new());
    }
    let terms = match labels {
        LabelExpression::And(terms) => terms.iter().collect(),
        only => vec![only],
    };
    let (known, computed): (Vec<_>, Vec<_>) = terms.into_iter().partition(|term| is_written(term));
    (known.into_iter().map(written).reduce(Labels::and), computed)
}

impl Binder<'_> {
    /// Whether an element, which costs nothing to evaluate twice, is as a condition says.
    pub(super) fn labels_hold(
        &mut self,
        element: &Expression,
        labels: &LabelExpression,
    ) -> Bound<Expression> {
        let subject = Box::new(element.clone());
        if is_written(labels) {
            let kind = ExpressionKind::HasLabels(subject, written(labels));
            return Ok(Expression::new(kind, element.span));
        }
        let kind = match labels {
            LabelExpression::Name(LabelName::Dynamic { any, value, span }) => {
                let names = Box::new(self.label_names(value)?);
                let kind = ExpressionKind::HasDynamicLabels(subject, names, *any);
                return Ok(Expression::new(kind, *span));
            }
            LabelExpression::Not(count, inner) => {
                let inner = self.labels_hold(element, inner)?;
                match count % 2 {
                    0 => return Ok(inner),
                    _ => ExpressionKind::Not(Box::new(inner)),
                }
            }
            LabelExpression::And(terms) | LabelExpression::Or(terms) => {
                let all = matches!(labels, LabelExpression::And(_));
                let operator = if all { LogicalOperator::And } else { LogicalOperator::Or };
                let terms = terms.iter().map(|term| self.labels_hold(element, term));
                ExpressionKind::Logical(operator, terms.collect::<Bound<_>>()?)
            }
            LabelExpression::Name(_) | LabelExpression::Any => {
                ExpressionKind::HasLabels(subject, written(labels))
            }
        };
        Ok(Expression::new(kind, element.span))
    }

    /// What labels or types are computed from.
    fn label_names(&mut self, value: &ast::Expression) -> Bound<Expression> {
        let (bound, of) = self.term(value)?;
        if !of.may_be(TypeSet::STRING.union(TypeSet::LIST)) {
            let message = format!(
                "labels and types are computed from a string or a list of strings, this is {}",
                describe(of.types)
            );
            return syntax_error(ErrorCode::InvalidArgumentType, message, value.span);
        }
        Ok(bound)
    }

    /// A label or type that is written to the graph.
    pub(super) fn label_source(&mut self, kind: NameKind, label: &LabelName) -> Bound<NameSource> {
        match label {
            LabelName::Written(name) | LabelName::BehindColon(name) => {
                self.brings(kind, [name]);
                Ok(NameSource::Written(name.text.clone()))
            }
            LabelName::Dynamic { any: true, span, .. } => {
                let message = "`$any` leaves open which of the names is meant";
                Err(Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, *span)
                    .with_help("write `$(…)`, which stands for all of them"))
            }
            LabelName::Dynamic { value, .. } => {
                self.brings_unknown.push(kind);
                Ok(NameSource::Dynamic(self.label_names(value)?))
            }
        }
    }

    /// Labels that are set or removed.
    pub(super) fn label_sources(&mut self, labels: &[LabelName]) -> Bound<Vec<NameSource>> {
        labels.iter().map(|label| self.label_source(NameKind::Label, label)).collect()
    }

    /// The labels of a node that is created.
    pub(super) fn created_labels(
        &mut self,
        labels: Option<&LabelExpression>,
        span: Span,
    ) -> Bound<Vec<NameSource>> {
        let Some(labels) = labels else { return Ok(Vec::new()) };
        let names = labels.conjunction().ok_or_else(|| {
            let message = "a node is created with labels, not with a condition on them";
            Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, span)
                .with_help("write all its labels with `&` between them: `(n:A&B)`")
        })?;
        names.into_iter().map(|label| self.label_source(NameKind::Label, label)).collect()
    }

    /// A property key that is computed and written to the graph.
    pub(super) fn key_source(&mut self, key: &ast::Expression) -> Bound<NameSource> {
        let (bound, of) = self.term(key)?;
        if !of.may_be(TypeSet::STRING) {
            let message =
                format!("a property key is computed from a string, this is {}", describe(of.types));
            return syntax_error(ErrorCode::InvalidArgumentType, message, key.span);
        }
        self.brings_unknown.push(NameKind::PropertyKey);
        Ok(NameSource::Dynamic(bound))
    }
}
