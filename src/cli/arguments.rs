//! The command line: what may be given, and what it means before anything runs.

use super::failure::Failure;
use super::render::Mode;
use super::suggest;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use dossier::KnownAt;
use std::path::{Path, PathBuf};
use std::time::Duration;

const AFTER: &str = "\
Examples:
  dossier truce.dossier                              the prompt; .help lists its commands
  dossier truce.dossier -c 'MATCH (n) RETURN count(n)'
  dossier truce.dossier -f load.cypher --read-only
  echo 'RETURN 1 + 1' | dossier --mode json
  dossier run truce.dossier who-broke-the-deal --claimant 'United States'
  dossier demo                                       a guided look at the bundled graph

Results go to standard output, everything else to standard error.
Exit status: 0 success, 1 a query failed, 2 wrong usage.";

const IMPORT: &str = "\
Examples:
  dossier import talks.dossier --nodes Person=people.csv City=cities.csv --relationships '(:Person)-[:LIVES_IN]->(:City)=lives_in.csv'
  dossier import talks.dossier --nodes Person=header.csv,part1.csv,part2.csv --relationships KNOWS=knows.csv

A file begins with a header. In an ordinary one (id,name,born) the column `id` identifies a node,
`from` and `to` the ends of a relationship, and types are found by looking at all fields. A header
as for neo4j-admin (personId:ID(Person),born:int,:LABEL and :START_ID(Person),:END_ID(City),:TYPE)
is understood as well. Nodes that are in the database already are found by their property `id`.

RDF 1.2 is read with --rdf: IRIs become nodes with the property `iri`, literals properties,
reifiers relationships that others can point at.
  dossier import talks.dossier --rdf people.ttl more.nt";

const EXPORT: &str = "\
Examples:
  dossier export truce.dossier truce.ttl
  dossier export truce.dossier truce.nt --base http://example.org/truce/
  dossier export truce.dossier truce.ttl --prefix ex=http://example.org/ns#

The ending of the file says what is written: .ttl is Turtle, .nt is N-Triples. Elements with a
property `iri` are that IRI; others get one under the base, by their names.";

/// An embedded knowledge-graph database that knows who said so.
#[derive(Debug, Parser)]
#[command(name = "dossier", version, after_help = AFTER, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub(crate) struct Arguments {
    /// What to do instead of opening a prompt or running queries.
    #[command(subcommand)]
    pub(crate) action: Option<Action>,

    /// The database file; created by the first statement that writes. Without it the graph is in memory
    pub(crate) database: Option<PathBuf>,

    /// Runs a query (or several, separated by `;`) and quits; may be repeated
    #[arg(short = 'c', long = "command", value_name = "QUERY", allow_hyphen_values = true)]
    pub(crate) commands: Vec<String>,

    /// Runs a file of queries and dot commands and quits; may be repeated; `-` is standard input
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// What a result is written like.
    #[command(flatten)]
    pub(crate) output: OutputOptions,

    /// Refuses to write
    #[arg(long)]
    pub(crate) read_only: bool,

    /// Whom the log names with the commits [default: the user]
    #[arg(long, value_name = "NAME")]
    pub(crate) author: Option<String>,

    /// What the log keeps with the commits
    #[arg(long, value_name = "TEXT")]
    pub(crate) message: Option<String>,

    /// Parameters.
    #[command(flatten)]
    pub(crate) parameters: ParameterOptions,
}

/// How results are written, and for how long they may be computed.
#[derive(Clone, Debug, Args)]
pub(crate) struct OutputOptions {
    /// How results are written [default: table]
    #[arg(short, long, value_enum, value_name = "MODE", hide_possible_values = false)]
    pub(crate) mode: Option<Mode>,

    /// Leaves out the line of column names
    #[arg(long)]
    pub(crate) no_header: bool,

    /// How errors and warnings are written to standard error
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub(crate) error_format: ErrorFormat,

    /// Cancels a query that runs longer, e.g. 500ms, 30s, 2m
    #[arg(long, value_name = "TIME", value_parser = timeout)]
    pub(crate) timeout: Option<Duration>,

    /// Lets so many threads work on a query [default: one for each core]
    #[arg(long, value_name = "NUMBER", value_parser = threads)]
    pub(crate) threads: Option<usize>,
}

/// How errors and warnings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ErrorFormat {
    /// For people: the lines of the query with carets
    #[default]
    Text,
    /// For programs: one JSON object per line
    Json,
}

/// Parameters given on the command line.
#[derive(Clone, Debug, Args)]
pub(crate) struct ParameterOptions {
    /// Sets a parameter; the value is a literal ('text', 42, [1, 2], date('2026-11-24')) or else plain text
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) param: Vec<String>,

    /// Sets parameters from a JSON object
    #[arg(long = "params", value_name = "FILE")]
    pub(crate) params: Vec<PathBuf>,
}

/// What is imported, and how.
#[derive(Debug, Args)]
pub(crate) struct ImportOptions {
    /// The database file; created where it is not there
    pub(crate) database: PathBuf,
    /// Files of nodes, with their labels; may be repeated
    #[arg(long, value_name = "LABELS=FILE", num_args = 1..)]
    pub(crate) nodes: Vec<String>,
    /// Files of relationships, with their type or a pattern; may be repeated
    #[arg(long, value_name = "TYPE=FILE", num_args = 1..)]
    pub(crate) relationships: Vec<String>,
    /// Files of RDF 1.2 instead: Turtle or N-Triples, plain or in gzip
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["nodes", "relationships", "skip_bad"])]
    pub(crate) rdf: Vec<String>,
    /// What relative IRIs of these files are resolved against
    #[arg(long, value_name = "IRI", requires = "rdf", conflicts_with_all = ["nodes", "relationships"])]
    pub(crate) base: Option<String>,
    /// What stands between two fields: a character, or TAB [default: ,]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub(crate) delimiter: Option<u8>,
    /// What stands between the values of a list
    #[arg(long, value_name = "CHARACTER", default_value = ";")]
    pub(crate) array_delimiter: char,
    /// Passes over at most so many lines that are wrong
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) skip_bad: u64,
    /// Where these lines are told of [default: the database's name with .rejects.csv]
    #[arg(long, value_name = "FILE", requires = "skip_bad")]
    pub(crate) rejects: Option<PathBuf>,
    /// How much of the graph is kept in memory: 512MB, 8GB; the rest goes to a file meanwhile
    /// [default: half of the machine's]
    #[arg(long, value_name = "SIZE", value_parser = size, conflicts_with = "rdf")]
    pub(crate) memory: Option<usize>,
    /// Whom the log names with the commit [default: the user]
    #[arg(long, value_name = "NAME")]
    pub(crate) author: Option<String>,
    /// What the log keeps with the commit
    #[arg(long, value_name = "TEXT")]
    pub(crate) message: Option<String>,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Runs a saved query
    #[command(disable_help_flag = true)]
    Run {
        /// The database file
        database: PathBuf,
        /// The saved query: a name in queries/ beside the database, ./queries or `$DOSSIER_QUERIES`, or a file
        query: String,
        /// Its parameters (`--claimant 'United States'`), --params FILE, --mode, --timeout, --threads, --no-header, --error-format, --help
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "PARAMETERS")]
        rest: Vec<String>,
    },
    /// Lists the saved queries: name, title, parameters
    Queries {
        /// The database file whose queries are listed
        database: Option<PathBuf>,
        /// How the list is written.
        #[command(flatten)]
        output: OutputOptions,
    },
    /// Reads a database to its last byte and tells what is wrong with it
    Check {
        /// The database file; it is not changed
        database: PathBuf,
    },
    /// Loads files of CSV or RDF into a database, all in one commit or nothing
    #[command(after_help = IMPORT)]
    Import(ImportOptions),
    /// Writes the whole graph as a script that loads back with -f
    Dump {
        /// The database file; it is only read
        database: PathBuf,
        /// Where the script goes; standard output without it
        file: Option<PathBuf>,
    },
    /// Writes the whole graph as RDF 1.2, claims included
    #[command(after_help = EXPORT)]
    Export {
        /// The database file; it is only read
        database: PathBuf,
        /// Where the graph goes: a file that ends in .ttl or .nt
        file: PathBuf,
        /// What IRIs of elements and names begin with that have none of their own
        #[arg(long, value_name = "IRI", default_value = dossier::rdf::DEFAULT_BASE)]
        base: String,
        /// A prefix of names beside the well-known ones; may be repeated
        #[arg(long = "prefix", value_name = "NAME=IRI")]
        prefixes: Vec<String>,
    },
    /// Lists the commits: number, time, author, message, what they changed
    Log {
        /// The database file; it is only read
        database: PathBuf,
        /// Lists so many, the newest ones
        #[arg(long, value_name = "NUMBER")]
        limit: Option<usize>,
        /// How the list is written.
        #[command(flatten)]
        output: OutputOptions,
    },
    /// Tells what changed between two commits
    Diff {
        /// The database file; it is only read
        database: PathBuf,
        /// The number of a commit, or a date or datetime: what was known then
        from: KnownAt,
        /// The same; without it the present
        to: Option<KnownAt>,
    },
    /// Copies a database, which others may be writing to, with its history to a new file
    #[command(override_usage = "dossier backup <DATABASE> TO <NEW>")]
    Backup {
        /// The database file; it is only read
        database: PathBuf,
        /// The new file; the word TO before it keeps the two apart, and may be left out
        #[arg(value_name = "NEW", num_args = 1..=2, required = true)]
        new: Vec<PathBuf>,
    },
    /// Saves all that is sound in a damaged database to a new file
    Recover {
        /// The damaged database; it is not changed
        database: PathBuf,
        /// The new file
        new: PathBuf,
    },
    /// Shows the bundled graph of the truce and three questions to it
    Demo {
        /// How results are written.
        #[command(flatten)]
        output: OutputOptions,
    },
}

/// One thing to run, in the order of the command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// A text given with `-c`.
    Command(String),
    /// A file given with `-f`.
    File(PathBuf),
}

impl Arguments {
    /// Reads the command line; ends the process for `--help`, `--version` and
    /// for anything wrong (status 2).
    pub(crate) fn read() -> (Arguments, Vec<Job>) {
        let words: Vec<String> =
            std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        if asks_about_run(&words) {
            tell_about_run();
        }
        let matches = Arguments::command()
            .try_get_matches()
            .unwrap_or_else(|error| advised(error, words.into_iter().next()).exit());
        match Arguments::from_arg_matches(&matches) {
            Ok(arguments) => {
                let jobs = jobs(&arguments, &matches);
                (arguments, jobs)
            }
            Err(error) => error.exit(),
        }
    }
}

/// Whether `dossier run` itself is asked about. Behind the name of a saved query `--help` is a
/// question about that one.
fn asks_about_run(words: &[String]) -> bool {
    let [run, rest @ ..] = words else { return false };
    run == "run" && rest.iter().take(2).any(|word| word == "--help" || word == "-h")
}

/// Writes the help of `dossier run` and ends the process.
fn tell_about_run() -> ! {
    let mut command = Arguments::command();
    command.build();
    let told = command.find_subcommand_mut("run").map_or(Ok(()), clap::Command::print_help);
    // As clap does with any help: who cannot be told is not waited for.
    std::process::exit(i32::from(told.is_err()))
}

/// The new file of a backup: `NEW` or `TO NEW`.
///
/// # Errors
/// There is no file behind TO, or another one in its place.
pub(crate) fn backup_file(words: &[PathBuf]) -> Result<&Path, Failure> {
    let is_to = |word: &Path| word.as_os_str().eq_ignore_ascii_case("to");
    match words {
        [new] if !is_to(new) => Ok(new),
        [to, new] if is_to(to) => Ok(new),
        [_] => Err(Failure::usage("the new file is missing: dossier backup FILE TO NEW")),
        _ => Err(Failure::usage("a backup goes to one new file: dossier backup FILE TO NEW")),
    }
}

/// An error in words that help where a second word stands behind the database; `first` is the
/// first word of the command line.
fn advised(error: clap::Error, first: Option<String>) -> clap::Error {
    let (ErrorKind::ArgumentConflict, Some(ContextValue::String(second))) =
        (error.kind(), error.get(ContextKind::InvalidSubcommand))
    else {
        return error;
    };
    let mut command = Arguments::command();
    let names: Vec<String> = command.get_subcommands().map(|it| it.get_name().into()).collect();
    let first = first.filter(|word| !word.starts_with('-'));
    let meant = first
        .as_deref()
        .filter(|word| !Path::new(word).exists())
        .and_then(|word| suggest::nearest(word, names.iter().map(String::as_str)));
    let message = match (&first, meant) {
        (Some(first), Some(near)) => {
            format!("there is no subcommand `{first}`; did you mean `{near}`?")
        }
        (Some(first), None) if names.contains(second) => {
            format!("a subcommand stands before the database: dossier {second} {first}")
        }
        (_, _) if names.contains(second) => {
            format!("a subcommand stands before everything else: dossier {second} …")
        }
        (Some(first), _) if second.contains(char::is_whitespace) => {
            format!("a query is given with -c: dossier {first} -c \"{second}\"")
        }
        _ => format!("one database is opened at a time, and `{second}` is one too many"),
    };
    command.error(ErrorKind::InvalidSubcommand, message)
}

/// The `-c` and `-f` options in the order in which they were given.
fn jobs(arguments: &Arguments, matches: &ArgMatches) -> Vec<Job> {
    let places =
        |name: &str| matches.indices_of(name).map(Iterator::collect::<Vec<_>>).unwrap_or_default();
    let commands =
        places("commands").into_iter().zip(arguments.commands.iter().cloned().map(Job::Command));
    let files = places("files").into_iter().zip(arguments.files.iter().cloned().map(Job::File));
    let mut all: Vec<(usize, Job)> = commands.chain(files).collect();
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, job)| job).collect()
}

/// Reads what stands between two fields.
fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"TAB" | b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'"' => Ok(*byte),
        _ => {
            Err(format!("`{text}` cannot stand between fields; give one sign, as , ; or |, or TAB"))
        }
    }
}

/// Reads a time with its unit; a bare number is seconds.
pub(crate) fn timeout(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: f64 = digits
        .trim()
        .parse()
        .map_err(|_| format!("`{text}` is no time; write 500ms, 30s or 2m"))?;
    let seconds = match &text[digits.len()..] {
        "ms" => number / 1000.0,
        "" | "s" => number,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        unit => return Err(format!("unknown unit `{unit}`; write ms, s, m or h")),
    };
    if seconds > 0.0 {
        Duration::try_from_secs_f64(seconds).map_err(|e| e.to_string())
    } else {
        Err("a timeout is more than zero".to_owned())
    }
}

/// Reads a number of threads.
pub(crate) fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads @ 1..) => Ok(threads),
        _ => Err(format!("`{text}` is no number of threads; write 1 or more")),
    }
}

/// Reads a number of bytes with its unit; a bare number is bytes.
pub(crate) fn size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let wrong = || format!("`{text}` is no size; write 64MB, 2GB or a number of bytes");
    let number: usize = digits.trim().parse().map_err(|_| wrong())?;
    let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        unit => return Err(format!("unknown unit `{unit}`; write KB, MB or GB")),
    };
    number.checked_mul(unit).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn times_have_units() {
        assert_eq!(timeout("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(timeout("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(timeout("3"), Ok(Duration::from_secs(3)));
        assert!(timeout("0").is_err());
        assert!(timeout("soon").is_err());
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("100"), Ok(100));
        assert_eq!(size("64MB"), Ok(64 << 20));
        assert_eq!(size("2 gib"), Ok(2 << 30));
        for text in ["", "MB", "1.5MB", "-1", "3 apples", "99999999999999999999"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
