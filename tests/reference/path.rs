//! Paths: what is repeated in brackets, what may be met again, and which of several are kept.

use super::pattern::State;
use super::{Evaluated, Machine, Row, chain_names, unsupported};
use dossier::syntax::ast::{
    EndPattern, Expression, ExpressionKind, GroupPattern, LogicalOperator, MatchMode, PathMode,
    PathQuantifier, PatternPart,
};
use dossier::value::{Endpoint, RelationshipId, Value};
use std::sync::Arc;

/// From what the relationships of a part differ.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// From each other.
    pub(super) within: bool,
    /// From those of other parts.
    pub(super) across: bool,
}

impl Rule {
    /// The rule of a part, from its mode and that of its MATCH.
    pub(super) fn of(part: &PatternPart, mode: Option<MatchMode>) -> Self {
        let repeatable = mode == Some(MatchMode::RepeatableElements);
        let within = match part.mode {
            Some(PathMode::Walk) => mode == Some(MatchMode::DifferentRelationships),
            Some(PathMode::Trail) => true,
            Some(PathMode::Acyclic | PathMode::Simple) | None => !repeatable,
        };
        Rule { within, across: !repeatable && part.shortest.is_none() }
    }

    /// Whether a walk that goes on may not take a relationship.
    pub(super) fn bars(self, state: &State<'_>, relationship: RelationshipId) -> bool {
        (self.across && state.used.contains(&relationship))
            || (self.within && state.path.relationships.contains(&relationship))
    }
}

impl Machine {
    /// A path pattern in brackets.
    pub(super) fn group<'p>(
        &self,
        group: &'p GroupPattern,
        end: &'p EndPattern,
        rule: Rule,
        state: State<'p>,
        out: &mut Vec<State<'p>>,
    ) -> Evaluated<()> {
        if group.variable.is_some() {
            return unsupported("a part of a path with a name");
        }
        let Some(PathQuantifier { min, max, optional, .. }) = group.quantifier else {
            for mut inner in self.once(group, rule, &state, state.row.clone())? {
                inner.checks.splice(0..0, state.checks.iter().copied());
                inner.filters.splice(0..0, state.filters.iter().copied());
                inner.labels.splice(0..0, state.labels.iter().copied());
                inner.filters.extend(group.predicate.as_deref());
                let Some(&at) = inner.path.elements.last() else { continue };
                out.extend(self.bind_end(end, at, &inner)?);
            }
            return Ok(());
        };
        if max.is_none() && !rule.within {
            return unsupported("a walk of any length");
        }
        let mut names = Vec::new();
        chain_names(&group.start, &group.steps, &mut names);
        let mut now = vec![(state, vec![Vec::new(); names.len()])];
        let mut count = 0;
        while !now.is_empty() {
            let mut longer = Vec::new();
            for (state, lists) in now {
                self.step()?;
                let Some(&at) = state.path.elements.last() else { continue };
                if count >= min {
                    let mut done = state.clone();
                    for (name, list) in names.iter().zip(&lists) {
                        done.row.insert(name.text.clone(), repeated(list.clone(), optional));
                    }
                    out.extend(self.bind_end(end, at, &done)?);
                }
                if max.is_some_and(|max| count >= max) {
                    continue;
                }
                for mut inner in self.once(group, rule, &state, state.row.clone())? {
                    inner.filters.extend(group.predicate.as_deref());
                    for inner in self.fulfilling(vec![inner])? {
                        let values = names.iter().map(|name| inner.row[&name.text].clone());
                        let mut lists = lists.clone();
                        lists.iter_mut().zip(values).for_each(|(list, value)| list.push(value));
                        longer.push((State { path: inner.path, ..state.clone() }, lists));
                    }
                }
            }
            now = longer;
            count += 1;
        }
        Ok(())
    }

    /// One time through brackets, from the last element of a walk.
    fn once<'p>(
        &self,
        group: &'p GroupPattern,
        rule: Rule,
        state: &State<'p>,
        row: Row,
    ) -> Evaluated<Vec<State<'p>>> {
        let Some(&at) = state.path.elements.last() else { return Ok(Vec::new()) };
        let (checks, filters, labels) = (Vec::new(), Vec::new(), Vec::new());
        let inner = State { row, checks, filters, labels, ..state.clone() };
        let begun = self.bind_end(&group.start, at, &inner)?;
        self.chain(&group.steps, rule, begun.into_iter().collect())
    }

    /// Those for which the terms of WHERE hold that speak of the path or its relationships.
    pub(super) fn speaking_of<'p>(
        &self,
        part: &PatternPart,
        predicate: Option<&Expression>,
        found: Vec<State<'p>>,
    ) -> Evaluated<Vec<State<'p>>> {
        let Some(predicate) = predicate else { return Ok(found) };
        let steps = part.steps.iter().filter_map(|(step, _)| step.relationship());
        let own: Vec<_> =
            steps.filter_map(|step| step.variable.as_ref()).chain(&part.variable).collect();
        let terms = match &predicate.kind {
            ExpressionKind::Logical(LogicalOperator::And, terms) => terms.as_slice(),
            _ => std::slice::from_ref(predicate),
        };
        let mut kept = Vec::new();
        'states: for state in found {
            for term in terms {
                if own.iter().any(|name| mentions(term, &name.text))
                    && !self.holds(Some(term), &state.row)?
                {
                    continue 'states;
                }
            }
            kept.push(state);
        }
        Ok(kept)
    }
}

/// Of the walks between each pair of ends so many of the shortest, or all of so many lengths.
pub(super) fn keep(mut found: Vec<State<'_>>, count: usize, groups: bool) -> Vec<State<'_>> {
    found.sort_by_key(|state| state.path.relationships.len());
    let mut kept: Vec<State<'_>> = Vec::new();
    for state in found {
        let ends = |state: &State<'_>| {
            (state.path.elements.first().copied(), state.path.elements.last().copied())
        };
        let same = kept.iter().filter(|other| ends(other) == ends(&state));
        let mut lengths: Vec<usize> = same.map(|other| other.path.relationships.len()).collect();
        if groups {
            lengths.dedup();
            lengths.retain(|length| *length != state.path.relationships.len());
        }
        if lengths.len() < count {
            kept.push(state);
        }
    }
    kept
}

/// Whether a walk meets elements again only where its mode lets it.
pub(super) fn keeps_to(mode: Option<PathMode>, elements: &[Endpoint]) -> bool {
    let differ = |elements: &[Endpoint]| {
        elements.iter().enumerate().all(|(at, element)| !elements[..at].contains(element))
    };
    match mode {
        None | Some(PathMode::Walk | PathMode::Trail) => true,
        Some(PathMode::Acyclic) => differ(elements),
        Some(PathMode::Simple) => differ(&elements[1..]) && differ(&elements[..elements.len() - 1]),
    }
}

/// Whether a variable of that name stands somewhere in an expression.
fn mentions(expression: &Expression, name: &str) -> bool {
    let mut found = matches!(&expression.kind, ExpressionKind::Variable(own) if **own == *name);
    expression.for_each_child(&mut |child| found |= mentions(child, name));
    found
}

/// What a name within stands for outside: the list of its elements, or, of what stands once or
/// not at all, the element or nothing.
pub(super) fn repeated(mut list: Vec<Value>, optional: bool) -> Value {
    if optional { list.pop().unwrap_or_default() } else { Value::List(Arc::new(list)) }
}
