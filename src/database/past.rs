//! What was known before: versions of the past, derived from the present one.
//!
//! A past version is the present one with the changes since undone, so it costs what has
//! changed since and nothing else, and shares with the present what has not. The last few
//! are kept: a query about a neighbouring moment begins at the nearest one that is later.
//! They are given up when a checkpoint or VACUUM replaces the file that they lie in, and when
//! memory is short. What a version takes that it does not share with the present is on the
//! account of the query that asks for it.

use super::sound::check;
use super::{Error, Inner};
use crate::durable::{Commit, DurableError, History, Refusal, Rewind, Rewound, Step, rewind_graph};
use crate::store::{Difference, Graph, Moment};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{DateTime, ErrorClass, ErrorCode, EvaluationError, LocalDateTime, Value};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

/// Past versions that are kept at most.
const KEPT: usize = 4;
/// Bytes that they may take together, roughly.
const KEPT_BYTES: usize = 64 << 20;

/// A past version that is kept.
pub(super) struct Kept {
    version: Arc<Graph>,
    /// Bytes that it does not share with others, roughly.
    bytes: usize,
}

/// A moment of the past, as `AS KNOWN AT` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownAt {
    /// As the commit with this number left the graph; 0 is the empty graph before the first
    /// one.
    Commit(u64),
    /// As the graph stood at a time. A time after the last commit means the present.
    Time(Moment),
}

impl From<u64> for KnownAt {
    fn from(number: u64) -> Self {
        KnownAt::Commit(number)
    }
}

impl std::str::FromStr for KnownAt {
    type Err = EvaluationError;

    /// Reads a number, or a moment as [`Moment`] does.
    fn from_str(text: &str) -> Result<Self, EvaluationError> {
        if let Ok(number) = text.parse::<i64>() {
            return KnownAt::try_from(&Value::Integer(number));
        }
        text.parse().map(KnownAt::Time).map_err(|_| {
            no_such(&format!("`{text}` is neither the number of a commit nor a date or datetime"))
        })
    }
}

impl TryFrom<&Value> for KnownAt {
    type Error = EvaluationError;

    /// Takes the number of a commit, a datetime, a local datetime, which is read as UTC, a
    /// date, which means its first moment, or the text of one of these.
    fn try_from(value: &Value) -> Result<Self, EvaluationError> {
        match value {
            Value::Integer(number) => u64::try_from(*number)
                .map(KnownAt::Commit)
                .map_err(|_| no_such(&format!("there is no commit {number}"))),
            Value::String(text) => text.parse(),
            other => Moment::of(other).map(KnownAt::Time).ok_or_else(|| {
                EvaluationError::wrong_type(format!(
                    "what was known is asked for by the number of a commit, a datetime or a date, not by {}",
                    other.type_name()
                ))
            }),
        }
    }
}

fn no_such(message: &str) -> EvaluationError {
    EvaluationError::new(ErrorClass::ArgumentError, ErrorCode::NoSuchCommit, message)
}

/// Why there is no such version.
#[derive(Debug)]
pub(super) enum PastError {
    /// It is not kept, or never was.
    Missing(EvaluationError),
    /// The files cannot be read.
    Unreadable(Error),
}

impl PastError {
    /// The error with the place in the query that asked, if any.
    pub(super) fn at(self, span: Option<crate::syntax::diagnostic::Span>) -> Error {
        match self {
            PastError::Missing(error) => Diagnostic::runtime(error, span).into(),
            PastError::Unreadable(error) => error,
        }
    }
}

impl PastError {
    /// A defect of the database.
    pub(super) fn internal() -> Self {
        let (class, code) = (ErrorClass::SemanticError, ErrorCode::InternalError);
        PastError::Missing(EvaluationError::new(class, code, "a moment has no value"))
    }
}

impl From<DurableError> for PastError {
    fn from(error: DurableError) -> Self {
        PastError::Unreadable(error.into())
    }
}

/// A time as people write it, in UTC.
pub(super) fn time_text(time: i64) -> String {
    let (seconds, nanos) = (time.div_euclid(1_000_000_000), time.rem_euclid(1_000_000_000));
    let local = LocalDateTime { seconds, nanos: nanos as u32 };
    DateTime { local, offset: 0, zone: None }.to_string()
}

/// The number of the commit that left the graph as it was known at a moment.
pub(super) fn commit_at(
    moment: KnownAt,
    present: &Graph,
    history: &History,
) -> Result<u64, PastError> {
    let (newest, _) = present.last_commit();
    let (oldest, since) = history.oldest();
    let number = match moment {
        KnownAt::Commit(number) if number > newest => {
            let last = match newest {
                0 => "nothing has been committed yet".to_owned(),
                last => format!("the last one is number {last}"),
            };
            let message = format!("there is no commit {number}: {last}");
            return Err(PastError::Missing(no_such(&message)));
        }
        KnownAt::Commit(number) => Some(number),
        KnownAt::Time(Moment(time)) => history.number_at(time, newest)?,
    };
    number.filter(|number| *number >= oldest).ok_or_else(|| {
        PastError::Missing(EvaluationError::new(
            ErrorClass::ArgumentError,
            ErrorCode::HistoryForgotten,
            format!(
                "the history begins with commit {oldest} of {}; what was before is not kept",
                time_text(since)
            ),
        ))
    })
}

impl Inner {
    /// The history as it is now.
    pub(super) fn history(&self) -> History {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        match file.as_ref() {
            Some(file) => file.history(),
            None => self.memory.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// The version that was the present one at a moment, and the bytes that were taken for it;
    /// `stops` is asked with these again and again whether to go no further, and why.
    pub(super) fn version_at(
        &self,
        moment: KnownAt,
        stops: &dyn Fn(usize) -> Option<EvaluationError>,
    ) -> Result<(Arc<Graph>, usize), PastError> {
        let present = self.latest().map_err(PastError::Unreadable)?;
        let history = self.history();
        let number = commit_at(moment, &present, &history)?;
        if number == present.last_commit().0 {
            return Ok((present, 0));
        }
        let base = match self.nearest_past(number) {
            Some(past) if past.last_commit().0 == number => return Ok((past, 0)),
            Some(past) => past,
            None => present,
        };
        let why = std::cell::RefCell::new(None);
        let stop = |bytes| {
            let reason = stops(bytes);
            let stopped = reason.is_some();
            *why.borrow_mut() = reason;
            stopped
        };
        let derived = rewind_graph(&history, &base, number, &mut |_| {}, &stop)?;
        match (derived, why.into_inner()) {
            (Some(Rewound { graph, bytes }), _) => {
                let version = Arc::new(graph);
                self.keep_past(Kept { version: version.clone(), bytes });
                Ok((version, bytes))
            }
            (None, Some(reason)) => Err(PastError::Missing(reason)),
            (None, None) => Err(PastError::internal()),
        }
    }

    /// What is not the same in two versions.
    pub(super) fn difference(
        &self,
        from: KnownAt,
        to: KnownAt,
        stops: &dyn Fn(usize) -> Option<EvaluationError>,
    ) -> Result<Difference, PastError> {
        let present = self.latest().map_err(PastError::Unreadable)?;
        let history = self.history();
        let from = commit_at(from, &present, &history)?;
        let to = commit_at(to, &present, &history)?;
        let (later, _) = self.version_at(KnownAt::Commit(from.max(to)), stops)?;
        let mut touched = BTreeSet::new();
        let mut note = |element| {
            touched.insert(element);
        };
        let stop = |bytes| stops(bytes).is_some();
        let back = rewind_graph(&history, &later, from.min(to), &mut note, &stop)?;
        let stopped = || stops(0).map_or_else(PastError::internal, PastError::Missing);
        let earlier = Arc::new(back.ok_or_else(stopped)?.graph);
        let (from, to) = if from <= to { (earlier, later) } else { (later, earlier) };
        Ok(Difference::new(from, to, touched))
    }

    /// The kept version with the lowest number that is not below this one.
    fn nearest_past(&self, number: u64) -> Option<Arc<Graph>> {
        let kept = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let later = kept.iter().map(|kept| &kept.version);
        let later = later.filter(|version| version.last_commit().0 >= number);
        later.min_by_key(|version| version.last_commit().0).cloned()
    }

    fn keep_past(&self, past: Kept) {
        if past.bytes > KEPT_BYTES {
            return;
        }
        let mut kept = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|other| other.version.last_commit().0 != past.version.last_commit().0);
        kept.push(past);
        while kept.len() > KEPT || kept.iter().map(|past| past.bytes).sum::<usize>() > KEPT_BYTES {
            kept.remove(0);
        }
    }

    /// Lets go of all past versions.
    pub(super) fn drop_past(&self) {
        self.past.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The commits whose versions are known, the newest first, at most so many, up to the
    /// version.
    pub(super) fn commits(
        &self,
        present: &Graph,
        limit: usize,
    ) -> Result<Vec<Commit>, DurableError> {
        let mut list = List { limit, commits: Vec::new() };
        if limit > 0 {
            self.history().back_from(present.last_commit().0, &mut list)?;
        }
        Ok(list.commits)
    }
}

/// Gathers commits.
struct List {
    limit: usize,
    commits: Vec<Commit>,
}

impl Rewind for List {
    fn commit(&mut self, commit: &Commit) -> Result<Step, Refusal> {
        self.commits.push(commit.clone());
        Ok(if self.commits.len() < self.limit { Step::Pass } else { Step::Stop })
    }

    fn wants_oldest(&self) -> bool {
        true
    }
}

/// A version for a query of its own: damage that it meets is told to nobody else.
pub(super) fn watched(version: &Graph) -> Result<Arc<Graph>, Error> {
    let watched = version.watched();
    check(&watched)?;
    Ok(Arc::new(watched))
}
