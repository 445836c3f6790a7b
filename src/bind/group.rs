//! What a path consists of: chains without the brackets that repeat nothing, and segments,
//! which are small query graphs of their own.
//!
//! The names in a part that is repeated mean lists outside of it. Within they are single
//! elements, seen by the predicates of that part alone.

use super::element::{condition, end_type, label_kind, variable};
use super::expression::{Expression, ExpressionKind, VariableId};
use super::pattern::{BoundPattern, Condition};
use super::query::{
    Distinctness, QueryEnd, QueryGraph, QueryRelationship, QuerySegment, SegmentOutput,
    SegmentPlace,
};
use super::scope::{Entry, StaticType};
use super::{Binder, Bound, NameKind, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{
    self, ArithmeticOperator, Connection, EndKind, EndPattern, GroupPattern, LabelExpression,
    RelationshipPattern,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorCode, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A step of a path once the brackets that repeat nothing are gone. Ends may follow each
/// other: they then stand for one element.
#[derive(Clone, Copy)]
pub(super) enum Item<'s> {
    /// An end.
    End(&'s EndPattern),
    /// A relationship, repeated or not.
    Relationship(&'s RelationshipPattern),
    /// What is repeated.
    Group(&'s GroupPattern),
}

/// A chain without the brackets that repeat nothing.
#[derive(Default)]
pub(super) struct Flat<'s> {
    /// The items; the first and the last are ends.
    pub(super) items: Vec<Item<'s>>,
    /// The predicates of the brackets that are gone.
    pub(super) predicates: Vec<&'s ast::Expression>,
    /// The names of their paths.
    pub(super) named: Vec<Named<'s>>,
}

/// A part of a chain that has a name.
pub(super) struct Named<'s> {
    /// The name.
    pub(super) name: &'s ast::Name,
    /// The item at which it begins.
    pub(super) first: usize,
    /// The item at which it ends.
    pub(super) last: usize,
}

/// The items of a chain, and what is said of the brackets that are gone.
pub(super) fn flattened<'s>(
    start: &'s EndPattern,
    steps: &'s [(Connection, EndPattern)],
) -> Flat<'s> {
    let mut flat = Flat::default();
    flatten(start, steps, None, &mut flat);
    flat
}

/// The nesting of brackets is bounded by the parser.
fn flatten<'s>(
    start: &'s EndPattern,
    steps: &'s [(Connection, EndPattern)],
    name: Option<&'s ast::Name>,
    flat: &mut Flat<'s>,
) {
    add_end(start, &mut flat.items);
    let first = flat.items.len() - 1;
    for (connection, end) in steps {
        match connection {
            Connection::Relationship(relationship) => {
                flat.items.push(Item::Relationship(relationship));
            }
            Connection::Group(group) if group.quantifier.is_some() => {
                flat.items.push(Item::Group(group));
            }
            Connection::Group(group) => {
                flatten(&group.start, &group.steps, group.variable.as_ref(), flat);
                flat.predicates.extend(group.predicate.as_deref());
            }
        }
        add_end(end, &mut flat.items);
    }
    let last = flat.items.len() - 1;
    flat.named.extend(name.map(|name| Named { name, first, last }));
}

/// Adds an end. One that says nothing adds nothing to a neighbour.
fn add_end<'s>(end: &'s EndPattern, items: &mut Vec<Item<'s>>) {
    if let Some(Item::End(before)) = items.last() {
        if says_nothing(end) {
            return;
        }
        if says_nothing(before) {
            items.pop();
        }
    }
    items.push(Item::End(end));
}

fn says_nothing(end: &EndPattern) -> bool {
    end.kind == EndKind::Node
        && end.variable.is_none()
        && end.labels.is_none()
        && end.properties.is_none()
        && end.predicate.is_none()
}

/// A segment with what is still to be bound of it.
pub(super) struct Draft<'s> {
    /// The segment.
    pub(super) segment: QuerySegment,
    /// Its own names, as they are seen within.
    pub(super) names: Vec<(Arc<str>, Entry)>,
    /// What is said of its elements.
    pub(super) conditions: Vec<Condition<'s>>,
    /// Whether its ends may be relationships: they are not written.
    pub(super) open: bool,
}

/// One repetition under way.
struct Body<'s> {
    graph: QueryGraph,
    /// The variables of the ends, in order.
    ends: Vec<(VariableId, EndKind)>,
    /// The index in the graph of the last end.
    at: usize,
    names: Vec<(&'s ast::Name, Entry, SegmentPlace)>,
    known: HashMap<&'s str, Entry>,
    /// Where the variable of each end stands in the graph.
    places: HashMap<VariableId, usize>,
    relationships: HashSet<VariableId>,
    conditions: Vec<Condition<'s>>,
}

impl<'s> Body<'s> {
    fn new() -> Self {
        Body {
            graph: QueryGraph::default(),
            ends: Vec::new(),
            at: 0,
            names: Vec::new(),
            known: HashMap::new(),
            places: HashMap::new(),
            relationships: HashSet::new(),
            conditions: Vec::new(),
        }
    }

    fn add_name(&mut self, name: &'s ast::Name, entry: Entry, place: SegmentPlace) {
        self.known.insert(&name.text, entry);
        self.names.push((name, entry, place));
    }

    fn computes(
        &mut self,
        variable: VariableId,
        span: Span,
        labels: impl IntoIterator<Item = &'s LabelExpression>,
    ) {
        let labels = labels.into_iter().map(|labels| Condition::Labels(variable, span, labels));
        self.conditions.extend(labels);
    }

    fn says(
        &mut self,
        variable: VariableId,
        properties: Option<&'s ast::Expression>,
        predicate: Option<&'s ast::Expression>,
    ) {
        self.conditions.extend(properties.map(|map| Condition::Properties(variable, map)));
        self.conditions.extend(predicate.map(Condition::Where));
    }

    /// Adds an end, to which the last relationship leads.
    fn end(&mut self, end: QueryEnd) {
        self.ends.push((end.variable, end.kind));
        self.at = *self.places.entry(end.variable).or_insert(self.graph.ends.len());
        match self.graph.ends.get_mut(self.at) {
            Some(known) => known.demand(end.labels),
            None => self.graph.ends.push(end),
        }
        if let Some(last) = self.graph.relationships.last_mut() {
            last.right = self.at;
        }
    }
}

impl Binder<'_> {
    /// A single relationship of a path that is searched as a whole, or one that is repeated.
    pub(super) fn hops_segment<'s>(
        &mut self,
        relationship: &'s RelationshipPattern,
        pattern: &mut BoundPattern,
    ) -> Bound<Draft<'s>> {
        self.warn_of_length(relationship);
        let mut body = Body::new();
        let span = relationship.span;
        self.bare_end(&mut body, span);
        self.body_relationship(relationship, &mut body, pattern)?;
        self.bare_end(&mut body, span);
        let bounds = relationship.hops().unwrap_or((1, Some(1)));
        let optional = relationship.quantifier.is_some_and(|quantifier| quantifier.optional);
        let draft = self.repeated(body, bounds, optional, pattern);
        Ok(Draft { open: true, ..draft })
    }

    /// A path pattern in brackets that is repeated.
    pub(super) fn group_segment<'s>(
        &mut self,
        group: &'s GroupPattern,
        pattern: &mut BoundPattern,
    ) -> Bound<Draft<'s>> {
        let Flat { items, predicates, named } = flattened(&group.start, &group.steps);
        if let Some(named) = named.first() {
            let message = "in what is repeated only the whole path has a name";
            let code = ErrorCode::InvalidRelationshipPattern;
            return syntax_error(code, message, named.name.span);
        }
        let mut body = Body::new();
        let mut behind_end = false;
        for item in &items {
            match item {
                Item::End(end) => self.body_end(end, behind_end, &mut body)?,
                Item::Relationship(relationship) => {
                    if relationship.hops().is_some() {
                        return nested(relationship.span);
                    }
                    self.body_relationship(relationship, &mut body, pattern)?;
                }
                Item::Group(inner) => return nested(inner.span),
            }
            behind_end = matches!(item, Item::End(_));
        }
        if body.graph.relationships.is_empty() {
            let message = "what is repeated has to hold a relationship";
            return syntax_error(ErrorCode::InvalidRelationshipPattern, message, group.span);
        }
        let outermost = [body.ends.first(), body.ends.last()];
        if outermost.into_iter().flatten().any(|(_, kind)| *kind != EndKind::Node) {
            let message = "what is repeated begins and ends with a node";
            return syntax_error(ErrorCode::InvalidRelationshipPattern, message, group.span);
        }
        body.conditions.extend(predicates.into_iter().map(Condition::Where));
        body.conditions.extend(group.predicate.as_deref().map(Condition::Where));
        let bounds = group.quantifier.map_or((1, Some(1)), |many| (many.min, many.max));
        let optional = group.quantifier.is_some_and(|quantifier| quantifier.optional);
        let mut draft = self.repeated(body, bounds, optional, pattern);
        if let Some(name) = &group.variable {
            self.repeated_path(name, &mut draft, optional, pattern)?;
        }
        Ok(draft)
    }

    /// The paths of all repetitions, or the only one of what stands once or not at all.
    fn repeated_path(
        &mut self,
        name: &ast::Name,
        draft: &mut Draft<'_>,
        optional: bool,
        pattern: &mut BoundPattern,
    ) -> Bound<()> {
        let (list, span) = (!optional, name.span);
        let relationships =
            (0..draft.segment.graph.relationships.len()).map(SegmentPlace::Relationship);
        let mut given = Vec::new();
        for place in std::iter::once(SegmentPlace::End(0)).chain(relationships) {
            let variable = self.invent(" part");
            pattern.introduced.insert(variable);
            draft.segment.outputs.push(SegmentOutput { variable, place, list });
            given.push(variable);
        }
        let path = |variables: &[VariableId]| {
            let (start, relationships) = (variables[0], variables[1..].to_vec());
            Expression::new(ExpressionKind::Path { start, relationships }, span)
        };
        let (value, of) = if optional {
            (path(&given), StaticType::of(TypeSet::PATH))
        } else {
            let turn = self.invent(" turn");
            let own: Vec<VariableId> = given.iter().map(|_| self.invent(" element")).collect();
            let new = |kind| Expression::new(kind, span);
            let values = own.iter().zip(&given).map(|(own, all)| {
                let [all, turn] = [*all, turn].map(|id| Box::new(variable(id, span)));
                (*own, new(ExpressionKind::Index(all, turn)))
            });
            let values = values.collect();
            let body = Box::new(path(&own));
            let integer = |number| new(ExpressionKind::Literal(Value::Integer(number)));
            let size = new(ExpressionKind::Function("size", vec![variable(given[0], span)]));
            let last = vec![(ArithmeticOperator::Subtract, integer(1))];
            let last = new(ExpressionKind::Arithmetic(Box::new(size), last));
            let turns = new(ExpressionKind::Function("range", vec![integer(0), last]));
            let each = ExpressionKind::ListComprehension {
                variable: turn,
                list: Box::new(turns),
                predicate: None,
                projection: Some(Box::new(new(ExpressionKind::Binding { values, body }))),
            };
            (new(each), StaticType::list(TypeSet::PATH))
        };
        let id = self.new_variable(name, of)?;
        pattern.paths.push((id, value));
        pattern.introduced.insert(id);
        Ok(())
    }

    /// The segment of a body; its names mean lists from now on, or, where it stands once or
    /// not at all, an element or nothing.
    fn repeated<'s>(
        &mut self,
        body: Body<'s>,
        (min, max): (u64, Option<u64>),
        optional: bool,
        pattern: &mut BoundPattern,
    ) -> Draft<'s> {
        let mut outputs = Vec::with_capacity(body.names.len());
        let mut names = Vec::with_capacity(body.names.len());
        for (name, entry, place) in body.names {
            let list = !optional;
            let of = if list { StaticType::list(entry.of.types) } else { entry.of };
            let variable = self.declare(name, of);
            pattern.introduced.insert(variable);
            outputs.push(SegmentOutput { variable, place, list });
            names.push((name.text.clone(), entry));
        }
        let Body { graph, ends, conditions, .. } = body;
        let predicates = Vec::new();
        let segment = QuerySegment { graph, ends, predicates, min, max, outputs };
        Draft { segment, names, conditions, open: false }
    }

    fn bare_end(&mut self, body: &mut Body<'_>, span: Span) {
        let variable = self.invent(" node");
        body.end(QueryEnd { variable, kind: EndKind::Node, labels: None, span });
    }

    /// An end of one repetition; behind another end it stands for the same element.
    fn body_end<'s>(
        &mut self,
        end: &'s EndPattern,
        behind_end: bool,
        body: &mut Body<'s>,
    ) -> Bound<()> {
        self.searches_labels(label_kind(end.kind), end.labels.as_ref());
        let of = StaticType::of(end_type(end.kind));
        let mut computed = Vec::new();
        let labels = condition(end.labels.as_ref(), &mut |labels| computed.push(labels));
        let same = body.ends.last().copied().filter(|_| behind_end);
        if let Some((variable, kind)) = same {
            if kind != end.kind {
                let message = "neighbouring ends of a path stand for one element";
                return syntax_error(ErrorCode::VariableTypeConflict, message, end.span);
            }
            match end.variable.as_ref().map(|name| (name, body.known.get(&*name.text).copied())) {
                Some((name, Some(entry))) if entry.id != variable => {
                    body.conditions.push(Condition::Same(variable, entry.id, name.span));
                }
                Some((name, None)) => {
                    self.unknown_outside(name)?;
                    let place = SegmentPlace::End(body.ends.len() - 1);
                    body.add_name(name, Entry { id: variable, of }, place);
                }
                _ => {}
            }
            body.graph.ends[body.at].demand(labels);
            body.computes(variable, end.span, computed);
            body.says(variable, end.properties.as_deref(), end.predicate.as_deref());
            return Ok(());
        }
        let place = SegmentPlace::End(body.ends.len());
        let variable = self.body_variable(end.variable.as_ref(), of, place, body)?;
        body.end(QueryEnd { variable, kind: end.kind, labels, span: end.span });
        body.computes(variable, end.span, computed);
        body.says(variable, end.properties.as_deref(), end.predicate.as_deref());
        Ok(())
    }

    /// A relationship of one repetition, behind the end from which it is seen.
    fn body_relationship<'s>(
        &mut self,
        relationship: &'s RelationshipPattern,
        body: &mut Body<'s>,
        pattern: &BoundPattern,
    ) -> Bound<()> {
        self.searches_labels(NameKind::RelationshipType, relationship.types.as_ref());
        let of = StaticType::of(TypeSet::RELATIONSHIP);
        let place = SegmentPlace::Relationship(body.graph.relationships.len());
        let variable = self.body_variable(relationship.variable.as_ref(), of, place, body)?;
        if !body.relationships.insert(variable) {
            let message = "one relationship cannot stand twice in what is repeated";
            let code = ErrorCode::RelationshipUniquenessViolation;
            return syntax_error(code, message, relationship.span);
        }
        body.says(variable, relationship.properties.as_deref(), relationship.predicate.as_deref());
        let mut computed = Vec::new();
        let types = condition(relationship.types.as_ref(), &mut |types| computed.push(types));
        body.computes(variable, relationship.span, computed);
        let within = pattern.rule.unique.within;
        body.graph.relationships.push(QueryRelationship {
            variable,
            left: body.at,
            right: body.at,
            direction: relationship.direction,
            types,
            length: None,
            properties: Vec::new(),
            unique: Distinctness { part: 0, within, across: within },
            span: relationship.span,
        });
        Ok(())
    }

    /// A variable of one repetition: it may stand there several times, but nowhere before.
    fn body_variable<'s>(
        &mut self,
        name: Option<&'s ast::Name>,
        of: StaticType,
        place: SegmentPlace,
        body: &mut Body<'s>,
    ) -> Bound<VariableId> {
        let Some(name) = name else { return Ok(self.invent(" element")) };
        if let Some(&entry) = body.known.get(&*name.text) {
            if entry.of.may_be(of.types) {
                return Ok(entry.id);
            }
            let message = format!("`{}` cannot be a node and a relationship", name.text);
            return syntax_error(ErrorCode::VariableTypeConflict, message, name.span);
        }
        self.unknown_outside(name)?;
        let id = self.invent(&name.text);
        body.add_name(name, Entry { id, of }, place);
        Ok(id)
    }

    /// Refuses a name in what is repeated that stands for something outside of it.
    fn unknown_outside(&mut self, name: &ast::Name) -> Bound<()> {
        let Some(entry) = self.scopes.resolve(&name.text) else { return Ok(()) };
        let message = format!("`{}` is already a variable", name.text);
        let error = Diagnostic::syntax(ErrorCode::VariableAlreadyBound, message, name.span)
            .with_label("in what is repeated it would be another element each time")
            .with_help("use another name, and compare the two in WHERE");
        Err(self.declared_at(error, entry.id, "first declared here"))
    }

    /// Binds what is said within a repeated part.
    pub(super) fn group_conditions(
        &mut self,
        [path, segment]: [usize; 2],
        names: Vec<(Arc<str>, Entry)>,
        conditions: Vec<Condition<'_>>,
        pattern: &mut BoundPattern,
    ) -> Bound<()> {
        self.scopes.push_local();
        for (name, entry) in names {
            self.scopes.declare(name, entry);
        }
        let predicates = self.conditions(conditions);
        self.scopes.pop();
        let predicates = predicates?;
        for predicate in &predicates {
            self.reads_only_known(predicate, pattern)?;
        }
        pattern.graph.paths[path].segments[segment].predicates.extend(predicates);
        Ok(())
    }

    /// Refuses a predicate of a repeated part that reads what the same MATCH finds elsewhere.
    fn reads_only_known(&self, predicate: &Expression, pattern: &BoundPattern) -> Bound<()> {
        let read = self.variables_read(predicate);
        let Some(other) = read.iter().find(|read| pattern.introduced.contains(*read)) else {
            return Ok(());
        };
        let name = self.names.get(other.0 as usize).map_or("", |name| name);
        let message = format!(
            "`{name}` is found by the same MATCH, and cannot be read in a part that is repeated"
        );
        let error = Diagnostic::syntax(ErrorCode::UndefinedVariable, message, predicate.span)
            .with_label("can read the variables of this part, and those of earlier clauses")
            .with_help("find the other element in a MATCH before this one");
        Err(self.declared_at(error, *other, "found here"))
    }
}

fn nested<T>(span: Span) -> Bound<T> {
    let message = "what is repeated cannot hold another repetition";
    Err(Diagnostic::syntax(ErrorCode::InvalidRelationshipPattern, message, span)
        .with_help("repeat each part on its own, side by side"))
}
