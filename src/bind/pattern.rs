//! Patterns: to a query graph where they are searched, to a list of elements where
//! they are created.
//!
//! All variables of a pattern are declared before its property maps are bound, so
//! that `(a)-->(b {year: a.year})` works whichever way it is written.

use super::expression::{Expression, ExpressionKind, Labels, VariableId};
use super::query::{BoundClause, BoundKind, CreateItem, QueryEnd, QueryGraph, QueryRelationship};
use super::scope::StaticType;
use super::{Binder, Bound, NameKind, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{
    self, ComparisonOperator, Direction, EndKind, EndPattern, LabelExpression, PatternPart,
    RelationshipPattern,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;
use std::sync::Arc;

/// A bound pattern: its graph, what must hold of it, and what it adds.
#[derive(Default)]
pub(super) struct BoundPattern {
    pub(super) graph: QueryGraph,
    pub(super) predicates: Vec<Expression>,
    pub(super) paths: Vec<PathVariable>,
    pub(super) introduced: Vec<VariableId>,
    /// Relationship variables of this pattern: one may stand in it only once.
    seen: Vec<VariableId>,
}

/// A path variable with the expression that puts the path together.
type PathVariable = (VariableId, Expression);

/// A property map or a predicate still to be bound, once all variables are known.
enum Pending<'s> {
    Element(VariableId, &'s ast::Expression),
    Hops(usize, &'s ast::Expression),
    Where(&'s ast::Expression),
}

/// What an element's type is, as a static type.
fn end_type(kind: EndKind) -> TypeSet {
    match kind {
        EndKind::Node => TypeSet::NODE,
        EndKind::Relationship => TypeSet::RELATIONSHIP,
    }
}

fn texts(names: &[&ast::Name]) -> Vec<Arc<str>> {
    names.iter().map(|name| name.text.clone()).collect()
}

/// A condition on labels without the places in the text.
fn condition(labels: Option<&LabelExpression>) -> Option<Labels> {
    labels.map(|labels| labels.map(&|name| name.text.clone()))
}

impl Binder<'_> {
    /// Binds MATCH, or the pattern of a subquery.
    pub(super) fn match_clause(
        &mut self,
        parts: &[PatternPart],
        predicate: Option<&ast::Expression>,
        optional: bool,
        span: Span,
    ) -> Bound<BoundClause> {
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
        let mut left = self.search_end(&part.start, pattern, pending)?;
        let start = pattern.graph.ends[left].variable;
        let mut relationships = Vec::with_capacity(part.steps.len());
        for (relationship, end) in &part.steps {
            let variable = self.search_relationship(relationship, pattern)?;
            let right = self.search_end(end, pattern, pending)?;
            let index = pattern.graph.relationships.len();
            let length = relationship.length.map(|length| (length.min.unwrap_or(1), length.max));
            match &relationship.properties {
                Some(map) if length.is_some() => pending.push(Pending::Hops(index, map)),
                Some(map) => pending.push(Pending::Element(variable, map)),
                None => {}
            }
            pending
                .extend(relationship.predicate.iter().map(|condition| Pending::Where(condition)));
            pattern.graph.relationships.push(QueryRelationship {
                variable,
                left,
                right,
                direction: relationship.direction,
                types: condition(relationship.types.as_ref()),
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
    fn end_variable(&mut self, end: &EndPattern) -> Bound<(VariableId, bool)> {
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
        let labels = condition(end.labels.as_ref());
        // A variable that is new stands nowhere else: no need to search a long pattern.
        let known = || pattern.graph.ends.iter().position(|known| known.variable == variable);
        if let Some(index) = if new { None } else { known() } {
            let known = &mut pattern.graph.ends[index].labels;
            *known = match (known.take(), labels) {
                (Some(known), Some(more)) => Some(known.and(more)),
                (known, more) => known.or(more),
            };
            return Ok(index);
        }
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
        let many = relationship.length.is_some();
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
        if pattern.seen.contains(&variable) {
            let message = format!(
                "`{}` stands for two relationships of one pattern, which are always different",
                name.text
            );
            let error =
                Diagnostic::syntax(ErrorCode::RelationshipUniquenessViolation, message, name.span)
                    .with_help("use two variables");
            self.report(self.declared_at(error, variable, "first used here"))?;
        }
        pattern.seen.push(variable);
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

    /// Binds a pattern that is created: the elements in order, and the path variables.
    pub(super) fn create_pattern(
        &mut self,
        parts: &[PatternPart],
        merge: bool,
    ) -> Bound<(Vec<CreateItem>, Vec<PathVariable>)> {
        let mut items = Vec::new();
        let mut paths = Vec::new();
        for part in parts {
            if part.shortest.is_some() {
                return syntax_error(
                    ErrorCode::UnexpectedSyntax,
                    "a shortest path can be searched, but not created",
                    part.span,
                );
            }
            let alone = part.steps.is_empty() && !merge;
            let start = self.create_end(&part.start, alone, &mut items)?;
            let mut left = start;
            let mut relationships = Vec::with_capacity(part.steps.len());
            for (relationship, end) in &part.steps {
                let right = self.create_end(end, false, &mut items)?;
                let variable =
                    self.create_relationship(relationship, left, right, merge, &mut items)?;
                relationships.push(variable);
                left = right;
            }
            if let Some(name) = &part.variable {
                let path =
                    Expression::new(ExpressionKind::Path { start, relationships }, part.span);
                let id = self.new_variable(name, StaticType::of(TypeSet::PATH))?;
                paths.push((id, path));
            }
        }
        Ok((items, paths))
    }

    fn create_end(
        &mut self,
        end: &EndPattern,
        alone: bool,
        items: &mut Vec<CreateItem>,
    ) -> Bound<VariableId> {
        no_inline_filter(end.predicate.as_deref())?;
        let described = end.labels.is_some() || end.properties.is_some();
        let known = match &end.variable {
            Some(name) => self.scopes.resolve(&name.text).map(|entry| (name, entry)),
            None => None,
        };
        if let Some((name, entry)) = known {
            if !entry.of.may_be(end_type(end.kind)) {
                let is = super::term::describe(entry.of.types);
                let message = format!(
                    "`{}` is {is} and cannot be {} here",
                    name.text,
                    super::term::describe(end_type(end.kind))
                );
                return syntax_error(ErrorCode::VariableTypeConflict, message, name.span);
            }
            if alone || described {
                let message =
                    format!("`{}` is already there and cannot be created again", name.text);
                let error = Diagnostic::syntax(ErrorCode::VariableAlreadyBound, message, end.span)
                    .with_help("use another variable, or SET to change what is there");
                self.report(self.declared_at(error, entry.id, "first declared here"))?;
            }
            return Ok(entry.id);
        }
        if end.kind == EndKind::Relationship {
            let name = end.variable.as_ref().map_or("[]".into(), |name| format!("[{}]", name.text));
            return Err(Diagnostic::syntax(
                ErrorCode::UndefinedVariable,
                format!("`{name}` must be a relationship that is already there"),
                end.span,
            )
            .with_help(
                "create or match the relationship first, with a variable, then point at it",
            ));
        }
        let properties =
            end.properties.as_deref().map(|map| self.create_properties(map)).transpose()?;
        let labels = created_labels(end)?;
        self.brings(NameKind::Label, labels.iter().copied());
        let (variable, _) = self.end_variable(end)?;
        items.push(CreateItem::Node { variable, labels: texts(&labels), properties });
        Ok(variable)
    }

    fn create_properties(&mut self, map: &ast::Expression) -> Bound<Expression> {
        self.brings_map(map);
        self.expression(map)
    }

    fn create_relationship(
        &mut self,
        relationship: &RelationshipPattern,
        left: VariableId,
        right: VariableId,
        merge: bool,
        items: &mut Vec<CreateItem>,
    ) -> Bound<VariableId> {
        if let Some(name) = &relationship.variable
            && let Some(known) = self.scopes.resolve(&name.text)
        {
            return Err(self.already(name, known));
        }
        if relationship.length.is_some() {
            return syntax_error(
                ErrorCode::CreatingVarLength,
                "only single relationships can be created",
                relationship.span,
            );
        }
        no_inline_filter(relationship.predicate.as_deref())?;
        let Some(LabelExpression::Name(kind)) = &relationship.types else {
            let message = "a relationship is created with exactly one type";
            return Err(Diagnostic::syntax(
                ErrorCode::NoSingleRelationshipType,
                message,
                relationship.span,
            )
            .with_help("write it as `-[:TYPE]->`"));
        };
        self.brings(NameKind::RelationshipType, [kind]);
        let (start, end) = match relationship.direction {
            Direction::Outgoing => (left, right),
            Direction::Incoming => (right, left),
            Direction::Either if merge => (left, right),
            Direction::Either => {
                let message = "a relationship is created with a direction";
                return Err(Diagnostic::syntax(
                    ErrorCode::RequiresDirectedRelationship,
                    message,
                    relationship.span,
                )
                .with_help("write `-->` or `<--`"));
            }
        };
        let properties = relationship
            .properties
            .as_deref()
            .map(|map| self.create_properties(map))
            .transpose()?;
        let variable = match &relationship.variable {
            Some(name) => self.new_variable(name, StaticType::of(TypeSet::RELATIONSHIP))?,
            None => self.invent(" relationship"),
        };
        items.push(CreateItem::Relationship {
            variable,
            kind: kind.text.clone(),
            start,
            end,
            properties,
            span: relationship.span,
        });
        Ok(variable)
    }
}

fn variable(id: VariableId, span: Span) -> Expression {
    Expression::new(ExpressionKind::Variable(id), span)
}

fn equal(left: Expression, right: Expression) -> Expression {
    let span = left.span.to(right.span);
    Expression::new(
        ExpressionKind::Comparison(ComparisonOperator::Equal, Box::new(left), Box::new(right)),
        span,
    )
}

fn equals_property(id: VariableId, key: Arc<str>, value: Expression) -> Expression {
    let span = value.span;
    equal(Expression::new(ExpressionKind::Property(Box::new(variable(id, span)), key), span), value)
}

/// The labels of a node that is created.
fn created_labels(end: &EndPattern) -> Bound<Vec<&ast::Name>> {
    let Some(labels) = &end.labels else { return Ok(Vec::new()) };
    labels.conjunction().ok_or_else(|| {
        let message = "a node is created with labels, not with a condition on them";
        Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, end.span)
            .with_help("write all its labels with `&` between them: `(n:A&B)`")
    })
}

/// Refuses a WHERE inside a node or relationship that is created.
fn no_inline_filter(predicate: Option<&ast::Expression>) -> Bound<()> {
    let Some(predicate) = predicate else { return Ok(()) };
    let message = "WHERE can stand in a pattern that is searched, not in one that is created";
    Err(Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, predicate.span)
        .with_help("write properties as a map: `(n {name: 'Ada'})`"))
}

/// A condition that demands all these labels.
fn all_of(labels: &[Arc<str>]) -> Option<Labels> {
    let mut leaves = labels.iter().cloned().map(LabelExpression::Name);
    let first = leaves.next()?;
    Some(leaves.fold(first, Labels::and))
}

/// A bound MERGE pattern: what to search, and what to create where nothing is found.
pub(super) struct BoundMerge {
    pub(super) graph: QueryGraph,
    pub(super) predicates: Vec<Expression>,
    pub(super) create: Vec<CreateItem>,
    pub(super) paths: Vec<PathVariable>,
    pub(super) introduced: Vec<VariableId>,
}

impl Binder<'_> {
    /// Binds the pattern of MERGE. It is bound as something to create; the search
    /// graph has the same variables.
    pub(super) fn merge_pattern(&mut self, part: &PatternPart) -> Bound<BoundMerge> {
        let (create, paths) = self.create_pattern(std::slice::from_ref(part), true)?;
        let mut merge = BoundMerge {
            graph: QueryGraph::default(),
            predicates: Vec::new(),
            create,
            paths,
            introduced: Vec::new(),
        };
        let mut relationships = part.steps.iter().map(|(relationship, _)| relationship);
        let bracketed = self.bracketed(part);
        for item in &merge.create {
            let (CreateItem::Node { variable, properties, .. }
            | CreateItem::Relationship { variable, properties, .. }) = item;
            merge.introduced.push(*variable);
            if let Some(map) = properties {
                let ExpressionKind::Map(entries) = &map.kind else {
                    let message = "MERGE has to know the properties that it compares";
                    return Err(Diagnostic::syntax(
                        ErrorCode::InvalidParameterUse,
                        message,
                        map.span,
                    )
                    .with_help("write its keys: `{name: $map.name}`"));
                };
                let equal = entries
                    .iter()
                    .map(|(key, value)| equals_property(*variable, key.clone(), value.clone()));
                merge.predicates.extend(equal);
            }
            match item {
                CreateItem::Node { variable, labels, .. } => {
                    let span = part.span;
                    merge.graph.ends.push(QueryEnd {
                        variable: *variable,
                        kind: EndKind::Node,
                        labels: all_of(labels),
                        span,
                    });
                }
                CreateItem::Relationship { variable, kind, start, end, span, .. } => {
                    let written = relationships
                        .next()
                        .map_or(Direction::Outgoing, |relationship| relationship.direction);
                    let direction = if written == Direction::Either {
                        Direction::Either
                    } else {
                        Direction::Outgoing
                    };
                    let mut index = |id: VariableId| {
                        merge
                            .graph
                            .ends
                            .iter()
                            .position(|known| known.variable == id)
                            .unwrap_or_else(|| {
                                let kind = if bracketed.contains(&id) {
                                    EndKind::Relationship
                                } else {
                                    EndKind::Node
                                };
                                merge.graph.ends.push(QueryEnd {
                                    variable: id,
                                    kind,
                                    labels: None,
                                    span: *span,
                                });
                                merge.graph.ends.len() - 1
                            })
                    };
                    let (left, right) = (index(*start), index(*end));
                    merge.graph.relationships.push(QueryRelationship {
                        variable: *variable,
                        left,
                        right,
                        direction,
                        types: Some(LabelExpression::Name(kind.clone())),
                        length: None,
                        properties: Vec::new(),
                        shortest: None,
                        span: *span,
                    });
                }
            }
        }
        if merge.introduced.is_empty() {
            return syntax_error(
                ErrorCode::VariableAlreadyBound,
                "everything in this pattern is already there",
                part.span,
            );
        }
        Ok(merge)
    }

    /// The variables that stand in square brackets as ends.
    fn bracketed(&mut self, part: &PatternPart) -> Vec<VariableId> {
        std::iter::once(&part.start)
            .chain(part.steps.iter().map(|(_, end)| end))
            .filter(|end| end.kind == EndKind::Relationship)
            .filter_map(|end| end.variable.as_ref())
            .filter_map(|name| self.scopes.resolve(&name.text))
            .map(|entry| entry.id)
            .collect()
    }
}
