//! CREATE, MERGE, SET, REMOVE and DELETE, with their counters.

use super::Bench;
use crate::value::ErrorCode;

#[test]
fn creates_and_counts() {
    let mut bench = Bench::new(&[]);
    let counters = bench.run("UNWIND range(1, 3000) AS i CREATE (a:A:B {i: i, none: null})-[:R {w: i}]->(b) RETURN count(a)").counters;
    assert_eq!((counters.nodes_created, counters.relationships_created), (6000, 3000));
    assert_eq!((counters.properties_set, counters.labels_added), (6000, 6000));
    assert_eq!(
        bench.rows("MATCH (a:A)-[r:R]->(b) WHERE a.i <> r.w RETURN a"),
        Vec::<String>::new()
    );
    assert_eq!(
        bench.rows("MATCH (a:A {i: 5})-[r:R]->(b) RETURN a.i, r.w, properties(a)"),
        ["5 5 {i:5}"]
    );
    assert_eq!(
        bench.fails("OPTIONAL MATCH (x:Nobody) CREATE (x)-[:R]->()"),
        ErrorCode::MissingEndpoint
    );
    assert_eq!(bench.fails("CREATE ({m: {a: 1}})"), ErrorCode::InvalidPropertyType);
    assert_eq!(bench.rows("CREATE (n {x: 1}) WITH n MATCH (m {x: 1}) RETURN n = m"), ["true"]);
}

#[test]
fn merges_and_sees_its_own_creations() {
    let mut bench = Bench::new(&[]);
    let counters = bench.run("UNWIND [1, 2, 1, 3, 2] AS i MERGE (n:N {i: i}) ON CREATE SET n.c = 1 ON MATCH SET n.m = coalesce(n.m, 0) + 1").counters;
    assert_eq!((counters.nodes_created, counters.properties_set), (3, 8));
    assert_eq!(
        bench.rows("MATCH (n:N) RETURN n.i, n.c, n.m ORDER BY n.i"),
        ["1 1 1", "2 1 1", "3 1 null"]
    );
    assert_eq!(
        bench.rows(
            "MATCH (a:N {i: 1}), (b:N {i: 2}) MERGE (a)-[r:R]->(b) MERGE (b)-[s:R]-(a) RETURN r = s"
        ),
        ["true"]
    );
    assert_eq!(
        bench
            .run("MATCH (a:N {i: 1}) MERGE (a)-[r:R]->(b:N {i: 3}) RETURN b")
            .counters
            .nodes_created,
        1
    );
    assert_eq!(bench.fails("MERGE (n {x: null})"), ErrorCode::MergeReadOwnWrites);
    assert_eq!(bench.rows("MATCH (n:N) MERGE (m:M) RETURN count(*)"), ["4"]);
}

#[test]
fn sets_and_removes() {
    let mut bench = Bench::new(&["CREATE (:A {x: 1, y: 2}), (:B)"]);
    assert_eq!(bench.rows("MATCH (a:A) SET a.x = a.x + 1, a.z = a.x RETURN a.x, a.z"), ["2 2"]);
    assert_eq!(bench.rows("MATCH (a:A) SET a += {y: null, w: 1} RETURN keys(a)"), ["[x,z,w]"]);
    assert_eq!(
        bench.rows("MATCH (a:A), (b:B) SET b = a, b:C RETURN properties(b), labels(b)"),
        ["{x:2,z:2,w:1} [B,C]"]
    );
    let counters = bench.run("MATCH (b:B) SET b = {q: 1} REMOVE b:C, b.q, b.nothing").counters;
    assert_eq!((counters.properties_set, counters.labels_removed), (5, 1));
    assert_eq!(bench.rows("MATCH (b:B) RETURN properties(b), labels(b)"), ["{} [B]"]);
    assert_eq!(bench.rows("OPTIONAL MATCH (n:Nobody) SET n.x = 1 RETURN n"), ["null"]);
    assert_eq!(
        bench.rows("MATCH (b:B) UNWIND [1, 2, 3] AS i SET b.n = coalesce(b.n, 0) + i RETURN b.n"),
        ["6", "6", "6"]
    );
}

#[test]
fn deletes() {
    let mut bench = Bench::new(&["CREATE (:A)-[:R]->(:B), (:C)"]);
    assert_eq!(bench.fails("MATCH (a:A) DELETE a"), ErrorCode::DeleteConnectedNode);
    assert_eq!(bench.rows("MATCH (a:A)-[r]->() DELETE r RETURN type(r)"), ["R"]);
    assert_eq!(
        bench.fails("MATCH (c:C) DELETE c RETURN labels(c)"),
        ErrorCode::DeletedEntityAccess
    );
    assert_eq!(bench.fails("MATCH (c:C) DELETE c RETURN c.x"), ErrorCode::DeletedEntityAccess);
    assert_eq!(
        bench.run("MATCH (a:A), (b:B) CREATE (a)-[r:R]->(b) DELETE b, r, a").counters.nodes_deleted,
        2
    );
    assert_eq!(
        bench.run("MATCH (c:C) CREATE p = (c)-[:R]->(:D) DETACH DELETE p").counters.nodes_deleted,
        2
    );
    assert_eq!(bench.rows("MATCH (n) RETURN count(n)"), ["0"]);
    assert_eq!(
        bench.rows("CREATE (n) DELETE n WITH 1 AS x MATCH (m) RETURN m"),
        Vec::<String>::new()
    );
}
