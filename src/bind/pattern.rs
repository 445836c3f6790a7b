//! Patterns that are searched, as a query graph.
//!
//! All variables of a pattern are declared before its property maps and predicates are
//! bound, so that `(a)-->(b {year: a.year})` works whichever way it is written.

use super::element::{computes_types, condition, variable};
use super::expression::{Expression, ExpressionKind, VariableId};
use super::group::{Flat, Item, Named, flattened};
use super::path::{not_alone, part_of_a_choice, refuse_endless, selects};
use super::query::{BoundClause, BoundKind, Distinctness, QueryGraph, QueryRelationship};
use super::scope::{Entry, StaticType};
use super::{Binder, Bound};
use crate::function::TypeSet;
use crate::syntax::ast::{
    self, Connection, EndPattern, LabelExpression, MatchMode, PathMode, PatternPart,
    RelationshipPattern,
};
use crate::syntax::diagnostic::Span;
use indexmap::IndexSet;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A bound pattern: its graph, what must hold of it, and what it adds.
#[derive(Default)]
pub(super) struct BoundPattern {
    pub(super) graph: QueryGraph,
    pub(super) predicates: Vec<Expression>,
    pub(super) paths: Vec<PathVariable>,
    pub(super) introduced: IndexSet<VariableId>,
    /// What holds of the part under way.
    pub(super) rule: PartRule,
    /// The paths that `shortestPath` and its kin search: indices into the graph's `paths`.
    pub(super) functions: Vec<usize>,
    /// What stands inside of a path that a selector chooses, and nowhere else.
    pub(super) interior: HashSet<VariableId>,
    /// Relationship variables of this pattern: most may stand in it only once.
    pub(super) seen: HashMap<VariableId, Vec<Distinctness>>,
    /// Where the variable of each end stands in the graph.
    pub(super) places: HashMap<VariableId, usize>,
}

/// What the elements of one part of a pattern may be.
#[derive(Clone, Copy)]
pub(super) struct PartRule {
    /// What its path may meet twice.
    pub(super) mode: PathMode,
    /// From which other relationships its own must differ.
    pub(super) unique: Distinctness,
}

impl Default for PartRule {
    fn default() -> Self {
        PartRule { mode: PathMode::Trail, unique: Distinctness::DIFFERENT }
    }
}

impl PartRule {
    fn of(part: &PatternPart, index: usize, mode: Option<MatchMode>) -> Self {
        let repeatable = mode == Some(MatchMode::RepeatableElements);
        let different = mode == Some(MatchMode::DifferentRelationships);
        let mode = match part.mode {
            Some(PathMode::Walk) if different => PathMode::Trail,
            Some(mode) => mode,
            None if repeatable => PathMode::Walk,
            None => PathMode::Trail,
        };
        let within = mode == PathMode::Trail || (!repeatable && mode != PathMode::Walk);
        let across = !repeatable && part.shortest.is_none();
        PartRule { mode, unique: Distinctness { part: index, within, across } }
    }
}

/// A path variable with the expression that puts the path together.
pub(super) type PathVariable = (VariableId, Expression);

/// What is still to be bound, once all variables are known.
pub(super) enum Pending<'s> {
    /// The properties of an element.
    Element(VariableId, &'s ast::Expression),
    /// The properties of each hop of a relationship of variable length.
    Hops(usize, &'s ast::Expression),
    /// A predicate.
    Where(&'s ast::Expression),
    /// A condition on the labels of an end or on the type of a relationship that is computed.
    Labels(VariableId, Span, &'s LabelExpression),
    /// What is said of the elements along a path, whose index is given.
    Path(usize, Vec<Condition<'s>>),
    /// What is said of the elements of a repeated part: path, segment, and its own names.
    Group(usize, usize, Vec<(Arc<str>, Entry)>, Vec<Condition<'s>>),
}

/// What is said of an element.
pub(super) enum Condition<'s> {
    /// Its properties.
    Properties(VariableId, &'s ast::Expression),
    /// A predicate.
    Where(&'s ast::Expression),
    /// A condition on labels or a type that is computed.
    Labels(VariableId, Span, &'s LabelExpression),
    /// It is the element that another variable stands for.
    Same(VariableId, VariableId, Span),
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
            Connection::Group(group) => {
                names.extend(&group.variable);
                chain_names(&group.start, &group.steps, names);
            }
        }
        names.extend(&end.variable);
    }
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
        let mut pattern = self.search_pattern(parts, mode)?;
        if let Some(predicate) = predicate {
            for predicate in self.predicate(predicate)? {
                self.add_predicate(&mut pattern, predicate);
            }
        }
        self.warn_of_product(parts, &pattern.introduced, &pattern.predicates);
        let BoundPattern { graph, predicates, paths, introduced, .. } = pattern;
        let introduced = introduced.into_iter().collect();
        Ok(BoundClause {
            kind: BoundKind::Match { optional, graph, predicates, paths, introduced },
            span,
        })
    }

    /// Binds a pattern that is searched.
    fn search_pattern(
        &mut self,
        parts: &[PatternPart],
        mode: Option<MatchMode>,
    ) -> Bound<BoundPattern> {
        let mut pattern = BoundPattern::default();
        let repeatable = mode == Some(MatchMode::RepeatableElements);
        let mut pending = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            if parts.len() > 1 && !repeatable && selects(part) {
                return Err(not_alone(part.span));
            }
            pattern.rule = PartRule::of(part, index, mode);
            self.search_part(part, &mut pattern, &mut pending)?;
        }
        for one in pending {
            self.bind_pending(one, &mut pattern)?;
        }
        refuse_endless(&pattern.graph)?;
        Ok(pattern)
    }

    fn bind_pending(&mut self, pending: Pending<'_>, pattern: &mut BoundPattern) -> Bound<()> {
        match pending {
            Pending::Element(variable, map) => {
                let predicates = self.properties_of(variable, map)?;
                pattern.predicates.extend(predicates);
            }
            Pending::Where(predicate) => {
                for predicate in self.predicate(predicate)? {
                    self.add_predicate(pattern, predicate);
                }
            }
            Pending::Labels(id, span, labels) => {
                let predicate = self.labels_hold(&variable(id, span), labels)?;
                pattern.predicates.push(predicate);
            }
            Pending::Hops(index, map) => {
                pattern.graph.relationships[index].properties = self.property_map(map)?;
            }
            Pending::Path(index, conditions) => self.path_conditions(index, conditions, pattern)?,
            Pending::Group(path, segment, names, conditions) => {
                self.group_conditions([path, segment], names, conditions, pattern)?;
            }
        }
        Ok(())
    }

    fn search_part<'s>(
        &mut self,
        part: &'s PatternPart,
        pattern: &mut BoundPattern,
        pending: &mut Vec<Pending<'s>>,
    ) -> Bound<()> {
        let Flat { items, predicates, named } = flattened(&part.start, &part.steps);
        let connected = items.iter().any(|item| !matches!(item, Item::End(_)));
        let whole = part.shortest.is_some() || (connected && selects(part));
        let first = pattern.graph.paths.len();
        let (start, relationships) = if whole {
            if let Some(named) = named.first() {
                return Err(part_of_a_choice(named.name));
            }
            self.search_whole(part, &items, &predicates, pattern, pending)?
        } else {
            pending.extend(predicates.into_iter().map(Pending::Where));
            let (start, along, places) = self.search_chain(&items, pattern, pending)?;
            self.name_parts(&named, (&items, &places), pattern)?;
            (start, along)
        };
        let path = || {
            let relationships = relationships.clone();
            Expression::new(ExpressionKind::Path { start, relationships }, part.span)
        };
        // What is one search keeps to the mode by itself.
        let searched = pattern.graph.paths.len() - first;
        if !whole && connected && !(relationships.len() == 1 && searched == 1) {
            let nodes = self.keeps_to(pattern.rule.mode, path());
            pattern.predicates.extend(nodes);
        }
        if let Some(name) = &part.variable {
            let id = self.new_variable(name, StaticType::of(TypeSet::PATH))?;
            if whole && let Some(searched) = pattern.graph.paths.last_mut() {
                searched.path = Some((id, path()));
            }
            pattern.paths.push((id, path()));
            pattern.introduced.insert(id);
        }
        Ok(())
    }

    /// Names parts of a path, of whose items these are the variables.
    fn name_parts(
        &mut self,
        named: &[Named<'_>],
        (items, places): (&[Item<'_>], &[VariableId]),
        pattern: &mut BoundPattern,
    ) -> Bound<()> {
        for Named { name, first, last } in named {
            let Some(start) = places.get(*first) else { continue };
            let along = items.iter().zip(places).take(*last).skip(*first);
            let connections = along.filter(|(item, _)| !matches!(item, Item::End(_)));
            let relationships = connections.map(|(_, variable)| *variable).collect();
            let path = ExpressionKind::Path { start: *start, relationships };
            let id = self.new_variable(name, StaticType::of(TypeSet::PATH))?;
            pattern.paths.push((id, Expression::new(path, name.span)));
            pattern.introduced.insert(id);
        }
        Ok(())
    }

    /// Each connection on its own. Gives the first end, the variables along the path, and
    /// those of all items.
    fn search_chain<'s>(
        &mut self,
        items: &[Item<'s>],
        pattern: &mut BoundPattern,
        pending: &mut Vec<Pending<'s>>,
    ) -> Bound<(VariableId, Vec<VariableId>, Vec<VariableId>)> {
        let mut along = Vec::with_capacity(items.len() / 2);
        let mut places = Vec::with_capacity(items.len());
        let mut ends: Option<(usize, usize)> = None;
        let mut rest = items.iter().peekable();
        while let Some(item) = rest.next() {
            let (left, first) = match (item, ends) {
                (Item::End(end), None) => {
                    let index = self.search_end(end, pattern, pending)?;
                    places.push(pattern.graph.ends[index].variable);
                    ends = Some((index, index));
                    continue;
                }
                (Item::End(end), Some((left, first))) => {
                    self.search_end_at(end, left, pattern, pending)?;
                    places.push(pattern.graph.ends[left].variable);
                    ends = Some((left, first));
                    continue;
                }
                (_, Some(ends)) => ends,
                (_, None) => break,
            };
            let Some(Item::End(end)) = rest.next() else { break };
            let repeated = match item {
                Item::Group(group) => Some((self.group_segment(group, pattern)?, group.span)),
                Item::Relationship(relationship) if needs_search(relationship, pattern) => {
                    Some((self.hops_segment(relationship, pattern)?, relationship.span))
                }
                _ => None,
            };
            let right = if let Some(draft) = repeated {
                let (right, trail) = self.search_repeated(draft, (left, end), pattern, pending)?;
                along.push(trail);
                right
            } else if let Item::Relationship(relationship) = item {
                let variable = self.search_relationship(relationship, pattern)?;
                let right = self.search_end(end, pattern, pending)?;
                add_relationship(relationship, variable, [left, right], pattern, pending)?;
                along.push(variable);
                right
            } else {
                break;
            };
            places.extend(along.last());
            places.push(pattern.graph.ends[right].variable);
            ends = Some((right, first));
        }
        let first = ends.map_or(0, |(_, first)| first);
        Ok((pattern.graph.ends[first].variable, along, places))
    }
}

/// A single relationship, or one of variable length on its own.
fn add_relationship<'s>(
    relationship: &'s RelationshipPattern,
    variable: VariableId,
    [left, right]: [usize; 2],
    pattern: &mut BoundPattern,
    pending: &mut Vec<Pending<'s>>,
) -> Bound<()> {
    let index = pattern.graph.relationships.len();
    let length = relationship.hops();
    match &relationship.properties {
        Some(map) if length.is_some() => pending.push(Pending::Hops(index, map)),
        Some(map) => pending.push(Pending::Element(variable, map)),
        None => {}
    }
    pending.extend(relationship.predicate.iter().map(|condition| Pending::Where(condition)));
    let span = relationship.span;
    let types = condition(relationship.types.as_ref(), &mut |labels| {
        pending.push(Pending::Labels(variable, span, labels));
    });
    pattern.graph.relationships.push(QueryRelationship {
        variable,
        left,
        right,
        direction: relationship.direction,
        types,
        length,
        properties: Vec::new(),
        unique: pattern.rule.unique,
        span,
    });
    Ok(())
}

/// Whether a relationship is repeated in a way that following trails of it cannot express.
fn needs_search(relationship: &RelationshipPattern, pattern: &BoundPattern) -> bool {
    let trails = relationship.predicate.is_none()
        && pattern.rule.mode == PathMode::Trail
        && !computes_types(relationship);
    let optional = relationship.quantifier.is_some_and(|quantifier| quantifier.optional);
    relationship.hops().is_some() && (optional || !trails)
}
