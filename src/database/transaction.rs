//! Transactions: one writer at a time, every statement whole or not at all.

use super::prepared::planned;
use super::query::{Query, QuerySettings, Target};
use super::result::QueryResult;
use super::sound::{check, sound};
use super::statement::{PreparedBody, now, run_prepared};
use super::view::{Sight, look};
use super::{Error, Inner};
use crate::execute::Source;
use crate::import::FileAccess;
use crate::store::{ChangeCounts, Graph, Rooms, Writer};
use crate::syntax::ast::Statement;
use crate::threads::Helpers;
use crate::value::ErrorCode;
use std::sync::Arc;

/// What the log keeps with a commit.
#[derive(Clone, Debug, Default)]
pub(super) struct Signature {
    /// Who commits, where it is not whom the database names.
    pub(super) author: Option<String>,
    /// What for.
    pub(super) message: String,
}

/// The right to write; given back when dropped.
pub(super) struct WriterTurn {
    inner: Arc<Inner>,
}

impl WriterTurn {
    /// Waits for its turn, at most the busy timeout.
    pub(super) fn take(inner: &Arc<Inner>) -> Result<Self, Error> {
        let taken = inner.versions.take_turn(inner.busy_timeout);
        taken.map_err(|waited| Error::Busy { waited })?;
        Ok(WriterTurn { inner: inner.clone() })
    }

    /// A writer on the last version in the log, and the commit that is to be settled before
    /// anything is told that rests on it.
    pub(super) fn writer(&self) -> (Writer, Option<u64>) {
        let (base, unsettled) = self.inner.versions.base();
        (Writer::new(Arc::new(base.watched())), unsettled)
    }

    /// Makes the writer's changes durable, then visible; gives the new version. Without
    /// changes it waits for what the writer has started from.
    pub(super) fn commit(
        self,
        writer: Writer,
        unsettled: Option<u64>,
        signature: &Signature,
    ) -> Result<Arc<Graph>, Error> {
        let inner = self.inner.clone();
        let unlogged = writer.unlogged();
        let (mut graph, changes) = writer.finish();
        check(&graph)?;
        if changes.is_empty() && unlogged == ChangeCounts::default() {
            drop(self);
            inner.settle(unsettled)?;
            return Ok(inner.versions.current());
        }
        let (seconds, nanos) = now();
        let time = seconds.saturating_mul(1_000_000_000).saturating_add(i64::from(nanos));
        // The version that the writer began with: nobody else has written since.
        let before = inner.versions.base().0.watched();
        if unlogged != ChangeCounts::default() {
            inner.settle(unsettled)?;
            inner.commit_load(&before, graph, (time, signature), (&changes, unlogged))?;
            inner.drop_views();
            return Ok(inner.versions.current());
        }
        let appended = inner.append(&before, &mut graph, (time, signature), &changes)?;
        if appended.checkpoint_due {
            inner.settle(appended.number)?;
            inner.checkpoint_if_due();
        } else {
            // The next one writes while this one waits for the disk.
            drop(self);
            inner.settle(appended.number)?;
        }
        inner.drop_views();
        Ok(graph)
    }
}

impl Drop for WriterTurn {
    fn drop(&mut self) {
        self.inner.versions.end_turn();
    }
}

/// A transaction that writes: its statements see each other's changes, others see them
/// after [`commit`](Transaction::commit). Dropping it rolls it back.
///
/// ```
/// let db = dossier::Database::in_memory();
/// let mut transaction = db.begin()?;
/// transaction.query("CREATE (:Person {name: 'He Lifeng'})").run()?;
/// assert_eq!(db.snapshot().node_count(), 0);
/// transaction.commit()?;
/// assert_eq!(db.snapshot().node_count(), 1);
/// # Ok::<(), dossier::Error>(())
/// ```
pub struct Transaction {
    turn: WriterTurn,
    writer: Writer,
    /// The commit that it has started from, where that may not be durable yet.
    unsettled: Option<u64>,
    signature: Signature,
}

impl Transaction {
    pub(super) fn begin(inner: &Arc<Inner>) -> Result<Self, Error> {
        inner.check_writable()?;
        let turn = WriterTurn::take(inner)?;
        let (writer, unsettled) = turn.writer();
        Ok(Transaction { turn, writer, unsettled, signature: Signature::default() })
    }

    /// A query inside the transaction.
    pub fn query<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        Query { target: Target::Transaction(self), text, prepared: None, settings: Box::default() }
    }

    /// Which files a query of it may read that has none of its own.
    pub(super) fn files(&self) -> &Arc<dyn FileAccess> {
        &self.turn.inner.files
    }

    /// The statements that were run lately.
    pub(super) fn recent(&self) -> &super::prepared::Recent {
        &self.turn.inner.recent
    }

    /// Where its queries put what does not fit into memory.
    pub(super) fn rooms(&self) -> Option<Rooms> {
        self.turn.inner.rooms.clone()
    }

    /// The threads that help with its queries.
    pub(super) fn helpers(&self) -> Arc<Helpers> {
        self.turn.inner.helpers.clone()
    }

    /// By which rules its queries are optimised.
    pub(super) fn rules(&self) -> super::rules::RuleChoice {
        self.turn.inner.rules()
    }

    /// What a query of it may use up that has no limits of its own.
    pub(super) fn limits(&self) -> super::Limits {
        self.turn.inner.limits
    }

    /// The message that the log keeps with the commit.
    pub fn set_message(&mut self, message: &str) {
        message.clone_into(&mut self.signature.message);
    }

    /// Whom the log names with the commit, instead of [`OpenOptions::author`].
    ///
    /// [`OpenOptions::author`]: super::OpenOptions::author
    pub fn set_author(&mut self, author: &str) {
        self.signature.author = Some(author.to_owned());
    }

    /// The graph with the changes so far.
    pub fn snapshot(&self) -> Arc<Graph> {
        self.writer.graph()
    }

    /// Makes the changes durable and visible.
    ///
    /// # Errors
    /// [`Error::Storage`]: nothing was committed, unless the text says that it may have been.
    pub fn commit(self) -> Result<(), Error> {
        self.turn.commit(self.writer, self.unsettled, &self.signature).map(|_| ())
    }

    /// Forgets the changes. Dropping the transaction does the same.
    pub fn rollback(self) {}

    /// Runs a statement; when it fails, its changes are undone and the transaction goes on.
    /// Rows are given away when what they rest on is durable.
    pub(super) fn run_statement(
        &mut self,
        statement: &Statement,
        text: &str,
        settings: &QuerySettings,
    ) -> Result<QueryResult, Error> {
        let result = self.run_in_order(statement, text, settings)?;
        if !result.columns.is_empty() {
            self.turn.inner.settle(self.unsettled.take())?;
        }
        Ok(result)
    }

    fn run_in_order(
        &mut self,
        statement: &Statement,
        text: &str,
        settings: &QuerySettings,
    ) -> Result<QueryResult, Error> {
        let writer = &self.writer;
        let asserting;
        let settings =
            match look(&self.turn.inner, statement, text, settings, || Ok(writer.graph()))? {
                Sight::Done(result) => return Ok(result),
                Sight::Whole => settings,
                Sight::Asserting(view) => {
                    asserting = QuerySettings { asserting: Some(view), ..settings.clone() };
                    &asserting
                }
            };
        let procedures = self.turn.inner.procedures();
        let before = self.writer.graph();
        let prepared = planned(statement, &before, &procedures, settings)?;
        let plan = match &prepared.body {
            PreparedBody::Upkeep => {
                let span = crate::syntax::diagnostic::Span::new(0, text.len());
                return Err(crate::syntax::diagnostic::Diagnostic::syntax(
                    ErrorCode::InvalidClauseComposition,
                    "CHECKPOINT, VACUUM and SET optimiser cannot be run inside a transaction",
                    span,
                )
                .with_help("commit first")
                .into());
            }
            PreparedBody::Query(plan) => plan,
        };
        if !prepared.writes() {
            let graph = before.clone();
            let done = run_prepared(
                &prepared,
                plan,
                text,
                settings,
                &procedures,
                Source::Read(before.clone()),
                || graph,
            );
            return sound(&before, done.map_err(Error::from));
        }
        drop(before);
        let savepoint = self.writer.savepoint();
        let done = run_prepared(
            &prepared,
            plan,
            text,
            settings,
            &procedures,
            Source::Write(&mut self.writer),
            || savepoint.kept().clone(),
        );
        let mut result = match sound(self.writer.view(), done.map_err(Error::from)) {
            Ok(result) => result,
            Err(error) => {
                self.writer.rollback_to(&savepoint);
                return Err(error);
            }
        };
        result.graph = self.writer.graph();
        Ok(result)
    }
}
