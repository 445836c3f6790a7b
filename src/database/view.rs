//! Which graph a query sees: the present one, or what its prefixes ask for.
//!
//! The past comes first: `AS KNOWN AT` chooses a version. The other prefixes hide a part
//! of it; what is left is a version like any other ([`Graph::seen`]), and the last few are
//! kept, so that the next query under the same view begins at once.

use super::past::watched;
use super::prefix::{Asked, asked};
use super::query::{Interrupts, QuerySettings};
use super::result::QueryResult;
use super::sound::sound;
use super::statement::{PreparedBody, prepare, run_prepared};
use super::{Database, Error, Inner};
use crate::execute::Source;
use crate::plan::operator::{OperatorKind, Plan};
use crate::store::{Graph, View};
use crate::syntax;
use crate::syntax::ast::Statement;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorCode, Map};
use std::cell::RefCell;
use std::sync::{Arc, PoisonError, Weak};

/// Versions under views that are kept at most.
const KEPT: usize = 4;

/// What becomes of a statement for what it sees.
pub(super) enum Sight {
    /// It sees all of the present graph, and is still to be run.
    Whole,
    /// It has run on what it sees.
    Done(QueryResult),
    /// It creates what claimants assert, and is still to be run so.
    Asserting(View),
}

/// A version that shows what a view leaves of another.
pub(super) struct SeenVersion {
    of: Weak<Graph>,
    view: View,
    version: Arc<Graph>,
}

/// Runs a statement that sees another graph than the whole present one.
pub(super) fn look(
    inner: &Inner,
    statement: &Statement,
    text: &str,
    settings: &QuerySettings,
    present: impl FnOnce() -> Result<Arc<Graph>, Error>,
) -> Result<Sight, Error> {
    let sees_all = settings.known_at.is_none() && settings.view == View::default();
    if statement.views.is_empty() && sees_all {
        return Ok(Sight::Whole);
    }
    let present = present()?;
    let Asked { known_at, view, span } = asked(inner, statement, text, settings, &present)?;
    let (base, kept) = match known_at {
        None => (present, 0),
        Some((moment, place)) => {
            let interrupts = Interrupts::of(settings);
            let stops = |bytes| interrupts.reason(bytes);
            inner.version_at(moment, &stops).map_err(|error| error.at(place))?
        }
    };
    let settings = &QuerySettings { kept, ..settings.clone() };
    let (seen, taken) = inner.seen(&base, &view, span, settings)?;
    let seen = watched(&seen)?;
    let settings = &QuerySettings { kept: kept + taken, ..settings.clone() };
    let procedures = inner.procedures();
    let settings = &QuerySettings { whole: Some(watched(&base)?), ..settings.clone() };
    let prepared = prepare(statement, &seen, &procedures, settings)?;
    let plan = match &prepared.body {
        // What is done to the database as a whole does not look at the graph.
        PreparedBody::Upkeep => return Ok(Sight::Whole),
        PreparedBody::Query(plan) if plan.writes => {
            refuse_writing(&plan.root, known_at.is_some(), &view, span, text)?;
            if prepared.writes() {
                return Ok(Sight::Asserting(view));
            }
            plan
        }
        PreparedBody::Query(plan) => plan,
    };
    let source = Source::Read(seen.clone());
    let graph = seen.clone();
    let done = run_prepared(&prepared, plan, text, settings, &procedures, source, || graph);
    let mut result = sound(&seen, done.map_err(Error::from))?;
    if let (Some(plan), Some(_)) = (&mut result.plan, known_at) {
        *plan = format!("as known at commit {}\n{plan}", seen.last_commit().0);
    }
    if let (Some(plan), true) = (&mut result.plan, view != View::default()) {
        let shown = (seen.node_count(), seen.relationship_count());
        let all = (base.node_count(), base.relationship_count());
        *plan = format!(
            "a view of {} of {} nodes and {} of {} relationships\n{plan}",
            shown.0, all.0, shown.1, all.1
        );
    }
    Ok(Sight::Done(result))
}

/// Refuses what a statement that sees a part of the graph may not write: everything, but
/// for CREATE according to somebody.
fn refuse_writing(
    plan: &Plan,
    past: bool,
    view: &View,
    span: Option<Span>,
    text: &str,
) -> Result<(), Diagnostic> {
    let span = span.unwrap_or_else(|| Span::new(0, text.len()));
    if past {
        return Err(Diagnostic::syntax(
            ErrorCode::WriteInThePast,
            "what was known in the past cannot be changed",
            span,
        )
        .with_label("this query sees the past")
        .with_help("read here, and write in a statement of its own without AS KNOWN AT"));
    }
    let refused = |message: &str, help: &str| {
        Err(Diagnostic::syntax(ErrorCode::WriteUnderView, message, span)
            .with_label("this query sees a part of the graph")
            .with_help(help))
    };
    let asserts = view
        .according_to
        .as_ref()
        .is_some_and(|claimants| !claimants.strictly && claimants.confidence.is_none());
    if !asserts || view.undisputed || view.best || view.as_of.is_some() {
        return refused(
            "a part of the graph can be read, but not written",
            "write in a statement of its own without the prefix; CREATE alone can stand after ACCORDING TO",
        );
    }
    if merges(plan) {
        return refused(
            "MERGE cannot be asked according to somebody: what others say already it would create a second time",
            "look first, and then CREATE; or MERGE in a statement without the prefix, and MERGE the claim: MERGE (who)-[:ASSERTS]->[r]",
        );
    }
    if !only_creates(plan) {
        return refused(
            "according to somebody statements can be created, but nothing can be changed",
            "write in a statement of its own without the prefix, or use CREATE",
        );
    }
    Ok(())
}

/// Whether a plan merges anything.
fn merges(plan: &Plan) -> bool {
    plan.operators.iter().any(|operator| match &operator.kind {
        OperatorKind::Merge { .. } => true,
        OperatorKind::Apply { plan, .. } => merges(plan),
        OperatorKind::Union { arms, .. } => arms.iter().any(|(arm, _)| merges(arm)),
        _ => false,
    })
}

/// Whether all that a plan writes is created.
fn only_creates(plan: &Plan) -> bool {
    plan.operators.iter().all(|operator| match &operator.kind {
        OperatorKind::Create(_) => true,
        OperatorKind::Apply { plan, .. } => only_creates(plan),
        OperatorKind::Union { arms, .. } => arms.iter().all(|(arm, _)| only_creates(arm)),
        kind => !kind.writes(),
    })
}

impl Database {
    /// What prefixes ask to see, for [`Query::seen`]: `ACCORDING TO $who AS OF $day`. Who is
    /// meant is looked up now, in the whole present graph.
    ///
    /// # Errors
    /// [`Error::Query`] where the text is no list of prefixes, names nobody, or names a moment
    /// of the past, for which there is [`Query::as_known_at`].
    ///
    /// [`Query::seen`]: super::Query::seen
    /// [`Query::as_known_at`]: super::Query::as_known_at
    pub fn view(&self, prefixes: &str, parameters: &Map) -> Result<View, Error> {
        let text = format!("{prefixes} RETURN 1");
        let statement = syntax::parse_all(&text)?;
        let parameters = parameters.clone();
        let settings = QuerySettings { parameters, ..QuerySettings::default() };
        let inner = &self.inner;
        let asked = asked(inner, &statement, &text, &settings, &*inner.latest()?)?;
        match asked.known_at {
            None => Ok(asked.view),
            Some((_, span)) => Err(Diagnostic::syntax(
                ErrorCode::InvalidClauseComposition,
                "a moment of the past is no part of a view",
                span.unwrap_or_default(),
            )
            .with_help("give it to each query: AS KNOWN AT …")
            .into()),
        }
    }
}

impl Inner {
    /// What a view leaves of a version, and the bytes that were taken for it: none where it is
    /// known from another query.
    fn seen(
        &self,
        version: &Arc<Graph>,
        view: &View,
        span: Option<Span>,
        settings: &QuerySettings,
    ) -> Result<(Arc<Graph>, usize), Error> {
        if *view == View::default() {
            return Ok((version.clone(), 0));
        }
        if let Some(known) = self.known_view(version, view) {
            return Ok((known, 0));
        }
        let watched = watched(version)?;
        let (interrupts, why) = (Interrupts::of(settings), RefCell::new(None));
        let stops = |bytes| {
            let reason = interrupts.reason(settings.kept.saturating_add(bytes));
            let stops = reason.is_some();
            *why.borrow_mut() = reason;
            stops
        };
        let seen = watched.seen_unless(view, &stops).map_err(|error| match why.take() {
            Some(reason) => Diagnostic::runtime(reason, span),
            None => Diagnostic::runtime(error.into(), span)
                .with_help("correct the property, or leave the prefix out"),
        });
        super::sound::check(&watched)?;
        let seen = Arc::new(seen?);
        let taken = seen.part_bytes().map_or(0, |part| part.now());
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        if views.len() == KEPT {
            views.remove(0);
        }
        let of = Arc::downgrade(version);
        views.push(SeenVersion { of, view: view.clone(), version: seen.clone() });
        Ok((seen, taken))
    }

    fn known_view(&self, version: &Arc<Graph>, view: &View) -> Option<Arc<Graph>> {
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        views.retain(|seen| seen.of.strong_count() > 0);
        let known = views.iter().position(|seen| {
            std::ptr::eq(seen.of.as_ptr(), Arc::as_ptr(version)) && seen.view == *view
        })?;
        let known = views.remove(known);
        let version = known.version.clone();
        views.push(known);
        Some(version)
    }

    /// Lets go of the views on versions that nobody holds any more.
    pub(super) fn drop_views(&self) {
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        views.retain(|seen| seen.of.strong_count() > 0);
    }
}
