//! Paths that are searched as a whole: what is repeated under a condition, and what a
//! selector chooses.
//!
//! A path becomes segments. Where a selector chooses, an end between two connections is a
//! segment without relationships, which only looks at the element that the path has come
//! to. A predicate belongs to the segment that has its variables; one that needs several
//! is left for whole paths.
//!
//! ```text
//! ANY SHORTEST (a) ((x)-[r]->(y) WHERE x.age < y.age)+ (b:B)-[s]->(c)
//!               │   └ segment 0: + times ┘             └ 1 ┘ └ 2 ┘ │
//!           left end                                         right end
//! ```

use super::element::{condition, end_type, equal, label_kind, variable};
use super::expression::{Expression, ExpressionKind, VariableId};
use super::group::{Draft, Item};
use super::pattern::{BoundPattern, Condition, PartRule, Pending};
use super::query::{
    Distinctness, QueryEnd, QueryGraph, QueryPath, QueryRelationship, QuerySegment, QuerySelector,
    SegmentOutput, SegmentPlace,
};
use super::scope::StaticType;
use super::{Binder, Bound, NameKind, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{
    self, EndKind, EndPattern, PathMode, PatternPart, Quantifier, RelationshipPattern, Selector,
    Shortest,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorCode, Value};
use std::collections::{HashMap, HashSet};

impl Binder<'_> {
    /// A repeated part on its own, from the left end to the one behind it. Gives the
    /// right end and the variable of all its relationships.
    pub(super) fn search_repeated<'s>(
        &mut self,
        (draft, span): (Draft<'s>, Span),
        (left, end): (usize, &'s EndPattern),
        pattern: &mut BoundPattern,
        pending: &mut Vec<Pending<'s>>,
    ) -> Bound<(usize, VariableId)> {
        let right = self.search_end(end, pattern, pending)?;
        let trail = self.invent(" trail");
        pattern.introduced.insert(trail);
        let kinds = [left, right].map(|end| pattern.graph.ends[end].kind);
        pattern.graph.paths.push(QueryPath {
            left,
            right,
            segments: Vec::new(),
            filter: Vec::new(),
            path: None,
            selector: None,
            mode: pattern.rule.mode,
            trail,
            unique: pattern.rule.unique,
            span,
        });
        add_draft(draft, kinds, span, pattern, pending)?;
        Ok((right, trail))
    }

    /// A part of whose paths only some are kept. Gives its first end and the variable of the
    /// relationships along it.
    pub(super) fn search_whole<'s>(
        &mut self,
        part: &'s PatternPart,
        items: &[Item<'s>],
        predicates: &[&'s ast::Expression],
        pattern: &mut BoundPattern,
        pending: &mut Vec<Pending<'s>>,
    ) -> Bound<(VariableId, Vec<VariableId>)> {
        if part.shortest.is_some() {
            one_relationship(part, items)?;
        }
        let connected = |item: &Item<'_>| !matches!(item, Item::End(_));
        let first = items.iter().position(connected).unwrap_or(items.len());
        let last = items.iter().rposition(connected).unwrap_or(0);
        let mut conditions: Vec<Condition<'s>> =
            predicates.iter().copied().map(Condition::Where).collect();
        let left = self.outer_end(&items[..first], &mut conditions, pattern, pending)?;
        let index = pattern.graph.paths.len();
        let trail = self.invent(" trail");
        pattern.introduced.insert(trail);
        let selector = self.selector(part)?;
        let PartRule { mode, unique } = pattern.rule;
        pattern.graph.paths.push(QueryPath {
            left,
            right: left,
            segments: Vec::new(),
            filter: Vec::new(),
            path: None,
            selector: Some(selector),
            mode,
            trail,
            unique,
            span: part.span,
        });
        let mut from = pattern.graph.ends[left].kind;
        for (at, item) in items.iter().enumerate().take(last + 1).skip(first) {
            let to = match items.get(at + 1) {
                Some(Item::End(end)) => end.kind,
                _ => EndKind::Node,
            };
            let draft = match item {
                Item::End(end) => {
                    from = end.kind;
                    self.gate(end, &mut conditions, pattern)?
                }
                Item::Group(group) => self.group_segment(group, pattern)?,
                Item::Relationship(relationship) if relationship.hops().is_some() => {
                    self.hops_segment(relationship, pattern)?
                }
                Item::Relationship(relationship) => {
                    self.single(relationship, [from, to], &mut conditions, pattern)?
                }
            };
            add_draft(draft, [from, to], part.span, pattern, pending)?;
        }
        let right = self.outer_end(&items[last + 1..], &mut conditions, pattern, pending)?;
        pattern.graph.paths[index].right = right;
        pending.push(Pending::Path(index, conditions));
        if part.shortest.is_some() {
            pattern.functions.push(index);
        }
        Ok((pattern.graph.ends[left].variable, vec![trail]))
    }

    /// The end that neighbouring end patterns stand for. What is said of it may speak of what
    /// lies on the path, so it is a condition of the path.
    fn outer_end<'s>(
        &mut self,
        items: &[Item<'s>],
        conditions: &mut Vec<Condition<'s>>,
        pattern: &mut BoundPattern,
        pending: &mut Vec<Pending<'s>>,
    ) -> Bound<usize> {
        let mut found = None;
        let before = pending.len();
        for item in items {
            let Item::End(end) = item else { break };
            match found {
                None => found = Some(self.search_end(end, pattern, pending)?),
                Some(at) => self.search_end_at(end, at, pattern, pending)?,
            }
        }
        for one in pending.split_off(before) {
            match one {
                Pending::Where(predicate) => conditions.push(Condition::Where(predicate)),
                other => pending.push(other),
            }
        }
        Ok(found.unwrap_or(0))
    }

    fn selector(&mut self, part: &PatternPart) -> Bound<QuerySelector> {
        let one = Expression::new(ExpressionKind::Literal(Value::Integer(1)), part.span);
        let groups = match (part.shortest, &part.selector) {
            (Some(shortest), _) => shortest == Shortest::All,
            (None, selector) => {
                matches!(selector, Some(Selector::AllShortest | Selector::ShortestGroups(_)))
            }
        };
        let count = match part.selector.as_ref().and_then(Selector::count) {
            Some(count) => self.expression(count)?,
            None => one,
        };
        Ok(QuerySelector { count, groups })
    }

    /// An end between two connections.
    fn gate<'s>(
        &mut self,
        end: &'s EndPattern,
        conditions: &mut Vec<Condition<'s>>,
        pattern: &mut BoundPattern,
    ) -> Bound<Draft<'s>> {
        self.searches_labels(label_kind(end.kind), end.labels.as_ref());
        let of = StaticType::of(end_type(end.kind));
        let variable = self.own_variable(end.variable.as_ref(), of, conditions, pattern)?;
        let properties = end.properties.as_deref();
        conditions.extend(properties.map(|map| Condition::Properties(variable, map)));
        conditions.extend(end.predicate.as_deref().map(Condition::Where));
        let labels = condition(end.labels.as_ref(), &mut |labels| {
            conditions.push(Condition::Labels(variable, end.span, labels));
        });
        let mut graph = QueryGraph::default();
        graph.end(QueryEnd { variable, kind: end.kind, labels, span: end.span });
        let ends = vec![(variable, end.kind)];
        Ok(once(graph, ends, SegmentOutput { variable, place: SegmentPlace::End(0), list: false }))
    }

    /// A single relationship between two ends.
    fn single<'s>(
        &mut self,
        relationship: &'s RelationshipPattern,
        kinds: [EndKind; 2],
        conditions: &mut Vec<Condition<'s>>,
        pattern: &mut BoundPattern,
    ) -> Bound<Draft<'s>> {
        self.searches_labels(NameKind::RelationshipType, relationship.types.as_ref());
        let of = StaticType::of(TypeSet::RELATIONSHIP);
        let variable =
            self.own_variable(relationship.variable.as_ref(), of, conditions, pattern)?;
        let properties = relationship.properties.as_deref();
        conditions.extend(properties.map(|map| Condition::Properties(variable, map)));
        conditions.extend(relationship.predicate.as_deref().map(Condition::Where));
        let types = condition(relationship.types.as_ref(), &mut |types| {
            conditions.push(Condition::Labels(variable, relationship.span, types));
        });
        let mut graph = QueryGraph::default();
        let ends = kinds.map(|kind| (self.invent(" element"), kind));
        let [left, right] = ends.map(|(variable, kind)| {
            graph.end(QueryEnd { variable, kind, labels: None, span: relationship.span })
        });
        graph.relationships.push(QueryRelationship {
            variable,
            left,
            right,
            direction: relationship.direction,
            types,
            length: None,
            properties: Vec::new(),
            unique: Distinctness::DIFFERENT,
            span: relationship.span,
        });
        let place = SegmentPlace::Relationship(0);
        Ok(once(graph, ends.to_vec(), SegmentOutput { variable, place, list: false }))
    }

    /// The variable of an element inside of a path that a selector chooses. A name that is
    /// there already stands for the same element, which becomes a condition.
    fn own_variable(
        &mut self,
        name: Option<&ast::Name>,
        of: StaticType,
        conditions: &mut Vec<Condition<'_>>,
        pattern: &mut BoundPattern,
    ) -> Bound<VariableId> {
        let known = name.and_then(|name| Some((name, self.scopes.resolve(&name.text)?)));
        let id = match (name, known) {
            (Some(name), None) => self.declare(name, of),
            (None, _) => self.invent(" element"),
            (_, Some((name, entry))) if entry.of.may_be(of.types) => {
                let id = self.invent(" element");
                conditions.push(Condition::Same(id, entry.id, name.span));
                id
            }
            (_, Some((name, entry))) if of.types == end_type(EndKind::Node) => {
                return Err(self.no_such_end(name, entry, EndKind::Node));
            }
            (_, Some((name, entry))) => {
                let [is, wanted] = [entry.of.types, of.types].map(super::term::describe);
                let message = format!("`{}` is {is} and cannot be {wanted} here", name.text);
                return syntax_error(ErrorCode::VariableTypeConflict, message, name.span);
            }
        };
        pattern.introduced.insert(id);
        pattern.interior.insert(id);
        Ok(id)
    }

    /// Binds what is said along a path: each predicate goes to the segment that has its
    /// variables, to the path, or, where it speaks of the outer ends alone, to the pattern.
    pub(super) fn path_conditions(
        &mut self,
        index: usize,
        conditions: Vec<Condition<'_>>,
        pattern: &mut BoundPattern,
    ) -> Bound<()> {
        let path = &pattern.graph.paths[index];
        let ends = [path.left, path.right].map(|end| pattern.graph.ends[end].variable);
        let brought = outputs(path);
        let segments = path.segments.iter().enumerate();
        let homes: HashMap<VariableId, usize> = segments
            .flat_map(|(place, segment)| own_variables(segment).map(move |own| (own, place)))
            .collect();
        for predicate in self.conditions(conditions)? {
            let mut read = self.variables_read(&predicate);
            // What earlier clauses have found is there for every predicate.
            read.retain(|read| pattern.introduced.contains(read) || ends.contains(read));
            let home = read.first().and_then(|first| homes.get(first)).copied();
            let home = home.filter(|home| read.iter().all(|id| homes.get(id) == Some(home)));
            if let Some(home) = home {
                pattern.graph.paths[index].segments[home].predicates.push(predicate);
            } else if read.iter().all(|id| ends.contains(id)) {
                pattern.predicates.push(predicate);
            } else if read.iter().all(|id| ends.contains(id) || brought.contains(id)) {
                pattern.graph.paths[index].filter.push(predicate);
            } else {
                let message = "a condition in a path pattern with a selector can read only what \
                               lies on the path, and what earlier clauses have found";
                return Err(Diagnostic::syntax(
                    ErrorCode::UndefinedVariable,
                    message,
                    predicate.span,
                )
                .with_help(
                    "write it into the WHERE of the MATCH, which looks at the chosen paths",
                ));
            }
        }
        Ok(())
    }

    /// A predicate of the clause. What it says of a path that `shortestPath` finds takes
    /// part in the search.
    pub(super) fn add_predicate(&self, pattern: &mut BoundPattern, predicate: Expression) {
        if pattern.functions.is_empty() {
            return pattern.predicates.push(predicate);
        }
        let read = self.variables_read(&predicate);
        let of_path = |index: &usize| {
            let path = &pattern.graph.paths[*index];
            let mut brought = outputs(path);
            brought.extend(path.path.as_ref().map(|(variable, _)| *variable));
            let ends = [path.left, path.right].map(|end| pattern.graph.ends[end].variable);
            read.iter().any(|id| brought.contains(id))
                && read.iter().all(|id| {
                    brought.contains(id) || ends.contains(id) || !pattern.introduced.contains(id)
                })
        };
        match pattern.functions.iter().copied().find(of_path) {
            Some(index) => pattern.graph.paths[index].filter.push(predicate),
            None => pattern.predicates.push(predicate),
        }
    }

    /// What a mode demands of the nodes of a path that is found piece by piece.
    pub(super) fn keeps_to(&mut self, mode: PathMode, path: Expression) -> Vec<Expression> {
        let span = path.span;
        let new = |kind| Expression::new(kind, span);
        let nodes = new(ExpressionKind::Function("nodes", vec![path]));
        let list = self.invent(" nodes");
        let integer = |number| Box::new(new(ExpressionKind::Literal(Value::Integer(number))));
        let whole = || variable(list, span);
        let conditions = match mode {
            PathMode::Walk | PathMode::Trail => return Vec::new(),
            PathMode::Acyclic => vec![self.all_different(whole())],
            // The first may be the last: all but the first differ, and all but the last.
            PathMode::Simple => {
                let behind = ExpressionKind::Slice(Box::new(whole()), Some(integer(1)), None);
                let before =
                    ExpressionKind::Slice(Box::new(whole()), Some(integer(0)), Some(integer(-1)));
                [behind, before].map(|slice| self.all_different(new(slice))).into()
            }
        };
        let binding = |condition| {
            let values = vec![(list, nodes.clone())];
            new(ExpressionKind::Binding { values, body: Box::new(condition) })
        };
        conditions.into_iter().map(binding).collect()
    }

    /// `all(x IN list WHERE single(y IN list WHERE x = y))`.
    fn all_different(&mut self, list: Expression) -> Expression {
        let span = list.span;
        let (one, other) = (self.invent(" one"), self.invent(" other"));
        let over = |kind, id, predicate| {
            let (list, predicate) = (Box::new(list.clone()), Box::new(predicate));
            Expression::new(
                ExpressionKind::Quantifier { kind, variable: id, list, predicate },
                span,
            )
        };
        let same = equal(variable(one, span), variable(other, span));
        over(Quantifier::All, one, over(Quantifier::Single, other, same))
    }
}

/// A segment that is not repeated.
fn once<'s>(
    graph: QueryGraph,
    ends: Vec<(VariableId, EndKind)>,
    output: SegmentOutput,
) -> Draft<'s> {
    let (predicates, outputs) = (Vec::new(), vec![output]);
    let segment = QuerySegment { graph, ends, predicates, min: 1, max: Some(1), outputs };
    Draft { segment, names: Vec::new(), conditions: Vec::new(), open: true }
}

/// Adds a segment between ends of these kinds to the last path.
fn add_draft<'s>(
    draft: Draft<'s>,
    kinds: [EndKind; 2],
    span: Span,
    pattern: &mut BoundPattern,
    pending: &mut Vec<Pending<'s>>,
) -> Bound<()> {
    let Draft { segment, names, conditions, open } = draft;
    if !open && kinds.contains(&EndKind::Relationship) {
        let message = "what is repeated in parentheses begins and ends with a node";
        return Err(Diagnostic::syntax(ErrorCode::InvalidRelationshipPattern, message, span)
            .with_help("repeat the relationship itself, as in `-[c:TYPE WHERE …]->{1,3} [r]`"));
    }
    let index = pattern.graph.paths.len().saturating_sub(1);
    let Some(path) = pattern.graph.paths.last_mut() else { return Ok(()) };
    let mut segment = segment;
    if open && !segment.graph.relationships.is_empty() {
        segment.set_end_kinds(kinds);
    }
    path.segments.push(segment);
    if !conditions.is_empty() {
        pending.push(Pending::Group(index, path.segments.len() - 1, names, conditions));
    }
    Ok(())
}

/// The variables of one repetition.
fn own_variables(segment: &QuerySegment) -> impl Iterator<Item = VariableId> + '_ {
    let relationships = segment.graph.relationships.iter().map(|one| one.variable);
    segment.ends.iter().map(|(variable, _)| *variable).chain(relationships)
}

/// The variables that a path brings.
fn outputs(path: &QueryPath) -> HashSet<VariableId> {
    let outputs = path.segments.iter().flat_map(|segment| &segment.outputs);
    outputs.map(|output| output.variable).collect()
}

/// Whether only some of the paths between the same two ends are kept.
pub(super) fn selects(part: &PatternPart) -> bool {
    part.selector.as_ref().is_some_and(|selector| *selector != Selector::All)
}

/// The refusal of a second part beside one with a selector.
pub(super) fn not_alone(span: Span) -> Diagnostic {
    let message = "a path pattern with a selector stands alone in its MATCH";
    Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, span)
        .with_help("use one MATCH for each, or MATCH REPEATABLE ELEMENTS for all together")
}

/// The refusal of a name for a part of a path that is chosen as a whole.
pub(super) fn part_of_a_choice(name: &ast::Name) -> Diagnostic {
    let message = format!("`{}` names a part of a path that a selector chooses", name.text);
    Diagnostic::syntax(ErrorCode::InvalidRelationshipPattern, message, name.span)
        .with_help("name the whole path, and the elements of the part")
}

/// The refusal of an element that a chosen path has inside.
pub(super) fn inside_a_choice(name: &ast::Name) -> Diagnostic {
    let message = format!("`{}` lies inside of a path that a selector chooses", name.text);
    Diagnostic::syntax(ErrorCode::VariableAlreadyBound, message, name.span)
        .with_label("cannot stand elsewhere in the same MATCH")
        .with_help("use another name, and compare the two in WHERE")
}

/// Refuses searches that might never end.
pub(super) fn refuse_endless(graph: &QueryGraph) -> Bound<()> {
    for path in &graph.paths {
        let endless = path.segments.iter().any(|segment| segment.max.is_none());
        if !endless || path.mode != PathMode::Walk {
            continue;
        }
        let (message, help) = if path.selector.is_none() {
            (
                "a walk of any length that may meet relationships again never ends",
                "give the most repetitions, a selector such as ANY SHORTEST, or the mode TRAIL",
            )
        } else if path.filter.is_empty() {
            continue;
        } else {
            (
                "the search for a walk of any length that fulfils this may never end",
                "give the most repetitions or the mode TRAIL, or write the condition into the \
                 WHERE of the MATCH, which looks at the chosen paths",
            )
        };
        let span = path.filter.first().map_or(path.span, |condition| condition.span);
        return Err(Diagnostic::syntax(ErrorCode::InvalidRelationshipPattern, message, span)
            .with_help(help));
    }
    Ok(())
}

/// `shortestPath` and its kin take one relationship.
fn one_relationship(part: &PatternPart, items: &[Item<'_>]) -> Bound<()> {
    if matches!(items, [Item::End(_), Item::Relationship(_), Item::End(_)]) {
        return Ok(());
    }
    let message = "shortestPath() and allShortestPaths() take exactly one relationship";
    Err(Diagnostic::syntax(ErrorCode::InvalidRelationshipPattern, message, part.span)
        .with_help("write longer patterns with ANY SHORTEST or ALL SHORTEST"))
}
