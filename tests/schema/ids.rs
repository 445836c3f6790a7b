//! Elements that are named by their ids are looked at alone.

use super::{plan, run};
use dossier::Database;
use dossier::plan::optimise::RULES;

/// People who know each other, a claim, and ids that nothing has any more.
fn graph() -> Database {
    let database = Database::in_memory();
    run(
        &database,
        "UNWIND range(0, 299) AS i CREATE (:Person {i: i, t: 'n' + i})-[:KNOWS {i: i}]->(:City {i: i})",
    );
    run(&database, "MATCH (p:Person {i: 1}), ()-[k:KNOWS {i: 2}]->() CREATE (p)-[:ASSERTS]->[k]");
    run(&database, "MATCH (n) WHERE id(n) IN [6, 7] DETACH DELETE n");
    database
}

#[test]
fn plans_use_ids() {
    let database = graph();
    for (query, line) in [
        ("MATCH (n) WHERE id(n) = 4 RETURN n", "NodeIdSeek (n) id(n) = 4"),
        ("MATCH (n) WHERE 4 = id(n) RETURN n", "NodeIdSeek (n) id(n) = 4"),
        ("MATCH (n) WHERE id(n) = 4.0 RETURN n", "NodeIdSeek (n) id(n) = 4.0"),
        ("MATCH (n) WHERE id(n) = 4.5 RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE id(n) = -1 RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE id(n) = 5000000000 RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE id(n) = 4294967296.0 RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE id(n) = 6 RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE id(n) = 'n4' RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE id(n) = null RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE id(n) = $x RETURN n", "NodeIdSeek (n) id(n) = $x"),
        ("MATCH (n) WHERE id(n) IN $xs RETURN n", "NodeIdSeek (n) id(n) IN $xs"),
        ("MATCH (n) WHERE id(n) IN [4, 2, null, 4, 'n2', 6] RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE id(n) IN null RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE id(n) IN [] RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE elementId(n) = 'n4' RETURN n", "NodeIdSeek (n) elementId(n) = 'n4'"),
        ("MATCH (n) WHERE element_id(n) = 'n4' RETURN n", "NodeIdSeek (n) elementId(n) = 'n4'"),
        ("MATCH (n) WHERE elementId(n) = 'n04' RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE elementId(n) = 'r4' RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE elementId(n) = 4 RETURN n", "NodeIdSeek"),
        ("MATCH (n:Person) WHERE id(n) = 4 RETURN n", "NodeIdSeek (n) id(n) = 4"),
        ("MATCH (n:City) WHERE id(n) = 4 RETURN n", "NodeIdSeek (n) id(n) = 4"),
        ("MATCH (n:Person|City&!Town) WHERE id(n) = 4 RETURN n", "NodeIdSeek"),
        (
            "MATCH (n) WHERE id(n) = 4 OR elementId(n) IN ['n5', 'n4'] RETURN n",
            "NodeIdSeek (n) id(n) = 4 OR elementId(n) IN ['n5', 'n4']",
        ),
        (
            "MATCH (n) WHERE id(n) IN [1, 2, 3, 4] AND n.i > 0 AND id(n) = 4 RETURN n",
            "NodeIdSeek (n) id(n) = 4",
        ),
        ("MATCH (n) WHERE id(n) = 4 AND (n:City OR id(n) = 4) RETURN n", "NodeIdSeek"),
        (
            "UNWIND [4, 2, 2, null, 900] AS x MATCH (n) WHERE id(n) = x RETURN x, n",
            "NodeIdSeek (n) id(n) = x",
        ),
        (
            "MATCH (n {i: 3}) OPTIONAL MATCH (m) WHERE id(m) = n.i RETURN n, m",
            "NodeIdSeek (m) id(m) = n.i",
        ),
        (
            "MATCH (n:City {i: 3}) WHERE EXISTS { MATCH (m) WHERE id(m) = n.i + 1 } RETURN n",
            "NodeIdSeek (m) id(m) = n.i + 1",
        ),
        ("MATCH ()-[r]->() WHERE id(r) = 4 RETURN r", "RelationshipIdSeek [r] id(r) = 4"),
        ("MATCH (a)<-[r]-(b) WHERE id(r) IN [4, 5, 3] RETURN a, r, b", "RelationshipIdSeek"),
        ("MATCH (a)-[r]-(b) WHERE id(r) = 4 RETURN a.i, r, b.i", "RelationshipIdSeek"),
        ("MATCH (:City)-[r]->() WHERE id(r) = 4 RETURN r", "RelationshipIdSeek"),
        ("MATCH ()-[r:KNOWS]->() WHERE elementId(r) = 'r4' RETURN r", "RelationshipIdSeek [r]"),
        ("MATCH ()-[r:ASSERTS]->() WHERE id(r) = 4 RETURN r", "RelationshipIdSeek"),
        (
            "MATCH ()-[r:ASSERTS]->[k] WHERE id(k) = 2 RETURN r, k",
            "RelationshipIdSeek [k] id(k) = 2",
        ),
        ("MATCH ()-[r]->[k] WHERE id(r) = 300 RETURN r, k", "RelationshipIdSeek [r] id(r) = 300"),
        ("MATCH (n) WHERE id(n) IN $x RETURN n", "NodeIdSeek"),
        ("MATCH (n) WHERE id(n) = 1 / 0 RETURN n", "NodeIdSeek"),
    ] {
        let text = plan(&database, query);
        assert!(text.contains(line), "{query}\n{text}");
        let rules = RULES.iter().copied().filter(|rule| rule.name() != "id_seek");
        let rules: Vec<_> = rules.collect();
        let ids = || dossier::value::Value::List(std::sync::Arc::new(vec![3.into(), 900.into()]));
        let asked = || database.query(query).param("x", 4).param("xs", ids());
        let shown = |result: Result<dossier::QueryResult, dossier::Error>| {
            result.map(|result| format!("{:?}", result.rows)).map_err(|error| error.to_string())
        };
        assert_eq!(shown(asked().rules(&rules).run()), shown(asked().run()), "{query}");
    }
}

#[test]
fn plans_leave_what_is_no_id() {
    let database = graph();
    for query in [
        "MATCH (n) WHERE id(n) <> 4 RETURN n",
        "MATCH (n) WHERE id(n) > 4 RETURN n",
        "MATCH (n) WHERE id(n) = 4 OR n.i = 3 RETURN n",
        "MATCH (n) WHERE NOT id(n) = 4 RETURN n",
        "MATCH (n) WHERE id(n) = n.i RETURN n",
        "MATCH (n) WHERE id(n) = toInteger(rand() * 4) RETURN n",
        "MATCH (n) WHERE id(n) + 1 = 4 RETURN n",
        "MATCH (n) WHERE id(n) = COUNT { (n)--() } RETURN n",
    ] {
        let text = plan(&database, query);
        assert!(!text.contains("IdSeek"), "{query}\n{text}");
    }
}

#[test]
fn what_is_hidden_or_gone_is_not_found_by_its_id() {
    let database = Database::in_memory();
    run(&database, "CREATE (:A {valid_from: date('2020-01-01')})-[:R]->(:A)");
    let nodes = "MATCH (n) WHERE id(n) IN [0, 1] RETURN n";
    let ends = "MATCH ()-[r]->() WHERE id(r) = 0 RETURN r";
    for (prefix, found) in
        [("", (2, 1)), ("AS OF date('2010-01-01') ", (1, 0)), ("AS OF date('2021-01-01') ", (2, 1))]
    {
        let rows = |query: &str| {
            let query = format!("{prefix}{query}");
            assert!(query.ends_with('r') || plan(&database, &query).contains("IdSeek"), "{query}");
            database.query(&query).run().unwrap().rows.len()
        };
        assert_eq!((rows(nodes), rows(ends)), found, "{prefix}");
    }
    run(&database, "MATCH (n) WHERE id(n) = 0 DETACH DELETE n");
    for (prefix, found) in [("", (1, 0)), ("AS KNOWN AT 1 ", (2, 1))] {
        let rows =
            |query: &str| database.query(&format!("{prefix}{query}")).run().unwrap().rows.len();
        assert_eq!((rows(nodes), rows(ends)), found, "{prefix}");
    }
}
