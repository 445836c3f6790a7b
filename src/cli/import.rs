//! `dossier import`: loads files of CSV or RDF, tells how far it is, and writes down the lines that
//! it passed over.

use super::arguments::ImportOptions;
use super::failure::Failure;
use super::interrupt::{self, Running};
use super::report::{count, time};
use super::session::{self, Session};
use super::sink::Sink;
use dossier::database::{BadLine, Ends, ImportProgress, ImportReport, ImportStage, Labels};
use dossier::{Database, Error, InterruptHandle};
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// Imports.
///
/// # Errors
/// What is asked for cannot be understood, a file cannot be read, a line is wrong, or the
/// disk refuses. The database is as it was then.
pub(crate) fn run(options: ImportOptions) -> Result<(), Failure> {
    if let Some(author) = options.author.clone() {
        session::set_author(author);
    }
    let rdf = !options.rdf.is_empty();
    if options.nodes.is_empty() && options.relationships.is_empty() && !rdf {
        return Err(Failure::usage(
            "nothing to import: name files with --nodes LABEL=FILE, --relationships TYPE=FILE or --rdf FILE",
        ));
    }
    let tables =
        (sources(&options.nodes, "--nodes")?, sources(&options.relationships, "--relationships")?);
    let new = !options.database.exists();
    let mut session = Session::open(&options.database, false)?;
    let database = session.database_to_write()?;
    let path = options.rejects.clone().unwrap_or_else(|| rejects_of(&options.database));
    let bar = Bar::new();
    let handle = InterruptHandle::new();
    let mut rejects = Rejects { path: &path, out: None, failed: None, handle: &handle };
    let running = Running::start(&handle);
    let done = if rdf {
        import_rdf(&options, &database, &handle)
    } else {
        import_tables(&options, &database, &handle, tables, &mut rejects, &bar)
    };
    drop((running, database));
    bar.finish();
    let stopped = rejects.failed.is_some();
    let rejected = rejects.finish();
    let told = match done {
        Ok(report) => {
            let mut text = format!(
                "{}: {} and {} imported{}\n",
                options.database.display(),
                count(report.nodes, "node"),
                count(report.relationships, "relationship"),
                // Of interest to whoever has waited; a script compares what it gets.
                if bar.0.is_some() {
                    format!(" in {}", time(report.elapsed))
                } else {
                    String::new()
                }
            );
            if report.skipped > 0 {
                let passed = count(report.skipped, "line");
                text.push_str(&match &rejected {
                    Ok(()) => format!("{passed} passed over; {} tells why\n", path.display()),
                    Err(_) => format!("{passed} passed over\n"),
                });
            }
            Sink::stdout().write(|out| out.write_all(text.as_bytes())).map_err(Failure::from)
        }
        // The lines could not be told of, which has interrupted the import.
        Err(Error::Import(_)) if stopped => Ok(()),
        Err(Error::Import(_)) if interrupt::pressed() => {
            Err(Failure::InterruptedBefore("nothing was imported".to_owned()))
        }
        Err(error @ Error::Import(_)) => {
            Err(Failure::query(format!("{error}\nnothing was imported")))
        }
        Err(error) => Err(Failure::query(session.message(&error))),
    };
    let closed = session.close();
    let rejected = match rejected {
        Err(Failure::Usage(text)) if stopped => {
            Err(Failure::Usage(format!("{text}\nnothing was imported")))
        }
        other => other,
    };
    if (told.is_err() || stopped) && new {
        forget_new(&options.database);
    }
    told.and(rejected).and(closed)
}

/// Files of nodes and of relationships, each with what they are.
type Tables = (Vec<(Labels, Vec<String>)>, Vec<(Ends, Vec<String>)>);

fn import_tables(
    options: &ImportOptions,
    database: &Database,
    handle: &InterruptHandle,
    (nodes, relationships): Tables,
    rejects: &mut Rejects,
    bar: &Bar,
) -> Result<ImportReport, Error> {
    if let (Some(bytes), Some(cache)) = (options.memory, database.cache()) {
        cache.set_limit(bytes as u64);
    }
    let mut import = database
        .import()
        .list_delimiter(options.array_delimiter)
        .interrupt(handle)
        .message(options.message.as_deref().unwrap_or_default())
        .skip_bad(options.skip_bad, |line| rejects.take(line))
        .progress(|progress| bar.show(progress));
    if let Some(delimiter) = options.delimiter {
        import = import.delimiter(delimiter);
    }
    for (labels, files) in nodes {
        import = import.nodes(labels, files);
    }
    for (ends, files) in relationships {
        import = import.relationships(ends, files);
    }
    import.run()
}

fn import_rdf(
    options: &ImportOptions,
    database: &Database,
    handle: &InterruptHandle,
) -> Result<ImportReport, Error> {
    let message = options.message.as_deref().unwrap_or_default();
    let mut import = database.import_rdf().interrupt(handle).message(message);
    if let Some(base) = &options.base {
        import = import.base(base);
    }
    for file in &options.rdf {
        import = import.file(file);
    }
    import.run()
}

/// Takes away the empty database that a failed import has made.
fn forget_new(database: &Path) {
    let empty = dossier::Database::open(database).is_ok_and(|db| db.snapshot().node_bound() == 0);
    if empty {
        // What cannot be removed is an empty database, which does no harm.
        let _ = std::fs::remove_file(database);
        let mut lock = database.as_os_str().to_owned();
        lock.push(".lock");
        let _ = std::fs::remove_file(lock);
    }
}

/// `Person=people.csv,more.csv`, each with what stands before the sign.
fn sources<T: FromStr<Err = String>>(
    texts: &[String],
    flag: &str,
) -> Result<Vec<(T, Vec<String>)>, Failure> {
    let one = |text: &String| {
        let (what, files) = text.rsplit_once('=').unwrap_or(("", text));
        let what = what.parse().map_err(|why| Failure::usage(format!("{flag} {text}: {why}")))?;
        let files: Vec<String> = files.split(',').map(str::to_owned).collect();
        if files.iter().any(String::is_empty) {
            return Err(Failure::usage(format!("{flag} {text}: the name of a file is missing")));
        }
        if files.iter().any(|file| file == "-") {
            let why = "standard input can be read only once: write it to a file first";
            return Err(Failure::usage(format!("{flag} {text}: {why}")));
        }
        Ok((what, files))
    };
    texts.iter().map(one).collect()
}

/// `talks.dossier` has its rejects in `talks.rejects.csv`.
fn rejects_of(database: &Path) -> PathBuf {
    database.with_extension("rejects.csv")
}

/// The file of lines that were passed over, made with the first of them. Where it cannot be
/// written the import is interrupted: whoever asks for bad lines to be passed over wants to know
/// which they were.
struct Rejects<'a> {
    path: &'a Path,
    out: Option<BufWriter<File>>,
    failed: Option<io::Error>,
    handle: &'a InterruptHandle,
}

impl Rejects<'_> {
    fn take(&mut self, line: &BadLine) {
        if self.failed.is_none()
            && let Err(error) = self.write(line)
        {
            self.failed = Some(error);
            self.handle.interrupt();
        }
    }

    fn write(&mut self, line: &BadLine) -> io::Result<()> {
        let out = match &mut self.out {
            Some(out) => out,
            none => {
                let mut out = BufWriter::new(File::create(self.path)?);
                out.write_all(b"file,line,reason\n")?;
                none.insert(out)
            }
        };
        writeln!(out, "{},{},{}", quoted(&line.file), line.line, quoted(&line.reason))
    }

    fn finish(mut self) -> Result<(), Failure> {
        let flushed = self.out.as_mut().map_or(Ok(()), Write::flush);
        match self.failed.map_or(flushed, Err) {
            Ok(()) => Ok(()),
            Err(error) => Err(Failure::file(self.path, &error)),
        }
    }
}

/// A field of a CSV file.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// After this time what is shown is drawn again.
const TICK: Duration = Duration::from_millis(100);

/// How far the import is, on a terminal.
struct Bar(Option<ProgressBar>);

impl Bar {
    fn new() -> Self {
        Bar(io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::no_length();
            let style = "{wide_bar} {percent:>3} %  {msg}  {elapsed}, about {eta} left";
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style);
            }
            // What follows the reading of a large graph has few steps.
            bar.enable_steady_tick(TICK);
            bar
        }))
    }

    fn show(&self, progress: &ImportProgress) {
        let Some(bar) = &self.0 else { return };
        match progress.stage {
            ImportStage::Reading => {
                if let Some(total) = progress.total {
                    bar.set_length(total);
                    bar.set_position(progress.read.min(total));
                }
                let elements = progress.nodes + progress.relationships;
                let rate = elements as f64 / progress.elapsed.as_secs_f64().max(1e-9);
                let name = Path::new(&*progress.file).file_name().unwrap_or_default();
                bar.set_message(format!(
                    "{}  {} ({:.0}k/s)",
                    name.to_string_lossy(),
                    count(elements, "element"),
                    rate / 1000.0
                ));
            }
            ImportStage::Connecting => {
                if progress.connected == 0 {
                    // What is left is not told from the time that reading took.
                    bar.reset_eta();
                }
                bar.set_length(progress.relationships);
                bar.set_position(progress.connected);
                bar.set_message(format!(
                    "connecting {}",
                    count(progress.relationships, "relationship")
                ));
            }
            _ => {
                if let Ok(style) = ProgressStyle::with_template("{msg}  {elapsed}") {
                    bar.set_style(style);
                }
                bar.set_message("writing the database");
            }
        }
    }

    fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
