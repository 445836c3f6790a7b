//! Drawing subgraphs with DOT: a golden text, what is collected, and, where
//! Graphviz is installed, that it accepts what is written.

use dossier::export::dot::{self, DotOptions, RankDirection};
use dossier::export::{ClaimState, Subgraph};
use dossier::store::{Graph, Writer};
use dossier::value::{Endpoint, NodeId, Path, RelationshipId, Value};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

fn text(text: &str) -> Value {
    Value::String(text.into())
}

struct Built {
    graph: Arc<Graph>,
    nodes: Vec<NodeId>,
    relationships: Vec<RelationshipId>,
}

/// Two governments that accuse each other, a paper that reports it, and what all agree on.
fn dispute() -> Built {
    let mut writer = Writer::new(Arc::new(Graph::new()));
    let described: &[(&[&str], &str)] = &[
        (&["Country", "Place"], "United States"),
        (&["Country", "Place"], "China"),
        (&["Agreement"], "Geneva consensus"),
        (&["Government", "Organization"], "Trump administration"),
        (&["Government", "Organization"], "Chinese government"),
        (&["Organization", "Media"], "The New York Times"),
        (&["Source", "Document"], "U.S. and China Agree to Walk Back Tensions"),
        (&["Person"], "Howard Lutnick"),
        (&["Measure", "ExportRestriction"], "US export restrictions"),
        (&["Event"], "London talks"),
        (&["Good"], "rare-earth magnets"),
    ];
    let nodes: Vec<NodeId> = described
        .iter()
        .map(|(labels, name)| {
            writer.create_node(labels.iter().copied(), [("name", text(name))]).expect("a node")
        })
        .collect();
    let mut relationships: Vec<RelationshipId> = Vec::new();
    let node = |index: usize| Endpoint::Node(nodes[index]);
    let mut connect = |kind: &str, start: Endpoint, end: Endpoint, key: &str, value: &str| {
        let made = writer
            .create_relationship(kind, start, end, [(key, text(value))])
            .expect("a relationship");
        relationships.push(made);
        Endpoint::Relationship(made)
    };
    let china_broke = connect("VIOLATED", node(1), node(2), "since", "May 2025");
    let us_broke = connect("VIOLATED", node(0), node(2), "since", "May 2025");
    let c1 = connect("ASSERTS", node(3), china_broke, "locator", "\u{b6}11");
    let c2 = connect("DENIES", node(4), china_broke, "locator", "\u{b6}13");
    let c3 = connect("ASSERTS", node(4), us_broke, "locator", "\u{b6}13");
    connect("ASSERTS", node(5), c1, "locator", "\u{b6}11");
    connect("ASSERTS", node(5), c2, "locator", "\u{b6}13");
    connect("CITED_IN", c3, node(6), "locator", "\u{b6}13");
    connect("GOVERNS", node(3), node(0), "basis", "common knowledge");
    connect("GOVERNS", node(4), node(1), "basis", "common knowledge");
    let targets = connect("TARGETS", node(8), node(0), "since", "April 2025");
    connect("DENIES", node(4), targets, "locator", "\u{b6}13");
    connect("TOOK_PART_IN", node(7), node(9), "role", "negotiator");
    connect("SHIPPED", node(1), node(10), "frequency", "infrequent");
    let (graph, _) = writer.finish();
    Built { graph, nodes, relationships }
}

fn everything(built: &Built) -> Vec<Vec<Value>> {
    let nodes = built.nodes.iter().map(|node| vec![Value::Node(*node)]);
    nodes
        .chain(
            built.relationships.iter().map(|relationship| vec![Value::Relationship(*relationship)]),
        )
        .collect()
}

/// Fails if Graphviz is there and does not accept the text without complaint.
fn accepted_by_graphviz(text: &str) {
    let started = Command::new("dot")
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut process) = started else { return };
    process.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("dot reads");
    let output = process.wait_with_output().expect("dot ends");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaints.is_empty(), "{complaints}\n{text}");
}

#[test]
fn the_drawing_of_a_dispute() {
    let built = dispute();
    let drawn = dot::render(&everything(&built), &built.graph);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/dispute.dot");
    if std::env::var_os("DOSSIER_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &drawn).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).expect("the golden file is there");
    assert_eq!(golden, drawn, "set DOSSIER_UPDATE_GOLDEN=1 to accept what is drawn now");
    accepted_by_graphviz(&drawn);
}

#[test]
fn options_change_the_drawing() {
    let built = dispute();
    let subgraph = Subgraph::from_rows(&everything(&built), &built.graph);
    let options = DotOptions {
        direction: RankDirection::TopToBottom,
        clusters: true,
        tooltips: false,
        title: Some("Who broke \"it\"?".to_owned()),
        legend: true,
    };
    let drawn = dot::write(&subgraph, &options);
    assert!(drawn.contains("rankdir=TB") && drawn.contains("subgraph \"cluster Country\""));
    assert!(drawn.contains("Who broke &quot;it&quot;?") && drawn.contains("asserted and denied"));
    assert!(!drawn.contains("tooltip"));
    if let Some(path) = std::env::var_os("DOSSIER_KEEP_DRAWING") {
        std::fs::write(path, &drawn).expect("the drawing can be written");
    }
    accepted_by_graphviz(&drawn);
}

#[test]
fn relationships_bring_their_ends_and_nothing_else() {
    let built = dispute();
    // The paper's report that one government asserts that China broke the agreement.
    let report = Value::Relationship(built.relationships[5]);
    let nested = vec![vec![Value::Null, Value::List(Arc::new(vec![report.clone(), report]))]];
    let subgraph = Subgraph::from_rows(&nested, &built.graph);
    let relationships: Vec<u32> =
        subgraph.relationships.keys().map(|relationship| relationship.0).collect();
    assert_eq!(relationships, [0, 2, 5]);
    let nodes: Vec<u32> = subgraph.nodes.keys().map(|node| node.0).collect();
    assert_eq!(nodes, [1, 2, 3, 5]);
    assert_eq!(subgraph.relationships[&built.relationships[0]].state, ClaimState::Disputed);
    assert_eq!(subgraph.relationships[&built.relationships[2]].state, ClaimState::Asserted);

    let path = Path {
        elements: vec![Endpoint::Node(built.nodes[4]), Endpoint::Node(built.nodes[1])],
        relationships: vec![built.relationships[9]],
    };
    let subgraph = Subgraph::from_rows(&[vec![Value::Path(Arc::new(path))]], &built.graph);
    assert_eq!((subgraph.nodes.len(), subgraph.relationships.len()), (2, 1));
    let gone = [vec![Value::Node(NodeId(99)), Value::Relationship(RelationshipId(99)), text("x")]];
    assert!(Subgraph::from_rows(&gone, &built.graph).is_empty());
}

#[test]
fn odd_texts_are_drawn_as_they_are() {
    let mut writer = Writer::new(Arc::new(Graph::new()));
    let odd = "a \"b\" \\n \\N <c> {d|e} &amp; \\\nf\t\u{1}g\u{202e} ends \\";
    let nodes = [
        writer.create_node([odd], [("name", text(odd)), (odd, text(odd))]),
        writer.create_node(["A"], [("name", text("  ")), ("other", text("fallback"))]),
        writer.create_node(["A"], [("n", Value::Integer(1))]),
        writer.create_node([] as [&str; 0], [] as [(&str, Value); 0]),
        writer.create_node(["A"], [("title", text(&"long ".repeat(60)))]),
        writer.create_node(["A"], [("id", Value::Integer(7))]),
    ]
    .map(|node| node.expect("a node"));
    let edge = writer
        .create_relationship(
            odd,
            Endpoint::Node(nodes[0]),
            Endpoint::Node(nodes[0]),
            [(odd, text(odd))],
        )
        .expect("a relationship");
    writer
        .create_relationship(
            "DENIES",
            Endpoint::Relationship(edge),
            Endpoint::Relationship(edge),
            [("x", text(""))],
        )
        .expect("a relationship");
    let (graph, _) = writer.finish();
    let mut rows: Vec<Vec<Value>> = nodes.iter().map(|node| vec![Value::Node(*node)]).collect();
    rows.push(vec![Value::Relationship(edge), Value::Relationship(RelationshipId(edge.0 + 1))]);
    for clusters in [false, true] {
        let options = DotOptions {
            clusters,
            legend: true,
            title: Some(odd.to_owned()),
            ..DotOptions::default()
        };
        let drawn = dot::write(&Subgraph::from_rows(&rows, &graph), &options);
        assert!(
            drawn.contains("<fallback<BR/>")
                && drawn.contains("<#2<BR/>")
                && drawn.contains("label=<#3>")
        );
        assert!(drawn.contains("<7<BR/>") && drawn.contains('\u{2026}'));
        accepted_by_graphviz(&drawn);
    }
    accepted_by_graphviz(&dot::render(&[], &graph));
}
