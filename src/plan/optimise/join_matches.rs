//! A MATCH that goes on from another one is ordered together with it.
//!
//! ```text
//! MATCH (p)-[:LIVES_IN]->(c) WITH p MATCH (p)-[:LIKES]->(i {name: $name})
//!   →   MATCH (p)-[:LIVES_IN]->(c), (p)-[:LIKES]->(i {name: $name})
//! ```
//!
//! but that only the relationships of one MATCH have to be different. A WITH between them must
//! hand on variables as they are. What could fail is computed behind the whole pattern, as it
//! was before; where it stands in the pattern it only takes away what is known not to hold.

use super::Rule;
use super::certainty::{cannot_fail, is_truth};
use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::bind::query::{BoundClause, BoundKind, QueryGraph};

pub(super) struct JoinMatches;

/// Ends of a pattern, at most: a longer one is ordered in parts.
const MOST: usize = 32;

impl Rule for JoinMatches {
    fn name(&self) -> &'static str {
        "join_matches"
    }

    fn join(&self, clauses: &[BoundClause]) -> Option<Vec<BoundClause>> {
        let mut joined: Vec<BoundClause> = Vec::new();
        let mut rest = clauses;
        let mut found = false;
        while let Some((clause, after)) = rest.split_first() {
            let Some(mut pattern) = Pattern::of(clause) else {
                joined.push(clause.clone());
                rest = after;
                continue;
            };
            rest = after;
            while let Some((next, after)) = next_match(rest)
                && pattern.take(next)
            {
                found = true;
                rest = after;
            }
            joined.extend(pattern.into_clauses(clause));
        }
        found.then_some(joined)
    }
}

/// The next clause, if it is a MATCH that sees the rows of the one before as they are.
fn next_match(rest: &[BoundClause]) -> Option<(&BoundClause, &[BoundClause])> {
    let same = |(id, value): &(_, Expression)| matches!(value.kind, ExpressionKind::Variable(of) if of == *id);
    let rest = match rest.split_first()? {
        (BoundClause { kind: BoundKind::Project(columns), .. }, after)
            if columns.iter().all(same) =>
        {
            after
        }
        _ => rest,
    };
    rest.split_first().filter(|(next, _)| matches!(next.kind, BoundKind::Match { .. }))
}

/// Several patterns as one.
struct Pattern {
    graph: QueryGraph,
    predicates: Vec<Expression>,
    /// What is asked behind it.
    late: Vec<Expression>,
    introduced: Vec<VariableId>,
    /// How many MATCH clauses it is made of.
    parts: usize,
}

impl Pattern {
    /// The pattern of a MATCH, if another one may be joined to it.
    fn of(clause: &BoundClause) -> Option<Pattern> {
        let (graph, predicates, introduced) = plain(clause)?;
        // Who knows whether it would fail if it were asked of fewer rows.
        predicates.iter().all(certain).then(|| Pattern {
            graph: graph.clone(),
            predicates: predicates.to_vec(),
            late: Vec::new(),
            introduced: introduced.to_vec(),
            parts: 1,
        })
    }

    /// Takes the pattern of the next MATCH as well; returns whether it did.
    fn take(&mut self, clause: &BoundClause) -> bool {
        let Some((graph, predicates, introduced)) = plain(clause) else { return false };
        let asked_once = |it: &Expression| {
            let (mut variables, mut subqueries) = (0, false);
            it.visit_variables(&mut |_| variables += 1, &mut |_| subqueries = true);
            !subqueries && variables > 0 && !it.is_random()
        };
        let many = self.graph.ends.len() + graph.ends.len() > MOST || self.parts >= MOST;
        let known = |id| self.graph.relationships.iter().any(|r| r.variable == id);
        let bound = graph.relationships.iter().any(|r| known(r.variable));
        // What comes behind one that may fail would take rows away from it.
        if many || bound || !self.late.is_empty() || !predicates.iter().all(asked_once) {
            return false;
        }
        if self.parts == 1 {
            self.graph.set_part(0);
        }
        let mut graph = graph.clone();
        graph.set_part(self.parts);
        self.graph.join(graph);
        self.parts += 1;
        self.introduced.extend_from_slice(introduced);
        for predicate in predicates {
            if certain(predicate) {
                self.predicates.push(predicate.clone());
            } else {
                let inner = Box::new(predicate.clone());
                let may_hold = ExpressionKind::MayHold(inner);
                self.predicates.push(Expression::new(may_hold, predicate.span));
                self.late.push(predicate.clone());
            }
        }
        true
    }

    fn into_clauses(self, first: &BoundClause) -> Vec<BoundClause> {
        if self.parts == 1 {
            return vec![first.clone()];
        }
        let kind = BoundKind::Match {
            optional: false,
            graph: self.graph,
            predicates: self.predicates,
            paths: Vec::new(),
            introduced: self.introduced,
        };
        let mut clauses = vec![BoundClause { kind, span: first.span }];
        if !self.late.is_empty() {
            let (kind, span) = (BoundKind::Filter(self.late), first.span);
            clauses.push(BoundClause { kind, span });
        }
        clauses
    }
}

type Parts<'c> = (&'c QueryGraph, &'c [Expression], &'c [VariableId]);

/// The parts of a MATCH of nodes and relationships that asks for nothing special.
fn plain(clause: &BoundClause) -> Option<Parts<'_>> {
    let BoundKind::Match { optional: false, graph, predicates, paths, introduced } = &clause.kind
    else {
        return None;
    };
    let properties = graph.relationships.iter().flat_map(|r| &r.properties);
    let fine = paths.is_empty()
        && graph.paths.is_empty()
        && graph.relationships.iter().all(|r| r.unique.within && r.unique.across)
        && properties.into_iter().all(|(_, value)| cannot_fail(value));
    fine.then_some((graph, predicates, introduced))
}

fn certain(predicate: &Expression) -> bool {
    is_truth(predicate) && cannot_fail(predicate)
}
