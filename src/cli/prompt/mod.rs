//! The prompt: a line editor that knows the language and the open graph.
//!
//! [`highlight`] colours what is typed, [`complete`] finishes words from the
//! graph of the moment, [`history`] remembers; here they meet rustyline, and the
//! loop that reads, runs and shows.

mod complete;
mod context;
mod highlight;
mod history;
mod values;
mod words;

use super::failure::Failure;
use super::input;
use super::paint::{self, Paint};
use super::script::{self, Flow};
use super::shell::Shell;
use super::{catalogue, interrupt, notice, report};
use complete::Knowledge;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::history::SearchDirection;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, CompletionType, ConditionalEventHandler, Config, Context, Editor, Event, EventContext,
    EventHandler, Helper, KeyCode, KeyEvent, Modifiers, RepeatCount,
};
use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the line editor asks: it holds what is known of the open graph.
pub(crate) struct Assistant {
    knowledge: Knowledge,
    paint: Paint,
    /// Whether the line is still edited; the last drawing shows no cursor.
    editing: Cell<bool>,
    given_up: Arc<AtomicBool>,
}

/// Ctrl-C: the line is given up. The editor would leave it as it is on the screen, with the
/// suggestion behind it; it draws a line that is accepted once more as it was typed. So that is what
/// becomes of this one, and whoever gets it passes it over.
struct GiveUp(Arc<AtomicBool>);

impl ConditionalEventHandler for GiveUp {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        self.0.store(true, Ordering::Relaxed);
        Some(Cmd::AcceptLine)
    }
}

impl Helper for Assistant {}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        Ok(complete::complete(&self.knowledge, line, pos))
    }
}

/// Grey text after the cursor: what the right arrow would add, or a remark.
pub(crate) struct Suggestion {
    shown: String,
    added: Option<String>,
}

impl Hint for Suggestion {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.added.as_deref()
    }
}

impl Hinter for Assistant {
    type Hint = Suggestion;

    fn hint(&self, line: &str, pos: usize, ctx: &Context<'_>) -> Option<Suggestion> {
        // It is edited on: what was given up was a list of completions.
        self.given_up.store(false, Ordering::Relaxed);
        if pos < line.len() || line.is_empty() {
            return None;
        }
        if let Some(usage) = super::commands::hint(line) {
            return Some(Suggestion { shown: usage, added: None });
        }
        if line.ends_with('\n') {
            let unfinished = !line.trim().is_empty();
            return unfinished.then(|| Suggestion {
                shown: "  ; runs it, Ctrl-C clears it".to_owned(),
                added: None,
            });
        }
        let newest = ctx.history().len().checked_sub(1)?;
        let found = ctx.history().starts_with(line, newest, SearchDirection::Reverse).ok()??;
        let rest = found.entry.get(pos..).filter(|rest| !rest.is_empty())?.to_owned();
        let shown = match rest.split_once('\n') {
            Some((first, _)) => format!("{first} …"),
            None => rest.clone(),
        };
        Some(Suggestion { shown, added: Some(rest) })
    }
}

impl Validator for Assistant {
    fn validate(&self, ctx: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let whole = bare_word(ctx.input()).is_some() || input::is_whole(ctx.input());
        Ok(if whole { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        if !self.paint.colour {
            return Cow::Borrowed(line);
        }
        let cursor = self.editing.get().then_some(pos);
        Cow::Owned(highlight::highlight(line, cursor))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(self.paint.with("90", hint))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.editing.set(kind != CmdKind::ForcedRefresh);
        true
    }
}

type LineEditor = Editor<Assistant, rustyline::history::DefaultHistory>;

/// Reads, runs and shows until Ctrl-D or `.quit`.
///
/// # Errors
/// The terminal cannot be read, or nobody reads what is written any more.
pub(crate) fn run(shell: &mut Shell) -> Result<(), Failure> {
    let given_up = Arc::new(AtomicBool::new(false));
    let mut editor = editor(shell, &given_up)?;
    let remembered = history::Remembered::load(&mut editor);
    loop {
        if let Some(helper) = editor.helper_mut() {
            helper.knowledge.refresh(shell);
        }
        let (plain, styled) = prompt_text(shell);
        match editor.readline(&(plain, styled)) {
            // Ctrl-C: the line is gone, the prompt stays.
            Ok(_) if given_up.swap(false, Ordering::Relaxed) => {}
            Ok(line) => {
                if line.trim().is_empty() {
                    continue;
                }
                let _ = editor.add_history_entry(line.trim_end());
                remembered.save(&mut editor);
                interrupt::forget();
                match script::run_unnamed(shell, bare_word(&line).unwrap_or(&line)) {
                    Ok(Flow::Continue) => {}
                    Ok(Flow::Quit) => return Ok(()),
                    Err(failure) if failure.is_fatal() => return Err(failure),
                    Err(failure) => failure.report(),
                }
            }
            // The signal that Ctrl-C stands for, sent by somebody else.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => {
                return Err(Failure::query(format!("cannot read from the terminal: {error}")));
            }
        }
    }
}

/// The command that somebody means who comes from another prompt.
fn bare_word(line: &str) -> Option<&'static str> {
    let word = line.trim().trim_end_matches(';').trim_end().trim_start_matches([':', '\\']);
    match word.to_ascii_lowercase().as_str() {
        "quit" | "exit" | "q" => Some(".quit"),
        "help" | "?" | "h" => Some(".help"),
        _ => None,
    }
}

fn editor(shell: &Shell, given_up: &Arc<AtomicBool>) -> Result<LineEditor, Failure> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .completion_prompt_limit(120)
        .history_ignore_dups(true)
        .and_then(|config| config.max_history_size(10_000))
        .map_err(|error| Failure::query(error.to_string()))?
        .bracketed_paste(true)
        .tab_stop(2)
        .build();
    let mut editor = LineEditor::with_config(config)
        .map_err(|error| Failure::query(format!("cannot use the terminal: {error}")))?;
    let mut knowledge = Knowledge::default();
    knowledge.refresh(shell);
    editor.set_helper(Some(Assistant {
        knowledge,
        paint: Paint::stdout(),
        editing: Cell::new(true),
        given_up: given_up.clone(),
    }));
    let give_up = Box::new(GiveUp(given_up.clone()));
    editor.bind_sequence(KeyEvent::ctrl('C'), EventHandler::Conditional(give_up));
    let newline = || EventHandler::Simple(Cmd::Newline);
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), newline());
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::SHIFT), newline());
    Ok(editor)
}

/// The prompt's text, plain and coloured: the database, `*` in a transaction.
fn prompt_text(shell: &Shell) -> (String, String) {
    let name = shell
        .session
        .path()
        .and_then(|path| path.file_stem())
        .map(|stem| stem.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "dossier".to_owned());
    let mark = if shell.session.in_transaction() { "*" } else { "" };
    let view = shell.session.view().map(|prefixes| format!(" [{}]", shortened(prefixes)));
    let text = format!("{name}{mark}{}>", view.unwrap_or_default());
    let plain = format!("{text} ");
    let styled = format!("{} ", Paint::stdout().with(paint::BOLD, &text));
    (plain, styled)
}

/// A text of at most 32 characters.
fn shortened(text: &str) -> String {
    let mut rest = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = rest.char_indices().nth(32) {
        rest.truncate(cut);
        rest.push('…');
    }
    rest
}

/// A statement with its colours, to be looked at.
pub(crate) fn coloured(statement: &str) -> String {
    highlight::highlight(statement, None)
}

/// Says what is open and how to begin, on standard error.
pub(crate) fn greet(shell: &Shell) {
    let paint = Paint::stderr();
    notice(&format!("{} {}", paint.with(paint::BOLD, "Dossier"), env!("CARGO_PKG_VERSION")));
    greet_briefly(shell);
    notice(&paint.with(
        paint::DIM,
        "End statements with ;  Tab completes, .help lists commands, Ctrl-D quits",
    ));
}

/// Says what is open, on standard error.
pub(crate) fn greet_briefly(shell: &Shell) {
    let session = &shell.session;
    let graph = session.snapshot();
    let counts = format!(
        "{}, {}",
        report::count(catalogue::node_count(&graph), "node"),
        report::count(catalogue::relationship_count(&graph), "relationship")
    );
    notice(&match session.path() {
        None if shell.bundled => format!("the bundled graph: {counts}"),
        None => "a graph in memory, gone when you quit; .open FILE keeps one".to_owned(),
        Some(path) if session.is_awaited() => {
            format!("{}: new, made by the first statement that writes", path.display())
        }
        Some(path) => format!(
            "{}: {counts}{}",
            path.display(),
            if session.is_read_only() { ", read-only" } else { "" }
        ),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_prompts_are_known() {
        for word in ["exit", "EXIT;", "\\q", ":quit", "quit ; "] {
            assert_eq!(bare_word(word), Some(".quit"), "{word}");
        }
        assert_eq!(bare_word("help;"), Some(".help"));
        assert_eq!(bare_word("RETURN exit;"), None);
    }
}
