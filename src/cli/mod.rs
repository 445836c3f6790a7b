//! The command: reads its arguments, then runs queries, a saved query, the demo
//! or the prompt.
//!
//! Results go to standard output, everything else to standard error; only this
//! room prints.

mod arguments;
mod catalogue;
mod commands;
mod demo;
mod dot;
mod dump;
mod export;
mod failure;
mod import;
mod input;
mod interrupt;
mod literal;
mod pages;
mod paint;
mod past;
mod prompt;
mod render;
mod repair;
mod report;
mod run;
mod saved;
mod schema;
mod script;
mod session;
mod shell;
mod sink;
mod stream;
mod suggest;
mod tokens;
mod why;

use arguments::{Action, Arguments, Job, OutputOptions};
use failure::Failure;
use script::Flow;
use session::Session;
use shell::{Settings, Shell};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// Runs the command; the exit status says how it went.
pub(crate) fn main() -> ExitCode {
    pages::suit(0);
    let (arguments, jobs) = Arguments::read();
    let done = match arguments.action {
        Some(Action::Run { database, query, rest }) => {
            interrupt::install(false);
            run::run(&database, &query, rest)
        }
        Some(Action::Queries { database, output }) => run::queries(database.as_deref(), &output),
        Some(Action::Check { database }) => repair::check(&database),
        Some(Action::Dump { database, file }) => dump::run(&database, file.as_deref()),
        Some(Action::Export { database, file, base, prefixes }) => {
            export::run(&database, &file, &base, &prefixes)
        }
        Some(Action::Log { database, limit, output }) => past::log(&database, limit, &output),
        Some(Action::Diff { database, from, to }) => past::diff(&database, from, to),
        Some(Action::Backup { database, new }) => {
            arguments::backup_file(&new).and_then(|new| past::backup(&database, new))
        }
        Some(Action::Recover { database, new }) => repair::recover(&database, &new),
        Some(Action::Import(options)) => {
            interrupt::install(true);
            import::run(options)
        }
        Some(Action::Demo { output }) => demo::run(settings(&output)),
        None => open_and_run(arguments, &jobs),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            failure.exit_code()
        }
    }
}

fn open_and_run(arguments: Arguments, jobs: &[Job]) -> Result<(), Failure> {
    let interactive = jobs.is_empty() && std::io::stdin().is_terminal();
    interrupt::install(interactive);
    // What can be read is read before the database is touched: bad input leaves no trace.
    let parameters = run::parameters(&arguments.parameters.params, &arguments.parameters.param)?;
    let files = jobs.iter().filter_map(|job| match job {
        Job::File(file) if file != std::path::Path::new("-") => Some(file),
        _ => None,
    });
    for file in files {
        script::read_text(file)?;
    }
    if let Some(author) = arguments.author.clone() {
        session::set_author(author);
    }
    let mut session = match &arguments.database {
        Some(file) => Session::open(file, arguments.read_only)?,
        None => Session::in_memory(),
    };
    session.set_commit_message(arguments.message.clone().unwrap_or_default());
    let mut shell = Shell::new(session, settings(&arguments.output));
    shell.parameters = parameters;
    shell.interactive = interactive;
    let done = if interactive {
        prompt::greet(&shell);
        prompt::run(&mut shell)
    } else if jobs.is_empty() {
        script::run_standard_input(&mut shell).map(drop)
    } else {
        run_jobs(&mut shell, jobs)
    };
    end(shell, done)
}

/// Closes the database once all is done, or something has failed.
fn end(mut shell: Shell, done: Result<(), Failure>) -> Result<(), Failure> {
    shell.tell_totals();
    let done = if shell.session.in_transaction() { done.map_err(Failure::told) } else { done };
    let closed = shell.session.close();
    done.and(closed)
}

fn run_jobs(shell: &mut Shell, jobs: &[Job]) -> Result<(), Failure> {
    for job in jobs {
        let flow = match job {
            Job::Command(text) => script::run_unnamed(shell, text)?,
            Job::File(file) => script::run_file(shell, file)?,
        };
        if flow == Flow::Quit {
            break;
        }
    }
    Ok(())
}

/// The settings that the command line asks for.
fn settings(output: &OutputOptions) -> Settings {
    Settings {
        mode: output.mode.unwrap_or(render::Mode::Table),
        header: !output.no_header,
        timer: false,
        warnings: true,
        errors: output.error_format,
        limits: dossier::Limits {
            timeout: output.timeout,
            threads: output.threads,
            ..dossier::Limits::default()
        },
    }
}

/// Tells the user something that is no result.
fn notice(text: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
