//! Runs every example of docs/language.md against the truce graph and compares its output.
//!
//! A `cypher` block is an example; the `text` block that follows it is what it prints, as
//! an aligned table, or what it changed. With `DOSSIER_UPDATE_DOCS=1` the page is
//! rewritten with what the examples give now.

use dossier::value::Value;
use dossier::{Database, LocalFiles, QueryResult};
use std::path::Path;
use std::sync::Arc;

/// The examples in order, each with the text that the page shows for it, and the page
/// itself with one `\u{0}` in place of every shown text.
fn examples(page: &str) -> (Vec<(String, Option<String>)>, Vec<String>) {
    let mut examples: Vec<(String, Option<String>)> = Vec::new();
    let mut between = vec![String::new()];
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        match line {
            "```cypher" => {
                let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                let body = body.join("\n");
                between.last_mut().unwrap().push_str(&format!("```cypher\n{body}\n```\n"));
                examples.push((body, None));
                between.push(String::new());
            }
            "```text" if between.last().is_some_and(String::is_empty) => {
                let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                examples.last_mut().unwrap().1 = Some(body.join("\n"));
            }
            line => {
                let last = between.last_mut().unwrap();
                last.push_str(line);
                last.push('\n');
            }
        }
    }
    (examples, between)
}

fn cell(value: &Value, result: &QueryResult) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.to_string(),
        other => other.to_text(&*result.graph),
    }
}

fn table(result: &QueryResult) -> String {
    let mut columns = result.columns.clone();
    let mut rows: Vec<Vec<String>> = result
        .rows
        .iter()
        .map(|row| row.iter().map(|value| cell(value, result)).collect())
        .collect();
    // What rows rest on, as the command shows it.
    let footnotes = result.footnotes().unwrap();
    if let Some(footnotes) = &footnotes {
        columns.push("why".to_owned());
        for (row, mark) in rows.iter_mut().zip(&footnotes.marks) {
            row.push(mark.clone());
        }
    }
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([columns[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut lines = vec![line(&columns), line(&rule)];
    lines.extend(rows.iter().map(|row| line(row)));
    let notes = footnotes.map(|footnotes| footnotes.to_string()).filter(|notes| !notes.is_empty());
    let notes = notes.map(|notes| format!("\n\n{}", notes.trim_end())).unwrap_or_default();
    format!("{}{notes}", lines.join("\n"))
}

fn run(database: &Database, text: &str) -> String {
    let files = LocalFiles::within(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs"));
    let result = match database.query(text).files(Arc::new(files)).run() {
        Ok(result) => result,
        Err(dossier::Error::Query(error)) => panic!("{}", error.render(text, false)),
        Err(error) => panic!("{text}\n{error}"),
    };
    match &result.plan {
        Some(plan) => plan.trim_end().to_owned(),
        None if result.columns.is_empty() => result.counters.to_string(),
        None => table(&result),
    }
}

/// Runs the examples of a page one after the other on the bundled graph.
fn check_page(name: &str, at_least: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("docs").join(name);
    let page = std::fs::read_to_string(&path).unwrap();
    let database = Database::in_memory();
    let script = std::fs::read_to_string(root.join("graph/truce.cypher")).unwrap();
    for (_, statement) in dossier::syntax::split_statements(&script) {
        database.query(statement).run().unwrap();
    }
    let update = std::env::var_os("DOSSIER_UPDATE_DOCS").is_some();
    let (examples, between) = examples(&page);
    assert!(examples.len() >= at_least, "the page has shrunk to {} examples", examples.len());
    let mut rewritten = between[0].clone();
    for ((text, shown), after) in examples.iter().zip(&between[1..]) {
        let given = run(&database, text);
        rewritten.push_str(&format!("```text\n{given}\n```\n{after}"));
        if !update {
            assert_eq!(Some(given), *shown, "this example gives something else:\n{text}");
        }
    }
    if update {
        std::fs::write(&path, rewritten).unwrap();
    }
}

#[test]
fn every_example_of_the_language_page_gives_what_it_shows() {
    check_page("language.md", 25);
}

#[test]
fn every_example_of_the_tour_of_claims_gives_what_it_shows() {
    check_page("claims.md", 10);
}
