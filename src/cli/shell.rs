//! The shell: what the prompt, scripts and `run` have in common.
//!
//! It runs statements in its session and shows what they give: results on the
//! sink, everything else on standard error.

use super::arguments::ErrorFormat;
use super::failure::Failure;
use super::interrupt;
use super::notice;
use super::paint::{self, Paint};
use super::render::{self, Answer, Mode, Surface};
use super::report;
use super::session::Session;
use super::sink::Sink;
use super::why;
use dossier::syntax::diagnostic::Diagnostic;
use dossier::value::{ElementReader, ErrorCode, Map, Value};
use dossier::{Counters, Error, Limits, QueryResult};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How answers are shown and how long they may take.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// How rows are written.
    pub(crate) mode: Mode,
    /// Whether column names are.
    pub(crate) header: bool,
    /// Whether the time of each statement is told.
    pub(crate) timer: bool,
    /// Whether warnings are told.
    pub(crate) warnings: bool,
    /// How errors and warnings are written.
    pub(crate) errors: ErrorFormat,
    /// What a statement may use up.
    pub(crate) limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            mode: Mode::Table,
            header: true,
            timer: false,
            warnings: true,
            errors: ErrorFormat::Text,
            limits: Limits::default(),
        }
    }
}

/// A result with the query that gave it.
pub(crate) struct Last {
    /// The query's text.
    pub(crate) query: String,
    /// What it gave.
    pub(crate) result: QueryResult,
}

/// Where a statement comes from, for messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    /// The file's name, `None` for what was typed at the prompt.
    pub(crate) name: Option<&'a str>,
    /// The whole text that the statement is part of.
    pub(crate) whole: &'a str,
    /// Where in `whole` it begins, in bytes.
    pub(crate) offset: usize,
    /// What came before `whole` and is no longer there.
    pub(crate) passed: Passed,
}

/// How much of a script is over and forgotten.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Passed {
    /// Bytes of it.
    pub(crate) bytes: usize,
    /// Lines of it, all whole.
    pub(crate) lines: usize,
}

impl Source<'_> {
    /// The line and the column of a place in `whole`, counted from the beginning.
    fn place_of(&self, at: usize) -> String {
        let place = super::input::place_of(self.whole, at);
        match place.split_once(':') {
            Some((_, column)) => format!("{}:{column}", self.line_of(at)),
            None => place,
        }
    }

    /// The line of a place in `whole`, counted from the beginning.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.passed.lines + super::input::line_of(self.whole, at)
    }
}

/// The state of a session at the prompt or of a script.
pub(crate) struct Shell {
    /// The open database.
    pub(crate) session: Session,
    /// How answers are shown.
    pub(crate) settings: Settings,
    /// The parameters of every statement.
    pub(crate) parameters: Map,
    /// The last query that succeeded.
    pub(crate) last: Option<Last>,
    /// Where results go.
    pub(crate) sink: Sink,
    /// Whether a person sits at a prompt.
    pub(crate) interactive: bool,
    /// Whether the bundled queries are known (the demo).
    pub(crate) bundled: bool,
    /// Files that are being read, the outermost first.
    pub(crate) reading: Vec<PathBuf>,
    totals: Counters,
    /// The totals when the open transaction began.
    before_transaction: Counters,
    /// Whether a result was written before, from which the next one keeps a distance.
    pub(crate) written: bool,
}

impl Shell {
    /// A shell on an open session that writes to standard output.
    pub(crate) fn new(session: Session, settings: Settings) -> Shell {
        Shell {
            session,
            settings,
            parameters: Map::default(),
            last: None,
            sink: Sink::stdout(),
            interactive: false,
            bundled: false,
            reading: Vec::new(),
            totals: Counters::default(),
            before_transaction: Counters::default(),
            written: false,
        }
    }

    /// Runs one statement with the shell's parameters and shows its answer.
    ///
    /// # Errors
    /// The query fails, or its answer cannot be written.
    pub(crate) fn statement(&mut self, text: &str, source: Source<'_>) -> Result<(), Failure> {
        let parameters = self.parameters.clone();
        self.statement_with(text, &parameters, source)
    }

    /// Runs one statement with parameters of its own.
    ///
    /// # Errors
    /// As [`Shell::statement`].
    pub(crate) fn statement_with(
        &mut self,
        text: &str,
        parameters: &Map,
        source: Source<'_>,
    ) -> Result<(), Failure> {
        if let Some(done) = self.transaction_word(text) {
            return done;
        }
        self.session.prepare(text, !self.interactive)?;
        let started = Instant::now();
        let columns = self.plan_columns();
        let run = self.session.run(text, parameters, self.settings.limits, columns);
        let elapsed = started.elapsed();
        let warnings = match &run {
            Ok(result) => &result.notifications[..],
            Err(Error::Query(errors)) => errors.warnings(),
            Err(_) => &[],
        };
        for warning in warnings.iter().filter(|_| self.settings.warnings) {
            notice(&self.diagnostic_text(warning, source));
        }
        let result = run.map_err(|error| self.explain(&error, source))?;
        let shown = self.show(&result);
        self.account(&result, elapsed);
        self.last = Some(Last { query: text.to_owned(), result });
        shown
    }

    /// Runs one statement and shows nothing of it.
    ///
    /// # Errors
    /// The query fails.
    pub(crate) fn quietly(&mut self, text: &str, source: Source<'_>) -> Result<(), Failure> {
        let columns = self.plan_columns();
        let run = self.session.run(text, &self.parameters, self.settings.limits, columns);
        run.map(drop).map_err(|error| self.explain(&error, source))
    }

    /// `BEGIN`, `COMMIT` and `ROLLBACK` as statements mean the dot commands.
    fn transaction_word(&mut self, text: &str) -> Option<Result<(), Failure>> {
        match transaction_verb(text)?.as_str() {
            "begin" => Some(self.begin()),
            "commit" => Some(self.commit(String::new())),
            "rollback" => Some(self.rollback()),
            _ => None,
        }
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// As [`Session::begin`].
    pub(crate) fn begin(&mut self) -> Result<(), Failure> {
        self.session.begin()?;
        self.before_transaction = self.totals;
        Ok(())
    }

    /// Commits the transaction; an empty message leaves it to the session.
    ///
    /// # Errors
    /// As [`Session::commit`].
    pub(crate) fn commit(&mut self, message: String) -> Result<(), Failure> {
        self.session.commit(&message)?;
        self.tell("committed");
        Ok(())
    }

    /// Undoes what the transaction did; it counts for nothing.
    ///
    /// # Errors
    /// As [`Session::rollback`].
    pub(crate) fn rollback(&mut self) -> Result<(), Failure> {
        self.session.rollback()?;
        self.totals = std::mem::take(&mut self.before_transaction);
        self.tell("rolled back");
        Ok(())
    }

    /// Tells a person at the prompt, and no script.
    fn tell(&self, what: &str) {
        if self.interactive {
            notice(&Paint::stderr().with(paint::DIM, what));
        }
    }

    /// Writes an answer to the sink.
    ///
    /// # Errors
    /// The sink cannot be written to.
    pub(crate) fn show(&mut self, result: &QueryResult) -> Result<(), Failure> {
        if let Some(plan) = result.plan.as_deref().map(str::trim_end) {
            if result.rows.is_empty() {
                return Ok(self.sink.write(|out| writeln!(out, "{plan}"))?);
            }
            self.show_answer(result)?;
            return Ok(self.sink.write(|out| writeln!(out, "\n{plan}"))?);
        }
        self.show_answer(result)
    }

    /// Writes the rows of an answer, or the graph they make.
    fn show_answer(&mut self, result: &QueryResult) -> Result<(), Failure> {
        let (surface, mode) = (self.surface(), self.settings.mode);
        if result.columns.is_empty() {
            return Ok(());
        }
        if mode == Mode::Dot {
            let text = super::dot::text(result).map_err(|error| self.unread(&error))?;
            // The picture shows ends and claims that are in no row.
            if let Some(damage) = result.graph.damage() {
                return Err(Failure::query(format!("the graph cannot be read: {damage}")));
            }
            return Ok(self.sink.write(|out| out.write_all(text.as_bytes()))?);
        }
        self.keep_distance()?;
        let questioned = why::questioned(result, mode).map_err(|error| self.unread(&error))?;
        let (columns, rows) = match &questioned {
            Some(questioned) => (&questioned.columns, &questioned.rows),
            None => (&result.columns, &result.rows),
        };
        let answer = Answer { columns, rows, reader: &*result.graph };
        self.sink.write(|out| {
            render::render(mode, &answer, surface, out, &interrupt::pressed)?;
            match &questioned {
                Some(questioned) => questioned.write_notes(mode, surface, out, &interrupt::pressed),
                None => Ok(()),
            }
        })?;
        if interrupt::pressed() {
            return Err(Failure::Interrupted);
        }
        Ok(())
    }

    /// The failure of looking up what is to be shown.
    fn unread(&self, error: &Error) -> Failure {
        Failure::query(self.session.message(error))
    }

    /// Writes rows that no query gave, in the shell's mode.
    ///
    /// # Errors
    /// The sink cannot be written to.
    pub(crate) fn show_rows(
        &mut self,
        columns: &[String],
        rows: &[Vec<Value>],
        reader: &dyn ElementReader,
    ) -> Result<(), Failure> {
        let (surface, mode) = (self.surface(), self.settings.mode);
        self.keep_distance()?;
        let answer = Answer { columns, rows, reader };
        Ok(self.sink.write(|out| render::render(mode, &answer, surface, out, &|| false))?)
    }

    /// Sets results that are read by eye apart from each other.
    fn keep_distance(&mut self) -> Result<(), Failure> {
        let by_eye = matches!(self.settings.mode, Mode::Table | Mode::Markdown | Mode::Vertical);
        if std::mem::replace(&mut self.written, true) && by_eye && !self.sink.is_terminal() {
            self.sink.write(|out| writeln!(out))?;
        }
        Ok(())
    }

    /// How wide the table of a plan may be: a person's terminal.
    fn plan_columns(&self) -> Option<usize> {
        self.sink.is_terminal().then(report::terminal_width)
    }

    /// What results are written to: its width, whether a person looks at it.
    pub(crate) fn surface(&self) -> Surface {
        let terminal = self.sink.is_terminal();
        Surface {
            terminal,
            colour: terminal && paint::colour_wanted(),
            width: report::terminal_width(),
            header: self.settings.header,
        }
    }

    /// Tells the counts and the time of a statement, or adds them up for the
    /// end of a script.
    fn account(&mut self, result: &QueryResult, elapsed: Duration) {
        self.totals += result.counters;
        let mut parts = Vec::new();
        if self.interactive {
            parts.extend(told(std::mem::take(&mut self.totals)));
        }
        let rows_shown =
            self.sink.is_terminal() && !result.columns.is_empty() && result.plan.is_none();
        if rows_shown && matches!(self.settings.mode, Mode::Table | Mode::Vertical) {
            parts.push(report::count(result.rows.len() as u64, "row"));
        }
        if self.settings.timer {
            parts.push(report::time(elapsed));
        }
        if !parts.is_empty() {
            notice(&Paint::stderr().with(paint::DIM, &parts.join(", ")));
        }
    }

    /// Tells what a script changed; nothing where it changed nothing. What a
    /// transaction did that is still open will be undone and does not count.
    pub(crate) fn tell_totals(&mut self) {
        if self.session.in_transaction() && !self.interactive {
            self.totals = std::mem::take(&mut self.before_transaction);
        }
        if let Some(text) = told(std::mem::take(&mut self.totals)) {
            notice(&Paint::stderr().with(paint::DIM, &text));
        }
    }
}

/// What has changed, if anything has.
fn told(changes: Counters) -> Option<String> {
    (!changes.is_empty()).then(|| changes.to_string())
}

/// The first word of a text that may begin or end a transaction, in lower case.
fn transaction_verb(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    let word = words.next()?.to_ascii_lowercase();
    let rest: Vec<&str> = words.collect();
    let alone = rest.is_empty() || rest.len() == 1 && rest[0].eq_ignore_ascii_case("transaction");
    alone.then_some(word)
}

/// Whether a statement is one of those that mean the dot commands for transactions.
pub(crate) fn is_transaction_word(text: &str) -> bool {
    transaction_verb(text)
        .is_some_and(|verb| ["begin", "commit", "rollback"].contains(&verb.as_str()))
}

impl Shell {
    /// A failed query as text, placed in the text that it is part of.
    pub(crate) fn explain(&self, error: &Error, source: Source<'_>) -> Failure {
        if matches!(error, Error::Query(error) if error.code == ErrorCode::Interrupted) {
            return Failure::Interrupted;
        }
        let diagnostics = match error {
            Error::Query(diagnostics) => diagnostics,
            other => {
                let text = self.session.message(other);
                return Failure::Query(match source.name {
                    Some(name) => format!("{name}:{}: {text}", source.line_of(source.offset)),
                    None => text,
                });
            }
        };
        let place = |diagnostic: &Diagnostic| {
            let text = self.diagnostic_text(diagnostic, source);
            let at = source.offset + diagnostic.span.map_or(0, |span| span.start as usize);
            match source.name {
                Some(name) if self.settings.errors == ErrorFormat::Text => {
                    format!("{name}:{}: {text}", source.place_of(at))
                }
                _ => text,
            }
        };
        let mut parts: Vec<String> = diagnostics.iter().map(place).collect();
        if self.settings.errors == ErrorFormat::Json {
            if diagnostics.omitted() > 0 {
                parts.push(format!(
                    "{{\"severity\":\"error\",\"omitted\":{}}}",
                    diagnostics.omitted()
                ));
            }
            return Failure::Ready(parts.join("\n"));
        }
        let error = Paint::stderr().with(paint::RED, "error");
        let mut text = parts.join(&format!("\n\n{error}: "));
        if let Some(omission) = diagnostics.omission() {
            text = format!("{text}\n\n{omission}");
        }
        Failure::Query(text)
    }

    /// A diagnostic of a statement with the lines of its whole source, or as JSON with the
    /// places in it.
    fn diagnostic_text(&self, diagnostic: &Diagnostic, source: Source<'_>) -> String {
        // Empty lines stand for those that are over.
        let Passed { bytes, lines } = source.passed;
        let whole = "\n".repeat(lines) + source.whole;
        let mut placed = diagnostic.clone().moved(lines + source.offset);
        let through_view = [ErrorCode::WriteUnderView, ErrorCode::WriteInThePast];
        if self.session.view().is_some() && through_view.contains(&placed.code) {
            placed =
                placed.with_help(".view off lets statements see all of the graph, and change it");
        }
        match self.settings.errors {
            ErrorFormat::Text => {
                placed.render(&whole, Paint::stderr().colour).trim_end().to_owned()
            }
            ErrorFormat::Json => {
                let mut object = placed.to_json(&whole);
                move_offsets(&mut object, (bytes - lines) as u64);
                if let Some(name) = source.name {
                    object["file"] = name.into();
                }
                object.to_string()
            }
        }
    }
}

/// Moves the places of a diagnostic as JSON so many bytes on.
fn move_offsets(object: &mut serde_json::Value, by: u64) {
    let places = ["/span/start", "/span/end", "/related/0/span/start", "/related/0/span/end"];
    for place in places {
        if let Some(offset) = object.pointer_mut(&format!("{place}/offset"))
            && let Some(number) = offset.as_u64()
        {
            *offset = (number + by).into();
        }
    }
}
