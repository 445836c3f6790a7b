//! Scripts: files, `-c` texts, standard input, and what is typed at the prompt.
//!
//! A script stops at the first thing that fails, and says where. If that is a statement
//! that cannot be read, it says which later ones cannot be read either: reading goes on
//! behind the semicolon. Standard input runs as it arrives.

use super::commands;
use super::failure::Failure;
use super::input::{self, Piece};
use super::interrupt;
use super::shell::{Passed, Shell, Source, is_transaction_word};
use super::stream::Stream;
use std::path::Path;

/// Files that `.read` each other stop here.
const NESTED_FILES: usize = 16;

/// Later statements that cannot be read and are told of.
const LATER_ERRORS: usize = 20;

/// What standard input is called.
const STANDARD_INPUT: &str = "standard input";

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
        return run_standard_input(shell);
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
    let mut began = false;
    while let Some(piece) = pieces.next() {
        let (Piece::Statement { offset, .. } | Piece::Command { offset, .. }) = piece;
        let source = Source { name, whole: text, offset, passed: Passed::default() };
        go_on(source, began)?;
        began = true;
        let flow = run_piece(shell, piece, source)
            .map_err(|failed| failed.with_later(shell, source, pieces.by_ref()))?;
        if flow == Flow::Quit {
            return Ok(Flow::Quit);
        }
    }
    Ok(Flow::Continue)
}

/// Runs standard input, each piece as soon as it is there.
///
/// # Errors
/// The first thing that fails; later statements that cannot be read are told of as far as they
/// are there already.
pub(crate) fn run_standard_input(shell: &mut Shell) -> Result<Flow, Failure> {
    let mut stream = Stream::new(STANDARD_INPUT, std::io::stdin().lock());
    let mut began = false;
    while let Some(found) = stream.next()? {
        let piece = stream.piece(&found);
        let (Piece::Statement { offset, .. } | Piece::Command { offset, .. }) = piece;
        let (name, passed) = (Some(STANDARD_INPUT), stream.passed);
        let source = Source { name, whole: &stream.text, offset, passed };
        go_on(source, began)?;
        began = true;
        let flow = run_piece(shell, piece, source).map_err(|failed| {
            let (whole, at) = stream.arrived();
            let source = Source { name, whole: &whole, offset: 0, passed };
            let later = input::pieces(&whole[at..]).into_iter().map(|piece| piece.moved(at));
            failed.with_later(shell, source, later)
        })?;
        if flow == Flow::Quit {
            return Ok(Flow::Quit);
        }
    }
    Ok(Flow::Continue)
}

/// Goes no further where Ctrl-C was pressed meanwhile: what ran has come to its end.
fn go_on(source: Source<'_>, began: bool) -> Result<(), Failure> {
    if !began || !interrupt::pressed() {
        return Ok(());
    }
    let line = source.line_of(source.offset);
    let place = match source.name {
        Some(name) => format!("{name}:{line}"),
        None => format!("line {line}"),
    };
    Err(Failure::InterruptedBefore(format!("nothing was run from {place} on")))
}

/// Why a piece failed.
struct Failed {
    failure: Failure,
    /// Whether it is a statement that cannot be read.
    unreadable: bool,
}

fn run_piece(shell: &mut Shell, piece: Piece<'_>, source: Source<'_>) -> Result<Flow, Failed> {
    let placed = |failure: Failure, offset: usize| match source.name {
        Some(name) => failure.at(&format!("{name}:{}", source.line_of(offset))),
        None => failure,
    };
    match piece {
        Piece::Statement { text, offset } if is_transaction_word(text) => {
            let done = shell.statement(text, source).map(|()| Flow::Continue);
            done.map_err(|failure| Failed { failure: placed(failure, offset), unreadable: false })
        }
        Piece::Statement { text, .. } => {
            shell.statement(text, source).map(|()| Flow::Continue).map_err(|failure| {
                let unreadable = dossier::syntax::parse_all(text).is_err();
                let swallowed = if unreadable { swallowed_command(text) } else { None };
                let failure = match (failure, swallowed) {
                    (Failure::Query(text), Some(command)) => {
                        let help = format!("end the statement before `.{command}` with `;`");
                        Failure::Query(with_help(&text, &help))
                    }
                    (failure, _) => failure,
                };
                Failed { failure, unreadable }
            })
        }
        Piece::Command { text, offset } => commands::run(shell, text)
            .map_err(|failure| Failed { failure: placed(failure, offset), unreadable: false }),
    }
}

/// An error as text, with a help more below the lines of the query.
fn with_help(text: &str, help: &str) -> String {
    let text = text.trim_end();
    let bar = |line: &str| line.find('|').filter(|at| line[..*at].trim().is_empty());
    let gutter = " ".repeat(text.lines().rev().find_map(bar).unwrap_or(2));
    let gap = if text.contains("= help:") { String::new() } else { format!("{gutter}|\n") };
    format!("{text}\n{gap}{gutter}= help: {help}")
}

/// The dot command that a statement goes on with, since nothing ends it before.
fn swallowed_command(statement: &str) -> Option<&'static str> {
    let mut end = 0;
    for line in statement.split_inclusive('\n') {
        let name =
            line.trim_start().strip_prefix('.').and_then(|rest| rest.split_whitespace().next());
        if let Some(command) = name.and_then(commands::find)
            && dossier::syntax::parse_all(&statement[..end]).is_ok()
        {
            return Some(command.name);
        }
        end += line.len();
    }
    None
}

impl Failed {
    /// The failure; if a statement cannot be read, with those of the later ones that cannot.
    fn with_later<'t>(
        self,
        shell: &Shell,
        source: Source<'t>,
        later: impl Iterator<Item = Piece<'t>>,
    ) -> Failure {
        if !self.unreadable {
            return self.failure;
        }
        let unreadable = later.filter_map(|piece| match piece {
            Piece::Statement { text, offset } if !is_transaction_word(text) => {
                let diagnostics = dossier::syntax::parse_all(text).err()?;
                Some(shell.explain(&diagnostics.into(), Source { offset, ..source }))
            }
            _ => None,
        });
        unreadable.take(LATER_ERRORS).fold(self.failure, Failure::and)
    }
}
