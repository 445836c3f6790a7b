//! Looking things up in a history: a time, a number, how far back it can be read.

use super::error::DurableError;
use super::history::{Commit, History, Rewind, Step};
use super::source::Refusal;

impl History {
    /// When a commit was, nanoseconds since 1970; 0 for none.
    ///
    /// # Errors
    /// As [`History::back_from`]; `Damaged` where it is not kept.
    pub fn time_of(&self, number: u64) -> Result<i64, DurableError> {
        if number == self.oldest.0 {
            return Ok(self.oldest.1);
        }
        let mut first = First(None);
        self.back_from(number, &mut first)?;
        match first.0 {
            Some(commit) if commit.number == number => Ok(commit.time),
            _ => {
                let what = format!("commit {number} is missing from the history");
                Err(DurableError::damaged(self.path(), 0, what))
            }
        }
    }

    /// The newest version of a time (nanoseconds since 1970) or before, not after `newest`;
    /// `None` where it is not kept any more.
    ///
    /// # Errors
    /// As [`History::back_from`].
    pub fn number_at(&self, time: i128, newest: u64) -> Result<Option<u64>, DurableError> {
        let mut search = Search { time, found: None };
        self.back_from(newest, &mut search)?;
        let before = (self.oldest.0 == 0 || i128::from(self.oldest.1) <= time)
            .then_some(self.oldest.0.min(newest));
        Ok(search.found.or(before))
    }

    /// The oldest commit up to which all can be read, from `newest` back, where the history is
    /// damaged before it; `None` where it is whole.
    ///
    /// # Errors
    /// `Io` where the files cannot be read.
    pub fn whole_since(&self, newest: u64) -> Result<Option<u64>, DurableError> {
        let mut all = All(newest);
        match self.back_from(newest, &mut all) {
            Ok(()) => Ok(None),
            Err(DurableError::Damaged { .. }) => Ok(Some(all.0)),
            Err(error) => Err(error),
        }
    }
}

/// The first commit that is met.
struct First(Option<Commit>);

impl Rewind for First {
    fn commit(&mut self, commit: &Commit) -> Result<Step, Refusal> {
        self.0 = Some(commit.clone());
        Ok(Step::Stop)
    }
}

struct Search {
    time: i128,
    found: Option<u64>,
}

impl Rewind for Search {
    fn commit(&mut self, commit: &Commit) -> Result<Step, Refusal> {
        if i128::from(commit.time) > self.time {
            return Ok(Step::Pass);
        }
        self.found = Some(commit.number);
        Ok(Step::Stop)
    }

    fn passes(&self, earliest: i64) -> bool {
        i128::from(earliest) > self.time
    }
}

/// Reads everything; the commit that was met last.
struct All(u64);

impl Rewind for All {
    fn commit(&mut self, commit: &Commit) -> Result<Step, Refusal> {
        self.0 = commit.number;
        Ok(Step::Undo)
    }
}
