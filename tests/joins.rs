//! Hash joins: what equals something of the rows is found in a table, and no row is lost. Each answer
//! is held against the one without the rule: with few rows and many, with several threads, after
//! changes, under views, and within statements that write.

use dossier::plan::optimise::{RULES, Rule};
use dossier::value::Value;
use dossier::{Database, Error, QueryResult};
use std::sync::Arc;

const RULE: &str = "hash_join";

/// Nodes with keys of many types, several of each, in three chunks, and relationships with some.
const GRAPH: &str = "
    UNWIND range(0, 4199) AS i
    CREATE (n:N {id: i, name: 'a name of some length ' + (i * 31) % 900, short: 'n' + i % 700,
        number: i % 500, half: (i % 500) / 2.0, date: date('2000-01-01') + duration({days: i % 300}),
        at: datetime('2000-01-01T00:00+01:00') + duration({hours: i % 300}), list: [i % 90, i % 7 * 1.0],
        flag: i % 2 = 0, rare: CASE WHEN i % 70 = 3 THEN i END,
        mixed: CASE i % 5 WHEN 0 THEN i WHEN 1 THEN i * 1.0 WHEN 2 THEN 'n' + i % 700
               WHEN 3 THEN 0.0 / 0.0 ELSE [i] END})
    WITH n, i MATCH (m:N {id: (i * 3) % 4200}) CREATE (n)-[:T {id: i, w: i % 400}]->(m)";

const OTHERS: &str = "
    UNWIND range(0, 149) AS i
    CREATE (:M:L {id: i * 27, name: 'a name of some length ' + i * 6, short: 'n' + i, number: i * 1.0,
        at: datetime('2000-01-01T00:00Z') + duration({hours: i}), list: [i * 1.0, i % 7],
        none: CASE WHEN i % 3 = 0 THEN i END, day: 'P' + i + 'D'})";

/// Queries that become joins.
const QUERIES: &[&str] = &[
    "MATCH (m:M), (n:N) WHERE n.name = m.name RETURN m, n",
    "MATCH (m:M), (n:N) WHERE m.short = n.short AND n.flag RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.number = m.number AND n.id > m.id RETURN count(*), sum(n.id)",
    "MATCH (m:M), (n:N) WHERE n.half = m.number RETURN count(*), sum(n.id * m.id)",
    "MATCH (m:M), (n:N) WHERE n.mixed = m.number RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.mixed = m.short RETURN m.id, n.id",
    "MATCH (m:N), (n:N) WHERE n.mixed = m.mixed AND m.id < n.id RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.at = m.at RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.list = m.list RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.rare = m.none RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.nothing = m.none RETURN m.id, n.id",
    "MATCH (m:M), (n:Nowhere) WHERE n.id = m.id RETURN m.id, n.id",
    "MATCH (m:M), (n:M&L) WHERE n.id = m.none RETURN m.id, n.id",
    "MATCH (m:M), (n:!L) WHERE n.id = m.id RETURN m.id, n.id",
    "MATCH (m:M), (n) WHERE n.id = m.id RETURN m.id, n.id, labels(n)",
    "MATCH (m:M), (n:N {number: m.number, flag: true}) RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.short = m.short AND n.number = m.number RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.short = toLower(m.short) AND n.date < date('2000-03-01') RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.short STARTS WITH 'n1' AND n.short = m.short RETURN m.id, n.id",
    "MATCH (m:M) OPTIONAL MATCH (n:N) WHERE n.rare = m.id RETURN m.id, n.id",
    "MATCH (m:M) WHERE EXISTS { MATCH (n:N) WHERE n.rare = m.id } RETURN m.id",
    "MATCH (m:M) RETURN m.id, COUNT { MATCH (n:N) WHERE n.short = m.short } AS c",
    "MATCH (m:M) RETURN m.id, COLLECT { MATCH (n:N) WHERE n.number = m.number RETURN n.id ORDER BY n.id DESC LIMIT 2 } AS c",
    "MATCH (m:M) CALL (m) { MATCH (n:N) WHERE n.short = m.short RETURN max(n.id) AS most } RETURN m.id, most",
    "MATCH (m:M) CALL (m) { MATCH (n:N) WHERE n.rare = m.id RETURN n UNION MATCH (n:N) WHERE n.number = m.number RETURN n } RETURN m.id, n.id",
    "UNWIND range(0, 200) AS i MATCH (n:N) WHERE n.number = i RETURN i, n.id",
    "UNWIND [3, 4.0, null, 'n3', 9999] AS i MATCH (n:N) WHERE n.mixed = i RETURN i, n.id",
    "UNWIND $rows AS row MATCH (n:N {number: row.number}) WHERE n.short = row.short RETURN row, n.id",
    "UNWIND $rows AS row MATCH (n:N {number: row.number})-[:T]->(x)<-[:T]-(y) WHERE y.id > 10 RETURN row.short, y.id",
    "MATCH (m:M)-->() RETURN m UNION ALL MATCH (m:M), (n:N) WHERE m.name = n.name RETURN n AS m",
    "MATCH (m:M), ()-[t:T]->() WHERE t.w = m.id RETURN m.id, t.id",
    "MATCH (m:M), (a)-[t:T {w: m.id}]->(b) RETURN m.id, a.id, b.id, t.id",
    "MATCH (n:N)-[t:T]->(k:N), (m:M) WHERE m.id = k.number AND n.flag RETURN n.id, m.id",
    "MATCH (n:N) WITH n.number AS number, count(*) AS c MATCH (m:M) WHERE m.number = number RETURN number, c, m.id",
    "MATCH (m:M) WITH m ORDER BY m.id DESC LIMIT 100 MATCH (n:N) WHERE n.id = m.id RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.id = m.id RETURN m.id, n.id LIMIT 3",
    "MATCH (m:M), (n:N) WHERE n.id = m.id RETURN m.id, n.id ORDER BY n.id % 10, n.id DESC SKIP 3 LIMIT 70",
    "MATCH (m:M), (n:N) WHERE toUpper(n.short) = toUpper(m.short) RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.id + 27 = m.id AND n.flag RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.date.year * 100 + n.date.month = 200000 + m.id % 12 + 1 RETURN m.id, n.id",
    "MATCH (m:M), (n) WHERE n = m RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE m.number = n.number / 2 AND n.short = m.short RETURN m.id, n.id",
    "UNWIND [1, 3] AS i MATCH (n:N) WHERE n.number / 2 = i RETURN i, n.id",
    // The key fails for some elements.
    "MATCH (m:M), (n:N) WHERE toUpper(n.mixed) = toUpper(m.short) RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE 7 / (n.id - 4000) = m.id RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.id < 3000 AND 7 / (n.id - 4000) = m.id RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE 7 / (n.id - 4000) = m.id AND n.id < 3000 RETURN m.id, n.id",
    "UNWIND [1, 3] AS i MATCH (n:N) WHERE 7 / (n.id - 4000) = i RETURN i, n.id",
    "UNWIND [] AS i MATCH (n:N) WHERE 7 / (n.id - 4000) = i RETURN i, n.id",
    // What fails for a row, for an element before it is compared, and for what is joined.
    "MATCH (m:M), (n:N) WHERE n.id = 1 / (m.id - 54) RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE 1 / (n.id - 4000) > 2 AND n.id = m.id RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.id = m.id AND 1 / (n.id - 81) = 0 RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.id = m.id AND 1 / (n.id - 82) = 0 RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.number = duration(m.day) RETURN m.id, n.id",
    "MATCH (m:M), (n:N) WHERE n.number = m.number AND n.short < m.id RETURN m.id, n.id",
];

fn without() -> Vec<&'static dyn Rule> {
    RULES.iter().copied().filter(|rule| rule.name() != RULE).collect()
}

fn graph() -> Database {
    let database = Database::in_memory();
    for statement in [GRAPH, OTHERS] {
        database.query(statement).run().expect(statement);
    }
    database
}

fn rows() -> Value {
    let row = |number: i64| {
        let entries = [
            ("number".into(), Value::Integer(number)),
            ("short".into(), Value::from(format!("n{number}").as_str())),
        ];
        Value::Map(Arc::new(entries.into_iter().collect()))
    };
    Value::List(Arc::new([1, 3, 3, 77, 501].map(row).to_vec()))
}

fn told(result: &Result<QueryResult, Error>) -> String {
    match result {
        Ok(result) => result.rows.iter().map(|row| format!("{row:?}\n")).collect(),
        Err(error) => format!("{error:?}"),
    }
}

fn plan(database: &Database, text: &str) -> String {
    let plan = database.query(&format!("EXPLAIN {text}")).param("rows", rows()).run();
    plan.expect(text).plan.expect("a plan")
}

/// Asks with the rule and without.
fn compare(database: &Database, text: &str) {
    let query = || database.query(text).param("rows", rows()).warnings(false);
    let scanned = told(&query().rules(&without()).run());
    let joined = told(&query().run());
    assert!(scanned == joined, "{text}\n{scanned:.400}\n{joined:.400}");
    for (threads, morsel) in [(2, 1000), (3, 177)] {
        let shared = told(&query().threads(threads).morsel(morsel).run());
        assert!(scanned == shared, "{text}\n{threads} threads\n{scanned:.400}\n{shared:.400}");
    }
}

#[test]
fn joins_find_what_scans_find() {
    let database = graph();
    for text in QUERIES {
        compare(&database, text);
        let joins = plan(&database, text).contains("HashJoin");
        // What may fail before the comparison is asked of all, and no row seeks what is not there.
        let scans = ["1 / (n.id - 4000) > 2 AND", "Nowhere"].iter().any(|it| text.contains(it));
        assert_eq!(joins, !scans, "{text}");
    }
    // What has changed since lies beside what is sealed.
    for change in [
        "MATCH (n:N) WHERE n.id % 11 = 5 DETACH DELETE n",
        "MATCH (n:N) WHERE n.id % 13 = 5 SET n.number = n.number + 1, n.short = 'n7', n.id = -n.id",
        "UNWIND range(4200, 4299) AS i CREATE (:N {id: i, short: 'n' + i % 5, number: i - 4200.0})",
        "MATCH (n:N) WHERE n.id % 17 = 5 REMOVE n.name, n:N",
    ] {
        database.query(change).run().expect(change);
    }
    QUERIES.iter().for_each(|text| compare(&database, text));
}

#[test]
fn plans_leave_what_a_join_does_not_help() {
    let database = graph();
    database.query("CREATE CONSTRAINT FOR (n:N) REQUIRE n.id IS UNIQUE").run().expect("unique");
    database.query("CREATE INDEX FOR (n:N) ON (n.flag)").run().expect("an index");
    for text in [
        // An index finds one, there is one row, nothing is equal, or it is another thing each time.
        "MATCH (m:M), (n:N) WHERE n.id = m.id RETURN n",
        "MATCH (m:N {id: 3}), (n:N) WHERE n.short = m.short RETURN n",
        "MATCH (m:M), (n:N) WHERE n.short < m.short RETURN n",
        "MATCH (m:M), (n:N) WHERE n.short = 'n3' RETURN n",
        "MATCH (m:M), (n:N) WHERE n.short = m.short + rand() RETURN n",
        "MATCH (m:M), (n:N) WHERE n.short = n.name RETURN n",
        // What a MERGE sets may change what it is by.
        "MATCH (m:M) MERGE (n:N {short: m.short}) ON CREATE SET n.short = 'n1' RETURN n",
        "MATCH (m:M) MERGE (n:N {short: m.short}) ON MATCH SET m.short = 'n1' RETURN n",
        "MATCH (m:M) MERGE (n:N {short: m.short, flag: true}) ON MATCH SET m.flag = true RETURN n",
        "MATCH (m:M) MERGE (n:N {short: m.short}) ON MATCH SET m += {id: 3} RETURN n",
        "MATCH (m:M) MERGE (n:N {short: m.short}) ON MATCH SET m = {id: 3} RETURN n",
        "MATCH (m:M) MERGE (n:N {short: m.short}) ON MATCH SET m:N RETURN n",
        "MATCH (m:M) MERGE (n:N {short: m.short}) ON MATCH SET m:$(m.name) RETURN n",
        "MATCH (m:M) MERGE (n:N {short: m.short}) ON MATCH SET m[m.name] = 3 RETURN n",
        "MATCH (m:M) MERGE (n:N {short: m.short})-[:R]->(m) RETURN n",
    ] {
        let plan = plan(&database, text);
        assert!(!plan.contains("HashJoin"), "{text}\n{plan}");
    }
    // An index that finds half of the nodes for each row is worse, and its range as well.
    for text in [
        "MATCH (m:M), (n:N) WHERE n.short = m.short AND n.flag = true RETURN n.id, m.id",
        "MATCH (m:M), (n:N) WHERE n.short = m.short AND n.id > m.id RETURN n.id, m.id",
    ] {
        let plan = plan(&database, text);
        assert!(plan.contains("NodeHashJoin (n:N) ON short = m.short"), "{text}\n{plan}");
        compare(&database, text);
    }
}

#[test]
fn plans_tell_what_is_joined() {
    let database = graph();
    for (text, line) in [
        (
            "UNWIND range(0, 99) AS i MATCH (n:N {number: i, flag: true}) WHERE n.id < 3 RETURN n",
            "NodeHashJoin (n:N) ON number = i WHERE n.flag = true AND n.id < 3",
        ),
        (
            "MATCH (m:M), (n:N) WHERE n.short = m.short AND m.number = n.number RETURN n",
            "NodeHashJoin (n:N) ON short = m.short AND number = m.number",
        ),
        (
            "MATCH (m:M), (n:N) WHERE toLower(n.short) = toLower(m.short) RETURN n",
            "NodeHashJoin (n:N) ON toLower(n.short) = toLower(m.short)",
        ),
        (
            "MATCH (m:M), ()-[t:T]->() WHERE t.w = m.id RETURN t",
            "RelationshipHashJoin [t:T] ON w = m.id",
        ),
    ] {
        let plan = plan(&database, text);
        assert!(plan.contains(line), "{text}\n{plan}");
    }
}

#[test]
fn views_and_statements_that_write_see_what_they_have_to() {
    let database = graph();
    for statement in [
        "MATCH (n:N) WHERE n.id < 50 CREATE (:Source {name: 'somebody'})-[:CLAIMS]->(:Claim {id: n.id})",
        "MATCH (n:N) WHERE n.id % 5 = 0 SET n.valid_from = date('2020-01-01')",
    ] {
        database.query(statement).run().expect(statement);
    }
    for text in [
        "AS OF date('2010-01-01') MATCH (m:M), (n:N) WHERE n.id = m.id RETURN m.id, n.id",
        "AS KNOWN AT 2 MATCH (m:M), (n:N) WHERE n.id = m.id RETURN m.id, n.id, n.valid_from",
        "WHY MATCH (m:M), (n:N) WHERE n.id = m.none RETURN m.id, n.id",
    ] {
        compare(&database, text);
    }
    // The same on two copies of the graph, of which one has no joins.
    let (joined, scanned) = (graph(), graph());
    for text in [
        "MATCH (m:M), (n:N) WHERE n.id = m.id CREATE (m)-[:SAME]->(n) SET n.number = -1, n.id = n.id + 27",
        "MATCH (m:M), (n:N) WHERE n.id = m.id RETURN count(*), sum(n.number)",
        "MATCH (m:M) CALL (m) { MATCH (n:N) WHERE n.number = m.number CREATE (:N {number: m.number + 1}) } RETURN count(*)",
        "MATCH (n:N) RETURN n.number, count(*) ORDER BY n.number",
        "MATCH (m:M) FOREACH (i IN [1, 2] | CREATE (:K {id: m.id})) WITH m MATCH (k:K) WHERE k.id = m.id RETURN count(*)",
        "MATCH (m:M), (k:K) WHERE k.id = m.id DELETE k RETURN count(*)",
        "MATCH (m:M) WITH m LIMIT 9 DETACH DELETE m WITH count(*) AS c UNWIND range(0, 99) AS i MATCH (m:M) WHERE m.id = i * 27 RETURN i, m.id",
        "MATCH (m:M), (n:N) WHERE n.id = m.id SET n.short = 'new' WITH DISTINCT m MATCH (n:N) WHERE n.short = m.short RETURN m.id, n.id",
        // What a row writes the next one may see.
        "UNWIND range(0, 149) AS i CREATE (:N {number: i % 5, seen: COUNT { MATCH (n:N) WHERE n.number = i % 5 }})",
        "MATCH (m:M) SET m.number = COUNT { MATCH (n:N) WHERE n.number = m.number }",
        "MATCH (m:M) MERGE (k:K {id: m.id}) ON CREATE SET k.seen = COUNT { MATCH (n:N) WHERE n.number = m.number }
         ON MATCH SET k.seen = COUNT { MATCH (l:K) WHERE l.id = m.id }",
        "FOREACH (i IN range(0, 99) | CREATE (:K {id: -1, seen: COUNT { MATCH (k:K) WHERE k.id = -1 - i % 2 }}))",
        "MATCH (m:M) CALL (m) { CREATE (k:K {id: m.id}) RETURN COUNT { MATCH (l:K) WHERE l.id = m.id } AS c } RETURN m.id, c",
        "MATCH (n) RETURN n.number, n.seen, count(*), sum(n.id) ORDER BY n.number, n.seen",
    ] {
        let with = told(&joined.query(text).run());
        let without = told(&scanned.query(text).rules(&without()).run());
        assert!(with == without, "{text}\n{without:.400}\n{with:.400}");
    }
}

/// What is found is added to as rows create it.
#[test]
fn merges_find_what_the_rows_before_have_created() {
    let (joined, scanned) = (graph(), graph());
    let mut joins = 0;
    for text in [
        "UNWIND range(0, 199) AS i MERGE (x:X {name: 'x' + i % 90}) RETURN i, x.name, id(x)",
        "UNWIND range(0, 299) AS i MERGE (x:X {name: 'x' + i % 170}) ON CREATE SET x.made = i ON MATCH SET x.seen = i",
        "UNWIND range(0, 199) AS i MERGE (x:X {name: 'y' + i % 2, number: i % 50}) RETURN i, id(x)",
        "UNWIND range(0, 199) AS i MERGE (x:X:Y {number: i % 50, kind: 'k'}) ON CREATE SET x:Z ON MATCH SET x.count = coalesce(x.count, 0) + 1",
        "UNWIND range(0, 199) AS i MERGE (x:X {number: (i % 70) * 1.0}) RETURN i, id(x)",
        "UNWIND range(0, 99) AS i MERGE (x:X {number: 0.0 / 0.0, i: i % 10}) RETURN count(*)",
        "UNWIND range(0, 199) AS i MERGE (x:X {list: [i % 7, 'a']}) RETURN i, id(x)",
        // Ids of what is gone come again.
        "MATCH (n:N) WHERE n.id % 3 = 0 DETACH DELETE n",
        "MATCH (m:M) MERGE (n:N {short: m.short}) ON CREATE SET n.id = -m.id ON MATCH SET m.met = n.id RETURN m.id, id(n)",
        "MATCH (n:N) WITH n.number AS number MERGE (x:X {number: number}) RETURN count(*), sum(id(x))",
        "MATCH (m:M) MERGE (n:N {number: m.number}) WITH DISTINCT n MERGE (x:X {name: n.short}) RETURN count(*)",
        "MATCH (m:M) FOREACH (i IN range(1, 3) | MERGE (x:X {name: 'z' + (m.id + i) % 100}))",
        "FOREACH (i IN range(0, 299) | MERGE (x:X {name: 'f' + i % 100}))",
        "MATCH (m:M) CALL (m) { UNWIND range(1, 2) AS i MERGE (x:X {name: 'c' + (m.id * i) % 100}) RETURN count(*) AS c } RETURN sum(c)",
        "UNWIND range(0, 199) AS i MERGE (x:X {name: 'x' + i}) MERGE (y:Y {name: x.name}) ON CREATE SET y.twins = COUNT { MATCH (z:X) WHERE z.name = y.name }",
        "UNWIND range(0, 199) AS i MERGE (x:X {name: CASE WHEN i = 150 THEN null ELSE 'n' + i END})",
        "UNWIND range(0, 199) AS i MERGE (x:X {name: 'x' + 10 / (i - 170)})",
        "MATCH (x) RETURN labels(x), x.name, x.number, x.made, x.seen, x.count, x.twins, x.met, count(*)",
        "MATCH (x) RETURN count(*), sum(id(x) % 1000)",
    ] {
        let with = told(&joined.query(text).run());
        let without = told(&scanned.query(text).rules(&without()).run());
        assert!(with == without, "{text}\n{without:.400}\n{with:.400}");
        joins += usize::from(plan(&joined, text).contains("HashJoin"));
    }
    assert!(joins > 10, "{joins}");
}
