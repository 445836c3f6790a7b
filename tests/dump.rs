//! Dumps: what is written loads back to an equal graph, and says the same again.

use dossier::Database;
use dossier::export::dump;
use dossier::store::{Graph, Writer};
use dossier::value::{Date, Endpoint, Map, NodeId, RelationshipId, Value};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

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

/// What an element is, by its own description and that of what it hangs on: equal graphs
/// have equal counts of these.
fn described(graph: &Graph, element: Endpoint) -> String {
    use dossier::value::ElementReader as _;
    let properties: Map = graph
        .properties(element)
        .map(|(key, value)| (graph.catalog().key_name(key).clone(), value))
        .collect();
    let mut sorted: Vec<_> =
        properties.iter().map(|(key, value)| format!("{key}: {value:?}")).collect();
    sorted.sort();
    match element {
        Endpoint::Node(node) => {
            let mut labels = graph.node_labels(node);
            labels.sort();
            format!("({labels:?} {sorted:?})")
        }
        Endpoint::Relationship(id) => {
            let record = graph.relationship(id).unwrap();
            let (start, end) = (described(graph, record.start), described(graph, record.end));
            format!("{start}-[{:?} {sorted:?}]->{end}", graph.relationship_type(id))
        }
    }
}

fn census(graph: &Graph) -> BTreeMap<String, usize> {
    let nodes = (0..graph.node_bound()).map(|id| Endpoint::Node(NodeId(id)));
    let relationships =
        (0..graph.relationship_bound()).map(|id| Endpoint::Relationship(RelationshipId(id)));
    let mut census = BTreeMap::new();
    for element in nodes.chain(relationships).filter(|element| graph.contains(*element)) {
        *census.entry(described(graph, element)).or_default() += 1;
    }
    census
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

fn values() -> impl Strategy<Value = Value> + Clone {
    let scalar = prop_oneof![
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        Just(Value::Integer(i64::MIN)),
        any::<f64>().prop_map(Value::Float),
        prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(-0.0)]
            .prop_map(Value::Float),
        "\\PC{0,12}".prop_map(|text| Value::String(text.into())),
        "[`'\"\\\\\n\r\t\u{0}\u{7f}é€😀]{0,8}".prop_map(|text| Value::String(text.into())),
        (-1_000_000i64..1_000_000).prop_map(|days| Value::Date(Date { days })),
    ];
    prop_oneof![
        4 => scalar.clone(),
        1 => proptest::collection::vec(scalar.clone(), 0..3).prop_map(|list| Value::List(Arc::new(list)))
    ]
}

fn properties() -> impl Strategy<Value = Vec<(&'static str, Value)>> + Clone {
    let key = proptest::sample::select(vec!["name", "title", "a b", "`", "match", "k"]);
    proptest::collection::hash_map(key, values(), 0..4).prop_map(|map| map.into_iter().collect())
}

type Element = (usize, usize, Vec<(&'static str, Value)>);

fn graphs() -> impl Strategy<Value = (Vec<Element>, Vec<Element>)> {
    let element = (0usize..8, 0usize..1000, properties());
    (proptest::collection::vec(element.clone(), 0..9), proptest::collection::vec(element, 0..14))
}

const LABELS: [&[&str]; 8] =
    [&[], &["A"], &["B"], &["A", "B"], &["a label"], &["MATCH"], &["B", "A", "C"], &["`"]];
const TYPES: [&str; 8] = ["R", "S", "ASSERTS", "DENIES", "a type", "match", "R", "`"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_graph_comes_back((nodes, relationships) in graphs()) {
        let mut writer = Writer::new(Arc::new(Graph::new()));
        let mut ends: Vec<Endpoint> = Vec::new();
        for (kind, _, properties) in &nodes {
            let labels = LABELS[*kind].iter().copied();
            ends.push(Endpoint::Node(writer.create_node(labels, properties.clone()).unwrap()));
        }
        for (kind, place, properties) in relationships.iter().filter(|_| !nodes.is_empty()) {
            let (start, end) = (ends[place % ends.len()], ends[(place / 31) % ends.len()]);
            let made = writer.create_relationship(TYPES[*kind], start, end, properties.clone());
            ends.push(Endpoint::Relationship(made.unwrap()));
        }
        comes_back(&writer.finish().0);
    }
}
