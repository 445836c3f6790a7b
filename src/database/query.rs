//! The life of a query: text → tokens → AST → bound query → logical plan →
//! optimised plan → pipelines → rows.

use super::keeping::upkeep;
use super::limits::Limits;
use super::past::KnownAt;
use super::prepared::{PlanSlot, PreparedQuery, planned};
use super::result::QueryResult;
use super::rules::RuleChoice;
use super::sound::sound;
use super::stack::{is_deep, with_stack};
use super::statement::{PreparedBody, run_prepared};
use super::transaction::{Signature, WriterTurn};
use super::view::{Sight, look};
use super::{Database, Error};
use crate::execute::Source;
use crate::import::FileAccess;
use crate::plan::optimise::Rule;
use crate::store::{Graph, Rooms, View};
use crate::syntax;
use crate::syntax::ast::Statement;
use crate::syntax::diagnostic::Diagnostic;
use crate::threads::{Helpers, Threads};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Map, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Stops a running query from another thread.
///
/// ```
/// let db = dossier::Database::in_memory();
/// let handle = dossier::InterruptHandle::new();
/// handle.interrupt();
/// assert!(db.query("UNWIND range(1, 1000000) AS i RETURN sum(i)").interrupt(&handle).run().is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct InterruptHandle(pub(super) Arc<AtomicBool>);

impl InterruptHandle {
    /// A handle that has not been used.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops every query that was given this handle, now and later.
    pub fn interrupt(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it stops queries.
    pub fn is_interrupted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Makes the handle usable again.
    pub fn reset(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// What a query may use up and what it is given.
#[derive(Clone, Default)]
pub(super) struct QuerySettings {
    pub(super) parameters: Map,
    pub(super) limits: Limits,
    /// When it must be done; known once it runs.
    pub(super) deadline: Option<Instant>,
    /// What stops it, if it is to be stopped.
    pub(super) interrupt: Option<InterruptHandle>,
    pub(super) signature: Signature,
    pub(super) known_at: Option<KnownAt>,
    /// What of the graph it sees.
    pub(super) view: View,
    /// By whose view it creates, once that is known.
    pub(super) asserting: Option<View>,
    /// Whether it is asked what its rows rest on, should it only read.
    pub(super) why: bool,
    /// The version of which it sees a part, once that is known.
    pub(super) whole: Option<Arc<Graph>>,
    /// Which files it may read; `None` leaves it to the database.
    pub(super) files: Option<Arc<dyn FileAccess>>,
    /// Nobody wants to hear of warnings.
    pub(super) silent: bool,
    /// Characters that a line of a plan has at most, if it matters.
    pub(super) plan_columns: Option<usize>,
    /// Bytes that are kept for it before it runs.
    pub(super) kept: usize,
    /// Elements that a thread takes at once, for tests.
    pub(super) morsel: Option<u32>,
    pub(super) rules: RuleChoice,
    /// Where it puts what does not fit into memory.
    pub(super) rooms: Option<Rooms>,
    /// The threads that may help with it; absent where nobody does.
    pub(super) helpers: Option<Arc<Helpers>>,
    /// Where the plan of a prepared query is kept.
    pub(super) plans: Option<Arc<PlanSlot>>,
}

impl QuerySettings {
    /// The threads that may work on it.
    pub(super) fn threads(&self) -> Threads<'_> {
        let of = |helpers| Threads::of(helpers, self.limits.threads);
        self.helpers.as_deref().map_or(Threads::ONE, of)
    }
}

/// Where a query runs: on its own, or inside a transaction.
pub(super) enum Target<'a> {
    Database(&'a Database),
    Transaction(&'a mut super::Transaction),
}

/// A query that is about to run: parameters and limits are added, then [`run`](Query::run).
pub struct Query<'a> {
    pub(super) target: Target<'a>,
    pub(super) text: &'a str,
    /// Its statement, where it was prepared.
    pub(super) prepared: Option<&'a PreparedQuery>,
    /// There are many of them, and the query is handed on by each that adds one.
    pub(super) settings: Box<QuerySettings>,
}

impl Query<'_> {
    /// Gives a parameter its value: `$name` in the text.
    #[must_use]
    pub fn param(mut self, name: &str, value: impl Into<Value>) -> Self {
        let names = self.prepared.map_or(&[][..], PreparedQuery::parameters);
        let known = names.iter().find(|known| &***known == name);
        let parameters = &mut self.settings.parameters;
        if parameters.is_empty() {
            parameters.reserve(names.len());
        }
        parameters.insert(known.cloned().unwrap_or_else(|| name.into()), value.into());
        self
    }

    /// Gives all these parameters their values.
    #[must_use]
    pub fn params(mut self, parameters: Map) -> Self {
        self.settings.parameters.extend(parameters);
        self
    }

    /// Stops with `ResourceExhausted` after that time.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.timeout = Some(timeout);
        self
    }

    /// Stops with `ResourceExhausted` when the query keeps more than about so many bytes.
    #[must_use]
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.settings.limits.memory = Some(bytes);
        self
    }

    /// Stops with `ResourceExhausted` when the result would have more rows.
    #[must_use]
    pub fn row_limit(mut self, rows: u64) -> Self {
        self.settings.limits.rows = Some(rows);
        self
    }

    /// Lets so many threads work on it, at most: [`Limits::threads`].
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.settings.limits.threads = Some(threads);
        self
    }

    /// Lets threads share the least work, each taking so many elements at once, so that tests
    /// with small graphs see what they do with large ones.
    #[doc(hidden)]
    #[must_use]
    pub fn morsel(mut self, elements: u32) -> Self {
        self.settings.morsel = Some(elements);
        self
    }

    /// Sets all limits at once; what is `None` there is left to the database.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Whether the result's notifications are wanted; they are by default.
    #[must_use]
    pub fn warnings(mut self, wanted: bool) -> Self {
        self.settings.silent = !wanted;
        self
    }

    /// How many characters wide the table of EXPLAIN and PROFILE may be: that of a terminal, say.
    /// Operators that are longer are folded. By default it is as wide as it is.
    #[must_use]
    pub fn plan_columns(mut self, columns: usize) -> Self {
        self.settings.plan_columns = Some(columns);
        self
    }

    /// Lets the handle stop the query.
    #[must_use]
    pub fn interrupt(mut self, handle: &InterruptHandle) -> Self {
        self.settings.interrupt = Some(handle.clone());
        self
    }

    /// Lets the query read these files with LOAD CSV. Without this it may read those of
    /// [`OpenOptions::files`](super::OpenOptions::files), by default none.
    ///
    /// ```no_run
    /// # let db = dossier::Database::in_memory();
    /// let files = std::sync::Arc::new(dossier::LocalFiles::within("import"));
    /// db.query("LOAD CSV FROM 'people.csv' AS row CREATE (:Person {name: row[0]})").files(files).run()?;
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[must_use]
    pub fn files(mut self, files: Arc<dyn FileAccess>) -> Self {
        self.settings.files = Some(files);
        self
    }

    /// The commit message, if the query writes and commits on its own.
    #[must_use]
    pub fn message(mut self, message: &str) -> Self {
        message.clone_into(&mut self.settings.signature.message);
        self
    }

    /// Whom the log names with the commit, instead of [`OpenOptions::author`], if the query
    /// writes and commits on its own.
    ///
    /// [`OpenOptions::author`]: super::OpenOptions::author
    #[must_use]
    pub fn author(mut self, author: &str) -> Self {
        self.settings.signature.author = Some(author.to_owned());
        self
    }

    /// Lets the query see a part of the graph; prefixes in its text lead.
    ///
    /// ```
    /// let db = dossier::Database::in_memory();
    /// db.query("CREATE (:Event {valid_to: date('2025-06-11')})").run()?;
    /// let view = db.view("AS OF date('2025-06-12')", &Default::default())?;
    /// let count = db.query("MATCH (n) RETURN count(n)").seen(view).run()?;
    /// assert_eq!(count.single().and_then(|value| value.as_integer()), Some(0));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[must_use]
    pub fn seen(mut self, view: View) -> Self {
        self.settings.view = view;
        self
    }

    /// Asks what each row rests on, as WHY in the text does: [`QueryResult::support`] tells.
    /// A query that writes is run as it is, and tells nothing.
    #[must_use]
    pub fn why(mut self) -> Self {
        self.settings.why = true;
        self
    }

    /// Lets the query see the graph as it was known at a moment; `AS KNOWN AT` in its text
    /// leads. It can only read then.
    #[must_use]
    pub fn as_known_at(mut self, moment: impl Into<KnownAt>) -> Self {
        self.settings.known_at = Some(moment.into());
        self
    }

    /// Optimises the plan with these rules instead of all of
    /// [`RULES`](crate::plan::optimise::RULES), whatever is switched off in the database: to see what a rule does to a plan, or to try one of your own.
    /// Every selection of the rules gives the same rows.
    ///
    /// ```
    /// let db = dossier::Database::in_memory();
    /// let text = "EXPLAIN UNWIND [2, 1] AS x RETURN x ORDER BY x LIMIT 1";
    /// let plain = db.query(text).rules(&[]).run()?;
    /// assert_ne!(plain.plan, db.query(text).run()?.plan);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[must_use]
    pub fn rules(mut self, rules: &[&'static dyn Rule]) -> Self {
        self.settings.rules = RuleChoice::Own(rules.to_vec());
        self.settings.plans = None;
        self
    }

    /// Runs the query.
    ///
    /// # Errors
    /// [`Error::Query`] leaves the graph as it was before the statement;
    /// [`Error::Storage`] says in its text whether the change may have reached the disk.
    pub fn run(mut self) -> Result<QueryResult, Error> {
        let started = Instant::now();
        let defaults = match &self.target {
            Target::Database(database) => database.inner.limits,
            Target::Transaction(transaction) => transaction.limits(),
        };
        self.settings.limits = self.settings.limits.or(defaults);
        let files = match &self.target {
            Target::Database(database) => &database.inner.files,
            Target::Transaction(transaction) => transaction.files(),
        };
        self.settings.files.get_or_insert_with(|| files.clone());
        if !self.settings.rules.is_own() {
            self.settings.rules = match &self.target {
                Target::Database(database) => database.inner.rules(),
                Target::Transaction(transaction) => transaction.rules(),
            };
        }
        self.settings.deadline = self.settings.limits.deadline(started);
        for value in self.settings.parameters.values() {
            value.check_nesting().map_err(|error| Diagnostic::runtime(error, None))?;
        }
        let (parsed, known);
        let (statement, height) = if let Some(prepared) = self.prepared {
            (&prepared.statement, prepared.height)
        } else if self.settings.rules.is_own() {
            parsed = syntax::parse_all(self.text)?;
            (&parsed, parsed.height())
        } else {
            known = match &self.target {
                Target::Database(database) => database.inner.recent.statement(self.text)?,
                Target::Transaction(transaction) => transaction.recent().statement(self.text)?,
            };
            self.settings.plans = Some(known.plans.clone());
            (&known.statement, known.height)
        };
        if is_deep(height) {
            // Its threads would have too little stack.
            self.settings.limits.threads = Some(1);
        }
        let Query { target, text, mut settings, .. } = self;
        settings.rooms = match &target {
            Target::Database(database) => database.inner.rooms.clone(),
            Target::Transaction(transaction) => transaction.rooms(),
        };
        settings.helpers = Some(match &target {
            Target::Database(database) => database.inner.helpers.clone(),
            Target::Transaction(transaction) => transaction.helpers(),
        });
        let mut result = with_stack(height, || match target {
            Target::Database(database) => run_alone(database, statement, text, &settings),
            Target::Transaction(transaction) => {
                transaction.run_statement(statement, text, &settings)
            }
        })?;
        result.elapsed = started.elapsed();
        Ok(result)
    }
}

/// What stops a query, looked at outside of its execution.
pub(super) struct Interrupts<'a>(&'a QuerySettings);

impl<'a> Interrupts<'a> {
    pub(super) fn of(settings: &'a QuerySettings) -> Self {
        Interrupts(settings)
    }

    /// Why the query must stop now, if it must; so many bytes are kept for it.
    pub(super) fn reason(&self, kept: usize) -> Option<EvaluationError> {
        let interrupt = self.0.interrupt.as_ref();
        let (code, message) = if interrupt.is_some_and(InterruptHandle::is_interrupted) {
            (ErrorCode::Interrupted, "the query was interrupted".to_owned())
        } else if self.0.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            (ErrorCode::Timeout, "the query took longer than it was allowed to".to_owned())
        } else if let Some(limit) = self.0.limits.memory.filter(|limit| kept > *limit) {
            let what = "which is its memory limit";
            (ErrorCode::MemoryLimit, format!("the query keeps more than {limit} bytes, {what}"))
        } else {
            return None;
        };
        Some(EvaluationError::new(ErrorClass::ResourceExhausted, code, message))
    }
}

/// Runs a query that is a transaction of its own.
fn run_alone(
    database: &Database,
    statement: &Statement,
    text: &str,
    settings: &QuerySettings,
) -> Result<QueryResult, Error> {
    let inner = &database.inner;
    let asserting;
    let settings = match look(inner, statement, text, settings, || inner.latest())? {
        Sight::Done(result) => return Ok(result),
        Sight::Whole => settings,
        Sight::Asserting(view) => {
            asserting = QuerySettings { asserting: Some(view), ..settings.clone() };
            &asserting
        }
    };
    let snapshot = Arc::new(inner.latest()?.watched());
    let procedures = inner.procedures();
    let prepared = planned(statement, &snapshot, &procedures, settings)?;
    let plan = match &prepared.body {
        PreparedBody::Upkeep => return upkeep(database, statement, text, settings),
        PreparedBody::Query(plan) => plan,
    };
    if !prepared.writes() {
        let graph = snapshot.clone();
        let done = run_prepared(
            &prepared,
            plan,
            text,
            settings,
            &procedures,
            Source::Read(snapshot.clone()),
            || graph,
        );
        return sound(&snapshot, done.map_err(Error::from));
    }
    inner.check_writable()?;
    let turn = WriterTurn::take(inner)?;
    let (mut writer, unsettled) = turn.writer();
    let done = run_prepared(
        &prepared,
        plan,
        text,
        settings,
        &procedures,
        Source::Write(&mut writer),
        || snapshot,
    );
    let mut result = sound(writer.view(), done.map_err(Error::from))?;
    result.graph = turn.commit(writer, unsettled, &settings.signature)?;
    Ok(result)
}
