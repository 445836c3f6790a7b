//! Commands about what was committed: `.log` and `.diff`.

use super::{misused, words};
use crate::cli::failure::Failure;
use crate::cli::past;
use crate::cli::script::Flow;
use crate::cli::shell::Shell;
use dossier::KnownAt;

/// Commits that are listed where nobody says how many.
const LISTED: usize = 20;

/// `.log [NUMBER]`
pub(super) fn log(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let limit = match rest {
        "" => LISTED,
        number => number.parse().map_err(|_| misused("log"))?,
    };
    let commits = shell.session.commits(limit)?;
    past::show(shell, &commits)?;
    Ok(Flow::Continue)
}

/// `.diff FROM [TO]`
pub(super) fn diff(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let words = words(rest)?;
    let moment =
        |word: &String| word.parse::<KnownAt>().map_err(|error| Failure::query(error.to_string()));
    let (from, to) = match words.as_slice() {
        [from] => (moment(from)?, None),
        [from, to] => (moment(from)?, Some(moment(to)?)),
        _ => return Err(misused("diff")),
    };
    let difference = shell.session.difference(from, to)?;
    past::tell(&difference, &mut shell.sink)?;
    Ok(Flow::Continue)
}
