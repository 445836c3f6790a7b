//! Queries on a generated graph, each made to spend its time in one operator, and the import of
//! the same graph from tables.
//!
//! Fifty thousand people in two hundred towns follow each other, some of them very much. Times
//! are those of a prepared query through the library, on one thread and on two.
//!
//! `cargo bench --bench queries`, and `-- scan` for those whose name has that in it.

use divan::{Bencher, black_box};
use dossier::store::Writer;
use dossier::value::{Endpoint, NodeId, Value};
use dossier::{Database, LocalFiles, PreparedQuery};
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

const PEOPLE: u32 = 50_000;
const TOWNS: u32 = 200;
const FOLLOWED: u32 = 10;
const THREADS: [usize; 2] = [1, 2];

fn main() {
    divan::main();
}

/// A fixed sequence of numbers that look random (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % u64::from(bound)) as u32
    }

    /// A person, early ones far more often than late ones.
    fn followed(&mut self) -> u32 {
        let bound = self.below(PEOPLE) + 1;
        self.below(bound)
    }
}

fn database() -> &'static Database {
    static DATABASE: OnceLock<Database> = OnceLock::new();
    DATABASE.get_or_init(|| {
        let mut random = Random(1);
        let mut writer = Writer::new(Arc::default());
        for number in 0..PEOPLE {
            let properties = [
                ("id", Value::Integer(number.into())),
                ("age", Value::Integer((18 + random.below(60)).into())),
                ("gender", Value::from(if random.below(2) == 0 { "female" } else { "male" })),
                ("name", Value::from(format!("Somebody {}", random.below(PEOPLE)).as_str())),
                ("weight", Value::Float(f64::from(random.below(1000)) / 7.0)),
            ];
            writer.create_node(["Person"], properties).expect("a node");
        }
        for number in 0..TOWNS {
            let name = Value::from(format!("Town {number}").as_str());
            writer.create_node(["Town"], [("name", name)]).expect("a node");
        }
        let none: [(&str, Value); 0] = [];
        let node = |id| Endpoint::Node(NodeId(id));
        for person in 0..PEOPLE {
            let town = PEOPLE + random.below(TOWNS);
            let made =
                writer.create_relationship("LIVES_IN", node(person), node(town), none.clone());
            made.expect("a relationship");
            for _ in 0..FOLLOWED {
                let followed = node(random.followed());
                let made =
                    writer.create_relationship("FOLLOWS", node(person), followed, none.clone());
                made.expect("a relationship");
            }
        }
        let db = Database::from_graph(writer.finish().0);
        db.query("CREATE INDEX FOR (p:Person) ON (p.id)").run().expect("an index");
        db
    })
}

fn run(bencher: Bencher<'_, '_>, threads: usize, text: &str) {
    let db = database();
    let prepared: PreparedQuery = db.prepare(text).expect("a query");
    bencher.bench(|| {
        db.prepared(&prepared)
            .threads(threads)
            .run()
            .map(|result| black_box(result.rows))
            .expect("rows")
    });
}

macro_rules! queries {
    ($($name:ident: $text:expr;)*) => {$(
        #[divan::bench(args = THREADS)]
        fn $name(bencher: Bencher<'_, '_>, threads: usize) {
            run(bencher, threads, $text);
        }
    )*};
}

queries! {
    scan: "MATCH (p:Person) RETURN count(p.id) AS n";
    scan_with_filter: "MATCH (p:Person) WHERE p.age > 40 AND p.gender = 'female' AND p.name ENDS WITH '7' RETURN count(*) AS n";
    expand: "MATCH (p:Person)-[f:FOLLOWS]->(q) WHERE q.age < 20 RETURN count(f) AS n";
    expand_and_filter_of_both_ends: "MATCH (p:Person)-[:FOLLOWS]->(q) WHERE p.age < q.age RETURN count(*) AS n";
    aggregate_few_groups: "MATCH (p:Person) RETURN p.age AS age, p.gender AS g, count(*) AS n, min(p.name) AS m";
    aggregate_many_groups: "MATCH (p:Person) RETURN p.name AS name, count(*) AS n, sum(p.age) AS s ORDER BY n DESC, name LIMIT 3";
    aggregate_floats: "MATCH (p:Person) RETURN p.age AS age, avg(p.weight) AS w";
    aggregate_by_what_is_joined: "MATCH (p:Person)-[:LIVES_IN]->(t:Town) RETURN t.name AS town, avg(p.age) AS a ORDER BY a LIMIT 5";
    distinct: "MATCH (p:Person) RETURN DISTINCT p.age AS age, p.gender AS g";
    top_k: "MATCH (p:Person) RETURN p.id AS id, p.name AS name, p.age AS age ORDER BY age DESC, name, id LIMIT 10";
    sort: "MATCH (p:Person) WITH p ORDER BY p.name, p.id SKIP 40000 RETURN count(*) AS n";
    intersection: "MATCH (a:Person)-[:FOLLOWS]->(b)-[:FOLLOWS]->(c), (a)-[:FOLLOWS]->(c) WHERE a.id < 5000 RETURN count(*) AS n";
    path_count: "MATCH (a:Person)-[:FOLLOWS]->(b:Person)-[:FOLLOWS]->(c:Person) RETURN count(*) AS n";
    path_count_with_filters: "MATCH (a:Person)-[:FOLLOWS]->(b:Person)-[:FOLLOWS]->(c:Person) WHERE b.age < 50 AND c.age > 25 RETURN count(*) AS n";
    path_count_of_three: "MATCH (a:Person)-[:FOLLOWS]->(b)-[:FOLLOWS]->(c)-[:FOLLOWS]->(d) RETURN count(*) AS n";
    most_followed: "MATCH (f:Person)-[:FOLLOWS]->(p:Person) RETURN p.id AS id, p.name AS name, count(f.id) AS n ORDER BY n DESC, id LIMIT 3";
    page_rank: "CALL algo.page_rank('Person', 'FOLLOWS', {tolerance: 0}) YIELD score RETURN max(score) AS s";
    components: "CALL algo.wcc('Person', 'FOLLOWS') YIELD component RETURN max(component) AS c";
}

#[divan::bench]
fn look_up(bencher: Bencher<'_, '_>) {
    let db = database();
    let prepared = db.prepare("MATCH (p:Person {id: $id}) RETURN p.name AS name").expect("a query");
    let mut id = 0;
    bencher.bench_local(|| {
        id = (id + 7919) % i64::from(PEOPLE);
        db.prepared(&prepared)
            .param("id", id)
            .run()
            .map(|result| black_box(result.rows))
            .expect("rows")
    });
}

#[divan::bench]
fn one_hop(bencher: Bencher<'_, '_>) {
    let db = database();
    let text = "MATCH (p:Person {id: $id})-[:FOLLOWS]->(q) RETURN q.id AS id ORDER BY id";
    let prepared = db.prepare(text).expect("a query");
    let mut id = 0;
    bencher.bench_local(|| {
        id = (id + 7919) % i64::from(PEOPLE);
        db.prepared(&prepared)
            .param("id", id)
            .run()
            .map(|result| black_box(result.rows))
            .expect("rows")
    });
}

/// The same people and whom they follow as tables.
#[divan::bench(sample_count = 5)]
fn import(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random(2);
    let mut people = "id:ID,name,age:int\n".to_owned();
    let mut follows = ":START_ID,:END_ID\n".to_owned();
    for person in 0..PEOPLE {
        let _ = writeln!(people, "{person},Somebody {},{}", random.below(PEOPLE), random.below(80));
        for _ in 0..FOLLOWED {
            let _ = writeln!(follows, "{person},{}", random.followed());
        }
    }
    std::fs::write(folder.path().join("people.csv"), people).expect("a file");
    std::fs::write(folder.path().join("follows.csv"), follows).expect("a file");
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        let file = folder.path().join(format!("{number}.dossier"));
        let db = Database::open(file).expect("a database");
        let import = db.import().files(Arc::new(LocalFiles::within(folder.path())));
        import
            .nodes("Person".parse().expect("labels"), ["people.csv"])
            .relationships("FOLLOWS".parse().expect("ends"), ["follows.csv"])
            .run()
            .expect("an import");
        db.close().expect("a sound file");
    });
}
