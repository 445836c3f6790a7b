//! Patterns by nested loops: every element is tried in every place.
//!
//! A search is a list of states that grows end by end and relationship by
//! relationship; what does not fit falls out. Property maps and WHERE are looked at
//! when all is bound, save those of what is repeated, and those of paths of which only
//! some are kept.

use super::compare::{all, equals};
use super::expression::element;
use super::label::is_computed;
use super::path::{Rule, keep, keeps_to, repeated};
use super::world::{Relationship, element_value};
use super::{Evaluated, Machine, Row, error, unsupported, wrong_type};
use dossier::syntax::ast::{
    Connection, Direction, EndKind, EndPattern, Expression, LabelExpression, MatchMode,
    PatternPart, RelationshipPattern, Selector, Shortest,
};
use dossier::value::{Endpoint, ErrorClass, Path, RelationshipId, Value};
use std::sync::Arc;

/// A search half done.
#[derive(Clone)]
pub(super) struct State<'p> {
    pub(super) row: Row,
    /// The relationships that earlier parts of this clause have used.
    pub(super) used: Vec<RelationshipId>,
    /// Elements with the maps that their properties must equal.
    pub(super) checks: Vec<(Endpoint, &'p Expression)>,
    /// WHERE inside nodes and relationships.
    pub(super) filters: Vec<&'p Expression>,
    /// Elements with the labels or types that are computed.
    pub(super) labels: Vec<(Endpoint, &'p LabelExpression)>,
    /// The walk of the present part.
    pub(super) path: Path,
}

/// A trail: its relationships and the elements after each.
type Trail = Vec<(RelationshipId, Endpoint)>;

impl Machine {
    /// Every way in which the parts can be found, as rows.
    pub(crate) fn matches(
        &self,
        parts: &[PatternPart],
        mode: Option<MatchMode>,
        predicate: Option<&Expression>,
        row: &Row,
    ) -> Evaluated<Vec<Row>> {
        let empty = Path { elements: Vec::new(), relationships: Vec::new() };
        let mut states = vec![State {
            row: row.clone(),
            used: Vec::new(),
            checks: Vec::new(),
            filters: Vec::new(),
            labels: Vec::new(),
            path: empty,
        }];
        for part in parts {
            let rule = Rule::of(part, mode);
            let mut next = Vec::new();
            for state in states {
                next.extend(self.part(
                    part,
                    rule,
                    predicate.filter(|_| parts.len() == 1),
                    state,
                )?);
            }
            states = next;
        }
        let mut rows = Vec::new();
        'states: for state in states {
            for (at, map) in &state.checks {
                if !self.fits(*at, map, &state.row)? {
                    continue 'states;
                }
            }
            for filter in &state.filters {
                if !self.holds(Some(filter), &state.row)? {
                    continue 'states;
                }
            }
            for (at, wanted) in &state.labels {
                if !self.labelled(wanted, &self.labels_of(*at), &state.row)? {
                    continue 'states;
                }
            }
            if self.holds(predicate, &state.row)? {
                rows.push(state.row);
            }
        }
        Ok(rows)
    }

    fn part<'p>(
        &self,
        part: &'p PatternPart,
        rule: Rule,
        predicate: Option<&Expression>,
        state: State<'p>,
    ) -> Evaluated<Vec<State<'p>>> {
        let mut found = Vec::new();
        for start in self.elements(part.start.kind) {
            let Some(mut next) = self.bind_end(&part.start, start, &state)? else { continue };
            next.path = Path { elements: vec![start], relationships: Vec::new() };
            found.push(next);
        }
        let mut found = self.chain(&part.steps, rule, found)?;
        found.retain(|state| keeps_to(part.mode, &state.path.elements));
        if let Some(name) = &part.variable {
            for state in &mut found {
                state.row.insert(name.text.clone(), Value::Path(Arc::new(state.path.clone())));
            }
        }
        let selector = part.selector.as_ref().filter(|selector| **selector != Selector::All);
        if part.shortest.is_some() || selector.is_some() {
            found = self.fulfilling(found)?;
        }
        if let Some(shortest) = part.shortest {
            found = self.speaking_of(part, predicate, found)?;
            found = keep(found, 1, shortest == Shortest::All);
        } else if let Some(selector) = selector {
            let groups = matches!(selector, Selector::AllShortest | Selector::ShortestGroups(_));
            let count = match selector.count().map(|count| self.value(count, &state.row)) {
                None => 1,
                Some(count) => match count? {
                    Value::Integer(count) if count > 0 => count as usize,
                    _ => return error(ErrorClass::SyntaxError, "a number of paths is 1 or more"),
                },
            };
            found = keep(found, count, groups);
        }
        if rule.across {
            for state in &mut found {
                state.used.extend(&state.path.relationships);
            }
        }
        Ok(found)
    }

    /// Each connection with the end behind it, one after the other.
    pub(super) fn chain<'p>(
        &self,
        steps: &'p [(Connection, EndPattern)],
        rule: Rule,
        mut found: Vec<State<'p>>,
    ) -> Evaluated<Vec<State<'p>>> {
        for (connection, end) in steps {
            let mut next = Vec::new();
            for state in found {
                match connection {
                    Connection::Relationship(step) if step.hops().is_none() => {
                        self.single_step(step, end, rule, &state, &mut next)?;
                    }
                    Connection::Relationship(step) => {
                        self.long_step(step, end, rule, &state, &mut next)?;
                    }
                    Connection::Group(group) => {
                        self.group(group, end, rule, state, &mut next)?;
                    }
                }
            }
            found = next;
        }
        Ok(found)
    }

    /// Those of which all that is said inside of the pattern holds.
    pub(super) fn fulfilling<'p>(&self, found: Vec<State<'p>>) -> Evaluated<Vec<State<'p>>> {
        let mut kept = Vec::new();
        'states: for mut state in found {
            for (at, map) in std::mem::take(&mut state.checks) {
                if !self.fits(at, map, &state.row)? {
                    continue 'states;
                }
            }
            for filter in std::mem::take(&mut state.filters) {
                if !self.holds(Some(filter), &state.row)? {
                    continue 'states;
                }
            }
            for (at, wanted) in std::mem::take(&mut state.labels) {
                if !self.labelled(wanted, &self.labels_of(at), &state.row)? {
                    continue 'states;
                }
            }
            kept.push(state);
        }
        Ok(kept)
    }

    fn elements(&self, kind: EndKind) -> Vec<Endpoint> {
        match kind {
            EndKind::Node => self.world.nodes.keys().copied().map(Endpoint::Node).collect(),
            EndKind::Relationship => {
                self.world.relationships.keys().copied().map(Endpoint::Relationship).collect()
            }
        }
    }

    /// The state with an element at an end of the pattern, if it may stand there.
    pub(super) fn bind_end<'p>(
        &self,
        end: &'p EndPattern,
        at: Endpoint,
        state: &State<'p>,
    ) -> Evaluated<Option<State<'p>>> {
        self.step()?;
        let kind = match at {
            Endpoint::Node(_) => EndKind::Node,
            Endpoint::Relationship(_) => EndKind::Relationship,
        };
        // What is computed may need what is not bound yet.
        let (later, now) = match &end.labels {
            Some(wanted) if is_computed(wanted) => (Some(wanted), None),
            wanted => (None, wanted.as_ref()),
        };
        let labelled = |wanted| self.labelled(wanted, &self.labels_of(at), &state.row);
        if end.kind != kind || !now.map_or(Ok(true), labelled)? {
            return Ok(None);
        }
        let mut state = state.clone();
        if let Some(name) = &end.variable
            && !bind(&mut state.row, &name.text, element_value(at))?
        {
            return Ok(None);
        }
        state.labels.extend(later.map(|wanted| (at, wanted)));
        state.filters.extend(end.predicate.as_deref());
        state.checks.extend(end.properties.as_deref().map(|map| (at, map)));
        Ok(Some(state))
    }

    /// The relationships at an element, seen in a direction, each with its other end; of any
    /// type without a row to compute it for.
    fn hops(
        &self,
        from: Endpoint,
        step: &RelationshipPattern,
        row: Option<&Row>,
    ) -> Evaluated<Vec<(RelationshipId, Endpoint)>> {
        let types = step.types.as_ref().zip(row);
        let mut hops = Vec::new();
        for (id, Relationship { kind, start, end, .. }) in &self.world.relationships {
            let kind = std::slice::from_ref(kind);
            if !types.map_or(Ok(true), |(wanted, row)| self.labelled(wanted, kind, row))? {
                continue;
            }
            if step.direction != Direction::Incoming && *start == from {
                hops.push((*id, *end));
            }
            let seen = step.direction == Direction::Either && start == end;
            if step.direction != Direction::Outgoing && *end == from && !seen {
                hops.push((*id, *start));
            }
        }
        Ok(hops)
    }

    fn single_step<'p>(
        &self,
        step: &'p RelationshipPattern,
        end: &'p EndPattern,
        rule: Rule,
        state: &State<'p>,
        out: &mut Vec<State<'p>>,
    ) -> Evaluated<()> {
        let Some(&from) = state.path.elements.last() else { return Ok(()) };
        let later = step.types.as_ref().filter(|wanted| is_computed(wanted));
        let row = later.is_none().then_some(&state.row);
        for (relationship, to) in self.hops(from, step, row)? {
            if rule.bars(state, relationship) {
                continue;
            }
            let mut next = state.clone();
            next.labels.extend(later.map(|wanted| (Endpoint::Relationship(relationship), wanted)));
            if let Some(name) = &step.variable
                && !bind(&mut next.row, &name.text, Value::Relationship(relationship))?
            {
                continue;
            }
            let map = step.properties.as_deref();
            next.checks.extend(map.map(|map| (Endpoint::Relationship(relationship), map)));
            next.filters.extend(step.predicate.as_deref());
            next.path.relationships.push(relationship);
            next.path.elements.push(to);
            out.extend(self.bind_end(end, to, &next)?);
        }
        Ok(())
    }

    fn long_step<'p>(
        &self,
        step: &'p RelationshipPattern,
        end: &'p EndPattern,
        rule: Rule,
        state: &State<'p>,
        out: &mut Vec<State<'p>>,
    ) -> Evaluated<()> {
        let Some(&from) = state.path.elements.last() else { return Ok(()) };
        let mut trails = Vec::new();
        if step.hops().is_some_and(|(_, max)| max.is_none()) && !rule.within {
            return unsupported("a walk of any length");
        }
        self.trails((step, rule), from, state, &mut Vec::new(), &mut trails)?;
        for trail in trails {
            let to = trail.last().map_or(from, |(_, to)| *to);
            let mut next = state.clone();
            let relationships: Vec<RelationshipId> = trail.iter().map(|(id, _)| *id).collect();
            if let Some(name) = &step.variable {
                let list = relationships.iter().copied().map(Value::Relationship).collect();
                let optional = step.quantifier.is_some_and(|quantifier| quantifier.optional);
                if !bind(&mut next.row, &name.text, repeated(list, optional))? {
                    continue;
                }
            }
            next.path.relationships.extend(relationships);
            next.path.elements.extend(trail.iter().map(|(_, element)| *element));
            out.extend(self.bind_end(end, to, &next)?);
        }
        Ok(())
    }

    /// Every trail of the step's length that goes on from `from`; it crosses nodes only.
    fn trails(
        &self,
        (step, rule): (&RelationshipPattern, Rule),
        from: Endpoint,
        state: &State<'_>,
        trail: &mut Trail,
        out: &mut Vec<Trail>,
    ) -> Evaluated<()> {
        self.step()?;
        let Some((min, max)) = step.hops() else { return Ok(()) };
        let hops = trail.len() as u64;
        if hops >= min {
            out.push(trail.clone());
        }
        let crosses = trail.is_empty() || matches!(from, Endpoint::Node(_));
        if !crosses || max.is_some_and(|max| hops >= max) {
            return Ok(());
        }
        for (relationship, to) in self.hops(from, step, Some(&state.row))? {
            let again = rule.within && trail.iter().any(|(other, _)| *other == relationship);
            if again || rule.bars(state, relationship) {
                continue;
            }
            if let Some(map) = &step.properties
                && !self.fits(Endpoint::Relationship(relationship), map, &state.row)?
            {
                continue;
            }
            if let Some(predicate) = &step.predicate {
                let mut row = state.row.clone();
                if let Some(name) = &step.variable {
                    row.insert(name.text.clone(), Value::Relationship(relationship));
                }
                if !self.holds(Some(predicate), &row)? {
                    continue;
                }
            }
            trail.push((relationship, to));
            self.trails((step, rule), to, state, trail, out)?;
            trail.pop();
        }
        Ok(())
    }

    /// Whether the properties of an element equal those of a map.
    fn fits(&self, at: Endpoint, map: &Expression, row: &Row) -> Evaluated<bool> {
        let wanted = match self.value(map, row)? {
            Value::Map(wanted) => wanted,
            Value::Null => return unsupported("null for a map"),
            _ => return wrong_type("the properties of a pattern are a map"),
        };
        let own = self.world.properties(at)?;
        let null = Value::Null;
        let fits =
            all(wanted.iter().map(|(key, value)| equals(own.get(key).unwrap_or(&null), value)));
        Ok(fits == Some(true))
    }
}

/// Gives a variable its value, or compares it with the one that it has.
fn bind(row: &mut Row, name: &Arc<str>, value: Value) -> Evaluated<bool> {
    match row.get(name) {
        None => {
            row.insert(name.clone(), value);
            Ok(true)
        }
        Some(Value::Null) => Ok(false),
        Some(known) if element(known).is_some() == element(&value).is_some() => {
            Ok(equals(known, &value) == Some(true))
        }
        Some(_) => wrong_type("the variable is no element"),
    }
}
