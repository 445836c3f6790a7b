//! The elements of a pattern that is searched: the variables of its ends and relationships,
//! and what is said of them.

use super::expression::{Expression, ExpressionKind, Labels, VariableId};
use super::label::split;
use super::path::inside_a_choice;
use super::pattern::{BoundPattern, Condition, Pending};
use super::query::QueryEnd;
use super::scope::{Entry, StaticType};
use super::{Binder, Bound, NameKind, syntax_error};
use crate::function::TypeSet;
use crate::syntax;
use crate::syntax::ast::{
    self, ComparisonOperator, EndKind, EndPattern, LabelExpression, RelationshipPattern,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;
use std::sync::Arc;

/// What an element's type is, as a static type.
pub(super) fn end_type(kind: EndKind) -> TypeSet {
    match kind {
        EndKind::Node => TypeSet::NODE,
        EndKind::Relationship => TypeSet::RELATIONSHIP,
    }
}

/// The names that an end's condition consists of.
pub(super) fn label_kind(kind: EndKind) -> NameKind {
    match kind {
        EndKind::Node => NameKind::Label,
        EndKind::Relationship => NameKind::RelationshipType,
    }
}

/// What is known of a condition on labels or types before the query runs; `note` is given
/// the rest, which waits until all variables are there.
pub(super) fn condition<'s>(
    labels: Option<&'s LabelExpression>,
    note: &mut dyn FnMut(&'s LabelExpression),
) -> Option<Labels> {
    let (known, computed) = split(labels?);
    computed.into_iter().for_each(note);
    known
}

/// Whether a part of what is said of a relationship's type is computed.
pub(super) fn computes_types(relationship: &RelationshipPattern) -> bool {
    let names = relationship.types.iter().flat_map(LabelExpression::names);
    names.into_iter().any(|name| name.written().is_none())
}

impl Binder<'_> {
    /// Every variable that an expression reads, those of its subqueries included.
    pub(super) fn variables_read(&self, expression: &Expression) -> Vec<VariableId> {
        let (mut read, mut subqueries) = (Vec::new(), Vec::new());
        expression.visit_variables(&mut |id| read.push(id), &mut |id| subqueries.push(id));
        for subquery in subqueries.iter().filter_map(|id| self.subqueries.get(id.0 as usize)) {
            read.extend(&subquery.outer);
        }
        read
    }

    /// Properties as predicates.
    pub(super) fn properties_of(
        &mut self,
        element: VariableId,
        map: &ast::Expression,
    ) -> Bound<Vec<Expression>> {
        let entries = self.property_map(map)?;
        Ok(entries.into_iter().map(|(key, value)| equals_property(element, key, value)).collect())
    }

    /// What is said of elements, as predicates.
    pub(super) fn conditions(&mut self, conditions: Vec<Condition<'_>>) -> Bound<Vec<Expression>> {
        let mut predicates = Vec::new();
        for condition in conditions {
            match condition {
                Condition::Properties(element, map) => {
                    predicates.extend(self.properties_of(element, map)?);
                }
                Condition::Labels(element, span, labels) => {
                    predicates.push(self.labels_hold(&variable(element, span), labels)?);
                }
                Condition::Where(predicate) => predicates.extend(self.predicate(predicate)?),
                Condition::Same(one, other, span) => {
                    predicates.push(equal(variable(one, span), variable(other, span)));
                }
            }
        }
        Ok(predicates)
    }

    /// Declares a variable that must not be there yet.
    pub(super) fn new_variable(&mut self, name: &ast::Name, of: StaticType) -> Bound<VariableId> {
        if let Some(known) = self.scopes.resolve(&name.text) {
            let error = self.already(name, known);
            self.report(error)?;
            return Ok(self.invent(&name.text));
        }
        Ok(self.declare(name, of))
    }

    /// The error of an end that is named as what it is not.
    pub(super) fn no_such_end(&self, name: &ast::Name, entry: Entry, kind: EndKind) -> Diagnostic {
        let is = super::term::describe(entry.of.types);
        let wanted = super::term::describe(end_type(kind));
        let error = Diagnostic::syntax(
            ErrorCode::VariableTypeConflict,
            format!("`{}` is {is} and cannot be {wanted} here", name.text),
            name.span,
        )
        .with_label(format!("used as {wanted}"));
        let shown = syntax::print_name(&name.text);
        let error = match kind {
            EndKind::Node if entry.of.may_be(TypeSet::RELATIONSHIP) => error.with_help(format!(
                "an end that is a relationship stands in square brackets: `-[:TYPE]->[{shown}]`"
            )),
            EndKind::Relationship if entry.of.may_be(TypeSet::NODE) => error.with_help(format!(
                "an end that is a node stands in parentheses: `-[:TYPE]->({shown})`"
            )),
            _ => error,
        };
        self.declared_at(error, entry.id, format!("declared as {is} here"))
    }

    /// The variable of an end: the one that is there, or a new one (second value true).
    pub(super) fn end_variable(&mut self, end: &EndPattern) -> Bound<(VariableId, bool)> {
        let types = end_type(end.kind);
        let Some(name) = &end.variable else {
            return Ok((
                self.invent(if end.kind == EndKind::Node { " node" } else { " relationship" }),
                true,
            ));
        };
        match self.scopes.resolve(&name.text) {
            None => Ok((self.declare(name, StaticType::of(types)), true)),
            Some(entry) if entry.of.may_be(types) => Ok((entry.id, false)),
            Some(entry) => {
                self.report(self.no_such_end(name, entry, end.kind))?;
                Ok((self.invent(&name.text), true))
            }
        }
    }

    /// An end that stands on its own.
    pub(super) fn search_end<'s>(
        &mut self,
        end: &'s EndPattern,
        pattern: &mut BoundPattern,
        pending: &mut Vec<Pending<'s>>,
    ) -> Bound<usize> {
        let (variable, new) = self.end_variable(end)?;
        if new {
            pattern.introduced.insert(variable);
        } else if pattern.interior.contains(&variable)
            && let Some(name) = &end.variable
        {
            let error = inside_a_choice(name);
            return Err(self.declared_at(error, variable, "it stands inside of the path here"));
        }
        Ok(self.describe_end(end, variable, pattern, pending))
    }

    /// An end that stands for the same element as another, whose index is given.
    pub(super) fn search_end_at<'s>(
        &mut self,
        end: &'s EndPattern,
        at: usize,
        pattern: &mut BoundPattern,
        pending: &mut Vec<Pending<'s>>,
    ) -> Bound<()> {
        let QueryEnd { variable: known, kind, .. } = pattern.graph.ends[at];
        if kind != end.kind {
            let message =
                "neighbouring ends of a path stand for one element: a node or a relationship";
            return syntax_error(ErrorCode::VariableTypeConflict, message, end.span);
        }
        if let Some(name) = &end.variable {
            match self.scopes.resolve(&name.text) {
                None => {
                    let of = StaticType::of(end_type(kind));
                    self.scopes.declare(name.text.clone(), Entry { id: known, of });
                }
                Some(entry) if entry.id == known => {}
                Some(_) => {
                    let other = self.search_end(end, pattern, pending)?;
                    let other = pattern.graph.ends[other].variable;
                    let same = equal(variable(known, end.span), variable(other, end.span));
                    pattern.predicates.push(same);
                    return Ok(());
                }
            }
        }
        self.describe_end(end, known, pattern, pending);
        Ok(())
    }

    /// Notes what is said of an end. Gives its index.
    fn describe_end<'s>(
        &mut self,
        end: &'s EndPattern,
        variable: VariableId,
        pattern: &mut BoundPattern,
        pending: &mut Vec<Pending<'s>>,
    ) -> usize {
        self.searches_labels(label_kind(end.kind), end.labels.as_ref());
        if let Some(map) = &end.properties {
            pending.push(Pending::Element(variable, map));
        }
        pending.extend(end.predicate.iter().map(|condition| Pending::Where(condition)));
        let span = end.span;
        let labels = condition(end.labels.as_ref(), &mut |labels| {
            pending.push(Pending::Labels(variable, span, labels));
        });
        let end = QueryEnd { variable, kind: end.kind, labels, span: end.span };
        if let Some(&index) = pattern.places.get(&variable) {
            pattern.graph.ends[index].demand(end.labels);
            return index;
        }
        pattern.places.insert(variable, pattern.graph.ends.len());
        pattern.graph.ends.push(end);
        pattern.graph.ends.len() - 1
    }

    /// The variable of a relationship, or of the list of them.
    pub(super) fn search_relationship(
        &mut self,
        relationship: &RelationshipPattern,
        pattern: &mut BoundPattern,
    ) -> Bound<VariableId> {
        self.searches_labels(NameKind::RelationshipType, relationship.types.as_ref());
        self.warn_of_length(relationship);
        let many = relationship.hops().is_some();
        let Some(name) = &relationship.variable else {
            let variable = self.invent(" relationship");
            pattern.introduced.insert(variable);
            return Ok(variable);
        };
        let wanted = if many {
            StaticType::list(TypeSet::RELATIONSHIP)
        } else {
            StaticType::of(TypeSet::RELATIONSHIP)
        };
        let variable = match self.scopes.resolve(&name.text) {
            None => {
                let variable = self.declare(name, wanted);
                pattern.introduced.insert(variable);
                variable
            }
            Some(entry) if !entry.of.may_be(wanted.types) => {
                let is = super::term::describe(entry.of.types);
                let used = if many { "a list of relationships" } else { "a relationship" };
                let error = Diagnostic::syntax(
                    ErrorCode::VariableTypeConflict,
                    format!("`{}` is {is}, not {used}", name.text),
                    name.span,
                )
                .with_label(format!("used as {used}"));
                let error = if many {
                    error.with_help(
                        "use another name: a relationship of variable length is a list of \
                         relationships",
                    )
                } else if entry.of.may_be(TypeSet::NODE) {
                    let shown = syntax::print_name(&name.text);
                    error.with_help(format!(
                        "use another name, or write an end that is this relationship in square \
                         brackets: `-[:TYPE]->[{shown}]`"
                    ))
                } else {
                    error
                };
                let error = self.declared_at(error, entry.id, format!("declared as {is} here"));
                self.report(error)?;
                self.invent(&name.text)
            }
            // A variable-length relationship that is given: trails equal to that list.
            Some(entry) if many => {
                let trail = self.invent(" trail");
                pattern.introduced.insert(trail);
                pattern
                    .predicates
                    .push(equal(variable(trail, name.span), variable(entry.id, name.span)));
                trail
            }
            Some(entry) if pattern.interior.contains(&entry.id) => {
                return Err(inside_a_choice(name));
            }
            Some(entry) => entry.id,
        };
        let unique = pattern.rule.unique;
        let seen = pattern.seen.entry(variable).or_default();
        let twice = seen.iter().any(|of| of.separates(unique));
        seen.push(unique);
        if twice {
            let message = format!(
                "`{}` stands for two relationships of one pattern, which are always different",
                name.text
            );
            let error =
                Diagnostic::syntax(ErrorCode::RelationshipUniquenessViolation, message, name.span)
                    .with_help("use two variables");
            self.report(self.declared_at(error, variable, "first used here"))?;
        }
        Ok(variable)
    }

    /// The entries of a property map in a searched pattern.
    pub(super) fn property_map(
        &mut self,
        map: &ast::Expression,
    ) -> Bound<Vec<(Arc<str>, Expression)>> {
        if let ast::ExpressionKind::Map(entries) = &map.kind {
            let mut bound = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                self.searches(NameKind::PropertyKey, std::slice::from_ref(key));
                bound.push((key.text.clone(), self.expression(value)?));
            }
            Ok(bound)
        } else {
            let message = "a whole map as a parameter can be created, but not searched for";
            Err(Diagnostic::syntax(ErrorCode::InvalidParameterUse, message, map.span)
                .with_help("write its keys: `{name: $map.name}`"))
        }
    }
}

/// A variable as an expression.
pub(super) fn variable(id: VariableId, span: Span) -> Expression {
    Expression::new(ExpressionKind::Variable(id), span)
}

/// `left = right`.
pub(super) fn equal(left: Expression, right: Expression) -> Expression {
    let span = left.span.to(right.span);
    Expression::new(
        ExpressionKind::Comparison(ComparisonOperator::Equal, Box::new(left), Box::new(right)),
        span,
    )
}

/// `variable.key = value`.
pub(super) fn equals_property(id: VariableId, key: Arc<str>, value: Expression) -> Expression {
    let span = value.span;
    equal(Expression::new(ExpressionKind::Property(Box::new(variable(id, span)), key), span), value)
}
