//! A pattern of which relationships tell what is wanted begins with these, so that zones of their
//! properties are asked, and finds what it would find from any end.

use super::*;

/// Patterns over `r`, and what their rows are told by.
const PATTERNS: &[(&str, &str)] = &[
    ("()-[r:T]->()", "r.id"),
    ("(a)-[r:T]->(b)", "a.id, b.id, r.id"),
    ("(a)<-[r:T]-(b:N)", "a.id, b.id, r.id"),
    ("(a:N)-[r:T]->(b:N)", "a.id, b.id, r.id"),
    ("(a:N)-[r:T]-(b)", "a.id, b.id, r.id"),
    ("(a)-[r]->(b)", "a.id, b.id, r.id"),
    ("(a)-[r:T|S]->(b:N|M)", "a.id, b.id, r.id"),
    ("(a)-[r:T]-(a)", "a.id, r.id"),
    ("(a)-[r:T]->(b)-[s:T]->(c)", "a.id, c.id, r.id, s.id"),
    ("(a)-[r:T]->(b)<-[s]-(c)", "a.id, c.id, r.id, s.id"),
    ("(a)-[r:T]->(b)-[:T*1..2]->(c)", "a.id, c.id, r.id"),
    ("(a:M)-[r:T]->(b)", "a.id, r.id"),
    ("p = (a)-[r:T]->(b)", "length(p), a.id, r.id"),
    ("(a)-[r:T]->(b), (c:M {id: 9000})", "a.id, c.id, r.id"),
];

const CONDITIONS: &[&str] = &[
    "r.id > 9990",
    "r.id < 3 OR r.id > 9997",
    "r.w = 976 AND r.id < 5000",
    "r.w > 976",
    "r.id IN $list",
    "r.id = $none",
    "r.w IS NULL AND r.id > 3",
    "r.id > 9980 AND a.id < 9990",
    "r.id > 9980 AND 1 / (r.id - 5) = 0",
    "r.id > 1 / 0",
];

#[test]
fn what_begins_with_relationships_finds_the_same() {
    let database = Database::in_memory();
    filled(&database);
    database
        .query("MATCH (n:N) WHERE n.id % 2000 = 7 CREATE (n)-[:S {id: 9995, w: 5}]->(n)")
        .run()
        .unwrap();
    for ((pattern, rows), condition) in
        PATTERNS.iter().flat_map(|pattern| CONDITIONS.iter().map(move |it| (pattern, it)))
    {
        if condition.contains("a.id") && !pattern.contains("(a") {
            continue;
        }
        let bound: Vec<&str> = ["a", "b", "c", "r", "s", "p"]
            .into_iter()
            .filter(|it| rows.contains(&format!("{it}.")) || rows.contains(&format!("({it})")))
            .collect();
        let asked = format!("MATCH {pattern} WHERE {condition} RETURN {rows} ORDER BY {rows}");
        let after = format!(
            "MATCH {pattern} WITH {} WHERE {condition} RETURN {rows} ORDER BY {rows}",
            bound.join(", ")
        );
        let found = ask(&database, &asked, RULES, 1);
        assert_eq!(found, ask(&database, &after, &[], 1), "{asked}");
        assert_eq!(found, ask(&database, &asked, RULES, 3), "{asked}, in threads");
        assert_eq!(found, ask(&database, &asked, &without(), 1), "{asked}, without zones");
    }
}

/// The plan of a query.
fn plan(database: &Database, text: &str) -> String {
    let text = format!("EXPLAIN {text}");
    database.query(&text).warnings(false).run().unwrap().plan.unwrap()
}

#[test]
fn it_begins_with_them_where_they_are_what_narrows() {
    let database = Database::in_memory();
    filled(&database);
    for (text, begins) in [
        ("MATCH ()-[r:T]->() WHERE r.w > 9 RETURN count(*) AS n", true),
        ("MATCH ()-[r]->() WHERE r.w > 9 RETURN count(*) AS n", true),
        ("MATCH (a:N)-[r:T {w: 3}]->(b:N) RETURN a.id, b.id", true),
        ("MATCH (a)-[r:T]-(b) WHERE r.w > 900 RETURN a.id, b.id", true),
        ("MATCH (a:N)-[r:T]->(b)-[s]->(c) WHERE s.w = 3 RETURN a.id, c.id", true),
        ("OPTIONAL MATCH (a)-[r:T]->(b) WHERE r.w = 3 RETURN a.id", true),
        // Nothing is asked of it, or it is not all that is asked.
        ("MATCH (a)-[r:T]->(b) RETURN a.id, r.w", false),
        ("MATCH (a:M)-[r:T]->(b) WHERE r.w > 900 RETURN a.id", false),
        ("MATCH (a {id: 5})-[r:T]->(b) WHERE r.w > 900 RETURN a.id", false),
        ("MATCH (m:M {id: 9000}) MATCH (m)-[r]->(b) WHERE r.w > 900 RETURN b.id", false),
        ("MATCH (a)-[r:T]->(b) WHERE r.w > a.id RETURN a.id", false),
        ("MATCH (a)-[r:T*2]->(b) WHERE r[0].w > 3 RETURN a.id", false),
    ] {
        let plan = plan(&database, text);
        assert_eq!(plan.contains("RelationshipScan"), begins, "{text}\n{plan}");
    }
    // Few of many are of the type, and few nodes have them.
    let database = Database::in_memory();
    for statement in [
        "UNWIND range(1, 20) AS i CREATE (:Rare {i: i})-[:RARE {w: i}]->(:Rare)",
        "UNWIND range(1, 5000) AS i CREATE (:N)-[:T {w: i}]->(:N)",
    ] {
        database.query(statement).run().unwrap();
    }
    let rare = "MATCH (a:Rare)-[r:RARE]->(b) WHERE r.w > 9 RETURN b";
    assert!(!plan(&database, rare).contains("RelationshipScan"), "{rare}");
}

#[test]
fn profile_tells_how_many_of_their_chunks_are_passed_over() {
    let database = Database::in_memory();
    filled(&database);
    for (text, told) in [
        ("MATCH ()-[r:T]->() WHERE r.id > 9990 RETURN count(*) AS n", "4 of 5"),
        ("MATCH (a:N)-[r:T]->(b) WHERE r.id = 3 OR r.id = 4100 RETURN b.id", "3 of 5"),
        ("MATCH ()-[r:T]->() WHERE r.w > 0 RETURN count(*) AS n", "0 of 5"),
        ("MATCH (a)-[r:T]->() WHERE r.w >= 0 RETURN a.id ORDER BY r.id DESC LIMIT 2", "4 of 5"),
    ] {
        assert_eq!(skipped(&database, text, None), told, "{text}");
    }
}
