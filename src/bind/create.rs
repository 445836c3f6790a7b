//! Patterns that are created: the elements in order, and what MERGE searches first.

use super::element::{end_type, equals_property, variable};
use super::expression::{Expression, ExpressionKind, Labels, VariableId};
use super::item::{CreateItem, NameSource};
use super::pattern::PathVariable;
use super::query::{Distinctness, QueryEnd, QueryGraph, QueryRelationship};
use super::scope::StaticType;
use super::{Binder, Bound, NameKind, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{
    self, Connection, Direction, EndKind, EndPattern, LabelExpression, PatternPart,
    RelationshipPattern,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;
use std::collections::{HashMap, HashSet};

impl Binder<'_> {
    /// Binds a pattern that is created: the elements in order, and the path variables.
    pub(super) fn create_pattern(
        &mut self,
        parts: &[PatternPart],
        merge: bool,
    ) -> Bound<(Vec<CreateItem>, Vec<PathVariable>)> {
        let mut items = Vec::new();
        let mut paths = Vec::new();
        for part in parts {
            only_searched(part)?;
            let alone = part.steps.is_empty() && !merge;
            let start = self.create_end(&part.start, alone, &mut items)?;
            let mut left = start;
            let mut relationships = Vec::with_capacity(part.steps.len());
            for (connection, end) in &part.steps {
                let relationship = single_relationship(connection)?;
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
                let mut error = self.no_such_end(name, entry, end.kind);
                if alone {
                    // What is there is not created again in any brackets.
                    error.help = None;
                }
                return Err(error);
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
        let labels = self.created_labels(end.labels.as_ref(), end.span)?;
        let (variable, _) = self.end_variable(end)?;
        items.push(CreateItem::Node { variable, labels, properties, span: end.span });
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
        if relationship.length.is_some() || relationship.quantifier.is_some() {
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
        let kind = self.label_source(NameKind::RelationshipType, kind)?;
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
            kind,
            start,
            end,
            properties,
            span: relationship.span,
        });
        Ok(variable)
    }
}

/// Refuses a WHERE inside a node or relationship that is created.
fn no_inline_filter(predicate: Option<&ast::Expression>) -> Bound<()> {
    let Some(predicate) = predicate else { return Ok(()) };
    let message = "WHERE can stand in a pattern that is searched, not in one that is created";
    Err(Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, predicate.span)
        .with_help("write properties as a map: `(n {name: 'Ada'})`"))
}

/// What a pattern that is searched must demand so that it finds what is created with these
/// names: a condition on those that are written, and predicates for the others.
fn demanded(
    element: VariableId,
    names: &[NameSource],
    span: Span,
    predicates: &mut Vec<Expression>,
) -> Option<Labels> {
    let mut known = Vec::new();
    for name in names {
        match name {
            NameSource::Written(name) => known.push(Labels::Name(name.clone())),
            NameSource::Dynamic(value) => {
                let element = Box::new(variable(element, span));
                let kind =
                    ExpressionKind::HasDynamicLabels(element, Box::new(value.clone()), false);
                predicates.push(Expression::new(kind, value.span));
            }
        }
    }
    known.into_iter().reduce(Labels::and)
}

/// Refuses what only a search can mean.
fn only_searched(part: &PatternPart) -> Bound<()> {
    let refuse = |what: &str| {
        let message = format!("{what} can be searched, but not created");
        syntax_error(ErrorCode::UnexpectedSyntax, message, part.span)
    };
    if part.shortest.is_some() {
        return refuse("a shortest path");
    }
    if part.selector.is_some() || part.mode.is_some() {
        return refuse("a path pattern with a selector or a mode");
    }
    Ok(())
}

/// The relationship that a connection has to be where something is created.
fn single_relationship(connection: &Connection) -> Bound<&RelationshipPattern> {
    match connection {
        Connection::Relationship(relationship) => Ok(relationship),
        Connection::Group(group) => syntax_error(
            ErrorCode::UnexpectedSyntax,
            "a path pattern in brackets can be searched, but not created",
            group.span,
        ),
    }
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
        let mut relationships =
            part.steps.iter().filter_map(|(connection, _)| connection.relationship());
        let bracketed = self.bracketed(part);
        let mut places: HashMap<VariableId, usize> = HashMap::new();
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
                CreateItem::Node { variable, labels, span, .. } => {
                    places.insert(*variable, merge.graph.ends.len());
                    let (variable, span, kind) = (*variable, *span, EndKind::Node);
                    let labels = demanded(variable, labels, span, &mut merge.predicates);
                    merge.graph.ends.push(QueryEnd { variable, kind, labels, span });
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
                        *places.entry(id).or_insert_with(|| {
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
                    let kind = std::slice::from_ref(kind);
                    let types = demanded(*variable, kind, *span, &mut merge.predicates);
                    merge.graph.relationships.push(QueryRelationship {
                        variable: *variable,
                        left,
                        right,
                        direction,
                        types,
                        length: None,
                        properties: Vec::new(),
                        unique: Distinctness::DIFFERENT,
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
    fn bracketed(&mut self, part: &PatternPart) -> HashSet<VariableId> {
        std::iter::once(&part.start)
            .chain(part.steps.iter().map(|(_, end)| end))
            .filter(|end| end.kind == EndKind::Relationship)
            .filter_map(|end| end.variable.as_ref())
            .filter_map(|name| self.scopes.resolve(&name.text))
            .map(|entry| entry.id)
            .collect()
    }
}
