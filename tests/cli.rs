//! Golden sessions of the command: each file in `tests/sessions/` is a test.
//!
//! ```text
//! # a remark
//! @ load.cypher                      writes a file into the session's folder,
//! | CREATE (:Person {name: 'Ann'});  of these lines
//! $ dossier people.dossier           runs the command there,
//! < MATCH (n) RETURN n.name;         with these lines on standard input;
//! n.name                             then comes what it writes to standard output,
//! ! 1 node created                   what it writes to standard error,
//! [1]                                and its exit status, if that is not 0
//! ```
//!
//! After `# first line` at the end of a command only the first line of its
//! standard output is written down. An empty line of output is written as `~`. `UPDATE_SESSIONS=1 cargo test --test cli`
//! writes what is found into the files; look at the difference before keeping it.

#[path = "cli/arriving.rs"]
mod arriving;

use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions");
    let mut files: Vec<PathBuf> = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect(),
        Err(_) => Vec::new(),
    };
    files.retain(|file| file.extension().is_some_and(|extension| extension == "session"));
    files.sort();
    let trials = files.into_iter().map(|file| {
        let name =
            file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Trial::test(name, move || check(&file))
    });
    let trials = trials.chain(arriving::trials());
    #[cfg(unix)]
    let trials = trials.chain([Trial::test("words_need_not_be_text", words_need_not_be_text)]);
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// Plays a session and compares it with its file, or renews the file.
fn check(file: &Path) -> Result<(), Failed> {
    let expected = std::fs::read_to_string(file)?;
    let found = play(&expected)?;
    if found == expected {
        return Ok(());
    }
    if std::env::var_os("UPDATE_SESSIONS").is_some() {
        std::fs::write(file, found)?;
        return Ok(());
    }
    Err(difference(&expected, &found).into())
}

/// Words of the command line that are no UTF-8 are told of like any others.
#[cfg(unix)]
fn words_need_not_be_text() -> Result<(), Failed> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let words = [&b"caf\xe9.dossier"[..], b"extra"].map(OsStr::from_bytes);
    let done = Command::new(env!("CARGO_BIN_EXE_dossier")).args(words).output()?;
    let told = String::from_utf8_lossy(&done.stderr);
    if done.status.code() == Some(2) && told.contains("`extra` is one too many") {
        return Ok(());
    }
    Err(format!("{:?}: {told}", done.status).into())
}

/// The first place where two texts differ, with what stands around it.
fn difference(expected: &str, found: &str) -> String {
    let mut lines = expected.lines().zip(found.lines()).enumerate();
    let same = lines
        .find(|(_, (a, b))| a != b)
        .map_or(expected.lines().count().min(found.lines().count()), |(at, _)| at);
    let show = |text: &str| {
        text.lines().skip(same).take(12).map(|line| format!("    {line}\n")).collect::<String>()
    };
    format!(
        "differs at line {}\n  expected:\n{}  found:\n{}",
        same + 1,
        show(expected),
        show(found)
    )
}

/// Plays the inputs of a session in a folder of its own; gives the whole
/// session with the outputs as they are.
fn play(session: &str) -> Result<String, Failed> {
    let folder = tempfile::tempdir()?;
    let mut out = String::new();
    let mut lines = session.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("@ ") {
            writeln!(out, "{line}")?;
            let mut content = String::new();
            while let Some(line) = lines.next_if(|line| line.starts_with('|')) {
                writeln!(out, "{line}")?;
                writeln!(content, "{}", line[1..].strip_prefix(' ').unwrap_or(&line[1..]))?;
            }
            write_file(&folder.path().join(name), &content)?;
        } else if let Some(command) = line.strip_prefix("$ dossier") {
            writeln!(out, "{line}")?;
            let mut input = String::new();
            while let Some(line) = lines.next_if(|line| line.starts_with('<')) {
                writeln!(out, "{line}")?;
                writeln!(input, "{}", line[1..].strip_prefix(' ').unwrap_or(&line[1..]))?;
            }
            // What was written the last time gives way to what is written now.
            while lines
                .next_if(|line| !line.is_empty() && !line.starts_with(['#', '@', '$']))
                .is_some()
            {}
            let (command, first_line) = match command.strip_suffix(" # first line") {
                Some(command) => (command, true),
                None => (command, false),
            };
            run(&words(command), &input, folder.path(), first_line, &mut out)?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(out)
}

fn write_file(file: &Path, content: &str) -> std::io::Result<()> {
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent)?;
    }
    // `\xff` in a session is the byte that is no text.
    let mut bytes = Vec::new();
    let mut parts = content.split("\\xff");
    bytes.extend(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        bytes.push(0xff);
        bytes.extend(part.as_bytes());
    }
    std::fs::write(file, bytes)
}

/// Runs the command and writes down what came of it.
fn run(
    arguments: &[String],
    input: &str,
    folder: &Path,
    first_line: bool,
    out: &mut String,
) -> Result<(), Failed> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dossier"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read its input may be gone already.
        let _ = stdin.write_all(input.as_bytes());
    }
    let done = child.wait_with_output()?;
    let today = today();
    for (text, prefix) in [(&done.stdout, ""), (&done.stderr, "! ")] {
        let shown = if first_line && prefix.is_empty() { 1 } else { usize::MAX };
        for line in String::from_utf8_lossy(text).lines().take(shown) {
            let marked = line.is_empty()
                || (prefix.is_empty()
                    && line.starts_with(['#', '@', '$', '!', '[', '<', '|', '~']));
            let line = timeless(line, &today);
            writeln!(
                out,
                "{}",
                format!("{prefix}{}{line}", if marked { "~" } else { "" }).trim_end()
            )?;
        }
    }
    match done.status.code() {
        Some(0) => {}
        Some(code) => writeln!(out, "[{code}]")?,
        None => writeln!(out, "[killed]")?,
    }
    Ok(())
}

/// The day on which the test runs, in UTC.
fn today() -> String {
    let database = dossier::Database::in_memory();
    let day = database.query("RETURN toString(datetime({timezone: 'Z'}))").run();
    let day =
        day.ok().and_then(|result| result.single().and_then(|v| v.as_str().map(str::to_owned)));
    day.map(|time| time.chars().take(10).collect()).unwrap_or_default()
}

/// A line with `NOW` in place of the moments of today, which are others each time.
fn timeless(line: &str, today: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(today).filter(|_| !today.is_empty()) {
        let (before, moment) = rest.split_at(at);
        let length = moment.find(|c: char| !(c.is_ascii_digit() || "-:.TZ".contains(c)));
        let (moment, after) = moment.split_at(length.unwrap_or(moment.len()));
        text.push_str(before);
        text.push_str(if moment.ends_with('Z') { "NOW" } else { moment });
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Splits a command line at blanks; quotes of either kind keep blanks together.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut quote, mut inside) = (None, false);
    for c in line.chars() {
        if c == ' ' && quote.is_none() {
            inside = false;
            continue;
        }
        if !inside {
            words.push(String::new());
            inside = true;
        }
        match c {
            c if quote == Some(c) => quote = None,
            '\'' | '"' if quote.is_none() => quote = Some(c),
            c => words.last_mut().expect("a word has begun").push(c),
        }
    }
    words
}
