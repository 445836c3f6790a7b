//! Which graph a query sees: the present one, or what its prefix asks for.

use super::past::{KnownAt, PastError, watched};
use super::query::{Interrupts, PreparedBody, QuerySettings, prepare, run_prepared};
use super::result::QueryResult;
use super::sound::sound;
use super::{Error, Inner};
use crate::execute::Source;
use crate::store::Graph;
use crate::syntax::ast::{
    Clause, ClauseKind, CompositeQuery, Expression, Mode, Projection, ProjectionItem, Query,
    SingleQuery, Statement, StatementBody, View,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;
use std::sync::Arc;

/// A version that a query asks for, and where it does.
struct Seen {
    version: Arc<Graph>,
    span: Option<Span>,
}

/// Runs a statement that sees a graph of the past; `None` where it sees the present one.
pub(super) fn run_on_view(
    inner: &Inner,
    statement: &Statement,
    text: &str,
    settings: &QuerySettings,
) -> Result<Option<QueryResult>, Error> {
    let Some(Seen { version, span }) = seen(inner, statement, text, settings)? else {
        return Ok(None);
    };
    let span = span.unwrap_or_else(|| Span::new(0, text.len()));
    let procedures = inner.procedures();
    let prepared = prepare(statement, &version, &procedures, &settings.rules)?;
    let plan = match &prepared.body {
        PreparedBody::Query(plan) if !plan.writes => plan,
        _ => {
            return Err(Diagnostic::syntax(
                ErrorCode::WriteInThePast,
                "what was known in the past cannot be changed",
                span,
            )
            .with_label("this query sees the past")
            .with_help("read here, and write in a statement of its own without AS KNOWN AT")
            .into());
        }
    };
    let graph = version.clone();
    let source = Source::Read(version.clone());
    let done = run_prepared(&prepared, plan, text, settings, &procedures, source, || graph);
    let mut result = sound(&version, done.map_err(Error::from))?;
    if let Some(plan) = &mut result.plan {
        *plan = format!("as known at commit {}\n{plan}", version.last_commit().0);
    }
    Ok(Some(result))
}

/// The version that a statement asks for; the text of a query leads, then its settings.
fn seen(
    inner: &Inner,
    statement: &Statement,
    text: &str,
    settings: &QuerySettings,
) -> Result<Option<Seen>, Error> {
    let mut asked = settings.known_at.map(|moment| (moment, None));
    let mut first: Option<Span> = None;
    for View::AsKnownAt { moment, span } in &statement.views {
        if let Some(first) = first {
            return Err(Diagnostic::syntax(
                ErrorCode::InvalidClauseComposition,
                "a query sees what was known at one moment only",
                *span,
            )
            .with_related(first, "another moment is given here")
            .with_help("leave one of the two out")
            .into());
        }
        first = Some(*span);
        let at = moment_of(inner, moment, text, settings)?;
        asked = Some((at, Some(moment.span)));
    }
    let Some((moment, span)) = asked else { return Ok(None) };
    let interrupts = Interrupts::of(settings);
    let version = inner.version_at(moment, &|| interrupts.reason()).map_err(|e| e.at(span))?;
    Ok(Some(Seen { version: watched(&version)?, span: first }))
}

/// The moment that an expression without variables names.
pub(super) fn moment_of(
    inner: &Inner,
    expression: &Expression,
    text: &str,
    settings: &QuerySettings,
) -> Result<KnownAt, Error> {
    let statement = returning(expression);
    let present = watched(&*inner.latest()?)?;
    let procedures = inner.procedures();
    let prepared = prepare(&statement, &present, &procedures, &settings.rules)?;
    let PreparedBody::Query(plan) = &prepared.body else {
        return Err(PastError::internal().at(Some(expression.span)));
    };
    let source = Source::Read(present.clone());
    let graph = present.clone();
    let done = run_prepared(&prepared, plan, text, settings, &procedures, source, || graph);
    let result = sound(&present, done.map_err(Error::from))?;
    match result.single() {
        Some(value) => KnownAt::try_from(value)
            .map_err(|error| Diagnostic::runtime(error, Some(expression.span)).into()),
        None => Err(PastError::internal().at(Some(expression.span))),
    }
}

/// `RETURN expression`.
fn returning(expression: &Expression) -> Statement {
    let span = expression.span;
    let item =
        ProjectionItem { expression: expression.clone(), alias: None, text: "moment".into() };
    let projection = Projection {
        distinct: false,
        star: false,
        group: None,
        items: vec![item],
        order: Vec::new(),
        skip: None,
        limit: None,
        span,
    };
    let clauses = vec![Clause { kind: ClauseKind::Return(projection), span }];
    let first = SingleQuery { clauses, span };
    let query = Query { parts: vec![CompositeQuery { first, rest: Vec::new(), span }], span };
    Statement { mode: Mode::Run, views: Vec::new(), body: StatementBody::Query(query) }
}
