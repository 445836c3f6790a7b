//! The store by itself: loading, scanning, and the cost of one small commit.
//!
//! `cargo bench --bench store`

#![expect(clippy::print_stdout, reason = "a benchmark prints its result")]

#[path = "../src/value/random.rs"]
mod random;

use dossier::store::{Graph, KnownColumns, SchemaTarget, Writer};
use dossier::value::{Endpoint, NodeId, RelationshipId, Value};
use dossier::vector::Vector;
use random::Random;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

const NO_PROPERTIES: [(&str, Value); 0] = [];

impl Random {
    fn id(&mut self, bound: u32) -> u32 {
        self.below(u64::from(bound)) as u32
    }
}

fn nodes(count: u32) -> Arc<Graph> {
    let mut writer = Writer::new(Arc::default());
    let label = writer.label("Person").expect("a label");
    let (age, name) = (writer.key("age").expect("a key"), writer.key("name").expect("a key"));
    let start = Instant::now();
    for id in 0..count {
        let properties = vec![
            (age, Value::Integer(i64::from(id % 100))),
            (name, Value::String(format!("person {id}").into())),
        ];
        writer.create_node_with(vec![label], properties).expect("a node");
    }
    let graph = writer.finish().0;
    report_rate("nodes with two properties", count, start.elapsed());
    graph
}

fn relationships(
    base: Arc<Graph>,
    count: u32,
    name: &str,
    mut start_of: impl FnMut(&mut Random) -> u32,
) -> Arc<Graph> {
    let mut random = Random(1);
    let bound = base.node_bound();
    let mut writer = Writer::new(base);
    let kind = writer.relationship_type("KNOWS").expect("a type");
    let start = Instant::now();
    for _ in 0..count {
        let (from, to) = (start_of(&mut random), random.id(bound));
        writer
            .create_relationship_with(
                kind,
                Endpoint::Node(NodeId(from)),
                Endpoint::Node(NodeId(to)),
                Vec::new(),
            )
            .expect("a relationship");
    }
    let (graph, changes) = writer.finish();
    report_rate(name, count, start.elapsed());
    drop(changes);
    graph
}

fn report_rate(name: &str, count: u32, elapsed: Duration) {
    println!("{name:<44} {:>8.2} M/s", f64::from(count) / elapsed.as_secs_f64() / 1e6);
}

fn scan(graph: &Graph) {
    let key = graph.catalog().key_id("age").expect("the key");
    let rounds = 200;
    let start = Instant::now();
    let mut total = 0i64;
    for _ in 0..rounds {
        for selection in graph.node_chunks(None) {
            if let Some(Vector::Integer { values, .. }) =
                selection.segment(key).map(dossier::store::Segment::vector)
            {
                total = total.wrapping_add(values.iter().sum::<i64>());
            }
        }
    }
    let bytes = f64::from(rounds) * graph.node_count() as f64 * 8.0;
    println!(
        "{:<44} {:>8.2} GB/s",
        "scan of an integer property",
        bytes / start.elapsed().as_secs_f64() / 1e9
    );
    black_box(total);
}

fn gather(graph: &Graph) {
    let mut random = Random(2);
    let ids: Vec<u32> = (0..2048).map(|_| random.id(graph.node_bound())).collect();
    for name in ["age", "name"] {
        let key = graph.catalog().key_id(name).expect("the key");
        let (rounds, mut known) = (500, KnownColumns::default());
        let start = Instant::now();
        for _ in 0..rounds {
            black_box(graph.gather_nodes(black_box(&ids), key, &mut known));
        }
        report_rate(&format!("gather of `{name}` at random nodes"), rounds * 2048, start.elapsed());
    }
}

fn expand(graph: &Graph) {
    let kind = graph.catalog().type_id("KNOWS").expect("the type");
    let start = Instant::now();
    let (mut total, mut count) = (0u64, 0u32);
    for id in 0..graph.node_bound() {
        let endpoint = Endpoint::Node(NodeId(id));
        let found = graph.neighbours(
            endpoint,
            kind,
            dossier::store::Direction::Outgoing,
            dossier::store::EndpointKind::Node,
        );
        match found.as_slices() {
            Some((neighbours, _)) => {
                count += neighbours.len() as u32;
                total += neighbours.iter().map(|&id| u64::from(id)).sum::<u64>();
            }
            None => found.for_each(|(id, _)| {
                count += 1;
                total += u64::from(id);
            }),
        }
    }
    black_box(total);
    report_rate("expand of every node", count, start.elapsed());
}

/// Median and 99th percentile of single commits, the versions published one
/// after the other; the old version is dropped outside of the measured time.
fn commits(name: &str, mut graph: Arc<Graph>, mut change: impl FnMut(&mut Writer, u32)) {
    let mut times: Vec<Duration> = Vec::new();
    for round in 0..20_000 {
        let start = Instant::now();
        let mut writer = Writer::new(graph.clone());
        change(&mut writer, round);
        let (next, changes) = writer.finish();
        times.push(start.elapsed());
        drop(changes);
        graph = next;
    }
    times.sort_unstable();
    let at = |share: f64| times[(times.len() as f64 * share) as usize].as_nanos() as f64 / 1e3;
    println!(
        "{name:<44} {:>8.1} µs median {:>8.1} µs p99 {:>9.1} µs worst",
        at(0.5),
        at(0.99),
        at(0.99999)
    );
}

fn main() {
    let small = relationships(
        nodes(100_000),
        2_400_000,
        "relationships at random, 100 k nodes",
        |random| random.id(100_000),
    );
    scan(&small);
    gather(&small);
    expand(&small);
    drop(small);

    let large = nodes(1_000_000);
    let large = relationships(large, 4_000_000, "relationships at random, 1 M nodes", |random| {
        random.id(1_000_000)
    });
    let hub = relationships(large, 1_000_000, "relationships of one hub", |_| 0);
    let mut random = Random(3);
    commits("commit of a relationship, 1 M nodes", hub.clone(), |writer, _| {
        let (from, to) = (NodeId(1 + random.id(999_999)), NodeId(random.id(1_000_000)));
        writer
            .create_relationship("KNOWS", Endpoint::Node(from), Endpoint::Node(to), NO_PROPERTIES)
            .expect("created");
    });
    let mut random = Random(4);
    commits("commit of a relationship at the hub", hub.clone(), |writer, _| {
        let to = NodeId(random.id(1_000_000));
        writer
            .create_relationship(
                "KNOWS",
                Endpoint::Node(NodeId(0)),
                Endpoint::Node(to),
                NO_PROPERTIES,
            )
            .expect("created");
    });
    let mut random = Random(5);
    commits("commit of a property", hub.clone(), |writer, round| {
        let node = Endpoint::Node(NodeId(random.id(1_000_000)));
        writer.set_property(node, "age", Value::Integer(i64::from(round))).expect("set");
    });
    let mut random = Random(6);
    commits("commit of the removal of a relationship", hub.clone(), |writer, _| {
        let relationship = RelationshipId(random.id(5_000_000));
        if writer.view().contains_relationship(relationship) {
            writer.delete_relationship(relationship).expect("deleted");
        }
    });
    let mut writer = Writer::new(hub.clone());
    let start = Instant::now();
    let deleted = writer.detach_delete_node(NodeId(0)).expect("deleted").len();
    report_rate("relationships deleted with the hub", deleted as u32, start.elapsed());
    drop(writer);
    let mut writer = Writer::new(hub);
    let start = Instant::now();
    let people = SchemaTarget::Label(writer.label("Person").expect("a label"));
    for key in ["age", "name"] {
        let key = writer.key(key).expect("a key");
        writer.create_index(None, people, vec![key]).expect("an index");
    }
    report_rate("nodes entered into an index", 2_000_000, start.elapsed());
    let indexed = writer.finish().0;
    let mut random = Random(7);
    commits("commit of an indexed property", indexed, |writer, round| {
        let node = Endpoint::Node(NodeId(random.id(1_000_000)));
        writer.set_property(node, "age", Value::Integer(i64::from(round))).expect("set");
    });
}
