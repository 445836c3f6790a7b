//! Scripts: files, `-c` texts, standard input, and what is typed at the prompt.
//!
//! A script stops at the first thing that fails, and says where. If that is a statement
//! that cannot be read, it says which later ones cannot be read either: reading goes on
//! behind the semicolon.

use super::commands;
use super::failure::Failure;
use super::input::{self, Piece};
use super::interrupt;
use super::shell::{Shell, Source, is_transaction_word};
use std::io::Read;
use std::path::Path;

/// Files that `.read` each other stop here.
const NESTED_FILES: usize = 16;

/// Later statements that cannot be read and are told of.
const LATER_ERRORS: usize = 20;

/// Whether there is more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Go on.
    Continue,
    /// `.quit`.
    Quit,
}

/// Runs what was typed at the prompt or given with `-c`.
///
/// # Errors
/// The first thing that fails.
pub(crate) fn run_unnamed(shell: &mut Shell, text: &str) -> Result<Flow, Failure> {
    run_pieces(shell, text, None)
}

/// Runs a text that has a name.
///
/// # Errors
/// The first thing that fails, with its name and line.
pub(crate) fn run_text(shell: &mut Shell, text: &str, name: &str) -> Result<Flow, Failure> {
    run_pieces(shell, text, Some(name))
}

/// Runs a file; `-` is standard input.
///
/// # Errors
/// The file cannot be read as text, or something in it fails.
pub(crate) fn run_file(shell: &mut Shell, file: &Path) -> Result<Flow, Failure> {
    if file == Path::new("-") {
        let text = standard_input()?;
        return run_text(shell, &text, "standard input");
    }
    let text = read_text(file)?;
    if shell.reading.len() >= NESTED_FILES {
        return Err(Failure::query(format!(
            "{}: files read each other more than {NESTED_FILES} deep",
            file.display()
        )));
    }
    shell.reading.push(file.to_path_buf());
    let done = run_text(shell, &text, &file.display().to_string());
    shell.reading.pop();
    done
}

/// All of standard input.
///
/// # Errors
/// It is not UTF-8 text.
pub(crate) fn standard_input() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| {
        Failure::usage(format!("standard input: {}", super::failure::plain_io(&error)))
    })?;
    decode(bytes, "standard input")
}

/// A file's text.
///
/// # Errors
/// It is missing, a folder, or not UTF-8 text.
pub(crate) fn read_text(file: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
    decode(bytes, &file.display().to_string())
}

fn decode(bytes: Vec<u8>, name: &str) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::usage(format!("{name}: is not UTF-8 text (at byte {at})"))
    })
}

fn run_pieces(shell: &mut Shell, text: &str, name: Option<&str>) -> Result<Flow, Failure> {
    let mut pieces = input::pieces(text).into_iter();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Statement { text: statement, offset } => {
                let source = Source { name, whole: text, offset };
                shell.statement(statement, source).map_err(|failure| {
                    match dossier::syntax::parse_all(statement) {
                        Ok(_) => failure,
                        Err(_) => with_later(shell, failure, source, pieces.by_ref()),
                    }
                })?;
            }
            Piece::Command { text: command, offset } => {
                let place = || name.map(|name| format!("{name}:{}", input::line_of(text, offset)));
                let flow = commands::run(shell, command).map_err(|failure| match place() {
                    Some(place) => failure.at(&place),
                    None => failure,
                })?;
                if flow == Flow::Quit {
                    return Ok(Flow::Quit);
                }
            }
        }
        if interrupt::pressed() {
            return Err(Failure::Interrupted);
        }
    }
    Ok(Flow::Continue)
}

/// A failure with those of the later statements that cannot be read.
fn with_later<'t>(
    shell: &Shell,
    failure: Failure,
    source: Source<'t>,
    later: impl Iterator<Item = Piece<'t>>,
) -> Failure {
    let unreadable = later.filter_map(|piece| match piece {
        Piece::Statement { text, offset } if !is_transaction_word(text) => {
            let diagnostics = dossier::syntax::parse_all(text).err()?;
            Some(shell.explain(&diagnostics.into(), Source { offset, ..source }))
        }
        _ => None,
    });
    unreadable.take(LATER_ERRORS).fold(failure, Failure::and)
}
