//! Functions on claims: who says so, who denies it, where it is written.
//!
//! A statement is a node or a relationship. A claim is a relationship `ASSERTS` or
//! `DENIES` that points at one, from whoever makes it; it is a statement itself, so that
//! a report of a claim is a claim about a claim. `CITED_IN` leads from a statement or a
//! claim to a source. A relationship exists before what points at it, so that claims
//! about claims end somewhere.

use super::context::FunctionContext;
use super::error::wrong_argument;
use super::graph::{check_there, element, element_value};
use super::registry::Scalar;
use super::types::TypeSet;
use crate::value::{ASSERTS, CITED_IN, DENIES, ElementReader, Endpoint, EvaluationError};
use crate::value::{RelationshipId, Value};
use std::collections::HashSet;
use std::sync::Arc;

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        "asserted_by",
        &[TypeSet::ELEMENT],
        TypeSet::LIST,
        "asserted_by(statement :: NODE | RELATIONSHIP) :: LIST<NODE>",
        "Who asserts a statement, in the order of the claims.",
        asserted_by,
    )
    .volatile(),
    Scalar::new(
        "denied_by",
        &[TypeSet::ELEMENT],
        TypeSet::LIST,
        "denied_by(statement :: NODE | RELATIONSHIP) :: LIST<NODE>",
        "Who denies a statement, in the order of the claims.",
        denied_by,
    )
    .volatile(),
    Scalar::new(
        "disputed",
        &[TypeSet::ELEMENT],
        TypeSet::BOOLEAN,
        "disputed(statement :: NODE | RELATIONSHIP) :: BOOLEAN",
        "Whether somebody asserts a statement and somebody denies it.",
        disputed,
    )
    .volatile(),
    Scalar::new(
        "claims",
        &[TypeSet::ELEMENT],
        TypeSet::LIST,
        "claims(statement :: NODE | RELATIONSHIP) :: LIST<RELATIONSHIP>",
        "The claims about a statement: the relationships ASSERTS and DENIES that point at it.",
        claims,
    )
    .volatile(),
    Scalar::new(
        "sources",
        &[TypeSet::ELEMENT],
        TypeSet::LIST,
        "sources(statement :: NODE | RELATIONSHIP) :: LIST<NODE>",
        "What a statement, the claims about it and the reports of these are CITED_IN.",
        sources,
    )
    .volatile(),
    Scalar::new(
        "attribution",
        &[TypeSet::ELEMENT],
        TypeSet::LIST,
        "attribution(statement :: NODE | RELATIONSHIP) :: LIST<LIST<NODE>>",
        "Who says that who says … a statement: a list for each chain of reports, the last reporter first.",
        attribution,
    )
    .volatile(),
];

/// The statement that a function was given.
fn statement(
    context: &FunctionContext<'_>,
    function: &str,
    arguments: &[Value],
) -> Result<Endpoint, EvaluationError> {
    let argument = arguments.first().unwrap_or(&Value::Null);
    let found = element(argument)
        .ok_or_else(|| wrong_argument(function, "a Node or Relationship", argument))?;
    check_there(context, found)?;
    Ok(found)
}

/// Who makes the claims of a type about a statement, each once.
fn claimants(context: &FunctionContext<'_>, statement: Endpoint, kind: &str) -> Value {
    let found = claimants_of(context.reader, statement, kind);
    Value::List(Arc::new(found.into_iter().map(element_value).collect()))
}

/// The claims about a statement, in their order.
fn claims_about(reader: &dyn ElementReader, statement: Endpoint) -> Vec<RelationshipId> {
    let mut found: Vec<RelationshipId> = [ASSERTS, DENIES]
        .into_iter()
        .flat_map(|kind| reader.related(statement, kind, true))
        .map(|(_, claim)| claim)
        .collect();
    found.sort_unstable();
    found
}

fn asserted_by(
    context: &FunctionContext<'_>,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    Ok(claimants(context, statement(context, "asserted_by", arguments)?, ASSERTS))
}

fn denied_by(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    Ok(claimants(context, statement(context, "denied_by", arguments)?, DENIES))
}

fn disputed(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let statement = statement(context, "disputed", arguments)?;
    let said = |kind| !context.reader.related(statement, kind, true).is_empty();
    Ok(Value::Boolean(said(ASSERTS) && said(DENIES)))
}

fn claims(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let found = claims_about(context.reader, statement(context, "claims", arguments)?);
    Ok(Value::List(Arc::new(found.into_iter().map(Value::Relationship).collect())))
}

fn sources(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let statement = statement(context, "sources", arguments)?;
    let found = sources_of(context.reader, &[statement]);
    Ok(Value::List(Arc::new(found.into_iter().map(element_value).collect())))
}

/// What statements, the claims about them and the reports of these are `CITED_IN`, each
/// once.
///
/// # Complexity
/// O(c log c) for c claims and citations that are followed.
pub fn sources_of(reader: &dyn ElementReader, statements: &[Endpoint]) -> Vec<Endpoint> {
    let mut known = HashSet::new();
    let mut found = Vec::new();
    // Breadth first: what is said of the statement itself comes before the reports of it.
    let mut waiting: std::collections::VecDeque<Endpoint> = statements.iter().copied().collect();
    while let Some(next) = waiting.pop_front() {
        let mut cited = reader.related(next, CITED_IN, false);
        cited.sort_unstable_by_key(|(_, citation)| *citation);
        found.extend(cited.into_iter().map(|(source, _)| source).filter(|one| known.insert(*one)));
        waiting.extend(claims_about(reader, next).into_iter().map(Endpoint::Relationship));
    }
    found
}

/// Who makes the claims of a type about a statement, each once, in the order of the claims.
pub fn claimants_of(reader: &dyn ElementReader, statement: Endpoint, kind: &str) -> Vec<Endpoint> {
    let mut found = reader.related(statement, kind, true);
    found.sort_unstable_by_key(|(_, claim)| *claim);
    let mut known = HashSet::new();
    found.into_iter().map(|(who, _)| who).filter(|who| known.insert(*who)).collect()
}

fn attribution(
    context: &FunctionContext<'_>,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    let mut chains = Vec::new();
    // What is still to be asked for reports, with who has said so up to there.
    let mut open = vec![(statement(context, "attribution", arguments)?, Vec::new())];
    while let Some((said, speakers)) = open.pop() {
        let mut reports = context.reader.related(said, ASSERTS, true);
        if reports.is_empty() && !speakers.is_empty() {
            chains.push(Value::List(Arc::new(speakers.into_iter().rev().collect::<Vec<Value>>())));
            context.limits.check_list(chains.len())?;
            continue;
        }
        // The stack gives them back in their order.
        reports.sort_unstable_by_key(|(_, claim)| std::cmp::Reverse(*claim));
        for (who, claim) in reports {
            let mut speakers = speakers.clone();
            speakers.push(element_value(who));
            open.push((Endpoint::Relationship(claim), speakers));
        }
    }
    Ok(Value::List(Arc::new(chains)))
}
