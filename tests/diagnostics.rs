//! Golden tests of errors and warnings as a person sees them.
//!
//! Each file in `tests/golden` holds queries and, below `---`, what is shown for them;
//! `=====` ends each. With `DOSSIER_UPDATE_GOLDEN=1` the files are written anew.

use dossier::{Database, Error};
use std::fmt::Write as _;
use std::path::Path;

const END: &str = "\n=====\n";
const BETWEEN: &str = "\n---\n";

/// A small graph for the queries that need one.
const GRAPH: &str = "CREATE (ann:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->\
    (bob:Person {name: 'Bob', born: 1980}), (bob)-[:LIVES_IN]->(:City {name: 'Oslo'})";

#[test]
fn syntax_errors_are_shown_as_expected() {
    compare("syntax_errors.txt", |query| match dossier::syntax::parse_all(query) {
        Ok(statement) => format!("accepted: {}", dossier::syntax::print(&statement)),
        Err(diagnostics) => diagnostics.render(query, false),
    });
}

#[test]
fn binder_errors_are_shown_as_expected() {
    compare("binder_errors.txt", run);
}

#[test]
fn runtime_errors_are_shown_as_expected() {
    compare("runtime_errors.txt", run);
}

#[test]
fn warnings_are_shown_as_expected() {
    compare("warnings.txt", run);
}

/// Runs a query on the small graph: its error, or its warnings.
fn run(query: &str) -> String {
    let database = Database::in_memory();
    database.query(GRAPH).run().expect("the graph is created");
    match database.query(query).run() {
        Err(Error::Query(diagnostics)) => diagnostics.render(query, false),
        Err(other) => panic!("{query}: {other}"),
        Ok(result) if result.notifications.is_empty() => "no warning".to_owned(),
        Ok(result) => {
            let shown: Vec<_> =
                result.notifications.iter().map(|warning| warning.render(query, false)).collect();
            shown.join("\n\n")
        }
    }
}

/// Compares what is shown for each query of the file with what stands there.
fn compare(file: &str, show: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    let golden = std::fs::read_to_string(&path).expect("the golden file is there");
    let mut actual = String::new();
    for case in golden.split_inclusive(END) {
        let query = case.split_once(BETWEEN).map_or(case.trim_end_matches(END), |(query, _)| query);
        write!(actual, "{query}{BETWEEN}{}{END}", show(query)).expect("writing to a string");
    }
    if std::env::var_os("DOSSIER_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &actual).expect("the golden file can be written");
        return;
    }
    assert!(golden.ends_with(END), "{file} ends with a whole case");
    for (expected, actual) in golden.split(END).zip(actual.split(END)) {
        assert_eq!(expected, actual, "set DOSSIER_UPDATE_GOLDEN=1 to accept what is shown now");
    }
}

#[test]
fn colour_adds_escapes_and_nothing_else() {
    let query = "MTACH (n) RETURN n";
    let diagnostic = dossier::syntax::parse(query).expect_err("a misspelt keyword");
    let coloured = diagnostic.render(query, true);
    assert!(coloured.contains('\u{1b}'));
    let mut plain = String::new();
    for (index, part) in coloured.split('\u{1b}').enumerate() {
        let visible =
            if index == 0 { Some(part) } else { part.split_once('m').map(|(_, visible)| visible) };
        plain.push_str(visible.expect("only colour escapes"));
    }
    assert_eq!(plain, diagnostic.render(query, false));
}
