//! Runs every example of docs/language.md against the truce graph and compares its output.
//!
//! A `cypher` block is an example; the `text` block that follows it is what it prints, as
//! an aligned table, or what it changed. With `DOSSIER_UPDATE_DOCS=1` the page is
//! rewritten with what the examples give now.
//!
//! A picture stands behind a comment with the query that it is drawn from: `<!-- drawn: … -->`.
//! It has to show what the query gives now: the same elements with the same texts. Where
//! Graphviz is installed that is what it draws of the query, elsewhere what the DOT text holds.
//! With `DOSSIER_UPDATE_DOCS=1` pictures are drawn anew.

use dossier::export::Subgraph;
use dossier::export::dot::{self, DotOptions};
use dossier::value::Value;
use dossier::{Database, LocalFiles, QueryResult};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
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

/// A value as the command writes it into a table: text and moments without quotes.
fn cell(value: &Value, result: &QueryResult) -> String {
    match value {
        Value::String(text) => text.to_string(),
        other => {
            let text = other.to_text(&*result.graph);
            let quoted = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            quoted.map(ToOwned::to_owned).unwrap_or(text)
        }
    }
}

/// The table that the command writes into a pipe.
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
    // Numbers stand on the right.
    let line = |cells: &[String], values: &[Value]| {
        let number =
            |at: usize| matches!(values.get(at), Some(Value::Integer(_) | Value::Float(_)));
        let padded = cells.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
            if number(at) { format!("{cell:>width$}") } else { format!("{cell:width$}") }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut lines = vec![line(&columns, &[]), line(&rule, &[])];
    lines.extend(rows.iter().zip(&result.rows).map(|(row, values)| line(row, values)));
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

/// The pictures of a part of a page: the query of each, and its file.
fn pictures(part: &str) -> Vec<(&str, &str)> {
    let mut lines = part.lines().peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let drawn = line.strip_prefix("<!-- drawn: ").and_then(|rest| rest.strip_suffix(" -->"));
        let Some(query) = drawn else { continue };
        let image = lines.peek().and_then(|line| line.rsplit_once("](")).map(|(_, file)| file);
        let file = image.expect("a picture stands behind its query").trim_end_matches(')');
        found.push((query, file));
    }
    found
}

/// What `--mode dot` draws of a query.
fn drawn(database: &Database, query: &str) -> String {
    let result = database.query(query).run().unwrap();
    let mut rows = result.rows.clone();
    for row in 0..result.rows.len() {
        rows.extend(result.support(row).unwrap().map(|support| support.elements()));
    }
    let graph = result.support_graph().unwrap_or(&result.graph);
    let options = DotOptions { legend: true, ..DotOptions::default() };
    dot::write(&Subgraph::from_rows(&rows, graph), &options)
}

/// What Graphviz draws of a text; `None` where it is not installed.
fn picture_of(text: &str) -> Option<String> {
    let graphviz =
        Command::new("dot").arg("-Tsvg").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut graphviz = graphviz.ok()?;
    graphviz.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = graphviz.wait_with_output().unwrap();
    assert!(output.status.success(), "Graphviz refuses\n{text}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The elements in a drawing, in DOT or SVG, by their ids.
fn elements(drawing: &str) -> BTreeSet<String> {
    let ids = drawing.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let ids = ids.map(|id| id.replace("&#45;", "-"));
    ids.filter(|id| id.starts_with("node-") || id.starts_with("relationship-")).collect()
}

/// The words that an SVG shows. Graphviz writes some signs as their numbers.
fn words(svg: &str) -> BTreeSet<String> {
    let texts = svg
        .split("<text ")
        .skip(1)
        .filter_map(|rest| rest.split_once('>').and_then(|(_, rest)| rest.split("</text>").next()));
    let plain = |text: &str| {
        text.replace("&#45;", "-")
            .replace("&#160;", " ")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
    };
    let texts: Vec<String> = texts.map(plain).collect();
    texts.iter().flat_map(|text| text.split_whitespace().map(str::to_owned)).collect()
}

/// Draws a picture anew, or holds the one that is there to what its query gives.
fn check_picture(database: &Database, query: &str, file: &Path, update: bool) {
    let text = drawn(database, query);
    assert!(!elements(&text).is_empty(), "nothing is drawn by {query}");
    let now = picture_of(&text);
    if update {
        let svg = now.as_ref().expect("Graphviz draws the pictures of the page");
        std::fs::write(file, svg).unwrap();
    }
    let picture =
        std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert_eq!(elements(&picture), elements(&text), "{} shows something else", file.display());
    if let Some(now) = now {
        assert_eq!(words(&picture), words(&now), "{} says something else", file.display());
        return;
    }
    let shown = words(&picture);
    let labels =
        text.lines().filter_map(|line| line.split_once("label=<")?.1.split("<FONT").next());
    let labels = labels.filter(|label| !label.starts_with("<TABLE"));
    for word in labels.flat_map(|label| label.split("<BR/>")).flat_map(str::split_whitespace) {
        assert!(shown.contains(word), "{} does not show `{word}`", file.display());
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
    for (query, file) in pictures(&between[0]) {
        check_picture(&database, query, &root.join("docs").join(file), update);
    }
    for ((text, shown), after) in examples.iter().zip(&between[1..]) {
        let given = run(&database, text);
        rewritten.push_str(&format!("```text\n{given}\n```\n{after}"));
        if !update {
            assert_eq!(Some(given), *shown, "this example gives something else:\n{text}");
        }
        for (query, file) in pictures(after) {
            check_picture(&database, query, &root.join("docs").join(file), update);
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
    check_page("claims.md", 35);
}
