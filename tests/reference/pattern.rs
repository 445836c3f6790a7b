//! Patterns by nested loops: every element is tried in every place.
//!
//! A search is a list of states that grows end by end and relationship by
//! relationship; what does not fit falls out. Property maps and WHERE are looked at
//! when all is bound, save those of variable-length relationships.

use super::compare::{all, equals};
use super::expression::element;
use super::world::{Relationship, element_value};
use super::{Evaluated, Machine, Row, unsupported, wrong_type};
use dossier::syntax::ast::{
    Connection, Direction, EndKind, EndPattern, Expression, LabelExpression, PatternPart,
    RelationshipPattern, Shortest,
};
use dossier::value::{Endpoint, Path, RelationshipId, Value};
use std::sync::Arc;

/// A search half done.
#[derive(Clone)]
struct State<'p> {
    row: Row,
    /// The relationships that this clause has used: none is used twice.
    used: Vec<RelationshipId>,
    /// Elements with the maps that their properties must equal.
    checks: Vec<(Endpoint, &'p Expression)>,
    /// WHERE inside nodes and relationships.
    filters: Vec<&'p Expression>,
    /// The walk of the present part.
    path: Path,
}

/// A trail: its relationships and the elements after each.
type Trail = Vec<(RelationshipId, Endpoint)>;

impl Machine {
    /// Every way in which the parts can be found, as rows.
    pub(crate) fn matches(
        &self,
        parts: &[PatternPart],
        predicate: Option<&Expression>,
        row: &Row,
    ) -> Evaluated<Vec<Row>> {
        let empty = Path { elements: Vec::new(), relationships: Vec::new() };
        let mut states = vec![State {
            row: row.clone(),
            used: Vec::new(),
            checks: Vec::new(),
            filters: Vec::new(),
            path: empty,
        }];
        for part in parts {
            states = self.part(part, states)?;
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
            if self.holds(predicate, &state.row)? {
                rows.push(state.row);
            }
        }
        Ok(rows)
    }

    fn part<'p>(&self, part: &'p PatternPart, states: Vec<State<'p>>) -> Evaluated<Vec<State<'p>>> {
        let mut found = Vec::new();
        for state in states {
            for start in self.elements(part.start.kind) {
                let Some(mut next) = self.bind_end(&part.start, start, &state)? else { continue };
                next.path = Path { elements: vec![start], relationships: Vec::new() };
                found.push(next);
            }
        }
        if part.selector.is_some() || part.mode.is_some() {
            return unsupported("a selector or mode of paths");
        }
        for (connection, end) in &part.steps {
            let Connection::Relationship(step) = connection else {
                return unsupported("a path pattern in brackets");
            };
            if step.quantifier.is_some() && step.predicate.is_some() {
                return unsupported("a condition on each of several relationships");
            }
            let mut next = Vec::new();
            for state in found {
                match step.hops() {
                    None => self.single_step(step, end, &state, &mut next)?,
                    Some(_) => self.long_step(step, end, part.shortest, &state, &mut next)?,
                }
            }
            found = next;
        }
        if let Some(shortest) = part.shortest {
            found = keep_shortest(found, shortest);
        }
        if let Some(name) = &part.variable {
            for state in &mut found {
                state.row.insert(name.text.clone(), Value::Path(Arc::new(state.path.clone())));
            }
        }
        Ok(found)
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
    fn bind_end<'p>(
        &self,
        end: &'p EndPattern,
        at: Endpoint,
        state: &State<'p>,
    ) -> Evaluated<Option<State<'p>>> {
        self.step()?;
        let labelled = match at {
            Endpoint::Node(id) => {
                let labels = self.world.nodes.get(&id).map(|node| &node.labels);
                let labels = labels.map_or(&[][..], Vec::as_slice);
                end.kind == EndKind::Node
                    && end.labels.as_ref().map_or(Ok(true), |wanted| fits(wanted, labels))?
            }
            Endpoint::Relationship(id) => {
                let kind = self.world.relationships.get(&id);
                let kind = kind.map_or(&[][..], |one| std::slice::from_ref(&one.kind));
                end.kind == EndKind::Relationship
                    && end.labels.as_ref().map_or(Ok(true), |wanted| fits(wanted, kind))?
            }
        };
        if !labelled {
            return Ok(None);
        }
        let mut state = state.clone();
        if let Some(name) = &end.variable
            && !bind(&mut state.row, &name.text, element_value(at))?
        {
            return Ok(None);
        }
        state.filters.extend(end.predicate.as_deref());
        state.checks.extend(end.properties.as_deref().map(|map| (at, map)));
        Ok(Some(state))
    }

    /// The relationships at an element, seen in a direction, each with its other end.
    fn hops(
        &self,
        from: Endpoint,
        step: &RelationshipPattern,
    ) -> Evaluated<Vec<(RelationshipId, Endpoint)>> {
        let mut hops = Vec::new();
        for (id, Relationship { kind, start, end, .. }) in &self.world.relationships {
            let kind = std::slice::from_ref(kind);
            if !step.types.as_ref().map_or(Ok(true), |wanted| fits(wanted, kind))? {
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
        state: &State<'p>,
        out: &mut Vec<State<'p>>,
    ) -> Evaluated<()> {
        let Some(&from) = state.path.elements.last() else { return Ok(()) };
        for (relationship, to) in self.hops(from, step)? {
            if state.used.contains(&relationship) {
                continue;
            }
            let mut next = state.clone();
            next.used.push(relationship);
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
        shortest: Option<Shortest>,
        state: &State<'p>,
        out: &mut Vec<State<'p>>,
    ) -> Evaluated<()> {
        let Some(&from) = state.path.elements.last() else { return Ok(()) };
        let mut trails = Vec::new();
        self.trails(step, from, state, &mut Vec::new(), &mut trails)?;
        for trail in trails {
            let to = trail.last().map_or(from, |(_, to)| *to);
            let mut next = state.clone();
            let relationships: Vec<RelationshipId> = trail.iter().map(|(id, _)| *id).collect();
            if let Some(name) = &step.variable {
                let list = relationships.iter().copied().map(Value::Relationship).collect();
                if !bind(&mut next.row, &name.text, Value::List(Arc::new(list)))? {
                    continue;
                }
            }
            // A shortest path stands alone in its part, and may use what others use.
            if shortest.is_none() {
                next.used.extend(&relationships);
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
        step: &RelationshipPattern,
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
        for (relationship, to) in self.hops(from, step)? {
            let used = state.used.contains(&relationship)
                || trail.iter().any(|(other, _)| *other == relationship);
            if used {
                continue;
            }
            if let Some(map) = &step.properties
                && !self.fits(Endpoint::Relationship(relationship), map, &state.row)?
            {
                continue;
            }
            trail.push((relationship, to));
            self.trails(step, to, state, trail, out)?;
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

/// Of the walks between each pair of ends the shortest: one, or all.
fn keep_shortest(found: Vec<State<'_>>, shortest: Shortest) -> Vec<State<'_>> {
    let ends = |state: &State<'_>| {
        (state.path.elements.first().copied(), state.path.elements.last().copied())
    };
    let length = |state: &State<'_>| state.path.relationships.len();
    let least: Vec<usize> = found
        .iter()
        .map(|state| {
            let same = found.iter().filter(|other| ends(other) == ends(state));
            same.map(length).min().unwrap_or(0)
        })
        .collect();
    let mut kept: Vec<State<'_>> = Vec::new();
    for (state, least) in found.into_iter().zip(least) {
        let there = kept.iter().any(|other| ends(other) == ends(&state));
        if length(&state) == least && !(there && shortest == Shortest::One) {
            kept.push(state);
        }
    }
    kept
}

/// Whether labels, or the one type of a relationship, are as wanted.
pub(crate) fn fits(wanted: &LabelExpression, has: &[Arc<str>]) -> Evaluated<bool> {
    Ok(match wanted {
        LabelExpression::Name(name) => match name.written() {
            Some(name) => has.contains(&name.text),
            None => return unsupported("a label that is computed"),
        },
        LabelExpression::Any => !has.is_empty(),
        LabelExpression::Not(count, inner) => (count % 2 == 0) == fits(inner, has)?,
        LabelExpression::And(terms) => {
            let each = terms.iter().map(|one| fits(one, has)).collect::<Evaluated<Vec<_>>>()?;
            !each.contains(&false)
        }
        LabelExpression::Or(terms) => {
            let each = terms.iter().map(|one| fits(one, has)).collect::<Evaluated<Vec<_>>>()?;
            each.contains(&true)
        }
    })
}
