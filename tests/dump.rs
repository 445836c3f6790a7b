//! Dumps: what is written loads back to an equal graph, and says the same again.

use dossier::Database;
use dossier::export::dump;
use dossier::store::Graph;
use proptest::prelude::*;
use std::path::Path;
use whole_graphs::{census, graphs};

mod whole_graphs;

fn script(graph: &Graph) -> String {
    let mut bytes = Vec::new();
    dump::write(graph, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn load(script: &str) -> Database {
    let database = Database::in_memory();
    for (_, statement) in dossier::syntax::split_statements(script) {
        database.query(statement).run().unwrap();
    }
    database
}

fn comes_back(graph: &Graph) {
    let written = script(graph);
    let copy = load(&written).snapshot();
    assert_eq!(census(&copy), census(graph), "{written}");
    assert_eq!(script(&copy), written);
}

#[test]
fn the_truce_comes_back_claims_included() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("graph/truce.cypher")).unwrap();
    let graph = load(&text).snapshot();
    let written = script(&graph);
    assert!(written.contains(
        "(`Trump administration`)-[`Trump administration ASSERTS China VIOLATED Geneva consensus`:ASSERTS"
    ));
    comes_back(&graph);
}

#[test]
fn an_empty_graph_is_a_comment() {
    let written = script(&Graph::new());
    assert!(written.starts_with("//") && written.lines().count() == 1);
    comes_back(&Graph::new());
}

#[test]
fn a_new_element_adds_its_lines_and_changes_no_other() {
    let database = load(
        "CREATE (:Person {name: 'Ann'})-[:KNOWS]->(:Person {name: 'Zoe'}), (:Person {name: 'Bo'})",
    );
    let before = script(&database.snapshot());
    database
        .query("MATCH (z {name: 'Zoe'}) CREATE (:Person {name: 'Max'})-[:KNOWS]->(z)")
        .run()
        .unwrap();
    let after = script(&database.snapshot());
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.trim_end_matches([',', ';']).to_owned()).collect()
    };
    let (before, after) = (lines(&before), lines(&after));
    let new: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
    assert_eq!(new, ["  (`Max`:Person {name: 'Max'})", "  (`Max`)-[:KNOWS]->(`Zoe`)"]);
    assert!(before.iter().all(|line| after.contains(line)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_graph_comes_back(graph in graphs()) {
        comes_back(&graph.0);
    }
}
