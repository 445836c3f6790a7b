//! Standard input runs as it arrives: an answer is there before the input has ended.

use libtest_mimic::{Failed, Trial};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("arriving_statements_run_at_once", statements_run_at_once),
        Trial::test("arriving_errors_are_told_at_once", errors_are_told_at_once),
        Trial::test("arriving_places_count_what_is_over", places_count_what_is_over),
        #[cfg(unix)]
        Trial::test("arriving_interrupt_stops_the_statement", an_interrupt_stops_the_statement),
        #[cfg(unix)]
        Trial::test("arriving_interrupt_leaves_no_import", an_interrupt_leaves_no_import),
    ]
}

struct Talk {
    child: Child,
    say: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Talk {
    fn start(arguments: &[&str], folder: &Path) -> Result<Talk, Failed> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dossier"))
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let say = child.stdin.take().ok_or("no input")?;
        let hear = BufReader::new(child.stdout.take().ok_or("no output")?);
        Ok(Talk { child, say, hear })
    }

    fn say(&mut self, text: &str) -> Result<(), Failed> {
        self.say.write_all(text.as_bytes())?;
        Ok(self.say.flush()?)
    }

    fn hear(&mut self) -> Result<String, Failed> {
        let mut line = String::new();
        self.hear.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    /// What it says on standard error, and its exit status; its input stays open.
    fn end(mut self) -> Result<(String, Option<i32>), Failed> {
        let mut errors = String::new();
        let told = self.child.stderr.take().map(|mut stderr| stderr.read_to_string(&mut errors));
        told.transpose()?;
        let status = self.child.wait()?.code();
        drop(self.say);
        Ok((errors, status))
    }
}

fn equal<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Result<(), Failed> {
    if found == expected { Ok(()) } else { Err(format!("{found:?}, not {expected:?}").into()) }
}

fn statements_run_at_once() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut talk = Talk::start(&["talks.dossier", "--mode", "csv", "--no-header"], folder.path())?;
    talk.say("CREATE (:Talks {day: 1}); MATCH (t) RETURN t.day")?;
    // Not whole yet.
    talk.say(" + 1 /* ; \n ; */ AS next\n")?;
    talk.say(";")?;
    talk.say("\n")?;
    equal(talk.hear()?, "2".to_owned())?;
    talk.say(".mode json\n")?;
    talk.say("RETURN ';\n;' AS text;\n")?;
    equal(talk.hear()?, "[{\"text\":\";\\n;\"}]".to_owned())?;
    // The last one needs no semicolon.
    talk.say("RETURN 3 AS x")?;
    let Talk { child, say, mut hear } = talk;
    drop(say);
    let mut rest = String::new();
    hear.read_to_string(&mut rest)?;
    equal(rest.trim_end(), "[{\"x\":3}]")?;
    equal(child.wait_with_output()?.status.code(), Some(0))
}

fn errors_are_told_at_once() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut talk = Talk::start(&[], folder.path())?;
    talk.say("RETURN 1;\n\nRETURN 1 / 0 AS x;\n")?;
    let (errors, status) = talk.end()?;
    equal(status, Some(1))?;
    let told = errors.contains("standard input:3:") && errors.contains("RETURN 1 / 0 AS x");
    if told { Ok(()) } else { Err(errors.into()) }
}

fn places_count_what_is_over() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let lines = "RETURN 1\n;// å\n".repeat(500);
    let mut talk = Talk::start(&["--mode", "csv", "--no-header"], folder.path())?;
    talk.say(&lines)?;
    talk.say("  RETURN 'å', unknown; RETURN (;\n")?;
    let (errors, status) = talk.end()?;
    equal(status, Some(1))?;
    if !errors.contains("standard input:1001:15:") || !errors.contains("1001 |") {
        return Err(errors.into());
    }
    let mut talk =
        Talk::start(&["--mode", "csv", "--no-header", "--error-format", "json"], folder.path())?;
    talk.say(&lines)?;
    talk.say("  RETURN 'å', unknown;\n")?;
    let (errors, _) = talk.end()?;
    let offset = lines.len() + "  RETURN 'å', ".len();
    let place = format!("{{\"offset\":{offset},\"line\":1001,\"column\":15}}");
    if errors.contains(&place) { Ok(()) } else { Err(format!("{place} in {errors}").into()) }
}

#[cfg(unix)]
fn an_interrupt_stops_the_statement() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut talk = Talk::start(&["--mode", "csv", "--no-header"], folder.path())?;
    talk.say("RETURN 1 AS ready;\n")?;
    talk.hear()?;
    talk.say("UNWIND range(1, 4611686018427387904) AS i RETURN sum(i % 7);\nRETURN 2;\n")?;
    // It is read and begun some time after it was written.
    let process = talk.child.id().to_string();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    Command::new("kill").args(["-INT", &process]).status()?;
    let (errors, status) = talk.end()?;
    equal(errors.trim_end(), "interrupted")?;
    equal(status, Some(130))
}

#[cfg(unix)]
fn an_interrupt_leaves_no_import() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let ids: String = (0..4_000_000).map(|id| format!("{id}\n")).collect();
    std::fs::write(folder.path().join("nodes.csv"), format!("id:ID\n{ids}"))?;
    let talk = Talk::start(&["import", "new.db", "--nodes", "Node=nodes.csv"], folder.path())?;
    // It has begun when its database is there.
    let begun = || folder.path().join("new.db.lock").exists();
    for _ in (0..200).take_while(|_| !begun()) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    Command::new("kill").args(["-INT", &talk.child.id().to_string()]).status()?;
    let (errors, status) = talk.end()?;
    equal(errors.trim_end(), "interrupted: nothing was imported")?;
    equal(status, Some(130))?;
    equal(folder.path().join("new.db").exists(), false)
}
