//! Changes to the syntax tree of a query: reversed, split and merged patterns, clauses
//! put in between.

use super::{Checked, Stop};
use dossier::syntax::ast::{
    Clause, ClauseKind, Connection, Direction, EndPattern, Name, PatternPart, RelationshipPattern,
    SingleQuery, Statement, StatementBody,
};
use dossier::syntax::{Span, parse, print};

/// Parses a query that was generated.
pub(super) fn parsed(text: &str) -> Statement {
    parse(text).unwrap_or_else(|error| panic!("{}: {text}", error.message))
}

/// The clauses of a query, arms of UNION and the like each for itself.
fn singles(statement: &mut Statement) -> Vec<&mut SingleQuery> {
    let StatementBody::Query(query) = &mut statement.body else { return Vec::new() };
    let parts = query.parts.iter_mut();
    parts
        .flat_map(|part| {
            std::iter::once(&mut part.first).chain(part.rest.iter_mut().map(|rest| &mut rest.query))
        })
        .collect()
}

/// The text with its clauses changed.
pub(super) fn clauses(text: &str, mut change: impl FnMut(&mut Vec<Clause>)) -> String {
    let mut statement = parsed(text);
    singles(&mut statement).into_iter().for_each(|single| change(&mut single.clauses));
    print(&statement)
}

/// The text with the patterns of its MATCH clauses changed.
pub(super) fn patterns(text: &str, mut change: impl FnMut(&mut Vec<PatternPart>)) -> String {
    clauses(text, |clauses| {
        for clause in clauses {
            if let ClauseKind::Match { pattern, .. } = &mut clause.kind {
                change(pattern);
            }
        }
    })
}

/// The parts of a pattern that stands in a MATCH.
pub(super) fn parts(pattern: &str) -> Vec<PatternPart> {
    let statement = parsed(&format!("MATCH {pattern} RETURN 1"));
    let StatementBody::Query(mut query) = statement.body else { return Vec::new() };
    match query.parts.swap_remove(0).first.clauses.swap_remove(0).kind {
        ClauseKind::Match { pattern, .. } => pattern,
        _ => Vec::new(),
    }
}

/// The parts of a pattern that may be refused.
pub(super) fn sound_parts(pattern: &str) -> Checked<Vec<PatternPart>> {
    match parse(&format!("MATCH {pattern} RETURN 1")) {
        Ok(_) => Ok(parts(pattern)),
        Err(error) => Err(Stop::Fails(format!("{}: {pattern}", error.message))),
    }
}

/// Parts as the text of a pattern.
pub(super) fn text(parts: Vec<PatternPart>) -> String {
    let mut statement = parsed("MATCH () FINISH");
    for single in singles(&mut statement) {
        if let ClauseKind::Match { pattern, .. } = &mut single.clauses[0].kind {
            pattern.clone_from(&parts);
        }
    }
    let text = print(&statement);
    let text = text.trim_start().trim_start_matches("MATCH").trim_end();
    text.trim_end_matches("FINISH").trim().to_owned()
}

/// Clauses of a text without RETURN.
pub(super) fn clauses_of(text: &str) -> Vec<Clause> {
    let mut statement = parsed(&format!("{text} RETURN 1 AS one"));
    let mut clauses = Vec::new();
    for single in singles(&mut statement) {
        clauses.append(&mut single.clauses);
    }
    clauses.pop();
    clauses
}

/// Whether a part says something of its paths as a whole.
fn told(part: &PatternPart) -> bool {
    part.variable.is_some()
        || part.shortest.is_some()
        || part.selector.is_some()
        || part.mode.is_some()
}

/// The same pattern from its other end. What tells the order of its relationships, a path
/// or the list of a variable length, is left as it is.
pub(super) fn reverse(part: &mut PatternPart) {
    let listed = |step: &Connection| {
        step.relationship().is_none_or(|step| step.hops().is_some() && step.variable.is_some())
    };
    if told(part) || part.steps.iter().any(|(step, _)| listed(step)) {
        return;
    }
    let mut ends: Vec<EndPattern> = vec![part.start.clone()];
    let mut steps = Vec::new();
    for (step, end) in part.steps.drain(..) {
        let Connection::Relationship(step) = step else { continue };
        let direction = match step.direction {
            Direction::Outgoing => Direction::Incoming,
            Direction::Incoming => Direction::Outgoing,
            Direction::Either => Direction::Either,
        };
        steps.push(Connection::Relationship(RelationshipPattern { direction, ..step }));
        ends.push(end);
    }
    let mut ends = ends.into_iter().rev();
    part.start = ends.next().expect("every pattern has an end");
    part.steps = steps.into_iter().rev().zip(ends).collect();
}

/// A name of the kind that no generated query uses.
fn name(prefix: &str, number: &mut usize) -> Name {
    *number += 1;
    Name { text: format!("{prefix}{number}").into(), span: Span::default() }
}

/// Only the variable of an end: it is bound, and what must hold of it stands elsewhere.
fn mention(end: &EndPattern) -> EndPattern {
    EndPattern { labels: None, properties: None, predicate: None, ..end.clone() }
}

/// A chain as a part for each of its relationships.
pub(super) fn unchained(part: &PatternPart, number: &mut usize) -> Vec<PatternPart> {
    if told(part) || part.steps.len() < 2 {
        return vec![part.clone()];
    }
    let mut start = part.start.clone();
    let mut found = Vec::new();
    for (step, end) in &part.steps {
        let mut end = end.clone();
        end.variable.get_or_insert_with(|| name("h", number));
        let next = mention(&end);
        let steps = vec![(step.clone(), end)];
        found.push(PatternPart { start, steps, ..part.clone() });
        start = next;
    }
    found
}

/// Gives every relationship a name; tells them with whether each is a list.
pub(super) fn named(part: &mut PatternPart, number: &mut usize) -> Vec<(String, bool)> {
    let named = part.steps.iter_mut().filter_map(|(step, _)| {
        let Connection::Relationship(step) = step else { return None };
        let several = step.hops().is_some();
        let name = step.variable.get_or_insert_with(|| name("q", number));
        Some((name.text.to_string(), several))
    });
    named.collect()
}

/// The condition that no relationship of one part is one of the other.
pub(super) fn apart(one: &[(String, bool)], other: &[(String, bool)]) -> Vec<String> {
    let mut conditions = Vec::new();
    for (a, a_listed) in one {
        for (b, b_listed) in other {
            conditions.push(match (a_listed, b_listed) {
                (false, false) => format!("{a} <> {b}"),
                (false, true) => format!("NOT {a} IN {b}"),
                (true, false) => format!("NOT {b} IN {a}"),
                (true, true) => format!("none(x0 IN {a} WHERE x0 IN {b})"),
            });
        }
    }
    conditions
}

/// Makes all relationships of the parts be of one type.
pub(super) fn retype(parts: &mut [PatternPart], kind: &str) {
    let typed = parts_of_type(kind);
    for (step, _) in parts.iter_mut().flat_map(|part| &mut part.steps) {
        if let (Connection::Relationship(step), Some(of)) = (step, &typed) {
            step.types.clone_from(&of.types);
        }
    }
}

/// A relationship of this type and nothing else.
fn parts_of_type(kind: &str) -> Option<RelationshipPattern> {
    let (step, _) = parts(&format!("()-[:{kind}]->()")).pop()?.steps.pop()?;
    step.relationship().cloned()
}
