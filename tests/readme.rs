//! Runs every `console` block of the README, docs/history.md and docs/rdf.md and compares what it
//! prints.
//!
//! A line that begins with `$ ` is a command, the lines up to the next one are its
//! output. All blocks of a page run in one folder that holds copies of `graph/`
//! and `queries/`. With `DOSSIER_UPDATE_README=1` the page is rewritten with what
//! the commands print now.

use std::path::Path;
use std::process::Command;

/// One command with the output that the README shows.
struct Step {
    command: String,
    shown: String,
}

/// A piece of the README: prose, or the steps of a console block.
enum Piece {
    Prose(String),
    Console(Vec<Step>),
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut prose = String::new();
    let mut steps: Option<Vec<Step>> = None;
    for line in text.lines() {
        match &mut steps {
            None => {
                prose.push_str(line);
                prose.push('\n');
                if line == "```console" {
                    pieces.push(Piece::Prose(std::mem::take(&mut prose)));
                    steps = Some(Vec::new());
                }
            }
            Some(_) if line == "```" => {
                pieces.extend(steps.take().map(Piece::Console));
                prose.push_str("```\n");
            }
            Some(steps) => match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => {
                    steps.push(Step { command: command.to_owned(), shown: String::new() });
                }
                (None, Some(step)) => {
                    step.shown.push_str(line);
                    step.shown.push('\n');
                }
                (None, None) => panic!("output before the first command: {line}"),
            },
        }
    }
    pieces.push(Piece::Prose(prose));
    pieces
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Runs a command line through the shell, with `dossier` being the built binary.
fn run(command: &str, folder: &Path) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_dossier")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .env("XDG_STATE_HOME", folder)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "`{command}` failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Runs the commands of a page one after the other.
fn check_page(name: &str, at_least: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    for name in ["graph", "queries"] {
        copy_folder(&root.join(name), &folder.path().join(name));
    }
    let page = root.join(name);
    let text = std::fs::read_to_string(&page).unwrap();
    let update = std::env::var_os("DOSSIER_UPDATE_README").is_some();
    let mut rewritten = String::new();
    let mut commands = 0;
    for piece in pieces(&text) {
        match piece {
            Piece::Prose(prose) => rewritten.push_str(&prose),
            Piece::Console(steps) => {
                for step in steps {
                    commands += 1;
                    let printed = run(&step.command, folder.path());
                    rewritten.push_str(&format!("$ {}\n{printed}", step.command));
                    if !update {
                        assert_eq!(printed, step.shown, "`{}` prints something else", step.command);
                    }
                }
            }
        }
    }
    assert!(commands >= at_least, "{name} has shrunk to {commands} commands");
    if update {
        std::fs::write(&page, rewritten).unwrap();
    }
}

#[test]
fn every_command_of_the_readme_prints_what_it_shows() {
    check_page("README.md", 10);
}

#[test]
fn every_command_of_the_page_on_history_prints_what_it_shows() {
    check_page("docs/history.md", 10);
}

#[test]
fn every_command_of_the_page_on_rdf_prints_what_it_shows() {
    check_page("docs/rdf.md", 8);
}
