//! `dossier check` and `dossier recover`: what is sound in a database file, and
//! a new file of it.

use super::failure::Failure;
use super::report::count;
use super::session::as_given;
use super::sink::Sink;
use dossier::Error;
use dossier::database;
use std::path::Path;

/// Reads a database to its last byte and tells what is wrong with it.
///
/// # Errors
/// It is damaged, it is no database, or it cannot be read.
pub(crate) fn check(file: &Path) -> Result<(), Failure> {
    must_be_file(file)?;
    let report = database::check(file).map_err(|error| refused(file, &error))?;
    let mut text = String::new();
    for fault in &report.faults {
        text.push_str(&format!("{fault}\n"));
    }
    if let Some((offset, bytes)) = report.torn_tail {
        text.push_str(&format!(
            "the log ends in an unfinished commit ({} at offset {offset}), which the next opening cuts off\n",
            count(bytes, "byte")
        ));
    }
    text.push_str(&format!(
        "{}: {} and {} of the log are sound, the last commit is number {}\n",
        file.display(),
        count(report.sections, "section"),
        count(report.commits, "commit"),
        report.last_sequence
    ));
    Sink::stdout().write(|out| out.write_all(text.as_bytes()))?;
    match report.faults.len() {
        0 => Ok(()),
        faults => Err(Failure::query(format!(
            "{}: {}; `dossier recover {} NEW` saves what is sound to a new file",
            file.display(),
            count(faults as u64, "fault"),
            file.display()
        ))),
    }
}

/// Saves all that verifies in a database to a new file.
///
/// # Errors
/// There is something at `to` already, nothing can be read, or the disk refuses.
pub(crate) fn recover(from: &Path, to: &Path) -> Result<(), Failure> {
    must_be_file(from)?;
    let report = database::recover(from, to).map_err(|error| refused(from, &error))?;
    if report.sections == 0 && report.commits == 0 {
        remove_made(to);
        return Err(Failure::usage(format!(
            "{}: nothing in it is sound, or it is not a Dossier database",
            from.display()
        )));
    }
    let mut text = format!(
        "{}: {} and {}, from {} and {} of the log\n",
        to.display(),
        count(report.nodes, "node"),
        count(report.relationships, "relationship"),
        count(report.sections, "section"),
        count(report.commits, "commit"),
    );
    if report.left_out > 0 {
        text.push_str(&format!(
            "{} left out: what they refer to is lost\n",
            count(report.left_out, "change")
        ));
    }
    if report.columns_lost > 0 {
        text.push_str(&format!(
            "{} (a property of up to 2048 elements each) lost\n",
            count(report.columns_lost, "column")
        ));
    }
    if report.names_made_up > 0 {
        text.push_str(&format!("{} made up for lost ones\n", count(report.names_made_up, "name")));
    }
    Ok(Sink::stdout().write(|out| out.write_all(text.as_bytes()))?)
}

fn refused(file: &Path, error: &Error) -> Failure {
    Failure::usage(as_given(file, &error.to_string()))
}

/// Says plainly that a file is missing or a folder, before the library looks.
pub(crate) fn must_be_file(file: &Path) -> Result<(), Failure> {
    match std::fs::metadata(file) {
        Ok(found) if found.is_dir() => {
            Err(Failure::usage(format!("{}: is a folder, not a database", file.display())))
        }
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::file(file, &error)),
    }
}

/// Removes the database that a recovery of nothing has made.
fn remove_made(file: &Path) {
    let mut log = file.as_os_str().to_owned();
    log.push(".wal");
    for made in [file.as_os_str(), &log] {
        // What cannot be removed is an empty database: a nuisance, no harm.
        let _ = std::fs::remove_file(made);
    }
}
