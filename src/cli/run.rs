//! `dossier run` and `dossier queries`: saved queries from the command line.

use super::arguments::ErrorFormat;
use super::arguments::{OutputOptions, threads, timeout};
use super::demo;
use super::failure::Failure;
use super::input::{self, Piece};
use super::literal;
use super::notice;
use super::render::Mode;
use super::saved::values::{self, Given};
use super::saved::{SavedQuery, header::Parameter, locate};
use super::script;
use super::session::Session;
use super::shell::{Passed, Settings, Shell, Source};
use super::suggest;
use clap::ValueEnum;
use dossier::value::{Map, Value};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What follows the name of a saved query.
#[derive(Default)]
pub(crate) struct Options {
    /// Parameters in the order in which they were given.
    given: Vec<(String, Given)>,
    mode: Option<Mode>,
    timeout: Option<Duration>,
    threads: Option<usize>,
    no_header: bool,
    errors: Option<ErrorFormat>,
    /// Whether only its parameters are asked for.
    pub(crate) help: bool,
}

impl Options {
    /// Reads `--name value`, `--name=value` and the options that every query has;
    /// a parameter of the query goes before an option of the same name.
    ///
    /// # Errors
    /// A word that belongs to nothing, an option without its value, an unknown mode.
    pub(crate) fn read(
        query: &SavedQuery,
        words: impl Iterator<Item = String>,
    ) -> Result<Options, Failure> {
        let mut options = Options::default();
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            if word == "-h" {
                options.help = true;
                continue;
            }
            let Some(flag) = word.strip_prefix("--").filter(|flag| !flag.is_empty()) else {
                return Err(Failure::usage(format!(
                    "unexpected `{word}`: parameters are given as --name value"
                )));
            };
            let (name, attached) = match flag.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (flag.to_owned(), None),
            };
            let declared = query
                .header
                .parameters
                .iter()
                .find(|known| known.name == name || known.name == name.replace('-', "_"));
            if declared.is_none() && options.flag(&name, attached.as_ref())? {
                continue;
            }
            let value = attached.or_else(|| words.next());
            let value = match value {
                Some(value) => value,
                None if declared.is_none() && !is_option(&name) => {
                    // Nothing follows: the name is the likelier mistake.
                    return Err(values::bind(query, &[(name, Given::Text(String::new()))])
                        .err()
                        .unwrap_or(Failure::Interrupted));
                }
                None => return Err(Failure::usage(format!("--{name} needs a value"))),
            };
            match declared {
                Some(parameter) => options.given.push((parameter.name.clone(), Given::Text(value))),
                None => options.option(name, value)?,
            }
        }
        Ok(options)
    }

    /// Takes an option that has no value; says whether it was one.
    fn flag(&mut self, name: &str, attached: Option<&String>) -> Result<bool, Failure> {
        match (name, attached) {
            ("help", None) => self.help = true,
            ("no-header", None) => self.no_header = true,
            ("help" | "no-header", Some(_)) => {
                return Err(Failure::usage(format!("--{name} takes no value")));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Takes an option with its value; what is no option is a parameter, known or not.
    fn option(&mut self, name: String, value: String) -> Result<(), Failure> {
        match name.as_str() {
            "mode" => self.mode = Some(mode(&value)?),
            "timeout" => self.timeout = Some(timeout(&value).map_err(Failure::usage)?),
            "threads" => self.threads = Some(threads(&value).map_err(Failure::usage)?),
            "error-format" => {
                let format = ErrorFormat::from_str(&value, true);
                self.errors = Some(format.map_err(|_| {
                    Failure::usage(format!("--error-format is text or json, not `{value}`"))
                })?);
            }
            "params" => self.given.extend(
                from_json(Path::new(&value))?
                    .into_iter()
                    .map(|(n, v)| (n.to_string(), Given::Value(v))),
            ),
            "param" => {
                let (name, value) = split_assignment(&value)?;
                self.given.push((name.to_owned(), Given::Text(value.to_owned())));
            }
            _ => self.given.push((name, Given::Text(value))),
        }
        Ok(())
    }
}

fn is_option(name: &str) -> bool {
    matches!(name, "mode" | "timeout" | "threads" | "error-format" | "params" | "param")
}

fn mode(name: &str) -> Result<Mode, Failure> {
    Mode::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Mode::ALL.iter().map(|(_, name)| *name).collect();
        let hint = suggest::nearest(name, names.iter().copied()).map_or_else(
            || format!("there are {}", names.join(", ")),
            |near| format!("did you mean {near}?"),
        );
        Failure::usage(format!("no mode `{name}`; {hint}"))
    })
}

/// Splits `name=value`.
///
/// # Errors
/// There is no equals sign, or no name before it.
pub(crate) fn split_assignment(text: &str) -> Result<(&str, &str), Failure> {
    text.split_once('=')
        .map(|(name, value)| (name.trim().trim_start_matches('$'), value))
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| Failure::usage(format!("`--param {text}`: write --param name=value")))
}

/// Parameters from a file that holds a JSON object.
///
/// # Errors
/// The file cannot be read, or holds something else.
pub(crate) fn from_json(file: &Path) -> Result<Map, Failure> {
    let text = script::read_text(file)?;
    let wrong = |why: String| Failure::usage(format!("{}: {why}", file.display()));
    let json: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| wrong(format!("is no JSON: {error}")))?;
    match dossier::value::json::from_json(&json).map_err(|error| wrong(error.to_string()))? {
        Value::Map(map) => Ok(map.as_ref().clone()),
        _ => Err(wrong("holds no JSON object of parameters".to_owned())),
    }
}

/// Parameters given with `--params FILE` and `--param name=value`, the latter last.
///
/// # Errors
/// A file or a value that cannot be read.
pub(crate) fn parameters(files: &[PathBuf], assignments: &[String]) -> Result<Map, Failure> {
    let mut map = Map::default();
    for file in files {
        map.extend(from_json(file)?);
    }
    for assignment in assignments {
        let (name, value) = split_assignment(assignment)?;
        let value = literal::loose(value).map_err(|why| {
            Failure::usage(format!("the parameter `{name}` was given `{value}`, which {why}"))
        })?;
        map.insert(name.into(), value);
    }
    Ok(map)
}

/// Checks a saved query, binds its parameters and runs it.
///
/// # Errors
/// The query is not as its header says, a parameter is wrong, or it fails.
pub(crate) fn saved(
    shell: &mut Shell,
    query: &SavedQuery,
    options: Options,
) -> Result<(), Failure> {
    for unused in query.check()? {
        notice(&format!(
            "{}:{}: the parameter `{}` is declared and not used",
            query.place(),
            unused.line,
            unused.name
        ));
    }
    let mut given = session_values(shell, query);
    given.extend(options.given);
    let parameters = values::bind(query, &given)?;
    shell.settings.mode = options.mode.unwrap_or(shell.settings.mode);
    shell.settings.limits.timeout = options.timeout.or(shell.settings.limits.timeout);
    shell.settings.limits.threads = options.threads.or(shell.settings.limits.threads);
    shell.settings.errors = options.errors.unwrap_or(shell.settings.errors);
    shell.settings.header &= !options.no_header;
    let place = query.place();
    for piece in input::pieces(&query.text) {
        if let Piece::Statement { text, offset } = piece {
            shell.statement_with(
                text,
                &parameters,
                Source {
                    name: Some(&place),
                    whole: &query.text,
                    offset,
                    passed: Passed::default(),
                },
            )?;
        }
    }
    Ok(())
}

/// Parameters of the session that the query declares.
fn session_values(shell: &Shell, query: &SavedQuery) -> Vec<(String, Given)> {
    let value = |parameter: &Parameter| {
        let value = shell.parameters.get(parameter.name.as_str())?;
        Some((parameter.name.clone(), Given::Value(value.clone())))
    };
    query.header.parameters.iter().filter_map(value).collect()
}

/// `dossier run DATABASE NAME …`
///
/// # Errors
/// Whatever goes wrong; see [`saved`].
pub(crate) fn run(database: &Path, name: &str, rest: Vec<String>) -> Result<(), Failure> {
    let query = locate::find(name, Some(database), false)?;
    let options = Options::read(&query, rest.into_iter())?;
    if options.help {
        let usage = format!(
            "{}\nUsage: dossier run {} {name} [PARAMETERS]\n",
            query.usage(),
            database.display()
        );
        return Ok(super::sink::Sink::stdout().write(|out| out.write_all(usage.as_bytes()))?);
    }
    if !database.exists() {
        return Err(Failure::usage(format!("{}: no such database", database.display())));
    }
    let mut shell = Shell::new(Session::open(database, false)?, Settings::default());
    let done = saved(&mut shell, &query, options);
    super::end(shell, done)
}

/// `dossier queries [DATABASE]`
///
/// # Errors
/// The list cannot be written.
pub(crate) fn queries(database: Option<&Path>, output: &OutputOptions) -> Result<(), Failure> {
    if let Some(database) = database.filter(|database| !database.exists()) {
        return Err(Failure::usage(format!("{}: no such database", database.display())));
    }
    let (columns, rows) = listing(database, false);
    if rows.is_empty() {
        let folders: Vec<String> =
            locate::folders(database).iter().map(|folder| folder.display().to_string()).collect();
        notice(&format!("no saved queries in {}", folders.join(", ")));
        return Ok(());
    }
    let mut shell = Shell::new(Session::in_memory(), super::settings(output));
    shell.show_rows(&columns, &rows, &literal::NoGraph)
}

/// The saved queries as rows: name, title, parameters.
pub(crate) fn listing(database: Option<&Path>, bundled: bool) -> (Vec<String>, Vec<Vec<Value>>) {
    let mut rows = Vec::new();
    let mut names = Vec::new();
    for (name, query) in locate::all(database) {
        let query = query.and_then(|query| query.check().map(drop).map(|()| query));
        let query = query.and_then(|query| query.parse().map(|()| query));
        rows.push(row(&name, query));
        names.push(name);
    }
    if bundled {
        for (name, text) in
            demo::QUERIES.iter().filter(|(name, _)| !names.iter().any(|known| known == name))
        {
            rows.push(row(name, SavedQuery::from_text(name, None, (*text).to_owned())));
        }
    }
    (["name", "title", "parameters"].map(str::to_owned).to_vec(), rows)
}

fn row(name: &str, query: Result<SavedQuery, Failure>) -> Vec<Value> {
    let text = |text: &str| Value::String(text.into());
    match query {
        Ok(query) => {
            let parameters: Vec<String> = query.header.parameters.iter().map(shown).collect();
            vec![text(name), text(&query.header.title), text(&parameters.join(", "))]
        }
        Err(Failure::Query(why) | Failure::Usage(why)) => {
            vec![text(name), text(&format!("(broken) {why}")), text("")]
        }
        Err(_) => vec![text(name), text("(broken)"), text("")],
    }
}

/// `claimant: string = 'x'`
fn shown(parameter: &Parameter) -> String {
    let default = parameter.default.as_ref().map(|text| format!(" = {text}")).unwrap_or_default();
    format!("{}: {}{default}", parameter.name, parameter.kind.name())
}
