//! `dossier log`, `dossier diff` and `dossier backup`: what was committed, what it changed,
//! and a copy of all of it.

use super::arguments::OutputOptions;
use super::failure::Failure;
use super::literal::NoGraph;
use super::paint::{self, Paint};
use super::report;
use super::session::{Session, as_given};
use super::shell::Shell;
use super::sink::Sink;
use dossier::export::diff::{self, Sign};
use dossier::store::{ChangeCounts, Difference};
use dossier::value::{DateTime, LocalDateTime, Value};
use dossier::{Commit, KnownAt, database};
use std::path::Path;

/// Lists the commits of a database, the newest first.
///
/// # Errors
/// There is no such database, or its history cannot be read.
pub(crate) fn log(
    database: &Path,
    limit: Option<usize>,
    output: &OutputOptions,
) -> Result<(), Failure> {
    let session = Session::open(database, true)?;
    let commits = session.commits(limit.unwrap_or(usize::MAX))?;
    let mut shell = Shell::new(session, super::settings(output));
    show(&mut shell, &commits)
}

/// Writes commits in the shell's mode.
///
/// # Errors
/// The sink cannot be written to.
pub(crate) fn show(shell: &mut Shell, commits: &[Commit]) -> Result<(), Failure> {
    if commits.is_empty() && shell.session.commits(1)?.is_empty() {
        super::notice("the history is empty");
        return Ok(());
    }
    let columns = ["commit", "time", "author", "message", "changes"].map(str::to_owned);
    let rows: Vec<Vec<Value>> = commits.iter().map(row).collect();
    shell.show_rows(&columns, &rows, &NoGraph)
}

fn row(commit: &Commit) -> Vec<Value> {
    let second = 1_000_000_000;
    let local = LocalDateTime {
        seconds: commit.time.div_euclid(second),
        nanos: u32::try_from(commit.time.rem_euclid(second)).unwrap_or(0),
    };
    vec![
        Value::Integer(i64::try_from(commit.number).unwrap_or(i64::MAX)),
        Value::DateTime(DateTime { local, offset: 0, zone: None }.into()),
        Value::from(&*commit.author),
        Value::from(&*commit.message),
        Value::from(changes(&commit.counts)),
    ]
}

/// `2 nodes created, 1 property set`.
fn changes(counts: &ChangeCounts) -> String {
    let parts = [
        (counts.nodes_created, "node", "created"),
        (counts.relationships_created, "relationship", "created"),
        (counts.properties_set, "property", "set"),
        (counts.labels_changed, "label", "changed"),
        (counts.nodes_deleted, "node", "deleted"),
        (counts.relationships_deleted, "relationship", "deleted"),
        (counts.schema_changes, "declaration", "changed"),
    ];
    let told = parts.iter().filter(|(number, ..)| *number > 0);
    told.map(|(number, thing, what)| format!("{} {what}", report::count(*number, thing)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Tells what changed in a database between two moments.
///
/// # Errors
/// There is no such database, no such moment, or its history cannot be read.
pub(crate) fn diff(database: &Path, from: KnownAt, to: Option<KnownAt>) -> Result<(), Failure> {
    let session = Session::open(database, true)?;
    let difference = session.difference(from, to)?;
    tell(&difference, &mut Sink::stdout())
}

/// Writes what is not the same in two versions.
///
/// # Errors
/// The sink cannot be written to, or a version cannot be read.
pub(crate) fn tell(difference: &Difference, sink: &mut Sink) -> Result<(), Failure> {
    let paint = Paint { colour: sink.is_terminal() && paint::colour_wanted() };
    sink.write(|out| {
        for (sign, text) in diff::lines(difference) {
            let colour = match sign {
                Sign::Added => paint::GREEN,
                Sign::Removed => paint::RED,
                Sign::Changed => paint::YELLOW,
            };
            writeln!(out, "{}", paint.with(colour, &format!("{} {text}", sign.text())))?;
        }
        Ok(())
    })?;
    match difference.from.damage().or_else(|| difference.to.damage()) {
        None => Ok(()),
        Some(damage) => Err(Failure::query(format!("the graph cannot be read: {damage}"))),
    }
}

/// Writes a copy of a database, which others may be writing to, to a new file.
///
/// # Errors
/// There is no such database, something is at `to` already, or the disk refuses.
pub(crate) fn backup(from: &Path, to: &Path) -> Result<(), Failure> {
    super::repair::must_be_file(from)?;
    let report = database::backup(from, to)
        .map_err(|error| Failure::usage(as_given(to, &as_given(from, &error.to_string()))))?;
    let text = format!(
        "{}: {} and {}, up to commit {}, read again and sound\n",
        to.display(),
        report::count(report.nodes, "node"),
        report::count(report.relationships, "relationship"),
        report.commit
    );
    Ok(Sink::stdout().write(|out| out.write_all(text.as_bytes()))?)
}
