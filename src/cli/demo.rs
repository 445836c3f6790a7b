//! `dossier demo`: the bundled graph of the truce and questions to it.

use super::failure::Failure;
use super::input::{self, Piece};
use super::paint::{self, Paint};
use super::saved::{SavedQuery, values};
use super::session::Session;
use super::shell::{Passed, Settings, Shell, Source};
use super::{interrupt, notice, prompt};
use std::io::IsTerminal;

/// The graph of the US-Chinese trade truce, with its sources and its claims.
const GRAPH: &str = include_str!("../../graph/truce.cypher");

/// A bundled query's name and text, from its file.
macro_rules! bundled {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../queries/", $name, ".cypher")))),*]
    };
}

/// The saved queries that come with the program.
pub(crate) static QUERIES: [(&str, &str); 13] = bundled![
    "around",
    "claims-by-claimant",
    "disputed-statements",
    "measures-and-goods",
    "path-between",
    "rests-on-one-word",
    "sources-by-paragraph",
    "tariff-chain",
    "truce-as-of",
    "what-li-said",
    "who-broke-the-deal",
    "who-is-who",
    "who-led-each-delegation",
];

/// The queries that the demo shows.
const SHOWN: [&str; 3] = ["who-led-each-delegation", "who-broke-the-deal", "rests-on-one-word"];

/// Loads the graph, shows three questions with their answers, and leaves the
/// user at the prompt if there is one.
///
/// # Errors
/// A query fails, or its answer cannot be written.
pub(crate) fn run(settings: Settings) -> Result<(), Failure> {
    let interactive = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    interrupt::install(interactive);
    let mut shell = Shell::new(Session::in_memory(), settings);
    shell.bundled = true;
    load(&mut shell)?;
    for name in SHOWN {
        show(&mut shell, name)?;
    }
    if !interactive {
        return Ok(());
    }
    shell.interactive = true;
    notice("The graph is yours now: it is in memory, and nothing you do here is kept.");
    notice(".queries lists more questions, .run NAME asks one, .schema tells what there is.\n");
    prompt::greet(&shell);
    prompt::run(&mut shell)
}

fn load(shell: &mut Shell) -> Result<(), Failure> {
    shell.session.begin()?;
    for piece in input::pieces(GRAPH) {
        if let Piece::Statement { text, offset } = piece {
            shell.quietly(
                text,
                Source {
                    name: Some("truce.cypher"),
                    whole: GRAPH,
                    offset,
                    passed: Passed::default(),
                },
            )?;
        }
    }
    shell.session.commit("")
}

/// Shows a query's title, the query and its answer.
fn show(shell: &mut Shell, name: &str) -> Result<(), Failure> {
    let Some((name, text)) = QUERIES.iter().find(|(known, _)| *known == name) else {
        return Ok(());
    };
    let query = SavedQuery::from_text(name, None, (*text).to_owned())?;
    let parameters = values::bind(&query, &[])?;
    let surface = shell.surface();
    let paint = Paint { colour: surface.colour };
    for piece in input::pieces(&query.text) {
        if let Piece::Statement { text: statement, offset } = piece {
            let title = paint.with(paint::BOLD, &query.header.title);
            let code =
                if surface.colour { prompt::coloured(statement) } else { statement.to_owned() };
            let mut intro = format!("{title}\n\n");
            for line in code.lines() {
                intro.push_str(&format!("    {line}\n"));
            }
            for (name, value) in &parameters {
                let value = super::render::text::quoted(value, &super::literal::NoGraph);
                intro.push_str(&paint.with(paint::DIM, &format!("    with ${name} = {value}")));
                intro.push('\n');
            }
            shell.sink.write(|out| writeln!(out, "{intro}"))?;
            shell.written = false;
            shell.statement_with(
                statement,
                &parameters,
                Source { name: Some(name), whole: &query.text, offset, passed: Passed::default() },
            )?;
            shell.sink.write(|out| writeln!(out))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_file_is_bundled_and_as_its_header_says() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
        let files = std::fs::read_dir(folder).expect("the folder of queries");
        let mut names: Vec<String> = files
            .filter_map(|entry| {
                entry.ok()?.file_name().to_str()?.strip_suffix(".cypher").map(str::to_owned)
            })
            .collect();
        names.sort();
        assert_eq!(QUERIES.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names);
        for (name, text) in QUERIES {
            let query = SavedQuery::from_text(name, None, text.to_owned()).expect(name);
            assert!(!query.header.title.is_empty(), "{name}");
            assert!(query.check().expect(name).is_empty(), "{name}");
        }
        assert!(SHOWN.iter().all(|shown| QUERIES.iter().any(|(name, _)| name == shown)));
    }
}
