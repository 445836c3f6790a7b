//! Small graphs at random, with claims about claims, values of all types and names that need
//! care; and a census that is equal for equal graphs.

use dossier::store::{Graph, Writer};
use dossier::value::temporal::Zone;
use dossier::value::{
    Date, DateTime, Duration, Endpoint, LocalDateTime, Map, NodeId, RelationshipId, Time, Value,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

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

/// What there is, and how often.
pub(crate) fn census(graph: &Graph) -> BTreeMap<String, usize> {
    let nodes = (0..graph.node_bound()).map(|id| Endpoint::Node(NodeId(id)));
    let relationships =
        (0..graph.relationship_bound()).map(|id| Endpoint::Relationship(RelationshipId(id)));
    let mut census = BTreeMap::new();
    for element in nodes.chain(relationships).filter(|element| graph.contains(*element)) {
        *census.entry(described(graph, element)).or_default() += 1;
    }
    census
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
        (any::<i32>(), 0..1_000_000_000u32, -1079..1079i32).prop_map(moment),
        (-30i64..30, -50i64..50, -200_000i64..200_000, 0..1_000_000_000i32).prop_map(duration),
        proptest::sample::select(IRIS.to_vec()).prop_map(Value::from),
    ];
    prop_oneof![
        4 => scalar.clone(),
        1 => proptest::collection::vec(scalar.clone(), 0..3).prop_map(|list| Value::List(Arc::new(list)))
    ]
}

/// A moment in one of the forms that there are for it.
fn moment((seconds, nanos, minutes): (i32, u32, i32)) -> Value {
    let local = LocalDateTime::from_seconds(i64::from(seconds) * 97, nanos).unwrap();
    let offset = minutes * 60 + minutes % 3;
    let zone = (minutes % 5 == 0).then(|| Zone::parse("Europe/London")).flatten();
    match (seconds % 4, zone) {
        (0, _) => Value::LocalDateTime(local),
        (1, _) => Value::LocalTime(local.time()),
        (2, _) => Value::Time(Time { nanos: local.time().nanos, offset }),
        (_, Some(zone)) => Value::DateTime(Arc::new(zone.at_local(local, None).unwrap())),
        (_, None) => Value::DateTime(Arc::new(DateTime { local, offset, zone: None })),
    }
}

fn duration((months, days, seconds, nanos): (i64, i64, i64, i32)) -> Value {
    Value::Duration(Arc::new(Duration { months, days, seconds, nanos }))
}

const IRIS: [&str; 7] = [
    "http://x.org/a",
    "http://x.org/b",
    "http://xmlns.com/foaf/0.1/name",
    "urn:dossier:graph:node",
    "urn:dossier:terms#Node",
    "http://example.org/truce/A",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil",
];

fn properties() -> impl Strategy<Value = Vec<(&'static str, Value)>> + Clone {
    let plain = ["name", "title", "a b", "`", "match", "k"];
    let of_rdf = ["iri", "asserted", "k@fr", "k^^xsd:gYear", "k^^xsd:integer", "foaf:name"];
    let key = proptest::sample::select([plain, of_rdf].concat());
    proptest::collection::hash_map(key, values(), 0..4).prop_map(|map| map.into_iter().collect())
}

type Element = (usize, usize, Vec<(&'static str, Value)>);

/// A graph that is shown as a script where a test fails.
#[derive(Clone)]
pub(crate) struct AnyGraph(pub(crate) Arc<Graph>);

impl std::fmt::Debug for AnyGraph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut script = Vec::new();
        dossier::export::dump::write(&self.0, &mut script).map_err(|_| std::fmt::Error)?;
        f.write_str(&String::from_utf8_lossy(&script))
    }
}

/// Graphs of up to eight nodes, with relationships between all there is.
pub(crate) fn graphs() -> impl Strategy<Value = AnyGraph> {
    let element = (0usize..16, 0usize..1000, properties());
    let elements = proptest::collection::vec(element.clone(), 0..9);
    (elements, proptest::collection::vec(element, 0..14))
        .prop_map(|(nodes, relationships)| AnyGraph(built(&nodes, &relationships)))
}

fn built(nodes: &[Element], relationships: &[Element]) -> Arc<Graph> {
    let mut writer = Writer::new(Arc::new(Graph::new()));
    let mut ends: Vec<Endpoint> = Vec::new();
    for (kind, _, properties) in nodes {
        let labels = LABELS[*kind].iter().copied();
        ends.push(Endpoint::Node(writer.create_node(labels, properties.clone()).unwrap()));
    }
    for (kind, place, properties) in relationships.iter().filter(|_| !nodes.is_empty()) {
        let (start, end) = (ends[place % ends.len()], ends[(place / 31) % ends.len()]);
        let made = writer.create_relationship(TYPES[*kind], start, end, properties.clone());
        ends.push(Endpoint::Relationship(made.unwrap()));
    }
    writer.finish().0
}

const LABELS: [&[&str]; 16] = [
    &[],
    &["A"],
    &["B"],
    &["A", "B"],
    &["a label"],
    &["MATCH"],
    &["B", "A", "C"],
    &["`"],
    &[],
    &["A"],
    &["foaf:Person"],
    &["dossier:Node"],
    &["http://x.org/a"],
    &["Literal"],
    &[""],
    &["B"],
];
const TYPES: [&str; 16] = [
    "R",
    "S",
    "ASSERTS",
    "DENIES",
    "a type",
    "match",
    "R",
    "`",
    "ASSERTS",
    "CITED_IN",
    "prov:wasAttributedTo",
    "prov:wasQuotedFrom",
    "rdf:type",
    "http://x.org/a",
    "dossier:asserted",
    "rdf:first",
];
