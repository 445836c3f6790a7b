//! What `dossier.disputes()` and `dossier.perspectives()` find, held against queries that say
//! the same by patterns and functions, on random claims and through views.

use dossier::value::Value;
use dossier::{Database, QueryResult};
use proptest::prelude::*;
use std::collections::BTreeSet;

const NODES: usize = 6;

/// A relationship: its type, who starts it, and which node or relationship it points at.
type Edge = (usize, usize, usize);

fn database(edges: &[Edge]) -> Database {
    let database = Database::in_memory();
    for number in 0..NODES {
        database.query(&format!("CREATE (:N {{n: {number}}})")).run().unwrap();
    }
    for (made, (kind, start, end)) in edges.iter().enumerate() {
        let kind = ["ASSERTS", "DENIES", "ASSERTS", "KNOWS", "CITED_IN"][kind % 5];
        let end = end % (NODES + made);
        let (start, other) = (start % NODES, end.saturating_sub(NODES));
        let text = if end < NODES {
            format!(
                "MATCH (a:N {{n: {start}}}), (b:N {{n: {end}}}) CREATE (a)-[:{kind} {{e: {made}}}]->(b)"
            )
        } else {
            format!(
                "MATCH (a:N {{n: {start}}}) CALL {{ MATCH ()-[b {{e: {other}}}]->() RETURN b UNION \
                 MATCH ()-[b {{e: {other}}}]->[] RETURN b }} CREATE (a)-[:{kind} {{e: {made}}}]->[b]"
            )
        };
        database.query(&text).run().unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    database
}

fn run(database: &Database, text: &str) -> QueryResult {
    database.query(text).run().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The rows as text, in any order, each once.
fn rows(result: &QueryResult) -> BTreeSet<String> {
    let rows: BTreeSet<String> = result
        .rows
        .iter()
        .map(|row| row.iter().map(Value::to_cypher_literal).collect::<Vec<_>>().join(" | "))
        .collect();
    assert_eq!(rows.len(), result.rows.len(), "each is told once");
    rows
}

/// Every statement: nodes, relationships between nodes, claims.
const STATEMENTS: &str =
    "CALL { MATCH (s) RETURN s UNION MATCH ()-[s]->() RETURN s UNION MATCH ()-[s]->[] RETURN s }";

const SHOWN: &str = "coalesce('e' + toString(s.e), 'n' + toString(s.n)) AS s";

fn edges() -> impl Strategy<Value = Vec<Edge>> {
    prop::collection::vec((0..5_usize, 0..NODES, 0..64_usize), 0..20)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn disputes_are_what_the_functions_say(edges in edges(), view in 0..4_usize) {
        let database = database(&edges);
        let view = ["", "UNDISPUTED ", "ACCORDING TO (:N {n: 0}) ", "STRICTLY ACCORDING TO (:N) "][view];
        let found = run(&database, &format!(
            "{view}CALL dossier.disputes() YIELD kind, statement AS s, against, asserted_by, denied_by, sources \
             RETURN {SHOWN}, kind, [w IN asserted_by | w.n] AS says, [w IN denied_by | w.n] AS denies, \
             [x IN sources | x.n] AS sources, against"));
        let expected = run(&database, &format!(
            "{view}{STATEMENTS} FILTER disputed(s) \
             RETURN {SHOWN}, 'denial' AS kind, [w IN asserted_by(s) | w.n] AS says, \
             [w IN denied_by(s) | w.n] AS denies, [x IN sources(s) | x.n] AS sources, [] AS against"));
        prop_assert_eq!(rows(&found), rows(&expected));
        if view.starts_with("UNDISPUTED") {
            prop_assert!(found.rows.is_empty());
        }
    }

    #[test]
    fn a_contradiction_finds_every_pair_once(edges in edges()) {
        let database = database(&edges);
        run(&database, "CREATE CONTRADICTION pairs FOR (a)-[r:KNOWS]->(b), (c)-[s:KNOWS]->(b)");
        let found = run(&database,
            "CALL dossier.disputes() YIELD kind, statement AS s, against, asserted_by, denied_by WHERE kind = 'pairs' \
             RETURN s.e AS s, against[0].e AS r, size(against) AS n, \
             [w IN asserted_by | w.n] AS says, [w IN denied_by | w.n] AS denies");
        let expected = run(&database,
            "MATCH ()-[s:KNOWS]->(b), ()-[r:KNOWS]->(b) WHERE id(s) < id(r) \
             RETURN s.e AS s, r.e AS r, 1 AS n, [w IN asserted_by(s) | w.n] AS says, \
             [w IN asserted_by(r) | w.n] AS denies");
        prop_assert_eq!(rows(&found), rows(&expected));
    }

    #[test]
    fn perspectives_count_what_everybody_claims(edges in edges()) {
        let database = database(&edges);
        let found = run(&database,
            "CALL dossier.perspectives() YIELD claimant, asserted, denied, disputed, contradicts \
             RETURN claimant.n AS who, asserted, denied, disputed, COLLECT { UNWIND contradicts AS c RETURN c.n ORDER BY c.n } AS contradicts");
        let expected = run(&database, &format!(
            "MATCH (w:N) CALL (w) {{ {STATEMENTS} RETURN \
               count(CASE WHEN w IN asserted_by(s) THEN 1 END) AS asserted, \
               count(CASE WHEN w IN denied_by(s) THEN 1 END) AS denied, \
               count(CASE WHEN disputed(s) AND (w IN asserted_by(s) OR w IN denied_by(s)) THEN 1 END) AS disputed, \
               collect(CASE WHEN w IN asserted_by(s) THEN denied_by(s) END) AS one, \
               collect(CASE WHEN w IN denied_by(s) THEN asserted_by(s) END) AS other }} \
             FILTER asserted + denied > 0 \
             RETURN w.n AS who, asserted, denied, disputed, \
             COLLECT {{ UNWIND one + other AS list UNWIND list AS c RETURN DISTINCT c.n AS n ORDER BY n }} AS contradicts"));
        prop_assert_eq!(rows(&found), rows(&expected));
    }

    /// UNDISPUTED and STRICTLY show a part, the parts of a view commute, and outside of
    /// every interval is what has none.
    #[test]
    fn views_keep_their_laws(edges in edges(), day in 1..4_usize) {
        let database = database(&edges);
        run(&database, "MATCH (n:N) WHERE n.n > 3 SET n.valid_from = date('2025-01-02'), n.valid_to = date('2025-01-03')");
        let seen = |view: &str| {
            let found = run(&database, &format!("{view} {STATEMENTS} RETURN {SHOWN}"));
            rows(&found)
        };
        let all = seen("");
        let undisputed = seen("UNDISPUTED");
        let according = seen("ACCORDING TO (:N {n: 0})");
        let strictly = seen("STRICTLY ACCORDING TO (:N {n: 0})");
        prop_assert!(undisputed.is_subset(&all) && according.is_subset(&all));
        prop_assert!(strictly.is_subset(&according));
        let as_of = format!("AS OF date('2025-01-0{day}')");
        let who = "ACCORDING TO (:N {n: 0})";
        let orders = [
            format!("{as_of} {who} UNDISPUTED"),
            format!("UNDISPUTED {as_of} {who}"),
            format!("{who} UNDISPUTED {as_of}"),
        ];
        let first = seen(&orders[0]);
        prop_assert!(orders.iter().all(|order| seen(order) == first));
        let never = seen("AS OF date('2024-01-01')");
        prop_assert_eq!(&never, &seen("AS OF date('2025-01-03')"));
        run(&database, "MATCH (n:N) WHERE n.valid_from IS NOT NULL DETACH DELETE n");
        prop_assert_eq!(never, seen(""));
        // Where nobody claims anything, whoever is asked sees everything.
        run(&database, "CALL { MATCH ()-[c:ASSERTS|DENIES]->() RETURN c UNION MATCH ()-[c:ASSERTS|DENIES]->[] RETURN c } DETACH DELETE c");
        prop_assert_eq!(seen("ACCORDING TO (:N {n: 0})"), seen(""));
    }
}
