//! Between the file and the graph: loading a version, following a writer, and going back to
//! what was known before.

use super::database_file::{DatabaseFile, OpenMode, RecoveryReport};
use super::error::DurableError;
use super::history::{Commit, History, Rewind, Step};
use super::source::{CommitInfo, Refusal, Replay};
use super::storage::Storage;
use super::tail::Refresh;
use crate::store::change::Change;
use crate::store::{Graph, Replayer, Writer};
use crate::value::Endpoint;
use std::path::Path;
use std::sync::Arc;

/// Opens a database and builds its last committed version. One that is to be written to, and
/// whose log is of an older format, is brought to the present one by a checkpoint.
///
/// # Errors
///
/// See [`DatabaseFile::open`], and for that checkpoint [`DatabaseFile::checkpoint`].
pub fn load_graph(
    storage: Arc<dyn Storage>,
    path: &Path,
    mode: OpenMode,
) -> Result<(Arc<Graph>, DatabaseFile, RecoveryReport), DurableError> {
    let mut builder = Builder::of(Graph::new());
    let opened = DatabaseFile::open(storage, path, mode, &mut builder);
    // A change that does not fit because of damage is damage.
    let mut graph = builder.finish()?;
    let (mut file, report) = opened?;
    if file.has_older_log() && !file.is_read_only() {
        graph = Arc::new(file.checkpoint(&graph)?);
    }
    Ok((graph, file, report))
}

/// Brings a reader's version up to what a writer has committed since; the same
/// version when that is nothing. When the writer has left the reader too far
/// behind, the database is loaded again.
///
/// # Errors
///
/// See [`DatabaseFile::open`]; the version at hand stays good.
pub fn refresh_graph(
    file: &mut DatabaseFile,
    graph: &Arc<Graph>,
) -> Result<Arc<Graph>, DurableError> {
    // Damage that is met now is no damage for ever.
    let mut builder = Builder::of(graph.watched());
    let refreshed = file.refresh(&mut builder);
    let advanced = builder.finish()?;
    match refreshed? {
        Refresh::UpToDate => Ok(graph.clone()),
        Refresh::Advanced(_) => Ok(advanced),
        Refresh::Reopen => {
            let (graph, reopened, _) =
                load_graph(file.storage.clone(), &file.path, OpenMode::ReadOnly)?;
            reopened.budget().set_limit_of(file.budget());
            *file = reopened;
            Ok(graph)
        }
    }
}

struct Builder(Replayer);

impl Builder {
    fn of(graph: Graph) -> Self {
        Builder(Replayer::new(Arc::new(graph)))
    }

    /// The version, unless a part of the file was needed that cannot be read.
    fn finish(self) -> Result<Arc<Graph>, DurableError> {
        let graph = self.0.finish();
        match graph.damage() {
            None => Ok(graph),
            Some(damage) => Err(damage.into()),
        }
    }
}

impl Replay for Builder {
    fn base(&mut self, graph: Graph) -> Result<(), Refusal> {
        *self = Builder::of(graph);
        Ok(())
    }

    fn apply(&mut self, change: Change) -> Result<(), Refusal> {
        self.0.apply(&change).map_err(|error| Refusal(error.to_string()))
    }

    fn checkpoint(&mut self, sequence: u64, time: i64) -> Result<(), Refusal> {
        self.0.commit(sequence, time).map_err(|error| Refusal(error.to_string()))
    }

    fn commit(&mut self, commit: &CommitInfo) -> Result<(), Refusal> {
        self.checkpoint(commit.sequence, commit.time)
    }
}

/// A version of the past.
#[derive(Clone, Debug)]
pub struct Rewound {
    /// The version.
    pub graph: Graph,
    /// Bytes that it does not share with the version that it was derived from, roughly.
    pub bytes: usize,
}

/// The version that a commit left, derived from a later one; `None` where `stops` said so,
/// which is asked again and again, with the bytes that were copied so far. `touched` is told
/// of every element that existed in it and was changed since.
///
/// # Errors
///
/// `Damaged` and `Io` as reading the history raises them; `Refused` where it does not fit
/// the version, or does not reach so far back.
///
/// # Complexity
///
/// In proportion to the changes since then, and to nothing else.
pub fn rewind_graph(
    history: &History,
    graph: &Graph,
    target: u64,
    touched: &mut dyn FnMut(Endpoint),
    stops: &dyn Fn(usize) -> bool,
) -> Result<Option<Rewound>, DurableError> {
    let mut back = Back {
        writer: Writer::new(Arc::new(graph.watched())),
        target,
        next: graph.last_commit().0,
        commit: None,
        schema: Vec::new(),
        time: None,
        touched,
        stops,
        stopped: false,
    };
    let gone = history.back_from(graph.last_commit().0, &mut back);
    if back.stopped {
        return Ok(None);
    }
    gone?;
    let (oldest, time) = history.oldest();
    let time = back.time.or((oldest == target).then_some(time));
    let (next, Some(time)) = (back.next, time) else {
        let (file, offset) = (history.path().to_path_buf(), 0);
        let what = format!("the way back to commit {target} ends at commit {}", back.next);
        return Err(DurableError::Refused { file, offset, what });
    };
    if next != target {
        let what = format!("the way back to commit {target} ends at commit {next}");
        let file = history.path().to_path_buf();
        return Err(DurableError::Refused { file, offset: 0, what });
    }
    back.writer.set_last_commit(target, time);
    let bytes = back.writer.bytes();
    let graph = back.writer.finish().0;
    match graph.damage() {
        None => Ok(Some(Rewound { graph: Arc::unwrap_or_clone(graph), bytes })),
        Some(damage) => Err(damage.into()),
    }
}

/// A version on its way back.
struct Back<'a> {
    writer: Writer,
    target: u64,
    /// The commit that the version is at.
    next: u64,
    /// The commit that is being undone.
    commit: Option<Commit>,
    /// The declarations of the version before it.
    schema: Vec<Change>,
    /// When the target was committed.
    time: Option<i64>,
    touched: &'a mut dyn FnMut(Endpoint),
    stops: &'a dyn Fn(usize) -> bool,
    stopped: bool,
}

impl Back<'_> {
    fn pause(&mut self) -> Result<(), Refusal> {
        self.stopped = (self.stops)(self.writer.bytes());
        if self.stopped { Err(stopped()) } else { Ok(()) }
    }
}

fn stopped() -> Refusal {
    Refusal("it was stopped".to_owned())
}

impl Rewind for Back<'_> {
    fn commit(&mut self, commit: &Commit) -> Result<Step, Refusal> {
        self.pause()?;
        if commit.number != self.next {
            return Err(Refusal(format!("commit {} stands before {}", commit.number, self.next)));
        }
        if commit.number == self.target {
            self.time = Some(commit.time);
            return Ok(Step::Stop);
        }
        let cut = self.writer.cut(&commit.bounds, self.stops);
        self.stopped = !cut.map_err(|error| Refusal(error.to_string()))?;
        if self.stopped {
            return Err(stopped());
        }
        self.commit = Some(commit.clone());
        Ok(Step::Undo)
    }

    fn undo(&mut self, change: Change) -> Result<(), Refusal> {
        self.pause()?;
        match &change {
            Change::CreateNode { node, .. }
            | Change::AddLabel(node, _)
            | Change::RemoveLabel(node, _) => (self.touched)(Endpoint::Node(*node)),
            Change::CreateRelationship { relationship, .. }
            | Change::MoveRelationship { relationship, .. } => {
                (self.touched)(Endpoint::Relationship(*relationship));
            }
            Change::SetProperty(element, ..) => (self.touched)(*element),
            _ => {
                self.schema.push(change);
                return Ok(());
            }
        }
        self.writer.revert(&change).map_err(|error| Refusal(error.to_string()))
    }

    fn done(&mut self) -> Result<(), Refusal> {
        let Some(commit) = self.commit.take() else { return Ok(()) };
        let schema = std::mem::take(&mut self.schema);
        if commit.counts.schema_changes > 0 {
            let restored = self.writer.restore_schema(&schema);
            restored.map_err(|error| Refusal(error.to_string()))?;
        }
        let forgotten = self.writer.forget(&commit.bounds, self.stops);
        self.stopped = !forgotten.map_err(|error| Refusal(error.to_string()))?;
        if self.stopped {
            return Err(stopped());
        }
        self.next = commit.number - 1;
        Ok(())
    }
}
