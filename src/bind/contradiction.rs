//! Contradictions: which statements a rule is about, and the query that finds them.
//!
//! ```text
//! CREATE CONTRADICTION one_culprit FOR (a)-[r:VIOLATED]->(d), (b)-[s:VIOLATED]->(d) WHERE a <> b
//!                                       MATCH … WHERE a <> b RETURN r, s
//! ```
//!
//! The relationships that the pattern names cannot hold together; what has no name, and
//! every node, is only what makes them meet. A rule is bound when it is declared, so that
//! what is wrong with it is told to whoever declares it, and asked like any other query.

use super::schema::senseless;
use super::{Environment, NameKind, ProcedureSignature, bind};
use crate::syntax::ast::{
    Clause, ClauseKind, CompositeQuery, Connection, ContradictionRule, EndKind, EndPattern,
    Expression, ExpressionKind, Mode, Name, Projection, ProjectionItem, Query, SingleQuery,
};
use crate::syntax::diagnostic::{Diagnostic, Diagnostics};
use crate::value::ErrorCode;
use std::cell::Cell;
use std::sync::Arc;

/// Statements that contradict each other at least.
const LEAST: usize = 2;

/// The query that finds what a rule is about: a row for each match, with the statements in
/// the order in which the pattern names them.
///
/// # Errors
/// The pattern names fewer than two relationships, or a parameter is to decide.
pub fn contradiction_query(rule: &ContradictionRule) -> Result<Query, Diagnostic> {
    let mut statements: Vec<&Name> = Vec::new();
    for part in &rule.pattern {
        name_statements(&part.start, &part.steps, &mut statements);
    }
    if statements.len() < LEAST {
        let found = match statements.first() {
            Some(name) => format!("names only `{}`", name.text),
            None => "names none".to_owned(),
        };
        let message = format!(
            "a contradiction is between two relationships or more, and this pattern {found}"
        );
        return Err(senseless(message, rule.span).with_help(
            "name those that cannot hold together, as in \
             `FOR (a)-[r:VIOLATED]->(d), (b)-[s:VIOLATED]->(d) WHERE a <> b`",
        ));
    }
    if let Some((name, span)) = rule.parameter() {
        let message = format!(
            "a contradiction is kept in the database, and the value of `${}` is not",
            name.text
        );
        return Err(Diagnostic::syntax(ErrorCode::InvalidParameterUse, message, span)
            .with_help("write the value itself"));
    }
    let matching = ClauseKind::Match {
        optional: false,
        mode: None,
        pattern: rule.pattern.clone(),
        hints: Vec::new(),
        predicate: rule.predicate.clone(),
    };
    let span = rule.span;
    let clauses = vec![Clause { kind: matching, span }, returning(&statements)];
    let first = SingleQuery { clauses, span };
    Ok(Query { parts: vec![CompositeQuery { first, rest: Vec::new(), span }], span })
}

/// Binds a rule that is declared; gives warnings.
///
/// # Errors
/// As [`contradiction_query`], and those of the query.
pub(super) fn check_contradiction(
    rule: &ContradictionRule,
    environment: &dyn Environment,
) -> Result<Vec<Diagnostic>, Diagnostics> {
    let query = contradiction_query(rule)?;
    let asked = WithoutCalls { environment, called: Cell::new(false) };
    let bound = bind(&query, Mode::Run, &asked);
    if asked.called.get() {
        let message = "a contradiction cannot call procedures";
        return Err(senseless(message, rule.span)
            .with_help("say what contradicts itself by a pattern and a condition")
            .into());
    }
    Ok(bound?.warnings)
}

/// Gathers the names of single relationships along a chain, each once. What is repeated
/// stands for a list, which is no statement. The nesting of groups is bounded by the parser.
fn name_statements<'a>(
    start: &'a EndPattern,
    steps: &'a [(Connection, EndPattern)],
    found: &mut Vec<&'a Name>,
) {
    name_end(start, found);
    for (connection, end) in steps {
        match connection {
            Connection::Relationship(relationship) if relationship.hops().is_none() => {
                name_statement(relationship.variable.as_ref(), found);
            }
            Connection::Group(group) if group.quantifier.is_none() => {
                name_statements(&group.start, &group.steps, found);
            }
            Connection::Relationship(_) | Connection::Group(_) => {}
        }
        name_end(end, found);
    }
}

fn name_end<'a>(end: &'a EndPattern, found: &mut Vec<&'a Name>) {
    if end.kind == EndKind::Relationship {
        name_statement(end.variable.as_ref(), found);
    }
}

fn name_statement<'a>(name: Option<&'a Name>, found: &mut Vec<&'a Name>) {
    let new = name.filter(|name| found.iter().all(|known| known.text != name.text));
    found.extend(new);
}

/// `RETURN r, s`.
fn returning(statements: &[&Name]) -> Clause {
    let span = statements.first().map(|name| name.span).unwrap_or_default();
    let item = |name: &&Name| ProjectionItem {
        expression: Expression {
            kind: ExpressionKind::Variable(name.text.clone()),
            span: name.span,
        },
        alias: None,
        text: name.text.clone(),
    };
    let projection = Projection {
        distinct: false,
        star: false,
        items: statements.iter().map(item).collect(),
        group: None,
        order: Vec::new(),
        skip: None,
        limit: None,
        span,
    };
    Clause { kind: ClauseKind::Return(projection), span }
}

/// What a rule is bound against: everything but procedures, of which some ask the rules.
struct WithoutCalls<'a> {
    environment: &'a dyn Environment,
    /// Whether a procedure was asked for.
    called: Cell<bool>,
}

impl Environment for WithoutCalls<'_> {
    fn procedure(&self, _name: &str) -> Option<ProcedureSignature> {
        self.called.set(true);
        None
    }

    fn knows(&self, kind: NameKind, name: &str) -> bool {
        self.environment.knows(kind, name)
    }

    fn is_large(&self) -> bool {
        self.environment.is_large()
    }

    fn names(&self, kind: NameKind) -> Vec<Arc<str>> {
        self.environment.names(kind)
    }
}
