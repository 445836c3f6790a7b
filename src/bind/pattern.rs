//! Patterns: to a query graph where they are searched, to a list of elements where
//! they are created.
//!
//! All variables of a pattern are declared before its property maps are bound, so
//! that `(a)-->(b {year: a.year})` works whichever way it is written.

use super::expression::{Expression, ExpressionKind, Labels, VariableId};
use super::label::split;
use super::query::{BoundClause, BoundKind, QueryEnd, QueryGraph, QueryRelationship};
use super::scope::StaticType;
use super::{Binder, Bound, NameKind, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{
    self, ComparisonOperator, Connection, EndKind, EndPattern, LabelExpression, MatchMode,
    PatternPart, RelationshipPattern,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A bound pattern: its graph, what must hold of it, and what it adds.
#[derive(Default)]
pub(super) struct BoundPattern {
    pub(super) graph: QueryGraph,
    pub(super) predicates: Vec<Expression>,
    pub(super) paths: Vec<PathVariable>,
    pub(super) introduced: Vec<VariableId>,
    /// Relationship variables of this pattern: one may stand in it only once.
    seen: HashSet<VariableId>,
    /// Where the variable of each end stands in the graph.
    places: HashMap<VariableId, usize>,
}

/// A path variable with the expression that puts the path together.
pub(super) type PathVariable = (VariableId, Expression);

/// A property map or a predicate still to be bound, once all variables are known.
enum Pending<'s> {
    Element(VariableId, &'s ast::Expression),
    Hops(usize, &'s ast::Expression),
    Where(&'s ast::Expression),
    /// A condition on the labels of an end or on the type of a relationship that is computed.
    Labels(VariableId, Span, &'s LabelExpression),
}

/// What an element's type is, as a static type.
pub(super) fn end_type(kind: EndKind) -> TypeSet {
    match kind {
        EndKind::Node => TypeSet::NODE,
        EndKind::Relationship => TypeSet::RELATIONSHIP,
    }
}

/// Every variable that a part of a pattern names.
pub(super) fn names(part: &PatternPart) -> Vec<&ast::Name> {
    let mut names = Vec::new();
    chain_names(&part.start, &part.steps, &mut names);
    names.extend(&part.variable);
    names
}

/// The nesting of groups is bounded by the parser.
fn chain_names<'p>(
    start: &'p EndPattern,
    steps: &'p [(Connection, EndPattern)],
    names: &mut Vec<&'p ast::Name>,
) {
    names.extend(&start.variable);
    for (connection, end) in steps {
        match connection {
            Connection::Relationship(relationship) => names.extend(&relationship.variable),
            Connection::Group(group) => chain_names(&group.start, &group.steps, names),
        }
        names.extend(&end.variable);
    }
}

/// What is known of a condition on an element's labels before the query runs; the rest
/// waits until all variables are there.
fn condition<'s>(
    labels: Option<&'s LabelExpression>,
    (variable, span): (VariableId, Span),
    pending: &mut Vec<Pending<'s>>,
) -> Option<Labels> {
    let (known, computed) = split(labels?);
    pending.extend(computed.into_iter().map(|labels| Pending::Labels(variable, span, labels)));
    known
}

impl Binder<'_> {
    /// Binds MATCH, or the pattern of a subquery.
    pub(super) fn match_clause(
        &mut self,
        parts: &[PatternPart],
        mode: Option<MatchMode>,
        predicate: Option<&ast::Expression>,
        optional: bool,
        span: Span,
    ) -> Bound<BoundClause> {
        if mode == Some(MatchMode::RepeatableElements) {
            let message = "REPEATABLE ELEMENTS cannot be searched yet";
            return syntax_error(ErrorCode::UnexpectedSyntax, message, span);
        }
        let mut pattern = self.search_pattern(parts)?;
        if let Some(predicate) = predicate {
            let predicates = self.predicate(predicate)?;
            pattern.predicates.extend(predicates);
        }
        self.warn_of_product(parts, &pattern.introduced, &pattern.predicates);
        let BoundPattern { graph, predicates, paths, introduced, .. } = pattern;
        Ok(BoundClause {
            kind: BoundKind::Match { optional, graph, predicates, paths, introduced },
            span,
        })
    }

    /// Binds a pattern that is searched.
    pub(super) fn search_pattern(&mut self, parts: &[PatternPart]) -> Bound<BoundPattern> {
        let mut pattern = BoundPattern::default();
        let mut pending = Vec::new();
        for part in parts {
            self.search_part(part, &mut pattern, &mut pending)?;
        }
        for one in pending {
            match one {
                Pending::Element(variable, map) => {
                    for (key, value) in self.property_map(map)? {
                        pattern.predicates.push(equals_property(variable, key, value));
                    }
                }
                Pending::Where(predicate) => {
                    let predicates = self.predicate(predicate)?;
                    pattern.predicates.extend(predicates);
                }
                Pending::Labels(id, span, labels) => {
                    let element = variable(id, span);
                    let predicate = self.labels_hold(&element, labels)?;
                    pattern.predicates.push(predicate);
                }
                Pending::Hops(index, map) => {
                    pattern.graph.relationships[index].properties = self.property_map(map)?;
                }
            }
        }
        Ok(pattern)
    }

    fn search_part<'s>(
        &mut self,
        part: &'s PatternPart,
        pattern: &mut BoundPattern,
        pending: &mut Vec<Pending<'s>>,
    ) -> Bound<()> {
        if part.selector.is_some() || part.mode.is_some() {
            let message = "path patterns with a selector or a mode cannot be searched yet";
            return syntax_error(ErrorCode::UnexpectedSyntax, message, part.span);
        }
        let mut left = self.search_end(&part.start, pattern, pending)?;
        let start = pattern.graph.ends[left].variable;
        let mut relationships = Vec::with_capacity(part.steps.len());
        for (connection, end) in &part.steps {
            let Connection::Relationship(relationship) = connection else {
                let message = "path patterns in brackets cannot be searched yet";
                return syntax_error(ErrorCode::UnexpectedSyntax, message, part.span);
            };
            if relationship.quantifier.is_some() && relationship.predicate.is_some() {
                let message = "a condition on a repeated relationship cannot be searched yet";
                return syntax_error(ErrorCode::UnexpectedSyntax, message, part.span);
            }
            let variable = self.search_relationship(relationship, pattern)?;
            let right = self.search_end(end, pattern, pending)?;
            let index = pattern.graph.relationships.len();
            let length = relationship.hops();
            match &relationship.properties {
                Some(map) if length.is_some() => pending.push(Pending::Hops(index, map)),
                Some(map) => pending.push(Pending::Element(variable, map)),
                None => {}
            }
            pending
                .extend(relationship.predicate.iter().map(|condition| Pending::Where(condition)));
            let types = relationship.types.as_ref();
            if let (Some(types), true) = (types, length.is_some()) {
                written_types(types, relationship.span)?;
            }
            let types = condition(types, (variable, relationship.span), pending);
            pattern.graph.relationships.push(QueryRelationship {
                variable,
                left,
                right,
                direction: relationship.direction,
                types,
                length,
                properties: Vec::new(),
                shortest: part.shortest,
                span: relationship.span,
            });
            relationships.push(variable);
            left = right;
        }
        if let Some(name) = &part.variable {
            let path = Expression::new(ExpressionKind::Path { start, relationships }, part.span);
            let id = self.new_variable(name, StaticType::of(TypeSet::PATH))?;
            pattern.paths.push((id, path));
            pattern.introduced.push(id);
        }
        Ok(())
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
                let is = super::term::describe(entry.of.types);
                let wanted = super::term::describe(types);
                let error = Diagnostic::syntax(
                    ErrorCode::VariableTypeConflict,
                    format!("`{}` is {is} and cannot be {wanted} here", name.text),
                    name.span,
                )
                .with_label(format!("used as {wanted}"));
                let error = self.declared_at(error, entry.id, format!("declared as {is} here"));
                self.report(error)?;
                Ok((self.invent(&name.text), true))
            }
        }
    }

    fn search_end<'s>(
        &mut self,
        end: &'s EndPattern,
        pattern: &mut BoundPattern,
        pending: &mut Vec<Pending<'s>>,
    ) -> Bound<usize> {
        let names = match end.kind {
            EndKind::Node => NameKind::Label,
            EndKind::Relationship => NameKind::RelationshipType,
        };
        self.searches_labels(names, end.labels.as_ref());
        let (variable, new) = self.end_variable(end)?;
        if new {
            pattern.introduced.push(variable);
        }
        if let Some(map) = &end.properties {
            pending.push(Pending::Element(variable, map));
        }
        pending.extend(end.predicate.iter().map(|condition| Pending::Where(condition)));
        let labels = condition(end.labels.as_ref(), (variable, end.span), pending);
        if let Some(&index) = pattern.places.get(&variable) {
            let known = &mut pattern.graph.ends[index].labels;
            *known = match (known.take(), labels) {
                (Some(known), Some(more)) => Some(known.and(more)),
                (known, more) => known.or(more),
            };
            return Ok(index);
        }
        pattern.places.insert(variable, pattern.graph.ends.len());
        pattern.graph.ends.push(QueryEnd { variable, kind: end.kind, labels, span: end.span });
        Ok(pattern.graph.ends.len() - 1)
    }

    fn search_relationship(
        &mut self,
        relationship: &RelationshipPattern,
        pattern: &mut BoundPattern,
    ) -> Bound<VariableId> {
        self.searches_labels(NameKind::RelationshipType, relationship.types.as_ref());
        self.warn_of_length(relationship);
        let many = relationship.hops().is_some();
        let Some(name) = &relationship.variable else {
            let variable = self.invent(" relationship");
            pattern.introduced.push(variable);
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
                pattern.introduced.push(variable);
                variable
            }
            Some(entry) if !entry.of.may_be(wanted.types) => {
                let is = super::term::describe(entry.of.types);
                let error = Diagnostic::syntax(
                    ErrorCode::VariableTypeConflict,
                    format!("`{}` is {is}, not a relationship", name.text),
                    name.span,
                )
                .with_label("used as a relationship");
                let error = self.declared_at(error, entry.id, format!("declared as {is} here"));
                self.report(error)?;
                self.invent(&name.text)
            }
            // A variable-length relationship that is given: trails equal to that list.
            Some(entry) if many => {
                let trail = self.invent(" trail");
                pattern.introduced.push(trail);
                pattern
                    .predicates
                    .push(equal(variable(trail, name.span), variable(entry.id, name.span)));
                trail
            }
            Some(entry) => entry.id,
        };
        if !pattern.seen.insert(variable) {
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
    fn property_map(&mut self, map: &ast::Expression) -> Bound<Vec<(Arc<str>, Expression)>> {
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

/// Refuses a computed type where many relationships are searched: each of them is met
/// while the search is under way.
fn written_types(types: &LabelExpression, span: Span) -> Bound<()> {
    if types.names().into_iter().all(|name| name.written().is_some()) {
        return Ok(());
    }
    let message = "the types of a relationship of variable length cannot be computed";
    Err(Diagnostic::syntax(ErrorCode::InvalidRelationshipPattern, message, span)
        .with_help("write them, or test `all(r IN relationships WHERE type(r) = …)`"))
}

pub(super) fn variable(id: VariableId, span: Span) -> Expression {
    Expression::new(ExpressionKind::Variable(id), span)
}

pub(super) fn equal(left: Expression, right: Expression) -> Expression {
    let span = left.span.to(right.span);
    Expression::new(
        ExpressionKind::Comparison(ComparisonOperator::Equal, Box::new(left), Box::new(right)),
        span,
    )
}

pub(super) fn equals_property(id: VariableId, key: Arc<str>, value: Expression) -> Expression {
    let span = value.span;
    equal(Expression::new(ExpressionKind::Property(Box::new(variable(id, span)), key), span), value)
}
