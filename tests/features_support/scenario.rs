//! Feature files to test cases, and how a case runs.

use super::cell;
use super::csv_files::CsvFiles;
use super::gherkin::{self, Step};
use super::reasons;
use super::rows::Given;
use super::show::Snapshot;

use dossier::function::TypeSet;
use dossier::syntax::diagnostic::Phase;
use dossier::value::{ErrorClass, Map};
use dossier::{Database, Error, QueryResult, TableProcedure};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A query that takes longer has failed; no scenario needs a second.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// A scenario with its placeholders filled in.
pub(crate) struct Case {
    /// `category/File - [n] name #row`.
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
    /// The folder of named graphs, if there is one.
    pub(crate) graphs: PathBuf,
}

/// Every scenario of the feature files below a folder.
pub(crate) fn collect(folder: &Path, category: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return cases };
    let mut paths: Vec<PathBuf> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            let inner = if category.is_empty() { name } else { format!("{category}/{name}") };
            cases.extend(collect(&path, &inner));
        } else if let Some(stem) = name.strip_suffix(".feature") {
            read_file(&path, &format!("{category}/{stem}"), &mut cases);
        }
    }
    cases
}

fn read_file(path: &Path, prefix: &str, cases: &mut Vec<Case>) {
    let text = std::fs::read_to_string(path).unwrap();
    let scenarios =
        gherkin::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let graphs = path
        .ancestors()
        .map(|folder| folder.join("graphs"))
        .find(|folder| folder.is_dir())
        .unwrap_or_default();
    for scenario in &scenarios {
        let make = |name: String, row: &[(String, String)]| {
            let steps = scenario.steps.iter().map(|step| fill(step, row)).collect();
            Case { name, steps, graphs: graphs.clone() }
        };
        let name = format!("{prefix} - {}", scenario.name);
        if scenario.examples.is_empty() {
            cases.push(make(name, &[]));
        } else {
            for (index, row) in scenario.examples.iter().enumerate() {
                let filled = row.iter().fold(name.clone(), |text, (key, value)| {
                    text.replace(&format!("<{key}>"), value)
                });
                cases.push(make(format!("{filled} #{}", index + 1), row));
            }
        }
    }
}

fn fill(step: &Step, row: &[(String, String)]) -> Step {
    let replace = |text: &str| {
        row.iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("<{name}>"), value))
    };
    Step {
        text: replace(&step.text),
        doc: step.doc.as_deref().map(replace),
        table: step
            .table
            .iter()
            .map(|cells| cells.iter().map(|cell| replace(cell)).collect())
            .collect(),
    }
}

/// What the scenario has done so far.
struct World {
    database: Database,
    parameters: Map,
    outcome: Option<Result<QueryResult, Error>>,
    before: Snapshot,
    after: Snapshot,
    errors_expected: bool,
    files: CsvFiles,
}

impl Case {
    /// Runs it in a database of its own.
    ///
    /// # Errors
    /// What differs from what the scenario expects.
    pub(crate) fn run(&self) -> Result<(), String> {
        let database = Database::in_memory();
        let mut world = World {
            before: Snapshot::of(&database.snapshot()),
            after: Snapshot::of(&database.snapshot()),
            database,
            parameters: Map::default(),
            outcome: None,
            errors_expected: false,
            files: CsvFiles::default(),
        };
        for step in &self.steps {
            self.step(step, &mut world)?;
        }
        match world.outcome {
            Some(Err(error)) if !world.errors_expected => {
                Err(format!("failed: {}", describe(&error)))
            }
            _ => Ok(()),
        }
    }

    fn step(&self, step: &Step, world: &mut World) -> Result<(), String> {
        let text = step.text.as_str();
        let doc = step.doc.as_deref().unwrap_or_default();
        match text {
            "an empty graph" | "any graph" => Ok(()),
            "having executed:" => {
                for (_, statement) in dossier::syntax::split_statements(doc) {
                    world
                        .database
                        .query(statement)
                        .run()
                        .map_err(|error| format!("setup: {}", describe(&error)))?;
                }
                Ok(())
            }
            "parameters are:" => {
                for row in &step.table {
                    let [name, value] = row.as_slice() else {
                        return Err("a parameter needs name and value".into());
                    };
                    world.parameters.insert(name.as_str().into(), cell::parse(value)?.to_value()?);
                }
                Ok(())
            }
            "executing query:" | "executing control query:" => {
                if let Some(Err(error)) = &world.outcome {
                    return Err(format!("failed: {}", describe(error)));
                }
                world.before = Snapshot::of(&world.database.snapshot());
                let query =
                    world.database.query(doc).params(world.parameters.clone()).timeout(TIME_LIMIT);
                let mut query = query.files(Arc::new(world.files.clone()));
                // Half of them are done by several threads, an element each time.
                if doc.len().is_multiple_of(2) {
                    query = query.threads(3).morsel(1);
                }
                world.outcome = Some(query.run());
                world.after = Snapshot::of(&world.database.snapshot());
                Ok(())
            }
            "no side effects" => world.side_effects(&[]),
            "the side effects should be:" => {
                let wanted: Vec<(String, i64)> = step
                    .table
                    .iter()
                    .map(|row| match row.as_slice() {
                        [what, count] => count
                            .parse()
                            .map(|count| (what.clone(), count))
                            .map_err(|error| format!("{error}")),
                        _ => Err("a side effect needs name and number".into()),
                    })
                    .collect::<Result<_, _>>()?;
                world.side_effects(&wanted)
            }
            "the result should be empty" => world.rows(&step.table, false, false, true),
            "the result should be, in any order:" => world.rows(&step.table, false, false, false),
            "the result should be, in order:" => world.rows(&step.table, true, false, false),
            "the result should be (ignoring element order for lists):" => {
                world.rows(&step.table, false, true, false)
            }
            "the result should be, in order (ignoring element order for lists):" => {
                world.rows(&step.table, true, true, false)
            }
            "the rows should rest on:" => world.supports(&step.table),
            "nothing should be told of what the rows rest on" => {
                match world.result()?.support(0).map_err(|error| describe(&error))? {
                    None => Ok(()),
                    Some(support) => Err(format!("the first row rests on {support:?}")),
                }
            }
            _ => self.other_step(text, step, world),
        }
    }

    fn other_step(&self, text: &str, step: &Step, world: &mut World) -> Result<(), String> {
        if let Some((class, rest)) = text.split_once(" should be raised at ") {
            let class = class.trim_start_matches("a ").trim_start_matches("an ");
            let (phase, detail) = rest.split_once(": ").ok_or("an error needs a detail")?;
            return world.error(class, phase, detail);
        }
        if let Some(rest) = text.strip_prefix("there exists a CSV file with URL as $") {
            let (parameter, how) = rest.split_once(", with ").ok_or("a file needs rows")?;
            let content = match how {
                "rows:" => rows_as_csv(&step.table),
                "text:" => step.doc.clone().unwrap_or_default(),
                _ => return Err(format!("a file is given with rows or text, not `{how}`")),
            };
            let url = world.files.add(parameter, content);
            world.parameters.insert(parameter.into(), url.into());
            return Ok(());
        }
        if let Some(signature) = text.strip_prefix("there exists a procedure ") {
            world
                .database
                .register_procedure(procedure(signature.trim_end_matches(':'), &step.table)?);
            return Ok(());
        }
        if let Some(name) = text.strip_prefix("the ").and_then(|rest| rest.strip_suffix(" graph")) {
            let path = self.graphs.join(name).join(format!("{name}.cypher"));
            let script = std::fs::read_to_string(&path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            for (_, statement) in dossier::syntax::split_statements(&script) {
                world
                    .database
                    .query(statement)
                    .run()
                    .map_err(|error| format!("named graph: {}", describe(&error)))?;
            }
            return Ok(());
        }
        Err(format!("unknown step `{text}`"))
    }
}

impl World {
    fn result(&self) -> Result<&QueryResult, String> {
        match &self.outcome {
            Some(Ok(result)) => Ok(result),
            Some(Err(error)) => Err(format!("failed: {}", describe(error))),
            None => Err("no query was executed".into()),
        }
    }

    fn rows(
        &self,
        table: &[Vec<String>],
        in_order: bool,
        lists_unordered: bool,
        empty: bool,
    ) -> Result<(), String> {
        let result = self.result()?;
        let given = Given { columns: &result.columns, rows: &result.rows, reader: &*result.graph };
        given.check(table, in_order, lists_unordered, empty)
    }

    /// What each row rests on: a line for each row in order, its statements in the order of
    /// the table; each with who asserts and who denies it, and `disputed`.
    fn supports(&self, table: &[Vec<String>]) -> Result<(), String> {
        let result = self.result()?;
        let mut got = Vec::new();
        for row in 0..result.rows.len() {
            let support = result.support(row).map_err(|error| describe(&error))?;
            got.push(reasons::lines(&support.ok_or("it was not asked why")?));
        }
        let mut wanted: Vec<Vec<String>> = vec![Vec::new(); result.rows.len()];
        for cells in table.iter().skip(1) {
            let [row, rest @ ..] = cells.as_slice() else { continue };
            let row: usize = row.parse().map_err(|error| format!("row `{row}`: {error}"))?;
            let of_row = row.checked_sub(1).and_then(|row| wanted.get_mut(row));
            of_row.ok_or_else(|| format!("there is no row {row}"))?.push(rest.join(" | "));
        }
        wanted.iter_mut().for_each(|lines| lines.sort());
        got.iter_mut().for_each(|lines| lines.sort());
        if got == wanted {
            return Ok(());
        }
        Err(format!("the rows rest on\n{got:#?}\nexpected\n{wanted:#?}"))
    }

    fn side_effects(&self, wanted: &[(String, i64)]) -> Result<(), String> {
        // After an error that a step expected, what is left behind counts as well.
        if !self.errors_expected {
            self.result()?;
        }
        let mut wanted: Vec<(String, i64)> =
            wanted.iter().filter(|(_, count)| *count != 0).cloned().collect();
        let mut got = self.before.difference(&self.after);
        wanted.sort();
        got.sort();
        if got == wanted {
            Ok(())
        } else {
            Err(format!("side effects are {got:?}, expected {wanted:?}"))
        }
    }

    fn error(&mut self, class: &str, phase: &str, detail: &str) -> Result<(), String> {
        self.errors_expected = true;
        let error = match &self.outcome {
            Some(Err(Error::Query(error))) => error,
            Some(Err(other)) => return Err(format!("failed, but not as a query: {other}")),
            Some(Ok(result)) => {
                return Err(format!(
                    "no error where {class}: {detail} is expected, but {} rows",
                    result.rows.len()
                ));
            }
            None => return Err("no query was executed".into()),
        };
        let got_phase = match error.phase {
            Phase::Compile => "compile time",
            Phase::Runtime => "runtime",
        };
        let got = (class_name(error.class), error.code.name());
        let phase_fits = phase == "any time" || phase == got_phase;
        let detail_fits = detail == "*" || got.1 == detail;
        if got.0 == class && detail_fits && phase_fits {
            return Ok(());
        }
        Err(format!(
            "{} at {got_phase}: {} ({}), expected {class} at {phase}: {detail}",
            got.0, got.1, error.message
        ))
    }
}

fn class_name(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::SyntaxError => "SyntaxError",
        ErrorClass::SemanticError => "SemanticError",
        ErrorClass::TypeError => "TypeError",
        ErrorClass::ArgumentError => "ArgumentError",
        ErrorClass::ArithmeticError => "ArithmeticError",
        ErrorClass::EntityNotFound => "EntityNotFound",
        ErrorClass::ExternalResourceError => "ExternalResourceError",
        ErrorClass::ParameterMissing => "ParameterMissing",
        ErrorClass::ProcedureError => "ProcedureError",
        ErrorClass::ConstraintVerificationFailed => "ConstraintVerificationFailed",
        ErrorClass::ResourceExhausted => "ResourceExhausted",
    }
}

fn describe(error: &Error) -> String {
    match error {
        Error::Query(error) => {
            format!("{}: {} ({})", class_name(error.class), error.code, error.message)
        }
        other => other.to_string(),
    }
}

/// A table as the text of a CSV file, every field quoted.
fn rows_as_csv(table: &[Vec<String>]) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",");
    table.iter().map(line).map(|line| line + "\n").collect()
}

/// `name(input :: TYPE?, …) :: (output :: TYPE?, …)` with its rows.
fn procedure(signature: &str, table: &[Vec<String>]) -> Result<TableProcedure, String> {
    let (name, rest) = signature.split_once('(').ok_or("a procedure needs arguments")?;
    let (inputs, rest) = rest.split_once(')').ok_or("a procedure's arguments need an end")?;
    let outputs = rest
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map_or("", |(outputs, _)| outputs);
    let fields = |text: &str| -> Result<Vec<(Arc<str>, TypeSet)>, String> {
        text.split(',')
            .filter(|field| field.contains("::"))
            .map(|field| {
                let (name, of) = field.split_once("::").ok_or("a field needs a type")?;
                let types = match of.trim().trim_end_matches('?') {
                    "STRING" => TypeSet::STRING,
                    "INTEGER" => TypeSet::INTEGER,
                    // An integer is taken where a float is wanted.
                    "FLOAT" | "NUMBER" => TypeSet::NUMBER,
                    "BOOLEAN" => TypeSet::BOOLEAN,
                    other => return Err(format!("unknown type {other}")),
                };
                Ok((name.trim().into(), types))
            })
            .collect()
    };
    let rows = table.iter().skip(1).filter(|row| !row.is_empty());
    let rows = rows
        .map(|row| row.iter().map(|text| cell::parse(text)?.to_value()).collect())
        .collect::<Result<_, String>>()?;
    let outputs = fields(outputs)?.into_iter().map(|(name, _)| name).collect();
    Ok(TableProcedure { name: name.trim().into(), inputs: fields(inputs)?, outputs, rows })
}
