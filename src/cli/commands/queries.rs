//! Commands about saved queries.

use super::{misused, words};
use crate::cli::failure::Failure;
use crate::cli::literal::NoGraph;
use crate::cli::run;
use crate::cli::saved::{Kind, locate};
use crate::cli::script::Flow;
use crate::cli::shell::Shell;
use crate::cli::{notice, render, tokens};
use dossier::value::Value;

/// `.queries`
pub(super) fn list(shell: &mut Shell, _: &str) -> Result<Flow, Failure> {
    let database = shell.session.path().map(std::path::PathBuf::from);
    let (columns, rows) = run::listing(database.as_deref(), shell.bundled);
    if rows.is_empty() {
        let folders: Vec<String> =
            locate::folders(database.as_deref()).iter().map(|f| f.display().to_string()).collect();
        notice(&format!("no saved queries in {}", folders.join(", ")));
        return Ok(Flow::Continue);
    }
    shell.show_rows(&columns, &rows, &NoGraph)?;
    Ok(Flow::Continue)
}

/// `.run NAME [--PARAMETER VALUE]…`
pub(super) fn run(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let mut given = words(rest)?.into_iter();
    let name = given.next().ok_or_else(|| misused("run"))?;
    let database = shell.session.path().map(std::path::PathBuf::from);
    let query = locate::find(&name, database.as_deref(), shell.bundled)?;
    let options = run::Options::read(&query, given)?;
    if options.help {
        let usage = query.usage();
        shell.sink.write(|out| out.write_all(usage.as_bytes()))?;
        return Ok(Flow::Continue);
    }
    let before = shell.settings.clone();
    let done = run::saved(shell, &query, options);
    shell.settings = before;
    done.map(|()| Flow::Continue)
}

/// `.save NAME [TITLE]`
pub(super) fn save(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let (name, title) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let name = name.strip_suffix(".cypher").unwrap_or(name);
    if name.is_empty() {
        return Err(misused("save"));
    }
    let usual = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.chars().all(usual) || name.starts_with(['.', '-']) {
        return Err(Failure::query(format!(
            "`{name}` is no name for a query: write letters, digits and dashes"
        )));
    }
    let Some(last) = &shell.last else {
        return Err(Failure::query("there is no query to save yet"));
    };
    // A title may stand in quotes, and need not.
    let title = match words(title).as_deref() {
        Ok([]) => name.replace(['-', '_'], " "),
        Ok([title]) => title.clone(),
        _ => title.trim().to_owned(),
    };
    let mut text = format!("// title: {title}\n");
    for (parameter, _) in tokens::parameters(&last.query) {
        let value = shell.parameters.get(parameter.as_str());
        text.push_str(&format!("// param {parameter}: {}", declared(value)));
        text.push('\n');
    }
    text.push_str(last.query.trim_end());
    text.push_str(";\n");
    let folder = locate::folder_to_save(shell.session.path());
    std::fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
    let file = folder.join(format!("{name}.cypher"));
    let created = std::fs::File::options().write(true).create_new(true).open(&file);
    match created.and_then(|mut created| std::io::Write::write_all(&mut created, text.as_bytes())) {
        Ok(()) => notice(&format!("saved as {}; .run {name} runs it", file.display())),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(Failure::query(format!("{} exists already", file.display())));
        }
        Err(error) => return Err(Failure::file(&file, &error)),
    }
    Ok(Flow::Continue)
}

/// The type of a value, and the value as the default.
fn declared(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "any".to_owned();
    };
    let kind = match value {
        Value::String(_) => Kind::String,
        Value::Integer(_) => Kind::Integer,
        Value::Float(_) => Kind::Float,
        Value::Boolean(_) => Kind::Boolean,
        Value::Date(_) => Kind::Date,
        Value::DateTime(_) => Kind::Datetime,
        Value::List(_) => Kind::List,
        _ => Kind::Any,
    };
    format!("{} = {}", kind.name(), render::text::quoted(value, &NoGraph))
}
