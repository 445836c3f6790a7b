//! What the prefixes of a query ask to see: from expressions and patterns to claimants and
//! moments.
//!
//! They are asked of the whole present graph, each by a small query of its own.

use super::past::{KnownAt, PastError, watched};
use super::query::QuerySettings;
use super::sound::sound;
use super::statement::{PreparedBody, prepare, run_prepared};
use super::{Error, Inner};
use crate::execute::Source;
use crate::store::{Graph, Moment, Perspective, View};
use crate::syntax::ast::{
    self, Claimants, Clause, ClauseKind, CompositeQuery, Expression, ExpressionKind, Mode, Name,
    Projection, ProjectionItem, Query, SingleQuery, Statement, StatementBody,
};
use crate::syntax::closest;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::naming::naming_text;
use crate::value::{
    ASSERTS, ElementReader, Endpoint, ErrorClass, ErrorCode, EvaluationError, NodeId, Value,
};
use std::sync::Arc;

/// The variable of whoever a pattern finds; no query can name it so.
const CLAIMANT: &str = " claimant";

/// What a statement asks to see.
pub(super) struct Asked {
    /// The moment of the past, and where the text names it.
    pub(super) known_at: Option<(KnownAt, Option<Span>)>,
    /// What is to be left of the version.
    pub(super) view: View,
    /// All prefixes in the text.
    pub(super) span: Option<Span>,
}

/// What a statement asks to see. Its text leads, then its settings.
pub(super) fn asked(
    inner: &Inner,
    statement: &Statement,
    text: &str,
    settings: &QuerySettings,
    present: &Graph,
) -> Result<Asked, Error> {
    refuse_repetition(&statement.views)?;
    let mut asked = Asked {
        known_at: settings.known_at.map(|moment| (moment, None)),
        view: settings.view.clone(),
        span: None,
    };
    let questions = Questions { inner, text, settings, present: watched(present)? };
    for view in &statement.views {
        let span = view.span();
        asked.span = Some(asked.span.map_or(span, |first| Span { end: span.end, ..first }));
        match view {
            ast::View::AsKnownAt { moment, .. } => {
                asked.known_at = Some((questions.known_at(moment)?, Some(moment.span)));
            }
            ast::View::AsOf { moment, .. } => {
                asked.view.as_of = Some(questions.moment(moment)?);
            }
            ast::View::AccordingTo { strictly, claimants, confidence, .. } => {
                let confidence = confidence.as_ref().map(|least| questions.confidence(least));
                asked.view.according_to = Some(Perspective {
                    claimants: questions.claimants(claimants, span)?,
                    strictly: *strictly,
                    confidence: confidence.transpose()?,
                });
            }
            ast::View::Undisputed { .. } => asked.view.undisputed = true,
            ast::View::Best { .. } => asked.view.best = true,
        }
    }
    Ok(asked)
}

/// Refuses two prefixes of a kind.
fn refuse_repetition(views: &[ast::View]) -> Result<(), Diagnostic> {
    for (place, view) in views.iter().enumerate() {
        let alike =
            |other: &&ast::View| std::mem::discriminant(*other) == std::mem::discriminant(view);
        let Some(first) = views[..place].iter().find(alike) else { continue };
        let (message, help) = match view {
            ast::View::AsKnownAt { .. } => {
                ("a query sees what was known at one moment only", "leave one of the two out")
            }
            ast::View::AsOf { .. } => {
                ("a query sees what holds at one moment only", "leave one of the two out")
            }
            ast::View::AccordingTo { .. } => (
                "whose word counts is said once",
                "name several in a list: of those any one suffices",
            ),
            ast::View::Undisputed { .. } | ast::View::Best { .. } => {
                ("the prefix stands there already", "leave one of the two out")
            }
        };
        return Err(Diagnostic::syntax(ErrorCode::InvalidClauseComposition, message, view.span())
            .with_related(first.span(), "it is said here first")
            .with_help(help));
    }
    Ok(())
}

/// The moment that an expression without variables names.
pub(super) fn moment_of(
    inner: &Inner,
    expression: &Expression,
    text: &str,
    settings: &QuerySettings,
) -> Result<KnownAt, Error> {
    let present = watched(&*inner.latest()?)?;
    Questions { inner, text, settings, present }.known_at(expression)
}

/// Where the prefixes are asked.
struct Questions<'a> {
    inner: &'a Inner,
    text: &'a str,
    settings: &'a QuerySettings,
    present: Arc<Graph>,
}

impl Questions<'_> {
    /// The values of the only column of a query.
    fn ask(&self, query: Query) -> Result<Vec<Value>, Error> {
        let body = StatementBody::Query(query);
        let statement = Statement { mode: Mode::Run, views: Vec::new(), why: None, body };
        let procedures = self.inner.procedures();
        let prepared = prepare(&statement, &self.present, &procedures, self.settings)?;
        let PreparedBody::Query(plan) = &prepared.body else {
            return Err(PastError::internal().at(None));
        };
        let source = Source::Read(self.present.clone());
        let graph = self.present.clone();
        let (text, settings) = (self.text, self.settings);
        let done = run_prepared(&prepared, plan, text, settings, &procedures, source, || graph);
        let result = sound(&self.present, done.map_err(Error::from))?;
        Ok(result.rows.into_iter().flatten().collect())
    }

    /// The value of an expression without variables.
    fn value(&self, expression: &Expression) -> Result<Value, Error> {
        let clause = returning(expression.clone(), "value");
        let values = self.ask(query(vec![clause], expression.span))?;
        Ok(values.into_iter().next().unwrap_or_default())
    }

    fn known_at(&self, expression: &Expression) -> Result<KnownAt, Error> {
        KnownAt::try_from(&self.value(expression)?)
            .map_err(|error| Diagnostic::runtime(error, Some(expression.span)).into())
    }

    /// The moment of a date, a datetime, or the text of one.
    fn moment(&self, expression: &Expression) -> Result<Moment, Error> {
        let value = self.value(expression)?;
        Moment::named_by(&value).ok_or_else(|| {
            let message = format!(
                "what holds is asked for by a date or a datetime, not by {}",
                value.to_cypher_literal()
            );
            let error = EvaluationError::wrong_type(message);
            Diagnostic::runtime(error, Some(expression.span))
                .with_help("write it as in AS OF date('2025-06-11')")
                .into()
        })
    }

    /// The least confidence of a claim that counts.
    fn confidence(&self, expression: &Expression) -> Result<f64, Error> {
        match self.value(expression)? {
            Value::Float(least) => Ok(least),
            Value::Integer(least) => Ok(least as f64),
            other => {
                let message = format!("confidence is a number, not {}", other.to_cypher_literal());
                let error = EvaluationError::wrong_type(message);
                Err(Diagnostic::runtime(error, Some(expression.span)).into())
            }
        }
    }

    /// Whose word counts.
    fn claimants(&self, claimants: &Claimants, prefix: Span) -> Result<Vec<NodeId>, Error> {
        let (values, span) = match claimants {
            Claimants::Expression(expression) => (vec![self.value(expression)?], expression.span),
            Claimants::Pattern(part) => (self.ask(found_by(part))?, part.span),
        };
        let mut found = Vec::new();
        self.gather(&values, span, &mut found)?;
        found.sort_unstable();
        found.dedup();
        if found.is_empty() {
            let message = "the graph is to be seen according to nobody";
            let error = argument(ErrorCode::NoSuchClaimant, message.to_owned());
            return Err(Diagnostic::runtime(error, Some(prefix))
                .with_help(
                    "nothing matches what names the claimants; UNDISPUTED sees what nobody denies",
                )
                .into());
        }
        Ok(found)
    }

    fn gather(&self, values: &[Value], span: Span, found: &mut Vec<NodeId>) -> Result<(), Error> {
        for value in values {
            match value {
                Value::Null => {}
                Value::Node(node) => found.push(*node),
                Value::String(name) => found.push(self.named(name, span)?),
                Value::List(values) => self.gather(values, span, found)?,
                other => {
                    let message = format!(
                        "a claimant is a node, or the name of one, not {}",
                        other.to_cypher_literal()
                    );
                    let error = EvaluationError::wrong_type(message);
                    return Err(Diagnostic::runtime(error, Some(span)).into());
                }
            }
        }
        Ok(())
    }

    /// The only node of a name.
    fn named(&self, name: &Arc<str>, span: Span) -> Result<NodeId, Error> {
        let named = self.present.named(name);
        match named.as_slice() {
            [node] => Ok(*node),
            [] => {
                let message = format!("nobody is named '{name}'");
                let error = argument(ErrorCode::NoSuchClaimant, message);
                let known = claimant_names(&self.present);
                let near = closest(name, known.iter().map(String::as_str));
                Err(Diagnostic::runtime(error, Some(span))
                    .with_help(match near {
                        Some(near) => format!("did you mean '{near}'?"),
                        None => {
                            "a claimant is named by its property `name`, or by a pattern".to_owned()
                        }
                    })
                    .into())
            }
            several => {
                let message = format!("{} nodes are named '{name}'", several.len());
                let error = argument(ErrorCode::AmbiguousClaimant, message);
                Err(Diagnostic::runtime(error, Some(span))
                    .with_help("tell them apart by a pattern: (:Label {name: '…'})")
                    .into())
            }
        }
    }
}

fn argument(code: ErrorCode, message: String) -> EvaluationError {
    EvaluationError::new(ErrorClass::ArgumentError, code, message)
}

/// The names of those who assert anything, for suggestions.
fn claimant_names(graph: &Graph) -> Vec<String> {
    let mut names = Vec::new();
    for chunk in graph.node_chunks(None) {
        for id in chunk.ids() {
            let node = Endpoint::Node(NodeId(id));
            if !graph.related(node, ASSERTS, false).is_empty() {
                names.extend(naming_text(|key| ElementReader::property(graph, node, key)));
            }
        }
    }
    names
}

/// `RETURN expression AS name`.
fn returning(expression: Expression, name: &str) -> Clause {
    let span = expression.span;
    let alias = Some(Name { text: name.into(), span });
    let projection = Projection {
        distinct: false,
        star: false,
        group: None,
        items: vec![ProjectionItem { expression, alias, text: name.into() }],
        order: Vec::new(),
        skip: None,
        limit: None,
        span,
    };
    Clause { kind: ClauseKind::Return(projection), span }
}

fn query(clauses: Vec<Clause>, span: Span) -> Query {
    let first = SingleQuery { clauses, span };
    Query { parts: vec![CompositeQuery { first, rest: Vec::new(), span }], span }
}

/// `MATCH (claimant…)… RETURN claimant`.
fn found_by(part: &ast::PatternPart) -> Query {
    let mut part = part.clone();
    let span = part.span;
    let name = part.start.variable.get_or_insert_with(|| Name { text: CLAIMANT.into(), span });
    let found = Expression { kind: ExpressionKind::Variable(name.text.clone()), span };
    let matching = ClauseKind::Match {
        optional: false,
        mode: None,
        pattern: vec![part],
        hints: Vec::new(),
        predicate: None,
    };
    query(vec![Clause { kind: matching, span }, returning(found, "claimant")], span)
}
