//! Expansion: single hops, trails, shortest paths, claims.

use super::Bench;
use crate::value::ErrorCode;

/// a → b → c → d, a → c, and a loop at d.
fn chain() -> Bench {
    Bench::new(&[
        "CREATE (a {n: 'a'}), (b {n: 'b'}), (c {n: 'c'}), (d {n: 'd'}),
                (a)-[:R {w: 1}]->(b), (b)-[:R {w: 1}]->(c), (c)-[:R {w: 2}]->(d), (a)-[:S]->(c), (d)-[:R]->(d)",
    ])
}

#[test]
fn single_hops() {
    let mut bench = chain();
    assert_eq!(
        bench.rows("MATCH (x)-[r:R]->(y) RETURN x.n + y.n AS p ORDER BY p"),
        ["ab", "bc", "cd", "dd"]
    );
    assert_eq!(bench.rows("MATCH (x {n: 'd'})--(y) RETURN y.n AS p ORDER BY p"), ["c", "d"]);
    assert_eq!(
        bench.rows("MATCH (x)-[r:R|S]->(y {n: 'c'}) RETURN x.n AS p ORDER BY p"),
        ["a", "b"]
    );
    assert_eq!(bench.rows("MATCH (x {n: 'a'})-->(y)-->(z)<--(x) RETURN y.n, z.n"), ["b c"]);
    assert_eq!(bench.rows("MATCH (x)-[r]->(x) RETURN x.n"), ["d"]);
    assert_eq!(bench.rows("MATCH (x)-[r:S]->(y) MATCH (p)-[r]->(q) RETURN p.n, q.n"), ["a c"]);
    assert_eq!(
        bench.rows("MATCH (x)-[r:S]->(y) MATCH (p)-[r]-(q) RETURN p.n + q.n AS e ORDER BY e"),
        ["ac", "ca"]
    );
    assert_eq!(
        bench.rows(
            "MATCH p = (x {n: 'a'})-[:R]->()-[:R]->() RETURN length(p), [k IN nodes(p) | k.n] AS l"
        ),
        ["2 [a,b,c]"]
    );
}

#[test]
fn trails() {
    let mut bench = chain();
    assert_eq!(
        bench.rows("MATCH (x {n: 'a'})-[r*]->(y) RETURN y.n AS e, size(r) AS s ORDER BY s, e"),
        ["b 1", "c 1", "c 2", "d 2", "d 3", "d 3", "d 4"]
    );
    assert_eq!(
        bench.rows("MATCH (x {n: 'a'})-[r:R*0..2]->(y) RETURN y.n AS e ORDER BY e"),
        ["a", "b", "c"]
    );
    assert_eq!(
        bench.rows("MATCH (x)<-[r:R*2]-(y {n: 'a'}) RETURN x.n, [k IN r | k.w] AS w"),
        ["c [1,1]"]
    );
    assert_eq!(
        bench.rows("MATCH (x {n: 'a'})-[r*1..3 {w: 1}]->(y) RETURN y.n AS e ORDER BY e"),
        ["b", "c"]
    );
    assert_eq!(bench.rows("MATCH (x {n: 'a'}), (y {n: 'd'}) MATCH p = (x)-[*]->(y) RETURN length(p) AS l ORDER BY l"), ["2", "3", "3", "4"]);
    assert_eq!(bench.rows("MATCH (x {n: 'a'})-[*3]-(y) RETURN count(*) AS c"), ["4"]);
}

#[test]
fn shortest_paths() {
    let mut bench = chain();
    assert_eq!(bench.rows("MATCH (x {n: 'a'}), (y {n: 'd'}) MATCH p = shortestPath((x)-[*]->(y)) RETURN length(p) AS l"), ["2"]);
    assert_eq!(bench.rows("MATCH (x {n: 'a'}), (y {n: 'c'}) MATCH p = allShortestPaths((x)-[:R*]-(y)) RETURN [k IN nodes(p) | k.n] AS l"), ["[a,b,c]"]);
    assert!(
        bench
            .rows("MATCH (x {n: 'd'}), (y {n: 'a'}) MATCH p = shortestPath((x)-[*]->(y)) RETURN p")
            .is_empty()
    );
    assert!(bench.rows("MATCH (x {n: 'a'}), (y {n: 'd'}) MATCH p = shortestPath((x)-[:R*..2]->(y)) RETURN p").is_empty());
    let mut grid = Bench::new(&[
        "UNWIND range(0, 8) AS i CREATE (:P {x: i % 3, y: i / 3})",
        "MATCH (a:P), (b:P) WHERE (a.x + 1 = b.x AND a.y = b.y) OR (a.y + 1 = b.y AND a.x = b.x) CREATE (a)-[:R]->(b)",
    ]);
    assert_eq!(grid.rows("MATCH (a {x: 0, y: 0}), (b {x: 2, y: 2}) MATCH p = allShortestPaths((a)-[*]-(b)) RETURN count(p), min(length(p)) AS l"), ["6 4"]);
}

#[test]
fn claims_are_met_in_brackets_only() {
    let mut bench = Bench::new(&[
        "CREATE (a {n: 'a'})-[r:SOLD]->(b {n: 'b'}), (w {n: 'w'})",
        "MATCH (a)-[r:SOLD]->(b), (w {n: 'w'}) CREATE (w)-[:ASSERTS {p: 1}]->[r]",
        "MATCH (w {n: 'w'})-[c:ASSERTS]->[r] MATCH (b {n: 'b'}) CREATE (b)-[:DENIES]->[c]",
    ]);
    assert_eq!(bench.rows("MATCH (x)-->(y) RETURN x.n, y.n"), ["a b"]);
    assert_eq!(
        bench.rows("MATCH (x)-[r:SOLD]->(y), (who)-[c:ASSERTS]->[r] RETURN who.n, x.n"),
        ["w a"]
    );
    assert_eq!(
        bench.rows("MATCH (who)-[c:DENIES]->[d]-[]->[r] RETURN who.n, type(d), type(r)"),
        Vec::<String>::new()
    );
    assert_eq!(bench.rows("MATCH (who)-[c:DENIES]->[d:ASSERTS] RETURN who.n, d.p"), ["b 1"]);
    assert_eq!(
        bench.fails("MATCH ()-[r:SOLD]->() DELETE r"),
        ErrorCode::DeleteConnectedRelationship
    );
    assert_eq!(
        bench.run("MATCH ()-[r:SOLD]->() DETACH DELETE r").counters.relationships_deleted,
        3
    );
}

#[test]
fn long_patterns_meet_no_relationship_twice() {
    let mut bench = chain();
    // Trails of each length by a short pattern, and by one of many parts, any of which
    // may be left out.
    let parts: u64 = 18;
    let (mut expected, mut choices) = (0, 1);
    for length in 0..=6_u64 {
        let text = format!("MATCH ()-[*{length}..{length}]->() RETURN count(*)");
        expected += choices * bench.rows(&text)[0].parse::<u64>().expect("a number");
        choices = choices * (parts - length) / (length + 1);
    }
    let long = "-[*0..1]->()".repeat(parts as usize);
    assert_eq!(bench.rows(&format!("MATCH (){long} RETURN count(*)")), [expected.to_string()]);
    // A ring can be walked round once, forwards or backwards.
    let mut ring = Bench::new(&[
        "UNWIND range(0, 19) AS i CREATE (:N {n: i})",
        "MATCH (a), (b) WHERE (a.n + 1) % 20 = b.n CREATE (a)-[:R]->(b)",
    ]);
    let walks =
        |hop: &str, hops: usize| format!("MATCH (a {{n: 0}}){} RETURN count(*)", hop.repeat(hops));
    assert_eq!(ring.rows(&walks("-[:R]->()", 20)), ["1"]);
    assert_eq!(ring.rows(&walks("-[:R]->()", 21)), ["0"]);
    assert_eq!(ring.rows(&walks("-[:R]-()", 20)), ["2"]);
    assert_eq!(ring.rows(&walks("-[:R]-()", 21)), ["0"]);
    // A relationship that an earlier clause has bound counts, wherever it stands.
    let rest = "-[:R]->()".repeat(19);
    let given = |first: &str, rest: &str| {
        format!("MATCH ({{n: 0}})-[r]->() MATCH ({{n: 0}}){first}{rest} RETURN count(*)")
    };
    assert_eq!(ring.rows(&given("-[r]->()", &rest)), ["1"]);
    assert_eq!(ring.rows(&given("-[:R]->()", &format!("{rest}-[r]->()"))), ["0"]);
    // There are four of the type, whose parts share no node.
    let apart = vec!["()-[:R]->()"; 18].join(", ");
    assert_eq!(bench.rows(&format!("MATCH {apart} RETURN count(*)")), ["0"]);
}
