//! Scans, filters, projections, grouping, sorting, limits, unions, subqueries.

use super::Bench;
use crate::value::ErrorCode;

fn people() -> Bench {
    Bench::new(&[
        "CREATE (a:Person {name: 'Ann', age: 30}), (b:Person {name: 'Bob', age: 20}), (c:Person:Dead {name: 'Cid'}),
                (d:City {name: 'Dun'}), (a)-[:KNOWS {since: 1}]->(b), (b)-[:KNOWS {since: 2}]->(c), (a)-[:IN]->(d)",
    ])
}

#[test]
fn scans_filters_and_projects() {
    let mut bench = people();
    assert_eq!(bench.rows("RETURN 1 + 1 AS x, [1, 2][0] AS y"), ["2 1"]);
    assert_eq!(bench.rows("MATCH (n) RETURN count(*) AS c"), ["4"]);
    assert_eq!(bench.rows("MATCH (n:Person) WHERE n.age > 20 RETURN n.name"), ["Ann"]);
    assert_eq!(bench.rows("MATCH (n:Person:Dead) RETURN n.name, n.age"), ["Cid null"]);
    assert!(bench.rows("MATCH (n:Nobody) RETURN n").is_empty());
    assert_eq!(bench.rows("MATCH (n {name: 'Dun'}) RETURN labels(n)"), ["[City]"]);
    assert_eq!(
        bench.rows("MATCH (a:Person), (b:City) RETURN a.name + b.name AS x ORDER BY x"),
        ["AnnDun", "BobDun", "CidDun"]
    );
    assert_eq!(bench.rows("MATCH (n:Person) RETURN CASE WHEN n.age > 25 THEN 'old' ELSE 'young' END AS x, n.age IS NULL"), [
        "old false", "young false", "young true"
    ]);
}

#[test]
fn groups_and_sorts() {
    let mut bench = people();
    assert_eq!(
        bench.rows(
            "MATCH (n) RETURN labels(n)[0] AS l, count(*) AS c, collect(n.name) AS x ORDER BY l"
        ),
        ["City 1 [Dun]", "Person 3 [Ann,Bob,Cid]"]
    );
    assert_eq!(
        bench.rows("MATCH (n:Nobody) RETURN count(n) AS c, sum(n.x) AS s, collect(n) AS l"),
        ["0 0 []"]
    );
    assert!(bench.rows("MATCH (n:Nobody) RETURN n.x AS x, count(*) AS c").is_empty());
    assert_eq!(
        bench.rows("MATCH (n) RETURN n.name ORDER BY n.age DESC, n.name SKIP 1 LIMIT 2"),
        ["Dun", "Ann"]
    );
    assert_eq!(
        bench.rows("UNWIND range(1, 10000) AS i RETURN i ORDER BY i % 7, i DESC LIMIT 2"),
        ["9996", "9989"]
    );
    assert_eq!(
        bench.rows("UNWIND [1, 1.0, 2, null, null] AS i RETURN DISTINCT i"),
        ["1", "2", "null"]
    );
    assert_eq!(bench.rows("UNWIND range(1, 5000) AS i WITH i % 3 AS k, i RETURN k, count(i), min(i), max(i), sum(i)"), [
        "1 1667 1 4999 4167500",
        "2 1667 2 5000 4169167",
        "0 1666 3 4998 4165833"
    ]);
    assert_eq!(bench.rows("UNWIND range(1, 5000) AS i RETURN count(DISTINCT i % 10) AS c"), ["10"]);
    assert_eq!(bench.rows("UNWIND range(1, 5000) AS i WITH i LIMIT 3 RETURN sum(i)"), ["6"]);
    assert_eq!(bench.fails("RETURN 1 AS x LIMIT -1"), ErrorCode::NegativeIntegerArgument);
}

#[test]
fn optional_parts_and_unions() {
    let mut bench = people();
    assert_eq!(
        bench.rows(
            "MATCH (n:Person) OPTIONAL MATCH (n)-[k:KNOWS]->(m) RETURN n.name, m.name, k.since"
        ),
        ["Ann Bob 1", "Bob Cid 2", "Cid null null"]
    );
    assert_eq!(
        bench.rows("UNWIND range(0, 5000) AS i OPTIONAL MATCH (n:Person) WHERE n.age = i RETURN i, n.name, count(*) AS c ORDER BY n.name, i LIMIT 3"),
        ["30 Ann 1", "20 Bob 1", "0 null 1"]
    );
    assert_eq!(bench.rows("RETURN 1 AS x UNION RETURN 1 AS x UNION RETURN 2 AS x"), ["1", "2"]);
    assert_eq!(bench.rows("RETURN 1 AS x UNION ALL RETURN 1 AS x"), ["1", "1"]);
    assert_eq!(
        bench.rows("MATCH (n:Nobody) OPTIONAL MATCH (n)-->(m) RETURN m"),
        Vec::<String>::new()
    );
}

#[test]
fn subqueries_and_comprehensions() {
    let mut bench = people();
    assert_eq!(bench.rows("MATCH (n:Person) WHERE (n)-[:KNOWS]->() RETURN n.name"), ["Ann", "Bob"]);
    assert_eq!(
        bench.rows(
            "MATCH (n:Person) WHERE NOT EXISTS { (n)-[:KNOWS]->(m) WHERE m.age < 25 } RETURN n.name"
        ),
        ["Bob", "Cid"]
    );
    assert_eq!(bench.rows("MATCH (n:Person) RETURN COUNT { (n)--() } AS c"), ["2", "2", "1"]);
    assert_eq!(
        bench.rows("MATCH (n:Person) RETURN [(n)-[:KNOWS]->(m) | m.name] AS l"),
        ["[Bob]", "[Cid]", "[]"]
    );
    assert_eq!(bench.rows("MATCH (n:Person) WITH collect(n) AS ns RETURN [x IN ns WHERE (x)-[:KNOWS]->() | x.name] AS l"), ["[Ann,Bob]"]);
    assert_eq!(bench.rows("RETURN [x IN range(1, 5) WHERE x % 2 = 1 | x * x] AS l, reduce(s = 0, x IN [1, 2] | s + x) AS r"), ["[1,9,25] 3"]);
    assert_eq!(bench.rows("RETURN all(x IN [1, null] WHERE x > 0) AS a, any(x IN [1, null] WHERE x > 0) AS b, none(x IN [] WHERE x) AS c, single(x IN [1, 2] WHERE x = 1) AS d"), ["null true true true"]);
    assert_eq!(bench.rows("MATCH (n:Person) RETURN COUNT { MATCH (n)-->(m) WITH m ORDER BY m.name LIMIT 1 RETURN m } AS c"), ["1", "1", "0"]);
}

#[test]
fn the_first_of_many_rows_are_those_of_a_full_sort() {
    let mut bench = Bench::new(&[]);
    let keys = [
        "x % 97",
        "toString(x % 1003)",
        "x * 0.5",
        "CASE WHEN x % 7 = 0 THEN null ELSE x % 53 END",
        "CASE WHEN x > 9000 THEN toString(x) ELSE x % 11 END",
        "date({year: 2000 + x % 30, month: 1, day: 1})",
        "-x",
    ];
    for key in keys {
        for order in ["ASC", "DESC"] {
            let rows = format!(
                "UNWIND range(1, 20000) AS x WITH x, {key} AS k RETURN k, x ORDER BY k {order}, x % 5"
            );
            let all = bench.rows(&rows);
            for (skip, limit) in [(0, 1), (0, 10), (3, 40), (1000, 2500), (0, 0)] {
                let some = bench.rows(&format!("{rows} SKIP {skip} LIMIT {limit}"));
                assert_eq!(some, all[skip..skip + limit], "{key} {order} {skip} {limit}");
            }
        }
    }
}
