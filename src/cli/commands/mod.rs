//! Dot commands: what is said to the shell and not to the database.
//!
//! One table lists them all; help, completion, hints and "did you mean" read it.

mod database;
mod limits;
mod output;
mod parameters;
mod past;
mod queries;
mod view;

use super::failure::Failure;
use super::script::Flow;
use super::shell::Shell;
use super::suggest;

/// What a command takes, for completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    /// Nothing that could be completed.
    None,
    /// A file.
    File,
    /// An output mode.
    Mode,
    /// `on` or `off`.
    Switch,
    /// A dot command.
    Command,
    /// A label or a relationship type.
    LabelOrType,
    /// `set`, `list` or `clear`, then a parameter.
    Parameter,
    /// A saved query, then its parameters.
    Query,
}

/// A dot command.
pub(crate) struct Command {
    /// Its name without the dot.
    pub(crate) name: &'static str,
    /// What follows the name.
    pub(crate) usage: &'static str,
    /// One line about it.
    summary: &'static str,
    /// More about it, for `.help NAME`; may be empty.
    details: &'static str,
    /// What it takes.
    pub(crate) argument: Argument,
    /// Does it; the text is what follows the name, trimmed.
    run: fn(&mut Shell, &str) -> Result<Flow, Failure>,
}

/// All commands in the order of the help.
pub(crate) static COMMANDS: &[Command] = &[
    Command {
        name: "help",
        usage: "[COMMAND]",
        summary: "lists the commands, or explains one",
        details: "",
        argument: Argument::Command,
        run: help,
    },
    Command {
        name: "schema",
        usage: "[NAME]",
        summary: "labels, relationship types, properties",
        details: "With a name it tells of that label or relationship type alone, and what is declared of it.",
        argument: Argument::LabelOrType,
        run: database::schema,
    },
    Command {
        name: "mode",
        usage: "[table|csv|json|jsonl|markdown|vertical|dot]",
        summary: "how results are written",
        details: "Without a mode it tells the current one. `dot` writes the nodes and relationships of a result as a Graphviz graph.",
        argument: Argument::Mode,
        run: output::mode,
    },
    Command {
        name: "timer",
        usage: "on|off",
        summary: "tells the time of each statement",
        details: "",
        argument: Argument::Switch,
        run: output::timer,
    },
    Command {
        name: "warnings",
        usage: "on|off",
        summary: "tells what may not do what was meant",
        details: "Warnings go to standard error and stop nothing.",
        argument: Argument::Switch,
        run: output::warnings,
    },
    Command {
        name: "read",
        usage: "FILE",
        summary: "runs a file of statements and commands",
        details: "It stops at the first one that fails.",
        argument: Argument::File,
        run: database::read,
    },
    Command {
        name: "save",
        usage: "NAME [TITLE]",
        summary: "saves the last query under a name",
        details: "It is written to the queries folder beside the database (or ./queries, or $DOSSIER_QUERIES), with a header that declares\n\
                  the parameters it uses; their current values become the defaults. A query of that name is not overwritten.",
        argument: Argument::None,
        run: queries::save,
    },
    Command {
        name: "run",
        usage: "NAME [--PARAM VALUE]…",
        summary: "runs a saved query",
        details: "Parameters of the session (.param) count where none is given. `.run NAME --help` tells which there are.",
        argument: Argument::Query,
        run: queries::run,
    },
    Command {
        name: "queries",
        usage: "",
        summary: "lists the saved queries",
        details: "",
        argument: Argument::None,
        run: queries::list,
    },
    Command {
        name: "param",
        usage: "set NAME VALUE | list | clear [NAME]",
        summary: "parameters of the queries that follow",
        details: "A value is a literal ('text', 42, [1, 2], date('2026-11-24')), else the text as it stands.",
        argument: Argument::Parameter,
        run: parameters::param,
    },
    Command {
        name: "dot",
        usage: "FILE",
        summary: "writes the last result as a Graphviz graph",
        details: "Nodes, relationships and paths of the result become a picture: `dot -Tsvg FILE` draws it.",
        argument: Argument::File,
        run: output::dot,
    },
    Command {
        name: "dump",
        usage: "[FILE]",
        summary: "writes the whole graph as a script",
        details: "The script loads back with `dossier NEW -f FILE` or .read; its lines are sorted by what they say, so that git compares and merges them.\nUnder .view it is what the view leaves of the graph.",
        argument: Argument::File,
        run: output::dump,
    },
    Command {
        name: "export",
        usage: "FILE [BASE]",
        summary: "writes the whole graph as RDF",
        details: "A file that ends in .ttl is Turtle, one in .nt N-Triples. What has no property `iri` gets an IRI under the base; `dossier import NEW --rdf FILE` loads it.\nUnder .view it is what the view leaves of the graph.",
        argument: Argument::File,
        run: output::export,
    },
    Command {
        name: "log",
        usage: "[NUMBER]",
        summary: "lists the commits, the newest first",
        details: "It lists twenty, or as many as it is told. AS KNOWN AT and a number before a query show the graph as that commit left it.",
        argument: Argument::None,
        run: past::log,
    },
    Command {
        name: "diff",
        usage: "FROM [TO]",
        summary: "tells what changed between two commits",
        details: "A commit is named by its number, or by a date or datetime: what was known then. Without a second one it is the present.",
        argument: Argument::None,
        run: past::diff,
    },
    Command {
        name: "output",
        usage: "[FILE]",
        summary: "sends results to a file, or back here",
        details: "",
        argument: Argument::File,
        run: output::output,
    },
    Command {
        name: "open",
        usage: "[FILE]",
        summary: "opens another database",
        details: "Without a file it opens a new graph in memory. A file that is not there is created by the first statement that writes.",
        argument: Argument::File,
        run: database::open,
    },
    Command {
        name: "begin",
        usage: "",
        summary: "begins a transaction",
        details: "What follows is seen by nobody else until .commit, and undone by .rollback.",
        argument: Argument::None,
        run: database::begin,
    },
    Command {
        name: "commit",
        usage: "[MESSAGE]",
        summary: "keeps what the transaction did",
        details: "The log keeps the message with the commit.",
        argument: Argument::None,
        run: database::commit,
    },
    Command {
        name: "rollback",
        usage: "",
        summary: "undoes what the transaction did",
        details: "",
        argument: Argument::None,
        run: database::rollback,
    },
    Command {
        name: "view",
        usage: "[PREFIXES|off]",
        summary: "sees it as somebody does or as of a day; asks why",
        details: "From now on statements see what the prefixes leave of the graph:\n  .view ACCORDING TO 'Chinese government'\n  .view UNDISPUTED AS OF date('2025-06-01')\n  .view WHY\nWith WHY those that read tell what their rows rest on. Prefixes of a statement itself lead. Who is meant is looked up once. CREATE according\nto somebody is asserted by them; nothing else can be written through a view.",
        argument: Argument::None,
        run: view::view,
    },
    Command {
        name: "timeout",
        usage: "[TIME|off]",
        summary: "cancels what runs longer, e.g. 30s",
        details: "",
        argument: Argument::None,
        run: limits::timeout,
    },
    Command {
        name: "memory",
        usage: "[SIZE|off]",
        summary: "stops what keeps more memory, e.g. 512MB",
        details: "",
        argument: Argument::None,
        run: limits::memory,
    },
    Command {
        name: "rows",
        usage: "[NUMBER|off]",
        summary: "stops what gives more rows",
        details: "",
        argument: Argument::None,
        run: limits::rows,
    },
    Command {
        name: "threads",
        usage: "[NUMBER|off]",
        summary: "lets so many threads work on a query",
        details: "",
        argument: Argument::None,
        run: limits::threads,
    },
    Command {
        name: "quit",
        usage: "",
        summary: "quits, as Ctrl-D does",
        details: "",
        argument: Argument::None,
        run: quit,
    },
    Command {
        name: "exit",
        usage: "",
        summary: "the same as .quit",
        details: "",
        argument: Argument::None,
        run: quit,
    },
];

/// The command of a name.
pub(crate) fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name.eq_ignore_ascii_case(name))
}

/// The names of all commands.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|command| command.name)
}

/// Runs a line that begins with a dot.
///
/// # Errors
/// There is no such command, or it fails.
pub(crate) fn run(shell: &mut Shell, line: &str) -> Result<Flow, Failure> {
    let line = line.trim().trim_start_matches('.').trim_end_matches(';').trim_end();
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    if let Some(command) = find(name) {
        let takes_nothing = command.usage.is_empty();
        if takes_nothing && !rest.trim().is_empty() {
            return Err(Failure::query(format!(".{} stands alone", command.name)));
        }
        (command.run)(shell, rest.trim())
    } else {
        let hint = match suggest::nearest(name, names()) {
            Some(near) => format!("did you mean .{near}?"),
            None => ".help lists them".to_owned(),
        };
        Err(Failure::query(format!("no command .{name}; {hint}")))
    }
}

/// What may follow the command that is being typed, for a line that is a whole
/// command name and a blank.
pub(crate) fn hint(line: &str) -> Option<String> {
    let name = line.strip_prefix('.')?.strip_suffix(' ')?;
    let command = find(name)?;
    (!command.usage.is_empty()).then(|| command.usage.to_owned())
}

/// The failure of a command that was called wrongly.
fn misused(name: &str) -> Failure {
    let usage = find(name).map_or("", |command| command.usage);
    Failure::query(format!("usage: .{name} {usage}"))
}

/// Splits words at blanks; quotes keep blanks together.
///
/// # Errors
/// A quote that is not closed.
pub(crate) fn words(text: &str) -> Result<Vec<String>, Failure> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next() {
                        Some(inner) if inner == c => break,
                        Some('\\') => word.extend(characters.next()),
                        Some(inner) => word.push(inner),
                        None => {
                            return Err(Failure::query(format!("a quote is not closed: {text}")));
                        }
                    }
                }
            }
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

/// The one file name that a command was given, if any; `~/` is the home folder.
fn file_name(text: &str) -> Result<Option<std::path::PathBuf>, Failure> {
    let words = words(text)?;
    match words.as_slice() {
        [] => Ok(None),
        [one] => {
            let home = one
                .strip_prefix("~/")
                .and_then(|rest| std::env::home_dir().map(|home| home.join(rest)));
            Ok(Some(home.unwrap_or_else(|| one.into())))
        }
        _ => Err(Failure::query("one file name is enough; put quotes around one with blanks")),
    }
}

fn quit(_: &mut Shell, _: &str) -> Result<Flow, Failure> {
    Ok(Flow::Quit)
}

fn help(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let name = rest.trim_start_matches('.');
    if name.is_empty() {
        let width = COMMANDS
            .iter()
            .map(|command| command.name.len() + command.usage.chars().count())
            .filter(|width| *width < 30)
            .max();
        let width = width.unwrap_or(0) + 2;
        let mut text = String::new();
        for command in COMMANDS {
            let shown = format!(".{} {}", command.name, command.usage);
            let length = shown.chars().count();
            let gap = if length <= width {
                " ".repeat(width - length)
            } else {
                format!("\n{}", " ".repeat(width + 2))
            };
            text.push_str(&format!("  {shown}{gap}  {}\n", command.summary));
        }
        text.push_str(
            "\nStatements end with ; and may span lines. Tab completes, → takes the grey hint,\n",
        );
        text.push_str("Ctrl-R searches the history, Alt-Enter breaks the line, Ctrl-C cancels.\n");
        shell.sink.write(|out| out.write_all(text.as_bytes()))?;
        return Ok(Flow::Continue);
    }
    let Some(command) = find(name) else {
        return run(shell, &format!(".{name}"));
    };
    let mut text = format!(".{} {}\n{}\n", command.name, command.usage, command.summary);
    if !command.details.is_empty() {
        text.push_str(command.details);
        text.push('\n');
    }
    shell.sink.write(|out| out.write_all(text.as_bytes()))?;
    Ok(Flow::Continue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_shells_do() {
        assert_eq!(words("a 'b c' \"d\\\"e\" f'g'").expect("words"), ["a", "b c", "d\"e", "fg"]);
        assert_eq!(words("''").expect("words"), [""]);
        assert!(words("'a").is_err());
    }

    #[test]
    fn a_command_begun_shows_its_usage() {
        assert_eq!(hint(".timer ").as_deref(), Some("on|off"));
        assert_eq!(hint(".timer"), None);
        assert_eq!(hint(".begin "), None);
    }
}
