//! Commands about results: their form, their place, their time.

use super::{file_name, misused};
use crate::cli::failure::Failure;
use crate::cli::render::Mode;
use crate::cli::script::Flow;
use crate::cli::shell::Shell;
use crate::cli::sink::Sink;
use crate::cli::{notice, suggest};

/// `.mode [MODE]`
pub(super) fn mode(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    if rest.is_empty() {
        notice(&format!("mode: {}", shell.settings.mode.name()));
        return Ok(Flow::Continue);
    }
    let names = || Mode::ALL.iter().map(|(_, name)| *name);
    shell.settings.mode = Mode::from_name(rest).ok_or_else(|| {
        let hint = match suggest::nearest(rest, names()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
        };
        Failure::query(format!("no mode `{rest}`; {hint}"))
    })?;
    Ok(Flow::Continue)
}

/// `.timer on|off`
pub(super) fn timer(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    match rest.to_ascii_lowercase().as_str() {
        "on" => shell.settings.timer = true,
        "off" => shell.settings.timer = false,
        "" => notice(&format!("timer: {}", if shell.settings.timer { "on" } else { "off" })),
        _ => return Err(misused("timer")),
    }
    Ok(Flow::Continue)
}

/// `.warnings on|off`
pub(super) fn warnings(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    match rest.to_ascii_lowercase().as_str() {
        "on" => shell.settings.warnings = true,
        "off" => shell.settings.warnings = false,
        "" => notice(&format!("warnings: {}", if shell.settings.warnings { "on" } else { "off" })),
        _ => return Err(misused("warnings")),
    }
    Ok(Flow::Continue)
}

/// `.output [FILE]`
pub(super) fn output(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    shell.written = false;
    shell.sink = match file_name(rest)? {
        Some(file) => Sink::file(&file)?,
        None => Sink::stdout(),
    };
    Ok(Flow::Continue)
}

/// `.dump [FILE]`
pub(super) fn dump(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let graph = shell.session.seen()?;
    match file_name(rest)? {
        None => shell.sink.write(|out| dossier::export::dump::write(&graph, out))?,
        Some(file) => {
            crate::cli::dump::to_file(&graph, &file)?;
            if shell.interactive {
                notice(&format!("written to {}", file.display()));
            }
        }
    }
    Ok(Flow::Continue)
}

/// `.export FILE [BASE]`
pub(super) fn export(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let words = super::words(rest)?;
    let (file, base) = match words.as_slice() {
        [file] => (file, dossier::rdf::DEFAULT_BASE),
        [file, base] => (file, base.as_str()),
        _ => return Err(misused("export")),
    };
    let file = std::path::PathBuf::from(file);
    let vocabulary = crate::cli::export::vocabulary(base, &[]).map_err(Failure::query)?;
    let format = crate::cli::export::format(&file).map_err(Failure::query)?;
    let graph = shell.session.seen()?;
    crate::cli::export::to_file(&graph, &vocabulary, format, &file)?;
    if shell.interactive {
        notice(&format!("written to {}", file.display()));
    }
    Ok(Flow::Continue)
}

/// `.dot FILE`
pub(super) fn dot(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let file = file_name(rest)?.ok_or_else(|| misused("dot"))?;
    let Some(last) = &shell.last else {
        return Err(Failure::query("there is no result yet"));
    };
    let text = crate::cli::dot::text(&last.result)
        .map_err(|error| Failure::query(shell.session.message(&error)))?;
    std::fs::write(&file, text).map_err(|error| Failure::file(&file, &error))?;
    if shell.interactive {
        notice(&format!("written to {}", file.display()));
    }
    Ok(Flow::Continue)
}
