//! What zone maps gain where values grow with the data, and what they cost where they do not:
//! each query with the rule and without it, on a graph in memory; and the first answer of a file
//! that was just opened.
//!
//! `cargo bench --bench zones`

use divan::{Bencher, black_box};
use dossier::durable::{MemoryStorage, Storage};
use dossier::plan::optimise::{RULES, Rule};
use dossier::store::Writer;
use dossier::value::{Date, Endpoint, NodeId, Value};
use dossier::{Database, OpenOptions};
use std::sync::{Arc, OnceLock};

const EVENTS: u32 = 200_000;
const NAME: &str = "events.dossier";
const ZONES: [bool; 2] = [true, false];

fn main() {
    divan::main();
}

/// Events in the order of their days; their weights and names are in no order. Each comes of one
/// of those before, which the relationship tells the day of, and a weight.
fn events() -> Database {
    let mut writer = Writer::new(Arc::default());
    for number in 0..EVENTS {
        let random = number.wrapping_mul(2_654_435_761) % EVENTS;
        let properties = [
            ("id", Value::Integer(number.into())),
            ("day", Value::Date(Date { days: i64::from(number / 10) })),
            ("code", Value::from(format!("E{number:07}").as_str())),
            ("weight", Value::Integer(random.into())),
            ("name", Value::from(format!("Event {random}").as_str())),
        ];
        writer.create_node(["Event"], properties).expect("a node");
        let [event, cause] = [number, random % (number + 1)].map(|id| Endpoint::Node(NodeId(id)));
        let properties = [
            ("day", Value::Date(Date { days: i64::from(number / 10) })),
            ("weight", Value::Integer(random.into())),
        ];
        writer.create_relationship("COMES_OF", event, cause, properties).expect("a relationship");
    }
    Database::from_graph(writer.finish().0)
}

fn rules(zones: bool) -> Vec<&'static dyn Rule> {
    RULES.iter().copied().filter(|rule| zones || rule.name() != "zone_maps").collect()
}

fn run(bencher: Bencher<'_, '_>, zones: bool, text: &str) {
    static DATABASE: OnceLock<Database> = OnceLock::new();
    let database = DATABASE.get_or_init(events);
    let rules = rules(zones);
    bencher.bench(|| {
        let query = database.query(text).rules(&rules).threads(1);
        query.run().map(|result| black_box(result.rows)).expect("rows")
    });
}

macro_rules! queries {
    ($($name:ident: $text:expr;)*) => {$(
        #[divan::bench(args = ZONES)]
        fn $name(bencher: Bencher<'_, '_>, zones: bool) {
            run(bencher, zones, $text);
        }
    )*};
}

queries! {
    a_value_of_what_ascends: "MATCH (e:Event) WHERE e.id = 123456 RETURN e.name";
    a_range_of_what_ascends: "MATCH (e:Event) WHERE e.day >= date('2000-01-01') AND e.day < date('2000-03-01') RETURN sum(e.weight) AS w";
    a_prefix_of_what_ascends: "MATCH (e:Event) WHERE e.code STARTS WITH 'E01234' RETURN count(e.name) AS n";
    all_of_what_ascends: "MATCH (e:Event) WHERE e.id >= 0 RETURN sum(e.weight) AS w";
    the_first_of_what_ascends: "MATCH (e:Event) RETURN e.name ORDER BY e.day LIMIT 10";
    the_last_of_what_ascends: "MATCH (e:Event) WHERE e.weight > 1000 RETURN e.name ORDER BY e.day DESC LIMIT 10";
    alternatives_of_what_ascends: "MATCH (e:Event) WHERE e.id = 123456 OR e.code STARTS WITH 'E01234' RETURN sum(e.weight) AS w";
    the_first_in_no_order: "MATCH (e:Event) RETURN e.name ORDER BY e.weight LIMIT 10";
    the_last_in_no_order: "MATCH (e:Event) RETURN e.name ORDER BY e.weight DESC LIMIT 10";
    relationships_of_what_ascends: "MATCH ()-[r:COMES_OF]->() WHERE r.day >= date('2020-01-01') RETURN count(*) AS n";
    relationships_in_no_order: "MATCH ()-[r:COMES_OF]->() WHERE r.weight > 190000 RETURN count(*) AS n";
    a_value_in_no_order: "MATCH (e:Event) WHERE e.weight = 123456 RETURN e.name";
    a_range_in_no_order: "MATCH (e:Event) WHERE e.weight > 190000 RETURN sum(e.id) AS s";
    a_prefix_in_no_order: "MATCH (e:Event) WHERE e.name STARTS WITH 'Event 1234' RETURN count(e.id) AS n";
}

fn first_answer(bencher: Bencher<'_, '_>, zones: bool, text: &str) {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let open =
        || Database::open_in(storage.clone(), NAME, OpenOptions::default()).expect("a database");
    let database = open();
    let all = "UNWIND range(0, 199999) AS i CREATE (:Event {id: i, weight: i * 7919 % 200003})";
    database.query(all).run().expect("events");
    database.close().expect("a file");
    let rules = rules(zones);
    bencher.bench_local(|| {
        let database = open();
        let query = database.query(text).rules(&rules).threads(1);
        query.run().map(|result| black_box(result.rows)).expect("rows")
    });
}

#[divan::bench(args = ZONES)]
fn first_answer_of_what_ascends(bencher: Bencher<'_, '_>, zones: bool) {
    first_answer(bencher, zones, "MATCH (e:Event) WHERE e.id = 123456 RETURN e.weight");
}

#[divan::bench(args = ZONES)]
fn first_answer_in_no_order(bencher: Bencher<'_, '_>, zones: bool) {
    first_answer(bencher, zones, "MATCH (e:Event) WHERE e.weight = 123456 RETURN e.id");
}
